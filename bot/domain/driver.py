"""The person who charges, what that person wants of us, and the pass that pays."""

from dataclasses import dataclass
from datetime import datetime, time
from decimal import Decimal
from enum import StrEnum
from zoneinfo import ZoneInfo

from bot.domain.ids import ConnectorId, DriverId, EvseUid, Party, PassNumber, StationId


@dataclass(frozen=True, slots=True)
class Car:
    """A car, for estimates: `plug` is OCPI's ConnectorType, `battery_kwh` what it holds, `most_kw` what it takes."""

    name: str
    plug: str
    battery_kwh: Decimal
    most_kw: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Quiet:
    """The hours in which nothing buzzes but what cannot wait, by the clock of `zone`; they may span midnight."""

    begin: time
    end: time
    zone: str

    def covers(self, now: datetime) -> bool:
        clock = now.astimezone(ZoneInfo(self.zone)).time()
        if self.begin <= self.end:
            return self.begin <= clock < self.end
        return clock >= self.begin or clock < self.end


@dataclass(frozen=True, slots=True)
class Favourite:
    """A connector to come back to; with an empty `evse_uid` the whole station."""

    station_id: StationId
    evse_uid: EvseUid
    connector_id: ConnectorId


@dataclass(frozen=True, slots=True)
class Filters:
    """What a list of stations leaves out: `plugs` are ConnectorTypes (empty for any), `watts` is the least power.

    `network` is the only party whose stations shall be shown; None for all. `accessible` asks for parking for people
    with disabilities, where the operator tells of it.
    """

    startable: bool = True
    plugs: tuple[str, ...] = ()
    watts: int = 0
    free: bool = False
    network: Party | None = None
    accessible: bool = False


@dataclass(frozen=True, slots=True)
class Driver:
    """`language` is an IETF tag as the messenger reports it; `reachable` turns False when the bot was blocked.

    `chosen_language` is empty as long as the messenger's counts; the default car comes first; `business` marks new
    charges; `leaving_at` is when the driver asked to be forgotten, which waits for an open charge and its bill;
    `talk` is the ticket to which what the driver writes goes, 0 for none.
    """

    id: DriverId
    first_name: str
    language: str
    met_at: datetime
    reachable: bool = True
    banned: bool = False
    chosen_language: str = ""
    quiet: Quiet | None = None
    default_pass: PassNumber | None = None
    cars: tuple[Car, ...] = ()
    business: bool = False
    leaving_at: datetime | None = None
    favourites: tuple[Favourite, ...] = ()
    filters: Filters = Filters()
    talk: int = 0

    @property
    def tongue(self) -> str:
        """The language to speak with this driver."""
        return self.chosen_language or self.language


class PassStatus(StrEnum):
    ORDERED = "ordered"  # on its way to the driver
    RECEIVED = "received"  # there, and not activated yet
    ACTIVE = "active"
    BLOCKED = "blocked"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True)
class Pass:
    """A contract: `number` is printed for people, `contract_id` is its eMI3 form on the wire.

    A welcome pass has no `code_hash`; all others were imported and are linked by the activation code that the hash
    stands for. `uid` is that of the card, empty when there is none; `since` is when the status last changed.
    """

    number: PassNumber
    driver_id: DriverId | None
    contract_id: str
    status: PassStatus
    since: datetime
    uid: str = ""
    code_hash: str = ""
    linked_at: datetime | None = None
    lost: bool = False

    @property
    def imported(self) -> bool:
        return bool(self.code_hash)


def bare(text: str) -> str:
    """The form in which card uids and contract ids are compared: some write 04:A2 or NL-CHB-C1, others 04a2."""
    return "".join(c for c in text.upper() if c.isascii() and c.isalnum())
