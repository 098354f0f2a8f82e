"""Amounts of money: exact, in one currency, rounded in one place only.

Every amount is an exact decimal until `Money.rounded`, the ONE rounding point of the project: half up, to the
minor unit of the currency. Bills are summed exactly and rounded once; nobody else may quantize an amount.
"""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

_NO_MINOR_UNIT = frozenset(
    (
        "BIF",
        "CLP",
        "DJF",
        "GNF",
        "ISK",
        "JPY",
        "KMF",
        "KRW",
        "PYG",
        "RWF",
        "UGX",
        "UYI",
        "VND",
        "VUV",
        "XAF",
        "XOF",
        "XPF",
    )
)
_THREE_DIGITS = frozenset(("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"))
_FOUR_DIGITS = frozenset(("CLF", "UYW"))
_LARGEST = Decimal(10) ** 12


class CurrencyMismatch(ValueError):
    """Two amounts in different currencies were brought together."""

    def __init__(self, ours: str, theirs: str) -> None:
        super().__init__(f"{ours} and {theirs} cannot be reckoned together")
        self.ours = ours
        self.theirs = theirs


class UnusableNumber(ValueError):
    """A number no price, volume or limit can have: not finite, or beyond a trillion."""

    def __init__(self, number: object) -> None:
        super().__init__(f"{str(number)[:40]} is no usable number")


def usable(number: Decimal) -> Decimal:
    """Give the number back, or raise UnusableNumber for NaN, Infinity, 1e12 and more, or another type."""
    if not isinstance(number, Decimal):
        raise UnusableNumber(number)
    if not number.is_finite() or abs(number) >= _LARGEST:
        raise UnusableNumber(number)
    return number


def minor_digits(currency: str) -> int:
    """Digits after the decimal point in ISO 4217: EUR 2, JPY 0, KWD 3, and 2 for a code nobody knows."""
    if currency in _NO_MINOR_UNIT:
        return 0
    if currency in _THREE_DIGITS:
        return 3
    return 4 if currency in _FOUR_DIGITS else 2


@dataclass(frozen=True, slots=True)
class Money:
    """An exact amount in a currency (ISO 4217 code)."""

    amount: Decimal
    currency: str

    def __post_init__(self) -> None:
        usable(self.amount)

    def rounded(self) -> "Money":
        """Round half up to the currency's minor unit: 5.625 EUR is 5.63, 10.5 JPY is 11."""
        unit = Decimal(1).scaleb(-minor_digits(self.currency))
        amount = self.amount.quantize(unit, rounding=ROUND_HALF_UP)
        return Money(amount or abs(amount), self.currency)

    def _theirs(self, other: "Money") -> Decimal:
        if other.currency != self.currency:
            raise CurrencyMismatch(self.currency, other.currency)
        return other.amount

    def __add__(self, other: "Money") -> "Money":
        return Money(self.amount + self._theirs(other), self.currency)

    def __sub__(self, other: "Money") -> "Money":
        return Money(self.amount - self._theirs(other), self.currency)

    def __neg__(self) -> "Money":
        return Money(-self.amount, self.currency)

    def __abs__(self) -> "Money":
        return Money(abs(self.amount), self.currency)

    def __mul__(self, factor: Decimal | int) -> "Money":
        return Money(self.amount * factor, self.currency)

    def __lt__(self, other: "Money") -> bool:
        return self.amount < self._theirs(other)

    def __le__(self, other: "Money") -> bool:
        return self.amount <= self._theirs(other)

    def __gt__(self, other: "Money") -> bool:
        return self.amount > self._theirs(other)

    def __ge__(self, other: "Money") -> bool:
        return self.amount >= self._theirs(other)


@dataclass(frozen=True, slots=True)
class Price:
    """One price without and with tax, as OCPI's Price and PriceLimit; a side nobody stated is None.

    Both sides are in one currency. An absent side is unknown, never zero and never equal to the other.
    """

    excl_vat: Money | None
    incl_vat: Money | None = None

    def __post_init__(self) -> None:
        one, other = self.excl_vat, self.incl_vat
        if one is not None and other is not None and one.currency != other.currency:
            raise CurrencyMismatch(one.currency, other.currency)

    @classmethod
    def of(cls, currency: str, excl_vat: Decimal | None, incl_vat: Decimal | None = None) -> "Price":
        return cls(
            None if excl_vat is None else Money(excl_vat, currency),
            None if incl_vat is None else Money(incl_vat, currency),
        )

    @property
    def best_known(self) -> Money | None:
        """What a driver pays as far as anyone said: with tax where known, else without."""
        return self.excl_vat if self.incl_vat is None else self.incl_vat
