"""Finding: the first question, the list of stations, and one station with its connectors."""

import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from bot.domain.driver import Filters
from bot.domain.ids import ConnectorId, EvseUid
from bot.domain.phone import dialled
from bot.domain.station import Point, Station, Status
from bot.services.offers import Offer
from bot.services.stations import NEAREST, Nearby, StationView
from handlers.cards.alerts import alert_press
from handlers.cards.connectors import MOST_CONNECTORS, NAME, and_more, connector_line
from handlers.cards.elsewhere import alternatives_press
from handlers.cards.favourites import favourite_press, station_subject
from handlers.cards.filters import filter_press, in_words
from handlers.cards.opening import opening_hours
from handlers.cards.parking import accessible_parking
from handlers.cards.screen import Link, Press, Row, Screen, Style, label, lines, stacked
from handlers.cards.tariffs import price_line
from handlers.escape import cut, esc
from handlers.texts import Html, Words, msg

STALE: Final = timedelta(hours=1)
"""A list says how old its numbers are when nobody has told them for so long."""

DIRECTIONS: Final = 400


def welcome(words: Words, first_name: str) -> Screen:
    """The greeting and the first question."""
    hello = words("Hello {name}. I start, watch and stop your charge from this chat.", name=first_name)
    return Screen(lines(hello, "", where(words).text))


def where(words: Words) -> Screen:
    """The first question."""
    return Screen(
        lines(
            words("<b>Where is your car?</b>"),
            words("Share your location, or type the identifier on the charging station, for example NL*HAV*E0421*1."),
            words("The name or the address of a station will do as well."),
        ),
    )


def nearby(
    words: Words, found: Sequence[Nearby], now: datetime, filters: Filters, skip: int = 0, network: str = ""
) -> Screen:
    """The nearest stations after the first `skip`, a page of them; which filters act stands above.

    One more than a page holds is not shown: it says that there are more.
    """
    startable_only = filters.startable
    acting = in_words(words, filters, network)
    below = (*_toggle(words, startable_only=startable_only), (filter_press(words),))
    if not found:
        if startable_only:
            text = words("I know no station within 80 km of there that you can start from this chat.")
            return Screen(lines(text, acting), below)
        return Screen(
            lines(words("I know no charging station within 80 km of there."), acting), below if acting else ()
        )
    heading = (
        words("<b>Nearest stations that you can start from this chat</b>")
        if startable_only
        else words("<b>Nearest stations</b>")
    )
    entries, presses = _page(words, found, now, skip)
    more = _more(words, found, "find.more", str(skip + NEAREST))
    return Screen(lines(heading, acting, *entries), (*stacked(presses), *more, *below))


def named(words: Words, found: Sequence[Nearby], now: datetime, typed: str, skip: int = 0) -> Screen:
    """Stations whose name or address was typed, likewise."""
    entries, presses = _page(words, found, now, skip)
    more = _more(words, found, "find.more_named", json.dumps([cut(typed, NAME), skip + NEAREST]))
    return Screen(lines(words("<b>Stations by that name</b>"), *entries), (*stacked(presses), *more))


def _page(words: Words, found: Sequence[Nearby], now: datetime, skip: int) -> tuple[list[Html], list[Press]]:
    """Entries and buttons, numbered on from the page before."""
    numbered = list(enumerate(found[:NEAREST], skip + 1))
    presses = [
        Press(label(f"{number}. {hit.found.station.title}"), "station.show", hit.found.station.id)
        for number, hit in numbered
    ]
    return [_entry(words, number, hit, now) for number, hit in numbered], presses


def _more(words: Words, found: Sequence[Nearby], action: str, subject: str) -> tuple[Row, ...]:
    return ((Press(str(words("Show more")), action, subject, ttl=None),),) if len(found) > NEAREST else ()


def named_in(subject: str) -> tuple[str, int]:
    """What was typed, and how many of the stations found by it were shown."""
    typed, skip = json.loads(subject)
    return str(typed), int(skip)


def _toggle(words: Words, *, startable_only: bool) -> tuple[Row, ...]:
    if startable_only:
        return ((Press(str(words("Show all stations")), "find.all"),),)
    return ((Press(str(words("Only startable here")), "find.startable"),),)


def _entry(words: Words, number: int, hit: Nearby, now: datetime) -> Html:
    station = hit.found.station
    words = words.at(station.time_zone)
    return lines(
        "",
        words(
            "<b>{number}. {name}</b> · {distance}",
            number=number,
            name=cut(station.title, NAME),
            distance=words.distance(hit.found.metres),
        )
        if hit.found.metres
        else words(
            "<b>{number}. {name}</b> · {place}",
            number=number,
            name=cut(station.title, NAME),
            place=cut(station.city or station.address, NAME),
        ),
        occupation(words, station),
        _if_stale(words, station, now),
        price_line(words, headline(hit.offers), now),
        _how_to_start(words, station),
    )


def _how_to_start(words: Words, station: Station) -> Html:
    """From here, or why not: in words, since nobody sees a colour."""
    if any(evse.startable for evse in station.present):
        return words("Start from this chat")
    if any(evse.barred for evse in station.present):
        return words("Card or terminal only: its network is not switched on here")
    return words("Card or terminal only: the operator lets nobody start from a chat")


