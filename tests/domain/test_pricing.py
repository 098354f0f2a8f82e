"""The rules one by one; the specification's own numbers are in test_pricing_spec_examples."""

import json
import tokenize
from datetime import UTC, datetime, timedelta
from decimal import Decimal, getcontext, localcontext
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot import domain
from bot.domain.money import CurrencyMismatch, UnusableNumber
from bot.domain.tariffs.bill import Caveat, bill_to_json
from bot.domain.tariffs.pricing import NoTariff, price
from bot.domain.tariffs.usage import ChargingPeriod
from tests.domain.priced import AMSTERDAM, MONDAY, component, element, local, session, table, tariff, totals

NOON = f"{MONDAY} 12:00"
ENERGY = tariff(element(component("ENERGY", "0.50", "20")))


def bill_of(fee, begin, *stretches, zone=AMSTERDAM, **options):
    periods, end = session(local(begin, zone), *stretches)
    return price(fee, periods, zone, local(begin, zone), end, **options)


def charge(minutes, **more):
    return (minutes, {"TIME": True, **more})


def park(minutes):
    return (minutes, {"PARKING_TIME": True})


def reserve(minutes):
    return (minutes, {"RESERVATION_TIME": True})


# Which element counts


def test_each_dimension_takes_its_own_first_matching_element():
    fee = tariff(
        element(component("ENERGY", "0.30"), start_time="18:00", end_time="08:00"),
        element(component("ENERGY", "0.60"), component("TIME", "6.00")),
        element(component("TIME", "60.00"), component("PARKING_TIME", "12.00")),
    )
    bill = bill_of(fee, NOON, charge(60, ENERGY="10"), park(30))
    assert table(bill) == [("energy", "10 kWh", "6"), ("charging_time", "1 h", "6"), ("parking_time", "0.5 h", "6")]


def test_a_dimension_without_a_matching_element_is_free():
    fee = tariff(element(component("ENERGY", "0.30"), start_time="18:00", end_time="08:00"))
    bill = bill_of(fee, NOON, charge(60, ENERGY="10"))
    assert totals(bill) == ("0.00", "0.00")
    assert bill.lines == ()


def test_a_start_fee_is_paid_once_whatever_element_comes_next():
    fee = tariff(
        element(component("FLAT", "1.00"), start_time="00:00", end_time="13:00"), element(component("FLAT", "2.00"))
    )
    assert table(bill_of(fee, NOON, charge(120))) == [("start_fee", "1 session", "1")]


def test_a_fee_may_become_due_in_the_middle_of_a_session():
    fee = tariff(element(component("FLAT", "5.00"), min_duration=3600))
    assert totals(bill_of(fee, NOON, charge(60)))[0] == "0.00"
    assert totals(bill_of(fee, NOON, charge(61)))[0] == "5.00"


def test_energy_is_split_where_the_session_passes_an_amount_of_energy():
    fee = tariff(
        element(component("ENERGY", "0.20"), max_kwh="10"),
        element(component("ENERGY", "0.40"), min_kwh="10", max_kwh="15"),
        element(component("ENERGY", "0.80")),
    )
    bill = bill_of(fee, NOON, charge(30, ENERGY="7"), charge(30, ENERGY="14"))
    assert table(bill) == [("energy", "10 kWh", "2"), ("energy", "5 kWh", "2"), ("energy", "6 kWh", "4.8")]


def test_an_amount_of_energy_is_split_exactly_wherever_it_falls_on_the_clock():
    fee = tariff(element(component("ENERGY", "0.20"), max_kwh="10"), element(component("ENERGY", "0.40")))
    bill = bill_of(fee, NOON, charge(7, ENERGY="13"))
    assert [line.amount.excl_vat.amount for line in bill.lines] == [Decimal(2), Decimal("1.2")]


