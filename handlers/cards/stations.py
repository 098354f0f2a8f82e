"""Finding: the list of stations, one station, its connectors, and the question what the sticker says."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.domain.station import Connector, Evse, Point, Station, Status
from bot.services.offers import Offer
from bot.services.stations import Nearby, StationView
from handlers.cards.prices import price_line
from handlers.cards.screen import Link, Press, Row, Screen, Style, lines, stacked
from handlers.texts import Html, Words

MOST_CONNECTORS = 10
_PLUGS = {
    "IEC_62196_T1": "Type 1",
    "IEC_62196_T1_COMBO": "CCS (type 1)",
    "IEC_62196_T2": "Type 2",
    "IEC_62196_T2_COMBO": "CCS",
    "IEC_62196_T3A": "Type 3A",
    "IEC_62196_T3C": "Type 3C",
    "CHADEMO": "CHAdeMO",
    "GBT_AC": "GB/T AC",
    "GBT_DC": "GB/T DC",
    "MCS": "MCS",
    "SAE_J3400": "NACS",
    "TESLA_R": "Tesla Roadster",
    "TESLA_S": "Tesla",
}
_STATUS = {
    Status.AVAILABLE: "free",
    Status.BLOCKED: "blocked",
    Status.CHARGING: "in use",
    Status.INOPERATIVE: "out of service",
    Status.OUTOFORDER: "out of order",
    Status.RESERVED: "reserved",
    Status.UNKNOWN: "status unknown",
}


def plug(words: Words, connector: Connector) -> str:
    """What drivers call the plug, and whether the cable is on the station: "Type 2 socket", "CCS cable"."""
    name = _PLUGS.get(connector.standard) or connector.standard.replace("_", " ").capitalize()
    return str(words("{plug} cable", plug=name) if connector.cable else words("{plug} socket", plug=name))


def status(words: Words, station: Station, evse: Evse, now: datetime) -> Html:
    """The status, and when its operator last told it."""
    word = words(_STATUS.get(evse.status, "status unknown"))
    age = words.ago(max(timedelta(), now - station.told_at(evse)))
    return words("{status}, told {age}", status=word, age=age)


def welcome(words: Words, first_name: str) -> Screen:
    return Screen(
        lines(
            words("Hello {name}. I start, watch and stop your charge from this chat.", name=first_name),
            "",
            words("<b>Where is your car?</b>"),
            words("Share your location, or type the identifier on the charging station, for example NL*HAV*E0421*1."),
        ),
    )


def nearby(words: Words, found: Sequence[Nearby], now: datetime, *, startable_only: bool) -> Screen:
    """The nearest stations, one button each."""
    if not found:
        text = words("I know no charging station within 80 km of there.")
        return Screen(text, _toggle(words, startable_only=startable_only) if startable_only else ())
    heading = (
        words("<b>Nearest stations that you can start from this chat</b>")
        if startable_only
        else words("<b>Nearest stations</b>")
    )
    entries = [_entry(words, number, hit, now) for number, hit in enumerate(found, 1)]
    presses = [
        Press(f"{number}. {hit.found.station.title}"[:40], "station.show", hit.found.station.id)
        for number, hit in enumerate(found, 1)
    ]
    return Screen(lines(heading, *entries), (*stacked(presses), *_toggle(words, startable_only=startable_only)))


def _toggle(words: Words, *, startable_only: bool) -> tuple[Row, ...]:
    if startable_only:
        return ((Press(str(words("Show all stations")), "find.all"),),)
    return ((Press(str(words("Only startable here")), "find.startable"),),)


def _entry(words: Words, number: int, hit: Nearby, now: datetime) -> Html:
    station = hit.found.station
    words = words.at(station.time_zone)
    present = station.present
    strongest = max((evse.watts for evse in present), default=0)
    startable = any(evse.startable for evse in present)
    return lines(
        "",
        words(
            "<b>{number}. {name}</b> · {distance}",
            number=number,
            name=station.title,
            distance=words.distance(hit.found.metres),
        ),
        words(
            "{free} of {total} free · up to {power}",
            free=sum(evse.free for evse in present),
            total=len(present),
            power=words.kilowatts(strongest) if strongest else words("unknown power"),
        ),
        price_line(words, _headline(hit.offers), now),
        None if startable else words("Card or terminal only: not startable from this chat"),
    )


def _headline(offers: Sequence[Offer]) -> Offer | None:
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
    rows.append((Press(str(words("« Back to the list")), "find.back"),))
    text = lines(
        words("<b>{name}</b>", name=station.title),
        words("{address}, {city}", address=station.address, city=station.city) if station.address else None,
        _instructions(words, station),
        *(_connector_line(words, offer, now) for offer in view.offers[:MOST_CONNECTORS]),
        None if startable else lines("", words("Not startable from this chat: use a card or the terminal there.")),
    )
    return Screen(text, tuple(rows))


def _instructions(words: Words, station: Station) -> Html | None:
    told = dict(station.directions)
    text = told.get(words.locale.language) or next(iter(told.values()), None)
    return words("How to find it: {text}", text=text) if text else None


def map_link(words: Words, point: Point) -> Link:
    """A map that needs no app of its own; the address is made of numbers only."""
    return Link(str(words("Directions")), f"https://www.google.com/maps/dir/?api=1&destination={point.lat},{point.lon}")


def _connector_line(words: Words, offer: Offer, now: datetime) -> Html:
    return lines(
        "",
        words(
            "<b>{identifier}</b> · {plug} · {power}",
            identifier=_name(words, offer),
            plug=plug(words, offer.connector),
            power=_power(words, offer.connector),
        ),
        status(words, offer.station, offer.evse, now),
        price_line(words, offer, now),
    )


def _power(words: Words, connector: Connector) -> Html | str:
    return words.kilowatts(connector.watts) if connector.watts else words("unknown power")


def _name(words: Words, offer: Offer) -> Html | str:
    return offer.identifier or words("no identifier known")


def connector_list(words: Words, view: StationView, now: datetime) -> Screen:
    """Which connector: one button each, the free ones first."""
    words = words.at(view.station.time_zone)
    startable = [offer for offer in view.offers if offer.evse.startable][:MOST_CONNECTORS]
    presses = [
        Press(
            f"{_name(words, offer)} · {plug(words, offer.connector)} · {words(_STATUS.get(offer.evse.status, '?'))}",
            "connector.choose",
            subject(offer),
        )
        for offer in startable
    ]
    text = lines(
        words("<b>Which connector at {name}?</b>", name=view.station.title),
        *(_connector_line(words, offer, now) for offer in startable),
    )
    return Screen(text, (*stacked(presses), (Press(str(words("« Back")), "station.show", view.station.id),)))


def subject(offer: Offer) -> str:
    """The connector as a button's subject; ids may hold any character but a line break."""
    return connector_subject(offer.station, offer.evse, offer.connector)


