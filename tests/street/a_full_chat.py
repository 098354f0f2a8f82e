"""A chat with one of everything that a bot can send, to be looked at."""

import base64

from tests.street.bot_api import BotApi

PICTURE = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAIAAAACCAIAAAD91JpzAAAAFklEQVR4nGNkaGBgYPj//z8DAwMDAwAWCgMBf7iXOwAAAABJRU5ErkJggg=="
)
FORMATTED = (
    "<b>Bold</b> <i>italic</i> <u>under</u> <s>gone</s> <tg-spoiler>secret</tg-spoiler> <code>code</code> "
    '<a href="https://example.org/">link</a> https://t.me/sandbox_1001_bot?start=abc /help '
    "<blockquote>said before</blockquote><pre>two\nlines</pre> &lt;img src=x onerror=alert(1)&gt; 🚗<b>after a car</b>"
)
BUTTONS = [
    [{"text": "Plain", "callback_data": "plain"}, {"text": "Map", "url": "https://example.org/map"}],
    [
        {"text": "Go", "callback_data": "go", "style": "primary"},
        {"text": "Yes", "callback_data": "yes", "style": "success"},
    ],
    [{"text": "Stop", "callback_data": "stop", "style": "danger"}, {"text": "Copy", "copy_text": {"text": "0421-1"}}],
]
HARBOUR = {"latitude": 53.1752, "longitude": 5.4197}


async def fill(bot: BotApi, chat: int) -> int:
    """The id of the message with the buttons."""
    keyboard = {
        "keyboard": [[{"text": "My place", "request_location": True}, {"text": "My number", "request_contact": True}]]
    }
    await bot.call("sendMessage", chat_id=chat, text="Hello", reply_markup=keyboard)
    await bot.call("sendPhoto", chat_id=chat, files={"photo": PICTURE}, caption="The sticker")
    await bot.call("sendDocument", chat_id=chat, files={"document": b"receipt"}, caption="Receipt")
    await bot.call("sendVenue", chat_id=chat, title="Noorderhaven kade", address="Noorderhaven 18", **HARBOUR)
    await bot.call("sendLocation", chat_id=chat, **HARBOUR)
    card = await bot.call(
        "sendMessage", chat_id=chat, text=FORMATTED, parse_mode="HTML", reply_markup={"inline_keyboard": BUTTONS}
    )
    await bot.call("pinChatMessage", chat_id=chat, message_id=card["message_id"], disable_notification=True)
    await bot.call(
        "setMyCommands",
        commands=[{"command": "start", "description": "Begin"}, {"command": "help", "description": "Help"}],
    )
    return card["message_id"]