def test_a_limit_just_reached_is_over_for_its_maximum_and_begun_for_its_minimum():
    below = tariff(element(component("PARKING_TIME", "6"), max_kwh="10"))
    above = tariff(element(component("PARKING_TIME", "6"), min_kwh="10"))
    assert totals(bill_of(below, NOON, charge(30, ENERGY="10"), park(30)))[0] == "0.00"
    assert totals(bill_of(above, NOON, charge(30, ENERGY="10"), park(30)))[0] == "3.00"


def test_an_instant_at_the_edge_of_the_hours_is_inside_at_their_begin_and_outside_at_their_end():
    instant = [ChargingPeriod(local(NOON), {"ENERGY": Decimal(1)})]
    ending = tariff(element(component("ENERGY", "1"), start_time="11:00", end_time="12:00"))
    beginning = tariff(element(component("ENERGY", "1"), start_time="12:00", end_time="13:00"))
    assert totals(price(ending, instant, AMSTERDAM))[0] == "0.00"
    assert totals(price(beginning, instant, AMSTERDAM))[0] == "1.00"


def test_time_is_split_where_the_session_passes_an_amount_of_energy():
    fee = tariff(element(component("TIME", "6.00"), min_kwh="5"))
    assert table(bill_of(fee, NOON, charge(60, ENERGY="20"))) == [("charging_time", "0.75 h", "4.5")]


def test_free_minutes_at_the_start_count_from_the_start_of_the_session():
    fee = tariff(element(component("TIME", "0"), max_duration=900), element(component("TIME", "6.00")))
    periods, end = session(local(NOON), charge(60))
    assert totals(price(fee, periods, AMSTERDAM, local(NOON), end))[0] == "4.50"
    assert totals(price(fee, periods, AMSTERDAM, local(NOON) - timedelta(minutes=5), end))[0] == "5.00"


def test_a_parking_fee_may_have_minutes_of_grace():
    fee = tariff(element(component("PARKING_TIME", "6.00", None, 60), min_duration=3600))
    assert table(bill_of(fee, NOON, charge(50), park(25))) == [("parking_time", "0.25 h", "1.5")]


def test_all_conditions_of_an_element_must_hold():
    fee = tariff(element(component("ENERGY", "1"), min_kwh="7", start_time="12:30", end_time="13:00"))
    assert table(bill_of(fee, NOON, charge(120, ENERGY="20"))) == [("energy", "3 kWh", "3")]


def test_a_date_counts_from_its_first_day_up_to_but_not_including_its_last():
    fee = tariff(element(component("TIME", "1"), start_date="2024-06-11", end_date="2024-06-12"))
    assert table(bill_of(fee, f"{MONDAY} 22:00", charge(60 * 30))) == [("charging_time", "24 h", "24")]


def test_a_night_over_midnight_counts_on_each_of_its_two_days_by_itself():
    fee = tariff(element(component("TIME", "1"), start_time="22:00", end_time="06:00", day_of_week=("MONDAY",)))
    assert table(bill_of(fee, f"{MONDAY} 20:00", charge(60 * 12))) == [("charging_time", "2 h", "2")]
    assert table(bill_of(fee, "2024-06-09 20:00", charge(60 * 12))) == [("charging_time", "6 h", "6")]


@pytest.mark.parametrize(("start", "end"), [("00:00", "00:00"), ("13:00", "13:00")])
def test_hours_that_begin_when_they_end_are_the_whole_day(start, end):
    fee = tariff(element(component("TIME", "1"), start_time=start, end_time=end))
    assert totals(bill_of(fee, NOON, charge(120)))[0] == "2.00"


def test_hours_with_one_end_run_from_or_to_midnight():
    before = tariff(element(component("TIME", "1"), end_time="13:00"))
    after = tariff(element(component("TIME", "1"), start_time="13:00"))
    assert totals(bill_of(before, NOON, charge(150)))[0] == "1.00"
    assert totals(bill_of(after, NOON, charge(150)))[0] == "1.50"


# The station's own clock


