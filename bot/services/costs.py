"""What a charge costs, and who says so: an example before it, the sum so far, our reckoning beside the bill."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bot.domain import own_fee
from bot.domain.charge import By, Charge
from bot.domain.money import CurrencyMismatch, Money, Price, UnusableNumber
from bot.domain.own_fee import FeeBill
from bot.domain.session import Cdr, Session
from bot.domain.tariffs.bill import Bill, Caveat, Reason
from bot.domain.tariffs.estimate import estimate, running_cost
from bot.domain.tariffs.pricing import NoTariff, price
from bot.domain.tariffs.tariff import Tariff

EXAMPLE_KWH: Final = Decimal(20)
EXAMPLE_TIME: Final = timedelta(hours=1)
TOLERATED_SHARE: Final = Decimal("0.01")
TOLERATED_AMOUNT: Final = Decimal("0.50")
NOTHING_TO_SAY: Final = Decimal("0.02")
_CANNOT = (NoTariff, CurrencyMismatch, UnusableNumber, ArithmeticError)
_ABOUT_TIME: Final = frozenset({Caveat.PERIOD_ASSUMED, Caveat.TIME_ASSUMED})
"""Caveats that change nothing where time costs nothing."""


@dataclass(frozen=True, slots=True)
class Example:
    """A worked example for a price card; `complete` as in Cost."""

    kwh: Decimal
    duration: timedelta
    price: Price
    complete: bool = True


@dataclass(frozen=True, slots=True)
class Cost:
    """What a charge has cost so far, and our own `fee` on top of that; `by` is who says so.

    `complete` is False where part of the tariff could not be reckoned: then the bill may well be another.
    """

    price: Price
    by: By
    complete: bool = True
    fee: FeeBill | None = None

    @property
    def paid(self) -> Price:
        """The operator's amount with our fee."""
        return own_fee.in_all(self.price, self.fee)


@dataclass(frozen=True, slots=True)
class Comparison:
    """The operator's bill beside ours. `theirs` is None when it names no total, which is not the same as nothing.

    `ours` is None when there is nothing to reckon with.
    """

    theirs: Money | None
    ours: Bill | None
    difference: Money | None

    @property
    def agrees(self) -> bool:
        """Whether the difference is rounding and nothing more, so that our lines explain their total."""
        return self.difference is not None and abs(self.difference.amount) <= NOTHING_TO_SAY

    @property
    def questionable(self) -> bool:
        """Whether the difference is above 1 % or 0.50 in the bill's currency."""
        if self.difference is None or self.theirs is None:
            return False
        gap = abs(self.difference.amount)
        return gap > TOLERATED_AMOUNT or gap > abs(self.theirs.amount) * TOLERATED_SHARE


@dataclass(frozen=True, slots=True)
class Gap:
    """One thing that is paid for, as (volume, unit, amount) in the estimate and in the bill."""

    reason: Reason
    estimated: tuple[Decimal, str, Decimal]
    billed: tuple[Decimal, str, Decimal]

    @property
    def amount(self) -> Decimal:
        return self.billed[2] - self.estimated[2]


def example(tariff: Tariff | None, now: datetime, zone: str) -> Example | None:
    """20 kWh in an hour from now on, or None where the price is not known well enough."""
    if tariff is None:
        return None
    try:
        bill = estimate(tariff, EXAMPLE_KWH, EXAMPLE_TIME, now, zone_of(zone))
    except _CANNOT:
        return None
    return Example(EXAMPLE_KWH, EXAMPLE_TIME, bill.total, _complete(bill, tariff))


def so_far(charge: Charge, session: Session | None, now: datetime) -> Cost | None:
    """The operator's running total if it tells one (absent is not free), else ours by the tariff the driver saw."""
    if session is None:
        return None
    if session.total_cost is not None and session.total_cost.best_known:
        fee = own_fee.reckon(charge.fee, session.kwh, session.total_cost)
        return Cost(session.total_cost, By.OPERATOR, fee=fee)
    bill = reckoned(charge, session, now)
    if bill is None or charge.tariff is None:
        return None
    fee = own_fee.reckon(charge.fee, session.kwh, bill.total)
    return Cost(bill.total, By.CHARGEBOT, _complete(bill, charge.tariff), fee)


def reckoned(charge: Charge, session: Session, now: datetime) -> Bill | None:
    """Our own reckoning of a session until `now`, line by line, by the tariff the driver saw."""
    if charge.tariff is None:
        return None
    end = max(session.start, session.end or charge.ended_at or now)
    try:
        return running_cost(
            charge.tariff, session.start, end, zone_of(charge.place.time_zone), kwh=session.kwh, periods=session.periods
        )
    except _CANNOT:
        return None


def gaps(estimated: Bill | None, billed: Comparison) -> tuple[Gap, ...]:
    """Which lines of the bill are not as estimated; none where our lines do not explain the operator's total."""
    if estimated is None or billed.ours is None or not billed.agrees or estimated.currency != billed.ours.currency:
        return ()
    then, now = _by_reason(estimated), _by_reason(billed.ours)
    found = (
        Gap(reason, *(side.get(reason, (Decimal(0), "", Decimal(0))) for side in (then, now)))
        for reason in dict.fromkeys([*now, *then])
    )
    return tuple(gap for gap in found if abs(gap.amount) >= NOTHING_TO_SAY)


def _by_reason(bill: Bill) -> dict[Reason, tuple[Decimal, str, Decimal]]:
    """Volume, unit and amount to pay, with what rounding to a step has added, by what is paid for."""
    sums: dict[Reason, tuple[Decimal, str, Decimal]] = {}
    for line in bill.lines:
        reason = Reason(line.reason.removesuffix("_step_rounded"))
        volume, _, amount = sums.get(reason, (Decimal(0), "", Decimal(0)))
        paid = line.amount.best_known
        sums[reason] = volume + line.volume, line.unit, amount + (paid.amount if paid else 0)
    return sums


def _complete(bill: Bill, tariff: Tariff) -> bool:
    clocked = tariff.is_time_based or tariff.has_parking_fee
    return all(code in _ABOUT_TIME and not clocked for code, _ in bill.caveats)


def compared(charge: Charge, cdr: Cdr) -> Comparison:
    """The operator's record beside our reckoning of the same periods by its own tariffs, else by the one shown.

    A credit is not reckoned, for what it takes back is the operator's word alone; nor a record without periods.
    """
    theirs = cdr.total_cost.best_known
    if theirs is None or cdr.credit or not cdr.periods:
        return Comparison(theirs, None, None)
    tariffs = cdr.tariffs or ((charge.tariff,) if charge.tariff else ())
    try:
        ours = price(tariffs, cdr.periods, zone_of(charge.place.time_zone), cdr.start, cdr.end)
        total = ours.total.incl_vat if cdr.total_cost.incl_vat is not None else ours.total.excl_vat
        return Comparison(theirs, ours, None if total is None else theirs - total)
    except _CANNOT:
        return Comparison(theirs, None, None)


def zone_of(name: str) -> ZoneInfo:
    """The station's zone, or UTC for a name nobody knows."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return ZoneInfo("UTC")
