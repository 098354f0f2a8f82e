"""The same road in every language, and a change of language on the way."""

import pytest
import pytest_asyncio

from handlers.locales import LANGUAGES
from tests.journeys.abroad import Abroad, english_left_in
from tests.journeys.town import open_town

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def town(tmp_path_factory):
    async with open_town(tmp_path_factory.mktemp("languages")) as town:
        yield town


@pytest.mark.parametrize("language", LANGUAGES)
async def test_the_whole_road_in_the_drivers_language_with_no_english_left_over(town, language):
    driver = Abroad(await town.driver(language=language), language)
    await driver.person.start()
    await driver.reads("<b>Where is your car?</b>")
    await driver.person.say(driver.number)
    question = await driver.reads("<b>Does the station say this?</b>")
    await driver.touches(question, "Yes, it says this")
    price = await driver.reads(button="⚡ Start charging")
    await driver.plug_in()
    driver.card_id = price.id
    await driver.touches(price, "⚡ Start charging")
    await driver.card_says("⚡ <b>Charging</b>")
    await driver.card_moves()
    await driver.touches(await driver.card(), "⏹ Stop charging")
    question = await driver.reads("<b>Stop charging?</b>")
    await driver.touches(question, "⏹ Stop now")
    await driver.card_says("✅ <b>Charging has ended</b>")
    await driver.unplug()
    receipt = await driver.person.wait_message(driver.said("🧾 <b>Receipt</b>"), anytime=True, patience=driver.patience)
    assert (await driver.bill())["id"] in receipt.text
    assert len(await driver.starts()) == 1
    assert english_left_in(await driver.everything(), language) == []


async def test_another_language_in_mid_charge_changes_only_the_words(town):
    driver = Abroad(await town.driver(), "en")
    running = await driver.start()
    await driver.person.say("/settings")
    await driver.touches(await driver.reads(button="Language"), "Language")
    await driver.press(await driver.see(button="Deutsch"), "Deutsch")
    driver.language = "de"
    card = await driver.card_says("⚡ <b>Charging</b>")
    assert card.id == running.id
    assert driver.sticker in card.text
    await driver.touches(card, "⏹ Stop charging")
    await driver.touches(await driver.reads("<b>Stop charging?</b>"), "⏹ Stop now")
    await driver.card_says("✅ <b>Charging has ended</b>")
    await driver.unplug()
    assert len(await driver.starts()) == 1
    assert await driver.stops()


async def test_who_has_a_language_we_do_not_speak_is_answered_in_english(town):
    driver = await town.driver(language="pl")
    await driver.person.start()
    await driver.see("Where is your car?")
