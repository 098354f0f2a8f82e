"""Order where it matters: one driver's updates one after the other, drivers side by side."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

from bot.nursery import Nursery

T = TypeVar("T")


class Lanes(Generic[T]):
    """`work` runs for at most `width` items at a time; it gives None when done, or the pause before its next try.

    While an item pauses its lane waits, and its place among the `width` is free for others.
    """

    def __init__(
        self,
        work: Callable[[T], Awaitable[float | None]],
        nursery: Nursery,
        pause: Callable[[float], Awaitable[None]],
        *,
        width: int = 128,
        capacity: int = 10_000,
    ) -> None:
        self._work = work
        self._nursery = nursery
        self._pause = pause
        self._width = asyncio.Semaphore(width)
        self._capacity = capacity
        self._lanes: dict[str, deque[T]] = {}
        self._waiting = 0
        self._closing = False
        self._empty = asyncio.Event()
        self._empty.set()

    @property
    def full(self) -> bool:
        """Whether so much is waiting that no more should be let in."""
        return self._waiting >= self._capacity

    def add(self, lane: str, item: T) -> None:
        """Put an item at the end of its lane."""
        self._waiting += 1
        queue = self._lanes.get(lane)
        if queue is not None:
            queue.append(item)
            return
        self._lanes[lane] = deque([item])
        self._empty.clear()
        self._nursery.start(self._run(lane), name=f"lane {lane}")

    async def drain(self, within: float) -> bool:
        """Begin nothing new; wait up to `within` seconds for what has begun. Whether all of it ended."""
        self._closing = True
        try:
            await asyncio.wait_for(self._empty.wait(), within)
        except TimeoutError:
            return False
        return True

    async def _run(self, lane: str) -> None:
        queue = self._lanes[lane]
        try:
            while queue and not self._closing:
                await self._finish(queue[0])
                queue.popleft()
                self._waiting -= 1
        finally:
            self._waiting -= len(queue)
            del self._lanes[lane]
            if not self._lanes:
                self._empty.set()

    async def _finish(self, item: T) -> None:
        while True:
            async with self._width:
                pause = await self._work(item)
            if pause is None or self._closing:
                return
            await self._pause(pause)
