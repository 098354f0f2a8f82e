"""Limits of a charge: what a driver wants to be told at, and where it shall stop."""

import re
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final

from bot.domain.charge_record import Charge, cared
from bot.domain.timeline import By, Fact, What
from bot.domain.watch.care import Limit, LimitKind

MOST: Final = {
    LimitKind.SPEND: Decimal(10_000),
    LimitKind.ENERGY: Decimal(1_000),
    LimitKind.PERCENT: Decimal(100),
    LimitKind.TIME: Decimal(7 * 24 * 60),
}
_UNITS: Final = {
    "kwh": LimitKind.ENERGY,
    "%": LimitKind.PERCENT,
    "min": LimitKind.TIME,
    "h": LimitKind.TIME,
}
_MINUTES_AN_HOUR: Final = 60
_LONGEST: Final = 40
_TYPED: Final = re.compile(r"(\D*?) ?([0-9]{1,6}(?:[.,][0-9]{1,2})?) ?(\D*)")
_MONEY: Final = re.compile(r"[a-z]{3}|[$€£]|kr|zł|fr\.?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Measured:
    """What a charge has come to; None: nobody tells."""

    spent: Decimal | None
    kwh: Decimal | None
    percent: Decimal | None
    minutes: Decimal

    def of(self, kind: LimitKind) -> Decimal | None:
        return {
            LimitKind.SPEND: self.spent,
            LimitKind.ENERGY: self.kwh,
            LimitKind.PERCENT: self.percent,
            LimitKind.TIME: self.minutes,
        }[kind]


def read(text: str) -> Limit | None:
    """A limit as a driver types it: "25 kWh", "80 %", "45 min", "2 h", "€15"; None when it is none of these."""
    text = " ".join(text.split())
    found = _TYPED.fullmatch(text) if len(text) <= _LONGEST else None
    if found is None:
        return None
    before, number, after = found.groups()
    amount = Decimal(number.replace(",", "."))
    kind = _UNITS.get(after.lower()) if not before else None
    if kind is None and _MONEY.fullmatch(before or after) and not (before and after):
        kind = LimitKind.SPEND
    if kind is None:
        return None
    if after.lower() == "h":
        amount *= _MINUTES_AN_HOUR
    return Limit(kind, amount) if 0 < amount <= MOST[kind] else None


def chosen(charge: Charge, limit: Limit, now: datetime) -> Charge:
    """The driver sets a limit; one of a kind counts, the newest."""
    others = tuple(other for other in charge.care.limits if other.kind is not limit.kind)
    fact = Fact(now, By.DRIVER, What.LIMIT_SET, f"{limit.kind} {limit.amount}{' stop' if limit.stop else ''}")
    return cared(charge, fact, limits=(*others, replace(limit, reached_at=None)))


def cleared(charge: Charge, now: datetime) -> Charge:
    """The driver wants none any more."""
    if not charge.care.limits:
        return charge
    return cared(charge, Fact(now, By.DRIVER, What.LIMIT_SET), limits=())


def crossed(charge: Charge, measured: Measured) -> tuple[Limit, ...]:
    """The limits that are reached now and were not before."""
    values = ((limit, measured.of(limit.kind)) for limit in charge.care.limits if limit.reached_at is None)
    return tuple(limit for limit, value in values if value is not None and value >= limit.amount)


def reached(charge: Charge, limit: Limit, now: datetime) -> Charge:
    """Noted once, with the amount; whether it stops is the caller's next step."""
    limits = tuple(replace(one, reached_at=now) if one == limit else one for one in charge.care.limits)
    fact = Fact(now, By.CHARGEBOT, What.LIMIT_REACHED, f"{limit.kind} {limit.amount}{' stop' if limit.stop else ''}")
    return cared(charge, fact, limits=limits)


def next_by_clock(charge: Charge) -> datetime | None:
    """When a time limit will be reached, whoever is silent until then."""
    began = charge.care.running_at
    if began is None:
        return None
    waiting = (one for one in charge.care.limits if one.kind is LimitKind.TIME and one.reached_at is None)
    return min((began + timedelta(minutes=float(one.amount)) for one in waiting), default=None)