@pytest.mark.parametrize(
    ("begin", "minutes", "window", "billed"),
    [
        ("2024-03-30 23:00 UTC", 240, ("02:30", "04:00"), "1 h"),  # 02:00 to 03:00 does not exist
        ("2024-03-30 23:00 UTC", 240, ("01:00", "02:30"), "1 h"),
        ("2024-10-26 22:00 UTC", 300, ("02:00", "03:00"), "2 h"),  # 02:00 to 03:00 comes twice
        ("2024-10-26 22:00 UTC", 300, ("02:50", "00:00"), "1.333333 h"),
        ("2024-10-26 22:00 UTC", 300, ("02:10", "02:40"), "1 h"),
    ],
)
def test_hours_follow_the_stations_clock_through_summer_and_winter_time(begin, minutes, window, billed):
    fee = tariff(element(component("TIME", "1"), start_time=window[0], end_time=window[1]))
    start = datetime.strptime(begin, "%Y-%m-%d %H:%M UTC").replace(tzinfo=UTC)
    periods, end = session(start, charge(minutes))
    assert [volume for _, volume, _ in table(price(fee, periods, AMSTERDAM, start, end))] == [billed]


def test_the_same_session_costs_differently_in_another_zone():
    fee = tariff(element(component("TIME", "1"), start_time="12:00", end_time="13:00"))
    periods, end = session(local(NOON), charge(60))
    assert totals(price(fee, periods, AMSTERDAM, end=end))[0] == "1.00"
    assert totals(price(fee, periods, ZoneInfo("Asia/Kolkata"), end=end))[0] == "0.00"
    assert totals(price(fee, periods, UTC, end=end))[0] == "0.00"


def test_periods_written_in_local_time_last_as_long_as_the_sun_says():
    fee = tariff(element(component("TIME", "1"), max_duration=7200))
    begin, end = (datetime(2024, 3, 31, hour, tzinfo=AMSTERDAM) for hour in (1, 4))
    bill = price(fee, [ChargingPeriod(begin, {"TIME": Decimal(2)})], AMSTERDAM, begin, end)
    assert table(bill) == [("charging_time", "2 h", "2")]


# Current and power


def test_a_power_limit_is_asked_of_the_lowest_and_highest_power_of_each_period():
    fee = tariff(element(component("TIME", "1"), min_power="11"), element(component("TIME", "9"), max_power="11"))
    readings = [
        ({"MIN_POWER": "11", "MAX_POWER": "22"}, ["1"]),
        ({"MIN_POWER": "5", "MAX_POWER": "10.9"}, ["9"]),
        ({"MIN_POWER": "5", "MAX_POWER": "11"}, []),
        ({"POWER": "11"}, ["1"]),
        ({"ENERGY": "10.99"}, ["9"]),
        ({"ENERGY": "0"}, ["9"]),
    ]
    for dimensions, costs in readings:
        bill = bill_of(fee, NOON, charge(60, **dimensions))
        assert [cost for *_, cost in table(bill)] == costs, dimensions
        assert bill.caveats == ()


def test_a_price_that_hangs_on_an_unmeasured_current_is_passed_over_and_said():
    fee = tariff(element(component("TIME", "9"), max_current="32"), element(component("TIME", "1")))
    bill = bill_of(fee, NOON, charge(60))
    assert totals(bill)[0] == "1.00"
    assert bill.caveats == ((Caveat.UNMEASURED, {"condition": "max_current"}),)


def test_a_car_that_asks_for_no_power_draws_none():
    fee = tariff(element(component("PARKING_TIME", "6"), max_current="1"), element(component("PARKING_TIME", "1")))
    bill = bill_of(fee, NOON, park(60))
    assert totals(bill)[0] == "6.00"
    assert bill.caveats == ()


# step_size


