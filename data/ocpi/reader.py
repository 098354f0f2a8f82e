"""From the bytes of a partner's list to stations ready to be stored; the same words as last time are not read again.

All of it is pure, so that it can be done in whichever process has the time.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from msgspec import MsgspecError, Struct
from msgspec.json import Decoder

from bot.domain.ids import PartnerId, Party, StationId, station_id
from bot.domain.station import Station
from bot.ocpi.errors import OcpiError
from bot.ocpi.reader import Fields, Note, Notes, Source, read_page
from bot.ocpi.versions import translation
from bot.ocpi.wire import read_json
from bot.ports import Ready
from data.db.ready import made_ready, source_of

FOREIGN: Final = "of a party that is none of the partner's"


class _Name(Struct):
    """What a location calls itself; nothing else of it is read."""

    id: str
    country_code: str = ""
    party_id: str = ""


_names: Final = Decoder(_Name)


@dataclass(frozen=True, slots=True)
class Marked:
    """An object of a page: whose it says to be (None: it must be read to know), and the digest of its words."""

    id: StationId | None
    source: bytes


@dataclass(frozen=True, slots=True)
class Read:
    """What reading some objects gave: stations, and notes on what could not be used."""

    ready: tuple[Ready, ...]
    notes: tuple[Note, ...]
    refused: int


@dataclass(frozen=True, slots=True)
class LocationReader:
    """Reads the locations of one partner."""

    partner_id: PartnerId
    parties: tuple[Party, ...]
    version: str

    def marks(self, items: Iterable[bytes]) -> list[Marked]:
        """A mark for each object, from a glance at it."""
        return [Marked(self._id(item), source_of(item)) for item in items]

    def _id(self, item: bytes) -> StationId | None:
        try:
            name = _names.decode(item)
        except (MsgspecError, RecursionError, UnicodeDecodeError):
            return None
        alone = self._alone
        if name.country_code and name.party_id:
            party = Party.of(name.country_code, name.party_id)
        elif alone is not None and not name.country_code and not name.party_id:
            party = alone
        else:
            return None
        return station_id(self.partner_id, party, name.id.strip()) if party in self.parties else None

    @property
    def _alone(self) -> Party | None:
        return self.parties[0] if len(self.parties) == 1 else None

    def read(self, items: Sequence[bytes], received_at: datetime) -> Read:
        """Read objects whole; one of no use is left out with the reason, and never costs the others."""
        notes = Notes()
        ready = []
        source = Source(self.partner_id, received_at, self._alone)
        read_station = translation(self.version).read_station
        for item in items:
            for station in read_page(_parsed(item, notes), read_station, source, notes):
                if station.party not in self.parties:
                    notes.all.append(Note(str(station.party), "", FOREIGN, refused=True))
                elif made := _ready(station, item, received_at, notes):
                    ready.append(made)
        return Read(tuple(ready), tuple(notes), len(items) - len(ready))


def _parsed(item: bytes, notes: Notes) -> list[object]:
    try:
        return [read_json(item)]
    except OcpiError as error:
        Fields({}, notes).refuse("", error.message)
        return []


def _ready(station: Station, item: bytes, received_at: datetime, notes: Notes) -> Ready | None:
    try:
        return made_ready(station, source_of(item), station.heard_at or received_at)
    except ValueError as error:
        notes.all.append(Note(station.location_id, "", str(error), refused=True))
        return None
