"""What stands in the street: locations, EVSEs, connectors. How they are spelt on the wire is not for here."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from sandbox.cpo.clock import Bell
from sandbox.cpo.faults import Faults
from sandbox.cpo.physics import Car

EPOCH = datetime(2026, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)

AVAILABLE = "AVAILABLE"
BLOCKED = "BLOCKED"
CHARGING = "CHARGING"
INOPERATIVE = "INOPERATIVE"
OUTOFORDER = "OUTOFORDER"
BROKEN = (INOPERATIVE, OUTOFORDER)


@dataclass(frozen=True, slots=True)
class Party:
    """In whose name the operator speaks; a hub would have several."""

    country_code: str = "NL"
    party_id: str = "HAV"
    name: str = "Havermonde Charging"


@dataclass(slots=True)
class Connector:
    """`power_kw` is what it delivers at most; a hidden tariff bills without ever being announced."""

    id: str
    standard: str
    format: str
    power_type: str
    voltage: int
    amperage: int
    power_kw: Decimal
    tariff_id: str
    tariff_hidden: bool = False
    last_updated: datetime = EPOCH

    @property
    def dc(self) -> bool:
        return self.power_type == "DC"


@dataclass(slots=True)
class Plug:
    """A car with its cable in a connector; `stranger` marks other people's cars."""

    connector: Connector
    car: Car
    stranger: bool = False


@dataclass(slots=True)
class Evse:
    """`uid` is technical; `evse_id` and `sticker` are what a person reads on the pole.

    `plug_first` refuses a start while no car is plugged in, instead of waiting for it.
    `reserved_for_script` keeps other people's cars away.
    """

    uid: str
    evse_id: str | None
    sticker: str | None
    connectors: list[Connector]
    capabilities: tuple[str, ...]
    status: str = AVAILABLE
    floor: str | None = None
    restrictions: tuple[str, ...] = ()
    shows_cost: bool = False
    plug_first: bool = False
    reserved_for_script: bool = False
    last_updated: datetime = EPOCH
    plug: Plug | None = None
    busy_with: str | None = None
    faults: Faults = field(default_factory=Faults)
    bell: Bell = field(default_factory=Bell)

    @property
    def startable(self) -> bool:
        return "REMOTE_START_STOP_CAPABLE" in self.capabilities

    def connector(self, connector_id: str) -> Connector | None:
        return next((found for found in self.connectors if same(found.id, connector_id)), None)

    def resting_status(self) -> str:
        """The status when no session is going on."""
        if self.status in BROKEN:
            return self.status
        if self.plug is None:
            return AVAILABLE
        return CHARGING if self.plug.stranger else BLOCKED


@dataclass(frozen=True, slots=True)
class Hours:
    """Local "HH:MM" per weekday, 1 is Monday; none means always open."""

    regular: tuple[tuple[int, str, str], ...] = ()


@dataclass(slots=True)
class Location:
    id: str
    name: str
    address: str
    postal_code: str
    city: str
    latitude: str
    longitude: str
    evses: list[Evse]
    parking_type: str | None = None
    directions: str | None = None
    facilities: tuple[str, ...] = ()
    hours: Hours = Hours()
    publish: bool = True
    country: str = "NLD"
    time_zone: str = "Europe/Amsterdam"
    owner: Party = Party()
    last_updated: datetime = EPOCH

    def evse(self, uid: str) -> Evse | None:
        return next((found for found in self.evses if same(found.uid, uid)), None)


class City:
    """All locations, found by the ids that peers and people use."""

    def __init__(self, locations: Iterable[Location]) -> None:
        self.locations = list(locations)

    def location(self, location_id: str) -> Location | None:
        return next((found for found in self.locations if same(found.id, location_id)), None)

    def evses(self) -> Iterator[tuple[Location, Evse]]:
        for location in self.locations:
            for evse in location.evses:
                yield location, evse

    def find(self, reference: str) -> tuple[Location, Evse] | None:
        """By uid or by evse_id, with or without its stars."""
        wanted = reference.replace("*", "")
        for location, evse in self.evses():
            if same(evse.uid, reference) or (evse.evse_id and same(evse.evse_id.replace("*", ""), wanted)):
                return location, evse
        return None

    @staticmethod
    def touch(now: datetime, location: Location, evse: Evse) -> None:
        """A changed EVSE bumps its location too (mod_locations, GET List)."""
        evse.last_updated = later(evse.last_updated, now)
        location.last_updated = later(location.last_updated, evse.last_updated)


def same(one: str, other: str) -> bool:
    """CiString: case does not tell two ids apart."""
    return one.casefold() == other.casefold()


def to_millisecond(moment: datetime) -> datetime:
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)


def later(before: datetime, now: datetime) -> datetime:
    """A `last_updated` in whole milliseconds that always moves on."""
    return max(to_millisecond(now), before + _MILLISECOND)
