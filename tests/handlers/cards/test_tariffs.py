from dataclasses import replace
from datetime import date, time
from decimal import Decimal

import pytest

from bot.domain.money import Price
from bot.domain.tariffs.restrictions import Restrictions
from bot.domain.tariffs.tariff import Element, PriceComponent, Tariff
from bot.services.offers import Offer
from handlers.cards.tariffs import components, conditions, limits, price_line
from handlers.texts import Words
from sandbox.telegram.parse_html import parse_html
from tests.fakes.clock import NOON
from tests.samples import a_station

WORDS = Words("en", "UTC")
NIGHT = Restrictions(start_time=time(22), end_time=time(6))


def tariff(*elements, **changes):
    built = tuple(Element(tuple(PriceComponent(*c) for c in parts), limits) for parts, limits in elements)
    return Tariff("T1", "EUR", built, **changes)


def cost(kind, price, vat=None, step=1):
    return kind, Decimal(price), None if vat is None else Decimal(vat), step


def line(told, now=NOON):
    station = a_station()
    return parse_html(
        price_line(WORDS, Offer(station, station.evses[0], station.evses[0].connectors[0], told), now)
    ).text


def told(tariff, now=NOON):
    return [parse_html(part).text for part in components(WORDS, tariff, now)]


ENERGY = cost("ENERGY", "0.45")


@pytest.mark.parametrize(
    ("elements", "shown"),
    [
        ([([ENERGY], None)], "€0.45/kWh"),
        ([([ENERGY, cost("FLAT", "0.35")], None)], "€0.45/kWh + €0.35 start"),
        ([([cost("TIME", "3"), cost("PARKING_TIME", "6")], None)], "€3.00/h + €6.00/h parking"),
        ([([cost("ENERGY", "0.30")], NIGHT), ([ENERGY], None)], "€0.45/kWh, other prices later"),
        ([([ENERGY], Restrictions(max_power=Decimal(50))), ([ENERGY], None)], "€0.45/kWh, more under some conditions"),
        ([([ENERGY], Restrictions(max_power=Decimal(50)))], "price depends on how you charge"),
        ([([ENERGY], NIGHT)], "nothing right now, a price later"),
        ([([cost("ENERGY", "0")], None)], "free of charge"),
        ([([cost("HOLD_TIME", "2")], None)], "€2.00"),
        ([([cost("ENERGY", "0.45", "21")], None)], "€0.5445/kWh"),
    ],
)
def test_a_list_needs_one_line(elements, shown):
    assert line(tariff(*elements)) == shown


def test_a_list_never_calls_an_unknown_price_nothing():
    assert line(None) == "price unknown"
    assert price_line(WORDS, None, NOON) == "price unknown"
    floor = tariff(([cost("ENERGY", "0")], None), min_price=Price.of("EUR", Decimal(5)))
    assert line(floor) == "at least €5.00 (VAT not stated) for a charge"


def test_a_tax_that_nobody_named_comes_on_top_in_words():
    assert line(tariff(([ENERGY], None), tax_included="NO")) == "€0.45/kWh plus VAT"


@pytest.mark.parametrize(
    ("component", "shown"),
    [
        (ENERGY, "• €0.45 per kWh"),
        (cost("TIME", "3"), "• €3.00 per hour of charging"),
        (cost("PARKING_TIME", "6"), "• €6.00 per hour connected without charging"),
        (cost("FLAT", "0.35"), "• €0.35 per start"),
        (cost("HOLD_TIME", "2"), "• €2.00 for HOLD_TIME, which we cannot reckon"),
        (cost("TIME", "3", None, 900), "• €3.00 per hour of charging, in steps of 15 min"),
        (cost("ENERGY", "0.45", None, 500), "• €0.45 per kWh, in steps of 0.5 kWh"),
        (cost("FLAT", "0.35", None, 900), "• €0.35 per start"),
    ],
)
def test_every_kind_of_component_has_its_words(component, shown):
    assert told(tariff(([component], None))) == [shown]


def test_the_same_kind_again_is_what_counts_otherwise():
    two = tariff(([cost("ENERGY", "0.30")], NIGHT), ([ENERGY], None))
    assert told(two) == ["• €0.30 per kWh (22:00 to 06:00)", "• €0.45 per kWh (otherwise: now)"]
    midnight = NOON.replace(hour=23)
    assert told(two, midnight) == ["• €0.30 per kWh (22:00 to 06:00: now)", "• €0.45 per kWh (otherwise)"]


def test_a_free_time_before_a_fee_is_not_kept_from_the_driver():
    grace = tariff(([cost("PARKING_TIME", "0")], Restrictions(max_duration=1800)), ([cost("PARKING_TIME", "6")], None))
    assert told(grace) == [
        "• €0.00 per hour connected without charging (in the first 30 min: now)",
        "• €6.00 per hour connected without charging (otherwise)",
    ]


def test_what_only_a_reservation_costs_is_not_the_price_of_a_charge():
    booked = tariff(([cost("TIME", "5")], Restrictions(reservation="RESERVATION")), ([ENERGY], None))
    assert told(booked) == ["• €0.45 per kWh"]


def test_a_tariff_without_end_is_counted_where_it_cannot_be_shown():
    many = [([cost("TIME", str(n + 1))], Restrictions(min_kwh=Decimal(n))) for n in range(200)]
    said = told(tariff(*many))
    assert sum(map(len, said)) < 2100
    assert said[-1] == f"• … and {200 - len(said) + 1} more prices"


@pytest.mark.parametrize(
    ("restrictions", "shown"),
    [
        ({}, ""),
        ({"start_time": time(22), "end_time": time(6)}, "22:00 to 06:00"),
        ({"start_time": time(22)}, "22:00 to 00:00"),
        ({"day_of_week": ("SUNDAY", "SATURDAY")}, "Sat Sun"),
        ({"day_of_week": ("<b>day</b>",)}, "<b>day</b>"),
        ({"day_of_week": ("",)}, ""),
        ({"start_date": date(2026, 3, 1), "end_date": date(2026, 4, 1)}, "from 1 Mar 2026, before 1 Apr 2026"),
        ({"min_duration": 1800, "max_duration": 7200}, "after 30 min, in the first 2 h 00 min"),
        ({"min_kwh": Decimal(10), "max_kwh": Decimal("20.5")}, "from 10 kWh on, below 20.5 kWh"),
        ({"min_power": Decimal(22), "max_current": Decimal(16)}, "from 22 kW on, below 16 A"),
        ({"unknown": (("min_soc", "80"),)}, "under a condition we cannot judge: min_soc"),
    ],
)
def test_a_condition_is_told_in_words(restrictions, shown):
    assert parse_html(conditions(WORDS, Restrictions(**restrictions))).text == shown


def test_too_many_conditions_are_not_silently_cut():
    unknown = tuple((f"word {n}" * 50, "1") for n in range(50))
    said = conditions(WORDS, Restrictions(unknown=unknown))
    assert said.endswith(", and more conditions")
    assert len(said) < 700


def test_the_limits_of_a_whole_charge_are_told_with_their_tax():
    both = tariff(
        ([ENERGY], None), min_price=Price.of("EUR", Decimal(1)), max_price=Price.of("EUR", Decimal(9), Decimal("10.89"))
    )
    assert limits(WORDS, both) == [
        "at least €1.00 (VAT not stated) for a charge",
        "at most €10.89 incl. VAT for a charge",
    ]
    assert limits(WORDS, replace(both, min_price=None, max_price=None)) == []