def test_parking_is_rounded_up_even_when_charging_goes_on_after_it():
    fee = tariff(element(component("TIME", "6", None, 600), component("PARKING_TIME", "12", None, 600)))
    assert [volume for _, volume, _ in table(bill_of(fee, NOON, charge(21), park(3), charge(3)))] == [
        "0.4 h",
        "0.166667 h",
    ]


def test_charging_is_rounded_up_when_parking_costs_nothing():
    fee = tariff(element(component("TIME", "6", None, 600)))
    assert [volume for _, volume, _ in table(bill_of(fee, NOON, charge(21), park(3)))] == ["0.5 h"]


@pytest.mark.parametrize("step", [0, -5])
def test_no_step_rounds_nothing(step):
    fee = tariff(element(component("ENERGY", "1", None, step)))
    assert table(bill_of(fee, NOON, charge(60, ENERGY="1.23456"))) == [("energy", "1.23456 kWh", "1.23456")]


def test_what_a_step_added_is_explained():
    fee = tariff(
        element(component("ENERGY", "0.20", None, 1), max_kwh="4"), element(component("ENERGY", "0.27", None, 500))
    )
    last = bill_of(fee, NOON, charge(60, ENERGY="5.4")).lines[-1]
    assert last.facts == {
        "step_size": 500,
        "used": Decimal("1.4"),
        "added": Decimal("0.1"),
        "total_used": Decimal("5.4"),
        "total_billed": Decimal("5.5"),
    }


@pytest.mark.parametrize(
    ("minutes", "stated"), [(10, "0.1667"), (35, "0.5833"), (20, "0.3333"), (5, "0.08333333333333333")]
)
def test_four_decimals_of_an_hour_never_cost_another_step(minutes, stated):
    fee = tariff(element(component("TIME", "60", None, 60)))
    bill = bill_of(fee, NOON, (minutes, {"TIME": stated}))
    assert totals(bill)[0] == f"{minutes}.00"


def test_the_noise_of_binary_energy_never_costs_another_step():
    fee = tariff(element(component("ENERGY", "1", None, 50)))
    assert totals(bill_of(fee, NOON, charge(60, ENERGY="20.450000000000003")))[0] == "20.45"


# Reservations


def test_an_expired_reservation_costs_what_expiry_says_and_the_rest_by_the_ordinary_element():
    fee = tariff(
        element(component("TIME", "2"), component("FLAT", "1"), reservation="RESERVATION"),
        element(component("FLAT", "4"), reservation="RESERVATION_EXPIRES"),
        element(component("ENERGY", "1")),
    )
    assert table(bill_of(fee, NOON, reserve(60))) == [
        ("reservation_expired_fee", "1 session", "4"),
        ("reservation_time", "1 h", "2"),
    ]


def test_a_reservation_that_still_runs_has_not_expired():
    fee = tariff(
        element(component("FLAT", "4"), reservation="RESERVATION_EXPIRES"),
        element(component("TIME", "2"), reservation="RESERVATION"),
    )
    assert table(bill_of(fee, NOON, reserve(60), reservation_expired=False)) == [("reservation_time", "1 h", "2")]


def test_a_reservation_is_neither_charged_as_charging_nor_counted_in_its_duration():
    fee = tariff(
        element(component("FLAT", "1"), component("TIME", "6"), max_duration=600), element(component("TIME", "0"))
    )
    assert totals(bill_of(fee, NOON, reserve(30)))[0] == "0.00"
    assert totals(bill_of(fee, NOON, reserve(30), charge(20)))[0] == "2.00"


def test_a_reservation_that_no_element_prices_is_free_and_energy_has_no_part_in_it():
    fee = tariff(
        element(component("ENERGY", "9"), component("PARKING_TIME", "9"), reservation="RESERVATION"),
        element(component("ENERGY", "1")),
    )
    assert table(bill_of(fee, NOON, reserve(30), charge(30, ENERGY="5"))) == [("energy", "5 kWh", "5")]


# Taxes


