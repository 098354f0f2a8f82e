"""Stations: stored whole, hidden when they are gone, found near a point and by what is printed on them."""

from dataclasses import replace

import pytest

from bot.domain.driver import Filters
from bot.domain.identifier import normalised
from bot.domain.ids import PartnerId, Party
from bot.domain.placename import words_of
from bot.domain.station import Point, Station, Status
from bot.ports import Database
from data.db.ready import made_ready
from tests.data.db.samples import DAM, PARTNER, PARTY, after, evse, station

CCS = (("IEC_62196_T2_COMBO", 150_000),)


def north(metres: float, point: Point = DAM) -> Point:
    return Point(point.lat + metres / 111_195, point.lon)


async def put(database: Database, *stations: Station) -> int:
    return await database.write(lambda uow: uow.stations.put(stations))


async def near(
    database: Database, point: Point = DAM, limit: int = 10, *, startable: bool = False, plugs: tuple[str, ...] = ()
):
    found = await database.read(
        lambda uow: uow.stations.near(point, limit=limit, filters=Filters(startable=startable, plugs=plugs))
    )
    assert all(f.metres == pytest.approx(point.metres_to(f.station.point)) for f in found)
    return [str(f.station.location_id) for f in found]


async def by_identifier(database: Database, typed: str, limit: int = 5):
    found = await database.read(lambda uow: uow.stations.by_identifier(normalised(typed), limit))
    return [(str(s.location_id), str(e.uid)) for s, e in found]


async def test_a_station_comes_back_whole(database: Database):
    whole = station("LOC1", DAM, evse("E1", plugs=CCS), evse("E2", physical_reference="B"), heard_at=after(1))
    assert await put(database, whole) == 1
    stored = await database.read(lambda uow: uow.stations.get(whole.id))
    assert stored == whole
    assert stored.heard_at == after(1)


async def test_only_what_changed_is_counted(database: Database):
    many = [station(f"L{i}", north(i)) for i in range(300)]
    assert await put(database, *many) == 300
    assert await put(database, *many) == 0
    assert await put(database, *many[:10], replace(many[10], name="New")) == 1


async def test_an_unchanged_station_was_heard_of_all_the_same(database: Database):
    await put(database, station(heard_at=after(1)))
    assert await put(database, station(heard_at=after(2))) == 0
    assert await database.write(lambda uow: uow.stations.absent_since(PARTNER, None, after(2))) == 0
    stored = await database.read(lambda uow: uow.stations.get(station().id))
    assert stored is not None
    assert stored.heard_at == after(2)


async def test_stations_not_heard_of_in_a_full_pull_are_hidden_until_they_come_back(database: Database):
    other_party = station("L3", DAM, party=Party.of("DE", "ABC"), heard_at=after(1))
    other_partner = station("L4", DAM, partner_id=PartnerId(2), heard_at=after(1))
    await put(database, station("L1", heard_at=after(5)), station("L2", heard_at=after(1)), other_party, other_partner)
    assert await database.write(lambda uow: uow.stations.absent_since(PARTNER, PARTY, after(5))) == 1
    assert sorted(await near(database)) == ["L1", "L3", "L4"]
    assert await database.read(lambda uow: uow.stations.get(station("L2").id)) is None
    assert await by_identifier(database, "NL*CIT*L2-1") == []
    assert await database.write(lambda uow: uow.stations.absent_since(PARTNER, None, after(5))) == 1
    assert await put(database, station("L2", heard_at=after(6))) == 1
    assert sorted(await near(database)) == ["L1", "L2", "L4"]


async def test_the_nearest_come_first(database: Database):
    places = {"far": 60_000, "mid": 6_000, "next": 900, "here": 10, "out": 81_000, "wide": 20_000}
    await put(database, *(station(name, north(metres)) for name, metres in places.items()))
    assert await near(database) == ["here", "next", "mid", "wide", "far"]
    assert await near(database, limit=1) == ["here"]
    assert await near(database, limit=3) == ["here", "next", "mid"]


