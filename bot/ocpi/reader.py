"""The one tolerant reader: fields of a peer's object as values we can use, and notes on what could not be used.

An unknown field is ignored, an unknown word kept, null is absent, a single value stands for a list of one. One bad
part never costs its whole: it is left out and noted. What is read here is never trusted to be true, only to be usable.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Context, Decimal
from typing import Any, Final, TypeVar

from bot.domain.ids import PartnerId, Party, same
from bot.ocpi.errors import InvalidParameters

T = TypeVar("T")

NOT_AVAILABLE: Final = "#NA"
"""OCPI's filler for an id that does not exist (2.2.1 transport_and_format, not available)."""

EARLIEST: Final = datetime(2000, 1, 1, tzinfo=UTC)
LATEST: Final = datetime(2200, 1, 1, tzinfo=UTC)
"""Moments outside are sentinels (1970, 9999) and mean nothing."""

MOST: Final = Decimal(10) ** 9
_FINEST: Final = -10
_STEP: Final = Decimal(1).scaleb(_FINEST)
_ROUND: Final = Context(prec=24)
_TRUE: Final = frozenset({"true", "yes", "1"})
_FALSE: Final = frozenset({"false", "no", "0"})


@dataclass(frozen=True, slots=True)
class Source:
    """Whom an object comes from and when.

    `party` stands in where an object names no owner. `object_id` is given when the object was sent to an address of
    its own: then its id and its owner must be those of the address, or be left unsaid.
    """

    partner_id: PartnerId
    received_at: datetime
    party: Party | None = None
    object_id: str = ""


@dataclass(frozen=True, slots=True)
class Note:
    """Something of an object that was left out (`refused`) or taken otherwise than written; the reason is stable."""

    object_id: str
    path: str
    reason: str
    refused: bool


@dataclass(slots=True)
class Notes:
    """All notes of one reading, be it one object or a page of them."""

    all: list[Note] = field(default_factory=list)

    def __iter__(self) -> Iterator[Note]:
        return iter(self.all)

    def __len__(self) -> int:
        return len(self.all)


