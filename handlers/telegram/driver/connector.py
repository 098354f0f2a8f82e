"""Which connector, and is it really this one? Nothing starts before the identifier was confirmed."""

from telegram import Update

from bot.domain.errors import Refused, Why
from bot.domain.ids import ConnectorId, EvseUid, StationId
from bot.services.costs import example
from bot.services.offers import Offer
from handlers.cards import connectors as cards
from handlers.cards import identify
from handlers.cards.steps import Step
from handlers.pictures.places import four_places
from handlers.telegram.driver import charge
from handlers.telegram.pictures import show_picture, take_away
from handlers.telegram.services import DriverContext
from handlers.telegram.show import guide, say, tell_refusal, turn_into, words_for
from handlers.telegram.states import IDENTIFYING, LOOKING, TYPING
from handlers.texts import Html


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
    screen = cards.connector_list(words_for(context), view, context.now)
    await turn_into(context, await guide(context, Step.CONNECTOR, screen))
    return LOOKING


async def chosen(update: Update, context: DriverContext) -> str:
    del update
    return await ask(context, *cards.connector_in(context.button.subject))


async def ask(
    context: DriverContext,
    station_id: StationId,
    evse_uid: EvseUid,
    connector_id: ConnectorId,
    *,
    note: Html | None = None,
) -> str:
    """Does the station say this? With it comes the whole price, and what to do first; `note` stands above."""
    try:
        offer = await context.services.stations.offer(station_id, evse_uid, connector_id)
    except Refused as refused:
        await tell_refusal(context, refused)
        return LOOKING
    return await _ask(context, offer, note)


async def _ask(context: DriverContext, offer: Offer, note: Html | None = None) -> str:
    if not offer.evse.startable:
        await tell_refusal(context, Refused(Why.NOT_STARTABLE))
        return LOOKING
    context.memory["connector"] = [offer.station.id, offer.evse.uid, offer.connector.id]
    about = await context.services.networks.about(offer.station.party)
    charge.remember(context, offer, about)
    worked = example(offer.tariff, context.now, offer.station.time_zone)
    screen = identify.identify(words_for(context), offer, about, worked, context.now, note)
    await turn_into(context, await guide(context, Step.IDENTIFY, screen))
    return IDENTIFYING


async def again(update: Update, context: DriverContext) -> str:
    """Back to the question, with nothing lost."""
    del update
    return await ask(context, *_pressed(context))


async def where(update: Update, context: DriverContext) -> str:
    """A picture with words below the question, which stays as it is."""
    del update
    try:
        offer = await context.services.stations.offer(*_pressed(context))
    except Refused as refused:
        await tell_refusal(context, refused)
        return LOOKING
    party = offer.station.party
    about = await context.services.networks.about(party)
    picture = await context.services.networks.picture(party) or four_places()
    await show_picture(context, picture, identify.where_to_look(words_for(context), offer, about))
    return IDENTIFYING


async def found(update: Update, context: DriverContext) -> str:
    """Enough looked: the picture goes, the question is still there."""
    del update
    _pressed(context)
    if not await take_away(context):
        return await ask(context, *remembered(context))
    return IDENTIFYING


async def something_else(update: Update, context: DriverContext) -> str:
    """No: then the driver types what it says."""
    del update
    _pressed(context)
    await turn_into(context, identify.ask_to_type(words_for(context), context.button.subject))
    return TYPING


async def typed(update: Update, context: DriverContext) -> str:
    """What it says instead: one connector of it is asked about, several are offered, none is said."""
    text = (update.effective_message.text if update.effective_message else None) or ""
    station_id, *_ = remembered(context)
    here = await context.services.stations.at_station(station_id, text)
    hits = here or await context.services.stations.by_identifier(text)
    if len(hits) == 1 and len(hits[0][1].connectors) == 1:
        station, evse = hits[0]
        return await ask(context, station.id, evse.uid, evse.connectors[0].id)
    await say(context, cards.choices(words_for(context), text, hits, await _example_at(context, station_id)))
    return TYPING


async def _example_at(context: DriverContext, station_id: StationId) -> str:
    """How identifiers look at this station's network, as far as anybody told."""
    station = await context.services.stations.get(station_id)
    about = await context.services.networks.about(station.party) if station else None
    return about.network.profile.example if about and about.network else ""


async def confirmed(update: Update, context: DriverContext) -> str:
    """Yes, it says this: now the price, of the station as its operator says it is."""
    del update
    station_id, *_ = _pressed(context)
    await context.services.stations.freshen(station_id)
    return await charge.show_price(context)


def _pressed(context: DriverContext) -> tuple[StationId, EvseUid, ConnectorId]:
    """The connector that the pressed button names: from now on the conversation is about that one."""
    context.memory["connector"] = list(cards.connector_in(context.button.subject))
    return remembered(context)


def remembered(context: DriverContext) -> tuple[StationId, EvseUid, ConnectorId]:
    """The connector this conversation is about."""
    station_id, evse_uid, connector_id = context.memory["connector"]
    return StationId(station_id), EvseUid(evse_uid), ConnectorId(connector_id)
