"""Where to charge instead: free and startable, the same site first, then the same plug, then the nearest."""

from bot.domain.ids import EvseUid, LocationId
from bot.domain.station import Connector, Point, Status
from bot.services.elsewhere import MOST, Elsewhere
from tests.fakes.clock import ManualClock
from tests.fakes.database import FakeDatabase
from tests.samples import EVSE, NEIGHBOUR, PLUG, a_place, a_station, an_evse

AT = a_place(standard="IEC_62196_T2")


def station(name, *evses, lat=52.37):
    return a_station(location_id=LocationId(name), name=name, point=Point(lat, 4.9), evses=evses)


async def found(*stations):
    db = FakeDatabase()
    await db.write(lambda uow: uow.stations.put(stations))
    others = await Elsewhere(db, ManualClock()).free(AT)
    return [(other.offer.station.title, other.offer.evse.uid, round(other.metres)) for other in others]


async def test_the_same_site_comes_first_and_the_connector_itself_never():
    near = station("Near", an_evse(EvseUid("9")), lat=52.371)
    assert await found(a_station(), near) == [("Market square", NEIGHBOUR, 0), ("Near", "9", 111)]


async def test_what_is_busy_or_cannot_be_started_is_left_out():
    busy = station("Busy", an_evse(EvseUid("7"), status=Status.CHARGING), lat=52.371)
    terminal = station("Terminal", an_evse(EvseUid("8"), capabilities=frozenset()), lat=52.372)
    assert await found(a_station(evses=(an_evse(EVSE),)), busy, terminal) == []


async def test_the_same_plug_comes_before_a_nearer_one_that_does_not_fit():
    other = an_evse(EvseUid("7"), connectors=(Connector(PLUG, "CHADEMO", watts=50_000),))
    wrong = station("Wrong plug", other, lat=52.371)
    right = station("Right plug", an_evse(EvseUid("8")), lat=52.375)
    names = [name for name, *_ in await found(a_station(evses=(an_evse(EVSE),)), wrong, right)]
    assert names == ["Right plug", "Wrong plug"]


async def test_there_are_never_more_than_a_screen_takes():
    many = [station(f"S{n}", an_evse(EvseUid(str(n))), lat=52.38 + n / 100) for n in range(MOST + 3)]
    assert len(await found(a_station(), *many)) == MOST


async def test_a_station_that_is_gone_has_nothing_beside_it():
    assert await found() == []
