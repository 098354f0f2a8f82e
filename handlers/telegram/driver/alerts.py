"""Tell me when it is free: one tap on a busy place, listed under /favourites, ended with one tap."""

from datetime import timedelta

from telegram import Update

from bot.domain.alert import HOURS
from bot.domain.errors import Refused
from bot.services.alerts import Wanted
from handlers.cards import alerts as cards
from handlers.telegram.driver.start import meet
from handlers.telegram.services import DriverContext
from handlers.telegram.show import say, tell_refusal, turn_into, words_for


async def add(update: Update, context: DriverContext) -> None:
    """From now on, or for longer; what is free already is said at once."""
    del update
    await meet(context)
    (station_id, evse_uid, connector_id), hours = cards.subject_in(context.button.subject)
    plugs = () if evse_uid else (await context.services.preferences.of(context.driver_id)).filters.plugs
    lasting = timedelta(hours=hours if hours in HOURS else cards.DEFAULT_HOURS)
    wanted = Wanted(station_id, evse_uid, connector_id, plugs)
    try:
        alert = await context.services.alerts.add(context.driver_id, wanted, lasting)
    except Refused as refused:
        await tell_refusal(context, refused, cards.alerts_row(words_for(context), await _count(context)))
        return
    if alert is None:
        await context.answer(cards.free_already(words_for(context)))
    else:
        await turn_into(context, cards.waiting(words_for(context), alert))


async def remove(update: Update, context: DriverContext) -> None:
    await meet(context)
    (station_id, evse_uid, _), _ = cards.subject_in(context.button.subject)
    await context.services.alerts.remove(context.driver_id, station_id, evse_uid)
    await show(update, context)


async def show(update: Update, context: DriverContext) -> None:
    """What is looked after."""
    del update
    known = await context.services.alerts.of(context.driver_id)
    await turn_into(context, cards.all_alerts(words_for(context), known))


async def command(update: Update, context: DriverContext) -> None:
    """/alerts: likewise, in a new message."""
    del update
    await meet(context)
    known = await context.services.alerts.of(context.driver_id)
    await say(context, cards.all_alerts(words_for(context), known))


async def _count(context: DriverContext) -> int:
    return len(await context.services.alerts.of(context.driver_id))
