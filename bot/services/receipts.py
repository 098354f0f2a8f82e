"""Bills: the operator's record closes the charge and is what the driver pays; our own reckoning stands beside it.

Records are kept for ever as they came. What is doubtful about one is written down where people look, with its reason;
of two bills for one charge the second is held back from the driver until a credit clears the first.
"""

import logging
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from bot.domain import charge as charges
from bot.domain.charge import NEVER_RAN, RUNNING, Charge, State
from bot.domain.errors import Conflict, PartnerError
from bot.domain.ids import ChargeId
from bot.domain.ledger import Doubt, Ledger
from bot.domain.money import Money
from bot.domain.pace import Pace
from bot.domain.session import Cdr, SessionKey
from bot.domain.ticket import Cause
from bot.ports import Clock, CpoGateway, Database, DriverNotifier, Lane, Notice, Objection, UnitOfWork
from bot.services import consequences, learning, swiped
from bot.services.costs import compared
from bot.services.escalations import open_by_itself

log = logging.getLogger(__name__)

LONG_AWAITED: Final = 3
"""From this attempt on, hours after the end, a driver reads that the bill is late."""

SINCE_BEFORE = timedelta(minutes=10)
MODULE: Final = "cdrs"

DOUBTS: Final = {
    Doubt.SECOND_BILL: "a second bill for one charge with no credit between: held back from the driver",
    Doubt.NO_BILL_YET: "a credit for a bill that is not here: it waits for it",
    Doubt.CREDITED_TWICE: "a second credit for one bill",
    Doubt.CREDIT_DIFFERS: "a credit that does not take back exactly what its bill asks",
    Doubt.NOT_NEGATIVE: "a credit that asks for money",
    Doubt.NEGATIVE: "a bill of less than nothing that is no credit",
    Doubt.OTHER_CURRENCY: "in another currency than the first bill of its charge",
    Doubt.TARIFF_CURRENCY: "in another currency than its own tariffs",
    Doubt.TOO_MUCH_ENERGY: "more energy than any car takes",
}
"""Each doubt in a sentence for the people who run the bot."""


class Receipts:
    """Take, keep and show bills."""

    def __init__(self, db: Database, gateway: CpoGateway, clock: Clock, notifier: DriverNotifier, pace: Pace) -> None:
        self._db = db
        self._gateway = gateway
        self._clock = clock
        self._notifier = notifier
        self._pace = pace

    async def receive(self, cdr: Cdr) -> bool:
        """Store a record once and tell its driver; False when it is here already.

        Raises:
            Conflict: the same id is here with other content; the first one stays, and people can read of the other.

        """
        try:
            created = await self._db.write(lambda uow: self._take(uow, cdr, self._clock.now()))
        except Conflict:
            await self._db.write(lambda uow: _object(uow, cdr, ["came again with other content"], self._clock.now()))
            raise
        self._notifier.wake()
        return created

    def _take(self, uow: UnitOfWork, cdr: Cdr, now: datetime) -> bool:
        if uow.cdrs.get(cdr.partner_id, cdr.party, cdr.id) is not None:
            return uow.cdrs.add(cdr, None, now)
        before = _charge_of(uow, cdr, now) or swiped.of_bill(uow, cdr, now)
        uow.cdrs.add(cdr, before.id if before else None, now)
        if before is None:
            log.warning("bill %s of %s belongs to no charge of ours", cdr.id, cdr.party)
            _object(uow, cdr, ["belongs to no charge of ours"], now)
            return True
        early = [] if cdr.credit else uow.cdrs.claim_credits(cdr, before.id)
        ledger = Ledger.of(uow.cdrs.of_charge(before.id))
        for record in early:
            _object(uow, record, (DOUBTS[doubt] for doubt in ledger.about(record)), now)
        doubts = [*(DOUBTS[doubt] for doubt in ledger.about(cdr)), *_difference(before, cdr)]
        _object(uow, cdr, doubts, now)
        if doubts:
            open_by_itself(uow, before, Cause.BILL, now, self._pace)
        if cdr.credit and before.state is not State.BILLED:
            return True  # It came before what it takes back, and waits for that.
        consequences.follow(uow, before, charges.billed(before, cdr, now), now, self._pace)
        corrected = before.state is State.BILLED
        for bill in _to_tell(ledger, cdr):
            kind = "receipt_corrected" if corrected else "receipt"
            uow.notices.add(Notice(before.driver_id, kind, Lane.RECEIPT, now, before.id, {"cdr": bill.id}))
        if not corrected:
            learning.ask(uow, before, cdr, now)
        return True

    async def look(self, charge_id: ChargeId, attempt: int) -> datetime | None:
        """Ask for a bill that has not come; give when to ask again, or None once it is here."""
        charge = await self._db.read(lambda uow: uow.charges.get(charge_id))
        if charge is None or charge.state is State.BILLED:
            return None
        try:
            async for cdr in self._gateway.cdrs(charge.place.partner_id, charge.made_at - SINCE_BEFORE):
                await self.receive_pulled(cdr)
        except PartnerError as error:
            log.warning("bills could not be read for charge %s: %s", charge_id, error)
        after = await self._db.read(lambda uow: uow.charges.get(charge_id))
        if after is None or after.state is State.BILLED:
            return None
        if attempt >= LONG_AWAITED:
            await self._say_still_waiting(charge_id)
        return self._clock.now() + self._pace.bill(attempt + 1)

    async def _say_still_waiting(self, charge_id: ChargeId) -> None:
        """The end card is shown anew: how long a bill has not come is told truly."""

        def work(uow: UnitOfWork) -> None:
            charge = uow.charges.get(charge_id)
            if charge is not None and charge.state is not State.BILLED:
                uow.charges.save(charges.still_unbilled(charge))

        await self._db.write(work)
        self._notifier.wake()

    async def receive_pulled(self, cdr: Cdr) -> bool:
        """Store a record of a list, where one that contradicts an earlier one must not hide those after it."""
        try:
            return await self.receive(cdr)
        except Conflict as conflict:
            log.error("bill %s of %s came again with other content: %s", cdr.id, cdr.party, conflict)  # noqa: TRY400  no trace needed
            return False


