import asyncio

import pytest

from bot.domain.errors import StoreBusy
from bot.nursery import Nursery
from handlers.telegram.application import Telegram
from handlers.telegram.context import Kit
from handlers.telegram.wire.api import Bot
from handlers.telegram.wire.inbox import Inbox
from handlers.telegram.wire.limiter import Limiter
from handlers.telegram.wire.outgoing import Outgoing
from handlers.telegram.wire.polling import Poller, TokenRefused
from tests.fakes.database import FakeDatabase
from tests.handlers.telegram.room import TOKEN, WallClock, bot_running, telegram_server, until


async def test_the_offset_moves_on_only_when_updates_are_on_the_disk(caplog):
    database, handed = FakeDatabase(), []
    async with (
        telegram_server() as (server, people),
        Nursery() as nursery,
        Bot(TOKEN, api_url=server.url, limiter=Limiter()) as bot,
    ):
        database.trouble = StoreBusy("busy")
        poller = Poller(bot, Inbox(database, WallClock(), nursery, handed.append), WallClock(), ("message",))
        nursery.start(poller.run(), name="poll")
        ada = await people.person("Ada")
        await ada.say("one")
        await until(lambda: "cannot be stored" in caplog.text)
        assert poller._offset is None
        database.trouble = None
        await until(lambda: handed)
        await ada.say("two")
        await until(lambda: len(handed) == 2 and poller._offset == handed[-1].row.id + 1)
        await nursery.close()
    assert [arrival.content["message"]["text"] for arrival in handed] == ["one", "two"]


async def test_trouble_with_telegram_is_waited_out(caplog):
    database, handed = FakeDatabase(), []
    async with telegram_server() as (server, people), Nursery() as nursery:
        for kind in ("429", "500", "drop"):
            await people.fault(kind, method="getUpdates")
        async with Bot(TOKEN, api_url=server.url, limiter=Limiter()) as bot:
            poller = Poller(bot, Inbox(database, WallClock(), nursery, handed.append), WallClock(), ("message",))
            nursery.start(poller.run(), name="poll")
            await (await people.person("Ada")).say("hello")
            await until(lambda: handed)
            await nursery.close()
    assert "asks for a pause" in caplog.text
    assert caplog.text.count("cannot be reached") == 2


async def test_a_second_poller_is_named_in_one_sentence(caplog):
    async with (
        telegram_server() as (server, _),
        Nursery() as nursery,
        Bot(TOKEN, api_url=server.url, limiter=Limiter()) as bot,
        Bot(TOKEN, api_url=server.url, limiter=Limiter()) as other,
    ):
        poller = Poller(bot, Inbox(FakeDatabase(), WallClock(), nursery, print), WallClock(), ("message",))
        nursery.start(poller.run(), name="poll")
        await asyncio.sleep(0.05)
        nursery.start(other.poll(offset=None, seconds=1, allowed=("message",)), name="other")
        await until(lambda: "another program takes this bot's updates" in caplog.text)
        await nursery.close()


async def test_a_wrong_token_is_one_clear_sentence_without_the_token():
    database, clock = FakeDatabase(), WallClock()
    async with telegram_server() as (server, _), Nursery() as nursery:
        bot = Bot("1002:WRONG", api_url=server.url, limiter=Limiter())
        kit = Kit(database, clock, nursery, Outgoing(bot, Limiter(), clock, nursery), None, None)
        telegram = Telegram(bot, kit, [])
        with pytest.raises(TokenRefused, match="CHARGEBOT_TELEGRAM_TOKEN") as at_start:
            await telegram.start()
        with pytest.raises(TokenRefused):
            await telegram.poll()
        assert "WRONG" not in str(at_start.value)
        await bot.shutdown()


async def test_at_the_start_telegram_may_be_away_for_a_while(caplog):
    async with telegram_server() as (server, people):
        await people.fault("drop", times=3, method="getMe")
        async with bot_running(server, people, []) as room:
            assert room.bot.username
    assert caplog.text.count("trying again") == 3


async def test_a_webhook_left_behind_is_taken_away_and_nothing_is_lost():
    database, handed = FakeDatabase(), []
    async with (
        telegram_server() as (server, people),
        Nursery() as nursery,
        Bot(TOKEN, api_url=server.url, limiter=Limiter()) as bot,
    ):
        await bot.set_webhook("http://127.0.0.1:9/nobody")
        ada = await people.person("Ada")
        await ada.say("one")
        poller = Poller(bot, Inbox(database, WallClock(), nursery, handed.append), WallClock(), ("message",))
        nursery.start(poller.run(), name="poll")
        await until(lambda: handed)
        await nursery.close()
    assert handed[0].content["message"]["text"] == "one"
