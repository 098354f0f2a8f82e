"""A driver's data, as a document into the chat; and the account, deleted after two questions."""

import logging

from telegram import Update
from telegram.error import TelegramError

from bot.domain.errors import Refused
from handlers.cards import personal as cards
from handlers.telegram.driver.start import meet
from handlers.telegram.services import DriverContext
from handlers.telegram.show import say, tell_refusal, turn_into, words_for
from handlers.telegram.wire.limiter import Throttled
from handlers.telegram.wire.outgoing import FileKind, Unreachable

log = logging.getLogger(__name__)

FILE = "chargebot-my-data.json"


async def show(update: Update, context: DriverContext) -> None:
    del update
    await meet(context)
    driver = await context.services.preferences.of(context.driver_id)
    await turn_into(context, cards.my_data(words_for(context), driver))


async def export(update: Update, context: DriverContext) -> None:
    del update
    words = words_for(context)
    try:
        document = await context.services.personal.export(context.driver_id)
        await context.outgoing.send_file(
            context.chat_id, FileKind.DOCUMENT, FILE, document, cards.exported(words), silent=True
        )
    except Refused as refused:
        await tell_refusal(context, refused)
    except (TelegramError, Throttled, Unreachable) as error:
        log.warning("a driver's data could not be sent: %s", error)
        await say(context, cards.not_sent(words))


async def ask(update: Update, context: DriverContext) -> None:
    del update
    await turn_into(context, cards.first_question(words_for(context)))


async def ask_again(update: Update, context: DriverContext) -> None:
    del update
    await turn_into(context, cards.second_question(words_for(context)))


async def leave(update: Update, context: DriverContext) -> None:
    """The last yes: what can go goes now, an open charge is seen to its bill first."""
    del update
    context.leave()
    words = words_for(context)
    try:
        gone = await context.services.personal.leave(context.driver_id)
    except Refused as refused:
        await tell_refusal(context, refused)
    else:
        await turn_into(context, cards.gone(words) if gone else cards.leaving(words))


async def stay(update: Update, context: DriverContext) -> None:
    await context.services.personal.stay(context.driver_id)
    await show(update, context)
