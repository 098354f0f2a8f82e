"""Places to come back to: one button each, straight to the question of the connector."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Final

from bot.domain.driver import Favourite
from bot.domain.ids import ConnectorId, EvseUid, StationId
from bot.services.favourites import Kept, Places
from handlers.cards.alerts import alerts_row
from handlers.cards.connectors import NAME, connector_line, status_word
from handlers.cards.screen import Press, Row, Screen, label, lines, look_again, stacked
from handlers.escape import cut
from handlers.texts import Html, Words

SHOWN: Final = 10


def favourite_press(words: Words, subject: str) -> Press:
    """Marks a connector, or a station; `subject` as by `connectors.subject`, or by `station_subject`."""
    return Press(str(words("★ Add favourite")), "favourite.add", subject, ttl=None)


def station_subject(station_id: StationId) -> str:
    return json.dumps([station_id, "", ""])


def favourite_in(subject: str) -> Favourite:
    """What such a subject names."""
    station_id, evse_uid, connector_id = json.loads(subject)
    return Favourite(StationId(station_id), EvseUid(evse_uid), ConnectorId(connector_id))


def _subject(favourite: Favourite) -> str:
    return json.dumps([favourite.station_id, favourite.evse_uid, favourite.connector_id])


def places(words: Words, known: Places, now: datetime, alerts: int = 0) -> Screen:
    """Favourites, then the latest places, with how each is right now; and the way to so many alerts."""
    if not known.favourites and not known.recents:
        text = lines(
            words("★ <b>Favourites</b>"),
            words("You have none yet. A star on a station, or on a connector, puts it here."),
        )
        return Screen(text, ((look_again(words),), *alerts_row(words, alerts)))
    marked = known.favourites[:SHOWN]
    text = lines(
        words("★ <b>Favourites</b>") if marked else None,
        *(_entry(words, kept, now) for kept in marked),
        "" if marked and known.recents else None,
        words("<b>Where you charged lately</b>") if known.recents else None,
        *(_entry(words, kept, now) for kept in known.recents),
    )
    remove: tuple[Row, ...] = ((Press(str(words("Remove one")), "favourite.choose", ttl=None),),) if marked else ()
    return Screen(text, (*_presses(words, (*marked, *known.recents)), *remove, *alerts_row(words, alerts)))


def _presses(words: Words, all_kept: Sequence[Kept]) -> tuple[Row, ...]:
    return stacked(
        Press(_label(words, kept), "favourite.go", _subject(kept.favourite), ttl=None)
        for kept in all_kept
        if kept.station
    )


def _label(words: Words, kept: Kept) -> str:
    if kept.station is None:
        return label(words("no longer there"))
    if kept.offer is None:
        return label(kept.station.title)
    name = label(kept.offer.identifier or kept.station.title, 18)
    return label(f"{name} · {label(words(status_word(kept.offer.evse)), 16)}")


def _entry(words: Words, kept: Kept, now: datetime) -> Html:
    if kept.station is None:
        return lines("", words("A place that is no longer in the network"))
    words = words.at(kept.station.time_zone)
    name = words("<b>{name}</b>", name=cut(kept.station.title, NAME))
    if kept.offer is None:
        present = kept.station.present
        free = sum(evse.free for evse in present)
        return lines("", name, words("{free} of {total} free", free=free, total=len(present)))
    return lines("", name, Html(connector_line(words, kept.offer, now).strip()))


def removing(words: Words, known: Places) -> Screen:
    """Which favourite shall go."""
    presses = [
        Press(_label(words, kept), "favourite.remove", _subject(kept.favourite), ttl=None)
        for kept in known.favourites[:SHOWN]
    ]
    back = Press(str(words("« Back")), "favourite.list", ttl=None)
    return Screen(words("<b>Which one shall I remove?</b>"), (*stacked(presses), (back,)))


def at_once(words: Words, known: Places) -> Screen | None:
    """For who comes back: the places as buttons; None when there are none."""
    there = [kept for kept in (*known.favourites, *known.recents) if kept.station][:4]
    if not there:
        return None
    return Screen(words("Or charge where you have been before:"), _presses(words, there))


def added(words: Words) -> str:
    return str(words("Added to your favourites."))
