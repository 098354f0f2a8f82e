"""The worker: does the jobs that are due, each exactly as often as its row says, whatever dies in between.

It never sleeps: `tick()` starts what is due and gives the time of the next job; whoever calls it waits.
"""

import logging
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta

from bot.domain.errors import ChargebotError
from bot.nursery import Nursery
from bot.ports import Clock, Database, Job, JobKind

log = logging.getLogger(__name__)

LEASE = timedelta(seconds=30)
LONGEST_PAUSE = 60
Work = Callable[[Job], Awaitable[datetime | None]]
"""Does a job and gives when it wants to be done again, or None when it is finished."""


class Monitor:
    """Runs the jobs of the kinds in `work`, at most `width` at a time; a stop lane is a Monitor of its own."""

    def __init__(
        self,
        db: Database,
        clock: Clock,
        nursery: Nursery,
        work: Mapping[JobKind, Work],
        owner: str,
        *,
        wake: Callable[[], None] = lambda: None,
    ) -> None:
        self._db = db
        self._clock = clock
        self._nursery = nursery
        self._work = work
        self._owner = owner
        self._wake = wake
        self._running: dict[tuple[JobKind, str], Job] = {}
        self.width = 32

    async def tick(self) -> datetime | None:
        """Start every due job there is room for; give when to come again; a finished job calls `wake`."""
        room = self.width - len(self._running)
        if room > 0:
            now = self._clock.now()
            jobs = await self._db.write(
                lambda uow: uow.jobs.claim(now, tuple(self._work), self._owner, LEASE, room),
            )
            for job in jobs:
                # A job that outlives its lease is claimed anew while it runs; its newest claim is what ends it.
                anew = (job.kind, job.key) in self._running
                self._running[job.kind, job.key] = job
                if not anew:
                    self._nursery.start(self._run(job), f"{job.kind} {job.key}")
        return await self._db.read(lambda uow: uow.jobs.next_due(tuple(self._work)))

    async def _run(self, job: Job) -> None:
        try:
            await self._do(job)
        finally:
            del self._running[job.kind, job.key]
            self._wake()

    async def _do(self, job: Job) -> None:
        try:
            again = await self._work[job.kind](job)
        except ChargebotError as error:
            log.warning("%s %s did not succeed and will be tried again: %s", job.kind, job.key, error)
            again = self._after_failure(job)
        except Exception:
            log.exception("%s %s failed and will be tried again", job.kind, job.key)
            again = self._after_failure(job)
        held = self._running[job.kind, job.key]
        if again is None:
            await self._db.write(lambda uow: uow.jobs.done(held))
        else:
            await self._db.write(lambda uow: uow.jobs.again(held, again))

    def _after_failure(self, job: Job) -> datetime:
        return self._clock.now() + timedelta(seconds=min(LONGEST_PAUSE, 2 ** min(job.attempts, 6)))
