"""/start, and coming back: a running charge is always shown first."""

from telegram import KeyboardButton, ReplyKeyboardMarkup, Update

from handlers.cards import stations
from handlers.cards.favourites import at_once
from handlers.cards.screen import Screen
from handlers.cards.steps import Step
from handlers.telegram.driver import live
from handlers.telegram.services import DriverContext
from handlers.telegram.show import guide, say, words_for
from handlers.texts import msg

FAVOURITES = msg("★ Favourites")


async def start(update: Update, context: DriverContext) -> None:
    """Greet the driver; one in the middle of a charge gets its card instead."""
    del update
    context.leave()
    await meet(context)
    if not await live.bring_back(context):
        user = context.turn.update.effective_user
        await _ask(context, stations.welcome(words_for(context), user.first_name if user else ""))


async def meet(context: DriverContext) -> None:
    """A driver may come without /start, as by a link or in an old chat."""
    user = context.turn.update.effective_user
    driver = await context.services.drivers.meet(context.driver_id, user.first_name if user else "", context.language)
    if driver.met_at >= context.now:
        context.kit.keyboards.forget(context.driver_id)


async def ask_where(context: DriverContext) -> None:
    """The first question, to who is in the chat already."""
    await _ask(context, stations.where(words_for(context)))


async def _ask(context: DriverContext, question: Screen) -> None:
    """With the button that shares the location."""
    words = words_for(context)
    screen = await guide(context, Step.WHERE, question)
    share = KeyboardButton(str(words("📍 Share my location")), request_location=True)
    keyboard = ReplyKeyboardMarkup(
        [[share, KeyboardButton(str(words(FAVOURITES)))]], resize_keyboard=True, is_persistent=True
    )
    await context.reply(screen.text, keyboard)
    places = at_once(words, await context.services.favourites.of(context.driver_id))
    if places is not None:
        await say(context, places)


async def look_again(update: Update, context: DriverContext) -> None:
    """Back to the first question."""
    del update
    await ask_where(context)
