"""The wrong connector: the one chosen stays free while exactly one beside it begins to be used.

Silent where the operator does not tell of each charge point by itself, or tells late.
"""

from datetime import datetime, timedelta
from typing import Final

from bot.domain.charge_record import Charge, cared
from bot.domain.identifier import printed_on
from bot.domain.ids import same
from bot.domain.states import State
from bot.domain.station import Evse, Station, Status
from bot.domain.timeline import By, Fact, What

WITHIN: Final = timedelta(seconds=90)
BEFORE: Final = timedelta(seconds=30)
"""Many plug in first and press afterwards."""

FRESH: Final = timedelta(minutes=15)
_IN_USE: Final = frozenset({Status.CHARGING, Status.BLOCKED})


def waits_for_a_car(charge: Charge, now: datetime) -> bool:
    """Whether it is the moment to look: a start is out, nothing runs (a session may wait), nothing was asked yet."""
    if charge.state is not State.FENCED or charge.care.neighbour is not None:
        return False
    return charge.fenced_at is not None and now - charge.fenced_at <= 2 * WITHIN


def suspected(charge: Charge, station: Station, now: datetime) -> Evse | None:
    """The neighbour that the cable is probably in, or None where that is not clear."""
    chosen = station.evse(charge.place.evse_uid)
    fenced = charge.fenced_at
    if chosen is None or fenced is None or not chosen.free or now - station.told_at(chosen) > FRESH:
        return None
    others = [evse for evse in station.present if not same(evse.uid, chosen.uid)]
    taken = [evse for evse in others if evse.status in _IN_USE and _since(evse, fenced)]
    one = taken[0] if len(taken) == 1 else None
    return one if one and one.startable and printed_on(one) else None


def _since(evse: Evse, fenced: datetime) -> bool:
    return evse.heard_at is not None and fenced - BEFORE <= evse.heard_at <= fenced + WITHIN


def asked(charge: Charge, evse: Evse, now: datetime) -> Charge:
    """Its detail is what the sticker of the other one says, for the question."""
    label = printed_on(evse) or evse.evse_id or ""
    return cared(charge, Fact(now, By.OPERATOR, What.NEIGHBOUR, label), neighbour=evse.uid)
