"""A real bot of python-telegram-bot, with its own HTTP client, lives against this server."""

import pytest
from telegram import (
    Bot,
    BotCommandScopeChatAdministrators,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InlineQueryResultVenue,
    InputMediaPhoto,
    LabeledPrice,
    MenuButtonWebApp,
    ReactionTypeEmoji,
    Update,
    WebAppInfo,
)
from telegram.constants import ChatMemberStatus, ParseMode, ReactionEmoji
from telegram.error import BadRequest, ChatMigrated
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


@pytest.fixture
async def bot(server):
    async with Bot("1001:TEST", base_url=f"{server.url}/bot", base_file_url=f"{server.url}/file/bot") as bot:
        yield bot


async def test_the_library_reads_what_a_forum_answers(bot, telegram, alice):
    agent = await telegram.person("Agent")
    group = await telegram.forum("Support", members=[agent, alice])
    topic = await bot.create_forum_topic(group.id, "Alice", icon_color=7322096)
    thread = {"chat_id": group.id, "message_thread_id": topic.message_thread_id}
    sent = await bot.send_message(**thread, text="*hi*", parse_mode=ParseMode.MARKDOWN_V2)
    assert (sent.is_topic_message, sent.reply_to_message.forum_topic_created.name) == (True, "Alice")
    assert (await bot.copy_message(**thread, from_chat_id=group.id, message_id=sent.message_id)).message_id
    forwarded = await bot.forward_message(alice.id, from_chat_id=group.id, message_id=sent.message_id)
    assert forwarded.forward_origin.sender_user.id == bot.id
    album = await bot.send_media_group(**thread, media=[InputMediaPhoto(png()), InputMediaPhoto(png(8, 8))])
    assert album[0].media_group_id == album[1].media_group_id
    await bot.set_message_reaction(group.id, sent.message_id, ReactionTypeEmoji(ReactionEmoji.HEART_ON_FIRE))
    await bot.close_forum_topic(**thread)
    await bot.set_my_commands([("close", "Close")], scope=BotCommandScopeChatAdministrators(group.id))
    chat, members = await bot.get_chat(group.id), await bot.get_chat_administrators(group.id)
    assert (chat.is_forum, chat.permissions.can_send_photos) == (True, True)
    assert [member.status for member in members] == [ChatMemberStatus.OWNER, ChatMemberStatus.ADMINISTRATOR]
    assert members[1].can_manage_topics
    heard = await bot.get_updates()
    assert [update.message.forum_topic_closed for update in heard if update.message][-1] is not None
    with pytest.raises(BadRequest, match="Topic_not_modified"):
        await bot.close_forum_topic(**thread)


async def test_the_library_answers_inline_queries_and_understands_refusals(bot, telegram, alice):
    query = (await alice.type_inline("harbour", patience=0)).raw["query_id"]
    venue = InlineQueryResultVenue("1", 52.0, 5.0, "Harbour", "Quay 1")
    await bot.answer_inline_query(query, [venue], cache_time=60)
    assert (await alice.choose((await alice.type_inline("harbour")).results[0])).kind == "venue"
    with pytest.raises(BadRequest, match="Query is too old"):
        await bot.answer_inline_query(query, [venue])
    with pytest.raises(BadRequest, match="Payment_provider_invalid"):
        await bot.send_invoice(alice.id, "t", "d", "p", "EUR", [LabeledPrice("kWh", 1)])
    button = MenuButtonWebApp("Map", WebAppInfo("https://example.com/"))
    await bot.set_chat_menu_button(alice.id, button)
    assert await bot.get_chat_menu_button(alice.id) == button
    club = await telegram.group("Club", members=[alice], kind="group")
    new = await club.upgrade()
    with pytest.raises(ChatMigrated) as moved:
        await bot.send_message(club.id, "x")
    assert moved.value.new_chat_id == new.id