async def test_a_search_crosses_the_date_line_and_the_poles(database: Database):
    await put(
        database,
        station("west", Point(-17.0, 179.999)),
        station("east", Point(-17.0, -179.998)),
        station("pole", Point(89.99, -30.0)),
        station("beyond", Point(89.98, 150.0)),
    )
    assert await near(database, Point(-17.0, -179.9999)) == ["west", "east"]
    assert await near(database, Point(-17.0, 180.0)) == ["west", "east"]
    assert await near(database, Point(89.999, 150.0)) == ["pole", "beyond"]
    assert await near(database, Point(90.0, 0.0)) == ["pole", "beyond"]


async def test_only_stations_with_the_plug_and_a_start_from_afar_are_found_when_asked_for(database: Database):
    both = station("both", north(1), evse("A1"), evse("A2", plugs=CCS, startable=False))
    await put(database, both, station("type2", north(2)), station("ccs", north(3), evse("C1", plugs=CCS)))
    assert await near(database, plugs=("IEC_62196_T2_COMBO",)) == ["both", "ccs"]
    assert await near(database, plugs=("iec_62196_t2_combo",), startable=True) == ["ccs"]
    assert await near(database, plugs=("IEC_62196_T2", "IEC_62196_T2_COMBO"), startable=True) == [
        "both",
        "type2",
        "ccs",
    ]
    assert await near(database, plugs=("CHADEMO",)) == []


async def test_an_occupied_station_is_still_found_and_a_removed_one_is_not(database: Database):
    await put(database, station("S", DAM, evse("E1", status=Status.CHARGING)))
    assert await near(database, startable=True) == ["S"]
    await put(database, station("S", DAM, evse("E1", status=Status.REMOVED)))
    assert await near(database) == []
    assert await database.read(lambda uow: uow.stations.get(station("S").id)) is not None


async def test_an_unpublished_station_is_not_found(database: Database):
    await put(database, station("S", published=False))
    assert await near(database) == []
    assert await by_identifier(database, "S-1") == []


async def test_a_station_that_moved_is_found_where_it_is_now(database: Database):
    await put(database, station("S", DAM))
    await put(database, station("S", Point(48.2, 16.37)))
    assert await near(database) == []
    assert await near(database, Point(48.2, 16.37)) == ["S"]


async def test_a_changed_plug_changes_what_is_found(database: Database):
    await put(database, station("S", DAM, evse("E1")))
    await put(database, station("S", DAM, evse("E1", plugs=CCS)))
    assert await near(database, plugs=("IEC_62196_T2",)) == []
    assert await near(database, plugs=("IEC_62196_T2_COMBO",)) == ["S"]


async def test_an_identifier_is_found_exactly_before_by_its_end(database: Database):
    await put(
        database,
        station("L1", DAM, evse("E1", evse_id="NL*CIT*E201*1")),
        station("L2", DAM, evse("E2", evse_id="NL*CIT*E999*1", physical_reference="2O1-I")),
        station("L3", DAM, evse("E3", evse_id="NL*ABC*E7201*1")),
    )
    assert await by_identifier(database, "nl-cit-e2o1-1") == [("L1", "E1")]
    assert await by_identifier(database, "2011") == [("L2", "E2")]
    assert sorted(await by_identifier(database, "011")) == [("L1", "E1"), ("L2", "E2"), ("L3", "E3")]
    assert len(await by_identifier(database, "011", limit=2)) == 2
    assert await by_identifier(database, "E9991") == [("L2", "E2")]
    assert await by_identifier(database, "NL*XXX") == []
    assert await by_identifier(database, "") == []


async def test_a_charge_point_that_answers_to_two_forms_comes_once(database: Database):
    await put(database, station("L1", DAM, evse("E1", evse_id="NL*CIT*E201", physical_reference="201")))
    assert await by_identifier(database, "01") == [("L1", "E1")]


