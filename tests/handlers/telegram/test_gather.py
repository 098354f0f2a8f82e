import asyncio

import pytest

from bot.domain.errors import StoreBusy
from bot.nursery import Nursery
from handlers.telegram.wire.gather import Gatherer


class Sums:
    """Doubles numbers; remembers its batches; hates 13."""

    def __init__(self):
        self.batches = []
        self.gate = asyncio.Event()

    async def run(self, items):
        self.batches.append(list(items))
        await self.gate.wait()
        if 13 in items:
            raise ValueError("13")
        if 99 in items:
            raise StoreBusy("busy")
        return [item * 2 for item in items]


async def test_those_who_come_meanwhile_share_the_next_batch():
    sums = Sums()
    async with Nursery() as nursery:
        double = Gatherer(sums.run, nursery, most=3)
        first = asyncio.gather(double(1))
        await asyncio.sleep(0)
        rest = asyncio.gather(*(double(number) for number in range(2, 7)))
        await asyncio.sleep(0)
        sums.gate.set()
        assert await first + await rest == [2, 4, 6, 8, 10, 12]
    assert sums.batches == [[1], [2, 3, 4], [5, 6]]


async def test_a_bad_item_fails_alone():
    sums = Sums()
    sums.gate.set()
    async with Nursery() as nursery:
        double = Gatherer(sums.run, nursery)
        results = await asyncio.gather(double(1), double(13), double(2), return_exceptions=True)
    assert results[0] == 2
    assert results[2] == 4
    assert isinstance(results[1], ValueError)


async def test_a_failing_store_is_asked_once_for_all():
    sums = Sums()
    sums.gate.set()
    async with Nursery() as nursery:
        double = Gatherer(sums.run, nursery)
        results = await asyncio.gather(double(99), double(2), return_exceptions=True)
        assert [type(result) for result in results] == [StoreBusy, StoreBusy]
        assert sums.batches == [[99, 2]]
        assert await double(3) == 6


async def test_who_stops_waiting_disturbs_nobody():
    sums = Sums()
    async with Nursery() as nursery:
        double = Gatherer(sums.run, nursery)
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(double(1), 0.01)
        sums.gate.set()
        assert await double(2) == 4
