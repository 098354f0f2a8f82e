"""A bill: what each part costs and why, in codes and facts; the words are found where people read them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import Any

from bot.domain.money import Money, Price

_LEGIBLE = Decimal("0.000001")


class Reason(StrEnum):
    """Why a line is there. The facts of each `..._step_rounded`: used, added, step_size, total_used, total_billed."""

    START_FEE = "start_fee"
    ENERGY = "energy"
    ENERGY_STEP_ROUNDED = "energy_step_rounded"
    CHARGING = "charging_time"
    CHARGING_STEP_ROUNDED = "charging_time_step_rounded"
    PARKING = "parking_time"
    PARKING_STEP_ROUNDED = "parking_time_step_rounded"
    RESERVATION_FEE = "reservation_fee"
    RESERVATION = "reservation_time"
    RESERVATION_STEP_ROUNDED = "reservation_time_step_rounded"
    EXPIRED_FEE = "reservation_expired_fee"
    EXPIRED = "reservation_expired_time"
    EXPIRED_STEP_ROUNDED = "reservation_expired_time_step_rounded"
    MIN_PRICE = "min_price"
    MAX_PRICE = "max_price"


class Caveat(StrEnum):
    """Why a bill may not be the whole truth; in brackets the facts that come with it."""

    UNKNOWN_WORD = "unknown_word"  # (word) the tariff says something this version cannot price
    UNMEASURED = "unmeasured"  # (condition) a price hangs on a current or power nobody reported
    TARIFF_ASSUMED = "tariff_assumed"  # (tariff_id) periods name a tariff we do not have; the only one was used
    TARIFF_UNKNOWN = "tariff_unknown"  # (tariff_id) periods name a tariff we do not have; they are left out
    TARIFF_NOT_IN_FORCE = "tariff_not_in_force"  # (tariff_id) not valid when the session began
    PERIOD_TOO_LONG = "period_too_long"  # a period of more than a year: priced as of its start
    TAX_UNKNOWN = "tax_unknown"  # (limit) a price limit excludes a tax nobody named: not applied
    PERIOD_ASSUMED = "period_assumed"  # no periods reported: one even period to now, waiting time unknown
    TIME_ASSUMED = "time_assumed"  # periods without times: all time on the clock is taken as charging


Fact = Decimal | int | str


@dataclass(frozen=True, slots=True)
class Line:
    """One component's share of the bill.

    `dimension` is ENERGY, TIME, PARKING_TIME, RESERVATION_TIME or FLAT, and MIN_PRICE or MAX_PRICE for an
    adjustment. `volume` is what is billed, in `unit` (kWh, h, session), legible to six places; the amounts are exact
    and not computed from it. `price` is per unit as the tariff states it, with tax where the tariff includes tax.
    """

    dimension: str
    reason: Reason
    volume: Decimal
    unit: str
    price: Decimal
    vat: Decimal | None
    amount: Price
    tariff_id: str
    facts: Mapping[str, Fact] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Bill:
    """Lines with exact amounts, and a total rounded once to the currency's minor unit.

    A side of the total is None where the tariff does not tell the tax and something had to be paid.
    """

    currency: str
    lines: tuple[Line, ...]
    total: Price
    caveats: tuple[tuple[Caveat, Mapping[str, Fact]], ...] = ()

    @property
    def to_pay(self) -> Money:
        """The total with tax where known, else without."""
        return self.total.best_known or Money(Decimal(0), self.currency)


def legible(volume: Decimal) -> Decimal:
    """Give a volume to six places without needless zeros: 0.583333 h, 20.5 kWh."""
    short = volume.quantize(_LEGIBLE).normalize()
    return short.quantize(Decimal(1)) if short == short.to_integral_value() else short


def bill_to_json(bill: Bill) -> dict[str, Any]:
    """The bill as plain JSON: decimals are strings, an unknown side is null, line amounts are to six places."""
    return {
        "currency": bill.currency,
        "total_excl_vat": _text(bill.total.excl_vat),
        "total_incl_vat": _text(bill.total.incl_vat),
        "lines": [_line_to_json(line) for line in bill.lines],
        "caveats": [{"code": str(code), "facts": _facts(facts)} for code, facts in bill.caveats],
    }


def _line_to_json(line: Line) -> dict[str, Any]:
    return {
        "dimension": line.dimension,
        "volume": f"{line.volume:f}",
        "unit": line.unit,
        "price": f"{line.price:f}",
        "vat": None if line.vat is None else f"{line.vat:f}",
        "amount_excl_vat": _text(line.amount.excl_vat),
        "amount_incl_vat": _text(line.amount.incl_vat),
        "reason": str(line.reason),
        "facts": _facts(line.facts),
        "tariff_id": line.tariff_id,
    }


def _facts(facts: Mapping[str, Fact]) -> dict[str, str | int]:
    return {name: f"{fact:f}" if isinstance(fact, Decimal) else fact for name, fact in facts.items()}


def _text(money: Money | None) -> str | None:
    if money is None:
        return None
    rounded = money.rounded().amount
    return f"{rounded if rounded == money.amount else legible(money.amount):f}"
