import pytest
from telegram.ext import CommandHandler, MessageHandler, filters

from bot.ports import Dialogue
from handlers.telegram.conversation import END, Conversation, ConversationHandler
from handlers.telegram.unhandled import UNKNOWN_TEXT, UnhandledHandler
from tests.fakes.database import FakeDatabase
from tests.handlers.telegram.room import bot_running, telegram_server

WORD = filters.TEXT & ~filters.COMMAND


async def show_nothing(update, context):
    await context.reply("nothing")


def handlers():  # noqa: C901  a whole conversation in one place
    """Order a meal in two questions; complain in one."""

    async def order(update, context):
        context.memory["dishes"] = []
        await context.reply("Which dish?")
        return "dish"

    async def dish(update, context):
        if update.message.text == "enough":
            await context.reply("Where to?")
            return "address"
        context.memory["dishes"].append(update.message.text)
        await context.reply("What else?")
        return None

    async def address(update, context):
        await context.reply(f"{'+'.join(context.memory['dishes'])} to {update.message.text}")
        return END

    async def complain(update, context):
        await context.reply(f"Complain away, knowing {sorted(context.memory)}")
        return "complaint"

    async def peek(update, context):
        await context.reply("peeked")

    async def complaint(update, context):
        if update.message.text == "break":
            context.memory["broken"] = True
            raise RuntimeError("broken")
        await context.reply("Noted")
        return END

    async def help_(update, context):
        await context.reply("You are ordering")

    async def wrong(update, context):
        return "no such state"

    order_meal = Conversation(
        "order",
        entry_points=[CommandHandler("order", order), CommandHandler("peek", peek)],
        states={
            "dish": [MessageHandler(WORD, dish)],
            "address": [MessageHandler(WORD & filters.Regex("street"), address)],
        },
        fallbacks=[MessageHandler(WORD, help_), CommandHandler("wrong", wrong)],
    )
    complaints = Conversation(
        "complaints", [CommandHandler("complain", complain)], {"complaint": [MessageHandler(WORD, complaint)]}
    )
    return [ConversationHandler(order_meal, complaints), UnhandledHandler(show_nothing)]


async def dialogue(database, driver):
    return (await database.read(lambda uow: uow.dialogues.load([str(driver.id)]))).get(str(driver.id))


async def test_a_conversation_goes_on_in_another_process():
    database = FakeDatabase()
    async with telegram_server() as (server, people):
        ada = await people.person("Ada")
        for said, heard in [
            ("/order", "Which dish?"),
            ("soup", "What else?"),
            ("bread", "What else?"),
            ("enough", "Where to?"),
            ("main street", "soup+bread to main street"),
            ("and now?", UNKNOWN_TEXT),
        ]:
            async with bot_running(server, people, handlers(), database):
                await ada.say(said)
                await ada.wait_message(heard)
    assert await dialogue(database, ada) is None


async def test_the_state_comes_first_then_entry_points_then_fallbacks():
    database = FakeDatabase()
    async with telegram_server() as (server, people), bot_running(server, people, handlers(), database):
        ada = await people.person("Ada")
        for said, heard in [
            ("/order", "Which dish?"),
            ("soup", "What else?"),
            ("enough", "Where to?"),
            ("what?", "You are ordering"),
            ("/peek", "peeked"),
            ("2 old street", "soup to 2 old street"),
            ("/order", "Which dish?"),
            ("/complain", "Complain away, knowing []"),
            ("too salty", "Noted"),
            ("soup", UNKNOWN_TEXT),
        ]:
            await ada.say(said)
            await ada.wait_message(heard)


async def test_drivers_do_not_share_a_conversation():
    async with telegram_server() as (server, people), bot_running(server, people, handlers()):
        ada, bob = await people.person("Ada"), await people.person("Bob")
        await ada.say("/order")
        await ada.wait_message("Which dish?")
        await bob.say("soup")
        await bob.wait_message(UNKNOWN_TEXT)


async def test_what_a_failing_callback_noted_is_forgotten(caplog):
    database = FakeDatabase()
    async with telegram_server() as (server, people), bot_running(server, people, handlers(), database):
        ada = await people.person("Ada")
        await ada.say("/complain")
        await ada.wait_message("Complain")
        await ada.say("break")
        await ada.wait_message("Sorry")
        assert await dialogue(database, ada) == Dialogue(str(ada.id), "complaints", "complaint", {})
        await ada.say("too salty")
        await ada.wait_message("Noted")
    assert caplog.text.count("will be tried again") == 4


async def test_a_state_that_nobody_knows_any_more_counts_as_none():
    database = FakeDatabase()
    async with telegram_server() as (server, people), bot_running(server, people, handlers(), database):
        ada = await people.person("Ada")
        await database.write(lambda uow: uow.dialogues.save([Dialogue(str(ada.id), "order", "dessert", {"a": 1})]))
        await ada.say("cake")
        await ada.wait_message(UNKNOWN_TEXT)
        await ada.say("/order")
        await ada.wait_message("Which dish?")
        assert await dialogue(database, ada) == Dialogue(str(ada.id), "order", "dish", {"dishes": []})


async def test_a_callback_that_names_no_state_is_a_failure(caplog):
    async with telegram_server() as (server, people), bot_running(server, people, handlers()):
        ada = await people.person("Ada")
        await ada.say("/order")
        await ada.wait_message("Which dish?")
        await ada.say("/wrong")
        await ada.wait_message("Sorry")
    assert "the conversation order has no state no such state" in caplog.text


def test_callbacks_that_are_not_waited_for_are_refused():
    hasty = MessageHandler(WORD, show_nothing, block=False)
    with pytest.raises(ValueError, match="block=False"):
        ConversationHandler(Conversation("hasty", [], {"a": [hasty]}))
