from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.catalogue import Opening
from bot.domain.hours import Hours, Span
from bot.domain.station import Connector, Evse, Point, Status
from bot.ocpi import locations
from bot.ocpi.errors import InvalidParameters, NotFound
from bot.ocpi.kinds import Kind
from bot.ocpi.reader import EARLIEST, Notes
from bot.ocpi.versions import SPOKEN
from bot.ocpi.wire import read_json, write_json
from tests.fakes.clock import NOON
from tests.ocpi import SOURCE, example
from tests.samples import PARTY, a_station, an_evse

LATER = "2026-03-02T13:00:00Z"


def read(raw):
    return locations.read_station(raw, SOURCE, Notes())


def station():
    return read(example("location"))


def addressed(object_id: str):
    return replace(SOURCE, object_id=object_id)


def test_a_location_is_read_whole():
    found = station()
    assert (found.party, found.location_id, found.title, found.city) == (PARTY, "LOC1", "Market square", "Utrecht")
    assert found.point == Point(52.090737, 5.12142)
    assert (found.operator, found.time_zone, found.twentyfourseven) == ("City Charging", "Europe/Amsterdam", False)
    assert (found.facilities, found.parking_type) == (("CAFE", "TRAM_STOP"), "ON_STREET")
    assert found.directions == (("en", "Second street on the left"),)
    assert found.heard_at == NOON
    one, two = found.evses
    assert (one.evse_id, one.physical_reference, one.floor_level) == ("NL*CIT*E201*1", "7", "-1")
    assert one.startable
    assert one.needs_connector
    assert one.directions[0] == ("nl", "Achter de kerk")
    assert [c.watts for c in one.connectors] == [3 * 230 * 16, 150_000]
    assert one.connectors[0].tariff_ids == ("11", "12")
    assert (two.status, two.startable, two.watts) == (Status.RESERVED, False, 50_000)


def test_a_location_that_is_not_published_is_not_visible():
    assert not read(example("location_home_not_published")).published
    assert read(example("location") | {"publish": None}).published


def test_what_2_3_0_adds_is_read_and_unknown_words_are_kept():
    found = read(example("location_2_3_0"))
    assert found.help_phone == "+31 10 555 0100"
    assert "A_WORD_OF_TOMORROW" in found.evses[0].capabilities
    assert found.evses[0].connectors == (
        Connector(
            "1",
            "MCS",
            cable=True,
            power_type="DC",
            watts=3_750_000,
            capabilities=("ISO_15118_20_PLUG_AND_CHARGE",),
        ),
    )


def test_an_untidy_evse_is_read_all_the_same():
    found = locations.with_evse(station(), example("evse_put_untidy"), addressed("3258"), Notes())
    evse = found.evse("3258")
    assert (evse.physical_reference, evse.capabilities) == ("3", frozenset({"RESERVABLE"}))
    assert evse.connectors == (Connector("1", "IEC_62196_T2", tariff_ids=("14",)),)
    assert evse.last_updated == datetime(2026, 3, 1, 12, 39, 9, tzinfo=UTC)
    assert found.last_updated == evse.last_updated
    assert len(found.evses) == 3


def test_a_station_needs_only_ids_and_coordinates():
    found = read({"id": "X", "coordinates": {"latitude": 52, "longitude": "5.1"}, "evses": [{"uid": "1"}]})
    assert (found.party, found.point, found.last_updated) == (PARTY, Point(52, 5.1), NOON)
    assert found.evses[0].status is Status.UNKNOWN


@pytest.mark.parametrize(
    "wrong",
    [
        {"id": None},
        {"coordinates": None},
        {"coordinates": {"latitude": "91", "longitude": "0"}},
        {"coordinates": {"latitude": "NaN", "longitude": "0"}},
    ],
)
def test_a_station_without_id_or_place_is_refused(wrong):
    with pytest.raises(InvalidParameters):
        read(example("location") | wrong)


