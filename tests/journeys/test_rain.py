"""The rain test: a returning driver with cold hands and one bar of signal. Taps are counted, messages too."""

import pytest
import pytest_asyncio

from sandbox.telegram.people import Person
from tests.handlers.pictures.stickers import jpeg, on_a_wall, sticker
from tests.journeys.driver import RUNNING, kwh
from tests.journeys.town import open_town

pytestmark = pytest.mark.asyncio(loop_scope="module")

MOST_TAPS = 4


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def town(tmp_path_factory):
    async with open_town(tmp_path_factory.mktemp("rain")) as town:
        yield town


@pytest_asyncio.fixture(loop_scope="module")
async def driver(town):
    """One who has charged here before, and left a star."""
    driver = await town.driver()
    await driver.person.say(driver.number)
    question = await driver.see("Does the station say this?")
    await driver.press(question, "Add favourite")
    await driver.charge()
    driver.taps = 0
    return driver


async def by_favourite(driver):
    await driver.person.say("★ Favourites")
    places = await driver.see("Favourites", button=driver.sticker)
    await driver.press(places, driver.sticker)
    return places


async def by_typing(driver):
    await driver.person.say(driver.sticker)


async def by_photo(driver):
    photo = jpeg(on_a_wall(sticker(f"https://cpo.example/qr?id={driver.number}")))
    await driver.person.send_file("photo", photo, "sticker.jpg")


@pytest.mark.parametrize("way", [by_favourite, by_typing, by_photo])
async def test_from_the_chat_to_the_charge_in_four_taps_and_one_message(driver, way):
    before = {message.id for message in await driver.person.messages()}
    first = 1  # the key of the favourites, the one that sends what was typed, or the camera's
    await way(driver)
    question = await driver.see("Does the station say this?")
    for told in (driver.sticker, "per kWh", "Plug in first"):
        assert told in question.text
    await driver.plug_in()
    await driver.press(question, "Yes")
    price = await driver.see(button="Start charging")
    driver.card_id = price.id
    await driver.press(price, "Start charging")
    await driver.see_energy()
    assert first + driver.taps <= MOST_TAPS
    new = [message.id for message in await driver.person.messages() if message.id not in before and not message.own]
    assert new[:1] == [question.id] == [price.id] == [driver.card_id]
    assert len(await driver.starts()) == 2
    await driver.stop()
    await driver.finish()


async def test_a_killed_bot_and_a_lost_phone_change_nothing_that_the_driver_sees(town, driver):
    await driver.start()
    before = await driver.card()
    await town.world.kill_bot()
    await town.world.start_bot()
    other_phone = Person(town.world.telegram, driver.person.id, driver.person.name)
    await other_phone.start()
    card = await other_phone.wait_message(
        RUNNING, where=lambda message: message.id > before.id, patience=driver.patience
    )
    assert driver.place in card.text
    assert kwh(card.text) >= kwh(before.text)
    driver.card_id = card.id
    await driver.stop()
    await driver.finish()
    assert len(await driver.starts()) == 2


async def test_without_a_network_the_driver_is_told_so_and_nothing_happens_twice(town, driver):
    price = await driver.ask_price()
    await driver.plug_in()
    driver.card_id = price.id
    await town.world.street.fault(driver.evse, "truncated_answer", 1, None)
    for method in ("editMessageText", "sendMessage"):
        await town.world.telegram.fault("drop", method=method, times=2)
    await driver.press(price, "Start charging")
    card = await driver.see_card("no clear answer", RUNNING)
    assert "no answer" in card.text or RUNNING in card.text
    await driver.see_energy()
    assert len(await driver.starts()) == 2
    await driver.stop()
    await driver.finish()
