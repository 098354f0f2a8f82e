"""answerCallbackQuery: the toast or alert after a pressed button, once and in time."""

from typing import Any, Final
from urllib.parse import urlsplit

from sandbox.telegram.call import Call
from sandbox.telegram.errors import QUERY_TOO_OLD, BadRequestError

MAX_ANSWER: Final = 200
MAX_CACHE_SECONDS: Final = 30 * 24 * 3600


def answer_callback_query(call: Call) -> bool:
    press = call.bot.presses.get(call.text("callback_query_id"))
    if press is None or press.answer is not None or press.expires_at <= call.world.clock.time():
        raise BadRequestError(QUERY_TOO_OLD)
    text = call.text("text")
    if len(text) > MAX_ANSWER:
        raise BadRequestError("MESSAGE_TOO_LONG")
    url = call.text("url")
    if url and not _opens_this_bot(url, call.bot.user.username):
        raise BadRequestError("URL_INVALID")
    answer: dict[str, Any] = {"text": text, "show_alert": call.flag("show_alert"), "url": url}
    cache_seconds = call.integer("cache_time", low=0, high=MAX_CACHE_SECONDS)
    call.world.answer_press(call.bot, press, answer, cache_seconds)
    return True


def _opens_this_bot(url: str, username: str) -> bool:
    """Without a game a bot may only open itself: t.me/its_name?start=..."""
    parts = urlsplit(url if "://" in url else f"https://{url}")
    return parts.hostname in ("t.me", "telegram.me") and parts.path.strip("/").lower() == username.lower()


METHODS: Final = {"answerCallbackQuery": answer_callback_query}
