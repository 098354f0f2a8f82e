"""The filters of a driver: one screen, rewritten at each tap and remembered."""

from dataclasses import replace

from telegram import Update

from bot.domain.driver import Filters
from handlers.cards import filters as cards
from handlers.cards.networks import party_in
from handlers.cards.screen import Screen
from handlers.telegram.driver.start import meet
from handlers.telegram.services import DriverContext
from handlers.telegram.show import turn_into, words_for


async def show(update: Update, context: DriverContext) -> None:
    del update
    await meet(context)
    driver = await context.services.preferences.of(context.driver_id)
    await turn_into(context, await _card(context, driver.filters))


async def turn(update: Update, context: DriverContext) -> None:
    """As the button says: to choose what was not chosen when it was shown, or to choose it no more."""
    del update
    await meet(context)
    kind, value, on = cards.choice_in(context.button.subject)
    driver = await context.services.preferences.sift(context.driver_id, lambda now: _turned(now, kind, value, on=on))
    await turn_into(context, await _card(context, driver.filters))


async def _card(context: DriverContext, filters: Filters) -> Screen:
    return cards.filters_card(words_for(context), filters, await network_name(context, filters))


async def network_name(context: DriverContext, filters: Filters) -> str:
    """What the only network is called; nothing where all are shown."""
    return (await context.services.networks.about(filters.network)).name if filters.network else ""


def _turned(now: Filters, kind: str, value: str, *, on: bool) -> Filters:
    if kind == "plug":
        others = tuple(plug for plug in now.plugs if plug != value)
        return replace(now, plugs=(*others, value) if on else others)
    if kind == "network":
        return replace(now, network=party_in(value) if on else None)
    if kind == "accessible":
        return replace(now, accessible=on)
    if kind == "watts":
        return replace(now, watts=int(value) if on else 0)
    return replace(now, free=on) if kind == "free" else replace(now, startable=on)
