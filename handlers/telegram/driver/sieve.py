"""The filters of a driver: one screen, rewritten at each tap and remembered."""

from dataclasses import replace

from telegram import Update

from bot.domain.driver import Filters
from handlers.cards import filters as cards
from handlers.telegram.driver.start import meet
from handlers.telegram.services import DriverContext
from handlers.telegram.show import turn_into, words_for


async def show(update: Update, context: DriverContext) -> None:
    del update
    await meet(context)
    driver = await context.services.preferences.of(context.driver_id)
    await turn_into(context, cards.filters_card(words_for(context), driver.filters))


async def turn(update: Update, context: DriverContext) -> None:
    """As the button says: to choose what was not chosen when it was shown, or to choose it no more."""
    del update
    await meet(context)
    kind, value, on = cards.choice_in(context.button.subject)
    driver = await context.services.preferences.sift(context.driver_id, lambda now: _turned(now, kind, value, on=on))
    await turn_into(context, cards.filters_card(words_for(context), driver.filters))


def _turned(now: Filters, kind: str, value: str, *, on: bool) -> Filters:
    if kind == "plug":
        others = tuple(plug for plug in now.plugs if plug != value)
        return replace(now, plugs=(*others, value) if on else others)
    if kind == "watts":
        return replace(now, watts=int(value) if on else 0)
    return replace(now, free=on) if kind == "free" else replace(now, startable=on)
