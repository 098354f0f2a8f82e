"""What was charged before: each charge with its records, months with their sums, and everything known of one charge."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Final

from bot.domain.charge import OVER, Charge, Fact
from bot.domain.ids import ChargeId, DriverId
from bot.domain.ledger import Ledger
from bot.domain.money import Money, Price
from bot.domain.own_fee import FeeBill, in_all, of_ledger
from bot.domain.session import Cdr, Session
from bot.ports import Clock, Database, UnitOfWork
from bot.services.costs import Cost, so_far, zone_of

PAGE: Final = 6
MOST: Final = 5000
"""Charges of one driver that are looked at; nobody has charged more often."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One charge with all that was said of it; `estimate` is ours or the operator's, where there is no bill yet."""

    charge: Charge
    session: Session | None
    cdrs: tuple[Cdr, ...]
    estimate: Cost | None

    @property
    def began(self) -> datetime:
        """By the station's clock."""
        begun = self.charge.started_at or (self.cdrs[0].start if self.cdrs else self.charge.made_at)
        return begun.astimezone(zone_of(self.charge.place.time_zone))

    @property
    def ledger(self) -> Ledger:
        return Ledger.of(self.cdrs)

    @property
    def total(self) -> Price | None:
        """What all records come to; None while there is none, one is doubtful, or it states no total."""
        sums = list(self.ledger.balance.values())
        return None if self.being_checked or len(sums) != 1 or sums[0].best_known is None else sums[0]

    @property
    def fee(self) -> FeeBill | None:
        """Our own, by all records."""
        return of_ledger(self.charge.fee, self.ledger)

    @property
    def paid(self) -> Price | None:
        """What the driver pays, our fee included; None as `total`, and where the two state no side of the tax alike."""
        paid = None if self.total is None else in_all(self.total, self.fee)
        return None if paid is None or paid.best_known is None else paid

    @property
    def being_checked(self) -> bool:
        """Whether people have something to look at before this is believed."""
        return bool(self.ledger.doubts())

    @property
    def kwh(self) -> Decimal:
        """As billed, else as metered."""
        if self.cdrs:
            return sum((bill.total_energy for bill in self.ledger.standing[:1]), Decimal(0))
        return self.session.kwh if self.session else Decimal(0)


@dataclass(frozen=True, slots=True)
class Page:
    """`number` counts from 0; there is always at least one page."""

    entries: tuple[Entry, ...]
    number: int
    pages: int
    charges: int


@dataclass(frozen=True, slots=True)
class Sum:
    """Charges that are paid in one currency, with the energy of exactly those."""

    currency: str
    total: Price
    kwh: Decimal
    charges: int

    @property
    def per_kwh(self) -> Money | None:
        """What a kWh has cost on average, with all fees."""
        total = self.total.best_known
        return None if total is None or not self.kwh else Money(total.amount / self.kwh, self.currency)


@dataclass(frozen=True, slots=True)
class Month:
    """A month by the stations' clocks. `open` charges have no sum yet: no bill, no total, or one being checked.

    `business` and `private` are the sums again, of the charges with either mark.
    """

    year: int
    month: int
    charges: int
    kwh: Decimal
    sums: tuple[Sum, ...]
    open: int
    entries: tuple[Entry, ...] = field(repr=False)
    business: tuple[Sum, ...] = ()
    private: tuple[Sum, ...] = ()


@dataclass(frozen=True, slots=True)
class Evidence:
    """All we hold of one charge, for a dispute; `timeline` is oldest first."""

    entry: Entry
    timeline: tuple[Fact, ...]
    now: datetime


