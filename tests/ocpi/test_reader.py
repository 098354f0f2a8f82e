from datetime import UTC, datetime
from decimal import Decimal

import pytest

from bot.domain.ids import Party
from bot.ocpi.errors import InvalidParameters
from bot.ocpi.reader import Fields, Notes, Source, read_page
from tests.fakes.clock import NOON
from tests.ocpi import SOURCE
from tests.samples import CITY

MOMENT = datetime(2026, 3, 2, 20, 39, 9, tzinfo=UTC)


def fields(**raw) -> Fields:
    return Fields(raw, Notes())


def reasons(read: Fields) -> list[tuple[str, str, bool]]:
    return [(note.path, note.reason, note.refused) for note in read.notes]


@pytest.mark.parametrize(
    "text",
    [
        "2026-03-02T20:39:09Z",
        "2026-03-02T20:39:09",
        "2026-03-02T20:39:09z",
        "2026-03-02t20:39:09z",
        "2026-03-02 20:39:09",
        " 2026-03-02T20:39:09Z ",
        "2026-03-02T20:39:09+00:00",
        "2026-03-02T20:39:09.000Z",
        "2026-03-02T20:39:09.000000000Z",
        "2026-03-02T22:39:09+02:00",
        "2026-03-02T15:39:09-05:00",
    ],
)
def test_every_way_to_write_a_moment_is_utc_in_the_end(text):
    read = fields(at=text).moment("at")
    assert read == MOMENT
    assert read.tzinfo is UTC


def test_a_moment_is_kept_to_the_millisecond_which_is_all_that_ocpi_can_write():
    assert fields(at="2026-03-02T20:39:09.123987Z").moment("at") == MOMENT.replace(microsecond=123000)


@pytest.mark.parametrize(
    "value",
    [
        "1970-01-01T00:00:00Z",
        "9999-12-31T23:59:59Z",
        "9999-12-31T23:59:59-10:00",
        "0001-01-01T00:00:00+10:00",
        "20260302203909",
        "1435610349",
        "tomorrow",
        "",
        0,
        1435610349,
        True,
        [],
        {},
    ],
)
def test_a_moment_nobody_can_believe_is_none_and_noted(value):
    read = fields(at=value)
    assert read.moment("at") is None
    assert [path for path, _, refused in reasons(read) if refused] == ["at"]


@pytest.mark.parametrize("value", [15, "15", " 15 ", "15.0", Decimal("15.00"), "1.5E1"])
def test_a_number_may_stand_in_quotes(value):
    assert fields(kwh=value).number("kwh") == 15


@pytest.mark.parametrize(
    "value",
    [
        "NaN",
        "inf",
        "-Infinity",
        "sNaN",
        "1_5",
        "12,5",
        "",
        "x",
        True,
        [],
        {},
        Decimal("1E+400"),
        Decimal("1E+9999999"),
        10**4000,
    ],
)
def test_a_number_that_is_none_or_absurd_is_refused(value):
    read = fields(kwh=value)
    assert read.number("kwh") is None
    assert [refused for *_, refused in reasons(read)] == [True]


def test_a_number_has_limits_and_no_endless_tail():
    assert fields(kwh=-1).number("kwh", 0) is None
    assert fields(kwh=Decimal("1E-400")).number("kwh") == 0
    assert fields(kwh=Decimal("0." + "3" * 500)).number("kwh") == Decimal("0.3333333333")


def test_null_is_absent_and_leaves_no_note():
    read = fields(a=None)
    assert (read.text("a"), read.number("a"), read.moment("a"), read.flag("a"), read.words("a")) == (
        None,
        None,
        None,
        None,
        (),
    )
    assert (read.child("a"), read.children("a"), read.display_texts("a")) == (None, [], ())
    assert not reasons(read)


def test_a_text_may_be_a_number_and_an_over_long_one_is_kept_and_noted():
    assert fields(ref=3).text("ref") == "3"
    assert fields(ref=" ").text("ref") is None
    read = fields(ref="x" * 17)
    assert read.text("ref", 16) == "x" * 17
    assert reasons(read) == [("ref", "longer than 16 characters", False)]
    assert fields(ref={"a": 1}).text("ref") is None


def test_the_filler_na_is_no_id():
    assert fields(evse_uid="#NA").id("evse_uid") is None


@pytest.mark.parametrize(
    ("value", "meant"), [(True, True), (False, False), ("TRUE", True), ("no", False), (0, False), ("maybe", None)]
)
def test_a_flag_may_be_a_word(value, meant):
    assert fields(publish=value).flag("publish") is meant


def test_single_values_stand_for_lists_of_one():
    assert fields(ids="11").words("ids") == ("11",)
    assert fields(ids=[11, "12", None, {}]).words("ids") == ("11", "12")
    assert [child.raw for child in fields(evses={"uid": 1}).children("evses")] == [{"uid": 1}]
    assert fields(operator=[{"name": "x"}]).child("operator").raw == {"name": "x"}
    assert fields(message="Hello").display_texts("message") == (("en", "Hello"),)
    assert fields(message={"language": "NL", "text": "Hallo"}).display_texts("message") == (("nl", "Hallo"),)


def test_a_bad_part_is_left_out_of_its_list_and_named_with_its_path():
    read = fields(id="L1", evses=[{"connectors": [{"id": "1"}, {}, 7]}])
    (evse,) = read.children("evses")
    assert evse.each("connectors", lambda c: c.needed_id("id")) == ("1",)
    assert [(n.object_id, n.path, n.refused) for n in read.notes] == [
        ("L1", "evses[0].connectors", True),
        ("L1", "evses[0].connectors[1]", True),
    ]


def test_a_bad_object_does_not_cost_its_page():
    notes = Notes()
    page = [{"id": "1"}, None, {}, [], {"id": "2"}]
    read = list(read_page(page, lambda raw, _, n: Fields.of(raw, n).needed_id("id"), SOURCE, notes))
    assert read == ["1", "2"]
    assert len(notes) == 3


def test_the_owner_is_told_by_the_object_or_else_by_its_way_here():
    assert fields(country_code="be", party_id="bec").party(SOURCE) == Party("BE", "BEC")
    assert fields().party(SOURCE) == SOURCE.party
    with pytest.raises(InvalidParameters):
        fields(country_code="BE").party(Source(CITY, NOON))


def test_what_is_sent_to_an_address_must_be_what_the_address_names():
    addressed = Source(CITY, NOON, Party("NL", "CIT"), "LOC1")
    assert fields(id="loc1").needed_id("id", addressed.object_id) == "loc1"
    assert fields().needed_id("id", addressed.object_id) == "LOC1"
    with pytest.raises(InvalidParameters):
        fields(id="LOC2").needed_id("id", addressed.object_id)
    with pytest.raises(InvalidParameters):
        fields(country_code="NL", party_id="OTH").party(addressed)
