"""Our way: each update on the disk before it is acknowledged, a dialogue loaded and saved, a driver's order kept."""

import asyncio
import logging
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import uvloop
from cryptography.fernet import Fernet
from telegram import Update
from telegram.ext import MessageHandler, filters

from bot.nursery import Nursery
from data.db.engine import open_database
from handlers.escape import esc
from handlers.telegram.application import Telegram
from handlers.telegram.context import Context, Kit
from handlers.telegram.conversation import Conversation, ConversationHandler
from handlers.telegram.keyboards import Keyboards
from handlers.telegram.wire.api import Bot
from handlers.telegram.wire.limiter import Limiter, Rates
from handlers.telegram.wire.outgoing import Outgoing
from handlers.web import build_web, serving
from tests.bench.child import ready
from tests.bench.wire import PATH, SECRET
from tests.fakes.clock import ManualClock
from tests.fakes.ids import SeededIds


async def echo(update: Update, context: Context[None]) -> str:
    assert update.message is not None
    context.memory["heard"] = context.memory.get("heard", 0) + 1
    await context.reply(f"You said: {esc(update.message.text)}")
    return "listening"


async def healthy() -> dict[str, Any]:
    return {"status": "ok"}


async def serve(api: str, folder: Path) -> None:
    clock, ids = ManualClock(flows=True), SeededIds()
    limiter = Limiter(Rates.unlimited())
    bot = Bot("1:BENCH", api_url=api, limiter=limiter)
    cipher = Fernet(Fernet.generate_key())
    async with open_database(f"sqlite:///{folder}/bench.db", cipher=cipher) as database, Nursery() as nursery:
        outgoing = Outgoing(bot, limiter, clock, nursery)
        kit = Kit(database, clock, nursery, outgoing, Keyboards(database, clock, ids, b"secret"), None)
        heard = [MessageHandler(filters.TEXT, echo)]
        telegram = Telegram(bot, kit, [ConversationHandler(Conversation("echo", heard, {"listening": heard}))])
        await telegram.start()
        async with serving(build_web([telegram.webhook(PATH, SECRET)], healthy), "127.0.0.1", 0) as port:
            ready(port)
            await asyncio.Event().wait()


def main(api: str) -> None:
    logging.disable(logging.INFO)
    with TemporaryDirectory() as folder:
        uvloop.run(serve(api, Path(folder)))


if __name__ == "__main__":
    main(sys.argv[1])
