"""A real bot of python-telegram-bot, with its own HTTP client, lives against this server."""

from telegram import InlineKeyboardButton, InlineKeyboardMarkup, Update
from telegram.constants import ParseMode
from telegram.ext import Application, CallbackQueryHandler, CommandHandler, ContextTypes, MessageHandler, filters

from sandbox.clock import RealClock
from sandbox.telegram.limits import Limits
from sandbox.telegram.people import Telegram
from sandbox.telegram.server import TelegramServer
from tests.sandbox.telegram.conftest import png


class Hurried(RealClock):
    """The server's pauses pass a hundred times faster."""

    def call_later(self, seconds, callback):
        return super().call_later(seconds / 100, callback)


async def start(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
    markup = InlineKeyboardMarkup([[InlineKeyboardButton("Yes", callback_data="yes")]])
    await update.effective_message.reply_text("<b>Ready?</b>", parse_mode=ParseMode.HTML, reply_markup=markup)


async def pressed(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
    await update.callback_query.answer("Noted")
    await update.callback_query.edit_message_text("Going")
    await update.effective_chat.send_photo(png(), caption="a chart")


async def returned(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
    file = await update.effective_message.document.get_file()
    content = bytes(await file.download_as_bytearray())
    await update.effective_message.reply_document(content[::-1], filename="back.txt")


async def test_a_real_bot_polls_sends_edits_answers_and_downloads():
    async with (
        TelegramServer(["1001:TEST"], clock=Hurried(), limits=Limits.off()) as server,
        Telegram(server.url) as telegram,
    ):
        builder = Application.builder().token("1001:TEST")
        bot = builder.base_url(f"{server.url}/bot").base_file_url(f"{server.url}/file/bot").build()
        bot.add_handler(CommandHandler("start", start))
        bot.add_handler(CallbackQueryHandler(pressed))
        bot.add_handler(MessageHandler(filters.Document.ALL, returned))
        async with bot:
            await bot.start()
            await bot.updater.start_polling(timeout=1)
            alice = await telegram.person("Alice", language="en")
            await alice.start()
            card = await alice.wait_message("Ready?")
            assert card.html == "<b>Ready?</b>"
            press = await alice.press(card, "Yes")
            assert (await press.answer()).text == "Noted"
            assert (await alice.wait_message("Going")).id == card.id
            assert (await alice.wait_message("a chart")).kind == "photo"
            await alice.send_file("document", b"abc", name="there.txt")
            back = await alice.wait_message(where=lambda message: message.kind == "document")
            assert await alice.download(back.raw["document"]["file_id"]) == b"cba"
            await bot.updater.stop()
            await bot.stop()
