"""From a screen to a message: the only place where cards become Telegram's keyboards."""

from collections.abc import Sequence

from telegram import InlineKeyboardButton

from bot.domain.errors import Refused
from handlers.cards.passes import next_step
from handlers.cards.screen import Link, Press, Row, Screen, look_again
from handlers.cards.steps import Step, guided
from handlers.telegram.keyboards import Rows
from handlers.telegram.services import DriverContext
from handlers.texts import Words, refusal


def words_for(context: DriverContext) -> Words:
    """The driver's language."""
    return Words(context.tongue)


def rows_of(screen: Screen) -> Rows:
    return [[_shown(button) for button in row] for row in screen.rows]


def _shown(button: Press | Link) -> Press | InlineKeyboardButton:
    return button if isinstance(button, Press) else InlineKeyboardButton(button.text, url=button.url)


async def say(context: DriverContext, screen: Screen) -> int | None:
    """A new message."""
    return await context.reply(screen.text, rows_of(screen) if screen.rows else None)


async def turn_into(context: DriverContext, screen: Screen) -> None:
    """Rewrite the message that was pressed; without a press, a new one."""
    if context.turn.update.callback_query is None:
        await say(context, screen)
    else:
        await context.edit(screen.text, rows_of(screen))


async def tell_refusal(context: DriverContext, refused: Refused, rows: Sequence[Row] = ()) -> None:
    """Why not, in one sentence, and where to go from there: to the passes if it is them, else to another station."""
    words = words_for(context)
    if (step := next_step(words, refused.why)) is not None:
        rows = (step, *rows)
    await turn_into(context, Screen(refusal(words, refused), tuple(rows) or ((look_again(words),),)))


async def guide(context: DriverContext, step: Step, screen: Screen) -> Screen:
    """The screen; for who has never charged with us, with its step on the road above it."""
    if not await context.services.drivers.is_new(context.driver_id):
        return screen
    return guided(words_for(context), step, screen)
