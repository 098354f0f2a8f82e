"""Finding stations, and taking what operators say of them."""

from dataclasses import replace

import pytest

from bot.domain.driver import Filters
from bot.domain.errors import PartnerError, Refused, Why
from bot.domain.ids import ConnectorId, EvseUid, LocationId, StationId
from bot.domain.station import Point, Status
from bot.services.stations import NEAREST, Stations
from tests.samples import CITY, EVSE, NEIGHBOUR, PARTY, PLUG, TARIFF, a_partner, a_station, an_evse, at
from tests.services.house import House

HERE = Point(52.37, 4.9)


@pytest.fixture
async def stations(house: House):
    return Stations(house.db, house.gateway, house.clock)


def elsewhere(number: int, **changes):
    return a_station(location_id=LocationId(f"LOC{number}"), point=Point(52.37 + number / 100, 4.9), **changes)


async def test_the_nearest_come_first_with_what_they_cost(stations: Stations):
    await stations.receive(elsewhere(number) for number in range(2, 12))
    hits = await stations.near(HERE)
    assert len(hits) == NEAREST
    assert [hit.found.station.location_id for hit in hits] == ["LOC1", "LOC2", "LOC3", "LOC4", "LOC5"]
    assert [hit.found.metres for hit in hits] == sorted(hit.found.metres for hit in hits)
    assert [offer.tariff for offer in hits[0].offers] == [TARIFF, TARIFF]


async def test_only_what_can_be_started_from_a_chat_is_offered_unless_all_is_asked_for(stations: Stations):
    await stations.receive([elsewhere(2, evses=(an_evse(capabilities=frozenset()),))])
    assert [hit.found.station.location_id for hit in await stations.near(HERE)] == ["LOC1"]
    assert len(await stations.near(HERE, Filters(startable=False))) == 2


async def test_a_station_is_viewed_with_all_its_connectors(stations: Stations):
    view = await stations.view(a_station().id)
    assert [(offer.evse.uid, offer.identifier) for offer in view.offers] == [
        (EVSE, f"NL*CIT*E{EVSE}*1"),
        (NEIGHBOUR, f"NL*CIT*E{NEIGHBOUR}*1"),
    ]


@pytest.mark.parametrize("gone", [{"published": False}, {"evses": ()}, {"evses": (an_evse(status=Status.REMOVED),)}])
async def test_a_station_that_is_gone_is_unknown(stations: Stations, gone):
    await stations.receive([a_station(**gone)])
    for station_id in (a_station().id, StationId("never-was")):
        with pytest.raises(Refused) as caught:
            await stations.view(station_id)
        assert caught.value.why is Why.UNKNOWN_STATION


async def test_a_connector_is_offered_as_it_is_now_or_unknown(stations: Stations):
    assert (await stations.offer(a_station().id, EVSE, PLUG)).tariff == TARIFF
    for wrong in [
        (StationId("never-was"), EVSE, PLUG),
        (a_station().id, EvseUid("9"), PLUG),
        (a_station().id, EVSE, ConnectorId("9")),
    ]:
        with pytest.raises(Refused) as caught:
            await stations.offer(*wrong)
        assert caught.value.why is Why.UNKNOWN_CONNECTOR


@pytest.mark.parametrize("typed", ["nl*cit*e3256*1", "NLCITE32561", "32561", "E32561"])
async def test_a_sticker_is_found_however_it_was_typed(stations: Stations, typed):
    assert [evse.uid for _, evse in await stations.by_identifier(typed)] == [EVSE]


@pytest.mark.parametrize("typed", ["", "1", "*-1", "61", "nothing like it"])
async def test_too_little_or_nothing_like_it_finds_nothing(stations: Stations, typed):
    assert await stations.by_identifier(typed) == ()


async def test_the_technical_name_of_a_charge_point_is_no_sticker(stations: Stations):
    await stations.receive([a_station(evses=(an_evse(EvseUid("TECHNICAL"), evse_id="NL*CIT*E1"),))])
    assert await stations.by_identifier("TECHNICAL") == ()


async def test_a_refresh_brings_the_station_as_it_is_now(house: House, stations: Stations):
    house.gateway.stations[a_station().id] = a_station(evses=(an_evse(status=Status.CHARGING),))
    await stations.refresh(a_station().id)
    station = await stations.get(a_station().id)
    assert station is not None
    assert [evse.status for evse in station.evses] == [Status.CHARGING]


async def test_when_the_operator_cannot_be_asked_or_has_forgotten_it_what_we_hold_stays(
    house: House, stations: Stations
):
    house.gateway.pulling.append(PartnerError("down"))
    await stations.refresh(a_station().id)
    await stations.refresh(a_station().id)
    await stations.refresh(StationId("never-was"))
    assert await stations.get(a_station().id) == a_station()


async def test_receiving_says_how_many_changed(stations: Stations):
    assert await stations.receive([a_station(), elsewhere(2)]) == 1
    assert await stations.receive([a_station(name="New"), elsewhere(2)]) == 1


async def test_a_pushed_change_is_made_of_the_station_we_hold(stations: Stations):
    changed = await stations.change(a_station().id, lambda old: old and replace(old, name="New", last_updated=at(9)))
    assert changed is not None
    assert await stations.get(a_station().id) == changed
    assert changed.evses == a_station().evses


async def test_a_change_of_an_unknown_station_changes_nothing(stations: Stations):
    assert await stations.change(StationId("never-was"), lambda old: old) is None


async def test_tariffs_come_and_go(stations: Stations):
    other = replace(TARIFF, id="T2")
    assert await stations.receive_tariffs(CITY, [(PARTY, other)]) == 1
    assert await stations.tariff(CITY, PARTY, "T2") == other
    assert await stations.remove_tariff(CITY, PARTY, "T2")
    assert not await stations.remove_tariff(CITY, PARTY, "T2")
    assert await stations.tariff(CITY, PARTY, "T2") is None


async def test_stations_of_a_forgotten_partner_are_found_no_more(house: House, stations: Stations):
    await house.db.write(lambda uow: uow.partners.remove(a_partner().id))
    assert await stations.near(HERE, Filters(startable=False)) == ()
