"""When a handler fails: the failure reaches the desk that keeps the update, and in the end the driver is told once."""

import logging
from typing import Any

from handlers.telegram.context import Context
from handlers.telegram.turn import current
from handlers.telegram.wire.outgoing import Outgoing
from handlers.texts import Words

log = logging.getLogger(__name__)


async def note_failure(update: object, context: Context[Any]) -> None:
    """The framework swallows what a handler raises: keep it with the turn, so that the update is tried again."""
    del update
    current().failure = context.error


def reference(update_id: int) -> str:
    """What a driver can tell support, and support can find in the log."""
    return f"U{update_id}"


async def apologise(outgoing: Outgoing, words: Words, chat_id: int, update_id: int) -> None:
    """Tell the driver that this update will not be handled."""
    if chat_id > 0:
        said = words(
            "Sorry, I could not do that. Please try again, or send /start. "
            "If it keeps happening, tell support this number: <code>{number}</code>",
            number=reference(update_id),
        )
        await outgoing.reply(chat_id, said)


def describe(error: Exception) -> str:
    """One line for the row of a failed update; it is for people and holds no traceback."""
    return f"{type(error).__name__}: {error}"[:500]
