"""Tariffs, usage and bills as people keep them in files, in the words of any version: what `chargebot price` reads.

A file may hold the object alone, an OCPI answer around it, or a list. What cannot be read in a price or a volume is
an error here: whoever asks what something costs is not served by half of it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from bot.domain.ids import PartnerId, Party
from bot.domain.money import Price
from bot.domain.tariffs.tariff import Tariff
from bot.domain.tariffs.usage import ChargingPeriod
from bot.ocpi.errors import InvalidParameters
from bot.ocpi.kinds import Kind
from bot.ocpi.periods import in_kwh, read_periods
from bot.ocpi.reader import Fields, Notes, Source
from bot.ocpi.tariffs import read_currency, read_price, tariff_of
from bot.ocpi.versions import V2_1_1, V2_2_1, Translation
from bot.ocpi.zones import only_zone_of

_SOURCE: Final = Source(PartnerId(0), datetime(2000, 1, 1, tzinfo=UTC), Party.of("XX", "XXX"))
_OF_2_1_1: Final = frozenset({"start_datetime", "end_datetime", "stop_date_time", "auth_id"})
_NEWER_THAN_2_1_1: Final = frozenset({"country_code", "party_id", "type", "min_price", "max_price", "tax_included"})
_NAMELESS: Final = "tariff"


@dataclass(frozen=True, slots=True)
class Usage:
    """What was used, from when to when; `zone` is the station's where the file tells, else empty."""

    periods: tuple[ChargingPeriod, ...]
    start: datetime | None
    end: datetime | None
    zone: str = ""
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class OperatorBill:
    """A CDR: what was used, by which tariffs, and what the operator asks for it."""

    usage: Usage
    tariffs: tuple[Tariff, ...]
    currency: str
    total: Price


def tariffs_in(raw: object) -> tuple[Tariff, ...]:
    """One Tariff or a list of them; one in the shape of 2.1.1 knows no tax, so that its totals with tax are unknown.

    Raises:
        InvalidParameters: there is none, or one of them cannot be read whole.

    """
    found = tuple(_tariff(one, _tariff_spoken(one)) for one in _objects(raw, "elements"))
    if not found:
        raise InvalidParameters("it holds no tariff")
    return found


def usage_in(raw: object) -> Usage:
    """The charging periods of a Session, of a CDR, or of any object or list that has them.

    Raises:
        InvalidParameters: there are none, or one of them cannot be read whole.

    """
    if isinstance(raw, list) and all(isinstance(one, dict) and "dimensions" in one for one in raw):
        raw = {"charging_periods": raw}
    return _usage(_only(raw, "charging_periods", "charging periods"), Kind.SESSION)


def operator_bill_in(raw: object) -> OperatorBill:
    """One CDR.

    Raises:
        InvalidParameters: it is none, or what it bills cannot be read whole.

    """
    cdr = _only(raw, "total_cost", "total_cost")
    spoken = _spoken(cdr)
    fields = Fields.of(spoken.ours(Kind.CDR, cdr), Notes())
    currency = read_currency(fields)
    total = read_price(fields, "total_cost", currency)
    if total is None:
        raise fields.missing("total_cost")
    tariffs = tuple(_tariff(one.raw, spoken) for one in fields.children("tariffs"))
    return OperatorBill(_usage(cdr, Kind.CDR), tariffs, currency, total)


def _tariff(raw: Mapping[str, Any], spoken: Translation) -> Tariff:
    notes = Notes()
    named = dict(raw) if raw.get("id") else {**raw, "id": _NAMELESS}
    tariff = tariff_of(Fields.of(spoken.ours(Kind.TARIFF, named), notes), _SOURCE)
    _insist(notes, "min_price", "max_price", "start_date_time", "end_date_time")
    return tariff


def _usage(raw: dict[str, Any], kind: Kind) -> Usage:
    notes = Notes()
    fields = Fields.of(_spoken(raw).ours(kind, raw), notes)
    if fields.raw.get("charging_periods") is None:
        raise fields.missing("charging_periods")
    periods = read_periods(fields)
    start, end = fields.moment("start_date_time"), fields.moment("end_date_time")
    _insist(notes, "charging_periods")
    total = fields.number("kwh") or fields.number("total_energy")
    repaired = False
    if total is not None and total > 0:
        periods, repaired = in_kwh(periods, total)
    said = ("The energy of the periods was read as watt-hours: it is far more than the total.",) if repaired else ()
    return Usage(periods, start, end, _zone(fields), said)


def _zone(fields: Fields) -> str:
    """What the location in it says, else that of a country which has only one."""
    for name in ("cdr_location", "location"):
        place = fields.child(name) if isinstance(fields.raw.get(name), dict) else None
        if place is not None:
            return place.text("time_zone") or only_zone_of(place.text("country")) or ""
    return fields.text("time_zone") or ""


def _insist(notes: Notes, *names: str) -> None:
    """Nothing that bears on money may have been left out."""
    for note in notes:
        if note.refused and note.path.startswith(names):
            raise InvalidParameters(f"{note.path}: {note.reason}")


def _spoken(raw: Mapping[str, Any]) -> Translation:
    return V2_1_1 if _OF_2_1_1 & raw.keys() else V2_2_1


def _tariff_spoken(raw: Mapping[str, Any]) -> Translation:
    """2.1.1 where its tariff has what every version has and nothing newer: neither an owner nor any word of tax."""
    newer = _NEWER_THAN_2_1_1 & raw.keys() or not raw.get("id") or _names_vat(raw.get("elements"))
    return V2_2_1 if newer else V2_1_1


def _names_vat(elements: object) -> bool:
    found = elements if isinstance(elements, list) else []
    inside = [one.get("price_components") for one in found if isinstance(one, dict)]
    components = [each for some in inside if isinstance(some, list) for each in some]
    return any(isinstance(each, dict) and "vat" in each for each in components)


def _only(raw: object, mark: str, what: str) -> dict[str, Any]:
    found = _objects(raw, mark)
    if len(found) != 1:
        raise InvalidParameters(f"it holds {len(found)} objects with {what}; one is needed")
    return found[0]


def _objects(raw: object, mark: str) -> list[dict[str, Any]]:
    """The objects that have this field: the value itself, those of a list, or those in an answer's `data`."""
    if isinstance(raw, dict) and mark not in raw and "data" in raw:
        raw = raw["data"]
    items = raw if isinstance(raw, list) else [raw]
    return [item for item in items if isinstance(item, dict) and mark in item]
