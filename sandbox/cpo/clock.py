"""Two faces of time: what the operator writes on the wire, and what the cars live through.

Wire timestamps are real time, so that they are plausible to a peer whose clock is real. The speed factor multiplies
only the simulated seconds: delays get shorter and a 22 kW charger delivers its kWh faster.
"""

import asyncio
import heapq
import itertools
import time
from abc import ABC, abstractmethod
from datetime import UTC, datetime, timedelta


class Bell:
    """Wakes one sleeper before its time; a ring that nobody hears is kept for the next sleeper."""

    def __init__(self) -> None:
        self._rung = False
        self._sleeper: asyncio.Future[bool] | None = None

    def ring(self) -> None:
        if self._sleeper is not None and not self._sleeper.done():
            self._sleeper.set_result(True)
        else:
            self._rung = True

    def answered_by(self, sleeper: asyncio.Future[bool]) -> None:
        self._sleeper = sleeper
        if self._rung:
            self._rung = False
            sleeper.set_result(True)


class Clock(ABC):
    """`now()` is the wire's time, `simulated()` counts the seconds of the pretend world, `speed` times faster."""

    def __init__(self, speed: float = 1) -> None:
        self._speed = speed
        self._sleepers: list[tuple[float, int, asyncio.Future[bool]]] = []
        self._numbers = itertools.count()

    @property
    def speed(self) -> float:
        return self._speed

    @abstractmethod
    def now(self) -> datetime: ...

    @abstractmethod
    def simulated(self) -> float: ...

    async def sleep(self, seconds: float, bell: Bell | None = None) -> bool:
        """Sleep simulated seconds; True when the bell rang first."""
        sleeper: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        heapq.heappush(self._sleepers, (self.simulated() + max(seconds, 0), next(self._numbers), sleeper))
        if bell is not None:
            bell.answered_by(sleeper)
        self._rearm()
        return await sleeper

    @abstractmethod
    async def sleep_real(self, seconds: float, bell: Bell | None = None) -> bool:
        """Sleep seconds as the peer counts them: what a person or a peer's patience takes is never shortened."""

    def _wake_due(self) -> None:
        while self._sleepers and self._sleepers[0][0] <= self.simulated():
            _wake(heapq.heappop(self._sleepers)[2])

    @abstractmethod
    def _rearm(self) -> None:
        """The earliest sleeper may have changed."""

    def _earliest(self) -> float | None:
        while self._sleepers and self._sleepers[0][2].done():
            heapq.heappop(self._sleepers)
        return self._sleepers[0][0] if self._sleepers else None


class RealClock(Clock):
    """The machine's clock; the speed may change while others sleep."""

    def __init__(self, speed: float = 1) -> None:
        super().__init__(speed)
        self._simulated = 0.0
        self._since = time.monotonic()
        self._timer: asyncio.TimerHandle | None = None

    def now(self) -> datetime:
        return datetime.now(UTC)  # noqa: TID251  this is the one place of the sandbox that reads the machine's clock

    def simulated(self) -> float:
        return self._simulated + (time.monotonic() - self._since) * self._speed

    def set_speed(self, speed: float) -> None:
        self._simulated = self.simulated()
        self._since = time.monotonic()
        self._speed = speed
        self._rearm()

    async def sleep_real(self, seconds: float, bell: Bell | None = None) -> bool:
        loop = asyncio.get_running_loop()
        sleeper: asyncio.Future[bool] = loop.create_future()
        timer = loop.call_later(seconds, _wake, sleeper)
        if bell is not None:
            bell.answered_by(sleeper)
        try:
            return await sleeper
        finally:
            timer.cancel()

    def _rearm(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        earliest = self._earliest()
        if earliest is not None:
            delay = max((earliest - self.simulated()) / self._speed, 0)
            self._timer = asyncio.get_running_loop().call_later(delay, self._ring)

    def _ring(self) -> None:
        self._wake_due()
        self._rearm()


class ManualClock(Clock):
    """Stands still until a test moves it."""

    def __init__(self, now: datetime, speed: float = 1) -> None:
        super().__init__(speed)
        self._start = now
        self._simulated = 0.0

    def now(self) -> datetime:
        return self._start + timedelta(seconds=self._simulated / self._speed)

    def simulated(self) -> float:
        return self._simulated

    async def sleep_real(self, seconds: float, bell: Bell | None = None) -> bool:
        return await self.sleep(seconds * self._speed, bell)

    async def advance(self, seconds: float) -> None:
        """Live through simulated seconds, waking every sleeper at its own moment and in order."""
        target = self._simulated + seconds
        await self._settle()
        while (earliest := self._earliest()) is not None and earliest <= target:
            self._simulated = max(earliest, self._simulated)
            self._wake_due()
            await self._settle()
        self._simulated = target

    def _rearm(self) -> None:
        """Nobody wakes before the test says so."""

    @staticmethod
    async def _settle() -> None:
        for _ in range(25):
            await asyncio.sleep(0)


def _wake(sleeper: asyncio.Future[bool]) -> None:
    if not sleeper.done():
        sleeper.set_result(False)
