"""The live card under the driver's thumb: refresh, stop in two steps, cancel, and bringing it back."""

import logging
from collections.abc import Awaitable, Callable

from telegram import Update
from telegram.error import TelegramError

from bot.domain.charge import By, Charge
from bot.domain.errors import Refused, Why
from bot.domain.ids import ChargeId, DriverId
from bot.ports import Card
from bot.services.following import Look
from handlers.cards.live import live_card
from handlers.telegram.conversation import END
from handlers.telegram.services import DriverContext
from handlers.telegram.show import rows_of, tell_refusal, turn_into, words_for
from handlers.telegram.states import ASKING_STOP
from handlers.telegram.wire.limiter import Throttled
from handlers.telegram.wire.outgoing import MessageGone, Unreachable

log = logging.getLogger(__name__)

RETIRING_MAY_TAKE = 2.0


async def ask_to_stop(update: Update, context: DriverContext) -> str:
    """The first step: nothing stops yet."""
    del update
    context.services.asking.note(ChargeId(context.button.subject), asking=True)
    if not await _show(context, asking_stop=True):
        return END
    context.memory["charge"] = context.button.subject
    return ASKING_STOP


async def stop(update: Update, context: DriverContext) -> str:
    """The second step: from here on the wish is on disk, and is sent until the charge has ended."""
    del update
    try:
        await context.services.charging.stop(context.driver_id, ChargeId(context.button.subject), By.DRIVER)
    except Refused as refused:
        if refused.why is not Why.FINISHED:
            await tell_refusal(context, refused)
            return END
    context.services.asking.note(ChargeId(context.button.subject), asking=False)
    await _show(context)
    return END


async def keep_charging(update: Update, context: DriverContext) -> str:
    del update
    context.services.asking.note(ChargeId(context.button.subject), asking=False)
    await _show(context)
    return END


async def refresh(update: Update, context: DriverContext) -> None:
    """Ask the operator itself, then show what is known."""
    del update
    look = await _own(context)
    if look is not None:
        await context.services.charging.read_back(look.charge)
        await _show(context)


async def says_charging(update: Update, context: DriverContext) -> None:
    """The driver sees it charge, whatever the data says."""
    del update
    await _said(context, context.services.charging.says_charging)


async def says_stopped(update: Update, context: DriverContext) -> None:
    """The driver sees that it has stopped."""
    del update
    await _said(context, context.services.charging.says_stopped)


async def unplugged(update: Update, context: DriverContext) -> None:
    """The cable is out: no more reminders."""
    del update
    try:
        await context.services.charging.unplugged(context.driver_id, ChargeId(context.button.subject))
    except Refused as refused:
        await tell_refusal(context, refused)
        return
    words = words_for(context)
    await context.answer(words("Thank you. You will not be reminded again."))
    await _show(context)


async def _said(context: DriverContext, say: Callable[[DriverId, ChargeId], Awaitable[Charge]]) -> None:
    """Keep the driver's word; on a charge that has ended, its end says more."""
    try:
        await say(context.driver_id, ChargeId(context.button.subject))
    except Refused as refused:
        if refused.why is not Why.FINISHED:
            await tell_refusal(context, refused)
            return
    await _show(context)


async def _show(context: DriverContext, *, asking_stop: bool = False) -> bool:
    """Make the pressed message the live card; False when the charge is not this driver's to see."""
    look = await _own(context)
    if look is None:
        return False
    card = live_card(words_for(context), look, asking_stop=asking_stop, hotline=context.services.hotline)
    await turn_into(context, card)
    if context.message_id is not None:
        await _move(context, look, context.message_id)
    return True


async def _own(context: DriverContext) -> Look | None:
    """The pressed charge, if it is this driver's."""
    look = await context.services.following.look(ChargeId(context.button.subject))
    return look if look is not None and look.charge.driver_id == context.driver_id else None


async def bring_back(context: DriverContext) -> bool:
    """Show the open charge, if there is one, at the bottom of the chat; from now on that message is its live card."""
    look = await context.services.following.of_driver(context.driver_id)
    if look is None:
        return False
    screen = live_card(words_for(context), look, hotline=context.services.hotline)
    message_id = await context.reply(screen.text, rows_of(screen) if screen.rows else None)
    if message_id is not None:
        await _move(context, look, message_id)
    return True


async def _move(context: DriverContext, look: Look, message_id: int) -> None:
    """From now on this message is the live card: the notifier keeps it up to date and pins it."""
    if look.card is not None and look.card.message_id == message_id:
        return
    await context.services.following.shown(Card(look.charge.id, context.chat_id, message_id))
    context.services.wake()
    if look.card is not None and look.card.message_id:
        await _retire(context, look.card)


async def _retire(context: DriverContext, old: Card) -> None:
    """The old card says where the charge went, without buttons and unpinned; when that fails, nothing is lost."""
    words = words_for(context)
    try:
        text = words("This charge is shown in another message.")
        await context.outgoing.edit(old.chat_id, old.message_id, text, patience=RETIRING_MAY_TAKE)
        if old.pinned:
            content = {"message_id": old.message_id}
            await context.outgoing.post("unpinChatMessage", old.chat_id, content, patience=RETIRING_MAY_TAKE)
    except (MessageGone, Throttled, Unreachable, TelegramError) as error:
        log.info("an old card could not be retired: %s", error)
