"""Where else to go when a connector is busy or does not work: free ones that can be started, nearest first."""

from collections.abc import Sequence
from datetime import datetime

from bot.services.stations import Alternative
from handlers.cards.connectors import NAME, connector_line, subject
from handlers.cards.screen import Press, Screen, label, lines, look_again, stacked
from handlers.escape import cut
from handlers.texts import Html, Words


def alternatives_press(words: Words, subject_: str) -> Press:
    """Shows free connectors near a connector; `subject_` as by `connectors.subject`."""
    return Press(str(words("Free ones nearby")), "find.alternatives", subject_, ttl=None)


def alternatives(words: Words, found: Sequence[Alternative], now: datetime) -> Screen:
    """At most a handful, a button each that leads to the question of the connector."""
    if not found:
        text = words("I know no free connector within 80 km that you can start from this chat.")
        return Screen(text, ((look_again(words),),))
    presses = [
        Press(_label(words, number, one), "connector.choose", subject(one.offer)) for number, one in enumerate(found, 1)
    ]
    text = lines(
        words("<b>Free right now, nearest first</b>"),
        *(_entry(words, number, one, now) for number, one in enumerate(found, 1)),
    )
    return Screen(text, (*stacked(presses), (look_again(words),)))


def _entry(words: Words, number: int, one: Alternative, now: datetime) -> Html:
    station = one.offer.station
    words = words.at(station.time_zone)
    name = cut(station.title, NAME)
    where = (
        words("<b>{number}. {name}</b> · {distance}", number=number, name=name, distance=words.distance(one.metres))
        if one.metres
        else words("<b>{number}. {name}</b> · at the same place", number=number, name=name)
    )
    return lines("", where, Html(connector_line(words, one.offer, now).strip()))


def _label(words: Words, number: int, one: Alternative) -> str:
    name = one.offer.identifier or words("no identifier known")
    return label(f"{number}. {label(name, 18)} · {label(one.offer.station.title, 18)}")
