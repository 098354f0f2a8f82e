"""Whether energy flows, and why not: judged with care, since a false alarm costs trust.

A standstill is believed only from data that came after energy had last moved: silence of the operator is late data,
not an interruption. A meter that is read every quarter of an hour stands still in between: who has shown such gaps is
given twice as long.
"""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final

from bot.domain.charge_record import Charge, cared
from bot.domain.pace import Pace
from bot.domain.session import Session, SessionStatus
from bot.domain.states import State
from bot.domain.station import Evse, Status
from bot.domain.timeline import By, Fact, What
from bot.domain.watch.care import Standing

FLOWS: Final = Decimal("0.1")
"""kW from which energy counts as flowing."""

MOVED: Final = Decimal("0.05")
"""kWh that prove that it flows again."""

FULL_BATTERY: Final = Decimal(100)
NEARLY_FULL: Final = Decimal(95)
TAPERED: Final = Decimal("0.4")
"""A power this small beside the greatest one is what a battery takes when it is nearly full."""

MOST_TOLD: Final = 3
_FACTS: Final = {
    Standing.EMPTY: What.NO_ENERGY,
    Standing.FULL: What.FULL,
    Standing.PAUSED: What.PAUSED,
    Standing.FAULT: What.INTERRUPTED,
    Standing.UNKNOWN: What.INTERRUPTED,
}
_FAULTY: Final = frozenset({Status.OUTOFORDER, Status.INOPERATIVE})


def seen(charge: Charge, session: Session, now: datetime) -> Charge:
    """Note what a newly heard session says of the flow; the end of a standstill is told silently."""
    care, power = charge.care, session.power
    grew = session.kwh - care.kwh
    if grew <= 0 and (power is None or power < FLOWS):
        return charge
    standing, stood_still = care.standing, care.standing is not None
    fact = None
    if stood_still and grew >= MOVED:
        standing, fact = None, Fact(now, By.OPERATOR, What.FLOWS_AGAIN)
    return cared(
        charge,
        fact,
        kwh=max(care.kwh, session.kwh),
        moved_at=now,
        strongest=max(care.strongest, power or Decimal(0)),
        gap=care.gap if stood_still or grew <= 0 or care.moved_at is None else max(care.gap, now - care.moved_at),
        latest=power if power is not None and power >= FLOWS else care.latest,
        standing=standing,
    )


def standstill(charge: Charge, session: Session, pace: Pace, now: datetime) -> bool:
    """Whether it is worth a look at the station: nothing has moved lately and nothing of it is told yet."""
    care = charge.care
    if session.status is not SessionStatus.ACTIVE or care.running_at is None or not watched(charge):
        return False
    return now - (care.moved_at or care.running_at) >= pace.still(told=True) or _full(session)


def watched(charge: Charge) -> bool:
    """Whether a standstill would be told: not one that is told already, and not to who has said that it stopped."""
    care = charge.care
    calm = care.says_stopped_at is not None or (care.says_charging_at is not None and not charge.metered)
    return charge.state is State.CHARGING and care.standing is None and care.stood < MOST_TOLD and not calm


def judged(charge: Charge, session: Session, evse: Evse | None, pace: Pace, now: datetime) -> Standing | None:
    """Why nothing flows, once that is clear enough to say; None until then, and while all is well."""
    since = charge.care.moved_at or charge.care.running_at
    if since is None or not standstill(charge, session, pace, now):
        return None
    if evse is not None and evse.status in _FAULTY and evse.heard_at is not None and evse.heard_at > since:
        return Standing.FAULT
    if session.kwh <= 0:
        return Standing.EMPTY if now - since >= pace.no_energy else None
    return _stopped_flowing(charge, session, (charge.heard_at or since) - since, pace)


def _stopped_flowing(charge: Charge, session: Session, still_for: timedelta, pace: Pace) -> Standing | None:
    power = session.power
    if power is not None and power >= FLOWS:
        return None
    told = power is not None
    if _full(session) or (still_for >= pace.still(told=told) and _nearly_full(charge, session)):
        return Standing.FULL
    if still_for < max(pace.still(told=told), timedelta() if told else 2 * charge.care.gap):
        return None
    return Standing.PAUSED if told else Standing.UNKNOWN


def told(charge: Charge, standing: Standing, now: datetime) -> Charge:
    """Note the standstill, once for each."""
    fact = Fact(now, By.OPERATOR, _FACTS[standing], standing.value)
    return cared(charge, fact, standing=standing, stood=charge.care.stood + 1)


def idle_since(charge: Charge) -> datetime | None:
    """Since when a running charge stands connected without charging, for reasons that are the car's."""
    return charge.care.moved_at if charge.care.standing in {Standing.FULL, Standing.PAUSED} else None


def _full(session: Session) -> bool:
    level, power = session.latest("STATE_OF_CHARGE"), session.power
    return level is not None and level >= FULL_BATTERY and power is not None and power < FLOWS and session.kwh > 0


def _nearly_full(charge: Charge, session: Session) -> bool:
    level = session.latest("STATE_OF_CHARGE")
    if level is not None:
        return level >= NEARLY_FULL
    care = charge.care
    return bool(care.latest) and care.latest <= care.strongest * TAPERED
