"""getUpdates: one long poll at a time per bot, with the server's rules against two pollers and busy loops."""

import asyncio
from typing import Final

from sandbox.clock import Clock, settle, sleep
from sandbox.telegram.errors import OTHER_POLLER, TERMINATED_BY_SET_WEBHOOK, ApiError, conflict
from sandbox.telegram.updates import Update, UpdateQueue

MAX_TIMEOUT: Final = 50
MAX_LIMIT: Final = 100
MAX_BODY_BYTES: Final = 1 << 22
REPEAT_SECONDS: Final = 3.0
HASTY_SECONDS: Final = 0.5
CONFLICT_PAUSE: Final = 3.0
_OVERHEAD_BYTES = 50


class Polling:
    """The long poll of one bot."""

    def __init__(self, clock: Clock, queue: UpdateQueue) -> None:
        self._clock = clock
        self._queue = queue
        self._waiting: asyncio.Future[str] | None = None
        self._previous_offset: int | None = None
        self._previous_start = float("-inf")
        self._next_conflict = float("-inf")

    async def get(self, offset: int, limit: int, timeout: int) -> list[Update]:  # noqa: ASYNC109  the API's parameter
        """Updates from `offset` on; waits up to `timeout` seconds for the first one. Raises 409."""
        now = self._clock.monotonic()
        if offset == self._previous_offset:
            if timeout < REPEAT_SECONDS and now < self._previous_start + REPEAT_SECONDS:
                timeout = int(REPEAT_SECONDS)
            if now < self._previous_start + HASTY_SECONDS:
                limit = 1
        self._previous_offset, self._previous_start = offset, now
        self._queue.confirm(offset)
        found = self._queue.waiting()
        if not found and timeout:
            found = await self._wait(timeout)
        return _fitting(found[:limit])

    def wake(self) -> None:
        """An update has arrived."""
        self._finish("")

    def stop(self) -> None:
        """A webhook takes over."""
        self._finish(TERMINATED_BY_SET_WEBHOOK)

    async def refuse(self, text: str) -> ApiError:
        """A conflict; all but the first within three seconds are told with delay."""
        now = self._clock.monotonic()
        if now < self._next_conflict:
            await sleep(self._clock, CONFLICT_PAUSE)
        else:
            self._next_conflict = now + CONFLICT_PAUSE
        return conflict(text)

    async def _wait(self, seconds: float) -> list[Update]:
        self._finish(OTHER_POLLER)
        waiting: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        self._waiting = waiting
        alarm = self._clock.call_later(seconds, lambda: settle(waiting, ""))
        try:
            reason = await waiting
        finally:
            alarm.cancel()
            if self._waiting is waiting:
                self._waiting = None
        if reason:
            raise await self.refuse(reason)
        return self._queue.waiting()

    def _finish(self, reason: str) -> None:
        if self._waiting is not None:
            settle(self._waiting, reason)


def _fitting(updates: list[Update]) -> list[Update]:
    """As many as fit into one answer of four megabytes."""
    room = MAX_BODY_BYTES
    for count, update in enumerate(updates):
        room -= _OVERHEAD_BYTES + len(update.body)
        if room <= 0:
            return updates[:count]
    return updates
