"""What our own fee comes to, beside the operator's amount: as agreed at the press, and following every correction.

The rule: once per charge for the start, per kWh of the energy, and a share of what the operator asks. With bills it
follows them: the start as long as a bill stands, the energy of the standing bills, the share of the balance of all
bills and credits. A charge that is wholly credited has no fee. The share is taken of the side of the tax that the fee
itself is on, else of the side that the operator states. Each part is rounded once, so that the lines add up.
A fee in another currency than the operator's amount is not asked for: it could not be added up before either.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from bot.domain.catalogue import OwnFee
from bot.domain.ledger import Ledger
from bot.domain.money import Money, Price


class Part(StrEnum):
    START = "start"
    ENERGY = "energy"
    SHARE = "share"


@dataclass(frozen=True, slots=True)
class FeeLine:
    """One part of the fee; `volume` is starts, kWh or percent."""

    part: Part
    volume: Decimal
    amount: Price


@dataclass(frozen=True, slots=True)
class FeeBill:
    """The fee of one charge; a side of the tax that cannot be known for a line is unknown in the total."""

    lines: tuple[FeeLine, ...]
    total: Price


def reckon(fee: OwnFee | None, kwh: Decimal, operator: Price) -> FeeBill | None:
    """The fee for so much energy and such an amount of the operator; None where none is due."""
    stated = operator.best_known
    if fee is None or stated is None or stated.currency != fee.currency:
        return None
    base = (operator.incl_vat if fee.vat_included else operator.excl_vat) or stated
    parts = (
        (Part.START, Decimal(1), fee.per_start),
        (Part.ENERGY, kwh, fee.per_kwh * kwh),
        (Part.SHARE, fee.percent, base.amount * fee.percent / 100),
    )
    lines = tuple(FeeLine(part, volume, _sides(fee, amount)) for part, volume, amount in parts if amount)
    if not lines:
        return None
    excl, incl = _sum([line.amount.excl_vat for line in lines]), _sum([line.amount.incl_vat for line in lines])
    return FeeBill(lines, Price.of(fee.currency, excl, incl))


def of_ledger(fee: OwnFee | None, ledger: Ledger) -> FeeBill | None:
    """The fee by all records of a charge; None while they are doubtful, and where no bill stands."""
    if not ledger.standing or ledger.doubts() or len(ledger.balance) != 1:
        return None
    [balance] = ledger.balance.values()
    return reckon(fee, sum((bill.total_energy for bill in ledger.standing), Decimal(0)), balance)


def in_all(operator: Price, ours: FeeBill | None) -> Price:
    """What a driver pays; a side that either does not know stays unknown."""
    if ours is None:
        return operator
    sides = ((operator.excl_vat, ours.total.excl_vat), (operator.incl_vat, ours.total.incl_vat))
    excl, incl = (None if one is None or other is None else one.rounded() + other for one, other in sides)
    return Price(excl, incl)


def fee_to_json(fee: OwnFee | None) -> dict[str, str] | None:
    """What was shown, for the memory of a conversation."""
    if fee is None:
        return None
    numbers = {"per_start": fee.per_start, "per_kwh": fee.per_kwh, "percent": fee.percent, "vat": fee.vat}
    told = {name: str(number) for name, number in numbers.items() if number is not None}
    return {"currency": fee.currency, "on": "incl" if fee.vat_included else "excl"} | told


def fee_from_json(told: Mapping[str, str] | None) -> OwnFee | None:
    if told is None:
        return None
    return OwnFee(
        told["currency"],
        Decimal(told["per_start"]),
        Decimal(told["per_kwh"]),
        Decimal(told["percent"]),
        Decimal(told["vat"]) if "vat" in told else None,
        told["on"] == "incl",
    )


def _sides(fee: OwnFee, amount: Decimal) -> Price:
    excl: Decimal | None = amount
    if fee.vat_included:
        excl = None if fee.vat is None else amount / (1 + fee.vat / 100)
    return Price(_cents(excl, fee.currency), _cents(fee.with_vat(amount), fee.currency))


def _cents(amount: Decimal | None, currency: str) -> Money | None:
    return None if amount is None else Money(amount, currency).rounded()


def _sum(amounts: list[Money | None]) -> Decimal | None:
    known = [money.amount for money in amounts if money is not None]
    return sum(known, Decimal(0)) if len(known) == len(amounts) else None
