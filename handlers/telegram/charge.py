"""The price before the start, and the start itself."""

from datetime import datetime

from telegram import Update

from bot.domain.errors import Refused, Why
from bot.domain.ids import ConnectorId, EvseUid, StationId
from bot.domain.tariff_json import tariff_from_json, tariff_to_json
from bot.services.charging import Wish
from bot.services.costs import example
from bot.services.offers import Offer
from handlers.cards import prices
from handlers.cards.screen import Press
from handlers.telegram.conversation import END
from handlers.telegram.services import DriverContext
from handlers.telegram.show import tell_refusal, turn_into, words_for
from handlers.telegram.states import LOOKING, PRICED
from handlers.texts import refusal


async def show_price(context: DriverContext) -> str:
    """Every component of the price, as the operator has told it; what was shown is remembered as what is agreed."""
    try:
        offer = await _offer(context)
    except Refused as refused:
        await tell_refusal(context, refused)
        return LOOKING
    context.memory["tariff"] = None if offer.tariff is None else tariff_to_json(offer.tariff)
    context.memory["shown_at"] = context.now.isoformat()
    worked = example(offer.tariff, context.now, offer.station.time_zone)
    await turn_into(context, prices.price_card(words_for(context), offer, worked, context.now))
    return PRICED


async def unknown_price(update: Update, context: DriverContext) -> str:
    """An unknown price needs a yes of its own."""
    del update
    offer = await _offer(context)
    context.memory["shown_at"] = context.now.isoformat()
    await turn_into(context, prices.confirm_unknown(words_for(context), offer))
    return PRICED


async def start(update: Update, context: DriverContext) -> str:
    """The press: from here on the charge exists, and this message is its live card."""
    del update
    try:
        await context.services.charging.start(_wish(context))
    except Refused as refused:
        return await _refused(context, refused)
    return END


async def _refused(context: DriverContext, refused: Refused) -> str:
    if refused.why in {Why.TARIFF_CHANGED, Why.TOO_LATE}:
        await context.reply(refusal(words_for(context), refused))
        return await show_price(context)
    words = words_for(context)
    await tell_refusal(context, refused, [(Press(str(words("« Back")), "identify.again"),)])
    return PRICED


def _wish(context: DriverContext) -> Wish:
    memory = context.memory
    tariff = memory.get("tariff")
    return Wish(
        driver_id=context.driver_id,
        station_id=StationId(memory["connector"][0]),
        evse_uid=EvseUid(memory["connector"][1]),
        connector_id=ConnectorId(memory["connector"][2]),
        tariff=None if tariff is None else tariff_from_json(tariff),
        shown_at=datetime.fromisoformat(memory["shown_at"]),
        message_id=context.message_id,
        button=context.button.key,
    )


async def _offer(context: DriverContext) -> Offer:
    station_id, evse_uid, connector_id = context.memory["connector"]
    return await context.services.stations.offer(StationId(station_id), EvseUid(evse_uid), ConnectorId(connector_id))
