"""Inline mode: stations for any chat, found by place, name, identifier or where one stands; never anything to start."""

import logging
import re
from collections.abc import Sequence
from datetime import timedelta
from typing import Any, Final

from telegram import InlineKeyboardButton, InlineKeyboardMarkup, Location, Update
from telegram.constants import ParseMode
from telegram.error import BadRequest, TelegramError
from telegram.ext import BaseHandler

from bot.domain.errors import Refused
from bot.domain.ids import StationId
from bot.domain.links import HERE, NamedStation, named, station_payload
from bot.domain.station import Point
from bot.services.stations import StationView
from handlers.cards.anywhere import Entry, charge_entry, station_entry
from handlers.telegram.driver.link import address
from handlers.telegram.pacer import Pacer
from handlers.telegram.services import DriverContext
from handlers.telegram.show import words_for
from handlers.telegram.wire.outgoing import NO_PREVIEW
from handlers.texts import Words, refusal

log = logging.getLogger(__name__)

OWN: Final = "my"
MOST: Final = 10
REMEMBERED_FOR: Final = 10
"""Seconds that Telegram may show the same answer to the same person."""

MESSAGE_EVERY: Final = timedelta(seconds=5)
PERSON_EVERY: Final = timedelta(seconds=1)
LONGEST_DATA: Final = 64
_DATA: Final = re.compile(r"@([a-z]{2})(s-.+)")
_SAME: Final = "message is not modified"

Results = list[dict[str, Any]]


class PressedElsewhere(BaseHandler[Update, Any, None]):
    """A press under a message that somebody sent by inline mode; all it can name is a public station."""

    def check_update(self, update: object) -> bool:
        press = update.callback_query if isinstance(update, Update) else None
        return press is not None and press.inline_message_id is not None and _station_in(press.data) is not None


class Anywhere:
    """What is typed behind our name, and the refreshing of what was sent."""

    def __init__(self) -> None:
        self._messages = Pacer(MESSAGE_EVERY)
        self._people = Pacer(PERSON_EVERY)

    async def typed(self, update: Update, context: DriverContext) -> None:
        """Answer with stations; one's own charge is shown to oneself alone."""
        query, words = update.inline_query, words_for(context)
        if query is None:
            return
        text = query.query.strip()
        if text.casefold() == OWN:
            look = await context.services.following.of_driver(context.driver_id)
            entry = charge_entry(words, look)
            results = [_article("my", entry)] if entry else []
            offer = None if entry else words("No charge is running: open the chat")
            await _answer(context, query.id, results, offer, seconds=0)
            return
        results = await _stations(context, words, text, query.location)
        nothing = words("No station found: search in the chat") if text else words("Find a station in the chat")
        # Telegram remembers words and not where they were typed.
        seconds = REMEMBERED_FOR if text and query.location is None else 0
        await _answer(context, query.id, results, None if results else nothing, seconds=seconds)

    async def refresh(self, update: Update, context: DriverContext) -> None:
        """Show the station as it is now, for anybody who sees the message, in the language it was sent in."""
        press, words = update.callback_query, words_for(context)
        named_station = _station_in(press.data) if press else None
        if press is None or press.inline_message_id is None or named_station is None:
            return
        language, station_id = named_station
        if not (
            self._people.allows(str(context.driver_id), context.now)
            and self._messages.allows(press.inline_message_id, context.now)
        ):
            await context.answer(words("That was refreshed just now. Please wait a moment."))
            return
        await context.services.stations.freshen(station_id)
        try:
            view = await context.services.stations.view(station_id)
        except Refused as refused:
            await context.answer(refusal(words, refused), alert=True)
            return
        changed = await _edit(context, press.inline_message_id, Words(language), view)
        await context.answer("" if changed else words("Nothing has changed."))


async def _stations(context: DriverContext, words: Words, text: str, location: Location | None) -> Results:
    """Those with this identifier, else with this name; with nothing typed, the nearest."""
    stations = context.services.stations
    point = Point(location.latitude, location.longitude) if location else None
    if not text:
        nearby = await stations.near(point, limit=MOST) if point else ()
    else:
        ids = dict.fromkeys(station.id for station, _ in await stations.by_identifier(text))
        if ids:
            return _articles(context, words, [(await stations.view(station_id), 0.0) for station_id in ids])
        nearby = await stations.by_text(text, point, limit=MOST)
    return _articles(context, words, [(StationView(hit.found.station, hit.offers), hit.found.metres) for hit in nearby])


def _articles(context: DriverContext, words: Words, found: Sequence[tuple[StationView, float]]) -> Results:
    return [
        _article(
            str(number),
            station_entry(words, view.station, view.offers, context.now, metres),
            _keyboard(context, words, view.station.id),
        )
        for number, (view, metres) in enumerate(found)
    ]


def _article(key: str, entry: Entry, keyboard: InlineKeyboardMarkup | None = None) -> dict[str, Any]:
    content = {"message_text": entry.text, "parse_mode": ParseMode.HTML, "link_preview_options": NO_PREVIEW}
    article = {"type": "article", "id": key, "title": entry.title, "description": entry.description}
    shown = {"reply_markup": keyboard.to_dict()} if keyboard else {}
    return {**article, "input_message_content": content, **shown}


def _keyboard(context: DriverContext, words: Words, station_id: StationId) -> InlineKeyboardMarkup | None:
    """An id that is too long for a link has neither button."""
    payload = station_payload(station_id)
    if payload is None:
        return None
    opened = InlineKeyboardButton(str(words("Open in the bot")), url=address(context.bot.username, payload))
    data = f"@{words.locale.language}{payload}"
    if len(data) > LONGEST_DATA:
        return InlineKeyboardMarkup([[opened]])
    return InlineKeyboardMarkup([[InlineKeyboardButton(str(words("Refresh")), callback_data=data), opened]])


def _station_in(data: str | None) -> tuple[str, StationId] | None:
    """The language and the station that a button of ours names."""
    match = _DATA.fullmatch(data or "")
    target = named(match[2]) if match else None
    return (match[1], target.station_id) if match and isinstance(target, NamedStation) else None


async def _answer(context: DriverContext, query_id: str, results: Results, button: str | None, *, seconds: int) -> None:
    """Words are in the language of who asks, so nobody else is shown this answer."""
    opens = {"text": button, "start_parameter": HERE} if button else None
    try:
        await context.bot.call(
            "answerInlineQuery",
            inline_query_id=query_id,
            results=results,
            button=opens,
            cache_time=seconds,
            is_personal=True,
        )
    except BadRequest as error:
        log.debug("somebody typed on before the answer came: %s", error)


async def _edit(context: DriverContext, message_id: str, words: Words, view: StationView) -> bool:
    """Whether there was anything new to show."""
    entry = station_entry(words, view.station, view.offers, context.now)
    keyboard = _keyboard(context, words, view.station.id)
    try:
        await context.bot.call(
            "editMessageText",
            inline_message_id=message_id,
            text=entry.text,
            parse_mode=ParseMode.HTML,
            link_preview_options=NO_PREVIEW,
            reply_markup=keyboard.to_dict() if keyboard else None,
        )
    except TelegramError as error:
        if _SAME not in error.message.lower():
            log.info("a message in another chat could not be refreshed: %s", error)
        return False
    return True
