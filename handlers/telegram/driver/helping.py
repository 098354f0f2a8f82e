"""/help, and the way through it: every screen takes the place of the one before."""

from collections.abc import Callable

from telegram import Update

from bot.domain.charge import RUNNING, State
from bot.domain.ids import ChargeId
from bot.services.following import Look
from handlers.cards import helping as cards
from handlers.cards import troubles
from handlers.cards.screen import Screen
from handlers.cards.troubles import Trouble
from handlers.pictures.places import four_places
from handlers.telegram.pictures import show_picture
from handlers.telegram.services import DriverContext
from handlers.telegram.show import say, turn_into, words_for
from handlers.texts import Words


async def show(update: Update, context: DriverContext) -> None:
    """The ten steps, by /help or by a button."""
    del update
    await turn_into(context, cards.help_card(words_for(context), context.services.contacts.hotline, context.now))


async def where(update: Update, context: DriverContext) -> None:
    """Our picture of the four places where it can be, under the steps."""
    del update
    await show_picture(context, four_places(), cards.where_card(words_for(context)))


async def trouble(update: Update, context: DriverContext) -> None:
    """What to do about the charge as it is now."""
    del update
    await _help(context, troubles.trouble)


async def not_started(update: Update, context: DriverContext) -> None:
    del update
    await _help(context, troubles.not_started)


async def started_but(update: Update, context: DriverContext) -> None:
    del update
    await _help(context, troubles.started_but)


async def not_stopping(update: Update, context: DriverContext) -> None:
    del update
    await _help(context, troubles.not_stopping)


async def stuck(update: Update, context: DriverContext) -> None:
    del update
    await _help(context, troubles.stuck)


async def person(update: Update, context: DriverContext) -> None:
    del update
    await _help(context, troubles.person)


async def _help(context: DriverContext, card: Callable[[Words, Trouble], Screen]) -> None:
    """Help with the charge that the button names, else with the one under way, else in general."""
    look = await _charge(context)
    contacts = context.services.contacts
    operator = await contacts.operator(look.charge.place) if look else None
    screen = card(words_for(context), Trouble(look.charge if look else None, operator, contacts.hotline, context.now))
    if look is not None and _is_live(look, context.message_id):
        await say(context, screen)
    else:
        await turn_into(context, screen)


async def _charge(context: DriverContext) -> Look | None:
    following = context.services.following
    if context.turn.button is None or not context.button.subject:
        return await following.of_driver(context.driver_id)
    look = await following.look(ChargeId(context.button.subject))
    return look if look is not None and look.charge.driver_id == context.driver_id else None


def _is_live(look: Look, message_id: int | None) -> bool:
    """Whether the pressed message goes on showing a charge that moves: then help must not be written over it."""
    moving = look.charge.state in RUNNING | {State.FENCED}
    return moving and look.card is not None and look.card.message_id == message_id
