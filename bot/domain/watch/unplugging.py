"""The unplug guard: while a plugged-in car may still cost money, its driver is reminded until the cable is out.

Proof is the charge point free again, or the bill; the driver's own word is enough to be left in peace.
"""

from datetime import datetime

from bot.domain.charge_record import Charge, cared
from bot.domain.ids import EvseUid
from bot.domain.pace import Pace
from bot.domain.session import SessionStatus
from bot.domain.states import State
from bot.domain.station import Evse
from bot.domain.tariffs.fees import clocked
from bot.domain.timeline import By, Fact, What


def guarded(charge: Charge) -> bool:
    """Whether the driver is still to be reminded."""
    care = charge.care
    ran = charge.started_at is not None and charge.session_status is not SessionStatus.INVALID
    return charge.state is State.ENDED and ran and care.unplugged_at is None and clocked(charge.tariff)


def next_reminder(charge: Charge, pace: Pace, paid_from: datetime | None = None) -> datetime | None:
    """When to remind again: sooner where a paid step (`paid_from`) comes sooner; None once enough has been said."""
    care = charge.care
    if not guarded(charge) or care.over_at is None or care.reminders >= len(pace.unplug_again):
        return None
    planned = care.over_at + pace.unplug_again[care.reminders]
    if paid_from is None or care.reminders == 0:
        return planned
    before_it = paid_from - pace.fee_warning
    last = care.over_at + pace.unplug_again[care.reminders - 1]
    return before_it if last < before_it < planned else planned


def reminded(charge: Charge, now: datetime, price: str = "") -> Charge:
    """`price` is what staying costs, for the message."""
    fact = Fact(now, By.CHARGEBOT, What.UNPLUG_REMINDED, price)
    return cared(charge, fact, reminders=charge.care.reminders + 1)


def proven(charge: Charge, evse: Evse | None) -> bool:
    """Whether the operator has shown the charge point free since the end."""
    over = charge.care.over_at
    return bool(evse and evse.free and evse.heard_at and over and evse.heard_at > over)


def unplugged(charge: Charge, now: datetime, by: By, evse_uid: EvseUid | None = None) -> Charge:
    """The cable is out, says the driver, or the operator's charge point."""
    if charge.care.unplugged_at is not None:
        return charge
    return cared(charge, Fact(now, by, What.UNPLUGGED, evse_uid or ""), unplugged_at=now)