def test_each_line_has_its_own_tax():
    fee = tariff(element(component("FLAT", "1.00", "20"), component("ENERGY", "1.00", "10"), component("TIME", "1.00")))
    bill = bill_of(fee, NOON, charge(60, ENERGY="1"))
    assert [line.amount.incl_vat.amount for line in bill.lines] == [Decimal("1.2"), Decimal("1.1"), Decimal(1)]
    assert totals(bill) == ("3.00", "3.30")


def test_prices_that_include_tax_are_taken_apart():
    fee = tariff(element(component("ENERGY", "0.60", "20")), tax_included="YES", max_price=("9", "10.80"))
    assert totals(bill_of(fee, NOON, charge(60, ENERGY="10"))) == ("5.00", "6.00")
    assert totals(bill_of(fee, NOON, charge(60, ENERGY="100"))) == ("9.00", "10.80")


@pytest.mark.parametrize(
    ("tax_included", "vat", "expected"),
    [
        (None, None, ("5.00", "5.00")),
        (None, "0", ("5.00", "5.00")),
        ("N/A", "20", ("5.00", "5.00")),
        ("NO", "20", ("5.00", "6.00")),
        ("NO", None, ("5.00", None)),
        ("YES", None, (None, "5.00")),
    ],
)
def test_an_unnamed_tax_is_unknown_only_where_the_tariff_says_there_is_one(tax_included, vat, expected):
    fee = tariff(element(component("ENERGY", "0.50", vat)), tax_included=tax_included)
    assert totals(bill_of(fee, NOON, charge(60, ENERGY="10"))) == expected


def test_an_unknown_tax_on_nothing_is_nothing():
    fee = tariff(element(component("ENERGY", "0.50", "20"), component("FLAT", "0.00")), tax_included="NO")
    assert totals(bill_of(fee, NOON, charge(60, ENERGY="10"))) == ("5.00", "6.00")


def test_the_total_is_rounded_once_and_not_line_by_line():
    fee = tariff(element(component("FLAT", "0.004"), component("TIME", "0.004"), component("ENERGY", "0.004")))
    assert totals(bill_of(fee, NOON, charge(60, ENERGY="1")))[0] == "0.01"


def test_a_currency_without_cents_has_no_cents():
    fee = tariff(element(component("ENERGY", "45.5")), currency="JPY")
    assert totals(bill_of(fee, NOON, charge(60, ENERGY="3")))[0] == "137"


# Least and most


@pytest.mark.parametrize(
    ("limits", "kwh", "expected"),
    [
        ({"min_price": ("2", "2.10")}, "1", ("2.00", "2.10")),
        ({"min_price": ("2", "1.00")}, "3", ("2.00", "1.80")),
        ({"min_price": ("1", "2.00")}, "3", ("1.50", "2.00")),
        ({"min_price": ("2", None)}, "2", ("2.00", "2.40")),
        ({"min_price": ("2", None)}, "0", ("2.00", "2.40")),
        ({"max_price": ("2", None)}, "10", ("2.00", "2.40")),
        ({"max_price": (None, "3")}, "10", ("2.50", "3.00")),
        ({"max_price": ("4", "9")}, "10", ("4.00", "6.00")),
        ({"min_price": ("9", "9"), "max_price": ("3", "3")}, "10", ("3.00", "3.00")),
    ],
)
def test_limits_hold_for_each_side_of_the_total_by_itself(limits, kwh, expected):
    fee = tariff(element(component("ENERGY", "0.50", "20")), **limits)
    assert totals(bill_of(fee, NOON, charge(60, ENERGY=kwh))) == expected


def test_a_limit_is_a_line_of_its_own():
    fee = tariff(element(component("ENERGY", "0.50", "20")), max_price=("4", "4.80"))
    line = bill_of(fee, NOON, charge(60, ENERGY="10")).lines[-1]
    assert (line.dimension, line.reason) == ("MAX_PRICE", "max_price")
    assert (line.amount.excl_vat.amount, line.amount.incl_vat.amount) == (Decimal(-1), Decimal("-1.2"))
    assert line.facts == {"limit_excl_vat": Decimal(4), "limit_incl_vat": Decimal("4.80")}


