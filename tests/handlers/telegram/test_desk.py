import asyncio

from telegram.ext import MessageHandler, filters

from bot.domain.errors import StoreBusy
from bot.domain.ids import DriverId
from tests.fakes.database import FakeDatabase
from tests.handlers.telegram.room import bot_running, room, telegram_server, text_update, until
from tests.samples import a_driver


async def waiting(database):
    return [row.id for row in await database.read(lambda uow: uow.inbox.waiting())]


async def until_empty(database):
    async def empty():
        return not await waiting(database)

    await until(empty)


async def test_a_poison_update_is_given_up_with_one_apology_and_hurts_nobody(caplog):
    tried, database = [], FakeDatabase()

    async def handle(update, context):
        tried.append(update.message.text)
        if update.message.text == "poison":
            raise RuntimeError("no cure")
        await context.reply(f"ok {update.message.text}")

    async with room([MessageHandler(filters.TEXT, handle)], database=database) as here:
        ada, bob = await here.people.person("Ada"), await here.people.person("Bob")
        await ada.say("poison")
        await ada.say("after")
        await bob.say("other")
        await bob.wait_message("ok other")
        await ada.wait_message("ok after")
        await ada.wait_message("Sorry")
        sorry = [message.text for message in await ada.messages() if message.text.startswith("Sorry")]
        assert len(sorry) == 1
        assert await waiting(database) == []
    assert tried.count("poison") == 5
    given_up = [record for record in caplog.records if "is given up" in record.getMessage()]
    assert len(given_up) == 1
    assert given_up[0].exc_info
    assert sorry[0].split()[-1] in given_up[0].getMessage()


async def test_an_update_that_recovers_is_done_and_nobody_is_told():
    tried, database = [], FakeDatabase()

    async def handle(update, context):
        tried.append(context.update_id)
        if len(tried) < 3:
            raise RuntimeError("not yet")
        await context.reply("done")

    async with room([MessageHandler(filters.TEXT, handle)], database=database) as here:
        ada = await here.people.person("Ada")
        await ada.say("go")
        await ada.wait_message("done")
        await until_empty(database)
        assert len(await ada.messages()) == 2
    assert len(set(tried)) == 1


async def test_an_update_the_framework_cannot_read_is_given_up_like_any_other():
    database = FakeDatabase()
    async with room([], database=database) as here:
        ada = await here.people.person("Ada")
        await ada.start()
        strange = text_update(10**9, chat=ada.id)
        strange["message"]["date"] = "yesterday"
        await here.telegram.inbox.take([strange])
        await ada.wait_message("Sorry")
        await until_empty(database)


async def test_the_apology_is_in_the_language_that_the_driver_chose():
    database = FakeDatabase()
    async with room([], database=database) as here:
        ada = await here.people.person("Ada", language="en")
        await ada.start()
        chosen = a_driver(DriverId(ada.id), language="en", chosen_language="fr")
        await database.write(lambda uow: uow.drivers.save(chosen))
        strange = text_update(10**9, chat=ada.id)
        strange["message"]["date"] = "yesterday"
        await here.telegram.inbox.take([strange])
        await ada.wait_message("Désolé")


async def test_what_was_handled_is_not_handled_again_while_the_store_is_busy():
    handled, database = [], FakeDatabase()

    async def handle(update, context):
        handled.append(update.message.text)
        database.trouble = StoreBusy("busy")

    async with room([MessageHandler(filters.TEXT, handle)], database=database) as here:
        await (await here.people.person("Ada")).say("once")
        await until(lambda: handled)
        await asyncio.sleep(0.05)
        database.trouble = None
        await until_empty(database)
    assert handled == ["once"]


async def test_updates_of_one_driver_stay_in_order_while_another_is_slow():
    order, gate = [], asyncio.Event()

    async def handle(update, context):
        if update.message.text == "slow":
            await gate.wait()
        order.append(update.message.text)

    async with room([MessageHandler(filters.TEXT, handle)]) as here:
        ada, bob = await here.people.person("Ada"), await here.people.person("Bob")
        await ada.say("slow")
        await ada.say("a")
        for text in ("1", "2", "3"):
            await bob.say(text)
        await until(lambda: len(order) == 3)
        assert order == ["1", "2", "3"]
        gate.set()
        await until(lambda: len(order) == 5)
    assert order[3:] == ["slow", "a"]


async def test_what_a_stopped_process_left_is_handled_first_by_the_next():
    order, database = [], FakeDatabase()

    async def handle(update, context):
        order.append(update.message.text)
        await context.reply(f"ok {update.message.text}")

    handlers = [MessageHandler(filters.TEXT, handle)]
    async with telegram_server() as (server, people):
        ada = await people.person("Ada")
        async with bot_running(server, people, handlers, database) as here:
            here.telegram._lanes._closing = True
            await ada.say("left")
            await until(lambda: waiting(database))
        await ada.say("new")
        async with bot_running(server, people, handlers, database):
            await ada.wait_message("ok new")
    assert order == ["left", "new"]
