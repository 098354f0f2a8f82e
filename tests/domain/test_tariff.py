import json
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.money import Price, UnusableNumber
from bot.domain.tariffs.restrictions import Restrictions
from bot.domain.tariffs.tariff import Applies, Element, PriceComponent, Tariff, tariff_in_force
from bot.domain.tariffs.tariff_json import tariff_from_json, tariff_to_json
from tests.domain.priced import AMSTERDAM, MONDAY, WEEKEND, component, element, local, tariff

NIGHT = {"start_time": "22:00", "end_time": "06:00"}


def test_a_price_card_sees_every_component_and_when_it_counts():
    fee = tariff(
        element(component("FLAT", "0.50")),
        element(component("ENERGY", "0.30"), **NIGHT),
        element(component("ENERGY", "0.20"), end_date="2024-01-01"),
        element(component("ENERGY", "0.45"), max_power="22"),
        element(component("ENERGY", "0.60"), component("TIME", "3.00")),
        element(component("ENERGY", "0.70"), component("PARKING_TIME", "6.00")),
        element(component("TIME", "4.00"), reservation="RESERVATION"),
        element(component("PARKING_TIME", "9.00"), min_duration=3600),
    )
    seen = [
        (part.component.type, str(part.component.price), part.applies)
        for part in fee.parts(local(f"{MONDAY} 12:00"), AMSTERDAM)
    ]
    assert seen == [
        ("FLAT", "0.50", Applies.NOW),
        ("ENERGY", "0.30", Applies.LATER),
        ("ENERGY", "0.20", Applies.OVER),
        ("ENERGY", "0.45", Applies.DEPENDS),
        ("ENERGY", "0.60", Applies.NOW),
        ("TIME", "3.00", Applies.NOW),
        ("ENERGY", "0.70", Applies.SHADOWED),
        ("PARKING_TIME", "6.00", Applies.NOW),
        ("TIME", "4.00", Applies.NOW),
        ("PARKING_TIME", "9.00", Applies.SHADOWED),
    ]


def test_at_night_the_night_price_counts_and_the_day_price_comes_later():
    fee = tariff(element(component("ENERGY", "0.30"), **NIGHT), element(component("ENERGY", "0.60")))
    at_night = local(f"{MONDAY} 23:30")
    assert fee.components_at(at_night, AMSTERDAM) == {"ENERGY": component("ENERGY", "0.30")}
    assert [part.applies for part in fee.parts(at_night, AMSTERDAM)] == [Applies.NOW, Applies.LATER]
    assert fee.components_at(local(f"{MONDAY} 06:00"), AMSTERDAM) == {"ENERGY": component("ENERGY", "0.60")}


def test_a_reservation_is_no_part_of_what_charging_costs_now():
    fee = tariff(element(component("TIME", "4.00"), reservation="RESERVATION"), element(component("ENERGY", "0.50")))
    assert list(fee.components_at(local(f"{MONDAY} 12:00"), AMSTERDAM)) == ["ENERGY"]
    assert not fee.is_time_based


@pytest.mark.parametrize(
    ("components", "time_based", "parking", "start", "free"),
    [
        ([("ENERGY", "0.5")], False, False, False, False),
        ([("TIME", "2"), ("FLAT", "0")], True, False, False, False),
        ([("TIME", "0"), ("PARKING_TIME", "2")], False, True, False, False),
        ([("FLAT", "1")], False, False, True, False),
        ([("FLAT", "0.00")], False, False, False, True),
    ],
)
def test_a_tariff_knows_what_it_makes_a_driver_pay_for(components, time_based, parking, start, free):
    fee = tariff(element(*(component(*each) for each in components)))
    assert (fee.is_time_based, fee.has_parking_fee, fee.has_start_fee, fee.is_free) == (
        time_based,
        parking,
        start,
        free,
    )


def test_a_minimum_price_is_not_free():
    assert not tariff(element(component("FLAT", "0")), min_price=("0.50",)).is_free


def test_what_cannot_be_priced_survives_and_is_named_once():
    fee = tariff(
        element(component("HOLD_TIME", "1"), component("ENERGY", "1"), day_of_week=("HOLIDAY", "SUNDAY")),
        element(component("HOLD_TIME", "2"), reservation="BOOKING"),
        element(component("TIME", "2"), unknown=(("min_soc", "20"),)),
        tax_included="SOME",
    )
    assert fee.unknowns() == ("HOLD_TIME", "day_of_week HOLIDAY", "reservation BOOKING", "min_soc", "tax_included SOME")


