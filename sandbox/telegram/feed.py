"""A numbered list of happenings that others can follow: what changed in the chats, what a bot called."""

import asyncio
from collections import deque
from typing import Any


class Feed:
    """Keeps the newest `keep` entries; `seq` is the number of the newest."""

    def __init__(self, keep: int = 20_000) -> None:
        self.seq = 0
        self._entries: deque[dict[str, Any]] = deque(maxlen=keep)
        self._arrived = asyncio.Event()

    def add(self, **facts: Any) -> int:
        self.seq += 1
        self._entries.append({"seq": self.seq, **facts})
        self._arrived.set()
        self._arrived = asyncio.Event()
        return self.seq

    def since(self, seq: int) -> list[dict[str, Any]]:
        newer = []
        for entry in reversed(self._entries):
            if entry["seq"] <= seq:
                break
            newer.append(entry)
        return newer[::-1]

    async def wait(self, seq: int, seconds: float) -> None:
        """Return when something newer than `seq` exists, or after `seconds` of the wall's time."""
        if self.seq > seq or seconds <= 0:
            return
        try:
            async with asyncio.timeout(seconds):
                await self._arrived.wait()
        except TimeoutError:
            return
