"""Told once when it frees up, however the operator lets us know, and never forgotten by a crash."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.alert import HOURS, MOST
from bot.domain.errors import PartnerError, Refused, Why
from bot.domain.ids import ConnectorId, EvseUid, LocationId
from bot.domain.station import Station, Status
from bot.services.alerts import Wanted, freed
from tests.samples import ANNA, BOB, EVSE, NEIGHBOUR, PLUG, a_station, an_evse
from tests.services.house import House

HERE = Wanted(a_station().id, EVSE, PLUG)
ANYTHING = Wanted(a_station().id, EvseUid(""), ConnectorId(""))
TWO_HOURS = timedelta(hours=2)


def with_statuses(*statuses: Status, **changes) -> Station:
    evses = (replace(an_evse(), status=statuses[0]), replace(an_evse(NEIGHBOUR), status=statuses[-1]))
    return a_station(evses=evses, **changes)


@pytest.fixture
async def busy(house: House):
    """Both connectors are in use."""
    await house.stations.receive([with_statuses(Status.CHARGING)])


async def leaves(house: House, *statuses: Status) -> None:
    """The operator pushes it."""
    await house.stations.change(a_station().id, lambda _: with_statuses(*statuses))


async def test_who_waits_for_a_connector_is_told_once_when_the_car_leaves(house: House, busy):
    assert await house.alerts.add(ANNA, HERE, TWO_HOURS)
    await leaves(house, Status.CHARGING, Status.AVAILABLE)
    assert await house.told() == []
    for _ in range(2):
        await leaves(house, Status.AVAILABLE)
        await leaves(house, Status.CHARGING)
    assert await house.told() == ["freed"]
    assert await house.alerts.of(ANNA) == []
    (notice,) = await house.db.read(lambda uow: uow.notices.due(house.clock.now(), 10))
    assert (notice.facts["evse"], notice.facts["connector"], notice.silent) == (EVSE, PLUG, False)


async def test_a_station_is_free_when_any_connector_is_that_fits_the_car(house: House, busy):
    await house.alerts.add(ANNA, replace(ANYTHING, plugs=("CHADEMO",)), TWO_HOURS)
    await house.alerts.add(BOB, ANYTHING, TWO_HOURS)
    await leaves(house, Status.CHARGING, Status.AVAILABLE)
    assert await house.told(ANNA) == []
    assert await house.told(BOB) == ["freed"]


async def test_a_pull_tells_as_a_push_does(house: House, busy):
    await house.alerts.add(ANNA, HERE, TWO_HOURS)
    await house.stations.receive([with_statuses(Status.AVAILABLE)])
    assert await house.told() == ["freed"]


async def test_an_operator_that_never_pushes_is_asked_every_few_minutes(house: House, busy):
    await house.alerts.add(ANNA, HERE, TWO_HOURS)
    house.gateway.pulling.append(PartnerError("503"))
    await house.let_pass(house.pace.look_for_free * 2)
    assert await house.told() == []
    house.gateway.stations[a_station().id] = with_statuses(Status.AVAILABLE)
    await house.let_pass(house.pace.look_for_free)
    assert await house.told() == ["freed"]


async def test_when_the_time_is_over_it_is_told_once_silently_and_nobody_looks_any_more(house: House, busy):
    await house.alerts.add(ANNA, HERE, TWO_HOURS)
    await house.let_pass(TWO_HOURS + timedelta(minutes=1))
    assert await house.told() == ["alert_over"]
    (notice,) = await house.db.read(lambda uow: uow.notices.due(house.clock.now(), 10))
    assert notice.silent
    await leaves(house, Status.AVAILABLE)
    await house.let_pass(timedelta(hours=1))
    assert await house.told() == ["alert_over"]
    assert not await house.db.read(lambda uow: uow.alerts.at([a_station().id]))


async def test_what_is_free_already_is_not_waited_for(house: House):
    assert await house.alerts.add(ANNA, HERE, TWO_HOURS) is None
    assert await house.alerts.of(ANNA) == []


async def test_asked_again_the_end_moves_and_it_can_be_called_off(house: House, busy):
    for hours in HOURS:
        await house.alerts.add(ANNA, HERE, timedelta(hours=hours))
    (alert,) = await house.alerts.of(ANNA)
    assert alert.until == house.clock.now() + timedelta(hours=HOURS[-1])
    await house.alerts.remove(BOB, HERE.station_id, HERE.evse_uid)
    assert len(await house.alerts.of(ANNA)) == 1
    await house.alerts.remove(ANNA, HERE.station_id, HERE.evse_uid)
    await leaves(house, Status.AVAILABLE)
    assert await house.told() == []


async def test_a_driver_waits_for_ten_places_at_most_and_for_none_that_is_not_there(house: House):
    stations = [with_statuses(Status.CHARGING, location_id=LocationId(f"L{n}")) for n in range(MOST + 1)]
    await house.stations.receive(stations)
    for station in stations[:MOST]:
        await house.alerts.add(ANNA, Wanted(station.id, EVSE, PLUG), TWO_HOURS)
    for wanted, why in (
        (Wanted(stations[-1].id, EVSE, PLUG), Why.TOO_MANY_ALERTS),
        (Wanted(stations[0].id, EvseUid("gone"), PLUG), Why.UNKNOWN_CONNECTOR),
    ):
        with pytest.raises(Refused) as refused:
            await house.alerts.add(ANNA, wanted, TWO_HOURS)
        assert refused.value.why is why


async def test_what_a_card_alone_can_start_is_not_waited_for(house: House):
    by_card = replace(an_evse(), status=Status.CHARGING, capabilities=frozenset())
    await house.stations.receive([a_station(evses=(by_card,))])
    with pytest.raises(Refused) as refused:
        await house.alerts.add(ANNA, ANYTHING, TWO_HOURS)
    assert refused.value.why is Why.NOT_STARTABLE


async def test_a_death_after_the_status_was_stored_costs_nobody_the_word(house: House, busy):
    await house.alerts.add(ANNA, HERE, TWO_HOURS)
    await leaves(house, Status.AVAILABLE)
    await house.restart()
    assert await house.told() == ["freed"]


def test_only_a_connector_that_has_become_free_is_news():
    busy, free = with_statuses(Status.CHARGING), with_statuses(Status.AVAILABLE)
    assert freed(busy, free)
    assert freed(None, free)
    assert not freed(free, free)
    assert not freed(free, busy)