def test_of_several_tariffs_the_one_of_the_type_then_the_newest_is_in_force():
    anyone = tariff(id="any")
    regular = tariff(id="regular", type="REGULAR")
    cheap = tariff(id="cheap", type="PROFILE_CHEAP")
    old = tariff(id="old", end_date_time=local(f"{MONDAY} 12:00"))
    new = tariff(id="new", start_date_time=local(f"{MONDAY} 12:00"))
    noon, later = local(f"{MONDAY} 12:00"), local(f"{MONDAY} 12:01")
    assert tariff_in_force([anyone, cheap, regular], noon) is regular
    assert tariff_in_force([anyone, regular], noon, "PROFILE_CHEAP") is anyone
    assert tariff_in_force([old], noon) is old
    assert tariff_in_force([old, new], noon) is new
    assert tariff_in_force([old], later) is None
    assert tariff_in_force([cheap], noon) is None


@pytest.mark.parametrize("numbers", [("NaN", None), ("Infinity", None), ("1", "NaN"), ("1e15", None), ("1", "-100")])
def test_a_component_with_an_impossible_number_is_refused(numbers):
    with pytest.raises(ValueError, match=r"usable|tax"):
        component("ENERGY", *numbers)


def test_a_component_with_a_binary_price_is_refused():
    with pytest.raises(UnusableNumber):
        PriceComponent("ENERGY", 0.25)


decimals = st.decimals(-1000, 1000, places=4)
maybe = st.none() | decimals
words = st.text(max_size=8)
moments = st.none() | st.datetimes(timezones=st.just(UTC))
prices = st.none() | st.builds(Price.of, st.just("EUR"), maybe, maybe)
restrictions = st.builds(
    Restrictions,
    start_time=st.none() | st.times(),
    end_time=st.none() | st.times(),
    start_date=st.none() | st.dates(),
    end_date=st.none() | st.dates(),
    min_kwh=maybe,
    max_kwh=maybe,
    min_current=maybe,
    max_current=maybe,
    min_power=maybe,
    max_power=maybe,
    min_duration=st.none() | st.integers(),
    max_duration=st.none() | st.integers(),
    day_of_week=st.lists(words, max_size=3).map(tuple),
    reservation=st.none() | words,
    unknown=st.lists(st.tuples(words, words), max_size=2).map(tuple),
)
components = st.builds(PriceComponent, words, decimals, st.none() | st.decimals(0, 50, places=1), st.integers())
elements = st.builds(Element, st.lists(components, max_size=3).map(tuple), st.none() | restrictions)
tariffs = st.builds(
    Tariff,
    id=words,
    currency=words,
    elements=st.lists(elements, max_size=3).map(tuple),
    type=st.none() | words,
    min_price=prices,
    max_price=prices,
    tax_included=st.none() | words,
    alt_texts=st.lists(st.tuples(words, words), max_size=2).map(tuple),
    alt_url=st.none() | words,
    start_date_time=moments,
    end_date_time=moments,
    last_updated=moments,
)


@settings(max_examples=50, deadline=None)
@given(tariffs)
def test_a_snapshot_loses_nothing(fee):
    read = tariff_from_json(json.loads(json.dumps(tariff_to_json(fee))))
    assert read == fee
    assert tariff_to_json(read) == tariff_to_json(fee)


def test_a_snapshot_is_plain_words_and_numbers():
    fee = tariff(
        element(component("ENERGY", "0.50", "20", 100), start_time="22:00", max_kwh="10", day_of_week=WEEKEND),
        element(component("FLAT", "1.00")),
        max_price=("10", None),
        last_updated=datetime(2024, 6, 10, tzinfo=UTC),
    )
    assert tariff_to_json(fee) == {
        "id": "12",
        "currency": "EUR",
        "elements": [
            {
                "components": [{"type": "ENERGY", "price": "0.50", "vat": "20", "step_size": 100}],
                "restrictions": {"start_time": "22:00:00", "max_kwh": "10", "day_of_week": ["SATURDAY", "SUNDAY"]},
            },
            {"components": [{"type": "FLAT", "price": "1.00", "step_size": 1}]},
        ],
        "max_price": {"excl_vat": ["10", "EUR"]},
        "last_updated": "2024-06-10T00:00:00+00:00",
    }