def test_a_limit_before_an_unknown_tax_is_not_applied_and_said():
    fee = tariff(element(component("ENERGY", "0.50")), tax_included="YES", max_price=("4", None))
    bill = bill_of(fee, NOON, charge(60, ENERGY="10"))
    assert totals(bill) == (None, "5.00")
    assert bill.caveats == ((Caveat.TAX_UNKNOWN, {"limit": "max_price"}),)


def test_a_limit_after_an_unknown_tax_still_holds_before_it():
    fee = tariff(element(component("ENERGY", "0.50")), tax_included="NO", max_price=("4", "5"))
    assert totals(bill_of(fee, NOON, charge(60, ENERGY="10"))) == ("4.00", None)


# Which tariff


def test_each_period_is_priced_by_the_tariff_it_names_and_fees_and_steps_count_once():
    cheap = tariff(element(component("FLAT", "1"), component("ENERGY", "0.20", None, 500)), id="Cheap")
    fast = tariff(element(component("FLAT", "2"), component("ENERGY", "0.60", None, 500)), id="fast")
    first, middle = session(local(NOON), charge(60, ENERGY="4.3"), tariff_id="CHEAP")
    second, end = session(middle, charge(60, ENERGY="1.1"), tariff_id="fast")
    bill = price([cheap, fast], first + second, AMSTERDAM, local(NOON), end)
    assert table(bill) == [
        ("start_fee", "1 session", "1"),
        ("energy", "4.3 kWh", "0.86"),
        ("energy_step_rounded", "1.2 kWh", "0.72"),
    ]
    assert [line.tariff_id for line in bill.lines] == ["Cheap", "Cheap", "fast"]


def test_a_period_without_tariff_is_free_when_others_name_theirs():
    named, middle = session(local(NOON), charge(60, ENERGY="4"), tariff_id="12")
    unnamed, end = session(middle, charge(60, ENERGY="4"))
    assert totals(price(ENERGY, named + unnamed, AMSTERDAM, end=end))[0] == "2.00"


def test_without_any_names_the_tariff_in_force_at_the_start_counts_to_the_end():
    change = local(f"{MONDAY} 12:30")
    old = tariff(element(component("ENERGY", "0.10")), id="old", end_date_time=change)
    new = tariff(element(component("ENERGY", "0.90")), id="new", start_date_time=change + timedelta(seconds=1))
    assert totals(bill_of([new, old], NOON, charge(60, ENERGY="10")))[0] == "1.00"
    assert totals(bill_of([new, old], f"{MONDAY} 12:31", charge(60, ENERGY="10")))[0] == "9.00"


def test_without_any_names_the_regular_tariff_comes_before_those_of_a_profile():
    cheap = tariff(element(component("ENERGY", "0.10")), id="cheap", type="PROFILE_CHEAP")
    regular = tariff(element(component("ENERGY", "0.90")), id="regular", type="REGULAR")
    assert totals(bill_of([cheap, regular], NOON, charge(60, ENERGY="10")))[0] == "9.00"
    assert totals(bill_of(cheap, NOON, charge(60, ENERGY="10")))[0] == "1.00"


def test_of_two_tariffs_with_one_id_the_one_valid_at_the_start_counts():
    change = local(f"{MONDAY} 12:30")
    old = tariff(element(component("ENERGY", "0.10")), end_date_time=change)
    new = tariff(element(component("ENERGY", "0.90")), start_date_time=change)
    periods, end = session(local(NOON), charge(60, ENERGY="10"), tariff_id="12")
    assert totals(price([new, old], periods, AMSTERDAM, local(NOON), end))[0] == "1.00"


