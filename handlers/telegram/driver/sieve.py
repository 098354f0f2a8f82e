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
    """Choose what was not chosen, and the other way round."""
    del update
    await meet(context)
    kind, _, value = context.button.subject.partition(" ")
    driver = await context.services.preferences.sift(context.driver_id, lambda now: _turned(now, kind, value))
    await turn_into(context, cards.filters_card(words_for(context), driver.filters))


def _turned(now: Filters, kind: str, value: str) -> Filters:
    if kind == "plug":
        others = tuple(plug for plug in now.plugs if plug != value)
        return replace(now, plugs=others if value in now.plugs else (*others, value))
    if kind == "watts":
        return replace(now, watts=0 if now.watts == int(value) else int(value))
    return replace(now, free=not now.free) if kind == "free" else replace(now, startable=not now.startable)
