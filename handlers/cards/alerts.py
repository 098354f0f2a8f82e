"""Being told when a busy place is free: asking for it, what is asked for, and the two messages that come of it."""

import json
from collections.abc import Mapping, Sequence
from typing import Final

from bot.domain.alert import HOURS, Alert
from bot.domain.ids import ConnectorId, EvseUid, StationId
from bot.services.alerts import FREED
from handlers.cards.connectors import IDENTIFIER, NAME
from handlers.cards.elsewhere import alternatives_press
from handlers.cards.screen import Press, Row, Screen, Style, label, lines, look_again, stacked
from handlers.escape import cut
from handlers.texts import Html, Words

Place = tuple[StationId, EvseUid, ConnectorId]
DEFAULT_HOURS: Final = 2


def alert_press(words: Words, place: Place) -> Press:
    """Has the driver told when this is free; with an empty charge point, when anything there is."""
    return Press(str(words("Tell me when free")), "alert.add", subject(place, DEFAULT_HOURS), ttl=None)


def subject(place: Place, hours: int = 0) -> str:
    return json.dumps([*place, hours])


def subject_in(text: str) -> tuple[Place, int]:
    """The place, and for how many hours."""
    station_id, evse_uid, connector_id, hours = json.loads(text)
    return (StationId(station_id), EvseUid(evse_uid), ConnectorId(connector_id)), int(hours)


def waiting(words: Words, alert: Alert) -> Screen:
    """It is looked after from now on; how long, and what it is not."""
    words = words.at(alert.time_zone)
    place = (alert.station_id, alert.evse_uid, alert.connector_id)
    hours = tuple(
        Press(str(words("{number} h", number=number)), "alert.add", subject(place, number), ttl=None)
        for number in HOURS
    )
    text = lines(
        words("🔔 <b>I will tell you when it is free</b>, until {time}.", time=words.short_clock(alert.until)),
        _where(words, alert.identifier, alert.title),
        _no_hold(words),
    )
    stop = Press(str(words("Stop watching")), "alert.remove", subject(place), ttl=None)
    return Screen(text, (hours, (alternatives_press(words, json.dumps(place)),), (stop,), (_back(words, place),)))


def free_already(words: Words) -> str:
    return str(words("It is free right now."))


def all_alerts(words: Words, alerts: Sequence[Alert]) -> Screen:
    """What is looked after, a button each that ends it."""
    back = Press(str(words("« Back")), "favourite.list", ttl=None)
    if not alerts:
        return Screen(words("I watch no place for you at the moment."), ((look_again(words),), (back,)))
    text = lines(
        words("🔔 <b>I tell you when these are free</b>"),
        *(_entry(words.at(alert.time_zone), alert) for alert in alerts),
        "",
        words("Press one to stop watching it."),
    )
    presses = [
        Press(
            label(f"✕ {label(alert.identifier or alert.title)}"),
            "alert.remove",
            subject((alert.station_id, alert.evse_uid, alert.connector_id)),
            ttl=None,
        )
        for alert in alerts
    ]
    return Screen(text, (*stacked(presses), (back,)))


def alerts_row(words: Words, number: int) -> tuple[Row, ...]:
    """The way to that list, where there is something on it."""
    if not number:
        return ()
    return ((Press(str(words("🔔 Alerts ({number})", number=number)), "alert.list", ttl=None),),)


def told(words: Words, kind: str, facts: Mapping[str, str | int | None]) -> Screen:
    """It is free, or it has not become so in time."""
    place = (
        StationId(str(facts["station"])),
        EvseUid(str(facts["evse"])),
        ConnectorId(str(facts["connector"])),
    )
    where = _where(words, str(facts["identifier"]), str(facts["title"]))
    elsewhere = alternatives_press(words, json.dumps(place))
    if kind == FREED:
        here = Press(str(words("⚡ Charge here")), "connector.choose", json.dumps(place), ttl=None, style=Style.SUCCESS)
        return Screen(lines(words("🔔 <b>It is free now.</b>"), where, _no_hold(words)), ((here,), (elsewhere,)))
    text = lines(words("🔕 <b>It has not become free</b> in the time you gave, so I stop watching."), where)
    return Screen(text, ((elsewhere,), (alert_press(words, place),)))


def _no_hold(words: Words) -> Html:
    return words("Nobody holds it for you: others may be nearer, or told as well.")


def _where(words: Words, identifier: str, title: str) -> Html:
    if not identifier:
        return words("<b>{name}</b>", name=cut(title, NAME))
    return words("{identifier} · {name}", identifier=cut(identifier, IDENTIFIER), name=cut(title, NAME))


def _entry(words: Words, alert: Alert) -> Html:
    where = _where(words, alert.identifier, alert.title)
    return lines("", words("{place}, until {time}", place=where, time=words.short_clock(alert.until)))


def _back(words: Words, place: Place) -> Press:
    station_id, evse_uid, _ = place
    if evse_uid:
        return Press(str(words("« Back")), "connector.choose", json.dumps(place), ttl=None)
    return Press(str(words("« Back")), "station.show", station_id, ttl=None)
