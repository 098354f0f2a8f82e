"""Time, given from outside, so that a pretend world can be hurried along and a test never waits.

`RealClock` follows the machine. `ManualClock` stands still until somebody advances it.
"""

import asyncio
import heapq
import itertools
import time
from collections.abc import Callable
from typing import Protocol, TypeVar

Value = TypeVar("Value")


class Alarm(Protocol):
    """A call that has been put off; it can be taken back until it happens."""

    def cancel(self) -> None: ...


class Clock(Protocol):
    def time(self) -> float:
        """Seconds since 1970-01-01 UTC."""
        ...

    def monotonic(self) -> float:
        """Seconds from some fixed instant; never goes back."""
        ...

    def call_later(self, seconds: float, callback: Callable[[], object]) -> Alarm: ...


class RealClock:
    def time(self) -> float:
        return time.time()

    def monotonic(self) -> float:
        return time.monotonic()

    def call_later(self, seconds: float, callback: Callable[[], object]) -> Alarm:
        return asyncio.get_running_loop().call_later(seconds, callback)


class ManualAlarm:
    """An alarm of a `ManualClock`."""

    def __init__(self, callback: Callable[[], object]) -> None:
        self._callback: Callable[[], object] | None = callback

    def cancel(self) -> None:
        self._callback = None

    def ring(self) -> None:
        if self._callback is not None:
            self._callback()


class ManualClock:
    """A clock that only moves when told to."""

    def __init__(self, start: float = 1_790_000_000.0) -> None:
        self._now = start
        self._alarms: list[tuple[float, int, ManualAlarm]] = []
        self._order = itertools.count()

    def time(self) -> float:
        return self._now

    def monotonic(self) -> float:
        return self._now

    def call_later(self, seconds: float, callback: Callable[[], object]) -> Alarm:
        alarm = ManualAlarm(callback)
        heapq.heappush(self._alarms, (self._now + max(0.0, seconds), next(self._order), alarm))
        return alarm

    def advance(self, seconds: float) -> None:
        """Move time forward, ringing every alarm on the way at its own instant."""
        until = self._now + seconds
        while self._alarms and self._alarms[0][0] <= until:
            due, _, alarm = heapq.heappop(self._alarms)
            self._now = due
            alarm.ring()
        self._now = until


async def sleep(clock: Clock, seconds: float) -> None:
    """Sleep by `clock`, which may be far faster or slower than the wall."""
    if seconds <= 0:
        await asyncio.sleep(0)
        return
    done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
    alarm = clock.call_later(seconds, lambda: settle(done, None))
    try:
        await done
    finally:
        alarm.cancel()


def settle(future: asyncio.Future[Value], value: Value) -> None:
    """Give the future its value unless it has one already."""
    if not future.done():
        future.set_result(value)
