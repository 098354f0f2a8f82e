"""The cable in the wrong connector: the driver says whether, and goes on with the one it is in."""

from telegram import Update

from bot.domain.charge import By, Charge
from bot.domain.errors import Refused, Why
from bot.domain.ids import ChargeId
from bot.domain.station import Connector, Evse
from handlers.cards.neighbour import left_alone, moved
from handlers.telegram.conversation import END
from handlers.telegram.driver import connector
from handlers.telegram.services import DriverContext
from handlers.telegram.show import say, tell_refusal, turn_into, words_for


async def yes(update: Update, context: DriverContext) -> str:
    """Stop waiting for the one chosen, and ask about the other: nothing starts there before its price was seen."""
    del update
    charge = await _own(context)
    if charge is None or charge.care.neighbour is None:
        await tell_refusal(context, Refused(Why.NOT_YOURS))
        return END
    station = await context.services.stations.get(charge.place.station_id)
    evse = station.evse(charge.care.neighbour) if station else None
    plug = _like(charge, evse) if evse else None
    if evse is None or plug is None:
        await tell_refusal(context, Refused(Why.UNKNOWN_CONNECTOR))
        return END
    try:
        await context.services.charging.stop(context.driver_id, charge.id, By.DRIVER)
    except Refused as refused:
        await tell_refusal(context, refused)
        return END
    await say(context, moved(words_for(context), charge))
    return await connector.ask(context, charge.place.station_id, evse.uid, plug.id)


async def no(update: Update, context: DriverContext) -> None:
    """Then we wait on."""
    del update
    charge = await _own(context)
    if charge is None:
        await tell_refusal(context, Refused(Why.NOT_YOURS))
        return
    await turn_into(context, left_alone(words_for(context), charge))


async def _own(context: DriverContext) -> Charge | None:
    look = await context.services.following.look(ChargeId(context.button.subject))
    return look.charge if look is not None and look.charge.driver_id == context.driver_id else None


def _like(charge: Charge, evse: Evse) -> Connector | None:
    """The plug of the same kind, else any."""
    alike = (plug for plug in evse.connectors if plug.standard == charge.place.standard)
    return next(alike, next(iter(evse.connectors), None))
