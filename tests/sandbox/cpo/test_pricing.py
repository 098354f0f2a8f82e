from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from sandbox.cpo import tariffs
from sandbox.cpo.pricing import Volumes, next_change, price
from sandbox.cpo.tariffs import Component, Element, Money, Tariff

AMSTERDAM = "Europe/Amsterdam"
NOON = datetime(2026, 7, 1, 10, tzinfo=UTC)


def d(value):
    return Decimal(str(value))


def hours(minutes):
    return Decimal(minutes) / 60


def money(excl, incl):
    return Money(d(excl), d(incl))


def at(clock, day=1):
    """A local time in Amsterdam's summer, in UTC."""
    hour, minute = map(int, clock.split(":"))
    return datetime(2026, 7, day, hour, minute, tzinfo=UTC) - timedelta(hours=2)


def cost(tariff, *periods, started=None):
    return price(tariff, periods, started or periods[0].start, AMSTERDAM).total()


def test_energy_only():
    # 20.5 kWh x 0.45 = 9.225; x 1.21 = 11.16225
    assert cost(tariffs.ENERGY_ONLY, Volumes(NOON, energy=d("20.5"), time=d(1))) == money("9.23", "11.16")


def test_a_start_fee_is_asked_once_however_many_periods_there_are():
    # 0.35 + 15 x 0.42 = 6.65; x 1.21 = 8.0465
    periods = [Volumes(NOON + timedelta(minutes=n), energy=d(5)) for n in range(3)]
    assert cost(tariffs.START_FEE, *periods) == money("6.65", "8.05")


def test_time_while_charging():
    # 10 x 0.30 = 3.00 and 1.5 h x 1.20 = 1.80
    assert cost(tariffs.CHARGING_TIME, Volumes(NOON, energy=d(10), time=d("1.5"))) == money("4.80", "5.81")


def test_a_price_has_a_ceiling():
    assert cost(tariffs.CHARGING_TIME, Volumes(NOON, energy=d(90), time=d(20))) == money("30.00", "36.30")


def test_a_price_has_a_floor_that_holds_with_and_without_vat():
    assert cost(tariffs.FAST, Volumes(NOON, energy=d("0.2"))) == money("1.00", "1.21")


def test_energy_in_steps_of_a_tenth():
    # 12.31 kWh is billed as 12.4: 6.82; x 1.21 = 8.2522
    assert cost(tariffs.FAST, Volumes(NOON, energy=d("12.31"))) == money("6.82", "8.25")


def test_parking_is_free_in_the_grace_time_and_billed_by_the_minute_after_it():
    # 8 kWh x 0.40 = 3.20; grace ends 15 min after the start; 9.5 min are billed as 10: 0.50
    periods = (
        Volumes(NOON, energy=d(8), time=hours(10)),
        Volumes(NOON + timedelta(minutes=10), parking=hours(5)),
        Volumes(NOON + timedelta(minutes=15), parking=hours("9.5")),
    )
    assert cost(tariffs.GRACE, *periods) == money("3.70", "4.48")


def test_the_night_is_cheaper():
    # 4 kWh before 23:00 at 0.44 = 1.76, 10 kWh after at 0.28 = 2.80
    periods = (Volumes(at("22:30"), energy=d(4)), Volumes(at("23:00"), energy=d(10)))
    assert cost(tariffs.NIGHT, *periods) == money("4.56", "5.52")


@pytest.mark.parametrize(
    ("clock", "excl"), [("06:59", "2.80"), ("07:00", "4.40"), ("22:59", "4.40"), ("00:00", "2.80")]
)
def test_the_night_window_wraps_around_midnight(clock, excl):
    assert cost(tariffs.NIGHT, Volumes(at(clock), energy=d(10))).excl_vat == d(excl)


def test_high_power_with_start_fee_and_parking():
    # 0.50 + 30.1234 -> 30.124 kWh x 0.62 = 18.67688, 61 s -> 2 min x 0.15 = 0.30: 19.47688; x 1.21 = 23.5670...
    seconds = Decimal(61) / 3600
    periods = (
        Volumes(NOON, energy=d("30.1234"), time=hours(20)),
        Volumes(NOON + timedelta(minutes=20), parking=seconds),
    )
    bill = price(tariffs.HIGH_POWER, periods, NOON, AMSTERDAM)
    assert bill.total() == money("19.48", "23.57")
    assert bill.part("FLAT") == money("0.50", "0.61")
    assert bill.part("ENERGY") == money("18.68", "22.60")
    assert bill.part("PARKING_TIME") == money("0.30", "0.36")
    assert bill.part("TIME") is None


def test_free_of_charge_is_nought_and_not_nothing():
    assert cost(tariffs.FREE, Volumes(NOON, energy=d(12), time=d(1))) == money("0.00", "0.00")


def at_utc(clock):
    hour, minute = map(int, clock.split(":"))
    return datetime(2026, 1, 5, hour, minute, tzinfo=UTC)


def stepped():
    """The tariff of the specification's step_size examples (mod_tariffs, PriceComponent)."""

    def time(price_, step, **window):
        return Element((Component("TIME", d(price_), step, None),), **window)

    return Tariff(
        "14",
        (
            time("1.20", 1800, start_time="00:00", end_time="17:00"),
            time("2.40", 900, start_time="17:00", end_time="20:00"),
            Element((Component("PARKING_TIME", d("1.00"), 900, None),), start_time="00:00", end_time="20:00"),
        ),
    )


@pytest.mark.parametrize(
    ("periods", "total"),
    [
        ([("16:55", "time", 5), ("17:00", "time", 5), ("17:05", "parking", 2)], "0.55"),
        ([("16:35", "time", 25), ("17:00", "time", 10)], "1.30"),
        ([("19:40", "time", 12), ("19:52", "parking", 8), ("20:00", "parking", 12)], "0.73"),
    ],
)
def test_step_sizes_as_in_the_specifications_examples(periods, total):
    volumes = [Volumes(at_utc(clock), **{kind: hours(minutes)}) for clock, kind, minutes in periods]
    assert price(stepped(), volumes, volumes[0].start, "UTC").total().excl_vat == d(total)


def test_the_next_change_is_the_end_of_the_grace_time():
    assert next_change(tariffs.GRACE, NOON, NOON, AMSTERDAM) == NOON + timedelta(minutes=15)
    assert next_change(tariffs.GRACE, NOON + timedelta(minutes=15), NOON, AMSTERDAM) is None


def test_the_next_change_is_local_even_when_the_clocks_change():
    before_summer_time = datetime(2026, 3, 28, 22, 30, tzinfo=UTC)
    assert next_change(tariffs.NIGHT, before_summer_time, before_summer_time, AMSTERDAM) == datetime(
        2026, 3, 29, 5, 0, tzinfo=UTC
    )


def test_a_tariff_without_restrictions_never_changes():
    assert next_change(tariffs.ENERGY_ONLY, NOON, NOON, AMSTERDAM) is None
