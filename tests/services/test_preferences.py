"""Settings as they are stored."""

from datetime import time
from decimal import Decimal

import pytest

from bot.domain.driver import Car, Quiet
from bot.domain.errors import Refused, Why
from bot.domain.ids import DriverId
from bot.services.preferences import MOST_CARS, Preferences
from tests.samples import ANNA, BOB
from tests.services.house import House, running

ZOE = Car("Zoe", "IEC_62196_T2", Decimal(52))


@pytest.fixture
async def house():
    return await House().furnish()


@pytest.fixture
def preferences(house):
    return Preferences(house.db, house.clock)


async def test_a_language_is_chosen_and_left_to_the_messenger_again(preferences):
    assert (await preferences.speak(ANNA, "fr")).tongue == "fr"
    assert (await preferences.speak(ANNA, "")).tongue == "nl"


async def test_the_night_is_that_of_the_last_station(house, preferences):
    assert (await preferences.zones(ANNA))[0] == "Europe/Amsterdam"
    await house.press(ANNA)
    driver = await preferences.quiet_at_night(ANNA)
    assert driver.quiet == Quiet(time(22), time(7), "Europe/Amsterdam")
    assert (await preferences.be_quiet(ANNA, None)).quiet is None


async def test_the_newest_car_comes_first_until_another_is_chosen(preferences):
    await preferences.add_car(ANNA, ZOE)
    await preferences.add_car(ANNA, Car("Ioniq", "IEC_62196_T2_COMBO", Decimal("72.6"), Decimal(220)))
    driver = await preferences.first_car(ANNA, "Zoe")
    assert [car.name for car in driver.cars] == ["Zoe", "Ioniq"]
    bigger = Car("Zoe", "IEC_62196_T2", Decimal(55))
    assert (await preferences.add_car(ANNA, bigger)).cars[0] == bigger
    assert [car.name for car in (await preferences.remove_car(ANNA, "Zoe")).cars] == ["Ioniq"]


async def test_only_so_many_cars_are_kept(preferences):
    for number in range(MOST_CARS + 3):
        driver = await preferences.add_car(ANNA, Car(f"Car {number}", "CHADEMO", Decimal(24)))
    assert len(driver.cars) == MOST_CARS


async def test_new_charges_are_marked_as_the_driver_wishes_and_each_can_be_marked_anew(house, preferences):
    await preferences.mark_new(ANNA, business=True)
    charge = await house.press(ANNA)
    assert charge.business
    await house.work()
    await house.push(running(charge))
    await preferences.mark(ANNA, charge.id, business=False)
    marked = await house.charge(charge)
    assert (marked.business, marked.state) == (False, "CHARGING")
    with pytest.raises(Refused) as refused:
        await preferences.mark(BOB, charge.id, business=True)
    assert refused.value.why is Why.NOT_YOURS


async def test_nobody_has_settings_before_we_met(preferences):
    with pytest.raises(Refused):
        await preferences.of(DriverId(77))
