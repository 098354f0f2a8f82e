"""The live card under the driver's thumb: refresh, stop in two steps, cancel, and bringing it back."""

from dataclasses import replace

from telegram import Update

from bot.domain.charge import By
from bot.domain.errors import Refused
from bot.domain.ids import ChargeId
from bot.ports import Card
from bot.services.following import Look
from handlers.cards.live import live_card
from handlers.telegram.conversation import END
from handlers.telegram.services import DriverContext
from handlers.telegram.show import rows_of, tell_refusal, turn_into, words_for
from handlers.telegram.states import ASKING_STOP


async def ask_to_stop(update: Update, context: DriverContext) -> str:
    """The first step: nothing stops yet."""
    del update
    look = await _own(context)
    if look is None:
        return END
    await turn_into(context, live_card(words_for(context), look, asking_stop=True, hotline=context.services.hotline))
    return ASKING_STOP


async def stop(update: Update, context: DriverContext) -> str:
    """The second step: from here on the wish is on disk, and is sent until the charge has ended."""
    del update
    try:
        await context.services.charging.stop(context.driver_id, ChargeId(context.button.subject), By.DRIVER)
    except Refused as refused:
        await tell_refusal(context, refused)
        return END
    await _show(context)
    return END


async def keep_charging(update: Update, context: DriverContext) -> str:
    del update
    await _show(context)
    return END


async def refresh(update: Update, context: DriverContext) -> None:
    """Ask the operator itself, then show what is known."""
    del update
    look = await _own(context)
    if look is not None:
        await context.services.charging.read_back(look.charge)
        await _show(context)


async def _show(context: DriverContext) -> None:
    look = await _own(context)
    if look is not None:
        await turn_into(context, live_card(words_for(context), look, hotline=context.services.hotline))


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
        await context.services.following.shown(_moved(look, context.chat_id, message_id))
        await _retire(context, look.card)
    return True


def _moved(look: Look, chat_id: int, message_id: int) -> Card:
    card = look.card or Card(look.charge.id, chat_id, message_id)
    return replace(card, chat_id=chat_id, message_id=message_id, shown_version=look.charge.version, pinned=False)


async def _retire(context: DriverContext, old: Card | None) -> None:
    """The old card says where the charge went; its buttons go."""
    if old is not None:
        words = words_for(context)
        await context.outgoing.rewrite(old.chat_id, old.message_id, words("This charge is shown further down."))
