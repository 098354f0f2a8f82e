"""A station as a pin on the map: a tap on it opens whichever map the driver's phone has."""

import logging
from typing import Any

from telegram import Update
from telegram.error import TelegramError

from bot.domain.errors import Refused
from bot.domain.ids import StationId
from bot.domain.station import Station
from handlers.cards.stations import whereabouts
from handlers.escape import clean, cut
from handlers.telegram.services import DriverContext
from handlers.telegram.show import say, tell_refusal, words_for
from handlers.telegram.wire.limiter import Throttled
from handlers.telegram.wire.outgoing import Unreachable

log = logging.getLogger(__name__)

PATIENCE = 5.0
LONGEST = 128


async def send(update: Update, context: DriverContext) -> None:
    """The pin, below the card; where it cannot be sent in time, the address in words."""
    del update
    try:
        view = await context.services.stations.view(StationId(context.button.subject))
    except Refused as refused:
        await tell_refusal(context, refused)
        return
    try:
        await context.outgoing.post("sendVenue", context.chat_id, _venue(view.station), patience=PATIENCE)
    except (Throttled, Unreachable, TelegramError) as error:
        log.info("a pin could not be shown: %s", error)
        await say(context, whereabouts(words_for(context), view.station))


def _venue(station: Station) -> dict[str, Any]:
    """These words carry no markup; Telegram takes neither of them empty."""
    where = ", ".join(part for part in (station.address, station.city) if part)
    return {
        "latitude": station.point.lat,
        "longitude": station.point.lon,
        "title": _line(station.title),
        "address": _line(where) or f"{station.point.lat}, {station.point.lon}",
    }


def _line(text: str) -> str:
    return cut(clean(text), LONGEST)
