"""What the search rows say of a station, and that the search finds exactly what a look at every station finds."""

import random
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.driver import Filters
from bot.domain.station import EARTH_RADIUS_M, Point, Status
from data.db.search import ACCESSIBLE, ANY_PLUG, RINGS_M, box, lat_row, search_rows
from data.db.sqlite import SqliteDatabase
from tests.data.db.samples import DAM, evse, station
from tests.fakes.database import FakeDatabase

AC, DC = ("IEC_62196_T2", 22_000), ("IEC_62196_T2_COMBO", 150_000)
PLACES = st.builds(Point, st.floats(-90, 90), st.floats(-180, 180))


def test_a_row_for_each_plug_and_one_for_all_together():
    rows = search_rows(station("S", DAM, evse("1", plugs=(AC, DC)), evse("2", plugs=(AC,))))
    assert {plug: (row["total"], row["free"], row["best_watts"]) for plug, row in rows.items()} == {
        ANY_PLUG: (2, 2, 150_000),
        AC[0]: (2, 2, 22_000),
        DC[0]: (1, 1, 150_000),
    }


def test_the_best_power_is_that_of_a_charge_point_free_and_startable_right_now():
    busy = evse("1", plugs=(DC,), status=Status.CHARGING)
    card_only = evse("2", plugs=(("IEC_62196_T2_COMBO", 300_000),), startable=False)
    weak = evse("3", plugs=(("IEC_62196_T2_COMBO", 50_000),))
    row = search_rows(station("S", DAM, busy, card_only, weak))[DC[0]]
    assert (row["total"], row["free"], row["best_watts"], row["max_watts"], row["startable"]) == (
        3,
        2,
        50_000,
        300_000,
        True,
    )
    row = search_rows(station("S", DAM, busy, card_only))[DC[0]]
    assert (row["best_watts"], row["startable"]) == (0, True)
    row = search_rows(station("S", DAM, card_only))[DC[0]]
    assert (row["best_watts"], row["startable"]) == (0, False)


def test_power_nobody_told_still_counts_as_free_and_absurd_power_fits():
    assert search_rows(station("S", DAM, evse("1", plugs=(("CHADEMO", 0),))))["CHADEMO"]["best_watts"] == 1
    assert search_rows(station("S", DAM, evse("1", plugs=(("CHADEMO", 10**15),))))["CHADEMO"]["best_watts"] == 10**7


def test_charge_points_with_accessible_parking_have_rows_of_their_own():
    reserved = replace(evse("1", plugs=(AC, DC)), parking_restrictions=("DISABLED",))
    rows = search_rows(station("S", DAM, reserved, evse("2", plugs=(AC,))))
    accessible = {row["plug"]: row["total"] for row in rows.values() if str(row["plug"]).startswith(ACCESSIBLE)}
    assert accessible == {ACCESSIBLE + plug: 1 for plug in (ANY_PLUG, AC[0], DC[0])}
    assert {rows[ACCESSIBLE + plug]["max_watts"] for plug in (ANY_PLUG, DC[0])} == {150_000}
    assert rows[AC[0]]["total"] == 2


def test_a_station_nobody_may_see_has_no_rows():
    assert search_rows(station("S", published=False)) == {}
    assert search_rows(station("S", DAM, evse("1", status=Status.PLANNED))) == {}


@given(PLACES, st.sampled_from(RINGS_M), st.floats(0, 1), st.floats(0, 6.28))
def test_a_box_holds_every_point_of_its_ring(centre: Point, ring: float, share: float, bearing: float):
    place = _towards(centre, ring * share, bearing)
    if centre.metres_to(place) <= ring:
        first, last, spans = box(centre, ring)
        assert first <= lat_row(place.lat) <= last
        assert any(west <= place.lon <= east for west, east in spans)


def _towards(start: Point, metres: float, bearing: float) -> Point:
    from math import asin, atan2, cos, degrees, radians, sin

    angle, lat = metres / EARTH_RADIUS_M, radians(start.lat)
    to = asin(max(-1.0, min(1.0, sin(lat) * cos(angle) + cos(lat) * sin(angle) * cos(bearing))))
    turn = atan2(sin(bearing) * sin(angle) * cos(lat), cos(angle) - sin(lat) * sin(to))
    return Point(degrees(to), (start.lon + degrees(turn) + 180) % 360 - 180)


@pytest.mark.parametrize("seed", range(3))
async def test_the_search_finds_what_a_look_at_every_station_finds(sqlite: SqliteDatabase, seed: int):
    chance = random.Random(seed)
    middle = Point(chance.uniform(-70, 70), chance.choice((-179.9, 0.0, 5.0, 179.9)))
    stations = [
        station(
            f"L{n}",
            _towards(middle, 40_000 * chance.random() ** 3, chance.uniform(0, 6.28)),
            replace(
                evse(f"E{n}", plugs=(chance.choice((AC, DC)),), startable=chance.random() < 0.6),
                parking_restrictions=chance.choice(((), ("CUSTOMERS",), ("DISABLED",))),
            ),
        )
        for n in range(400)
    ]
    fake = FakeDatabase()
    for database in (fake, sqlite):
        await database.write(lambda uow: uow.stations.put(stations))
    for _ in range(20):
        where = _towards(middle, chance.uniform(0, 50_000), chance.uniform(0, 6.28))
        filters = Filters(
            startable=chance.random() < 0.5,
            plugs=chance.choice(((), (DC[0],))),
            watts=chance.choice((0, 22_000, 50_000)),
            free=chance.random() < 0.5,
            accessible=chance.random() < 0.5,
        )
        asked = {"limit": chance.choice((1, 5, 50)), "filters": filters}
        expected, found = [await db.read(lambda uow: uow.stations.near(where, **asked)) for db in (fake, sqlite)]  # noqa: B023  read at once
        assert found == expected


async def test_a_changed_status_writes_few_rows_and_an_unchanged_station_one_look(sqlite: SqliteDatabase):
    evses = [evse(f"E{n}", plugs=(AC, DC)) for n in range(20)]
    await sqlite.write(lambda uow: uow.stations.put([station("S", DAM, *evses)]))
    said: list[str] = []
    sqlite._writer.set_trace_callback(said.append)
    await sqlite.write(lambda uow: uow.stations.put([station("S", DAM, *evses)]))
    assert [s.split()[0] for s in said] == ["BEGIN", "SELECT", "COMMIT"]
    said.clear()
    evses[3] = evse("E3", plugs=(AC, DC), status=Status.CHARGING)
    await sqlite.write(lambda uow: uow.stations.put([station("S", DAM, *evses)]))
    sqlite._writer.set_trace_callback(None)
    assert [s.split()[0] for s in said[1:-1]] == [
        "SELECT",
        "INSERT",
        "INSERT",
        "SELECT",  # whether its network is switched off
        "SELECT",
        "INSERT",
        "INSERT",
        "INSERT",
        "SELECT",
        "SELECT",  # the words of its name
    ]


async def test_a_search_reads_only_its_index(sqlite: SqliteDatabase):
    plan = sqlite._reader.execute(
        "EXPLAIN QUERY PLAN SELECT station_id, lat, lon FROM nearby "
        "WHERE plug IN ('') AND lat_row IN (1, 2) AND lon BETWEEN 1 AND 2 AND startable = 1"
    ).fetchall()
    assert [row[3] for row in plan] == ["SEARCH nearby USING PRIMARY KEY (plug=? AND lat_row=? AND lon>? AND lon<?)"]
