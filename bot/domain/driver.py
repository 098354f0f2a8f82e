"""The person who charges, and the pass that person pays with."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.domain.ids import DriverId, PassNumber


@dataclass(frozen=True, slots=True)
class Driver:
    """`language` is an IETF tag as the messenger reports it; `reachable` turns False when the bot was blocked."""

    id: DriverId
    first_name: str
    language: str
    met_at: datetime
    reachable: bool = True
    banned: bool = False


class PassStatus(StrEnum):
    ACTIVE = "active"
    BLOCKED = "blocked"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True)
class Pass:
    """A contract: `number` is printed for people, `contract_id` is its eMI3 form on the wire."""

    number: PassNumber
    driver_id: DriverId
    contract_id: str
    status: PassStatus
    since: datetime
