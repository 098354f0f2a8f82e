"""What is looked after while a car is plugged in: limits, whether energy flows, fees, and the driver's own word."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Final

from bot.domain.ids import EvseUid


class LimitKind(StrEnum):
    """What a limit counts: the tariff's currency, kWh, percent of the battery, minutes."""

    SPEND = "spend"
    ENERGY = "energy"
    PERCENT = "percent"
    TIME = "time"


@dataclass(frozen=True, slots=True)
class Limit:
    """A driver asked to be told at `amount`, and with `stop` to have the charge stopped there."""

    kind: LimitKind
    amount: Decimal
    stop: bool = False
    reached_at: datetime | None = None


class Standing(StrEnum):
    """Why a running charge takes no energy, as far as anyone says."""

    EMPTY = "empty"  # none has flowed since it began
    FULL = "full"
    PAUSED = "paused"  # the station is well and gives nothing
    FAULT = "fault"  # the station is out of order
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Care:
    """All of it, by our own clock.

    `running_at` and `over_at` are when we learned that the charge ran and had ended; `moved_at` is when we last heard
    of energy, `kwh` how much it was, `strongest` and `latest` the kW while it flowed. `gap` is the
    longest time that its meter took from one kWh figure to the next. `standing` is the standstill that
    was told and has not ended; `stood` counts those told. `look_at` is when the clock alone may change something,
    `read_at` the moment of the last reading kept.
    """

    running_at: datetime | None = None
    over_at: datetime | None = None
    limits: tuple[Limit, ...] = ()
    kwh: Decimal = Decimal(0)
    moved_at: datetime | None = None
    strongest: Decimal = Decimal(0)
    latest: Decimal = Decimal(0)
    gap: timedelta = timedelta()
    standing: Standing | None = None
    stood: int = 0
    fee_soon_for: datetime | None = None
    fee_running: bool = False
    says_charging_at: datetime | None = None
    says_stopped_at: datetime | None = None
    neighbour: EvseUid | None = None
    reminders: int = 0
    unplugged_at: datetime | None = None
    look_at: datetime | None = None
    read_at: datetime | None = None


NOTHING_YET: Final = Care()
