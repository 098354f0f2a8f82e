"""Finding a place and coming back to it, through the real bot: a typed place, filters, favourites, alerts."""

import pytest
import pytest_asyncio

from sandbox.drive import HARBOUR
from tests.journeys.town import open_town

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def town(tmp_path_factory):
    async with open_town(tmp_path_factory.mktemp("find")) as town:
        yield town


@pytest_asyncio.fixture(loop_scope="module")
async def driver(town):
    return await town.driver()


async def test_a_neighbours_car_leaves_and_who_waits_is_told(town, driver):
    await town.world.street.plug(driver.evse)
    await driver.person.say(driver.number)
    question = await driver.see("Does the station say this?", button="Tell me when free")
    await driver.press(question, "Free ones nearby")
    elsewhere = await driver.see("Free right now, nearest first")
    assert driver.sticker not in elsewhere.text
    await driver.person.say(driver.number)
    await driver.press(await driver.see("Does the station say this?", button="Tell me when free"), "Tell me when free")
    await driver.see("I will tell you when it is free")
    await town.world.kill_bot()
    await town.world.start_bot()
    await driver.unplug()
    told = await driver.person.wait_message("It is free now.", anytime=True, patience=driver.patience)
    assert told.buzz
    assert driver.sticker in told.text
    await driver.press(told, "Charge here")
    assert driver.sticker in (await driver.see("Does the station say this?")).text


async def test_a_typed_place_a_filter_and_a_favourite_are_still_there_after_a_restart(town, driver):
    await driver.person.say(driver.place.split(" · ")[1])
    assert driver.place.split(" · ")[1] in (await driver.see("Stations by that name")).text
    await driver.person.say(driver.number)
    await driver.press(await driver.see("Does the station say this?"), "Add favourite")
    await driver.person.share_location(*HARBOUR)
    await driver.press(await driver.see("Nearest stations"), "Filters")
    await driver.press(await driver.see("What shall I show?"), "Free now")
    await driver.see("Only free now: yes")
    await town.world.kill_bot()
    await town.world.start_bot()
    await driver.person.share_location(*HARBOUR)
    await driver.see("Filters: free now")
    await driver.person.say("/favourites")
    places = await driver.see("Favourites", button=driver.sticker[:8])
    await driver.press(places, driver.sticker[:8])
    assert driver.sticker in (await driver.see("Does the station say this?")).text
