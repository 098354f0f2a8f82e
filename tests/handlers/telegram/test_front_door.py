"""The whole conversation, and everything that can be pressed, typed or sent at the wrong moment."""

import asyncio

import pytest

from bot.domain.charge import State
from bot.domain.errors import StoreFull
from handlers.telegram import states
from handlers.telegram.conversation import ConversationHandler
from handlers.telegram.front_door import all_handlers
from handlers.telegram.states import IDENTIFYING, LOOKING, PRICED, TYPING
from handlers.telegram.unhandled import UnhandledHandler
from tests.handlers.telegram.at_the_door import HARBOUR, STICKER, town, until


async def to_looking(town, ana):
    await ana.share_location(*HARBOUR)
    return await ana.wait_message("Nearest stations")


async def to_identifying(town, ana):
    await ana.say(STICKER)
    return await ana.wait_message("Does the station say this?")


async def to_typing(town, ana):
    card = await to_identifying(town, ana)
    await ana.press(card, "No, something else")
    return await ana.wait_message("Please type what the station says")


async def to_priced(town, ana):
    return await town.to_price(ana)


async def to_nothing(town, ana):
    await ana.start()
    return await ana.wait_message("Where is your car?")


SITUATIONS = {
    "": to_nothing,
    LOOKING: to_looking,
    IDENTIFYING: to_identifying,
    TYPING: to_typing,
    PRICED: to_priced,
}
situations = pytest.mark.parametrize("reach", SITUATIONS.values(), ids=lambda reach: reach.__name__)


def test_the_last_handler_answers_what_no_other_does():
    handlers = all_handlers()
    assert isinstance(handlers[-1], UnhandledHandler)
    conversations = [handler for handler in handlers if isinstance(handler, ConversationHandler)]
    known = {state for one in conversations for talk in one._conversations.values() for state in talk.states}
    assert known == {state for name, state in vars(states).items() if name.isupper()}


async def test_the_whole_road():
    async with town() as t:
        ana = await t.driver("Ana")
        await ana.start()
        hello = await ana.wait_message("Hello Ana.")
        assert "Where is your car?" in hello.text
        assert await ana.keyboard() == [["📍 Share my location", "★ Favourites"]]
        await ana.tap("📍 Share my location", *HARBOUR)
        found = await ana.wait_message("Nearest stations that you can start from this chat")
        await ana.press(found, "1. Market square")
        card = await ana.wait_message("Market 1, Amsterdam")
        await ana.press(card, "⚡ Charge here")
        choice = await ana.wait_message("Which connector at Market square?")
        await ana.press(choice, choice.button_like("NL*CIT*E3256*1"))
        question = await ana.wait_message("Does the station say this?")
        await ana.press(question, "Yes, it says this")
        price = await ana.wait_message("€0.5445 per kWh")
        assert not t.gateway.starts
        await ana.press(price, "⚡ Start charging")
        live = await ana.wait_message("is asking the station")
        charge = await t.latest(ana)
        assert t.gateway.starts == {charge.id: 1}
        await t.push(charge)
        live = await ana.wait_message("1.50 kWh", where=lambda m: m.has_button("⏹ Stop charging"))
        await ana.press(live, "⏹ Stop charging")
        asked = await ana.wait_message("Stop charging?")
        assert not t.gateway.stops
        await ana.press(asked, "⏹ Stop now")
        await ana.wait_message("The stop is accepted.", where=lambda m: m.buzz)
        await t.push(charge, "COMPLETED", end=t.clock.now())
        await ana.wait_message("✅ Charging has ended")
        await t.bill(charge)
        await ana.wait_message("Total €10.89 incl. VAT")
        texts = [m.text.split("\n")[0] for m in await ana.messages() if not m.own and m.text]
        assert texts == [
            "Step 1 of 10 · Say where your car is.",
            "Step 10 of 10 · This is the end of your first charge.",
            "🔌 The stop is accepted. Don't forget to unplug your cable.",
            "🧾 Receipt",
        ], "one card from the list to the end, and a new message only for what must be heard"


@situations
async def test_start_brings_everybody_back_to_the_first_question(reach):
    async with town() as t:
        ana = await t.driver()
        await reach(t, ana)
        await ana.start()
        await ana.wait_message("Where is your car?")
        await ana.say("nonsense")
        await ana.wait_message("I know no connector nonsense.")


