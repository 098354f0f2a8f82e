"""/start with a payload, as from a sticker of ours or a shared connector: it asks, and never starts anything."""

from telegram import Update

from bot.domain.errors import Refused
from bot.domain.links import HERE, NamedEvse, NamedStation, named
from bot.domain.station import Evse, Station
from handlers.cards.codes import unknown_link
from handlers.cards.connectors import choices
from handlers.cards.stations import station_card
from handlers.telegram.driver import connector, live
from handlers.telegram.driver.start import ask_where, meet
from handlers.telegram.services import DriverContext
from handlers.telegram.show import say, words_for
from handlers.telegram.states import LOOKING


async def opened(update: Update, context: DriverContext) -> str:
    """A charge under way comes first; then the question about what the link names."""
    del update
    context.leave()
    await meet(context)
    await live.bring_back(context)
    if context.args == [HERE]:
        await ask_where(context)
        return LOOKING
    target = named(" ".join(context.args or ()))
    if isinstance(target, NamedStation):
        return await _station(context, target)
    if isinstance(target, NamedEvse):
        return await _evse(context, target)
    return await _unknown(context)


async def _station(context: DriverContext, target: NamedStation) -> str:
    try:
        view = await context.services.stations.view(target.station_id)
    except Refused:
        return await _unknown(context)
    await say(context, station_card(words_for(context), view, context.now))
    return LOOKING


async def _evse(context: DriverContext, target: NamedEvse) -> str:
    hits = await context.services.stations.by_link(target)
    plugs = [(station, evse, plug) for station, evse in hits for plug in evse.connectors]
    wanted = [found for found in plugs if target.connector_id in {None, found[2].id}] or plugs
    if len(wanted) == 1:
        station, evse, plug = wanted[0]
        return await connector.ask(context, station.id, evse.uid, plug.id)
    if not wanted:
        return await _unknown(context)
    await say(context, choices(words_for(context), _name(hits), hits))
    return LOOKING


def _name(hits: tuple[tuple[Station, Evse], ...]) -> str:
    return hits[0][1].evse_id or hits[0][1].physical_reference or ""


async def _unknown(context: DriverContext) -> str:
    await say(context, unknown_link(words_for(context)))
    return LOOKING


def address(bot_name: str, payload: str) -> str:
    """The link to share or to print; `bot_name` with or without its @."""
    return f"https://t.me/{bot_name.removeprefix('@')}?start={payload}"
