"""The last of all handlers: whatever nobody understood is answered in one sentence, and every press is answered."""

from collections.abc import Awaitable, Callable
from typing import Any

from telegram import Update
from telegram.ext import BaseHandler

from handlers.telegram.buttons import is_private
from handlers.telegram.context import Context
from handlers.telegram.show import words_for
from handlers.telegram.turn import Verdict, current
from handlers.texts import msg

UNKNOWN_TEXT = msg("I did not understand that. Send your location or the number on the charge point, or /start.")
UNKNOWN_COMMAND = msg("I do not know this command. Send /start to see what I can do.")
UNKNOWN_THING = msg("I cannot read this. Send your location or the number on the charge point, or /start.")
OLD_BUTTON = msg("This button is from an old message. Send /start to see where you are.")
USED_BUTTON = msg("That was already pressed.")
EXPIRED_BUTTON = msg("This button has expired; here is where you are now.")
ELSEWHERE = msg("This works only in your private chat with me.")

ShowCurrent = Callable[[Update, Any], Awaitable[None]]


class UnhandledHandler(BaseHandler[Update, Context[Any], None]):
    """Register it last. `show_current` shows the driver where they are, after a press that came too late."""

    def __init__(self, show_current: ShowCurrent) -> None:
        super().__init__(self._respond, block=True)
        self._show_current = show_current

    def check_update(self, update: object) -> bool:
        return isinstance(update, Update) and (update.callback_query is not None or _is_for_us(update))

    async def _respond(self, update: Update, context: Context[Any]) -> None:
        if update.callback_query is not None:
            await self._press(update, context)
        else:
            await context.reply(words_for(context)(_sentence(update)))

    async def _press(self, update: Update, context: Context[Any]) -> None:
        verdict, words = current().verdict, words_for(context)
        if verdict is Verdict.UNKNOWN:
            await context.answer(words(OLD_BUTTON), alert=True)
        elif not is_private(update):
            await context.answer(words(ELSEWHERE), alert=True)
        elif verdict is Verdict.WORN:
            await context.answer(words(USED_BUTTON))
        else:
            await context.answer(words(EXPIRED_BUTTON) if verdict is Verdict.EXPIRED else "")
            await self._show_current(update, context)


def _is_for_us(update: Update) -> bool:
    """In a group most things are not meant for us, and edits and reports of the platform never are."""
    return update.message is not None and is_private(update) and _says_something(update)


def _says_something(update: Update) -> bool:
    message = update.message
    return message is not None and message.pinned_message is None


def _sentence(update: Update) -> str:
    text = update.message.text if update.message else None
    if text is None:
        return UNKNOWN_THING
    return UNKNOWN_COMMAND if text.startswith("/") else UNKNOWN_TEXT