def test_a_bad_evse_or_connector_does_not_cost_the_location():
    raw = example("location")
    del raw["evses"][0]["uid"]
    del raw["evses"][1]["connectors"][0]["id"]
    notes = Notes()
    found = locations.read_station(raw, SOURCE, notes)
    assert [(e.uid, e.connectors) for e in found.evses] == [("3257", ())]
    assert [(n.object_id, n.path, n.refused) for n in notes] == [
        ("LOC1", "evses[0]", True),
        ("LOC1", "evses[1].connectors[0]", True),
    ]


@pytest.mark.parametrize(
    ("word", "status"), [("available", Status.AVAILABLE), ("ON_FIRE", Status.UNKNOWN), ("REMOVED", Status.REMOVED)]
)
def test_a_status_nobody_knows_is_unknown(word, status):
    raw = example("location")
    raw["evses"][0]["status"] = word
    assert read(raw).evses[0].status is status


@pytest.mark.parametrize(
    ("told", "watts"),
    [
        ({"power_type": "AC_1_PHASE", "max_voltage": 230, "max_amperage": 32}, 7_360),
        ({"power_type": "AC_3_PHASE", "max_voltage": 230, "max_amperage": 32}, 22_080),
        ({"power_type": "AC_3_PHASE", "max_voltage": 400, "max_amperage": 32}, 22_170),
        ({"power_type": "DC", "max_voltage": 400, "max_amperage": "125.5"}, 50_200),
        ({"power_type": "DC", "max_voltage": 400, "max_amperage": 125, "max_electric_power": 43_000}, 43_000),
        ({"power_type": "DC", "max_voltage": 400, "max_amperage": 125, "max_electric_power": 0}, 50_000),
        ({"power_type": "DC"}, 0),
    ],
)
def test_the_power_of_a_plug_is_told_or_reckoned(told, watts):
    raw = example("location")
    raw["evses"][0]["connectors"] = [{"id": "1"} | told]
    assert read(raw).evses[0].connectors[0].watts == watts


def test_a_patch_changes_only_what_it_names_and_needs_its_date():
    found = locations.patched_station(station(), {"name": "New name", "last_updated": LATER}, SOURCE, Notes())
    assert (found.name, found.last_updated) == ("New name", NOON + timedelta(hours=1))
    assert replace(found, name="Market square", last_updated=station().last_updated) == station()
    for wrong in ({"name": "x"}, {"last_updated": "soon"}, None, []):
        with pytest.raises(InvalidParameters):
            locations.patched_station(station(), wrong, SOURCE, Notes())


def test_null_in_a_patch_takes_the_field_away():
    assert locations.patched_station(station(), {"name": None, "last_updated": LATER}, SOURCE, Notes()).name is None


@pytest.mark.parametrize("other", [{"id": "LOC2"}, {"party_id": "OTH"}, {"country_code": "BE"}])
def test_a_patch_cannot_turn_a_location_into_another_one(other):
    with pytest.raises(InvalidParameters):
        locations.patched_station(station(), other | {"last_updated": LATER}, SOURCE, Notes())


def test_an_evse_is_patched_by_its_uid_in_any_case_and_bumps_its_location():
    raw = {"status": "CHARGING", "last_updated": LATER}
    before = replace(station(), evses=(replace(station().evses[0], uid="aB"), station().evses[1]))
    found = locations.with_patched_evse(before, "Ab", raw, SOURCE, Notes())
    assert [(e.uid, e.status) for e in found.evses] == [("aB", Status.CHARGING), ("3257", Status.RESERVED)]
    assert found.last_updated == NOON + timedelta(hours=1)
    assert found.evses[0].connectors == before.evses[0].connectors


def test_a_removed_evse_stays_but_is_no_longer_present():
    found = locations.with_patched_evse(
        station(), "3256", {"status": "REMOVED", "last_updated": LATER}, SOURCE, Notes()
    )
    assert [e.uid for e in found.present] == ["3257"]


def test_an_evse_put_elsewhere_than_its_url_says_is_refused():
    with pytest.raises(InvalidParameters):
        locations.with_evse(station(), example("evse_put_untidy"), addressed("3256"), Notes())


