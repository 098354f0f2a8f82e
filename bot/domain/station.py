"""Stations as a driver means them: a place with charge points (Evse), each with plugs (Connector).

Only ids, coordinates and a charge point with a status are needed to show a station; all else may be missing.
"""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from math import asin, cos, radians, sin, sqrt

from bot.domain.hours import UNTOLD, Hours
from bot.domain.ids import (
    ConnectorId,
    EvseUid,
    LocationId,
    PartnerId,
    Party,
    StationId,
    TariffId,
    same,
    station_id,
)

EARTH_RADIUS_M = 6_371_008.8
REMOTE_START = "REMOTE_START_STOP_CAPABLE"
DISABLED = "DISABLED"
CONNECTOR_REQUIRED = "START_SESSION_CONNECTOR_REQUIRED"


class Status(StrEnum):
    """OCPI 2.2.1 mod_locations, Status enum; a word we do not know reads as UNKNOWN."""

    AVAILABLE = "AVAILABLE"
    BLOCKED = "BLOCKED"
    CHARGING = "CHARGING"
    INOPERATIVE = "INOPERATIVE"
    OUTOFORDER = "OUTOFORDER"
    PLANNED = "PLANNED"
    REMOVED = "REMOVED"
    RESERVED = "RESERVED"
    UNKNOWN = "UNKNOWN"

    @classmethod
    def read(cls, text: str) -> "Status":
        try:
            return cls(text.strip().upper())
        except ValueError:
            return cls.UNKNOWN


@dataclass(frozen=True, slots=True)
class Point:
    """Degrees, WGS 84."""

    lat: float
    lon: float

    def metres_to(self, other: "Point") -> float:
        """Great-circle distance in metres (haversine)."""
        dlat, dlon = radians(other.lat - self.lat), radians(other.lon - self.lon)
        a = sin(dlat / 2) ** 2 + cos(radians(self.lat)) * cos(radians(other.lat)) * sin(dlon / 2) ** 2
        return 2 * EARTH_RADIUS_M * asin(min(1.0, sqrt(a)))


@dataclass(frozen=True, slots=True)
class Connector:
    """A plug or socket; `standard` is OCPI's ConnectorType word, `watts` 0 when the operator does not tell."""

    id: ConnectorId
    standard: str
    cable: bool = False
    power_type: str = ""
    watts: int = 0
    tariff_ids: tuple[TariffId, ...] = ()
    capabilities: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Parking:
    """A place to park at a charge point, as OCPI 2.3.0 has it: lengths in centimetres, weight in kilograms.

    `vehicle_types` are OCPI words (DISABLED, VAN, ...); `time_limit` is in minutes. None is what nobody told.
    """

    id: str
    physical_reference: str | None = None
    vehicle_types: tuple[str, ...] = ()
    max_height: int | None = None
    max_length: int | None = None
    max_width: int | None = None
    max_weight: int | None = None
    space_length: int | None = None
    space_width: int | None = None
    time_limit: int | None = None
    restricted_to_type: bool | None = None
    reservation_required: bool | None = None
    drive_through: bool | None = None
    roofed: bool | None = None
    lit: bool | None = None
    standards: tuple[str, ...] = ()

    @property
    def accessible(self) -> bool:
        """Whether it is made for people with disabilities."""
        return DISABLED in self.vehicle_types


