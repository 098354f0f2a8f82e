"""Settings as a driver sets them, and what follows from them."""

import re

import pytest
import pytest_asyncio

from tests.journeys.town import open_town

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def town(tmp_path_factory):
    async with open_town(tmp_path_factory.mktemp("settings")) as town:
        yield town


@pytest_asyncio.fixture(loop_scope="module")
async def driver(town):
    return await town.driver()


async def open_settings(driver):
    await driver.person.say("/settings")
    return await driver.see("Settings", button="Language")


async def test_everything_is_one_message_with_a_way_back_from_each_screen(driver):
    first = await open_settings(driver)
    for button, shown in (
        ("Language", "Language: as in Telegram"),
        ("Quiet hours", "Quiet hours: none"),
        ("My cars", "Your cars"),
    ):
        await driver.press(await driver.see("Settings", button=button), button)
        screen = await driver.see(shown, button="Back")
        assert screen.id == first.id
        await driver.press(screen, "Back")
    assert (await driver.see("Settings", button="My cars")).id == first.id


async def test_the_chosen_language_goes_before_the_one_of_telegram(driver):
    await driver.press(await open_settings(driver), "Language")
    await driver.press(await driver.see(button="Deutsch"), "Deutsch")
    await driver.see("Sprache: Deutsch")
    await driver.person.say(driver.number)
    question = await driver.see(driver.sticker)
    assert re.search(r"\d,\d\d\s€", question.text)


async def test_quiet_hours_are_set_by_a_tap_or_typed(driver):
    await driver.press(await open_settings(driver), "Quiet hours")
    await driver.press(await driver.see(button="22:00"), "22:00")
    await driver.see("Quiet hours: 22:00 to 07:00, Amsterdam")
    await driver.person.say("soon")
    await driver.see("These are no hours")
    await driver.person.say("21:30 - 6")
    typed = await driver.see("Quiet hours: 21:30 to 06:00, Amsterdam")
    await driver.press(typed, "London")
    await driver.press(await driver.see("21:30 to 06:00, London"), "No quiet hours")
    await driver.see("Quiet hours: none")
    await driver.person.say(driver.sticker)
    assert driver.sticker in (await driver.see("Does the station say this?")).text


async def test_a_car_is_told_in_three_answers_and_removed(driver):
    await driver.press(await open_settings(driver), "My cars")
    await driver.press(await driver.see(button="Add a car"), "Add a car")
    await driver.see("What do you call the car?")
    await driver.person.say("  <b>Zoe</b> \u202e ")
    await driver.press(await driver.see("which plug does it take?"), "CCS")
    await driver.see("how much does the battery hold?")
    await driver.person.say("a lot")
    await driver.see("Please type a number between 1 and 1000")
    await driver.person.say("52,5 kWh 46")
    cars = await driver.see("<b>Zoe</b>: CCS, 52.50 kWh, up to 46 kW")
    await driver.press(cars, "Zoe")
    await driver.press(await driver.see(button="Remove it"), "Remove it")
    await driver.see("You have told of none yet")


async def test_a_receipt_is_marked_as_business_and_back_and_new_charges_as_by_default(driver):
    await driver.charge()
    bill = await driver.bill()
    receipt = await driver.person.wait_message(f"Bill {bill['id']}", anytime=True)
    await driver.press(receipt, "Mark as business")
    marked = await driver.see("Marked as business", button="Mark as private")
    assert marked.id == receipt.id
    await driver.press(marked, "Mark as private")
    await driver.see("Receipt", button="Mark as business")
    await driver.press(await open_settings(driver), "Mark as business")
    await driver.see("New charges are business", button="Mark as private")
    await driver.charge()
    assert "Marked as business" in (await driver.person.wait_message("Marked as business", anytime=True)).text
