"""How much one credential may ask of us, and how often one address may show a token that nobody has.

Both refill with time: a partner that wakes up with a backlog may be quick for a while, then has to keep the pace.
"""

from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass
from typing import Final

from aiohttp import web

from bot.ocpi.errors import TooMany
from bot.ports import Clock
from handlers.doorman import OURSELVES

FORGET_BEYOND: Final = 10_000
"""So many callers are remembered; the one not seen for longest is forgotten first."""

FORWARDED: Final = "X-Forwarded-For"


@dataclass(slots=True)
class _Bucket:
    left: float
    at: float


class Bucket:
    """Allows `burst` at once and `per_second` in the long run, for each caller by itself."""

    def __init__(self, clock: Clock, per_second: float, burst: float) -> None:
        self._clock = clock
        self._per_second = per_second
        self._burst = burst
        self._buckets: OrderedDict[Hashable, _Bucket] = OrderedDict()

    def has(self, caller: Hashable) -> bool:
        """Whether one more would be allowed."""
        return self._of(caller).left >= 1

    def take(self, caller: Hashable) -> bool:
        """Whether one more is allowed; if so it is taken."""
        bucket = self._of(caller)
        if bucket.left < 1:
            return False
        bucket.left -= 1
        return True

    def _of(self, caller: Hashable) -> _Bucket:
        now = self._clock.now().timestamp()
        bucket = self._buckets.get(caller)
        if bucket is None:
            bucket = self._buckets[caller] = _Bucket(self._burst, now)
            if len(self._buckets) > FORGET_BEYOND:
                self._buckets.popitem(last=False)
        else:
            self._buckets.move_to_end(caller)
        bucket.left = min(self._burst, bucket.left + max(0.0, now - bucket.at) * self._per_second)
        bucket.at = now
        return bucket


class Gate:
    """`per_second` None lets everyone through, for tests and benches that measure something else."""

    def __init__(
        self,
        clock: Clock,
        *,
        per_second: float | None = 50,
        seconds_at_once: float = 10,
        wrong_tokens_a_minute: int = 10,
    ) -> None:
        self._asked = None if per_second is None else Bucket(clock, per_second, per_second * seconds_at_once)
        self._wrong = Bucket(clock, wrong_tokens_a_minute / 60, wrong_tokens_a_minute)

    def check_address(self, request: web.Request) -> None:
        """Raise TooMany for an address that lately showed too many tokens that nobody has."""
        address = address_of(request)
        if address and not self._wrong.has(address):
            raise TooMany("too many requests with a wrong token came from here; wait a minute")

    def wrong_token(self, request: web.Request) -> None:
        """Remember that an address showed one."""
        if address := address_of(request):
            self._wrong.take(address)

    def check_caller(self, caller: Hashable) -> None:
        """Raise TooMany for a credential that asks more than it may."""
        if self._asked is not None and not self._asked.take(caller):
            raise TooMany("too many requests; slow down")


def address_of(request: web.Request) -> str:
    """Where a request comes from; a proxy on this machine says it, others are not believed. Empty: from here."""
    remote = request.remote or ""
    if remote not in OURSELVES:
        return remote
    return request.headers.get(FORWARDED, "").rpartition(",")[2].strip()[:100]
