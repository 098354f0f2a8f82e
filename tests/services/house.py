"""All services over fakes, as the application wires them: a house that can be crashed and rebuilt over its database.

Time stands still unless the house is told otherwise. A crash is a `Crash` raised at a named crash point or at the
n-th step (a transaction, or a word with the operator): from then on nothing that lived in memory can do anything.
"""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, TypeVar

import pytest

from bot.domain.catalogue import Network, StartOrder
from bot.domain.charge import Answer, Charge, What
from bot.domain.ids import ChargeId, DriverId, EvseUid, PartnerId, StationId
from bot.domain.pace import Pace
from bot.domain.session import Session, SessionStatus
from bot.nursery import Nursery
from bot.ports import Database, Job, JobKind, UnitOfWork
from bot.services.alerts import Alerts
from bot.services.charging import Charging, Command, Wish
from bot.services.importing import Importing
from bot.services.monitor import Monitor, Work
from bot.services.passes import Codes, Passes
from bot.services.receipts import Receipts
from bot.services.stations import Stations
from tests.fakes.clock import NOON, ManualClock
from tests.fakes.database import FakeDatabase
from tests.fakes.gateway import FakeGateway
from tests.fakes.ids import SeededIds
from tests.fakes.notifier import FakeNotifier
from tests.samples import (
    ANNA,
    BOB,
    CITY,
    EVSE,
    PARTY,
    PLUG,
    TARIFF,
    a_driver,
    a_key,
    a_partner,
    a_pass,
    a_session,
    a_station,
)

T = TypeVar("T")
HEARD_AT_ONCE = 10_000
STARTS = 20
"""An hour, for a driver: more than in life, so that a storm can blow."""


def running(
    charge: Charge, status: SessionStatus = SessionStatus.ACTIVE, session_id: str = "S1", **changes: Any
) -> Session:
    """The operator's session of this charge."""
    facts: dict[str, Any] = {"key": a_key(session_id), "reference": charge.id, "token_uid": charge.token_uid, **changes}
    return a_session(status, **facts)


class Crash(BaseException):
    """The process has died here."""


class Fuse:
    """Burns down by one at each step of the house's life; at the end, and ever after, the step is a Crash."""

    def __init__(self) -> None:
        self.left: int | None = None
        self.point: tuple[str, int] | None = None
        self.actions: dict[str, Callable[[], object]] = {}

    def step(self) -> None:
        if self.left is None:
            return
        self.left = max(0, self.left - 1)
        if self.left == 0:
            raise Crash

    def pass_point(self, name: str) -> None:
        """Stands where bot.crashpoints.crash_point stands."""
        if action := self.actions.pop(name, None):
            action()
        if self.point is not None and self.point[0] == name:
            self.point = (name, self.point[1] - 1)
            if self.point[1] == 0:
                self.left = 1
        self.step()

    @property
    def burnt(self) -> bool:
        return self.left == 0


class MortalDatabase:
    """A database whose process may die before or after each transaction."""

    def __init__(self, db: Database, fuse: Fuse) -> None:
        self._db = db
        self._fuse = fuse

    @property
    def full(self) -> bool:
        return self._db.full

    async def write(self, work: Callable[[UnitOfWork], T]) -> T:
        self._fuse.step()
        result = await self._db.write(work)
        self._fuse.step()
        return result

    async def read(self, work: Callable[[UnitOfWork], T]) -> T:
        self._fuse.step()
        return await self._db.read(work)


