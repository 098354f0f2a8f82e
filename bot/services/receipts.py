"""Bills: the operator's record is what a charge costs, and our own reckoning stands beside it."""

import logging
from datetime import datetime, timedelta

from bot.domain import charge as charges
from bot.domain.charge import NEVER_RAN, RUNNING, Charge, State
from bot.domain.errors import Conflict, PartnerError
from bot.domain.ids import ChargeId
from bot.domain.pace import Pace
from bot.domain.session import Cdr, SessionKey
from bot.ports import Clock, CpoGateway, Database, DriverNotifier, Lane, Notice, UnitOfWork
from bot.services import consequences

log = logging.getLogger(__name__)

SINCE_BEFORE = timedelta(minutes=10)


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
            Conflict: the same id is here with other content; the first one stays.

        """
        created = await self._db.write(lambda uow: self._take(uow, cdr, self._clock.now()))
        self._notifier.wake()
        return created

    def _take(self, uow: UnitOfWork, cdr: Cdr, now: datetime) -> bool:
        if uow.cdrs.get(cdr.partner_id, cdr.party, cdr.id) is not None:
            return uow.cdrs.add(cdr, None, now)
        before = _charge_of(uow, cdr, now)
        uow.cdrs.add(cdr, before.id if before else None, now)
        if before is None:
            log.warning("bill %s of %s belongs to no charge of ours", cdr.id, cdr.party)
            return True
        if cdr.credit and before.state is not State.BILLED:
            return True  # It came before what it takes back, and waits for that.
        consequences.follow(uow, before, charges.billed(before, cdr, now), now, self._pace)
        kind = "receipt_corrected" if before.state is State.BILLED else "receipt"
        uow.notices.add(Notice(before.driver_id, kind, Lane.RECEIPT, now, before.id, {"cdr": cdr.id}))
        return True

    async def look(self, charge_id: ChargeId, attempt: int) -> datetime | None:
        """Ask for a bill that has not come; give when to ask again, or None once it is here."""
        charge = await self._db.read(lambda uow: uow.charges.get(charge_id))
        if charge is None or charge.state is State.BILLED:
            return None
        try:
            async for cdr in self._gateway.cdrs(charge.place.partner_id, charge.made_at - SINCE_BEFORE):
                await self._receive_pulled(cdr)
        except PartnerError as error:
            log.warning("bills could not be read for charge %s: %s", charge_id, error)
        after = await self._db.read(lambda uow: uow.charges.get(charge_id))
        if after is None or after.state is State.BILLED:
            return None
        return self._clock.now() + self._pace.bill(attempt + 1)

    async def _receive_pulled(self, cdr: Cdr) -> None:
        try:
            await self.receive(cdr)
        except Conflict as conflict:
            log.error("bill %s of %s came again with other content: %s", cdr.id, cdr.party, conflict)  # noqa: TRY400  no trace needed


def _charge_of(uow: UnitOfWork, cdr: Cdr, now: datetime) -> Charge | None:
    key = SessionKey(cdr.partner_id, cdr.party, cdr.session_id) if cdr.session_id else None
    if key is not None and (by_session := uow.charges.by_session(key)):
        return by_session
    charge = (uow.charges.by_reference(cdr.partner_id, cdr.reference) if cdr.reference else None) or (
        uow.charges.by_token(cdr.partner_id, cdr.token_uid) if cdr.token_uid else None
    )
    if charge is None or key is None or charge.session_key is None or charge.session_status in NEVER_RAN:
        return charge
    # A bill of another session must not close the one that runs; else the id is just written in another way.
    another = charge.state in RUNNING or uow.sessions.get(key) is not None
    return consequences.second(uow, charge, key, now) if another and not cdr.credit else charge
