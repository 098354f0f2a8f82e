"""The worker: each job as often as its row says, whatever dies, hangs or fails in between."""

import asyncio
from datetime import datetime

import pytest

from bot.domain.errors import PartnerError, StoreBusy
from bot.nursery import Nursery
from bot.ports import Job, JobKind
from bot.services.monitor import LEASE, Monitor
from tests.fakes.clock import ManualClock
from tests.fakes.database import FakeDatabase
from tests.samples import at, seconds


class Bench:
    """One monitor over a job that does as it is told."""

    def __init__(self) -> None:
        self.db = FakeDatabase()
        self.clock = ManualClock()
        self.nursery = Nursery()
        self.wakes = 0
        self.done: list[Job] = []
        self.turns: list[BaseException | datetime | None] = []
        self.gate: asyncio.Event | None = None
        self.monitor = self.hire("one")

    def hire(self, owner: str) -> Monitor:
        return Monitor(self.db, self.clock, self.nursery, {JobKind.WATCH: self._do}, owner, wake=self._wake)

    def _wake(self) -> None:
        self.wakes += 1

    async def _do(self, job: Job) -> datetime | None:
        self.done.append(job)
        if self.gate is not None:
            await self.gate.wait()
        turn = self.turns.pop(0) if self.turns else None
        if isinstance(turn, BaseException):
            raise turn
        return turn

    async def put(self, *keys: str, due_at: datetime | None = None) -> None:
        for key in keys:
            await self.db.write(lambda uow, key=key: uow.jobs.put(JobKind.WATCH, key, due_at or self.clock.now()))

    async def tick(self, monitor: Monitor | None = None) -> datetime | None:
        upcoming = await (monitor or self.monitor).tick()
        for _ in range(20):
            await asyncio.sleep(0)
        return upcoming

    async def next_due(self) -> datetime | None:
        return await self.db.read(lambda uow: uow.jobs.next_due([JobKind.WATCH]))


@pytest.fixture
async def bench():
    bench = Bench()
    yield bench
    await bench.nursery.close()


async def test_a_due_job_is_done_once_and_gone(bench: Bench):
    await bench.put("a")
    await bench.tick()
    await bench.tick()
    assert [job.key for job in bench.done] == ["a"]
    assert await bench.next_due() is None


async def test_a_job_is_not_done_before_its_time_and_tick_says_when_to_come(bench: Bench):
    await bench.put("a", due_at=at(90))
    assert await bench.tick() == at(90)
    assert bench.done == []
    bench.clock.move(90)
    await bench.tick()
    assert len(bench.done) == 1


async def test_without_jobs_there_is_nothing_to_wait_for(bench: Bench):
    assert await bench.tick() is None


async def test_a_job_that_wants_more_comes_back_then_with_one_attempt_more(bench: Bench):
    bench.turns = [at(5), at(9)]
    await bench.put("a")
    await bench.tick()
    assert await bench.next_due() == at(5)
    bench.clock.move(5)
    await bench.tick()
    assert [job.attempts for job in bench.done] == [0, 1]


@pytest.mark.parametrize("error", [PartnerError("down"), StoreBusy("locked"), ValueError("a bug")])
async def test_a_job_that_fails_is_tried_again_for_ever_in_pauses_up_to_a_minute(bench: Bench, error):
    bench.turns = [error] * 100
    await bench.put("a")
    pauses = []
    for _ in range(100):
        await bench.tick()
        due = await bench.next_due()
        assert due is not None
        pauses.append((due - bench.clock.now()).total_seconds())
        bench.clock.move(due - bench.clock.now())
    assert pauses[:8] == [1, 2, 4, 8, 16, 32, 60, 60]
    assert set(pauses[8:]) == {60}


async def test_whoever_waits_is_woken_when_a_job_has_ended_whatever_its_end(bench: Bench):
    bench.turns = [None, at(9), ValueError("a bug")]
    await bench.put("a", "b", "c")
    await bench.tick()
    assert bench.wakes == 3


async def test_a_job_put_again_while_it_runs_is_done_again(bench: Bench):
    bench.gate = asyncio.Event()
    await bench.put("a")
    await bench.tick()
    await bench.put("a")
    bench.gate.set()
    await bench.tick()
    await bench.tick()
    assert len(bench.done) == 2


async def test_a_job_that_outlives_its_lease_is_not_done_twice_at_once_and_keeps_its_next_time(bench: Bench):
    bench.gate = asyncio.Event()
    bench.turns = [at(200)]
    await bench.put("a")
    await bench.tick()
    for _ in range(3):
        bench.clock.move(LEASE)
        await bench.tick()
    assert len(bench.done) == 1
    bench.gate.set()
    await bench.tick()
    assert await bench.next_due() == at(200)


async def test_another_process_takes_over_when_a_lease_ends_and_not_before(bench: Bench):
    bench.gate = asyncio.Event()
    other = bench.hire("two")
    await bench.put("a")
    await bench.tick()
    bench.clock.move(LEASE - seconds(1))
    await bench.tick(other)
    assert len(bench.done) == 1
    bench.clock.move(1)
    await bench.tick(other)
    assert len(bench.done) == 2


async def test_only_so_many_jobs_run_at_a_time_and_the_rest_wait_their_turn(bench: Bench):
    bench.gate = asyncio.Event()
    bench.monitor.width = 2
    await bench.put("a", "b", "c")
    await bench.tick()
    await bench.tick()
    assert len(bench.done) == 2
    bench.gate.set()
    await bench.tick()
    await bench.tick()
    assert {job.key for job in bench.done} == {"a", "b", "c"}


async def test_a_monitor_leaves_other_kinds_alone(bench: Bench):
    await bench.db.write(lambda uow: uow.jobs.put(JobKind.STOP, "a", bench.clock.now()))
    assert await bench.tick() is None
    assert bench.done == []


async def test_a_job_whose_end_cannot_be_stored_comes_back_after_its_lease(bench: Bench):
    bench.gate = asyncio.Event()
    await bench.put("a")
    await bench.tick()
    bench.db.trouble = StoreBusy("locked")
    bench.gate.set()
    for _ in range(20):
        await asyncio.sleep(0)
    bench.db.trouble = None
    bench.clock.move(LEASE)
    await bench.tick()
    assert len(bench.done) == 2
    assert await bench.next_due() is None


async def test_shutting_down_in_the_middle_loses_no_job(bench: Bench):
    bench.gate = asyncio.Event()
    await bench.put("a")
    await bench.tick()
    await bench.nursery.close()
    bench.gate = None
    await bench.db.write(lambda uow: uow.jobs.release(None))
    await bench.tick(bench.hire("two"))
    assert len(bench.done) == 2
    assert await bench.next_due() is None
