"""What we know of a driver: given to them whole, and forgotten when they wish it."""

import hmac
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Final

from bot.domain.charge import FAILED_TO_START, UNRESOLVED, Charge, State
from bot.domain.driver import Driver, PassStatus
from bot.domain.errors import Refused, Why
from bot.domain.ids import DriverId
from bot.ports import Clock, Database, JobKind, UnitOfWork
from bot.services.passes import tell_operators

KEEP_BILLS: Final = timedelta(days=3653)
"""Ten years: how long the law makes us keep what was billed, under a pseudonym."""

WAIT_FOR_BILL: Final = timedelta(days=14)
"""A bill that has not come by then does not hold up a deletion any longer; the law allows 30 days."""

WAIT_FOR_SESSION: Final = timedelta(days=1)
"""A start that nobody confirmed may show up as a session for so long."""

LOOK_AGAIN: Final = timedelta(minutes=10)
MOST_A_DAY: Final = 3
DAY: Final = timedelta(days=1)


class Personal:
    """`key` makes the pseudonyms under which bills are kept: without it nobody finds the driver again."""

    def __init__(self, db: Database, clock: Clock, key: str, *, wake_worker: Callable[[], None] = lambda: None) -> None:
        self._db = db
        self._clock = clock
        self._key = key.encode()
        self._wake_worker = wake_worker

    async def export(self, driver_id: DriverId) -> bytes:
        """Everything stored that names the driver, as a JSON document.

        Raises:
            Refused: TOO_MANY_REQUESTS, beyond MOST_A_DAY.

        """
        now = self._clock.now()

        def work(uow: UnitOfWork) -> dict[str, object]:
            _count(uow, f"export by {driver_id}", now)
            return {"made_at": now.isoformat(), "stored": uow.personal.everything(driver_id)}

        document = await self._db.write(work)
        return json.dumps(document, indent=1, ensure_ascii=False).encode()

    async def leave(self, driver_id: DriverId) -> bool:
        """Forget this driver: at once (True), or as soon as a charge has ended and its bill is here (False).

        Raises:
            Refused: TOO_MANY_REQUESTS, beyond MOST_A_DAY.

        """
        now = self._clock.now()

        def work(uow: UnitOfWork) -> bool:
            _count(uow, f"leave by {driver_id}", now)
            if self._erase(uow, driver_id, now):
                return True
            if driver := uow.drivers.get(driver_id):
                uow.drivers.save(replace(driver, leaving_at=driver.leaving_at or now))
            uow.jobs.put(JobKind.LEAVE, str(driver_id), now + LOOK_AGAIN)
            return False

        gone = await self._db.write(work)
        self._wake_worker()
        return gone

    async def stay(self, driver_id: DriverId) -> None:
        """Take the wish to leave back, as long as it has not been done."""

        def work(uow: UnitOfWork) -> None:
            if driver := uow.drivers.get(driver_id):
                uow.drivers.save(replace(driver, leaving_at=None))
            uow.jobs.drop(JobKind.LEAVE, str(driver_id))

        await self._db.write(work)

    async def finish_leaving(self, driver_id: DriverId) -> datetime | None:
        """Forget a driver who waits for it, if nothing is open any more; give when to look again."""
        now = self._clock.now()

        def work(uow: UnitOfWork) -> bool:
            driver = uow.drivers.get(driver_id)
            return driver is None or driver.leaving_at is None or self._erase(uow, driver_id, now)

        done = await self._db.write(work)
        self._wake_worker()
        return None if done else now + LOOK_AGAIN

    def pseudonym(self, driver_id: DriverId) -> DriverId:
        """Below zero, where no driver is."""
        digest = hmac.digest(self._key, str(driver_id).encode(), sha256)
        return DriverId(-1 - int.from_bytes(digest[:7]))

    def _erase(self, uow: UnitOfWork, driver_id: DriverId, now: datetime) -> bool:
        """Nothing stays that names the driver, but for a ban: it would be worth nothing if leaving ended it."""
        if any(_open(charge, now) for charge in uow.charges.of_driver(driver_id, limit=100)):
            return False
        for pass_ in uow.drivers.passes(driver_id):
            blocked = replace(pass_, driver_id=None, linked_at=None, status=PassStatus.BLOCKED, since=now, lost=True)
            uow.drivers.save_pass(blocked)
            tell_operators(uow, blocked, now)
        driver = uow.drivers.get(driver_id)
        uow.personal.erase(driver_id, self.pseudonym(driver_id))
        if driver is not None and driver.banned:
            uow.drivers.save(Driver(driver_id, "", driver.language, driver.met_at, banned=True))
        return True


def forget_old_bills(uow: UnitOfWork, now: datetime) -> int:
    """Remove what the law no longer makes us keep of drivers who left."""
    return uow.personal.purge(now - KEEP_BILLS)


def _open(charge: Charge, now: datetime) -> bool:
    """Whether its driver may still have to be told something about it."""
    if charge.state in UNRESOLVED:
        return True
    if charge.state in FAILED_TO_START:
        return charge.fenced_at is not None and now - charge.fenced_at < WAIT_FOR_SESSION
    return charge.state is State.ENDED and now - (charge.ended_at or charge.made_at) < WAIT_FOR_BILL


def _count(uow: UnitOfWork, subject: str, now: datetime) -> None:
    if uow.attempts.count(subject, now - DAY) >= MOST_A_DAY:
        raise Refused(Why.TOO_MANY_REQUESTS, limit=MOST_A_DAY)
    uow.attempts.add(subject, now)
