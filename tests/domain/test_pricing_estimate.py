from datetime import timedelta
from decimal import Decimal

import pytest

from bot.domain.tariffs.bill import Caveat
from bot.domain.tariffs.estimate import estimate, running_cost
from bot.domain.tariffs.usage import ChargingPeriod, energy_in_kwh
from tests.domain.priced import AMSTERDAM, MONDAY, component, element, local, session, table, tariff, totals

NOON = local(f"{MONDAY} 12:00")
HOUR = timedelta(hours=1)
FEE = tariff(element(component("FLAT", "0.90"), component("ENERGY", "0.45"), component("TIME", "1.50")))


def test_the_worked_example_on_a_price_card():
    assert totals(estimate(FEE, Decimal(20), HOUR, NOON, AMSTERDAM)) == ("11.40", "11.40")


def test_a_worked_example_may_have_parking():
    fee = tariff(element(component("ENERGY", "0.50"), component("PARKING_TIME", "6.00")))
    assert totals(estimate(fee, Decimal(20), HOUR, NOON, AMSTERDAM, parking=HOUR / 2))[0] == "13.00"


def test_a_worked_example_has_the_power_its_energy_and_time_make():
    fee = tariff(element(component("ENERGY", "1"), max_power="20"), element(component("ENERGY", "2")))
    assert totals(estimate(fee, Decimal(19), HOUR, NOON, AMSTERDAM))[0] == "19.00"
    assert totals(estimate(fee, Decimal(20), HOUR, NOON, AMSTERDAM))[0] == "40.00"


def test_without_periods_one_even_charge_is_assumed_and_said():
    bill = running_cost(FEE, NOON, NOON + HOUR / 2, AMSTERDAM, kwh=Decimal(10))
    assert table(bill) == [
        ("start_fee", "1 session", "0.9"),
        ("energy", "10 kWh", "4.5"),
        ("charging_time", "0.5 h", "0.75"),
    ]
    assert bill.caveats == ((Caveat.PERIOD_ASSUMED, {}),)


def test_before_the_first_reading_only_time_and_start_fee_count():
    assert totals(running_cost(FEE, NOON, NOON, AMSTERDAM, kwh=None))[0] == "0.90"
    assert totals(running_cost(FEE, NOON, NOON - HOUR, AMSTERDAM, kwh=None))[0] == "0.90"


def test_the_last_period_is_open_and_reaches_to_now_and_to_the_energy_told():
    periods, _ = session(NOON, (30, {"ENERGY": "5", "TIME": True}), (6, {"ENERGY": "1", "TIME": True}))
    bill = running_cost(FEE, NOON, NOON + HOUR, AMSTERDAM, kwh=Decimal(12), periods=periods)
    assert table(bill)[1:] == [("energy", "12 kWh", "5.4"), ("charging_time", "1 h", "1.5")]
    assert bill.caveats == ()


def test_energy_told_late_in_the_total_is_no_reason_to_forget_the_periods():
    periods, end = session(NOON, (60, {"ENERGY": "5", "TIME": True}))
    bill = running_cost(FEE, NOON, end, AMSTERDAM, kwh=Decimal(4), periods=periods)
    assert table(bill)[1] == ("energy", "5 kWh", "2.25")


def test_imported_energy_is_not_counted_twice():
    periods, end = session(NOON, (60, {"ENERGY_IMPORT": "5", "TIME": True}))
    bill = running_cost(FEE, NOON, end, AMSTERDAM, kwh=Decimal(6), periods=periods)
    assert table(bill)[1] == ("energy", "6 kWh", "2.7")


def test_periods_that_never_tell_times_get_the_time_on_the_clock():
    periods, end = session(NOON, (30, {"ENERGY": "5"}), (30, {"ENERGY": "7"}))
    bill = running_cost(FEE, NOON, end, AMSTERDAM, kwh=Decimal(12), periods=periods[::-1])
    assert table(bill)[1:] == [("energy", "12 kWh", "5.4"), ("charging_time", "1 h", "1.5")]
    assert bill.caveats == ((Caveat.TIME_ASSUMED, {}),)


def test_a_car_that_waits_full_pays_for_parking_until_now():
    fee = tariff(element(component("TIME", "1.50"), component("PARKING_TIME", "6.00")))
    periods, _ = session(NOON, (30, {"TIME": True}), (1, {"PARKING_TIME": True}))
    bill = running_cost(fee, NOON, NOON + HOUR, AMSTERDAM, kwh=Decimal(0), periods=periods)
    assert table(bill) == [("charging_time", "0.5 h", "0.75"), ("parking_time", "0.5 h", "3")]


def test_a_running_reservation_has_not_expired():
    fee = tariff(
        element(component("FLAT", "9"), reservation="RESERVATION_EXPIRES"),
        element(component("TIME", "4"), reservation="RESERVATION"),
    )
    periods, _ = session(NOON, (15, {"RESERVATION_TIME": True}))
    bill = running_cost(fee, NOON, NOON + HOUR / 2, AMSTERDAM, kwh=Decimal(0), periods=periods)
    assert totals(bill)[0] == "2.00"


@pytest.mark.parametrize(
    ("volumes", "kwh", "read"),
    [
        (["120", "41000"], "41.12", ["0.12", "41"]),
        (["1", "41"], "42", ["1", "41"]),
        (["5"], "0", ["5"]),
        (["5"], None, ["5"]),
    ],
)
def test_watt_hours_are_read_as_kilowatt_hours_when_the_total_tells(volumes, kwh, read):
    periods = [
        ChargingPeriod(NOON + timedelta(minutes=at), {"ENERGY": Decimal(volume), "MAX_CURRENT": Decimal(120)})
        for at, volume in enumerate(volumes)
    ]
    total = None if kwh is None else Decimal(kwh)
    told = energy_in_kwh(periods, total)
    assert [period.dimensions["ENERGY"] for period in told] == [Decimal(each) for each in read]
    assert all(period.dimensions["MAX_CURRENT"] == 120 for period in told)
    if kwh and read != volumes:
        bill = running_cost(FEE, NOON, NOON + HOUR, AMSTERDAM, kwh=total, periods=periods)
        assert table(bill)[1][:2] == ("energy", "41.12 kWh")
