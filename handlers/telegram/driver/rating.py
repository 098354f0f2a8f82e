"""What a driver says afterwards: a rating, a fault, and words to either."""

from telegram import Update

from bot.domain.errors import Refused
from bot.domain.feedback import FaultKind
from bot.domain.ids import ChargeId
from handlers.cards import rating as cards
from handlers.telegram.conversation import END
from handlers.telegram.driver.start import ask_where
from handlers.telegram.services import DriverContext
from handlers.telegram.show import say, tell_refusal, turn_into, words_for
from handlers.telegram.states import COMMENTING_FAULT, COMMENTING_RATING


async def give(update: Update, context: DriverContext) -> None:
    """One tap on the receipt, which stays as it is; another tap changes it."""
    del update
    charge_id, _, stars = context.button.subject.partition(" ")
    try:
        given = await context.services.feedback.rate(context.driver_id, ChargeId(charge_id), int(stars))
    except Refused as refused:
        return await tell_refusal(context, refused)
    await say(context, cards.thanks(words_for(context), given))
    return None


async def ask_fault(update: Update, context: DriverContext) -> None:
    """Which fault has the connector of this charge?"""
    del update
    charge_id = ChargeId(context.button.subject)
    entry = await context.services.history.entry(context.driver_id, charge_id)
    if entry is None:
        await ask_where(context)
    else:
        place = entry.charge.place
        where = f"{place.identifier or '?'} · {place.title}"
        await say(context, cards.ask_fault(words_for(context), charge_id, where))


async def report(update: Update, context: DriverContext) -> None:
    """From here on it is kept."""
    del update
    charge_id, _, kind = context.button.subject.partition(" ")
    try:
        number = await context.services.feedback.report(context.driver_id, ChargeId(charge_id), FaultKind(kind))
    except Refused as refused:
        return await tell_refusal(context, refused)
    return await turn_into(context, cards.reported(words_for(context), number))


async def ask_comment(update: Update, context: DriverContext) -> str:
    """Words to a rating."""
    del update
    context.memory["charge"] = context.button.subject
    await turn_into(context, cards.ask_comment(words_for(context)))
    return COMMENTING_RATING


async def ask_description(update: Update, context: DriverContext) -> str:
    """Words to a report."""
    del update
    context.memory["report"] = int(context.button.subject)
    await turn_into(context, cards.ask_comment(words_for(context)))
    return COMMENTING_FAULT


async def comment(update: Update, context: DriverContext) -> str:
    """The words to the rating."""
    try:
        charge_id = ChargeId(context.memory["charge"])
        await context.services.feedback.comment(context.driver_id, charge_id, _typed(update))
    except Refused as refused:
        await tell_refusal(context, refused)
        return END
    await say(context, cards.noted(words_for(context)))
    return END


async def describe(update: Update, context: DriverContext) -> str:
    """The words to the report."""
    await context.services.feedback.describe(context.driver_id, context.memory["report"], _typed(update))
    await say(context, cards.noted(words_for(context)))
    return END


def _typed(update: Update) -> str:
    message = update.effective_message
    return (message.text if message else None) or ""