def _object(uow: UnitOfWork, cdr: Cdr, reasons: Iterable[str], now: datetime) -> None:
    found = [Objection(cdr.partner_id, MODULE, cdr.id, reason, now) for reason in reasons]
    if found:
        uow.objections.add(found)


def _difference(charge: Charge, cdr: Cdr) -> list[str]:
    """Above 1 % or 0.50: for people to look at; the operator's word stands until they have."""
    seen = compared(charge, cdr)
    if not seen.questionable or seen.theirs is None or seen.difference is None:
        return []
    ours = seen.theirs - seen.difference
    return [f"asks {_plain(seen.theirs)}; by the tariff it is {_plain(ours)}"]


def _plain(money: Money) -> str:
    return f"{money.rounded().amount:f} {money.currency}"


def _to_tell(ledger: Ledger, cdr: Cdr) -> list[Cdr]:
    """The new record, unless it is held or takes back what was held; with a credit also the bill it frees."""
    if not cdr.credit:
        return [] if cdr in ledger.held else [cdr]
    before = Ledger.of(record for record in ledger.records if record != cdr).held
    freed = [bill for bill in before if bill in ledger.standing and bill not in ledger.held]
    never_told = any(bill not in ledger.standing for bill in before)
    return freed if never_told else [cdr, *freed]


def _charge_of(uow: UnitOfWork, cdr: Cdr, now: datetime) -> Charge | None:
    key = SessionKey(cdr.partner_id, cdr.party, cdr.session_id) if cdr.session_id else None
    if key is not None and (by_session := uow.charges.by_session(key)):
        return by_session
    charge = (uow.charges.by_reference(cdr.partner_id, cdr.reference) if cdr.reference else None) or (
        uow.charges.by_token(cdr.partner_id, cdr.token_uid) if cdr.token_uid else None
    )
    if charge is None and cdr.credit and cdr.credits_id:
        original = uow.cdrs.get(cdr.partner_id, cdr.party, cdr.credits_id)
        return _charge_of(uow, original, now) if original is not None and not original.credit else None
    if charge is None or key is None or charge.session_key is None or charge.session_status in NEVER_RAN:
        return charge
    # A bill of another session must not close the one that runs; else the id is just written in another way.
    another = charge.state in RUNNING or uow.sessions.get(key) is not None
    return consequences.second(uow, charge, key, now) if another and not cdr.credit else charge
