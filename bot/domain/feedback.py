"""What drivers say afterwards: how a charge went, and what is wrong with a connector."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from bot.domain.ids import ChargeId, DriverId, EvseUid, StationId

BEST: Final = 5
LONGEST_COMMENT: Final = 1000
"""Characters; what goes beyond is left out."""


class FaultKind(StrEnum):
    """What can be wrong with a connector."""

    DOES_NOT_START = "does_not_start"
    PLUG_BROKEN = "plug_broken"
    SCREEN_DEAD = "screen_dead"
    BAY_BLOCKED = "bay_blocked"
    NUMBER_WRONG = "number_wrong"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Rating:
    """How a charge went, from 1 to 5; one for each charge, the newest counts."""

    charge_id: ChargeId
    driver_id: DriverId
    stars: int
    at: datetime
    comment: str = ""


@dataclass(frozen=True, slots=True)
class FaultReport:
    """What a driver found broken; `id` is given by the store."""

    driver_id: DriverId
    station_id: StationId
    evse_uid: EvseUid
    identifier: str
    title: str
    kind: FaultKind
    at: datetime
    comment: str = ""
    id: int = 0
