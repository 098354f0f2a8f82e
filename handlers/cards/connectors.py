"""Connectors: how they are named and described, and which one it shall be."""

import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from bot.domain.ids import ConnectorId, EvseUid, StationId
from bot.domain.station import Connector, Evse, Station, Status
from bot.services.offers import Offer
from bot.services.stations import StationView
from handlers.cards.screen import Press, Screen, label, lines, stacked
from handlers.cards.tariffs import price_line
from handlers.escape import cut
from handlers.texts import Html, Words, msg

MOST_CONNECTORS: Final = 10
NAME: Final = 80
"""UTF-16 units of a station's name, address or city."""

IDENTIFIER: Final = 50
"""Likewise; the longest that OCPI has is 48."""

LONG_LABEL: Final = 60
"""A button that must tell connectors apart may wrap."""

_PLUGS = {
    "IEC_62196_T1": msg("Type 1"),
    "IEC_62196_T1_COMBO": msg("CCS (type 1)"),
    "IEC_62196_T2": msg("Type 2"),
    "IEC_62196_T2_COMBO": "CCS",
    "IEC_62196_T3A": msg("Type 3A"),
    "IEC_62196_T3C": msg("Type 3C"),
    "CHADEMO": "CHAdeMO",
    "GBT_AC": "GB/T AC",
    "GBT_DC": "GB/T DC",
    "MCS": "MCS",
    "SAE_J3400": "NACS",
    "TESLA_R": "Tesla Roadster",
    "TESLA_S": "Tesla",
}
_STATUS = {
    Status.AVAILABLE: msg("free"),
    Status.BLOCKED: msg("blocked"),
    Status.CHARGING: msg("in use"),
    Status.INOPERATIVE: msg("out of service"),
    Status.OUTOFORDER: msg("out of order"),
    Status.RESERVED: msg("reserved"),
    Status.UNKNOWN: msg("status unknown"),
}


def plug(words: Words, connector: Connector) -> Html:
    """What drivers call the plug, and whether the cable is on the station: "Type 2 socket", "CCS cable"."""
    known = _PLUGS.get(connector.standard)
    name = words(known) if known else cut(connector.standard.replace("_", " ").capitalize(), 30)
    return words("{plug} cable", plug=name) if connector.cable else words("{plug} socket", plug=name)


def status(words: Words, station: Station, evse: Evse, now: datetime) -> Html:
    """The status, and when its operator last told it."""
    word = words(_STATUS.get(evse.status, _STATUS[Status.UNKNOWN]))
    age = words.ago(max(timedelta(), now - station.told_at(evse)))
    return words("{status}, told {age}", status=word, age=age)


def status_word(evse: Evse) -> str:
    """The sentence for the status."""
    return _STATUS.get(evse.status, _STATUS[Status.UNKNOWN])


def connector_line(words: Words, offer: Offer, now: datetime) -> Html:
    return lines(
        "",
        words(
            "<b>{identifier}</b> · {plug} · {power}",
            identifier=_name(words, offer),
            plug=plug(words, offer.connector),
            power=power(words, offer.connector),
        ),
        status(words, offer.station, offer.evse, now),
        price_line(words, offer, now),
    )


def power(words: Words, connector: Connector) -> Html | str:
    return words.kilowatts(connector.watts) if connector.watts else words("unknown power")


def _name(words: Words, offer: Offer) -> Html | str:
    return cut(offer.identifier, IDENTIFIER) if offer.identifier else words("no identifier known")


def and_more(words: Words, number: int) -> Html | None:
    """Nobody may think that a list is whole when it is not."""
    rest = number - MOST_CONNECTORS
    if rest <= 0:
        return None
    said = words.many("… and {number} more.", "… and {number} more.", rest)
    return lines("", said, words("You can also type the identifier on the connector."))


def connector_list(words: Words, view: StationView, now: datetime) -> Screen:
    """Which connector: one button each, the free ones first."""
    words = words.at(view.station.time_zone)
    startable = [offer for offer in view.offers if offer.evse.startable]
    shown = startable[:MOST_CONNECTORS]
    presses = [Press(_connector_label(words, offer), "connector.choose", subject(offer)) for offer in shown]
    text = lines(
        words("<b>Which connector at {name}?</b>", name=cut(view.station.title, NAME)),
        *(connector_line(words, offer, now) for offer in shown),
        and_more(words, len(startable)),
    )
    return Screen(text, (*stacked(presses), (Press(str(words("« Back")), "station.show", view.station.id),)))


def _connector_label(words: Words, offer: Offer) -> str:
    name, state = label(_name(words, offer), 24), words(_STATUS.get(offer.evse.status, _STATUS[Status.UNKNOWN]))
    return label(f"{name} · {label(plug(words, offer.connector), 20)} · {label(state)}", LONG_LABEL)


def subject(offer: Offer) -> str:
    """The connector as a button's subject."""
    return connector_subject(offer.station, offer.evse, offer.connector)


def connector_subject(station: Station, evse: Evse, connector: Connector) -> str:
    """As JSON, since operators may write anything into their ids."""
    return json.dumps([station.id, evse.uid, connector.id])


def connector_in(subject: str) -> tuple[StationId, EvseUid, ConnectorId]:
    """The connector that a button's subject names."""
    station_id, evse_uid, connector_id = json.loads(subject)
    return StationId(station_id), EvseUid(evse_uid), ConnectorId(connector_id)


def choices(words: Words, typed: str, hits: Sequence[tuple[Station, Evse]], example: str = "") -> Screen:
    """Several charge points fit what was typed, or none; `example` is how identifiers look where the driver stands."""
    if not any(evse.connectors for _, evse in hits):
        return Screen(
            lines(
                words("I know no connector <code>{typed}</code>.", typed=cut(typed, IDENTIFIER)),
                words("Identifiers there look like <code>{example}</code>.", example=example) if example else None,
                words("Please compare it with the sticker, or share your location and choose from the list."),
            ),
        )
    presses = [
        Press(
            _hit_label(words, station, evse, connector), "connector.choose", connector_subject(station, evse, connector)
        )
        for station, evse in hits
        for connector in evse.connectors
    ]
    text = words("Several connectors fit <code>{typed}</code>. Which one?", typed=cut(typed, IDENTIFIER))
    return Screen(text, stacked(presses[:MOST_CONNECTORS]))


def _hit_label(words: Words, station: Station, evse: Evse, connector: Connector) -> str:
    """Where two plugs share an identifier, the plug tells them apart; else the place does."""
    name = label(evse.evse_id or evse.physical_reference or "?", 24)
    rest = plug(words, connector) if len(evse.connectors) > 1 else station.title
    return label(f"{name} · {label(rest)}", LONG_LABEL)
