from datetime import UTC, date, datetime, time
from decimal import Decimal

import pytest

from bot.domain.money import Price
from bot.domain.tariffs.restrictions import Restrictions
from bot.ocpi.errors import InvalidParameters
from bot.ocpi.reader import Fields, Notes
from bot.ocpi.tariffs import read_price, read_tariff, write_tariff
from bot.ocpi.wire import read_json, write_json
from tests.fakes.clock import NOON
from tests.ocpi import SOURCE, example
from tests.samples import PARTY


def read(raw):
    return read_tariff(raw, SOURCE, Notes())[1]


def with_restrictions(restrictions):
    raw = example("tariff_untidy")
    raw["elements"][0]["restrictions"] = restrictions
    return read(raw).elements[0].restrictions


def test_a_tariff_is_read_whole():
    party, tariff = read_tariff(example("tariff_complex"), SOURCE, Notes())
    assert (party, tariff.id, tariff.currency, tariff.type) == (PARTY, "14", "EUR", "REGULAR")
    assert tariff.alt_texts == (("en", "2.50 to start, then by the hour"),)
    assert tariff.min_price == Price.of("EUR", Decimal("0.50"), Decimal("0.605"))
    assert tariff.end_date_time == datetime(2026, 12, 31, 23, 59, 59, tzinfo=UTC)
    assert [c.type for e in tariff.elements for c in e.components] == ["FLAT", "TIME", "TIME", "PARKING_TIME"]
    assert tariff.elements[0].restrictions is None
    assert tariff.elements[1].restrictions == Restrictions(max_current=Decimal(32))
    assert tariff.elements[3].restrictions == Restrictions(
        start_time=time(22),
        end_time=time(6),
        start_date=date(2026, 1, 1),
        end_date=date(2027, 1, 1),
        min_kwh=Decimal(5),
        max_kwh=Decimal("80.5"),
        min_power=Decimal(11),
        max_power=Decimal(150),
        min_duration=1800,
        max_duration=86400,
        reservation="RESERVATION_EXPIRES",
    )
    assert tariff.unknowns() == ()


def test_a_tariff_without_its_date_and_with_its_price_in_quotes_is_read():
    tariff = read(example("tariff_untidy"))
    assert tariff.elements[0].components[0].price == 2
    assert tariff.last_updated == NOON


def test_what_2_3_0_adds_is_read_and_unknown_words_are_named():
    tariff = read(example("tariff_2_3_0"))
    assert (tariff.tax_included, tariff.min_price) == ("YES", Price.of("USD", Decimal("1.00"), Decimal("1.10")))
    assert tariff.unknowns() == ("min_soc", "BOOKING_FEE")


@pytest.mark.parametrize("name", ["tariff_complex", "tariff_untidy", "tariff_2_3_0"])
def test_a_tariff_written_is_read_back_the_same(name):
    tariff = read(example(name))
    assert read(read_json(write_json(write_tariff(PARTY, tariff)))) == tariff


def test_a_vat_of_nought_is_not_the_same_as_none():
    raw = example("tariff_untidy")
    raw["elements"][0]["price_components"] = [
        {"type": "FLAT", "price": 1, "vat": 0, "step_size": 0},
        {"type": "TIME", "price": 1},
    ]
    flat, by_time = read(raw).elements[0].components
    assert (flat.vat, flat.step_size) == (Decimal(0), 0)
    assert (by_time.vat, by_time.step_size) == (None, 1)


@pytest.mark.parametrize(
    "wrong",
    [
        {"id": None},
        {"currency": None},
        {"currency": "EURO"},
        {"currency": "12€"},
        {"elements": None},
        {"elements": []},
        {"elements": ["free"]},
        {"elements": [{"price_components": []}]},
        {"elements": [{"price_components": [{"type": "FLAT"}]}]},
        {"elements": [{"price_components": [{"price": 1}]}]},
        {"elements": [{"price_components": [{"type": "FLAT", "price": "free"}]}]},
        {"elements": [{"price_components": [{"type": "FLAT", "price": 10**7}]}]},
        {"elements": [{"price_components": [{"type": "FLAT", "price": 1, "vat": "much"}]}]},
        {"elements": [{"price_components": [{"type": "FLAT", "price": 1}, "and more"]}]},
        {"elements": [{"price_components": [{"type": "FLAT", "price": 1}], "restrictions": "at night"}]},
    ],
)
def test_a_tariff_of_which_a_price_cannot_be_read_is_refused_whole(wrong):
    with pytest.raises(InvalidParameters):
        read(example("tariff_untidy") | wrong)


