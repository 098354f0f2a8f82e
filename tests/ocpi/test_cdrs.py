from datetime import timedelta
from decimal import Decimal

import pytest

from bot.domain.ids import Party
from bot.domain.money import Price
from bot.domain.session import Spot
from bot.ocpi import v2_1_1
from bot.ocpi.cdrs import read_cdr, write_cdr
from bot.ocpi.errors import InvalidParameters
from bot.ocpi.reader import Notes
from bot.ocpi.wire import read_json, write_json
from tests.fakes.clock import NOON
from tests.ocpi import SOURCE, example
from tests.samples import PARTY, at

US = Party("NL", "CHB")


def read(raw, notes=None):
    return read_cdr(raw, SOURCE, Notes() if notes is None else notes)


def test_a_cdr_is_read_to_the_cent():
    notes = Notes()
    cdr = read(example("cdr"), notes)
    assert (cdr.party, cdr.id, cdr.session_id) == (PARTY, "CDR-12345", "S-101")
    assert (cdr.token_uid, cdr.reference) == ("A1B2C3D4E5F6A7B8C9D0", "6f1b2c3d-0a1b-4c2d-8e3f-123456789abc")
    assert cdr.total_cost == Price.of("EUR", Decimal("4.00"), Decimal("4.40"))
    assert (cdr.total_energy, cdr.total_hours) == (Decimal("15.342"), Decimal("1.973"))
    assert (cdr.start, cdr.end) == (at(9), NOON + timedelta(hours=1, minutes=58, seconds=32))
    assert [t.id for t in cdr.tariffs] == ["12"]
    assert cdr.periods[0].dimensions == {"TIME": Decimal("1.973")}
    assert cdr.spot == Spot("LOC1", "3256", "1", "NL*CIT*E201*1", "Market square", "Marktplein 4, Utrecht")
    assert not cdr.credit
    assert not len(notes)


@pytest.mark.parametrize("place", [None, {}, [], "LOC1", {"id": "#NA", "name": "Dyke"}])
def test_a_cdr_that_does_not_say_where_it_was_bills_all_the_same(place):
    assert read(example("cdr") | {"cdr_location": place}).spot is None


def test_where_a_cdr_of_2_1_1_was_is_read_from_its_location():
    there = {"id": "L9", "name": "Dyke", "address": "Dyke 1", "evses": [{"uid": "E1", "connectors": [{"id": "2"}]}]}
    old = {name: value for name, value in example("cdr").items() if name != "cdr_location"}
    cdr = read(v2_1_1.cdr_in(old | {"location": there}))
    assert cdr.spot == Spot("L9", "E1", "2", "", "Dyke", "Dyke 1")


def test_a_credit_of_2_3_0_names_what_it_takes_back_and_its_unknown_times_are_found_elsewhere():
    cdr = read(example("cdr_credit_2_3_0"))
    assert (cdr.credit, cdr.credits_id) == (True, "CDR-12345")
    assert cdr.total_cost == Price.of("EUR", Decimal("-4.00"), Decimal("-4.40"))
    assert (cdr.start, cdr.end) == (at(9), cdr.last_updated)


@pytest.mark.parametrize("name", ["cdr", "cdr_credit_2_3_0"])
def test_a_cdr_written_is_read_back_the_same(name):
    cdr = read(example(name))
    assert read(read_json(write_json(write_cdr(cdr, US)))) == cdr


@pytest.mark.parametrize(
    "wrong",
    [
        {"id": None},
        {"currency": None},
        {"currency": "euro"},
        {"total_cost": None},
        {"total_cost": {}},
        {"total_cost": {"excl_vat": "NaN"}},
        {"total_cost": {"excl_vat": Decimal("1E+400")}},
        {"total_energy": None},
        {"total_energy": 10_001},
        {"credit": True},
    ],
)
def test_what_cannot_bill_is_refused(wrong):
    with pytest.raises(InvalidParameters):
        read(example("cdr") | wrong)


def test_a_missing_total_is_not_a_free_charge_and_nought_is():
    assert read(example("cdr") | {"total_cost": {"excl_vat": 0}}).total_cost == Price.of("EUR", Decimal(0))


def test_an_end_before_the_start_is_moved_to_it_and_noted():
    notes = Notes()
    cdr = read(example("cdr") | {"end_date_time": "2026-03-01T00:00:00Z"}, notes)
    assert cdr.end == cdr.start
    assert [note.path for note in notes] == ["end_date_time"]


def test_a_tariff_that_cannot_be_read_does_not_cost_the_bill():
    notes = Notes()
    raw = example("cdr")
    raw["tariffs"].append({"id": "13"})
    assert [t.id for t in read(raw, notes).tariffs] == ["12"]
    assert [note.path for note in notes] == ["tariffs[1]"]


def test_energy_in_wh_is_taken_as_such():
    raw = example("cdr")
    raw["charging_periods"][0]["dimensions"].append({"type": "ENERGY", "volume": 15342})
    assert read(raw).periods[0].dimensions["ENERGY"] == Decimal("15.342")


def test_a_cdr_id_may_have_39_characters():
    notes = Notes()
    assert read(example("cdr") | {"id": "x" * 39}, notes).id == "x" * 39
    assert not len(notes)