async def test_a_sticker_that_was_changed_is_found_by_its_new_words_alone(database: Database):
    await put(database, station("L1", DAM, evse("E1", evse_id="NL*CIT*E1")))
    await put(database, station("L1", DAM, evse("E1", evse_id="NL*CIT*E2")))
    assert await by_identifier(database, "NL*CIT*E1") == []
    assert await by_identifier(database, "NL*CIT*E2") == [("L1", "E1")]


async def test_a_place_that_is_not_on_earth_is_refused(database: Database):
    for point in (Point(float("nan"), 0.0), Point(91.0, 0.0), Point(0.0, 180.5)):
        with pytest.raises(ValueError, match="nowhere on earth"):
            await put(database, station("S", point))


# ── from an operator's list ──────────────────────────────────────────────────────────────────────────────────────────


async def put_ready(database: Database, *stations: Station, source: bytes = b"words", seconds: float = 1) -> int:
    ready = [made_ready(one, source, after(seconds)) for one in stations]
    return await database.write(lambda uow: uow.stations.put_ready(ready))


async def sources(database: Database, *stations: Station):
    return await database.read(lambda uow: uow.stations.sources([one.id for one in stations]))


async def test_a_station_made_ready_elsewhere_is_as_one_put_here(database: Database):
    one, other = station("LOC1", DAM, evse("E1", plugs=CCS)), station("LOC2", north(100), evse("E2"))
    assert await put_ready(database, one) == 1
    await put(database, other)
    stored = await database.read(lambda uow: uow.stations.get(one.id))
    assert stored == one
    assert stored is not None
    assert stored.heard_at == after(1)
    assert await near(database) == ["LOC1", "LOC2"]
    assert await by_identifier(database, "E1") == [("LOC1", "E1")]


async def test_the_words_a_station_was_read_from_are_remembered_until_a_push_changes_it(database: Database):
    one, other = station("LOC1"), station("LOC2")
    await put_ready(database, one, other)
    assert await sources(database, one, other) == {one.id: b"words", other.id: b"words"}
    await put(database, one)
    assert await sources(database, one) == {one.id: b"words"}
    await put(database, replace(one, name="Renamed"))
    assert await sources(database, one, other) == {other.id: b"words"}


async def test_other_words_for_the_same_station_change_nothing_but_the_words(database: Database):
    one = station("LOC1")
    await put_ready(database, one)
    assert await put_ready(database, one, source=b"other", seconds=2) == 0
    assert await sources(database, one) == {one.id: b"other"}


async def test_what_changed_in_the_list_is_found_anew_and_what_is_gone_is_not(database: Database):
    await put_ready(database, station("LOC1", DAM, evse("E1", evse_id="NL*CIT*EOLD", plugs=CCS)))
    moved = station("LOC1", north(3_000), evse("E1", evse_id="NL*CIT*ENEW"))
    assert await put_ready(database, moved, source=b"new") == 1
    assert await near(database, plugs=("IEC_62196_T2_COMBO",)) == []
    assert await near(database) == ["LOC1"]
    assert await by_identifier(database, "NL*CIT*EOLD") == []
    assert await by_identifier(database, "NL*CIT*ENEW") == [("LOC1", "E1")]


async def test_a_hidden_station_has_no_words_and_comes_back_when_it_is_read_again(database: Database):
    one = station("LOC1")
    await put_ready(database, one)
    await database.write(lambda uow: uow.stations.absent_since(PARTNER, None, after(5)))
    assert await sources(database, one) == {}
    assert await put_ready(database, one, seconds=6) == 1
    assert await near(database) == ["LOC1"]


async def test_a_station_heard_of_again_is_not_absent(database: Database):
    one, other = station("LOC1"), station("LOC2")
    await put_ready(database, one, other)
    await database.write(lambda uow: uow.stations.heard([one.id], after(9)))
    assert await database.write(lambda uow: uow.stations.absent_since(PARTNER, None, after(5))) == 1
    assert await near(database) == ["LOC1"]


# ── by name ──────────────────────────────────────────────────────────────────────────────────────────────────────────