@pytest.mark.parametrize(
    ("raw", "unknown"),
    [
        ({"start_time": "late"}, ("start_time", '"late"')),
        ({"start_date": "2026-13-01"}, ("start_date", '"2026-13-01"')),
        ({"max_kwh": "NaN"}, ("max_kwh", '"NaN"')),
        ({"min_duration": -1}, ("min_duration", "-1")),
        ({"day_of_week": ["MONDAY", 7.5]}, ("day_of_week", '["MONDAY",7.5]')),
        ({"weather": {"rain": True}}, ("weather", '{"rain":true}')),
    ],
)
def test_a_condition_nobody_can_judge_is_kept_as_such(raw, unknown):
    assert unknown in with_restrictions(raw).unknown


def test_conditions_are_read_in_their_usual_disguises():
    read = with_restrictions(
        {
            "end_time": "24:00",
            "start_time": "08:30:00",
            "day_of_week": "monday",
            "max_duration": "60",
            "start_date": "2026-01-01T00:00:00Z",
        }
    )
    assert read == Restrictions(
        start_time=time(8, 30), end_time=time(0), day_of_week=("MONDAY",), max_duration=60, start_date=date(2026, 1, 1)
    )
    assert with_restrictions({}) is None


@pytest.mark.parametrize(
    ("raw", "sides"),
    [
        ({"excl_vat": 4.00, "incl_vat": 4.40}, ("4.0", "4.4")),
        ({"excl_vat": "4"}, ("4", None)),
        ({"incl_vat": 4}, (None, "4")),
        ({"before_taxes": 4, "after_taxes": 5}, ("4", "5")),
        (
            {"before_taxes": 4, "taxes": [{"name": "VAT", "amount": "0.4"}, {"name": "City", "amount": "0.1"}]},
            ("4", "4.5"),
        ),
        ({"before_taxes": 4, "taxes": [{"name": "VAT"}]}, ("4", None)),
        ({"before_taxes": 4, "taxes": []}, ("4", None)),
        ({"before_taxes": 4}, ("4", None)),
        (4, ("4", None)),
        ("4.5", ("4.5", None)),
    ],
)
def test_a_price_of_any_version_is_read_and_an_unstated_side_stays_unknown(raw, sides):
    raw = read_json(write_json({"total": raw}))
    net, gross = (side and Decimal(side) for side in sides)
    assert read_price(Fields(raw, Notes()), "total", "EUR") == Price.of("EUR", net, gross)


@pytest.mark.parametrize("raw", [None, {}, "free", {"excl_vat": None}, {"excl_vat": "NaN"}, [], True])
def test_a_price_that_says_nothing_is_none(raw):
    assert read_price(Fields({"total": raw}, Notes()), "total", "EUR") is None


@pytest.mark.parametrize(
    "price",
    [
        {"excl_vat": "1e10", "incl_vat": "1e10"},
        {"before_taxes": "1e10"},
        10**10,
    ],
)
def test_an_absurd_price_is_no_price(price):
    notes = Notes()
    assert read_price(Fields({"total_cost": price}, notes), "total_cost", "EUR") is None


def test_taxes_that_add_up_to_something_absurd_leave_the_net_price():
    price = {"before_taxes": 1, "taxes": [{"name": "a", "amount": 10**9}, {"name": "b", "amount": 10**9}]}
    read = read_price(Fields({"total_cost": price}, Notes()), "total_cost", "EUR")
    assert read == Price.of("EUR", Decimal(1))
