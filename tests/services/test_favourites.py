"""Favourites and the latest places, and where to go when a connector is busy."""

from dataclasses import replace

import pytest

from bot.domain.driver import Favourite
from bot.domain.ids import EvseUid, LocationId
from bot.domain.station import Point, Status
from bot.services.favourites import Favourites
from bot.services.stations import Stations
from tests.samples import ANNA, BOB, EVSE, NEIGHBOUR, PLUG, a_station, an_evse
from tests.services.house import House

HERE = Favourite(a_station().id, EVSE, PLUG)
NEXT = Favourite(a_station().id, NEIGHBOUR, PLUG)


@pytest.fixture
async def house():
    return await House().furnish()


@pytest.fixture
def favourites(house):
    return Favourites(house.db, house.clock)


async def test_a_favourite_is_kept_once_and_shown_as_it_is_now(house, favourites):
    for _ in range(2):
        await favourites.add(ANNA, HERE)
    await favourites.add(ANNA, NEXT)
    places = await favourites.of(ANNA)
    assert [kept.favourite for kept in places.favourites] == [NEXT, HERE]
    assert all(kept.offer for kept in places.favourites)
    assert (await favourites.of(BOB)).favourites == ()
    await favourites.remove(ANNA, NEXT)
    assert [kept.favourite for kept in (await favourites.of(ANNA)).favourites] == [HERE]


async def test_a_favourite_that_is_gone_is_kept_without_a_station(house, favourites):
    await favourites.add(ANNA, replace(HERE, evse_uid=EvseUid("gone")))
    (kept,) = (await favourites.of(ANNA)).favourites
    assert (kept.station, kept.offer) == (None, None)


async def test_where_a_driver_charged_is_a_recent_place_until_it_is_a_favourite(house, favourites):
    await house.press(ANNA)
    assert [kept.favourite for kept in (await favourites.of(ANNA)).recents] == [HERE]
    await favourites.add(ANNA, HERE)
    assert (await favourites.of(ANNA)).recents == ()


async def test_alternatives_are_free_startable_and_those_of_the_same_site_first(house):
    stations = Stations(house.db, house.gateway, house.clock)
    busy, fit = an_evse(EvseUid("B"), status=Status.CHARGING), an_evse(EvseUid("F"))
    by_card = an_evse(EvseUid("C"), capabilities=frozenset())
    await stations.receive(
        [
            a_station(location_id=LocationId("FAR"), point=Point(52.38, 4.9), evses=(fit,)),
            a_station(location_id=LocationId("BUSY"), point=Point(52.371, 4.9), evses=(busy,)),
            a_station(location_id=LocationId("CARD"), point=Point(52.371, 4.9), evses=(by_card,)),
        ]
    )
    found = await stations.alternatives(a_station().id, evse_uid=EVSE)
    assert [(one.offer.station.location_id, one.offer.evse.uid) for one in found] == [
        (a_station().location_id, NEIGHBOUR),
        ("FAR", "F"),
    ]
    assert await stations.alternatives(a_station().id, evse_uid=EVSE, plugs=("CHADEMO",)) == ()
