"""A charge is watched over while its driver is away: limits, a full battery, the wrong connector, a chart."""

import asyncio

import pytest
import pytest_asyncio

from tests.journeys.driver import RUNNING
from tests.journeys.town import open_town

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def town(tmp_path_factory):
    async with open_town(tmp_path_factory.mktemp("watch"), pace=0.005) as town:
        yield town


@pytest_asyncio.fixture(loop_scope="module")
async def driver(town):
    return await town.driver()


async def buzzes(driver, text):
    return [message for message in await driver.person.messages() if text in message.text and message.buzz]


async def test_a_limit_typed_in_the_chat_stops_the_charge_and_is_told_by_one_message(driver):
    card = await driver.start()
    await driver.press(card, "Limits")
    shown = await driver.see("Limits of this charge")
    await driver.press(shown, "Also stop then")
    shown = await driver.see("at the limit the charge is stopped")
    await driver.press(shown, "Own value")
    await driver.see("Type your limit")
    await driver.person.say("a lot")
    await driver.see("That is no limit I understand")
    await driver.person.say("1,5 kWh")
    told = await driver.person.wait_message("Your limit is reached: 1.50 kWh", anytime=True, patience=driver.patience)
    assert told.buzz
    ended = await driver.see_end()
    assert "limit reached" in ended.text
    assert await driver.stops()
    assert len(await buzzes(driver, "Your limit is reached")) == 1


async def test_a_limit_still_stops_when_the_bot_is_killed_before_it_is_reached(town, driver):
    card = await driver.start()
    await driver.press(card, "Limits")
    shown = await driver.see("Limits of this charge")
    await driver.press(shown, "Also stop then")
    shown = await driver.see("at the limit the charge is stopped")
    await driver.press(shown, "Own value")
    await driver.see("Type your limit")
    await driver.person.say("5 kWh")
    await driver.see("5.00 kWh: then it is stopped")
    await town.world.kill_bot()
    await town.world.start_bot()
    await driver.person.wait_message("Your limit is reached: 5.00 kWh", anytime=True, patience=driver.patience)
    await driver.see_end()
    (session,) = await driver.sessions()
    assert session["ending"] == "Stopped by the provider."
    assert len(await driver.starts()) == 1


async def test_a_car_that_takes_no_more_is_told_of_once_and_the_charge_stays_stoppable(town, driver):
    await town.world.street.plug(driver.evse, soc=99, battery_kwh=20)
    await driver.start()
    told = await driver.person.wait_message("Charging is paused", anytime=True, patience=driver.patience)
    assert told.buzz
    assert told.has_button("⏹ Stop charging")
    assert RUNNING in (await driver.card()).text
    await asyncio.sleep(0.5)
    assert len(await buzzes(driver, "Charging is paused")) == 1
    await driver.stop()
    await driver.see_end()


async def test_a_dead_plug_is_asked_about_and_can_be_stopped_from_the_question(town, driver):
    await town.world.street.fault(driver.evse, "dead_plug", 1)
    await driver.press_start()
    await driver.see_card(RUNNING)
    asked = await driver.person.wait_message("⚠ No energy has been reported", anytime=True, patience=driver.patience)
    assert asked.buzz
    assert asked.has_button("It is charging")
    await driver.press(asked, "⏹ Stop charging")
    await driver.press(await driver.see("Stop charging?", button="Stop now"), "Stop now")
    await driver.person.wait_message("Charging has ended", anytime=True, patience=driver.patience)


async def test_a_driver_says_that_it_charges_while_nobody_else_does(town, driver):
    await town.world.street.fault(driver.evse, "no_session", 1)
    await driver.press_start()
    await driver.see_card("Waiting for the station")
    waiting = await driver.see("", button="It is charging")
    assert "start again" not in waiting.text
    await driver.press(waiting, "It is charging")
    card = await driver.see_card("You say it is charging")
    assert "The operator has told nothing yet." in card.text


async def test_a_chart_comes_as_a_picture_with_its_numbers(driver):
    await driver.start()
    card = await driver.card()
    await driver.press(card, "Chart")
    picture = await driver.see("Power: at most")
    assert picture.kind == "photo"
    assert "kWh" in picture.text
    await driver.stop()
    await driver.see_end()


async def test_a_cable_in_the_neighbour_is_noticed_and_the_driver_goes_on_there(town):
    evses = await town.world.street.evses()
    pairs = [
        (one, other)
        for one in evses
        for other in evses
        if one["location"] == other["location"] and one["uid"] != other["uid"]
        if all(
            e["startable"] and e["sticker"] and e["evse_id"] and e["status"] == "AVAILABLE" and not e.get("plug_first")
            for e in (one, other)
        )
    ]
    chosen, taken = pairs[-1]
    driver = await town.driver("Nina")
    driver.evse, driver.number, driver.sticker = chosen["uid"], chosen["evse_id"], chosen["sticker"]
    price = await driver.ask_price()
    driver.card_id = price.id
    await driver.press(price, "Start charging")
    await town.world.street.plug(taken["uid"])
    asked = await driver.person.wait_message("Did you plug into", anytime=True, patience=driver.patience)
    assert asked.buzz
    assert taken["sticker"] in asked.text
    await driver.press(asked, "Yes, that one")
    question = await driver.see("Does the station say this?")
    assert taken["sticker"] in question.text
    await town.world.street.unplug(taken["uid"])
