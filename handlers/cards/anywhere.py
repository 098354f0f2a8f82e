"""What is shown of a station, or of one's own charge, in any other chat: public facts, and whose word they are."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.domain.charge import RUNNING
from bot.domain.station import Station
from bot.domain.watch.readings import absurd
from bot.services.following import Look
from bot.services.offers import Offer
from handlers.cards.connectors import NAME
from handlers.cards.screen import label, lines
from handlers.cards.stations import address, headline, occupation
from handlers.cards.tariffs import price_line
from handlers.escape import cut, plain
from handlers.texts import Html, Words

LONGEST_TITLE = 80


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the list that opens while somebody types, and the message that choosing it sends."""

    title: str
    description: str
    text: Html


def station_entry(words: Words, station: Station, offers: Sequence[Offer], now: datetime, metres: float = 0.0) -> Entry:
    """One station: how many are free, its power and price, and when its operator said so."""
    words = words.at(station.time_zone)
    title: str | Html = station.title
    if metres:
        title = words("{name} · {distance}", name=cut(station.title, NAME), distance=words.distance(metres))
    free, price = occupation(words, station), price_line(words, headline(offers), now)
    told = max((station.told_at(evse) for evse in station.present), default=now)
    text = lines(
        words("<b>{name}</b>", name=cut(station.title, NAME)),
        address(words, station),
        "",
        free,
        price,
        words("As of {moment}", moment=words.exactly(told)),
    )
    return Entry(label(title, LONGEST_TITLE), "\n".join((plain(free), plain(price))), text)


def charge_entry(words: Words, look: Look | None) -> Entry | None:
    """The driver's own charge while it runs: no money, nothing to press."""
    if look is None or look.charge.state not in RUNNING:
        return None
    words = words.at(look.charge.place.time_zone)
    session = look.session
    if session is None or absurd(session):
        meter = words("No data from the station yet.")
    else:
        span = words.duration(session.last_updated - session.start)
        meter = words("<b>{kwh}</b> in {span}", kwh=words.kwh(session.kwh), span=span)
    text = lines(
        words("⚡ <b>Charging</b>"),
        words("<b>{name}</b>", name=cut(look.charge.place.title, NAME)),
        meter,
        words("As of {moment}", moment=words.exactly(look.charge.heard_at or look.now)),
    )
    return Entry(str(words("My charge")), plain(meter), text)
