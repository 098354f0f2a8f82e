"""A picture under the message that asks: shown with its words, and taken away again."""

import logging

from telegram.error import TelegramError

from handlers.cards.screen import Screen
from handlers.telegram.services import DriverContext
from handlers.telegram.show import rows_of, say
from handlers.telegram.wire.limiter import Throttled
from handlers.telegram.wire.outgoing import FileKind, Unreachable

log = logging.getLogger(__name__)

PATIENCE = 5.0


async def show_picture(context: DriverContext, picture: bytes, screen: Screen) -> None:
    """The picture with the screen as its caption; where it cannot be sent in time, the words alone."""
    keyboard = await context.keyboard(rows_of(screen))
    send = context.outgoing.send_file
    try:
        await send(context.chat_id, FileKind.PHOTO, "help.png", picture, screen.text, keyboard, patience=PATIENCE)
    except (Throttled, Unreachable, TelegramError) as error:
        log.info("a picture could not be shown: %s", error)
        await say(context, screen)


async def take_away(context: DriverContext) -> bool:
    """Delete the message that was pressed; False when that is no longer possible."""
    content = {"message_id": context.message_id}
    try:
        await context.outgoing.post("deleteMessage", context.chat_id, content, patience=PATIENCE)
    except (Throttled, Unreachable, TelegramError) as error:
        log.info("a picture could not be taken away: %s", error)
        return False
    return True