@pytest.mark.parametrize(
    ("others", "cost", "caveat"),
    [([], "5.00", Caveat.TARIFF_ASSUMED), ([tariff(id="13")], "0.00", Caveat.TARIFF_UNKNOWN)],
)
def test_a_tariff_nobody_sent_is_guessed_only_when_there_is_no_choice(others, cost, caveat):
    periods, end = session(local(NOON), charge(60, ENERGY="10"), tariff_id="gone")
    bill = price([ENERGY, *others], periods, AMSTERDAM, end=end)
    assert totals(bill)[0] == cost
    assert bill.caveats == ((caveat, {"tariff_id": "gone"}),)


def test_a_tariff_of_the_past_is_used_and_said():
    fee = tariff(element(component("ENERGY", "0.50")), end_date_time=local("2019-06-30 23:59"))
    bill = bill_of(fee, NOON, charge(60, ENERGY="10"))
    assert totals(bill)[0] == "5.00"
    assert bill.caveats == ((Caveat.TARIFF_NOT_IN_FORCE, {"tariff_id": "12"}),)


def test_currencies_are_never_mixed_in_one_bill():
    kronor = tariff(element(component("ENERGY", "5")), id="se", currency="SEK")
    first, middle = session(local(NOON), charge(60, ENERGY="4"), tariff_id="12")
    second, end = session(middle, charge(60, ENERGY="4"), tariff_id="se")
    with pytest.raises(CurrencyMismatch):
        price([ENERGY, kronor], first + second, AMSTERDAM, end=end)
    assert price([ENERGY, kronor], second, AMSTERDAM, end=end).currency == "SEK"


def test_there_is_no_price_without_a_tariff():
    with pytest.raises(NoTariff):
        price([], [], AMSTERDAM)


# What operators send


def test_words_that_cannot_be_priced_are_said_and_the_rest_is_priced():
    fee = tariff(
        element(component("HOLD_TIME", "9"), component("ENERGY", "9"), unknown=(("min_soc", "20"),)),
        element(component("ENERGY", "0.50"), component("FLAT", "7"), reservation="BOOKING"),
        element(component("ENERGY", "0.50")),
    )
    bill = bill_of(fee, NOON, charge(60, ENERGY="10", STATE_OF_CHARGE="80"))
    assert totals(bill)[0] == "5.00"
    assert bill.caveats == ((Caveat.UNKNOWN_WORD, {"word": "HOLD_TIME"}), (Caveat.UNKNOWN_WORD, {"word": "min_soc"}))


def test_periods_may_come_in_any_order():
    fee = tariff(element(component("ENERGY", "0.20"), max_kwh="5"), element(component("ENERGY", "0.60")))
    periods, end = session(local(NOON), charge(30, ENERGY="5"), charge(30, ENERGY="1"))
    assert price(fee, periods[::-1], AMSTERDAM, end=end) == price(fee, periods, AMSTERDAM, end=end)


@pytest.mark.parametrize("end", [None, datetime(1970, 1, 1, tzinfo=UTC), local(f"{MONDAY} 11:00")])
def test_without_a_sane_end_the_last_period_lasts_as_long_as_it_says(end):
    fee = tariff(element(component("TIME", "6"), start_time="00:00", end_time="12:30"))
    periods = [ChargingPeriod(local(NOON), {"TIME": Decimal(1)})]
    assert totals(price(fee, periods, AMSTERDAM, datetime(1970, 1, 1, tzinfo=UTC), end))[0] == "3.00"


def test_energy_of_one_instant_is_priced_with_the_clock_of_that_instant():
    fee = tariff(
        element(component("ENERGY", "0.20"), max_kwh="5", end_time="13:00"), element(component("ENERGY", "0.60"))
    )
    periods = [ChargingPeriod(local(NOON), {"ENERGY": Decimal(10)})]
    assert table(price(fee, periods, AMSTERDAM)) == [("energy", "5 kWh", "1"), ("energy", "5 kWh", "3")]