class Fields:
    """The fields of one JSON object. Every method gives None (or nothing) for what is absent or cannot be used."""

    __slots__ = ("_above", "_name", "notes", "raw")

    def __init__(self, raw: Mapping[str, Any], notes: Notes, above: "Fields | None" = None, name: str = "") -> None:
        self.raw = raw
        self.notes = notes
        self._above = above
        self._name = name

    @classmethod
    def of(cls, raw: object, notes: Notes) -> "Fields":
        """The outermost object.

        Raises:
            InvalidParameters: it is no object.

        """
        if not isinstance(raw, dict):
            raise InvalidParameters("a JSON object is expected")
        return cls(raw, notes)

    # ── notes ────────────────────────────────────────────────────────────────────────────────────────────────────

    def path(self, name: str = "") -> str:
        """Where a field is, from the outermost object on: evses[1].connectors[0].id."""
        above = self._above.path(self._name) if self._above else self._name
        return ".".join(part for part in (above, name) if part)

    def note(self, name: str, reason: str, *, refused: bool = False) -> None:
        self.notes.all.append(Note(self.object_id, self.path(name), reason, refused))

    def refuse(self, name: str, reason: str) -> None:
        self.note(name, reason, refused=True)

    def missing(self, name: str) -> InvalidParameters:
        """The error for a field without which the object is of no use."""
        return InvalidParameters(f"{self.path(name)} is missing or unusable")

    @property
    def object_id(self) -> str:
        """What the outermost object calls itself, cut short; empty when it does not say."""
        if self._above is not None:
            return self._above.object_id
        return str(self.raw.get("id") or self.raw.get("uid") or "")[:100]

    # ── single values ────────────────────────────────────────────────────────────────────────────────────────────

    def text(self, name: str, longest: int = 255) -> str | None:
        """A string; numbers are taken as written, blank counts as absent, an over-long one is kept and noted."""
        value = self.raw.get(name)
        if type(value) is not str:
            if value is None:
                return None
            if isinstance(value, bool) or not isinstance(value, int | Decimal):
                self.refuse(name, "no text")
                return None
            value = str(value)
        value = value.strip()
        if len(value) > longest:
            self.note(name, f"longer than {longest} characters")
        return value or None

    def id(self, name: str, longest: int = 36) -> str | None:
        """A CiString id, letters kept; the filler #NA counts as absent."""
        value = self.text(name, longest)
        return None if value == NOT_AVAILABLE else value

    def needed_id(self, name: str, addressed: str = "", longest: int = 36) -> str:
        """An id that must be there, and be the one it was addressed to if it was.

        Raises:
            InvalidParameters: it is not (OCPI 2.2.1 transport_and_format, PUT: status code 2001).

        """
        value = self.id(name, longest) or addressed
        if not value:
            raise self.missing(name)
        if addressed and not same(value, addressed):
            raise InvalidParameters(f"{self.path(name)} is not the one in the URL")
        return value

    def word(self, name: str) -> str | None:
        """A word of an enumeration in capitals; a word we do not know is kept."""
        value = self.text(name)
        return value.upper() if value else None

    def flag(self, name: str) -> bool | None:
        value = self.raw.get(name)
        if value is None or value is True or value is False:
            return value
        word = str(value).strip().lower()
        if word not in _TRUE | _FALSE:
            self.refuse(name, "neither true nor false")
            return None
        return word in _TRUE

    def number(self, name: str, least: Decimal | int = -MOST, most: Decimal | int = MOST) -> Decimal | None:
        """A finite number within limits, exact to ten decimals; a number in quotes counts."""
        value = self.raw.get(name)
        if value is None:
            return None
        number = _decimal(value)
        if number is None or not least <= number <= most:
            self.refuse(name, "no number" if number is None else "a number out of all bounds")
            return None
        return number

    def needed_number(self, name: str, least: Decimal | int = -MOST, most: Decimal | int = MOST) -> Decimal:
        """A number that must be there.

        Raises:
            InvalidParameters: it is not.

        """
        number = self.number(name, least, most)
        if number is None:
            raise self.missing(name)
        return number

    def moment(self, name: str) -> datetime | None:
        """A point in time in UTC, to the millisecond; without a zone it is UTC, sentinels like 1970 are nothing."""
        value = self.raw.get(name)
        if value is None:
            return None
        if type(value) is not str:
            self.refuse(name, "no date and time")
            return None
        value = value.strip().upper()
        try:
            moment = datetime.fromisoformat(value)
            moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
        except (ValueError, OverflowError):
            self.refuse(name, "no date and time")
            return None
        if value[4:5] != "-" or not EARLIEST <= moment < LATEST:
            self.refuse(name, "no believable date and time")
            return None
        if moment.microsecond % 1000:
            moment = moment.replace(microsecond=moment.microsecond // 1000 * 1000)
        return moment

    def needed_moment(self, name: str, otherwise: datetime | None = None) -> datetime:
        """A point in time that must be there; `otherwise` stands in, noted.

        Raises:
            InvalidParameters: it is not, and nothing stands in.

        """
        moment = self.moment(name)
        if moment is not None:
            return moment
        if otherwise is None:
            raise self.missing(name)
        if self.raw.get(name) is None:
            self.note(name, "missing")
        return otherwise

    # ── lists and objects ────────────────────────────────────────────────────────────────────────────────────────

    def words(self, name: str) -> tuple[str, ...]:
        """A list of strings, each stripped; a single one counts as a list of one."""
        value = self.raw.get(name)
        if value is None:
            return ()
        items = value if isinstance(value, list) else [value]
        words = [item if type(item) is str else str(item) for item in items if type(item) is str or _plain(item)]
        if len(words) < len(items):
            self.refuse(name, "holds something that is no text")
        return tuple([stripped for word in words if (stripped := word.strip())])

    def child(self, name: str) -> "Fields | None":
        """An object; a list of one object counts."""
        value = self.raw.get(name)
        if isinstance(value, list) and len(value) == 1:
            value = value[0]
        if isinstance(value, dict):
            return Fields(value, self.notes, self, name)
        if value is not None and value != []:
            self.refuse(name, "no object")
        return None

    def children(self, name: str) -> list["Fields"]:
        """A list of objects; a single object counts as a list of one, and what is no object is left out."""
        value = self.raw.get(name)
        if value is None:
            return []
        if isinstance(value, dict):
            return [Fields(value, self.notes, self, name)]
        if not isinstance(value, list):
            self.refuse(name, "no list of objects")
            return []
        found = [Fields(v, self.notes, self, f"{name}[{i}]") for i, v in enumerate(value) if isinstance(v, dict)]
        if len(found) < len(value):
            self.refuse(name, "holds something that is no object")
        return found

    def each(self, name: str, read: Callable[["Fields"], T]) -> tuple[T, ...]:
        """Read a list of objects; those that are of no use are left out and noted."""
        read_ones = []
        for child in self.children(name):
            try:
                read_ones.append(read(child))
            except InvalidParameters as error:
                child.refuse("", error.message)
        return tuple(read_ones)

    def display_texts(self, name: str) -> tuple[tuple[str, str], ...]:
        """OCPI DisplayTexts as (language, text); a bare string, or one without a language, counts as English."""
        value = self.raw.get(name)
        if isinstance(value, str):
            return (("en", value.strip()),) if value.strip() else ()
        texts = ((child.text("language", 2) or "en", child.text("text", 512)) for child in self.children(name))
        return tuple((language.lower(), text) for language, text in texts if text)

    def party(self, source: Source) -> Party:
        """The party that owns the object.

        Raises:
            InvalidParameters: neither the object nor its way here names one, or they differ.

        """
        country, party_id = self.text("country_code", 2), self.text("party_id", 3)
        if not country or not party_id:
            if source.party is None:
                raise self.missing("party_id" if country else "country_code")
            country, party_id = country or source.party.country_code, party_id or source.party.party_id
        party = Party.of(country, party_id)
        if source.object_id and source.party not in {None, party}:
            raise InvalidParameters("country_code and party_id are not those in the URL")
        return party


def read_page(
    items: Iterable[object], read: Callable[[object, Source, Notes], T], source: Source, notes: Notes
) -> Iterator[T]:
    """Read the objects of a page one by one; those that are of no use are left out and noted."""
    for item in items:
        try:
            yield read(item, source, notes)
        except InvalidParameters as error:
            raw = item if isinstance(item, dict) else {}
            Fields(raw, notes).refuse("", error.message)


def read_patch(patch: object, notes: Notes) -> Fields:
    """The fields of a PATCH.

    Raises:
        InvalidParameters: it is no object, or has no `last_updated` (2.2.1: required in every PATCH).

    """
    fields = Fields.of(patch, notes)
    if fields.moment("last_updated") is None:
        raise fields.missing("last_updated")
    return fields


def _plain(value: object) -> bool:
    return isinstance(value, str | int | Decimal) and not isinstance(value, bool)


def _decimal(value: object) -> Decimal | None:
    if type(value) is int:
        return Decimal(value)
    if type(value) is str:
        try:
            value = Decimal(value.strip() if "_" not in value else "")
        except ArithmeticError:
            return None
    if type(value) is not Decimal or not value.is_finite():
        return None
    try:
        number = _ROUND.plus(value)
        exponent = number.as_tuple().exponent
        return number if isinstance(exponent, int) and exponent >= _FINEST else number.quantize(_STEP, context=_ROUND)
    except ArithmeticError:
        return None
