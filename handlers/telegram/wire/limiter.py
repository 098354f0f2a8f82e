"""How fast we may write to Telegram, and who goes first.

The true limits are unpublished: we keep to what is known (once a second to a chat, 20 times a minute to a group, 30
times a second altogether), obey every retry_after, and slow down when several chats are refused at once.
"""

import asyncio
import heapq
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import count
from typing import Any, Final

from telegram.error import RetryAfter
from telegram.ext import BaseRateLimiter

from bot.ports import Lane

GLOBAL_WITHIN: Final = 5.0
"""Seconds within which refusals in two chats count as one of the whole bot."""

TRIES: Final = 3
FORGET_CHATS_ABOVE: Final = 10_000

ChatId = int | str


class Throttled(Exception):
    """The turn did not come within the caller's patience; nothing was sent."""


@dataclass(frozen=True, slots=True)
class Rates:
    """Seconds between messages, and how many an idle chat may get at once."""

    chat: float = 1.1
    group: float = 60 / 18
    burst: int = 3
    overall: float = 27.5
    lowest: float = 1.0
    recovery: float = 0.1

    @classmethod
    def unlimited(cls) -> "Rates":
        """For a Bot API server that has no limits."""
        return cls(chat=0.0, group=0.0, overall=1e9)


@dataclass(slots=True)
class Ticket:
    """One message that waits for its turn."""

    chat: ChatId
    lane: Lane
    granted: bool = False
    given_up: bool = False
    future: asyncio.Future[None] | None = field(default=None, repr=False)


class Schedule:
    """Who is next, as a pure machine: time is seconds on any clock that only goes forward."""

    def __init__(self, rates: Rates) -> None:
        self._rates = rates
        self._due: dict[ChatId, float] = {}  # the moment by which a chat's past messages are paid for
        self._overall_due = 0.0
        self._cut_at = 0.0
        self._cut_to = rates.overall
        self._refusals: list[tuple[float, ChatId]] = []
        self._order = count()
        self._ready: list[tuple[Lane, int, Ticket]] = []
        self._asleep: list[tuple[float, Lane, int, Ticket]] = []

    def ask(self, ticket: Ticket) -> None:
        heapq.heappush(self._ready, (ticket.lane, next(self._order), ticket))

    def grant(self, now: float) -> tuple[list[Ticket], float | None]:
        """The tickets whose turn has come, and the moment to look again (None: when somebody asks)."""
        while self._asleep and self._asleep[0][0] <= now:
            _, lane, order, ticket = heapq.heappop(self._asleep)
            heapq.heappush(self._ready, (lane, order, ticket))
        granted: list[Ticket] = []
        while self._ready:
            lane, order, ticket = self._ready[0]
            if ticket.given_up:
                heapq.heappop(self._ready)
                continue
            at = self._overall_free(now)
            if at > now:
                return granted, at
            heapq.heappop(self._ready)
            at = self._chat_free(ticket.chat, now)
            if at > now:
                heapq.heappush(self._asleep, (at, lane, order, ticket))
                continue
            self._spend(ticket.chat, now)
            ticket.granted = True
            granted.append(ticket)
        return granted, self._asleep[0][0] if self._asleep else None

    def refused(self, chat: ChatId, retry_after: float, now: float) -> None:
        """The server answered 429: leave this chat alone that long, and slow down when it is not the only one."""
        self._due[chat] = max(self._due.get(chat, 0.0), now + retry_after + self._slack(chat))
        self._refusals = [(at, who) for at, who in self._refusals if now - at < GLOBAL_WITHIN]
        if any(who != chat for _, who in self._refusals) and now - self._cut_at >= 1.0:
            self._cut_to = max(self._rates.lowest, self.overall(now) * 0.7)
            self._cut_at = now
        self._refusals.append((now, chat))

    def overall(self, now: float) -> float:
        """Messages a second to all chats together: it recovers slowly after a cut."""
        return min(self._rates.overall, self._cut_to + (now - self._cut_at) * self._rates.recovery)

    def _interval(self, chat: ChatId) -> float:
        return self._rates.chat if isinstance(chat, int) and chat > 0 else self._rates.group

    def _slack(self, chat: ChatId) -> float:
        return self._interval(chat) * (self._rates.burst - 1)

    def _chat_free(self, chat: ChatId, now: float) -> float:
        return max(now, self._due.get(chat, 0.0) - self._slack(chat))

    def _overall_free(self, now: float) -> float:
        return max(now, self._overall_due - (self._rates.burst - 1) / self.overall(now))

    def _spend(self, chat: ChatId, now: float) -> None:
        self._due[chat] = max(now, self._due.get(chat, 0.0)) + self._interval(chat)
        self._overall_due = max(now, self._overall_due) + 1 / self.overall(now)
        if len(self._due) > FORGET_CHATS_ABOVE:
            self._due = {who: due for who, due in self._due.items() if due > now}


class Limiter(BaseRateLimiter[Lane]):
    """The schedule on the event loop's clock; the framework's own calls go through it too."""

    def __init__(self, rates: Rates | None = None) -> None:
        self._schedule = Schedule(rates or Rates())
        self._alarm: asyncio.TimerHandle | None = None

    async def initialize(self) -> None:
        """Nothing to open."""

    async def shutdown(self) -> None:
        if self._alarm is not None:
            self._alarm.cancel()

    async def turn(self, chat: ChatId, lane: Lane, *, patience: float | None = None) -> None:
        """Wait until a message to this chat may go out.

        Raises:
            Throttled: it would take longer than `patience` seconds.

        """
        ticket = Ticket(chat, lane)
        self._schedule.ask(ticket)
        self._look()
        if ticket.granted:
            return
        ticket.future = asyncio.get_running_loop().create_future()
        try:
            async with asyncio.timeout(patience):
                await ticket.future
        except TimeoutError:
            raise Throttled from None
        finally:
            ticket.given_up = not ticket.granted

    def refused(self, chat: ChatId, error: RetryAfter) -> None:
        """Tell the schedule of a 429."""
        wait = error.retry_after
        seconds = wait.total_seconds() if isinstance(wait, timedelta) else wait
        self._schedule.refused(chat, seconds, asyncio.get_running_loop().time())
        self._look()

    async def process_request(
        self,
        callback: Callable[..., Coroutine[Any, Any, Any]],
        args: Any,
        kwargs: dict[str, Any],
        endpoint: str,
        data: dict[str, Any],
        rate_limit_args: Lane | None,
    ) -> Any:
        """Let a call of the framework wait for its turn; what writes nothing into a chat goes at once."""
        chat = data.get("chat_id")
        if chat is None or not writes(endpoint):
            return await callback(*args, **kwargs)
        for attempt in range(TRIES):
            await self.turn(chat, Lane.START if rate_limit_args is None else rate_limit_args)
            try:
                return await callback(*args, **kwargs)
            except RetryAfter as error:
                self.refused(chat, error)
                if attempt == TRIES - 1:
                    raise
        raise AssertionError("the loop returns or raises")

    def _look(self) -> None:
        loop = asyncio.get_running_loop()
        granted, at = self._schedule.grant(loop.time())
        for ticket in granted:
            if ticket.future is not None and not ticket.future.done():
                ticket.future.set_result(None)
        if self._alarm is not None:
            self._alarm.cancel()
        self._alarm = None if at is None else loop.call_at(at, self._look)


def writes(method: str) -> bool:
    """Whether a Bot API method counts against the limits: sending and editing does, the rest is free."""
    return method.startswith(("send", "edit", "copy", "forward")) and method != "sendChatAction"
