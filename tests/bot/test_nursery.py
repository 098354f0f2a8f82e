import asyncio
import logging

import pytest

from bot.nursery import Nursery


async def for_ever(ended):
    try:
        await asyncio.Event().wait()
    finally:
        ended.append(True)


async def test_leaving_ends_what_still_runs_and_waits_until_it_has_ended():
    ended = []
    async with Nursery() as nursery:
        for _ in range(3):
            nursery.start(for_ever(ended), "waiting")
        await asyncio.sleep(0)
    assert ended == [True] * 3
    assert len(asyncio.all_tasks()) == 1


async def test_a_task_that_starts_another_on_its_way_out_leaves_nothing_behind():
    ended = []
    async with Nursery() as nursery:

        async def stubborn():
            try:
                await asyncio.Event().wait()
            finally:
                nursery.start(for_ever(ended), "late")

        nursery.start(stubborn(), "stubborn")
        await asyncio.sleep(0)
    assert len(asyncio.all_tasks()) == 1


async def test_a_failure_is_logged_with_the_tasks_name_and_harms_no_other(caplog):
    async def fail():
        raise LookupError("gone")

    async with Nursery() as nursery:
        other = nursery.start(asyncio.sleep(0.01, "done"), "other")
        nursery.start(fail(), "doomed")
        assert await other == "done"
    assert [(record.levelno, record.getMessage()) for record in caplog.records] == [
        (logging.ERROR, "the task doomed failed")
    ]
    assert "LookupError: gone" in caplog.text


async def test_a_cancelled_task_is_no_failure(caplog):
    async with Nursery() as nursery:
        nursery.start(asyncio.sleep(10), "sleeper").cancel()
        await nursery.settle(1.0)
    assert not caplog.records


async def test_settling_waits_for_the_end_but_not_for_ever():
    async with Nursery() as nursery:
        await nursery.settle(0.01)
        quick = nursery.start(asyncio.sleep(0), "quick")
        slow = nursery.start(asyncio.sleep(60), "slow")
        await nursery.settle(0.01)
        assert quick.done()
        assert not slow.done()


async def test_the_caller_may_see_the_failure_as_well():
    async def fail():
        raise LookupError("gone")

    async with Nursery() as nursery:
        with pytest.raises(LookupError):
            await nursery.start(fail(), "doomed")
