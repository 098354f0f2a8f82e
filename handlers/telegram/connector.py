"""Which connector, and is it really this one? Nothing starts before the identifier was confirmed."""

from telegram import Update

from bot.domain.errors import Refused, Why
from bot.domain.ids import ConnectorId, EvseUid, StationId
from bot.services.offers import Offer
from handlers.cards import connectors as cards
from handlers.telegram import charge
from handlers.telegram.services import DriverContext
from handlers.telegram.show import say, tell_refusal, turn_into, words_for
from handlers.telegram.states import IDENTIFYING, LOOKING, TYPING


async def choose(update: Update, context: DriverContext) -> str:
    """Charge here: which connector? A single one needs no list."""
    del update
    try:
        view = await context.services.stations.view(StationId(context.button.subject))
    except Refused as refused:
        await tell_refusal(context, refused)
        return LOOKING
    startable = [offer for offer in view.offers if offer.evse.startable]
    if not startable:
        await tell_refusal(context, Refused(Why.NOT_STARTABLE))
        return LOOKING
    if len(startable) == 1:
        return await _ask(context, startable[0])
    await turn_into(context, cards.connector_list(words_for(context), view, context.now))
    return LOOKING


async def chosen(update: Update, context: DriverContext) -> str:
    del update
    return await ask(context, *cards.connector_in(context.button.subject))


async def ask(context: DriverContext, station_id: StationId, evse_uid: EvseUid, connector_id: ConnectorId) -> str:
    """Does the station say this?"""
    try:
        offer = await context.services.stations.offer(station_id, evse_uid, connector_id)
    except Refused as refused:
        await tell_refusal(context, refused)
        return LOOKING
    return await _ask(context, offer)


async def _ask(context: DriverContext, offer: Offer) -> str:
    if not offer.evse.startable:
        await tell_refusal(context, Refused(Why.NOT_STARTABLE))
        return LOOKING
    context.memory["connector"] = [offer.station.id, offer.evse.uid, offer.connector.id]
    await turn_into(context, cards.identify(words_for(context), offer))
    return IDENTIFYING


async def again(update: Update, context: DriverContext) -> str:
    """Back to the question, with nothing lost."""
    del update
    return await ask(context, *_pressed(context))


async def where(update: Update, context: DriverContext) -> str:
    del update
    try:
        offer = await context.services.stations.offer(*_pressed(context))
    except Refused as refused:
        await tell_refusal(context, refused)
        return LOOKING
    await turn_into(context, cards.where_to_look(words_for(context), offer))
    return IDENTIFYING


async def something_else(update: Update, context: DriverContext) -> str:
    """No: then the driver types what it says."""
    del update
    _pressed(context)
    await turn_into(context, cards.ask_to_type(words_for(context), context.button.subject))
    return TYPING


async def typed(update: Update, context: DriverContext) -> str:
    """What it says instead: one connector of it is asked about, several are offered, none is said."""
    text = (update.effective_message.text if update.effective_message else None) or ""
    hits = await context.services.stations.by_identifier(text)
    here = [hit for hit in hits if hit[0].id == remembered(context)[0]] or list(hits)
    if len(here) == 1 and len(here[0][1].connectors) == 1:
        station, evse = here[0]
        return await ask(context, station.id, evse.uid, evse.connectors[0].id)
    await say(context, cards.choices(words_for(context), text, here))
    return TYPING


async def confirmed(update: Update, context: DriverContext) -> str:
    """Yes, it says this: now the price."""
    del update
    _pressed(context)
    return await charge.show_price(context)


def _pressed(context: DriverContext) -> tuple[StationId, EvseUid, ConnectorId]:
    """The connector that the pressed button names: from now on the conversation is about that one."""
    context.memory["connector"] = list(cards.connector_in(context.button.subject))
    return remembered(context)


def remembered(context: DriverContext) -> tuple[StationId, EvseUid, ConnectorId]:
    """The connector this conversation is about."""
    station_id, evse_uid, connector_id = context.memory["connector"]
    return StationId(station_id), EvseUid(evse_uid), ConnectorId(connector_id)
