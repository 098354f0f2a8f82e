"""The road as drivers go it: straight, by detours, two at a time, through a deploy, and past everything in between."""

import asyncio
import json
import signal
import sqlite3
import struct
import zlib
from datetime import datetime, timedelta

import pytest
import pytest_asyncio

from sandbox.drive import drive
from sandbox.telegram.people import SandboxError
from sandbox.telegram.people_acts import Actor
from tests.journeys.driver import RUNNING, kwh
from tests.journeys.town import open_town

pytestmark = pytest.mark.asyncio(loop_scope="module")

UNPRICED = "NL*HAV*E0439*1"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def town(tmp_path_factory):
    async with open_town(tmp_path_factory.mktemp("road")) as town:
        yield town


@pytest_asyncio.fixture(loop_scope="module")
async def driver(town):
    return await town.driver()


async def test_the_whole_road_at_telegrams_own_pace(tmp_path):
    """In both modes side by side: most of it is waiting."""
    async with asyncio.TaskGroup() as group:
        drives = [group.create_task(_drive(tmp_path / mode, mode)) for mode in ("polling", "webhook")]
    for checked in (task.result() for task in drives):
        assert "exactly one start was sent" in checked
        assert any(sentence.startswith("the receipt is the operator's bill to the cent") for sentence in checked)


async def _drive(folder, mode):
    folder.mkdir()
    return await drive(folder, mode=mode)


# ── which connector ──────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("typed", ["NL*HAV*E0421*1", "nlhave04211", " nl-hav e0421 - 1 ", "NL*HAV*EO42I*L", "0421-1"])
async def test_an_identifier_is_found_however_it_is_typed_and_shown_as_it_is_printed(driver, typed):
    await driver.person.say(typed)
    question = await driver.see("Does the station say this?")
    assert "0421-1" in question.text
    assert "Noorderhaven kade" in question.text


async def test_who_sees_something_else_types_that_and_is_asked_about_it(town, driver):
    other = await town.driver("Ben")
    await driver.person.say(other.number)
    question = await driver.see("Does the station say this?")
    await driver.press(question, "No, something else")
    await driver.see("type what the station says", button="Back to the question")
    await driver.person.say("nothing that is printed anywhere")
    await driver.see("I know no connector")
    await driver.person.say(driver.number)
    question = await driver.see("Does the station say this?")
    assert driver.sticker in question.text
    await driver.press(question, "Yes")
    price = await driver.see(button="Start charging")
    assert driver.place in price.text


async def test_help_with_the_sticker_keeps_the_drivers_place(driver):
    await driver.person.say(driver.number)
    question = await driver.see("Does the station say this?")
    await driver.press(question, "Where do I find it?")
    help_ = await driver.see("At Havermonde Laadnet: On the blue plate above the socket")
    await driver.press(help_, "Back to the question")
    await driver.person.wait_for(lambda chat: chat["messages"][-1]["id"] == question.id, driver.patience)
    await driver.press(question, "Yes")
    await driver.see(button="Start charging")


async def test_an_unknown_price_needs_a_yes_of_its_own_and_the_bill_tells_it(town, driver):
    evse = await town.world.street.evse(UNPRICED)
    driver.evse, driver.sticker, driver.place = evse["uid"], evse["sticker"], f"{evse['sticker']} · {evse['location']}"
    await driver.person.say(UNPRICED)
    await driver.press(await driver.see("Does the station say this?"), "Yes")
    price = await driver.see("The price is unknown")
    await driver.press(price, "Go on without a price")
    sure = await driver.see("Start at an unknown price?")
    assert not await driver.starts()
    await driver.plug_in()
    driver.card_id = sure.id
    await driver.press(sure, "Start, price unknown")
    running = await driver.see_energy()
    assert "Cost so far unknown" in running.text
    await driver.stop()
    await driver.finish()


# ── starts that must not be ──────────────────────────────────────────────────────────────────────────────────────────


async def test_an_old_start_button_starts_nothing_and_shows_the_price_again(town, driver):
    price = await driver.ask_price()
    await driver.plug_in()
    await town.world.stop_bot()
    _age(town.world.folder / "chargebot.db")
    await town.world.start_bot()
    await driver.press(price, "Start charging")
    again = await driver.see("Some time has passed since you saw this", button="Start charging")
    assert "per kWh" in again.text
    assert not await driver.starts()
    driver.card_id = again.id
    await driver.press(again, "Start charging")
    await driver.see_energy()
    await driver.stop()
    await driver.finish()


def _age(path):
    """What was shown was shown three minutes earlier."""
    with sqlite3.connect(path) as database:
        for (subject,) in database.execute("SELECT subject FROM buttons WHERE action = 'charge.start'").fetchall():
            shown = json.loads(subject)[-1]
            earlier = (datetime.fromisoformat(shown) - timedelta(minutes=3)).isoformat()
            database.execute("UPDATE buttons SET subject = replace(subject, ?, ?)", [shown, earlier])
            database.execute("UPDATE dialogues SET memory = replace(memory, ?, ?)", [shown, earlier])
    database.close()


