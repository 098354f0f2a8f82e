"""How often a bot may write, as far as the field knows.

Once a second to a chat with a small burst, 20 times a minute to a group, 30 times a second altogether;
answering a button and showing "typing" are free.
"""

import math
from collections import defaultdict, deque
from dataclasses import dataclass
from typing import Final

from sandbox.clock import Clock

GROUP_WINDOW: Final = 60.0
LARGE_UPLOAD_BYTES: Final = 100_000
OVERLOAD_SECONDS: Final = 5.0


@dataclass(frozen=True)
class Limits:
    """None switches a limit off. Rates are messages a second; a burst is what an idle chat may get at once."""

    chat_rate: float | None = 1.0
    chat_burst: int = 3
    group_per_minute: int | None = 20
    overall_rate: float | None = 30.0
    slow_uploads: bool = True

    def __post_init__(self) -> None:
        rates = (self.chat_rate, self.chat_burst, self.group_per_minute, self.overall_rate)
        if not all(rate is None or rate > 0 for rate in rates):
            raise ValueError("a limit is a positive number, or null for none")

    @classmethod
    def off(cls) -> "Limits":
        return cls(chat_rate=None, group_per_minute=None, overall_rate=None, slow_uploads=False)


class _Bucket:
    """Refills with `rate` a second up to `burst`."""

    def __init__(self, now: float, rate: float, burst: float) -> None:
        self._rate, self._burst = rate, burst
        self._level, self._at = float(burst), now

    def shortage(self, now: float) -> float:
        """Seconds until one message fits; 0 when it fits now."""
        self._level = min(self._burst, self._level + (now - self._at) * self._rate)
        self._at = now
        return max(0.0, (1.0 - self._level) / self._rate)

    def take(self) -> None:
        self._level -= 1.0


class Limiter:
    """The counters of one bot."""

    def __init__(self, clock: Clock, limits: Limits) -> None:
        self._clock = clock
        self.set(limits)

    def set(self, limits: Limits) -> None:
        """Start counting anew under other limits."""
        self.limits = limits
        self._chats: dict[int, _Bucket] = {}
        self._groups: defaultdict[int, deque[float]] = defaultdict(deque)
        self._overall = _Bucket(self._clock.monotonic(), limits.overall_rate or 1.0, limits.overall_rate or 1.0)
        self._uploads: defaultdict[int, float] = defaultdict(float)

    def spend(self, chat_id: int, *, group: bool) -> int:
        """Count one message; the seconds to wait when it may not be sent, else 0."""
        now = self._clock.monotonic()
        rate = self.limits.chat_rate
        bucket = self._chats.setdefault(chat_id, _Bucket(now, rate or 1.0, self.limits.chat_burst))
        shortages = [
            bucket.shortage(now) if rate is not None else 0.0,
            self._group_shortage(chat_id, now) if group else 0.0,
            self._overall.shortage(now) if self.limits.overall_rate is not None else 0.0,
        ]
        if any(shortages):
            return max(1, math.ceil(max(shortages)))
        bucket.take()
        self._overall.take()
        if group:
            self._groups[chat_id].append(now)
        return 0

    def _group_shortage(self, chat_id: int, now: float) -> float:
        sent = self._groups[chat_id]
        while sent and sent[0] <= now - GROUP_WINDOW:
            sent.popleft()
        if self.limits.group_per_minute is None or len(sent) < self.limits.group_per_minute:
            return 0.0
        return sent[0] + GROUP_WINDOW - now

    def upload_delay(self, size: int) -> float | None:
        """Seconds an upload has to wait behind others of its size; None when too many wait already."""
        if size <= LARGE_UPLOAD_BYTES or not self.limits.slow_uploads:
            return 0.0
        now = self._clock.monotonic()
        last = self._uploads[size]
        if last > now + OVERLOAD_SECONDS:
            return None
        self._uploads[size] = max(last + min(0.9, max(0.2, size * 1e-7)), now - 1.0)
        return max(0.0, self._uploads[size] - now)
