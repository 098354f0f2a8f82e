"""A room to try handlers in: the strict Bot API server, a database, and our whole transport between them."""

import asyncio
import inspect
import time
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from telegram.ext import BaseHandler

from bot.nursery import Nursery
from bot.ports import Database
from handlers.telegram.application import Telegram
from handlers.telegram.context import Kit
from handlers.telegram.keyboards import Keyboards
from handlers.telegram.wire.api import Bot
from handlers.telegram.wire.limiter import Limiter, Rates
from handlers.telegram.wire.outgoing import Outgoing
from sandbox.telegram.limits import Limits
from sandbox.telegram.people import Telegram as People
from sandbox.telegram.server import TelegramServer
from tests.fakes.database import FakeDatabase
from tests.fakes.ids import SeededIds

TOKEN = "1001:TEST"


class WallClock:
    """The machine's time; pauses are a hundred times shorter than asked for."""

    def now(self) -> datetime:
        return datetime.fromtimestamp(time.time(), UTC)

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds / 100)


@dataclass
class Room:
    """The bot, and the people who talk to it."""

    server: TelegramServer
    people: People
    telegram: Telegram
    kit: Kit[Any]
    bot: Bot


async def until(condition: Callable[[], Any], patience: float = 5.0) -> None:
    """Wait until `condition` (plain or a coroutine function) gives something true."""
    async with asyncio.timeout(patience):
        while not (await held if inspect.isawaitable(held := condition()) else held):  # noqa: ASYNC110  it asks servers too
            await asyncio.sleep(0.005)


@asynccontextmanager
async def telegram_server(limits: Limits | None = None) -> AsyncIterator[tuple[TelegramServer, People]]:
    async with TelegramServer([TOKEN], limits=limits or Limits.off()) as server, People(server.url) as people:
        yield server, people


@asynccontextmanager
async def bot_running(
    server: TelegramServer,
    people: People,
    handlers: Iterable[BaseHandler[Any, Any, Any]],
    database: Database | None = None,
    *,
    rates: Rates | None = None,
    clock: Any = None,
) -> AsyncIterator[Room]:
    """Our side, polling; leaving the context is an orderly stop."""
    database, clock, limiter = database or FakeDatabase(), clock or WallClock(), Limiter(rates or Rates.unlimited())
    bot = Bot(TOKEN, api_url=server.url, limiter=limiter)
    async with Nursery() as nursery:
        keyboards = Keyboards(database, clock, SeededIds(), b"secret")
        kit = Kit(database, clock, nursery, Outgoing(bot, limiter, clock, nursery), keyboards, None)
        telegram = Telegram(bot, kit, handlers)
        await telegram.start()
        polling = nursery.start(telegram.poll(), name="polling")
        try:
            yield Room(server, people, telegram, kit, bot)
        finally:
            polling.cancel()
            await telegram.stop(1.0)


@asynccontextmanager
async def room(handlers: Iterable[BaseHandler[Any, Any, Any]], **how: Any) -> AsyncIterator[Room]:
    async with telegram_server() as (server, people), bot_running(server, people, handlers, **how) as ready:
        yield ready


def text_update(number: int, *, chat: int = 7, text: str = "hello", language: str = "en") -> dict[str, Any]:
    """A private text message, as Telegram writes it."""
    person = {"id": chat, "first_name": "Ada"}
    return {
        "update_id": number,
        "message": {
            "message_id": number,
            "date": 1_772_452_800,
            "chat": {**person, "type": "private"},
            "from": {**person, "is_bot": False, "language_code": language},
            "text": text,
        },
    }
