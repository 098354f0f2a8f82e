"""A photo of a sticker: its code is read here and looked for among our connectors; it is never opened as a link."""

import asyncio
import logging
from typing import Final

from telegram import Document, Message, PhotoSize, Update
from telegram.error import TelegramError

from bot.domain.station import Evse, Point, Station
from handlers.cards import codes as cards
from handlers.cards.connectors import choices
from handlers.cards.screen import Screen
from handlers.pictures.safe import BIGGEST_FILE, LONGEST_SIDE, MOST_PIXELS, Unusable
from handlers.telegram.driver import connector
from handlers.telegram.driver.start import meet
from handlers.telegram.services import DriverContext
from handlers.telegram.show import say, words_for
from handlers.telegram.states import LOOKING
from handlers.texts import Html

log = logging.getLogger(__name__)

FETCH_WITHIN: Final = 20.0
FAR: Final = 2_000.0
"""Metres; nobody shares a place so far from the station where they stand."""

Hits = list[tuple[Station, Evse]]


async def photo(update: Update, context: DriverContext) -> str | None:
    """One connector is asked about, of several one is chosen; else what to do."""
    message = update.effective_message
    await meet(context)
    words, again = words_for(context), _again_in_album(context, message)
    found = await _codes(context, _file(message))
    if isinstance(found, Screen):
        return await _answer(context, found, again=again)
    hits = await _known(context, found)
    if not hits:
        return await _answer(context, cards.unknown_code(words), again=again)
    if len(hits) == 1 and len(hits[0][1].connectors) == 1:
        station, evse = hits[0]
        return await connector.ask(context, station.id, evse.uid, evse.connectors[0].id, note=_note(context, station))
    await say(context, choices(words, hits[0][1].evse_id or "", hits))
    return LOOKING


def _note(context: DriverContext, station: Station) -> Html:
    """A warning; a strong one, if the driver has said to be somewhere else."""
    point = context.memory.get("point")
    metres = 0.0 if point is None else Point(*point).metres_to(station.point)
    words = words_for(context)
    return cards.far_from_you(words, metres) if metres > FAR else cards.from_a_photo(words)


async def _codes(context: DriverContext, file: PhotoSize | Document | None) -> tuple[str, ...] | Screen:
    """What the codes in the picture say, or what the driver reads instead."""
    words = words_for(context)
    if file is None or _declared_too_large(file):
        return cards.unusable(words)
    try:
        return await context.services.codes.read(await _fetched(context, file)) or cards.no_code(words)
    except Unusable as error:
        log.info("a picture was not read: %s", error)
        return cards.unusable(words)
    except (TelegramError, TimeoutError) as error:
        log.info("a picture was not fetched: %s", error)
        return cards.not_fetched(words)


async def _known(context: DriverContext, found: tuple[str, ...]) -> Hits:
    hits = {}
    for code in found:
        for station, evse in await context.services.stations.by_code(code):
            hits[station.id, evse.uid] = (station, evse)
    return list(hits.values())


async def _answer(context: DriverContext, screen: Screen, *, again: bool) -> str | None:
    """Of an album, what led to nothing is said once; whatever the driver is being asked stays asked."""
    if not again:
        await say(context, screen)
    return None if context.turn.state else LOOKING


def _again_in_album(context: DriverContext, message: Message | None) -> bool:
    album = message.media_group_id if message else None
    seen = album is not None and context.memory.get("album") == album
    context.memory["album"] = album
    return seen


def _file(message: Message | None) -> PhotoSize | Document | None:
    """The largest that is not too large, of the sizes that Telegram made of a photo; or the file."""
    if message is None:
        return None
    if message.photo:
        small_enough = [size for size in message.photo if not _declared_too_large(size)]
        return max(small_enough, key=lambda size: size.width * size.height, default=None)
    return message.document


def _declared_too_large(file: PhotoSize | Document) -> bool:
    width, height = getattr(file, "width", 0), getattr(file, "height", 0)
    too_many = width * height > MOST_PIXELS or max(width, height) > LONGEST_SIDE
    return too_many or (file.file_size or 0) > BIGGEST_FILE


async def _fetched(context: DriverContext, file: PhotoSize | Document) -> bytes:
    async with asyncio.timeout(FETCH_WITHIN):
        remote = await context.bot.get_file(file.file_id)
        if (remote.file_size or 0) > BIGGEST_FILE:
            raise Unusable("the file is too large")
        return bytes(await remote.download_as_bytearray())