def connector_subject(station: Station, evse: Evse, connector: Connector) -> str:
    return f"{station.id}\n{evse.uid}\n{connector.id}"


def identify(words: Words, offer: Offer) -> Screen:
    """The identifier exactly as printed, to be confirmed; where none is known, that is said."""
    words = words.at(offer.station.time_zone)
    where = words(
        "{plug}, {power}, at {name}",
        plug=plug(words, offer.connector),
        power=_power(words, offer.connector),
        name=offer.station.title,
    )
    if offer.identifier is None:
        text = lines(
            words("<b>The operator does not tell what is printed on this connector.</b>"),
            where,
            _floor(words, offer),
            words("Please make sure that you stand in front of this one."),
        )
        yes = words("I am sure: this one")
    else:
        text = lines(
            words("<b>Does the station say this?</b>"),
            "",
            words("<code>{identifier}</code>", identifier=offer.identifier),
            _full_identifier(words, offer),
            "",
            where,
            _floor(words, offer),
        )
        yes = words("Yes, it says this")
    return Screen(
        text,
        (
            (Press(str(yes), "identify.yes", style=Style.SUCCESS),),
            (Press(str(words("No, something else")), "identify.no"),),
            (Press(str(words("Where do I find it?")), "identify.where"),),
            (Press(str(words("« Back")), "station.charge", offer.station.id),),
        ),
    )


def _full_identifier(words: Words, offer: Offer) -> Html | None:
    """A sticker may be short, and some stations show the long form beside it."""
    full = offer.evse.evse_id
    return words("(in full: {full})", full=full) if full and full != offer.identifier else None


def _floor(words: Words, offer: Offer) -> Html | None:
    return words("Floor: {floor}", floor=offer.evse.floor_level) if offer.evse.floor_level else None


def where_to_look(words: Words, offer: Offer) -> Screen:
    """Help that keeps the driver's place in the conversation."""
    text = lines(
        words("<b>Where is the identifier?</b>"),
        words("• On a sticker beside or above the connector, often next to a QR code."),
        words("• On the station's display, while nobody is charging."),
        words("• On a plate on the side of the station; on shared posts each side has its own."),
        words("It looks like {example}.", example=offer.identifier) if offer.identifier else None,
        words("Small differences such as spaces, dashes or stars do not matter."),
    )
    return Screen(text, ((Press(str(words("« Back to the question")), "identify.again"),),))


def ask_to_type(words: Words) -> Screen:
    text = words("Please type what the station says, as it is printed. I will find that connector.")
    return Screen(text, ((Press(str(words("« Back to the question")), "identify.again"),),))


def choices(words: Words, typed: str, hits: Sequence[tuple[Station, Evse]]) -> Screen:
    """Several charge points fit what was typed, or none."""
    if not hits:
        return Screen(
            lines(
                words("I know no connector <code>{typed}</code>.", typed=typed[:60]),
                words("Please compare it with the sticker, or share your location and choose from the list."),
            ),
        )
    presses = [
        Press(
            f"{evse.evse_id or evse.physical_reference} · {station.title}"[:60],
            "connector.choose",
            connector_subject(station, evse, connector),
        )
        for station, evse in hits
        for connector in evse.connectors[:2]
    ]
    return Screen(words("Several connectors fit <code>{typed}</code>. Which one?", typed=typed[:60]), stacked(presses))