class History:
    """Reads, never writes; only what belongs to the driver who asks."""

    def __init__(self, db: Database, clock: Clock) -> None:
        self._db = db
        self._clock = clock

    async def page(self, driver_id: DriverId, number: int) -> Page:
        """The newest charges first; a page beyond the last is the last."""

        def work(uow: UnitOfWork) -> Page:
            charges = _ran(uow, driver_id)
            pages = max(1, -(-len(charges) // PAGE))
            wanted = min(max(0, number), pages - 1)
            shown = charges[wanted * PAGE : (wanted + 1) * PAGE]
            return Page(tuple(_entry(uow, charge) for charge in shown), wanted, pages, len(charges))

        return await self._db.read(work)

    async def entry(self, driver_id: DriverId, charge_id: ChargeId) -> Entry | None:
        """One charge, if it is this driver's."""

        def work(uow: UnitOfWork) -> Entry | None:
            charge = uow.charges.get(charge_id)
            return _entry(uow, charge) if charge and charge.driver_id == driver_id else None

        return await self._db.read(work)

    async def everything(self, driver_id: DriverId) -> tuple[Entry, ...]:
        """All charges that ran, the oldest first."""
        return await self._db.read(lambda uow: tuple(_entry(uow, charge) for charge in reversed(_ran(uow, driver_id))))

    async def months(self, driver_id: DriverId) -> tuple[Month, ...]:
        """The months in which something was charged, the newest first."""
        return monthly(await self.everything(driver_id))

    async def evidence(self, driver_id: DriverId, charge_id: ChargeId) -> Evidence | None:
        """Everything about one charge, if it is this driver's."""
        now = self._clock.now()

        def work(uow: UnitOfWork) -> Evidence | None:
            charge = uow.charges.get(charge_id)
            if charge is None or charge.driver_id != driver_id:
                return None
            return Evidence(_entry(uow, charge), tuple(uow.charges.timeline(charge_id)), now)

        return await self._db.read(work)


def monthly(entries: Iterable[Entry]) -> tuple[Month, ...]:
    """Sorted into months by when each began at its station; the newest month first."""
    sorted_in: dict[tuple[int, int], list[Entry]] = {}
    for entry in entries:
        sorted_in.setdefault((entry.began.year, entry.began.month), []).append(entry)
    return tuple(_month(year, month, sorted_in[year, month]) for year, month in sorted(sorted_in, reverse=True))


def _month(year: int, month: int, entries: Sequence[Entry]) -> Month:
    paid = [(entry, total) for entry in entries if (total := entry.paid) is not None]
    business = [(entry, total) for entry, total in paid if entry.charge.business]
    return Month(
        year,
        month,
        charges=len(entries),
        kwh=sum((entry.kwh for entry in entries), Decimal(0)),
        sums=_sums(paid),
        open=len(entries) - len(paid),
        entries=tuple(entries),
        business=_sums(business),
        private=_sums([(entry, total) for entry, total in paid if not entry.charge.business]),
    )


def _sums(paid: Sequence[tuple[Entry, Price]]) -> tuple[Sum, ...]:
    """One for each currency."""
    by_currency: dict[str, list[tuple[Entry, Price]]] = {}
    for entry, total in paid:
        by_currency.setdefault(entry.cdrs[0].currency, []).append((entry, total))
    return tuple(_sum(currency, by_currency[currency]) for currency in sorted(by_currency))


def _sum(currency: str, paid: Sequence[tuple[Entry, Price]]) -> Sum:
    """A side of the tax is summed only where every charge has it; where sides are mixed, what is payable is."""
    kwh = sum((entry.kwh for entry, _ in paid), Decimal(0))
    incl = [price.incl_vat for _, price in paid]
    excl = [price.excl_vat for _, price in paid]
    best = [price.best_known for _, price in paid]
    with_tax, without = _added(incl, currency), _added(excl, currency)
    if with_tax is None and without is None:
        with_tax = _added(best, currency)
    return Sum(currency, Price(without, with_tax), kwh, len(paid))


def _added(amounts: Sequence[Money | None], currency: str) -> Money | None:
    known = [money.amount for money in amounts if money is not None]
    return Money(sum(known, Decimal(0)), currency) if len(known) == len(amounts) else None


def _ran(uow: UnitOfWork, driver_id: DriverId) -> list[Charge]:
    """Those in which the operator ever showed a session or sent a bill, the newest first."""
    charges = uow.charges.of_driver(driver_id, MOST)
    return [charge for charge in charges if charge.started_at is not None or charge.state in OVER]


def _entry(uow: UnitOfWork, charge: Charge) -> Entry:
    session = uow.sessions.get(charge.session_key) if charge.session_key else None
    cdrs = tuple(uow.cdrs.of_charge(charge.id))
    end = charge.ended_at or (session.last_updated if session else charge.made_at)
    return Entry(charge, session, cdrs, None if cdrs else so_far(charge, session, end))
