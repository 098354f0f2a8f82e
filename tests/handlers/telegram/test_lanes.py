import asyncio
import random

from bot.nursery import Nursery
from handlers.telegram.wire.lanes import Lanes
from tests.handlers.telegram.room import until


async def no_pause(_):
    await asyncio.sleep(0)


async def test_a_lane_keeps_its_order_while_lanes_run_side_by_side():
    chance, done, running, most = random.Random(3), [], set(), 0

    async def work(item):
        nonlocal most
        lane, _ = item
        assert lane not in running, "two of one lane at the same time"
        running.add(lane)
        most = max(most, len(running))
        for _ in range(chance.randrange(5)):
            await asyncio.sleep(0)
        running.discard(lane)
        done.append(item)

    async with Nursery() as nursery:
        lanes = Lanes(work, nursery, no_pause, width=8)
        for number in range(200):
            lane = f"{chance.randrange(20)}"
            lanes.add(lane, (lane, number))
        await until(lambda: len(done) == 200)
    assert most == 8
    for lane in {lane for lane, _ in done}:
        numbers = [number for name, number in done if name == lane]
        assert numbers == sorted(numbers)


async def test_a_pausing_item_holds_its_lane_and_nobody_else():
    tries, done, pauses = [], [], []
    woken = asyncio.Event()

    async def pause(seconds):
        pauses.append(seconds)
        await woken.wait()

    async def work(item):
        tries.append(item)
        if item == "sick" and tries.count("sick") < 2:
            return 0.5
        done.append(item)
        return None

    async with Nursery() as nursery:
        lanes = Lanes(work, nursery, pause, width=1)
        lanes.add("a", "sick")
        lanes.add("a", "behind")
        lanes.add("b", "other")
        for _ in range(10):
            await asyncio.sleep(0)
        assert done == ["other"]
        woken.set()
        for _ in range(10):
            await asyncio.sleep(0)
    assert done == ["other", "sick", "behind"]
    assert pauses == [0.5]


async def test_too_many_waiting_is_full_until_they_are_done():
    gate = asyncio.Event()

    async def work(_):
        await gate.wait()

    async with Nursery() as nursery:
        lanes = Lanes(work, nursery, no_pause, capacity=3)
        for number in range(3):
            assert not lanes.full
            lanes.add("a", number)
        assert lanes.full
        gate.set()
        for _ in range(10):
            await asyncio.sleep(0)
        assert not lanes.full


async def test_an_orderly_stop_ends_what_has_begun_and_begins_nothing():
    begun, gate = [], asyncio.Event()

    async def work(item):
        begun.append(item)
        await gate.wait()

    async with Nursery() as nursery:
        lanes = Lanes(work, nursery, no_pause)
        lanes.add("a", 1)
        lanes.add("a", 2)
        await asyncio.sleep(0)
        assert not await lanes.drain(0.01)
        gate.set()
        assert await lanes.drain(1)
    assert begun == [1]
