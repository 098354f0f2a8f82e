"""Limits: a message of their own beside the live card, one tap each, or typed."""

from telegram import Update

from bot.domain.charge import OVER, Charge
from bot.domain.errors import Refused, Why
from bot.domain.ids import ChargeId
from bot.domain.watch import limits as domain
from bot.domain.watch.care import Limit
from handlers.cards import limits as cards
from handlers.telegram.conversation import END
from handlers.telegram.services import DriverContext
from handlers.telegram.show import say, tell_refusal, turn_into, words_for
from handlers.telegram.states import LIMITING


async def show(update: Update, context: DriverContext) -> None:
    """A new message, so that the live card stays what it is."""
    del update
    charge = await _own(context, context.button.subject)
    if charge is not None:
        await say(context, cards.limits_card(words_for(context), charge, stop=False))


async def turn(update: Update, context: DriverContext) -> None:
    """Whether the next limit shall also stop."""
    del update
    charge_id, stop, _ = cards.read(context.button.subject)
    charge = await _own(context, charge_id)
    if charge is not None:
        await turn_into(context, cards.limits_card(words_for(context), charge, stop=stop))


async def choose(update: Update, context: DriverContext) -> None:
    """One tap."""
    del update
    charge_id, stop, limit = cards.read(context.button.subject)
    assert limit is not None
    try:
        charge = await context.services.charging.limit(context.driver_id, ChargeId(charge_id), limit)
    except Refused as refused:
        await tell_refusal(context, refused)
        return
    await turn_into(context, cards.limits_card(words_for(context), charge, stop=stop))


async def none(update: Update, context: DriverContext) -> None:
    del update
    try:
        charge = await context.services.charging.no_limits(context.driver_id, ChargeId(context.button.subject))
    except Refused as refused:
        await tell_refusal(context, refused)
        return
    await turn_into(context, cards.limits_card(words_for(context), charge, stop=False))


async def own_value(update: Update, context: DriverContext) -> str:
    """Then the driver types it."""
    del update
    charge_id, stop, _ = cards.read(context.button.subject)
    if await _own(context, charge_id) is None:
        return END
    context.memory["charge"], context.memory["stop"] = charge_id, stop
    await say(context, cards.ask_for_value(words_for(context), charge_id))
    return LIMITING


async def back(update: Update, context: DriverContext) -> str:
    """Nothing is typed after all."""
    await turn(update, context)
    return END


async def typed(update: Update, context: DriverContext) -> str:
    """A value with its unit; what is not understood may be typed anew."""
    words = words_for(context)
    text = (update.effective_message.text if update.effective_message else None) or ""
    read = domain.read(text)
    if read is None:
        await say(context, cards.not_understood(words, context.memory["charge"]))
        return LIMITING
    limit = Limit(read.kind, read.amount, bool(context.memory["stop"]))
    try:
        charge = await context.services.charging.limit(context.driver_id, ChargeId(context.memory["charge"]), limit)
    except Refused as refused:
        await tell_refusal(context, refused)
        return END
    await say(context, cards.limits_card(words, charge, stop=limit.stop))
    return END


async def _own(context: DriverContext, charge_id: str) -> Charge | None:
    """The charge, if it is this driver's and still under way; otherwise that is said."""
    look = await context.services.following.look(ChargeId(charge_id))
    if look is None or look.charge.driver_id != context.driver_id:
        await tell_refusal(context, Refused(Why.NOT_YOURS))
        return None
    if look.charge.state in OVER:
        await tell_refusal(context, Refused(Why.FINISHED))
        return None
    return look.charge
