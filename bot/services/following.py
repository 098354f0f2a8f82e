"""Following a charge: all that a driver may know of it, read in one go."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from bot.domain.charge import OVER, RUNNING, By, Charge, Fact, State
from bot.domain.driver import Driver
from bot.domain.ids import CdrId, ChargeId, DriverId
from bot.domain.ledger import Ledger
from bot.domain.own_fee import FeeBill, of_ledger
from bot.domain.session import Cdr, Session
from bot.domain.watch.readings import Reading, reading_of
from bot.ports import Card, Clock, Database, UnitOfWork
from bot.services.costs import Comparison, Cost, Gap, compared, gaps, reckoned, so_far

RECENT: Final = 5


@dataclass(frozen=True, slots=True)
class Look:
    """A charge with what is known of it at `now`; `first` while its driver has never brought another to its end."""

    charge: Charge
    session: Session | None
    cost: Cost | None
    timeline: tuple[Fact, ...]
    driver: Driver | None
    card: Card | None
    now: datetime
    first: bool = False


@dataclass(frozen=True, slots=True)
class Bill:
    """One of the operator's records of a charge, beside our reckoning and what we had estimated at its end."""

    cdr: Cdr
    compared: Comparison
    estimate: Cost | None
    gaps: tuple[Gap, ...] = ()
    ledger: Ledger = field(default_factory=lambda: Ledger(()))
    rated: bool = False
    fee: FeeBill | None = None

    @property
    def corrected(self) -> bool:
        """Whether another bill of this charge came before it."""
        return not self.cdr.credit and self.ledger.bills[:1] != (self.cdr,)


class Following:
    """Reads, never writes, but for where the live card is and what it shows."""

    def __init__(self, db: Database, clock: Clock) -> None:
        self._db = db
        self._clock = clock

    async def look(self, charge_id: ChargeId) -> Look | None:
        """All there is to show of a charge, whoever asks: callers check the owner."""
        now = self._clock.now()
        return await self._db.read(lambda uow: _look(uow, charge_id, now))

    async def of_driver(self, driver_id: DriverId) -> Look | None:
        """What a returning driver must see first: the open charge, if there is one."""
        now = self._clock.now()

        def work(uow: UnitOfWork) -> Look | None:
            latest = uow.charges.of_driver(driver_id, limit=5)
            charge = uow.charges.claimed_by(driver_id) or next((c for c in latest if c.open), None)
            return _look(uow, charge.id, now) if charge else None

        return await self._db.read(work)

    async def readings(self, charge_id: ChargeId) -> Sequence[Reading]:
        """The meter over time, with the newest reading at the end; empty before the first."""

        def work(uow: UnitOfWork) -> Sequence[Reading]:
            charge = uow.charges.get(charge_id)
            session = uow.sessions.get(charge.session_key) if charge and charge.session_key else None
            kept = list(uow.readings.of_charge(charge_id))
            if session is None:
                return kept
            newest = reading_of(session)
            return [one for one in kept if one.at < newest.at] + [newest]

        return await self._db.read(work)

    async def bill(self, charge_id: ChargeId, cdr_id: CdrId) -> Bill | None:
        def work(uow: UnitOfWork) -> Bill | None:
            charge = uow.charges.get(charge_id)
            cdr = next((c for c in uow.cdrs.of_charge(charge_id) if c.id == cdr_id), None)
            if charge is None or cdr is None:
                return None
            session = uow.sessions.get(charge.session_key) if charge.session_key else None
            end = charge.ended_at or cdr.end
            estimate, comparison = so_far(charge, session, end), compared(charge, cdr)
            own = reckoned(charge, session, end) if session and estimate and estimate.by is By.CHARGEBOT else None
            rated = uow.feedback.rating(charge_id) is not None
            ledger = Ledger.of(uow.cdrs.of_charge(charge_id))
            fee = of_ledger(charge.fee, ledger)
            return Bill(cdr, comparison, estimate, gaps(own, comparison), ledger, rated, fee)

        return await self._db.read(work)

    async def shown(self, card: Card) -> None:
        """The card now shows that version, on that message."""
        await self._db.write(lambda uow: uow.cards.save(card))

    async def shown_again(self, card: Card, before: Card | None) -> None:
        """Likewise, unless meanwhile the driver made another message the card than the one `before`."""

        def work(uow: UnitOfWork) -> None:
            if _message(uow.cards.get(card.charge_id)) in {_message(before), _message(card)}:
                uow.cards.save(card)

        await self._db.write(work)


def _message(card: Card | None) -> tuple[int, int] | None:
    return (card.chat_id, card.message_id) if card else None


def _look(uow: UnitOfWork, charge_id: ChargeId, now: datetime) -> Look | None:
    charge = uow.charges.get(charge_id)
    if charge is None:
        return None
    session = uow.sessions.get(charge.session_key) if charge.session_key else None
    until = charge.ended_at if charge.state in OVER and charge.ended_at else now
    return Look(
        charge,
        session,
        so_far(charge, session, until),
        tuple(uow.charges.timeline(charge_id)),
        uow.drivers.get(charge.driver_id),
        uow.cards.get(charge_id),
        now,
        _is_first(uow, charge),
    )


def _is_first(uow: UnitOfWork, charge: Charge) -> bool:
    others = (other for other in uow.charges.of_driver(charge.driver_id, limit=RECENT) if other.id != charge.id)
    return charge.state in RUNNING | OVER and not any(other.state in {State.ENDED, State.BILLED} for other in others)
