"""A whole bot in a process of its own, to be killed: it repeats what it hears. Run with API, DATABASE, MODE."""

import asyncio
import sys

from cryptography.fernet import Fernet
from telegram.ext import MessageHandler, filters

from bot.nursery import Nursery
from data.db.engine import open_database
from handlers.telegram.application import Telegram
from handlers.telegram.context import Kit
from handlers.telegram.conversation import Conversation, ConversationHandler
from handlers.telegram.keyboards import Keyboards
from handlers.telegram.wire.api import Bot
from handlers.telegram.wire.limiter import Limiter, Rates
from handlers.telegram.wire.outgoing import Outgoing
from handlers.web import build_web, serving
from tests.fakes.ids import SeededIds
from tests.handlers.telegram.room import TOKEN, WallClock

PATH, SECRET = "/hook", "s3cret"


async def repeat(update, context):
    context.memory["count"] = context.memory.get("count", 0) + 1
    await context.reply(f"{context.memory['count']}: {update.message.text}")
    return "listening"


async def healthy():
    return {}


async def main(api, database_url, mode):
    clock, limiter = WallClock(), Limiter(Rates.unlimited())
    bot = Bot(TOKEN, api_url=api, limiter=limiter)
    async with open_database(database_url, cipher=Fernet(Fernet.generate_key())) as database, Nursery() as nursery:
        outgoing = Outgoing(bot, limiter, clock, nursery)
        kit = Kit(database, clock, nursery, outgoing, Keyboards(database, clock, SeededIds(), b"s"), None)
        heard = [MessageHandler(filters.TEXT, repeat)]
        telegram = Telegram(bot, kit, [ConversationHandler(Conversation("repeat", heard, {"listening": heard}))])
        await telegram.start()
        if mode == "polling":
            await telegram.poll()
        async with serving(build_web([telegram.webhook(PATH, SECRET)], healthy), "127.0.0.1", 0) as port:
            await telegram.announce(f"http://127.0.0.1:{port}{PATH}", SECRET)
            await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