def test_a_connector_is_put_and_patched_within_its_evse():
    put = {"id": "2", "standard": "CHADEMO", "format": "CABLE", "power_type": "DC", "last_updated": LATER}
    found = locations.with_connector(station(), "3256", put, addressed("2"), Notes())
    assert [c.standard for c in found.evses[0].connectors] == ["IEC_62196_T2", "CHADEMO"]
    found = locations.with_patched_connector(
        found, "3256", "1", {"tariff_ids": ["99"], "last_updated": LATER}, SOURCE, Notes()
    )
    assert found.evses[0].connectors[0].tariff_ids == ("99",)
    assert found.evses[0].connectors[0].watts == station().evses[0].connectors[0].watts
    assert found.evses[0].last_updated == found.last_updated == NOON + timedelta(hours=1)


def test_what_is_not_there_can_neither_be_patched_nor_shown():
    patch = {"last_updated": LATER}
    for ask in (
        lambda: locations.with_patched_evse(station(), "nope", patch, SOURCE, Notes()),
        lambda: locations.with_patched_connector(station(), "3256", "nope", patch, SOURCE, Notes()),
        lambda: locations.with_connector(station(), "nope", {"id": "1"}, SOURCE, Notes()),
        lambda: locations.write_evse(station(), "nope"),
        lambda: locations.write_connector(station(), "3256", "nope"),
    ):
        with pytest.raises(NotFound) as missing:
            ask()
        assert (missing.value.http_status, missing.value.status_code) == (404, 2003)


def test_an_evse_and_a_connector_are_shown_as_they_are_stored():
    evse = locations.write_evse(station(), "3256")
    assert (evse["uid"], evse["status"], len(evse["connectors"])) == ("3256", "AVAILABLE", 2)
    assert locations.write_connector(station(), "3256", "2") == evse["connectors"][1]


ids = st.text(st.characters(codec="utf-8", categories=["L", "N"]), min_size=1, max_size=36)
texts = st.text(st.characters(codec="utf-8", categories=["L", "N", "P"]), min_size=1, max_size=16)
words = st.from_regex(r"[A-Z][A-Z_0-9]{0,12}", fullmatch=True)
moments = st.integers(0, 6_000_000_000_000).map(lambda n: EARLIEST + timedelta(milliseconds=n))
directions = st.lists(st.tuples(st.sampled_from(["en", "nl"]), texts), max_size=2).map(tuple)
connectors = st.builds(
    Connector, ids, words, st.booleans(), words, st.integers(0, 10_000_000), st.lists(ids, max_size=2).map(tuple)
)
evses = st.builds(
    Evse,
    uid=ids,
    status=st.sampled_from(Status),
    last_updated=moments,
    evse_id=st.none() | ids,
    physical_reference=st.none() | texts,
    floor_level=st.none() | texts,
    capabilities=st.frozensets(words, max_size=3),
    connectors=st.lists(connectors, max_size=2).map(tuple),
    directions=directions,
    parking_restrictions=st.lists(words, max_size=2).map(tuple),
)
openings = st.builds(
    Opening, st.integers(0, 6), *([st.builds(time, st.integers(0, 23), st.sampled_from((0, 1, 30)))] * 2)
)
spans = st.lists(st.tuples(moments, moments).filter(lambda two: two[0] < two[1]).map(lambda two: Span(*two))).map(tuple)
stations = st.builds(
    replace,
    st.just(a_station()),
    point=st.builds(
        Point,
        st.integers(-900_000_000, 900_000_000).map(lambda n: n / 1e7),
        st.integers(-1_800_000_000, 1_800_000_000).map(lambda n: n / 1e7),
    ),
    last_updated=moments,
    name=st.none() | texts,
    address=st.just("") | texts,
    postal_code=st.none() | texts,
    operator=st.none() | texts,
    help_phone=st.none() | texts,
    published=st.booleans(),
    evses=st.lists(evses, max_size=3, unique_by=lambda e: e.uid).map(tuple),
    directions=directions,
    twentyfourseven=st.booleans(),
    hours=st.builds(Hours, week=st.lists(openings).map(tuple), openings=spans, closings=spans),
    charging_when_closed=st.none() | st.booleans(),
    facilities=st.lists(words, max_size=2).map(tuple),
    parking_type=st.none() | words,
)


