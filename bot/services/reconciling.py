"""Reading back what a push may have missed: sessions and bills of an operator, after every silence and once in a while.

Operators do not queue what they could not deliver. So after a restart of ours, after an outage of theirs, and every
hour or so, all that changed since the last good reading is read again and taken as if it had been pushed.
"""

import logging
import random
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final, Protocol

from bot.domain.errors import PartnerError
from bot.domain.ids import PartnerId
from bot.domain.network import Partner
from bot.domain.session import Cdr
from bot.ports import Clock, CpoGateway, Database, Job, JobKind, UnitOfWork

log = logging.getLogger(__name__)

EVERY: Final = timedelta(hours=1)
JITTER: Final = timedelta(minutes=10)
AFTER_FAILURE: Final = timedelta(minutes=5)
SPREAD: Final = timedelta(seconds=30)
"""After a start the partners are asked one after another, not all at once."""

SINCE_BEFORE: Final = timedelta(minutes=10)
AT_FIRST: Final = timedelta(days=1)
"""How far back is read of a partner that was never read."""


class _Sessions(Protocol):
    async def read_since(self, partner_id: PartnerId, since: datetime) -> bool: ...


class _Bills(Protocol):
    async def receive_pulled(self, cdr: Cdr) -> bool: ...


class Reconciling:
    """Keeps what we know of charges level with their operators."""

    def __init__(
        self,
        db: Database,
        gateway: CpoGateway,
        clock: Clock,
        sessions: _Sessions,
        bills: _Bills,
        *,
        chance: Callable[[], float] = random.random,
    ) -> None:
        self._db = db
        self._gateway = gateway
        self._clock = clock
        self._sessions = sessions
        self._bills = bills
        self._chance = chance

    async def plan_all(self) -> None:
        """We have just begun and may have missed anything: read every partner soon."""
        now = self._clock.now()

        def work(uow: UnitOfWork) -> None:
            for partner in uow.partners.all():
                if partner.connected:
                    uow.jobs.put(JobKind.RECONCILE, str(partner.id), now + SPREAD * self._chance())

        await self._db.write(work)

    async def run(self, job: Job) -> datetime | None:
        """Do a RECONCILE job; give when to read again, or None for a partner that cannot be asked."""
        partner_id = PartnerId(int(job.key))
        partner = await self._db.read(lambda uow: uow.partners.get(partner_id))
        if partner is None or not partner.connected:
            return None
        began = self._clock.now()
        since = (partner.last_reconciled_at or began - AT_FIRST) - SINCE_BEFORE
        sessions = not _offers(partner, "sessions") or await self._sessions.read_since(partner_id, since)
        bills = not _offers(partner, "cdrs") or await self._read_bills(partner_id, since)
        if not (sessions and bills):
            return self._clock.now() + AFTER_FAILURE + AFTER_FAILURE * self._chance()
        await self._db.write(lambda uow: _reconciled(uow, partner_id, began))
        return self._clock.now() + EVERY + JITTER * self._chance()

    async def _read_bills(self, partner_id: PartnerId, since: datetime) -> bool:
        try:
            async for cdr in self._gateway.cdrs(partner_id, since):
                await self._bills.receive_pulled(cdr)
        except PartnerError as error:
            log.warning("bills of partner %s could not be read: %s", partner_id, error)
            return False
        return True


def _offers(partner: Partner, module: str) -> bool:
    return partner.endpoint(module, "SENDER") is not None


def _reconciled(uow: UnitOfWork, partner_id: PartnerId, began: datetime) -> Partner | None:
    partner = uow.partners.get(partner_id)
    if partner is not None:
        uow.partners.save(replace(partner, last_reconciled_at=began))
    return partner