class House:
    def __init__(self, db: Database | None = None, twin: "House | None" = None) -> None:
        self.db: Database = db or (twin.db if twin else FakeDatabase())
        self.clock: ManualClock = twin.clock if twin else ManualClock()
        self.pace = Pace()
        self.tariff = twin.tariff if twin else TARIFF
        self.ids: SeededIds = twin.ids if twin else SeededIds()
        self.gateway = FakeGateway(self.clock)
        self.notifier = FakeNotifier()
        self.nursery = Nursery()
        self._build()

    def _build(self) -> None:
        self.fuse = Fuse()
        db = MortalDatabase(self.db, self.fuse)
        self.charging = Charging(
            db, self.gateway, self.clock, self.ids, self.notifier, self.pace, starts_per_hour=STARTS
        )
        self.receipts = Receipts(db, self.gateway, self.clock, self.notifier, self.pace)
        self.alerts = Alerts(db, self.gateway, self.clock, self.pace)
        self.stations = Stations(db, self.gateway, self.clock)
        codes = Codes(["key"])
        self.passes = Passes(db, self.gateway, self.clock, self.ids, self.notifier, self.pace, codes)
        self.importing = Importing(db, self.clock, codes, "key", "NL-CHB")
        self.monitors = [
            Monitor(db, self.clock, self.nursery, {JobKind.STOP: self._stop}, "stops"),
            Monitor(db, self.clock, self.nursery, self._work(), "rest"),
        ]

    async def _stop(self, job: Job) -> datetime | None:
        return await self.charging.send_stop(ChargeId(job.key))

    def _work(self) -> dict[JobKind, Work]:
        async def start(job: Job) -> None:
            await self.charging.send_start(ChargeId(job.key))

        return {
            JobKind.START: start,
            JobKind.RESOLVE: lambda job: self.charging.resolve(ChargeId(job.key), job.attempts),
            JobKind.STAGE: lambda job: self.charging.next_stage(ChargeId(job.key)),
            JobKind.WATCH: lambda job: self.charging.watch(ChargeId(job.key)),
            JobKind.GUARD: lambda job: self.charging.guard(ChargeId(job.key)),
            JobKind.ALERT: lambda job: self.alerts.look(StationId(job.key)),
            JobKind.CARD: lambda job: self.passes.tell_operator(job.key, job.attempts),
            JobKind.BILL: lambda job: self.receipts.look(ChargeId(job.key), job.attempts),
        }

    # ── life and death ───────────────────────────────────────────────────────────────────────────────────────────

    async def furnish(self) -> "House":
        """Two drivers with passes, and a connected operator with one station of two charge points."""

        def work(uow: UnitOfWork) -> None:
            uow.partners.add(a_partner())
            uow.stations.put([a_station()])
            uow.tariffs.put(CITY, [(PARTY, self.tariff)])
            uow.networks.save(Network(PARTY, "City", NOON.date(), start_order=StartOrder.PLUG_FIRST))
            for driver_id in (ANNA, BOB):
                uow.drivers.save(a_driver(driver_id))
                uow.drivers.save_pass(a_pass(driver_id))

        await self.db.write(work)
        return self

    def live_under(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Let crash points be seen."""

        def passing(name: str) -> None:
            self.fuse.pass_point(name)

        for room in ("starting", "stopping"):
            monkeypatch.setattr(f"bot.services.{room}.crash_point", passing)

    def crash_at(self, point: str, nth: int = 1) -> None:
        self.fuse.point = (point, nth)

    def at_point(self, point: str, action: Callable[[], object]) -> None:
        """Do something in the middle of a service, once."""
        self.fuse.actions[point] = action

    async def restart(self) -> None:
        """Drop all memory, keep the database, and start anew as the only process."""
        self.fuse.left = 0
        await self.nursery.close()
        self.nursery = Nursery()
        self._build()
        await self.db.write(lambda uow: uow.jobs.release(None))

    async def work(self) -> None:
        """Do all that is due now, until nothing is, everything left waits for the clock, or the process has died."""
        try:
            while not self.fuse.burnt:
                for monitor in self.monitors:
                    await monitor.tick()
                await self._settle()
                if all(due > self.clock.now() for due in await self._dues()):
                    return
        except Crash:
            await self._settle()

    async def _settle(self) -> None:
        while len(tasks := set(self.nursery._tasks)) > self.gateway.waiting:
            await asyncio.wait(tasks, timeout=0.01, return_when=asyncio.FIRST_COMPLETED)

    async def let_pass(self, by: timedelta | float) -> None:
        """Let time pass, doing each job at its own moment."""
        end = self.clock.now() + (by if isinstance(by, timedelta) else timedelta(seconds=by))
        await self.work()
        while not self.fuse.burnt:
            wakes = [*await self._dues(), *filter(None, [self.clock._next_end()])]
            moment = min((wake for wake in wakes if wake > self.clock.now()), default=end)
            if moment > end:
                break
            self.clock.move(moment - self.clock.now())
            await self.work()
            if moment == end:
                break
        self.clock.move(max(timedelta(), end - self.clock.now()))

    async def _dues(self) -> list[datetime]:
        dues = [await self.next_due(*monitor._work) for monitor in self.monitors]
        return [due for due in dues if due is not None]

    # ── drivers and operators ────────────────────────────────────────────────────────────────────────────────────

    def wish(self, driver_id: DriverId = ANNA, evse_uid: EvseUid = EVSE, **changes: Any) -> Wish:
        facts: dict[str, Any] = {"tariff": self.tariff, "shown_at": self.clock.now(), "message_id": 7, **changes}
        return Wish(driver_id, a_station().id, evse_uid, PLUG, **facts)

    async def press(self, driver_id: DriverId = ANNA, evse_uid: EvseUid = EVSE, **changes: Any) -> Charge:
        return await self.charging.start(self.wish(driver_id, evse_uid, **changes))

    async def push(self, *sessions: Session) -> None:
        for session in sessions:
            await self.charging.hear(session.key, lambda _, session=session: session)

    async def result(
        self, charge: Charge, answer: Answer, command: Command = Command.START, partner: PartnerId = CITY
    ) -> bool:
        return await self.charging.command_result(partner, charge.id, charge.callback_secret, command, answer)

    # ── what is so ───────────────────────────────────────────────────────────────────────────────────────────────

    async def charge(self, charge: Charge) -> Charge:
        """The charge as it is stored now."""
        found = await self.db.read(lambda uow: uow.charges.get(charge.id))
        assert found is not None
        return found

    async def charges(self, driver_id: DriverId = ANNA) -> list[Charge]:
        return list(await self.db.read(lambda uow: uow.charges.of_driver(driver_id, 1000)))

    async def told(self, driver_id: DriverId = ANNA) -> list[str]:
        """The kinds of all notices for this driver, in the order in which they are told."""
        notices = await self.db.read(lambda uow: uow.notices.due(self.clock.now(), HEARD_AT_ONCE))
        return [notice.kind for notice in notices if notice.driver_id == driver_id]

    async def facts(self, charge: Charge) -> list[What]:
        return [fact.what for fact in await self.db.read(lambda uow: uow.charges.timeline(charge.id))]

    async def next_due(self, *kinds: JobKind) -> datetime | None:
        return await self.db.read(lambda uow: uow.jobs.next_due(kinds))