@dataclass(frozen=True, slots=True)
class Evse:
    """A charge point: it serves one car at a time. `heard_at` is set where it was heard of apart from its station.

    `parking` are ids of the station's parking places, each with where the charge point stands (LEFT, RIGHT, CENTER).
    `barred` is our own word: its network is switched off here. The store says it of what it gives, and never keeps it.
    """

    uid: EvseUid
    status: Status
    last_updated: datetime
    evse_id: str | None = None
    physical_reference: str | None = None
    floor_level: str | None = None
    capabilities: frozenset[str] = frozenset()
    connectors: tuple[Connector, ...] = ()
    directions: tuple[tuple[str, str], ...] = ()
    parking_restrictions: tuple[str, ...] = ()
    parking: tuple[tuple[str, str], ...] = ()
    heard_at: datetime | None = field(default=None, compare=False)
    barred: bool = field(default=False, compare=False)

    @property
    def startable(self) -> bool:
        """Whether it can be started from a chat at all: the operator lets us, and its network is not switched off."""
        return REMOTE_START in self.capabilities and not self.barred

    @property
    def free(self) -> bool:
        return self.status is Status.AVAILABLE

    @property
    def needs_connector(self) -> bool:
        return CONNECTOR_REQUIRED in self.capabilities

    @property
    def watts(self) -> int:
        return max((c.watts for c in self.connectors), default=0)

    def connector(self, connector_id: str) -> Connector | None:
        return next((c for c in self.connectors if same(c.id, connector_id)), None)


@dataclass(frozen=True, slots=True)
class Station:
    """OCPI's Location. `heard_at` is when we last received the whole of it; `directions` are (language, text).

    `hours` are by the clock of `time_zone`; `charging_when_closed` is whether a charge goes on outside them.
    """

    partner_id: PartnerId
    party: Party
    location_id: LocationId
    point: Point
    last_updated: datetime
    name: str | None = None
    address: str = ""
    postal_code: str | None = None
    city: str = ""
    country: str = ""
    time_zone: str = "UTC"
    operator: str | None = None
    help_phone: str | None = None
    published: bool = True
    evses: tuple[Evse, ...] = ()
    directions: tuple[tuple[str, str], ...] = ()
    twentyfourseven: bool | None = None
    hours: Hours = UNTOLD
    charging_when_closed: bool | None = None
    facilities: tuple[str, ...] = ()
    parking_type: str | None = None
    parking_places: tuple[Parking, ...] = ()
    heard_at: datetime | None = field(default=None, compare=False)

    @property
    def id(self) -> StationId:
        return station_id(self.partner_id, self.party, self.location_id)

    @property
    def title(self) -> str:
        """What a driver calls it: its name, else where it is."""
        return self.name or self.address or self.city or "Charging station"

    @property
    def present(self) -> tuple[Evse, ...]:
        """The charge points that exist: neither removed nor still planned."""
        return tuple(e for e in self.evses if e.status not in {Status.REMOVED, Status.PLANNED})

    @property
    def visible(self) -> bool:
        return self.published and bool(self.present)

    @property
    def accessible(self) -> tuple[Evse, ...]:
        """Those with parking for people with disabilities; all, where it is only told that the station has some."""
        found = tuple(evse for evse in self.present if self._is_accessible(evse))
        told = any(place.accessible for place in self.parking_places)
        return self.present if told and not any(evse.parking for evse in self.present) else found

    def _is_accessible(self, evse: Evse) -> bool:
        return DISABLED in evse.parking_restrictions or any(place.accessible for place in self.parking_at(evse))

    @property
    def last_heard_at(self) -> datetime | None:
        """When we last received any of it."""
        return max(filter(None, (self.heard_at, *(evse.heard_at for evse in self.evses))), default=None)

    def told_at(self, evse: Evse) -> datetime:
        """When the operator last said what we know of this charge point; its own stamp, if we never noted ours."""
        return max(filter(None, (self.heard_at, evse.heard_at)), default=evse.last_updated)

    def evse(self, uid: str) -> Evse | None:
        return next((e for e in self.evses if same(e.uid, uid)), None)

    def parking_at(self, evse: Evse) -> tuple[Parking, ...]:
        """The parking places from which this charge point is reached, as far as they are told."""
        return tuple(place for place in self.parking_places if any(same(place.id, id_) for id_, _ in evse.parking))


@dataclass(frozen=True, slots=True)
class Found:
    """A station on a list of results, with its distance from where the driver stands."""

    station: Station
    metres: float
