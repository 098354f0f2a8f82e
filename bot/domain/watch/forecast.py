"""About how long until a limit: from what the operator tells, and never more exact than that."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final

from bot.domain.charge_record import Charge
from bot.domain.session import Session
from bot.domain.watch.care import Limit, LimitKind

HOUR: Final = Decimal(3600)
SLOWEST: Final = Decimal("0.1")
ENOUGH: Final = Decimal(80)
FULL: Final = Decimal(100)
LONGEST: Final = timedelta(days=2)
LEAST_RISE: Final = Decimal(1)
"""Percent that a battery must have gained before its pace is believed."""


def until_limit(
    charge: Charge, session: Session, now: datetime, battery_kwh: Decimal | None = None
) -> tuple[Limit, timedelta] | None:
    """What is reached first and about when, of that which can be foreseen; None where nothing can."""
    spans = []
    for limit in _waiting(charge, session):
        span = _until(limit, charge, session, now, battery_kwh)
        if span is not None and timedelta() < span <= LONGEST:
            spans.append((limit, span))
    return min(spans, key=lambda pair: pair[1], default=None)


def _waiting(charge: Charge, session: Session) -> Sequence[Limit]:
    """The limits not reached yet; without any the levels that most drivers wait for, 80 % and then full."""
    waiting = [limit for limit in charge.care.limits if limit.reached_at is None]
    level = session.latest("STATE_OF_CHARGE")
    if waiting or level is None:
        return waiting
    return [Limit(LimitKind.PERCENT, ENOUGH if level < ENOUGH else FULL)]


def _until(
    limit: Limit, charge: Charge, session: Session, now: datetime, battery_kwh: Decimal | None
) -> timedelta | None:
    match limit.kind:
        case LimitKind.TIME:
            began = charge.care.running_at
            return None if began is None else began + timedelta(minutes=float(limit.amount)) - now
        case LimitKind.ENERGY:
            return _span(limit.amount - session.kwh, power(session))
        case LimitKind.PERCENT:
            return _until_level(limit.amount, session, battery_kwh)
    return None


def power(session: Session) -> Decimal | None:
    """kW: as told, else the average of the session so far by the operator's own clock."""
    told = session.power
    if told is not None:
        return told
    seconds = Decimal(int((session.last_updated - session.start).total_seconds()))
    return session.kwh * HOUR / seconds if seconds > 0 else None


def _until_level(level: Decimal, session: Session, battery_kwh: Decimal | None) -> timedelta | None:
    """By the size of the driver's battery where it is known, else by how fast the level has risen."""
    now = session.latest("STATE_OF_CHARGE")
    if now is None:
        return None
    if battery_kwh is not None:
        return _span((level - now) / 100 * battery_kwh, power(session))
    known = [
        (period.start_date_time, period.dimensions["STATE_OF_CHARGE"])
        for period in session.periods
        if "STATE_OF_CHARGE" in period.dimensions
    ]
    (began, first), (_, last) = known[0], known[-1]
    hours = Decimal(int((session.last_updated - began).total_seconds())) / HOUR
    if last - first < LEAST_RISE or hours <= 0:
        return None
    return _span(level - now, (last - first) / hours)


def _span(missing: Decimal, an_hour: Decimal | None) -> timedelta | None:
    if an_hour is None or an_hour < SLOWEST or missing <= 0:
        return None
    return timedelta(seconds=int(min(missing / an_hour * HOUR, Decimal(10**7))))
