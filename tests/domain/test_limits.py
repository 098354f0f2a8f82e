from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.tariffs.usage import ChargingPeriod
from bot.domain.watch import limits
from bot.domain.watch.care import Care, Limit, LimitKind
from bot.domain.watch.forecast import until_limit
from tests.samples import a_charge, a_session, at, seconds

ENERGY, TIME, PERCENT, SPEND = LimitKind.ENERGY, LimitKind.TIME, LimitKind.PERCENT, LimitKind.SPEND


@pytest.mark.parametrize(
    ("typed", "kind", "amount"),
    [
        ("25 kWh", ENERGY, "25"),
        ("25kwh", ENERGY, "25"),
        (" 12,5 KWH ", ENERGY, "12.5"),
        ("80 %", PERCENT, "80"),
        ("80%", PERCENT, "80"),
        ("45 min", TIME, "45"),
        ("2 h", TIME, "120"),
        ("€ 15", SPEND, "15"),
        ("15 €", SPEND, "15"),
        ("EUR 15.50", SPEND, "15.50"),
        ("15 chf", SPEND, "15"),
    ],
)
def test_a_limit_is_understood_as_a_driver_types_it(typed, kind, amount):
    assert limits.read(typed) == Limit(kind, Decimal(amount))


@pytest.mark.parametrize(
    "typed",
    [
        *("", "lots", "80", "0 kWh", "-5 kWh", "101 %", "9999 kWh", "5 kWh 6", "€ 5 kWh", "5 parsecs", "1e9 kWh"),
        pytest.param("a" + " " * 2000 + "5" + " " * 2000 + "5", id="thousands of blanks"),
    ],
)
def test_what_is_no_limit_is_not_taken_for_one(typed):
    assert limits.read(typed) is None


@given(st.text(max_size=40))
def test_whatever_is_typed_reading_it_never_fails(typed):
    assert limits.read(typed) is None or limits.read(typed).amount > 0


def running(*wanted: Limit):
    return replace(a_charge(), care=Care(running_at=at(0), limits=wanted))


def test_the_nearest_limit_is_foreseen_from_the_power_of_now():
    session = a_session(kwh=Decimal(10), periods=(ChargingPeriod(at(0), {"POWER": Decimal(10)}),))
    charge = running(Limit(ENERGY, Decimal(15)), Limit(TIME, Decimal(120)))
    assert until_limit(charge, session, at(3600)) == (Limit(ENERGY, Decimal(15)), seconds(1800))


def test_without_power_the_average_so_far_is_what_is_believed():
    session = a_session(kwh=Decimal(10), start=at(0), last_updated=at(3600))
    assert until_limit(running(Limit(ENERGY, Decimal(15))), session, at(3600)) == (
        Limit(ENERGY, Decimal(15)),
        seconds(1800),
    )


def test_percent_is_foreseen_by_its_own_pace_or_by_the_battery_of_the_car():
    rising = tuple(
        ChargingPeriod(at(number * 1800), {"STATE_OF_CHARGE": Decimal(40 + number * 10), "POWER": Decimal(10)})
        for number in range(2)
    )
    session = a_session(kwh=Decimal(10), start=at(0), last_updated=at(3600), periods=rising)
    wanted = Limit(PERCENT, Decimal(80))
    assert until_limit(running(wanted), session, at(3600)) == (wanted, seconds(3 * 3600))
    assert until_limit(running(wanted), session, at(3600), Decimal(50)) == (wanted, seconds(5400))


@pytest.mark.parametrize("power", ["0", "0.05"])
def test_nothing_is_foreseen_while_nothing_flows(power):
    session = a_session(kwh=Decimal(10), periods=(ChargingPeriod(at(0), {"POWER": Decimal(power)}),))
    assert until_limit(running(Limit(ENERGY, Decimal(15))), session, at(3600)) is None


def test_what_nobody_can_foresee_is_not_guessed():
    session = a_session(kwh=Decimal(10))
    assert until_limit(running(Limit(SPEND, Decimal(15)), Limit(PERCENT, Decimal(80))), session, at(60)) is None


def test_without_a_limit_eighty_percent_and_then_full_is_what_is_foreseen():
    def session(level: str):
        return a_session(periods=(ChargingPeriod(at(0), {"STATE_OF_CHARGE": Decimal(level), "POWER": Decimal(10)}),))

    assert until_limit(a_charge(), session("60"), at(60), Decimal(50)) == (Limit(PERCENT, Decimal(80)), seconds(3600))
    assert until_limit(a_charge(), session("90"), at(60), Decimal(50)) == (Limit(PERCENT, Decimal(100)), seconds(1800))
