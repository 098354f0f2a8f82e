"""A charge's meter over time: few readings, enough for a picture."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Final

from bot.domain.ledger import MOST_ENERGY
from bot.domain.session import Session

CLOSEST: Final = timedelta(seconds=5)
SHARE: Final = 200
"""A reading is kept when so small a share of the charge has passed since the one before: some hundreds in a day."""


@dataclass(frozen=True, slots=True)
class Reading:
    """kWh so far, and kW and percent where they were told, at a moment of the operator's clock."""

    at: datetime
    kwh: Decimal
    power: Decimal | None = None
    level: Decimal | None = None


def reading_of(session: Session) -> Reading:
    return Reading(session.last_updated, session.kwh, session.power, session.latest("STATE_OF_CHARGE"))


def absurd(session: Session) -> bool:
    """Whether the meter tells more than any car takes: nothing is concluded from it."""
    return session.kwh > MOST_ENERGY


def worth_keeping(reading: Reading, began: datetime, last: datetime | None) -> bool:
    """Whether enough time has passed since the one kept last; the longer the charge, the sparser they are."""
    return last is None or reading.at - last >= max(CLOSEST, (reading.at - began) / SHARE)


def powers(readings: Sequence[Reading]) -> list[tuple[datetime, Decimal]]:
    """KW over time: as told, else the average between two readings, at the later of them."""
    told = [(one.at, one.power) for one in readings if one.power is not None]
    if told:
        return told
    found = []
    for before, after in pairwise(readings):
        seconds = Decimal(int((after.at - before.at).total_seconds()))
        if seconds > 0:
            found.append((after.at, max(Decimal(0), after.kwh - before.kwh) * 3600 / seconds))
    return found
