"""Stations made ready to be stored: all of the work that needs no database, in whichever process has the time.

The body, its digest, the rows it is searched by and the forms of its identifiers follow from the station alone.
"""

from dataclasses import replace
from datetime import datetime
from hashlib import blake2b
from typing import Any, Final, cast

from bot.domain.identifier import written_forms
from bot.domain.ids import folded
from bot.domain.placename import words_of
from bot.domain.station import Station
from bot.ports import Ready
from data.db import search
from data.db.serialisation import Form, digest

FORM: Final = Form(Station)
_READING: Final = b"2"
"""To be changed when stations are read otherwise than before: then the same words are read anew."""


def source_of(words: bytes) -> bytes:
    """The digest of an operator's own words about a station."""
    return blake2b(words, digest_size=16, person=_READING).digest()


def written(station: Station) -> tuple[str, bytes]:
    """The body to store, and the digest of what its operator said, without when we heard it."""
    if any(evse.barred for evse in station.evses):
        station = replace(station, evses=tuple(replace(evse, barred=False) for evse in station.evses))
    body = FORM.write(replace(station, heard_at=None))
    if all(evse.heard_at is None for evse in station.evses):
        return body, digest(body)
    said = tuple(replace(evse, heard_at=None) for evse in station.evses)
    return body, digest(FORM.write(replace(station, heard_at=None, evses=said)))


def forms_of(station: Station) -> set[tuple[str, str]]:
    """Each way to write an identifier of a charge point that can be seen, with that charge point."""
    visible = station.present if station.visible else ()
    return {(form, folded(evse.uid)) for evse in visible for form in written_forms(evse)}


def place_words_of(station: Station) -> tuple[str, ...]:
    """The words by which a station that can be seen is found."""
    return words_of(station.name, station.address, station.city, station.postal_code) if station.visible else ()


def made_ready(station: Station, source: bytes, heard_at: datetime) -> Ready:
    """The station with all that follows from it.

    Raises:
        ValueError: it is nowhere on earth.

    """
    if not search.on_earth(station.point):
        raise ValueError(f"the station {station.id} is nowhere on earth")
    body, mark = written(station)
    rows = cast("list[dict[str, Any]]", list(search.search_rows(station).values()))
    return Ready(
        id=station.id,
        partner_id=station.partner_id,
        party=str(station.party),
        source=source,
        digest=mark,
        body=body,
        last_updated=station.last_updated,
        heard_at=heard_at,
        rows=tuple(rows),
        forms=tuple(sorted(forms_of(station))),
        words=place_words_of(station),
    )