def occupation(words: Words, station: Station) -> Html:
    """How many are free; what nobody knows is neither free nor taken."""
    present = station.present
    facts = {"free": sum(evse.free for evse in present), "total": len(present)}
    unknown = sum(evse.status is Status.UNKNOWN for evse in present)
    if unknown == len(present):
        said = words.many("{number} charge point, status unknown", "{number} charge points, status unknown", unknown)
    elif unknown:
        said = words("{free} of {total} free, {unknown} unknown", unknown=unknown, **facts)
    else:
        said = words("{free} of {total} free", **facts)
    strongest = max((evse.watts for evse in present), default=0)
    return words("{free} · up to {power}", free=said, power=words.kilowatts(strongest)) if strongest else said


def _if_stale(words: Words, station: Station, now: datetime) -> Html | None:
    """Numbers that are hours old must not look like those of this minute."""
    age = now - max((station.told_at(evse) for evse in station.present), default=now)
    return words("told {age}", age=words.ago(age)) if age > STALE else None


def headline(offers: Sequence[Offer]) -> Offer | None:
    """The offer whose price stands for the station: the strongest that is free and startable, else the first."""
    usable = [offer for offer in offers if offer.evse.startable]
    free = [offer for offer in usable if offer.evse.free]
    return next(iter(free or usable or offers), None)


def station_card(words: Words, view: StationView, now: datetime) -> Screen:
    """One station with its connectors and exactly one primary button."""
    station = view.station
    words = words.at(station.time_zone)
    startable = [offer for offer in view.offers if offer.evse.startable]
    rows: list[Row] = []
    if startable:
        rows.append((Press(str(words("⚡ Charge here")), "station.charge", station.id, style=Style.SUCCESS),))
    rows.append((Press(str(words("Refresh")), "station.refresh", station.id), map_link(words, station.point)))
    if not any(offer.evse.free for offer in startable):
        nearby_free = alternatives_press(words, json.dumps([station.id, "", ""]))
        tell = (alert_press(words, (station.id, EvseUid(""), ConnectorId(""))),) if startable else ()
        rows.append((nearby_free, *tell))
    rows.append((favourite_press(words, station_subject(station.id)), venue_press(words, station)))
    rows.append((Press(str(words("« Back to the list")), "find.back"),))
    text = lines(
        words("<b>{name}</b>", name=cut(station.title, NAME)),
        address(words, station),
        _instructions(words, station),
        opening_hours(words, station, now),
        _parking(words, station),
        accessible_parking(words, station),
        _floor(words, station),
        _phone(words, view),
        *(connector_line(words, offer, now) for offer in view.offers[:MOST_CONNECTORS]),
        and_more(words, len(view.offers)),
        None if startable else lines("", words("Not startable from this chat: use a card or the terminal there.")),
    )
    return Screen(text, tuple(rows))


def _instructions(words: Words, station: Station) -> Html | None:
    told = dict(station.directions)
    text = told.get(words.reads) or next(iter(told.values()), None)
    return words("How to find it: {text}", text=Html(esc(text, DIRECTIONS))) if text else None


_PARKING: Final = {
    "ALONG_MOTORWAY": msg("Beside a motorway"),
    "PARKING_GARAGE": msg("In a car park with several floors"),
    "PARKING_LOT": msg("In a car park"),
    "ON_DRIVEWAY": msg("On a driveway"),
    "ON_STREET": msg("On the street"),
    "UNDERGROUND_GARAGE": msg("In an underground car park"),
}


def _parking(words: Words, station: Station) -> Html | None:
    told = _PARKING.get((station.parking_type or "").upper())
    return words(told) if told else None


def _floor(words: Words, station: Station) -> Html | None:
    """The floor, where all of them are on the same one; else each connector's question says its own."""
    floors = {evse.floor_level for evse in station.present}
    floor = floors.pop() if len(floors) == 1 else None
    return words("Floor: {floor}", floor=cut(floor, NAME)) if floor else None


def _phone(words: Words, view: StationView) -> Html | None:
    """Whom to call, and whose number it is; it has its line to itself, so that a tap on it dials."""
    station = view.station
    if number := dialled(station.help_phone):
        whose = cut(station.operator or str(station.party), NAME)
        return lines(words("{name} says that its number is:", name=whose), words("{number}", number=number))
    if hotline := view.hotline:
        whose = cut(hotline.whose, NAME)
        return lines(words("Hotline of the network {name}:", name=whose), words("{number}", number=hotline.number))
    return None


def address(words: Words, station: Station) -> Html | None:
    parts = [cut(part, NAME) for part in (station.address, station.city) if part]
    return words("{address}", address=", ".join(parts)) if parts else None


def map_link(words: Words, point: Point) -> Link:
    """A map that needs no app of its own; the address is made of numbers only."""
    return Link(str(words("Directions")), f"https://www.google.com/maps/dir/?api=1&destination={point.lat},{point.lon}")


def venue_press(words: Words, station: Station) -> Press:
    return Press(str(words("Map pin")), "station.venue", station.id)


def whereabouts(words: Words, station: Station) -> Screen:
    """Where a station is, for a messenger that cannot show a pin now."""
    name = words("<b>{name}</b>", name=cut(station.title, NAME))
    return Screen(lines(name, address(words, station)), ((map_link(words, station.point),),))