@pytest.mark.parametrize("year", [1, 1970, 9999])
def test_a_wild_timestamp_costs_neither_time_nor_a_traceback(year):
    fee = tariff(element(component("ENERGY", "0.50"), start_time="12:00", end_time="11:00"))
    wild = datetime(year, 1, 1, 23, 59, tzinfo=ZoneInfo("Pacific/Auckland"))
    periods = [ChargingPeriod(wild, {"ENERGY": Decimal(1)}), ChargingPeriod(local(NOON), {"ENERGY": Decimal(1)})]
    bill = price(fee, periods, ZoneInfo("Pacific/Kiritimati"), wild, local(NOON))
    assert [code for code, _ in bill.caveats] == [Caveat.PERIOD_TOO_LONG]


@pytest.mark.parametrize("volume", ["NaN", "Infinity", "1e12"])
def test_an_absurd_volume_is_refused(volume):
    with pytest.raises(UnusableNumber):
        ChargingPeriod(local(NOON), {"ENERGY": Decimal(volume)})


def test_an_absurd_cost_is_refused():
    fee = tariff(element(component("ENERGY", "999999999")))
    with pytest.raises(UnusableNumber):
        bill_of(fee, NOON, charge(60, ENERGY="999999999"))


def test_energy_given_back_to_the_grid_is_credited():
    assert totals(bill_of(ENERGY, NOON, charge(60, ENERGY="10"), charge(60, ENERGY="-4"))) == ("3.00", "3.60")


def test_nothing_used_costs_nothing():
    assert totals(price(ENERGY, [], AMSTERDAM)) == ("0.00", "0.00")


def test_a_price_does_not_depend_on_the_decimal_settings_around_it():
    expected = bill_of(ENERGY, NOON, charge(60, ENERGY="20.123"))
    with localcontext() as context:
        context.prec = 4
        assert bill_of(ENERGY, NOON, charge(60, ENERGY="20.123")).total == expected.total
    assert getcontext().prec == 28


def test_a_bill_is_plain_json():
    fee = tariff(element(component("ENERGY", "0.333", "20", 100), component("TIME", "1.00")), tax_included="NO")
    written = bill_to_json(bill_of(fee, NOON, charge(100, ENERGY="20.45")))
    assert json.loads(json.dumps(written)) == {
        "currency": "EUR",
        "total_excl_vat": "8.49",
        "total_incl_vat": None,
        "lines": [
            {
                "dimension": "ENERGY",
                "volume": "20.5",
                "unit": "kWh",
                "price": "0.333",
                "vat": "20",
                "amount_excl_vat": "6.8265",
                "amount_incl_vat": "8.1918",
                "reason": "energy_step_rounded",
                "facts": {
                    "step_size": 100,
                    "used": "20.45",
                    "added": "0.05",
                    "total_used": "20.45",
                    "total_billed": "20.5",
                },
                "tariff_id": "12",
            },
            {
                "dimension": "TIME",
                "volume": "1.666667",
                "unit": "h",
                "price": "1.00",
                "vat": None,
                "amount_excl_vat": "1.666667",
                "amount_incl_vat": None,
                "reason": "charging_time",
                "facts": {},
                "tariff_id": "12",
            },
        ],
        "caveats": [],
    }


MONEY_ROOMS = (
    "money",
    "tariffs/tariff",
    "tariffs/tariff_json",
    "tariffs/restrictions",
    "tariffs/usage",
    "tariffs/bill",
    "tariffs/settlement",
    "tariffs/account",
    "tariffs/pricing",
    "tariffs/estimate",
)


@pytest.mark.parametrize("room", MONEY_ROOMS)
def test_no_binary_number_comes_near_money(room):
    path = Path(domain.__file__).parent / f"{room}.py"
    assert "float" not in path.read_text()
    with path.open("rb") as source:
        numbers = [token.string for token in tokenize.tokenize(source.readline) if token.type == tokenize.NUMBER]
    assert [number for number in numbers if not number.isdecimal()] == []
