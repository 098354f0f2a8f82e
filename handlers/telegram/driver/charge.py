"""The price before the start, and the start itself."""

import json
from datetime import datetime

from telegram import Update

from bot.domain.errors import Refused, StoreFull, Why
from bot.domain.ids import ConnectorId, EvseUid, StationId
from bot.domain.own_fee import fee_from_json, fee_to_json
from bot.domain.tariffs.tariff_json import tariff_from_json, tariff_to_json
from bot.services.charging import Wish
from bot.services.costs import example
from bot.services.networks import About
from bot.services.offers import Offer
from handlers.cards import prices
from handlers.cards.connectors import connector_in, subject
from handlers.cards.order import start_step
from handlers.telegram.conversation import END
from handlers.telegram.driver import live
from handlers.telegram.services import DriverContext
from handlers.telegram.show import guide, tell_refusal, turn_into, words_for
from handlers.telegram.states import LOOKING, PRICED
from handlers.texts import refusal


async def show_price(context: DriverContext, again: Refused | None = None) -> str:
    """Every component of the price, as the operator has told it; what was shown is remembered as what is agreed.

    `again` is why it must be seen once more.
    """
    try:
        offer = await _offer(context)
    except Refused as refused:
        await tell_refusal(context, refused)
        return LOOKING
    about = await context.services.networks.about(offer.station.party)
    if again is None and _changed_since_asked(context, offer, about):
        again = Refused(Why.TARIFF_CHANGED)
    remember(context, offer, about)
    context.memory["agreed"] = prices.agreed(offer, context.now)
    words = words_for(context)
    worked = example(offer.tariff, context.now, offer.station.time_zone)
    note = refusal(words, again) if again else None
    screen = prices.price_card(words, offer, about, worked, context.now, note)
    await turn_into(context, await guide(context, start_step(about), screen))
    return PRICED


def remember(context: DriverContext, offer: Offer, about: About) -> None:
    """The price that this driver has seen of this connector, and our fee with it."""
    context.memory["fee"] = fee_to_json(about.fee)
    context.memory["tariff"] = None if offer.tariff is None else tariff_to_json(offer.tariff)
    context.memory["priced"] = subject(offer)


def _changed_since_asked(context: DriverContext, offer: Offer, about: About) -> bool:
    """Whether the question about this very connector came with another price than it has now."""
    if context.memory.get("priced") != subject(offer):
        return False
    seen = context.memory.get("tariff")
    then = (None if seen is None else tariff_from_json(seen), fee_from_json(context.memory.get("fee")))
    return (offer.tariff, about.fee) != then


async def unknown_price(update: Update, context: DriverContext) -> str:
    """An unknown price needs a yes of its own."""
    del update
    context.memory["connector"] = list(connector_in(context.button.subject))
    try:
        offer = await _offer(context)
    except Refused as refused:
        await tell_refusal(context, refused)
        return LOOKING
    if offer.tariff is not None:
        return await show_price(context, Refused(Why.TARIFF_CHANGED))
    about = await context.services.networks.about(offer.station.party)
    remember(context, offer, about)
    context.memory["agreed"] = prices.agreed(offer, context.now)
    screen = prices.confirm_unknown(words_for(context), offer, about, context.now)
    await turn_into(context, await guide(context, start_step(about), screen))
    return PRICED


async def start(update: Update, context: DriverContext) -> str:
    """The press: from here on the charge exists, and this message is its live card.

    A button starts nothing but what it was shown with: one of an older message has its price shown again.
    """
    del update
    if context.memory.get("agreed") != context.button.subject:
        context.memory["connector"] = json.loads(context.button.subject)[:3]
        return await show_price(context, Refused(Why.TOO_LATE))
    try:
        await context.services.charging.start(_wish(context))
    except Refused as refused:
        return await _refused(context, refused)
    except StoreFull:
        return await _refused(context, Refused(Why.STORE_FULL))
    return END


async def _refused(context: DriverContext, refused: Refused) -> str:
    if refused.why in {Why.TARIFF_CHANGED, Why.TOO_LATE}:
        return await show_price(context, refused)
    if refused.why is Why.ALREADY_CHARGING:
        await tell_refusal(context, refused)
        await live.bring_back(context)
        return END
    connector = json.dumps(json.loads(context.button.subject)[:3])
    await tell_refusal(context, refused, [prices.back(words_for(context), connector)])
    return PRICED


def _wish(context: DriverContext) -> Wish:
    tariff = context.memory.get("tariff")
    station_id, evse_uid, connector_id, shown_at = json.loads(context.button.subject)
    return Wish(
        driver_id=context.driver_id,
        station_id=StationId(station_id),
        evse_uid=EvseUid(evse_uid),
        connector_id=ConnectorId(connector_id),
        tariff=None if tariff is None else tariff_from_json(tariff),
        shown_at=datetime.fromisoformat(shown_at),
        message_id=context.message_id,
        button=context.button.key,
        fee=fee_from_json(context.memory.get("fee")),
    )


async def _offer(context: DriverContext) -> Offer:
    station_id, evse_uid, connector_id = context.memory["connector"]
    return await context.services.stations.offer(StationId(station_id), EvseUid(evse_uid), ConnectorId(connector_id))