@situations
async def test_a_location_starts_a_new_search_from_everywhere(reach):
    async with town() as t:
        ana = await t.driver()
        await reach(t, ana)
        await ana.share_location(*HARBOUR)
        await ana.wait_message("Nearest stations", where=lambda m: m.has_button("1. Market square"))


@situations
async def test_an_identifier_is_understood_everywhere(reach):
    async with town() as t:
        ana = await t.driver()
        await reach(t, ana)
        await ana.say("nl cit e3257 1")
        await ana.wait_message("NL*CIT*E3257*1", where=lambda m: m.has_button("Yes, it says this"))


@situations
async def test_what_nobody_understands_is_answered_in_one_sentence_and_changes_nothing(reach):
    async with town() as t:
        ana = await t.driver()
        await reach(t, ana)
        await ana.say("/nonsense")
        await ana.wait_message("I do not know this command.")
        await ana.send_file("document", b"x")
        await ana.wait_message("I cannot read this.")
        await ana.send_file("voice", b"x")
        await ana.wait_message("I cannot read this.")
        await ana.share_contact()
        await ana.wait_message("I cannot read this.")


async def test_typed_words_never_start_anything_at_a_price():
    async with town() as t:
        ana = await t.driver()
        await t.to_price(ana)
        for words in ("yes", "start", "⚡ Start charging"):
            await ana.say(words)
            await ana.wait_message("I know no connector")
        assert await t.charges(ana) == []


@pytest.mark.parametrize("words", ["stop", "hello?", "what is going on"])
async def test_whoever_writes_anything_during_a_charge_gets_the_charge(words):
    async with town() as t:
        ana = await t.driver()
        card, charge = await t.to_charging(ana)
        await ana.say(words)
        fresh = await ana.wait_message("⚡ Charging", where=lambda m: m.id != card.id)
        assert fresh.has_button("⏹ Stop charging")
        assert not t.gateway.stops
        assert (await t.charge(charge)).state is State.CHARGING


async def test_a_press_that_came_too_late_shows_where_the_driver_is():
    async with town() as t:
        ana = await t.driver()
        found = await to_looking(t, ana)
        t.let_pass(601)
        answer = await (await ana.press(found, "1. Market square")).answer()
        assert answer.text == "This button has expired; here is where you are now."
        await until(lambda: t.people.calls("editMessageText"))
        await ana.press(found, "1. Market square")
        await ana.wait_message("Market 1, Amsterdam")


async def test_a_late_yes_is_asked_again_at_the_same_connector():
    async with town() as t:
        ana = await t.driver()
        question = await to_identifying(t, ana)
        t.let_pass(601)
        await ana.press(question, "Yes, it says this")
        await until(lambda: t.people.calls("editMessageText"))
        await ana.press(question, "Yes, it says this")
        await ana.wait_message("Price")


async def test_a_late_press_during_a_charge_shows_the_charge():
    async with town() as t:
        ana = await t.driver()
        found = await to_looking(t, ana)
        await t.to_charging(ana)
        t.let_pass(601)
        await ana.press(found, "1. Market square")
        await ana.wait_message("⚡ Charging", where=lambda m: m.id > found.id)


async def test_anothers_button_is_worth_nothing():
    async with town() as t:
        ana, eve = await t.driver("Ana"), await t.driver("Eve")
        card, charge = await t.to_charging(ana)
        data = card.raw["buttons"][0][0]["value"]
        hers = await to_looking(t, eve)
        await t.forge_press(eve, hers, data)
        await until(lambda: t.people.calls("answerCallbackQuery"))
        assert (await t.people.calls("answerCallbackQuery"))[-1]["args"]["text"].startswith(
            "This button is from an old message."
        )
        assert (await t.charge(charge)).stop_wanted_at is None


async def test_a_full_disk_is_told_and_nothing_starts():
    async with town() as t:
        ana = await t.driver()
        price = await t.to_price(ana)
        begin = t.charging._begin

        def full(*_):
            raise StoreFull("no room")

        t.charging._begin = full
        await ana.press(price, "⚡ Start charging")
        await ana.wait_message("We cannot start anything new at the moment.")
        t.charging._begin = begin
        assert await t.charges(ana) == []


async def test_two_drivers_do_not_wait_for_each_other():
    async with town() as t:
        ana, ben = await t.driver("Ana"), await t.driver("Ben")
        await asyncio.gather(t.to_price(ana), t.to_price(ben, "NL*CIT*E3257*1"))
