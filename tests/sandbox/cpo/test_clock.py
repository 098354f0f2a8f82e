import asyncio
import time
from datetime import UTC, datetime, timedelta

import pytest

from sandbox.cpo.clock import Bell, ManualClock, RealClock

NOON = datetime(2026, 7, 1, 12, tzinfo=UTC)


async def test_sleepers_wake_in_order_each_at_its_own_moment():
    clock, woken = ManualClock(NOON), []

    async def sleeper(seconds):
        await clock.sleep(seconds)
        woken.append((seconds, clock.simulated()))

    async with asyncio.TaskGroup() as group:
        for seconds in (30, 10, 20):
            group.create_task(sleeper(seconds))
        await clock.advance(25)
        assert woken == [(10, 10), (20, 20)]
        await clock.advance(5)
    assert woken[-1] == (30, 30)


async def test_the_speed_factor_shortens_the_wires_time_and_not_the_simulated_one():
    clock = ManualClock(NOON, speed=60)
    await clock.advance(600)
    assert clock.simulated() == 600
    assert clock.now() == NOON + timedelta(seconds=10)


async def test_a_bell_wakes_a_sleeper_before_its_time():
    clock, bell = ManualClock(NOON), Bell()
    async with asyncio.TaskGroup() as group:
        sleeper = group.create_task(clock.sleep(100, bell))
        await clock.advance(1)
        bell.ring()
        await clock.advance(0)
    assert sleeper.result() is True


async def test_a_ring_that_nobody_heard_wakes_the_next_sleeper_once():
    clock, bell = ManualClock(NOON), Bell()
    bell.ring()
    assert await clock.sleep(100, bell) is True
    async with asyncio.TaskGroup() as group:
        sleeper = group.create_task(clock.sleep(5, bell))
        await clock.advance(5)
    assert sleeper.result() is False


async def test_a_cancelled_sleeper_is_forgotten():
    clock = ManualClock(NOON)
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0):
            await clock.sleep(10)
    await clock.advance(100)
    assert clock.simulated() == 100


async def test_a_real_sleeper_wakes_early_when_the_speed_is_turned_up():
    clock = RealClock(speed=1)
    began = time.monotonic()
    async with asyncio.TaskGroup() as group:
        group.create_task(clock.sleep(60))
        await asyncio.sleep(0)
        clock.set_speed(10_000)
    assert time.monotonic() - began < 1
    assert clock.simulated() >= 60


async def test_a_sleep_in_real_seconds_is_not_shortened_by_the_speed():
    clock = RealClock(speed=10_000)
    began = time.monotonic()
    assert await clock.sleep_real(0.02) is False
    assert time.monotonic() - began >= 0.019


async def test_the_real_clock_tells_utc():
    assert abs(RealClock().now() - datetime.now(UTC)) < timedelta(seconds=5)  # noqa: TID251  the machine's own clock is the witness
