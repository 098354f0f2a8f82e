"""Locations in OCPI 2.2.1 words (2.3.0's additions are read too) and as Stations, both ways.

A station is shown with its ids, its coordinates and a charge point; whatever else is missing stays unknown.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import Any, Final, TypeVar

from bot.domain.ids import ConnectorId, EvseUid, LocationId, TariffId, same
from bot.domain.station import Connector, Evse, Point, Station, Status
from bot.ocpi import parking
from bot.ocpi.errors import NotFound, StatusCode
from bot.ocpi.hours import read_hours, write_hours
from bot.ocpi.reader import Fields, Notes, Source, read_patch
from bot.ocpi.wire import stamp, without_none
from bot.ocpi.zones import only_zone_of

T = TypeVar("T")

_MOST_WATTS: Final = 10_000_000
_LINE_TO_LINE: Final = 300
_SQRT_3: Final = Decimal("1.7321")
_PHASES: Final = {"AC_3_PHASE": 3, "AC_2_PHASE": 2, "AC_2_PHASE_SPLIT": 2}


# ── in ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def read_station(raw: object, source: Source, notes: Notes) -> Station:
    """Read a Location.

    Raises:
        InvalidParameters: without ids or coordinates it cannot be shown.

    """
    return _read_station(Fields.of(raw, notes), source)


def _read_station(fields: Fields, source: Source) -> Station:
    operator = fields.child("operator")
    always, hours = read_hours(fields.child("opening_times"))
    return Station(
        partner_id=source.partner_id,
        party=fields.party(source),
        location_id=LocationId(fields.needed_id("id", source.object_id)),
        point=_read_point(fields),
        last_updated=fields.needed_moment("last_updated", source.received_at),
        name=fields.text("name"),
        address=fields.text("address") or "",
        postal_code=fields.text("postal_code", 10),
        city=fields.text("city", 45) or "",
        country=fields.text("country", 3) or "",
        time_zone=fields.text("time_zone") or only_zone_of(fields.text("country")) or "UTC",
        operator=operator.text("name", 100) if operator else None,
        help_phone=fields.text("help_phone", 25),
        published=fields.flag("publish") is not False,
        evses=fields.each("evses", lambda evse: _read_evse(evse, source.received_at)),
        directions=fields.display_texts("directions"),
        twentyfourseven=always,
        hours=hours,
        charging_when_closed=fields.flag("charging_when_closed"),
        facilities=fields.words("facilities"),
        parking_type=fields.word("parking_type"),
        parking_places=fields.each("parking_places", parking.read_parking),
        heard_at=source.received_at,
    )


def _read_point(fields: Fields) -> Point:
    coordinates = fields.child("coordinates")
    if coordinates is None:
        raise fields.missing("coordinates")
    lat, lon = coordinates.needed_number("latitude", -90, 90), coordinates.needed_number("longitude", -180, 180)
    return Point(round(float(lat), 7), round(float(lon), 7))


def _read_evse(fields: Fields, received_at: datetime, otherwise: str = "") -> Evse:
    status = fields.text("status")
    return Evse(
        uid=EvseUid(fields.needed_id("uid", otherwise)),
        status=Status.read(status) if status else Status.UNKNOWN,
        last_updated=fields.needed_moment("last_updated", received_at),
        evse_id=fields.id("evse_id", 48),
        physical_reference=fields.text("physical_reference", 16),
        floor_level=fields.text("floor_level", 4),
        capabilities=frozenset(word.upper() for word in fields.words("capabilities")),
        connectors=fields.each("connectors", _read_connector),
        directions=fields.display_texts("directions"),
        parking_restrictions=tuple(word.upper() for word in fields.words("parking_restrictions")),
        parking=fields.each("parking", parking.read_link),
    )


def _read_connector(fields: Fields, otherwise: str = "") -> Connector:
    tariffs = fields.words("tariff_ids")
    power_type = fields.word("power_type") or ""
    return Connector(
        id=ConnectorId(fields.needed_id("id", otherwise)),
        standard=fields.word("standard") or "",
        cable=fields.word("format") == "CABLE",
        power_type=power_type,
        watts=_read_watts(fields, power_type),
        tariff_ids=tuple(map(TariffId, tariffs)),
        capabilities=tuple(word.upper() for word in fields.words("capabilities")),
    )


def _read_watts(fields: Fields, power_type: str) -> int:
    """Watts as told, else from volts and amperes; three-phase volts count from line to neutral (OCPI 2.2.1)."""
    told = fields.number("max_electric_power", 0, _MOST_WATTS)
    if told:
        return int(told)
    volts = fields.number("max_voltage", 0, 100_000) or Decimal(0)
    watts = volts * (fields.number("max_amperage", 0, 100_000) or Decimal(0))
    if power_type == "AC_3_PHASE" and volts > _LINE_TO_LINE:
        # 400 V can only be meant from line to line, though the specification says otherwise.
        return min(int(watts * _SQRT_3), _MOST_WATTS)
    return min(int(watts * _PHASES.get(power_type, 1)), _MOST_WATTS)


# ── changes ──────────────────────────────────────────────────────────────────────────────────────────────────────


def patched_station(station: Station, patch: object, source: Source, notes: Notes) -> Station:
    """Apply a PATCH of the Location: only the given fields change.

    Raises:
        InvalidParameters: no `last_updated`, or what results cannot be shown.

    """
    merged = write_station(station) | dict(read_patch(patch, notes).raw)
    addressed = replace(source, party=station.party, object_id=station.location_id)
    return replace(read_station(merged, addressed, notes), location_id=station.location_id)


def with_evse(station: Station, raw: object, source: Source, notes: Notes) -> Station:
    """Put a whole EVSE into the station; `source.object_id` is its uid in the URL.

    Raises:
        InvalidParameters: the EVSE is of no use.

    """
    return _with_evse(station, _read_evse(Fields.of(raw, notes), source.received_at, source.object_id), source)


def with_patched_evse(station: Station, evse_uid: str, patch: object, source: Source, notes: Notes) -> Station:
    """Apply a PATCH of an EVSE.

    Raises:
        InvalidParameters: no `last_updated`, or an EVSE of no use. NotFound: the station has no such EVSE.

    """
    evse = _evse(station, evse_uid)
    merged = _write_evse(evse) | dict(read_patch(patch, notes).raw)
    return with_evse(station, merged, replace(source, object_id=evse.uid), notes)


def with_connector(station: Station, evse_uid: str, raw: object, source: Source, notes: Notes) -> Station:
    """Put a whole Connector into an EVSE; `source.object_id` is its id in the URL.

    Raises:
        InvalidParameters: the Connector is of no use. NotFound: the station has no such EVSE.

    """
    evse = _evse(station, evse_uid)
    fields = Fields.of(raw, notes)
    new = _read_connector(fields, source.object_id)
    connectors = _replaced(evse.connectors, new, lambda old: same(old.id, new.id))
    updated = fields.needed_moment("last_updated", source.received_at)
    return _with_evse(station, replace(evse, connectors=connectors, last_updated=updated), source)


def with_patched_connector(
    station: Station, evse_uid: str, connector_id: str, patch: object, source: Source, notes: Notes
) -> Station:
    """Apply a PATCH of a Connector.

    Raises:
        InvalidParameters: no `last_updated`, or a Connector of no use. NotFound: the station has no such Connector.

    """
    evse = _evse(station, evse_uid)
    connector = evse.connector(connector_id)
    if connector is None:
        raise NotFound("no such connector", StatusCode.UNKNOWN_LOCATION)
    merged = _write_connector(connector, evse) | dict(read_patch(patch, notes).raw)
    return with_connector(station, evse_uid, merged, replace(source, object_id=connector.id), notes)


def _evse(station: Station, evse_uid: str) -> Evse:
    evse = station.evse(evse_uid)
    if evse is None:
        raise NotFound("no such EVSE", StatusCode.UNKNOWN_LOCATION)
    return evse


def _with_evse(station: Station, new: Evse, source: Source) -> Station:
    heard = replace(new, heard_at=source.received_at)
    evses = _replaced(station.evses, heard, lambda old: same(old.uid, new.uid))
    return replace(station, evses=evses, last_updated=max(station.last_updated, new.last_updated))


def _replaced(items: tuple[T, ...], new: T, is_it: Callable[[T], bool]) -> tuple[T, ...]:
    if any(map(is_it, items)):
        return tuple(new if is_it(item) else item for item in items)
    return (*items, new)


# ── out ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def write_station(station: Station) -> dict[str, Any]:
    """The Location as we have it stored; reading it again gives the same Station."""
    return without_none(
        {
            "country_code": station.party.country_code,
            "party_id": station.party.party_id,
            "id": station.location_id,
            "publish": station.published,
            "name": station.name,
            "address": station.address,
            "city": station.city,
            "postal_code": station.postal_code,
            "country": station.country,
            "coordinates": {"latitude": _degrees(station.point.lat), "longitude": _degrees(station.point.lon)},
            "parking_type": station.parking_type,
            "parking_places": [parking.write_parking(place) for place in station.parking_places],
            "evses": [_write_evse(evse) for evse in station.evses],
            "directions": _write_texts(station.directions),
            "operator": {"name": station.operator} if station.operator else None,
            "facilities": list(station.facilities),
            "time_zone": station.time_zone,
            "opening_times": write_hours(always=station.twentyfourseven, hours=station.hours),
            "charging_when_closed": station.charging_when_closed,
            "help_phone": station.help_phone,
            "last_updated": stamp(station.last_updated),
        }
    )


def write_evse(station: Station, evse_uid: str) -> dict[str, Any]:
    """One EVSE as we have it stored.

    Raises:
        NotFound: the station has no such EVSE.

    """
    return _write_evse(_evse(station, evse_uid))


def write_connector(station: Station, evse_uid: str, connector_id: str) -> dict[str, Any]:
    """One Connector as we have it stored.

    Raises:
        NotFound: the station has no such Connector.

    """
    evse = _evse(station, evse_uid)
    connector = evse.connector(connector_id)
    if connector is None:
        raise NotFound("no such connector", StatusCode.UNKNOWN_LOCATION)
    return _write_connector(connector, evse)


def _write_evse(evse: Evse) -> dict[str, Any]:
    return without_none(
        {
            "uid": evse.uid,
            "evse_id": evse.evse_id,
            "status": evse.status.value,
            "capabilities": sorted(evse.capabilities),
            "connectors": [_write_connector(connector, evse) for connector in evse.connectors],
            "floor_level": evse.floor_level,
            "physical_reference": evse.physical_reference,
            "directions": _write_texts(evse.directions),
            "parking_restrictions": list(evse.parking_restrictions),
            "parking": [parking.write_link(link) for link in evse.parking],
            "last_updated": stamp(evse.last_updated),
        }
    )


def _write_connector(connector: Connector, evse: Evse) -> dict[str, Any]:
    return without_none(
        {
            "id": connector.id,
            "standard": connector.standard or None,
            "format": "CABLE" if connector.cable else "SOCKET",
            "power_type": connector.power_type or None,
            "max_electric_power": connector.watts or None,
            "tariff_ids": list(connector.tariff_ids),
            "capabilities": list(connector.capabilities),
            "last_updated": stamp(evse.last_updated),
        }
    )


def _write_texts(texts: tuple[tuple[str, str], ...]) -> list[dict[str, str]]:
    return [{"language": language, "text": text} for language, text in texts]


def _degrees(value: float) -> str:
    return f"{value:.7f}"