async def by_words(database: Database, typed: str, limit: int = 5):
    found = await database.read(lambda uow: uow.stations.by_words(words_of(typed), limit))
    return sorted(str(s.location_id) for s in found)


async def test_a_station_is_found_by_the_beginnings_of_its_name_and_address(database: Database):
    await put(
        database,
        station("L1", name="Café de l'Étoile", address="Kerkstraat 12", city="Amsterdam"),
        station("L2", name="Straße am Markt", address="Dam 1", city="Amsterdam"),
    )
    assert await by_words(database, "cafe ETOILE") == ["L1"]
    assert await by_words(database, "strasse") == ["L2"]
    assert await by_words(database, "amst") == ["L1", "L2"]
    assert await by_words(database, "amsterdam kerk") == ["L1"]
    assert await by_words(database, "amst", limit=1) != []
    assert await by_words(database, "amsteradm") == ["L1", "L2"]
    assert await by_words(database, "rotterdam") == []
    for nothing in ("", "🚗", '" OR 1=1 --', "*", "'; DROP TABLE stations", "\u202e", "x" * 10_000):
        assert await by_words(database, nothing) == []


async def test_of_many_with_the_same_word_the_nearest_come_first(database: Database):
    town = [station(f"L{n:03d}", Point(52 + n / 1000, 5), name=f"Utrecht {n}", city="Utrecht") for n in range(150)]
    await put(database, *reversed(town), station("X", Point(52, 5), name="Utrechtsestraat"))

    async def first(*words: str, here: Point | None = None) -> list[str]:
        found = await database.read(lambda uow: uow.stations.by_words(words, 3, here))
        return [str(s.location_id) for s in found]

    assert await first("utrecht", here=Point(52.1004, 5)) == ["L100", "L101", "L099"]
    assert await first("utrecht", here=Point(-40, 5)) == ["L000", "X", "L001"]
    assert await first("utrecht") == ["L000", "L001", "L002"]
    assert await first("utrecht", "7") == ["L007", "L070", "L071"]
    assert await first("utrechd", here=Point(52.149, 5)) == ["L149", "L148", "L147"]


async def test_of_a_word_that_more_have_than_are_looked_at_the_nearest_are_found_all_the_same(database: Database):
    many = [station(f"L{n:04d}", Point(40 + n / 500, 5), name="Park") for n in range(2_100)]
    await put_ready(database, *many, station("ZZ", Point(44.2, 5.0001), name="Park and ride"))

    async def first(words: str, here: Point | None) -> list[str]:
        found = await database.read(lambda uow: uow.stations.by_words(words_of(words), 2, here))
        return [str(s.location_id) for s in found]

    assert await first("park", Point(44.2, 5)) == ["ZZ", "L2099"]
    assert await first("park ride", Point(44.2, 5)) == ["ZZ"]
    assert await first("park ride", None) == ["ZZ"]
    assert await first("par", Point(40, 5)) == ["L0000", "L0001"]


async def test_a_renamed_or_hidden_station_is_found_by_its_new_words_alone(database: Database):
    await put_ready(database, station("L1", name="Oldname", heard_at=after(1)))
    await put(database, station("L1", name="Newname", heard_at=after(1)))
    assert await by_words(database, "oldname") == []
    assert await by_words(database, "newname") == ["L1"]
    await database.write(lambda uow: uow.stations.absent_since(PARTNER, None, after(5)))
    assert await by_words(database, "newname") == []
    await put_ready(database, station("L1", name="Third"), seconds=6)
    assert await by_words(database, "third") == ["L1"]


async def test_only_the_stations_of_one_network_are_found_when_that_is_asked(database: Database):
    other = Party.of("DE", "ABC")
    await put(database, station("L1"), station("L2", north(50), party=other))
    for startable in (True, False):
        wish = Filters(startable=startable, network=other)
        found = await database.read(lambda uow, wish=wish: uow.stations.near(DAM, limit=5, filters=wish))
        assert [str(one.station.location_id) for one in found] == ["L2"]
