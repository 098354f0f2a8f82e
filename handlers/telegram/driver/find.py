"""Finding a station: by the driver's location, or by what is printed on the connector."""

from collections.abc import Sequence
from dataclasses import replace

from telegram import Update

from bot.domain.errors import Refused
from bot.domain.ids import StationId
from bot.domain.station import Point
from bot.services.stations import NEAREST, Nearby
from handlers.cards import elsewhere
from handlers.cards import stations as cards
from handlers.cards.connectors import choices, connector_in
from handlers.cards.screen import Screen
from handlers.cards.steps import Step
from handlers.telegram.driver import connector, live
from handlers.telegram.driver.sieve import network_name
from handlers.telegram.driver.start import ask_where, meet
from handlers.telegram.services import DriverContext
from handlers.telegram.show import guide, say, tell_refusal, turn_into, words_for
from handlers.telegram.states import IDENTIFYING, LOOKING, PRICED, TYPING

COARSE = 3
"""Decimals of a remembered location: about a hundred metres, enough to go back to a list."""


async def by_location(update: Update, context: DriverContext) -> str | None:
    """The nearest stations to a shared location."""
    shared = update.effective_message and (update.effective_message.location)
    if not shared:
        return None
    await meet(context)
    point = Point(shared.latitude, shared.longitude)
    context.memory["point"] = [round(point.lat, COARSE), round(point.lon, COARSE)]
    await say(context, await _list(context, point))
    return LOOKING


async def all_stations(update: Update, context: DriverContext) -> str | None:
    return await _only_startable(update, context, startable=False)


async def startable_stations(update: Update, context: DriverContext) -> str | None:
    return await _only_startable(update, context, startable=True)


async def _only_startable(update: Update, context: DriverContext, *, startable: bool) -> str | None:
    """From now on, until the driver says otherwise."""
    await meet(context)
    await context.services.preferences.sift(context.driver_id, lambda now: replace(now, startable=startable))
    return await back_to_list(update, context)


async def back_to_list(update: Update, context: DriverContext) -> str | None:
    """The list as it is now, by the filters as they are now."""
    del update
    remembered = context.memory.get("point")
    if remembered is None:
        await ask_where(context)
        return None
    await turn_into(context, await _list(context, Point(*remembered)))
    return LOOKING


async def more(update: Update, context: DriverContext) -> str | None:
    """The next ones, in the same message."""
    del update
    await meet(context)
    remembered = context.memory.get("point")
    if remembered is None:
        await ask_where(context)
        return None
    await turn_into(context, await _list(context, Point(*remembered), int(context.button.subject)))
    return LOOKING


async def more_named(update: Update, context: DriverContext) -> str:
    """The next ones of that name, likewise."""
    del update
    await meet(context)
    typed, skip = cards.named_in(context.button.subject)
    found = await _named(context, typed, skip)
    if found:
        await turn_into(context, cards.named(words_for(context), found, context.now, typed, skip))
    else:
        await turn_into(context, choices(words_for(context), typed, ()))
    return LOOKING


async def _named(context: DriverContext, typed: str, skip: int = 0) -> Sequence[Nearby]:
    """A page of the stations of that name, and one more where there are more."""
    remembered = context.memory.get("point")
    point = Point(*remembered) if remembered else None
    return await context.services.stations.by_text(typed, point, limit=NEAREST + 1, skip=skip)


async def _list(context: DriverContext, point: Point, skip: int = 0) -> Screen:
    filters = (await context.services.preferences.of(context.driver_id)).filters
    found = await context.services.stations.near(point, filters, limit=NEAREST + 1, skip=skip)
    if skip and not found:
        return await _list(context, point)  # fewer are left than there were
    network = await network_name(context, filters)
    screen = cards.nearby(words_for(context), found, context.now, filters, skip, network)
    return await guide(context, Step.LIST, screen) if filters.startable and found else screen


async def command(update: Update, context: DriverContext) -> None:
    """/find: the ways to a station."""
    del update
    await meet(context)
    await ask_where(context)


async def alternatives(update: Update, context: DriverContext) -> str:
    """Free connectors near the one that the button names."""
    del update
    await meet(context)
    station_id, evse_uid, _ = connector_in(context.button.subject)
    filters = (await context.services.preferences.of(context.driver_id)).filters
    found = await context.services.stations.alternatives(
        station_id, evse_uid=evse_uid, plugs=filters.plugs, watts=filters.watts
    )
    await turn_into(context, elsewhere.alternatives(words_for(context), found, context.now))
    return LOOKING


async def by_identifier(update: Update, context: DriverContext) -> str | None:
    """What the driver typed: what is printed on a connector, else the name or address of a station."""
    message = update.effective_message
    typed = (message.text if message else None) or ""
    await meet(context)
    hits = await context.services.stations.by_identifier(typed)
    if len(hits) == 1 and len(hits[0][1].connectors) == 1:
        station, evse = hits[0]
        return await connector.ask(context, station.id, evse.uid, evse.connectors[0].id)
    if not hits and await live.bring_back(context):
        return None
    if not hits:
        named = await _named(context, typed)
        if named:
            await say(context, cards.named(words_for(context), named, context.now, typed))
            return LOOKING
    await say(context, choices(words_for(context), typed, hits))
    return LOOKING


async def show_station(update: Update, context: DriverContext) -> str | None:
    del update
    return await open_station(context, StationId(context.button.subject))


async def refresh_station(update: Update, context: DriverContext) -> str | None:
    """Ask the operator itself, then show."""
    del update
    station_id = StationId(context.button.subject)
    await context.services.stations.refresh(station_id)
    return await open_station(context, station_id)


async def open_station(context: DriverContext, station_id: StationId) -> str:
    """The card of one station."""
    try:
        view = await context.services.stations.view(station_id)
    except Refused as refused:
        await tell_refusal(context, refused)
    else:
        screen = cards.station_card(words_for(context), view, context.now)
        startable = any(offer.evse.startable for offer in view.offers)
        await turn_into(context, await guide(context, Step.STATION, screen) if startable else screen)
    return LOOKING


async def show_current(update: Update, context: DriverContext) -> None:
    """Where the driver is now, after a button that came too late: the charge, the connector, the list, or the start."""
    if await live.bring_back(context):
        return
    if context.turn.state in {IDENTIFYING, TYPING, PRICED}:
        await connector.ask(context, *connector.remembered(context))
    elif "point" in context.memory:
        await meet(context)
        await back_to_list(update, context)
    else:
        await ask_where(context)