async def test_twenty_taps_on_start_are_one_charge(town, driver):
    price = await driver.ask_price()
    await driver.plug_in()
    driver.card_id = price.id
    town.world.bot.send_signal(signal.SIGSTOP)
    try:
        for _ in range(20):
            await driver.press(price, "Start charging")
    finally:
        town.world.bot.send_signal(signal.SIGCONT)
    await driver.see_energy()
    await driver.stop()
    await driver.finish()
    assert len(await driver.starts()) == len(await driver.sessions()) == 1


async def test_a_second_driver_at_the_same_connector_is_refused_in_words(town, driver):
    await driver.start()
    other = await town.driver("Ben", at=driver)
    await other.press_start()
    refusal = await other.see_card("Somebody else is starting at this connector")
    assert driver.person.name not in refusal.text
    await driver.stop()
    await driver.finish()
    assert len(await driver.starts()) == 1
    assert not [text for text in await other.texts() if "you pressed start" in text]


async def test_two_drivers_at_two_connectors_see_their_own_charge_only(town, driver):
    other = await town.driver("Ben")
    await asyncio.gather(driver.charge(), other.charge())
    for mine, theirs in ((driver, other), (other, driver)):
        said = "\n".join(await mine.texts())
        assert theirs.place not in said
        assert (await theirs.bill())["id"] not in said


async def test_a_foreign_button_does_nothing_and_tells_nothing(town, driver):
    await driver.start()
    await driver.press(await driver.card(), "Stop charging")
    question = await driver.see("Stop charging?")
    thief = await town.driver("Mallory")
    await thief.person.say("/start")
    await thief.see("Where is your car?")
    before = await thief.texts()
    forged = [button["value"] for row in question.raw["buttons"] for button in row]
    for data in [*forged, "v1:AAAAAAAAAAAAAAAA", "not ours at all"]:
        answer = await _forge(town.world, thief.person, data)
        assert answer["text"] == "This button is from an old message. Send /start to see where you are."
    assert await thief.texts() == before
    assert not await driver.stops()
    await driver.stop()
    await driver.finish()


async def _forge(world, person, data):
    """A client that lies: it presses whatever it likes on a message of its own chat."""
    there = world.server.world
    (bot,) = there.bots.values()
    chat = there.chat(bot, person.id)
    press = Actor(there, bot, chat, there.users[person.id]).press(max(chat.messages), {"callback_data": data})
    return await person.telegram.request("GET", f"callbacks/{press.id}", query={"wait": 10, "bot": bot.id})


# ── everything else that people send ─────────────────────────────────────────────────────────────────────────────────


async def test_whatever_a_driver_sends_is_answered(driver):
    person = driver.person
    await person.say("when is my car full?")
    await driver.see("I know no connector")
    await person.say("/nonsense")
    await driver.see("I do not know this command")
    await person.send_file("photo", PICTURE, "a.png")
    await driver.see("I cannot find a QR code in this picture.")
    for kind in ("voice", "document"):
        await person.send_file(kind, PICTURE, f"a.{kind}")
        await driver.see("I cannot read this")
    await person.share_contact()
    await driver.see("I cannot read this")


def _png():
    def chunk(name, data):
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    head = struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0\0")) + chunk(b"IEND", b"")


PICTURE = _png()


# ── coming back ──────────────────────────────────────────────────────────────────────────────────────────────────────


async def test_start_in_mid_charge_brings_the_card_back_and_it_lives_on_there(driver):
    old = await driver.start()
    await driver.person.say("/start")
    card = await driver.person.wait_message(RUNNING, where=lambda message: message.id > old.id)
    await driver.see_card("This charge is shown in another message")
    driver.card_id = card.id
    await driver.see_energy(more_than=kwh(card.text))
    await driver.stop()
    await driver.finish()
    with pytest.raises(SandboxError):
        await driver.press(old, "Stop charging")


async def test_a_deploy_in_mid_charge_changes_nothing_for_the_driver(town, driver):
    await driver.start()
    await _deploy(town.world)
    await driver.see_energy(more_than=kwh((await driver.card()).text) + 1)
    await driver.press(await driver.card(), "Stop charging")
    await driver.see("Stop charging?")
    await _deploy(town.world)
    await driver.stop()
    await driver.finish()
    assert len(await driver.starts()) == 1


async def test_a_deploy_between_two_steps_keeps_the_drivers_place(town, driver):
    await driver.person.say(driver.number)
    question = await driver.see("Does the station say this?")
    await _deploy(town.world)
    await driver.press(question, "Yes")
    price = await driver.see(button="Start charging")
    await driver.plug_in()
    await _deploy(town.world)
    driver.card_id = price.id
    await driver.press(price, "Start charging")
    await driver.see_energy()
    await driver.stop()
    await driver.finish()


async def _deploy(world):
    await world.stop_bot()
    assert world.bot.returncode == 0
    await world.start_bot()
