from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.cpo.physics import Car, dc_share, reading


def car(soc=20, battery=60, ac=11, dc=150):
    return Car("test", Decimal(battery), Decimal(soc), Decimal(ac), Decimal(dc))


@pytest.mark.parametrize(("charger", "ac", "flows"), [(22, 11, 11), (11, 22, 11), (22, 22, 22), ("3.7", 11, "3.7")])
def test_ac_power_is_the_smaller_of_charger_and_car(charger, ac, flows):
    assert car(ac=ac).power(Decimal(charger), dc=False) == Decimal(flows)


def test_ac_is_flat_until_the_car_is_full():
    it = car(soc=99)
    assert it.power(Decimal(22), dc=False) == 11
    it.soc = Decimal(100)
    assert it.power(Decimal(22), dc=False) == 0


@pytest.mark.parametrize(
    ("soc", "share"), [(0, "1"), (40, "1"), (50, "0.925"), (60, "0.85"), (70, "0.625"), (80, "0.4"), (100, "0.08")]
)
def test_dc_is_flat_to_forty_percent_and_tapers_from_sixty(soc, share):
    assert dc_share(Decimal(soc)) == Decimal(share)


def test_dc_power_is_capped_by_the_charger_while_the_car_could_take_more():
    assert car(soc=20).power(Decimal(50), dc=True) == 50
    assert car(soc=80).power(Decimal(300), dc=True) == 60


def test_an_hour_at_eleven_kilowatts_is_eleven_kilowatt_hours():
    it = car(soc=20, battery=100)
    taken = it.take(Decimal(22), Decimal(3600), dc=False)
    assert reading(taken.kwh) == 11
    assert taken.seconds == 3600
    assert round(it.soc, 4) == 31


def test_a_car_that_gets_full_says_when():
    it = car(soc=50, battery=22)
    taken = it.take(Decimal(22), Decimal(7200), dc=False)
    assert it.full
    assert round(taken.kwh, 4) == 11
    assert round(taken.seconds, 2) == 3600
    assert it.take(Decimal(22), Decimal(60), dc=False) == (0, 0)


def test_the_last_fifth_of_a_dc_charge_is_slower_than_the_first():
    first, last = car(soc=10, battery=100, dc=100), car(soc=80, battery=100, dc=100)
    assert first.take(Decimal(150), Decimal(600), dc=True).kwh > 2 * last.take(Decimal(150), Decimal(600), dc=True).kwh


@given(
    soc=st.decimals(0, 100, places=1),
    steps=st.lists(st.decimals(0, 600, places=3), max_size=12),
    dc=st.booleans(),
)
def test_energy_only_ever_grows_and_fills_the_battery_no_further(soc, steps, dc):
    it = car(soc=soc, battery=40)
    room = Decimal(40) * (100 - Decimal(soc)) / 100
    total = Decimal(0)
    for seconds in steps:
        taken = it.take(Decimal(150), seconds, dc=dc)
        assert taken.kwh >= 0
        assert 0 <= taken.seconds <= seconds
        total += taken.kwh
    assert total <= room + Decimal("0.001")
    assert 0 <= it.soc <= 100
