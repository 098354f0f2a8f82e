"""A clock that tests move by hand, so that an hour passes in no time."""

import asyncio
import heapq
from datetime import UTC, datetime, timedelta
from itertools import count

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


class ManualClock:
    """Stands still until it is moved. With `flows`, a sleeper moves it to the end of its sleep and goes on at once."""

    def __init__(self, start: datetime = NOON, *, flows: bool = False) -> None:
        self._now = start
        self._flows = flows
        self._order = count()
        self._sleepers: list[tuple[datetime, int, asyncio.Future[None]]] = []

    def now(self) -> datetime:
        return self._now

    async def sleep(self, seconds: float) -> None:
        end = self._now + timedelta(seconds=max(0.0, seconds))
        if self._flows or end == self._now:
            self._now = max(self._now, end)
            await asyncio.sleep(0)
            return
        waker = asyncio.get_running_loop().create_future()
        heapq.heappush(self._sleepers, (end, next(self._order), waker))
        await waker

    def move(self, by: timedelta | float) -> datetime:
        """Let time pass at once and wake everyone whose sleep has ended; they run at the caller's next await."""
        self._now += by if isinstance(by, timedelta) else timedelta(seconds=by)
        while self._sleepers and self._sleepers[0][0] <= self._now:
            waker = heapq.heappop(self._sleepers)[2]
            if not waker.done():
                waker.set_result(None)
        return self._now

    async def let_pass(self, by: timedelta | float, *, turns: int = 20) -> datetime:
        """Let time pass sleeper by sleeper: each wakes at its own moment and gets `turns` of the event loop to act."""
        end = self._now + (by if isinstance(by, timedelta) else timedelta(seconds=by))
        await _turns(turns)
        while (due := self._next_end()) is not None and due <= end:
            self.move(max(timedelta(), due - self._now))
            await _turns(turns)
        self.move(end - self._now)
        await _turns(turns)
        return self._now

    def _next_end(self) -> datetime | None:
        while self._sleepers and self._sleepers[0][2].done():
            heapq.heappop(self._sleepers)
        return self._sleepers[0][0] if self._sleepers else None


async def _turns(number: int) -> None:
    for _ in range(number):
        await asyncio.sleep(0)
