"""The ledger of a charge: immutable records and credits, what they add up to, and what about them is doubtful.

Nothing is ever changed or taken out: a correction is a credit that takes a bill back, and another bill. A credit that
came before its bill waits for it; amounts of two currencies are never added. This room knows amounts, not words.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Final

from bot.domain.ids import CdrId, PartnerId, Party, folded
from bot.domain.money import Money, Price
from bot.domain.session import Cdr

MOST_ENERGY: Final = Decimal(1000)
"""No car takes more kWh in one charge."""

CENT: Final = Decimal("0.01")

Key = tuple[PartnerId, Party, str]


class Doubt(StrEnum):
    """Why people must look at a record before anyone pays it."""

    SECOND_BILL = "second_bill"  # another bill of the charge stands, and no credit took it back
    NO_BILL_YET = "no_bill_yet"  # a credit came before what it takes back, and waits
    CREDITED_TWICE = "credited_twice"
    CREDIT_DIFFERS = "credit_differs"  # it does not take back exactly what was asked
    NOT_NEGATIVE = "not_negative"  # a credit that asks for money
    NEGATIVE = "negative"  # a bill that gives money or energy and is no credit
    OTHER_CURRENCY = "other_currency"  # than the first bill of the charge
    TARIFF_CURRENCY = "tariff_currency"  # its tariffs are in another currency than it
    TOO_MUCH_ENERGY = "too_much_energy"


@dataclass(frozen=True, slots=True)
class Ledger:
    """The records of one charge in the order they came."""

    records: tuple[Cdr, ...]

    @classmethod
    def of(cls, records: Iterable[Cdr]) -> "Ledger":
        return cls(tuple(records))

    @property
    def bills(self) -> tuple[Cdr, ...]:
        return tuple(record for record in self.records if not record.credit)

    @property
    def standing(self) -> tuple[Cdr, ...]:
        """The bills that no credit has taken back."""
        taken = {_original(record) for record in self.records if record.credit}
        return tuple(bill for bill in self.bills if _key(bill) not in taken)

    @property
    def held(self) -> tuple[Cdr, ...]:
        """The standing bills after the first: they are not told to a driver before people have looked."""
        return self.standing[1:]

    @property
    def balance(self) -> Mapping[str, Price]:
        """What all bills and the credits for them add up to, by currency; a side nobody states stays unknown."""
        known = {_key(bill) for bill in self.bills}
        counted = [record for record in self.records if not record.credit or _original(record) in known]
        currencies = dict.fromkeys(record.currency for record in counted)
        return {name: _sum(name, [r.total_cost for r in counted if r.currency == name]) for name in currencies}

    @property
    def due(self) -> Money | None:
        """What the operator asks for this charge in the end; None as long as that is doubtful."""
        if self.doubts() or len(self.balance) != 1:
            return None
        [price] = self.balance.values()
        return price.best_known

    def doubts(self) -> tuple[tuple[Cdr, Doubt], ...]:
        """Every doubt with the record that raises it."""
        return tuple((record, doubt) for record in self.records for doubt in self.about(record))

    def about(self, record: Cdr) -> tuple[Doubt, ...]:
        """What is doubtful about one of the records, seen beside the others."""
        found = self._about_credit(record) if record.credit else self._about_bill(record)
        if record.currency != next((bill.currency for bill in self.bills), record.currency):
            found.append(Doubt.OTHER_CURRENCY)
        if any(tariff.currency != record.currency for tariff in record.tariffs):
            found.append(Doubt.TARIFF_CURRENCY)
        if abs(record.total_energy) > MOST_ENERGY:
            found.append(Doubt.TOO_MUCH_ENERGY)
        return tuple(found)

    def _about_bill(self, record: Cdr) -> list[Doubt]:
        found = [Doubt.SECOND_BILL] if any(_key(record) == _key(other) for other in self.held) else []
        total = record.total_cost.best_known
        if record.total_energy < 0 or (total is not None and total.amount < 0):
            found.append(Doubt.NEGATIVE)
        return found

    def _about_credit(self, record: Cdr) -> list[Doubt]:
        original = next((bill for bill in self.bills if _key(bill) == _original(record)), None)
        if original is None:
            return [Doubt.NO_BILL_YET]
        found = []
        first = next(other for other in self.records if other.credit and _original(other) == _original(record))
        if _key(first) != _key(record):
            found.append(Doubt.CREDITED_TWICE)
        total = record.total_cost.best_known
        if total is not None and total.amount > 0:
            found.append(Doubt.NOT_NEGATIVE)
        elif not _takes_back(record, original):
            found.append(Doubt.CREDIT_DIFFERS)
        return found


def _key(record: Cdr) -> Key:
    return record.partner_id, record.party, folded(record.id)


def _original(credit: Cdr) -> Key:
    return credit.partner_id, credit.party, folded(credit.credits_id or CdrId(""))


def _takes_back(credit: Cdr, original: Cdr) -> bool:
    """Whether each side that both state comes to nothing, but for a cent of rounding."""
    if credit.currency != original.currency:
        return False
    ours, theirs = credit.total_cost, original.total_cost
    sides = ((ours.excl_vat, theirs.excl_vat), (ours.incl_vat, theirs.incl_vat))
    sums = [(one + other).amount for one, other in sides if one is not None and other is not None]
    return bool(sums) and all(abs(left) <= CENT for left in sums)


def _sum(currency: str, prices: Sequence[Price]) -> Price:
    sides = ([price.excl_vat for price in prices], [price.incl_vat for price in prices])
    excl, incl = (_added([side for side in of if side is not None], len(prices)) for of in sides)
    return Price.of(currency, excl, incl)


def _added(amounts: Sequence[Money], needed: int) -> Decimal | None:
    if len(amounts) < needed:
        return None
    return sum((amount.amount for amount in amounts), Decimal(0))