def test_regular_hours_are_read_and_what_is_no_time_is_left_out():
    regular = [
        {"weekday": 1, "period_begin": "08:00", "period_end": "20:00"},
        {"weekday": 7, "period_begin": "10:00", "period_end": "24:00"},
        {"weekday": 8, "period_begin": "08:00", "period_end": "20:00"},
        {"weekday": 2, "period_begin": "early", "period_end": "20:00"},
    ]
    raw = example("location") | {"opening_times": {"twentyfourseven": False, "regular_hours": regular}}
    assert read(raw).hours.week == (Opening(0, time(8), time(20)), Opening(6, time(10), time(0)))


@given(stations)
@settings(deadline=None)
def test_a_station_written_is_read_back_the_same(station):
    assert read(read_json(write_json(locations.write_station(station)))) == station


def test_a_station_we_made_up_ourselves_survives_too():
    made = a_station(evses=(an_evse(),))
    assert read(locations.write_station(made)) == made


def test_opening_times_are_read_by_week_and_exception_and_a_bad_entry_costs_itself():
    notes = Notes()
    told = {
        "regular_hours": [
            {"weekday": 1, "period_begin": "08:00", "period_end": "20:00"},
            {"weekday": "2", "period_begin": "8:00", "period_end": "23:59"},
            {"weekday": 3, "period_begin": "22:00:00", "period_end": "24:00"},
            {"weekday": 8, "period_begin": "08:00", "period_end": "20:00"},
            {"weekday": 4, "period_begin": "25:00", "period_end": "20:00"},
            {"weekday": 5, "period_begin": "early", "period_end": None},
            "always",
        ],
        "exceptional_openings": [{"period_begin": "2026-12-24T09:00:00Z", "period_end": "2026-12-24T12:00:00Z"}],
        "exceptional_closings": [
            {"period_begin": "2026-12-25T00:00:00", "period_end": "2026-12-26T00:00:00+01:00"},
            {"period_begin": "2026-12-25T00:00:00Z", "period_end": "2026-12-24T00:00:00Z"},
            {"period_begin": "2026-12-25T00:00:00Z"},
        ],
    }
    raw = example("location") | {"opening_times": told, "charging_when_closed": "no"}
    found = locations.read_station(raw, SOURCE, notes)
    assert found.hours == Hours(
        (Opening(0, time(8), time(20)), Opening(1, time(8), time(0)), Opening(2, time(22), time(0))),
        (Span(datetime(2026, 12, 24, 9, tzinfo=UTC), datetime(2026, 12, 24, 12, tzinfo=UTC)),),
        (Span(datetime(2026, 12, 25, tzinfo=UTC), datetime(2026, 12, 25, 23, tzinfo=UTC)),),
    )
    assert (found.twentyfourseven, found.charging_when_closed) == (False, False)
    refused = {note.path.partition("]")[0] + "]" for note in notes if note.refused and "[" in note.path}
    assert {f"opening_times.regular_hours[{n}]" for n in (3, 4, 5)} <= refused
    assert {f"opening_times.exceptional_closings[{n}]" for n in (1, 2)} <= refused
    assert read(locations.write_station(found)) == found


def test_a_change_of_something_else_leaves_the_hours():
    before = station()
    assert before.hours.week
    patched = locations.patched_station(before, {"name": "New", "last_updated": LATER}, SOURCE, Notes())
    assert (patched.name, patched.hours) == ("New", before.hours)


@pytest.mark.parametrize("raw", [True, [], "24/7", {"regular_hours": 7}, {"regular_hours": {}}, {}])
def test_opening_times_of_no_use_tell_nothing(raw):
    found = read(example("location") | {"opening_times": raw})
    assert (found.twentyfourseven, found.hours) == (None, Hours())


def test_an_operator_of_2_1_1_tells_hours_in_the_same_words():
    told = {"regular_hours": [{"weekday": 7, "period_begin": "10:00", "period_end": "18:00"}]}
    older = SPOKEN["2.1.1"]
    found = older.read_station(example("location") | {"opening_times": told}, SOURCE, Notes())
    assert (found.twentyfourseven, found.hours.week) == (False, (Opening(6, time(10), time(18)),))
    written = older.theirs(Kind.LOCATION, locations.write_station(found))
    assert written["opening_times"] == {"twentyfourseven": False} | told
