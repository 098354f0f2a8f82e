"""Which connector is it, and on what terms: stickers, photos, links, networks switched off; through the front door."""

import pytest
import pytest_asyncio

from sandbox.drive import HARBOUR
from sandbox.drive import STATION as NEAREST
from sandbox.world import NETWORKS
from tests.handlers.pictures.stickers import bomb, jpeg, on_a_wall, sticker
from tests.journeys.driver import RUNNING
from tests.journeys.town import open_town

pytestmark = pytest.mark.asyncio(loop_scope="module")

OFF = '[[networks]]\nparty = "NL-HAV"\nname = "Havermonde Laadnet"\nenabled = false\n'


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def town(tmp_path_factory):
    async with open_town(tmp_path_factory.mktemp("identify")) as town:
        yield town


@pytest_asyncio.fixture(loop_scope="module")
async def driver(town):
    return await town.driver()


async def test_one_screen_confirms_identifier_price_and_order_and_two_taps_start(driver):
    """The rain: what the sticker says is typed, Yes, Start; one message from the question to the live card."""
    await driver.person.say(driver.number)
    question = await driver.see("Does the station say this?")
    for told in (driver.sticker, "per kWh", "Example: 20.00 kWh", "Our fee: We add nothing", "Plug in first"):
        assert told in question.text
    assert "The operator's record decides the final amount." in question.text
    assert "Please follow the instructions on the charging station." in question.text
    await driver.plug_in()
    price = await driver.press(question, "Yes") and await driver.see(button="Start charging")
    assert price.id == question.id
    driver.card_id = price.id
    await driver.press(price, "Start charging")
    card = await driver.see_card(RUNNING)
    assert card.id == question.id
    assert len(await driver.starts()) == 1
    await driver.stop()
    await driver.finish()


async def test_who_has_charged_before_is_no_longer_guided(town, driver):
    await driver.person.say(driver.number)
    question = await driver.see("Does the station say this?")
    assert question.text.startswith("Step 5 of 10")
    await driver.press(question, "Yes")
    price = await driver.see(button="Start charging")
    assert price.text.startswith("Steps 6 and 7 of 10")
    await driver.charge()
    await driver.person.say(driver.number)
    assert "of 10" not in (await driver.see("Does the station say this?")).text


async def test_what_is_nowhere_printed_is_answered_with_how_identifiers_look_there(driver):
    await driver.person.say(driver.number)
    await driver.press(await driver.see("Does the station say this?"), "No, something else")
    await driver.see("type what the station says")
    await driver.person.say("blue")
    await driver.see("I know no connector blue.\nIdentifiers there look like 0421-1.")
    await driver.person.say(f" {driver.sticker.replace('-', ' ').lower()} ")
    assert driver.sticker in (await driver.see("Does the station say this?")).text


async def test_a_photo_of_the_sticker_leads_to_the_same_question(driver):
    photo = jpeg(on_a_wall(sticker(f"https://cpo.example/qr?id={driver.number}"), angle=20))
    await driver.person.send_file("photo", photo, "sticker.jpg")
    question = await driver.see("Does the station say this?")
    assert driver.sticker in question.text
    await driver.press(question, "Yes")
    await driver.see(button="Start charging")


async def test_a_photo_bomb_and_a_foreign_code_are_answered_and_the_bot_goes_on(driver):
    await driver.person.send_file("document", bomb(11_000, 11_000), "sticker.png")
    await driver.see("I cannot open this picture.")
    await driver.person.send_file("photo", jpeg(on_a_wall(sticker("https://evil.example/pay"))), "sticker.jpg")
    await driver.see("I know no connector by this code.")
    await driver.ask_price()


async def test_a_link_on_a_sticker_of_ours_asks_and_starts_nothing(driver):
    normal = driver.number.replace("*", "").translate(str.maketrans("OIL", "011"))
    await driver.person.start(f"e-{normal}")
    question = await driver.see("Does the station say this?")
    assert driver.sticker in question.text
    assert not await driver.starts()


async def test_a_network_that_is_switched_off_is_for_cards_only_and_comes_back(town, driver):
    file = town.world.folder / "networks.toml"
    price = await driver.ask_price()
    file.write_text(OFF)
    assert "changed, off" in await town.world.command("networks", "import", str(file))
    try:
        await driver.press(price, "Start charging")
        await driver.see("This connector cannot be started from here: use a card or the terminal at the station.")
        await driver.person.say(driver.number)
        await driver.see("This connector cannot be started from here")
        assert not await driver.starts()
    finally:
        await town.world.command("networks", "import", str(NETWORKS))
    await driver.ask_price()


async def test_the_networks_are_listed_from_live_data_with_all_a_driver_needs(driver):
    await driver.person.say("/networks havermonde")
    listed = await driver.see("1 network fits havermonde")
    for told in ("Netherlands", "stations start from this chat", "0421-1", "plug in first", "+31 20 555 0142"):
        assert told in listed.text
    assert "Descriptions last updated on" in listed.text
    assert "More networks are to come." in listed.text
    await driver.press(listed, "Havermonde Laadnet")
    page = await driver.see("Where it is printed: On the blue plate")
    assert "DE-MUS" not in page.text


async def test_a_first_timer_is_guided_through_ten_steps_and_nobody_after_that(town):
    driver = await town.driver("Dora")
    person, steps = driver.person, []

    async def step(*numbers):
        steps.extend(numbers)
        said = f"Step{'s' if len(numbers) > 1 else ''} {' and '.join(map(str, numbers))} of 10 · "
        return await driver.see(said)

    await person.start()
    await step(1)
    await person.share_location(*HARBOUR)
    listed = await step(2, 3)
    await driver.press(listed, NEAREST)
    station = await step(4)
    await driver.press(station, "Charge here")
    await step(5)
    await person.say(driver.number)
    question = await step(5)
    await driver.press(question, "Yes")
    price = await step(6, 7)
    await driver.plug_in()
    driver.card_id = price.id
    await driver.press(price, "Start charging")
    await driver.see_card("Step 8 of 10")
    card = await driver.card()
    await driver.press(card, "Stop charging")
    asked = await step(9)
    await driver.press(asked, "Stop now")
    await driver.see_card("Step 10 of 10")
    await driver.see_receipt()
    await driver.unplug()
    await person.start()
    assert "of 10" not in (await driver.see("Where is your car?")).text
    assert set(steps) == set(range(1, 8)) | {9}
