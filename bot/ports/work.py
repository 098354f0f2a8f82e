"""What must happen later, and what must be told."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import IntEnum, StrEnum
from typing import Protocol

from bot.domain.ids import (
    ChargeId,
    DriverId,
)


class JobKind(StrEnum):
    START = "start"  # fence and send a start
    RESOLVE = "resolve"  # read sessions back until the start is clear
    STAGE = "stage"  # the next sentence for a waiting driver
    STOP = "stop"  # send a stop until the session has ended
    WATCH = "watch"  # ask when a running session is quiet
    BILL = "bill"  # ask for a bill that does not come
    GUARD = "guard"  # what the clock alone brings to a charge: limits, fees, a cable still in
    ALERT = "alert"  # look at a station that somebody waits for
    CARD = "card"  # tell an operator whether a card is good
    LEAVE = "leave"  # forget a driver once nothing is open
    SYNC = "sync"  # pull stations and tariffs of a partner
    TICKET = "ticket"  # remind people of a ticket that nobody has answered
    RECONCILE = "reconcile"  # pull sessions and bills of a partner


@dataclass(frozen=True, slots=True)
class Job:
    """Work that must happen at `due_at` or as soon as we live after it; one per (kind, key)."""

    kind: JobKind
    key: str
    due_at: datetime
    attempts: int = 0
    version: int = 0


class Jobs(Protocol):
    def put(self, kind: JobKind, key: str, due_at: datetime) -> None:
        """Schedule; an existing job of the same kind and key is moved to `due_at` if that is sooner."""

    def claim(self, now: datetime, kinds: Iterable[JobKind], owner: str, lease: timedelta, limit: int) -> Sequence[Job]:
        """Due jobs that nobody holds, the longest due first, now held by `owner` until now + lease."""

    def done(self, job: Job) -> None:
        """Remove a claimed job, unless it was put again meanwhile: then only let go of it."""

    def again(self, job: Job, due_at: datetime) -> None:
        """Let go of a claimed job until then, one attempt more; a sooner `put` meanwhile wins."""

    def drop(self, kind: JobKind, key: str) -> None: ...

    def next_due(self, kinds: Iterable[JobKind]) -> datetime | None:
        """When the next job nobody holds is due, or a lease ends."""

    def release(self, owner: str | None) -> None:
        """Let go of all jobs of this owner, or of every owner (this process just started and is alone)."""


class Lane(IntEnum):
    """What is told first."""

    STOP = 0
    START = 1
    RECEIPT = 2
    PROGRESS = 3


@dataclass(frozen=True, slots=True)
class Notice:
    """Something a driver must be told by a new message, at least once. `facts` are plain JSON values."""

    driver_id: DriverId
    kind: str
    lane: Lane
    made_at: datetime
    charge_id: ChargeId | None = None
    facts: Mapping[str, str | int | None] = field(default_factory=dict)
    silent: bool = False
    id: int = 0
    attempts: int = 0


class Notices(Protocol):
    def add(self, notice: Notice) -> None: ...

    def due(self, now: datetime, limit: int) -> Sequence[Notice]:
        """Those not told yet and not waiting for a retry, by lane and age."""

    def told(self, notice_id: int, now: datetime) -> None: ...

    def later(self, notice_id: int, due_at: datetime) -> None:
        """Try again then."""

    def undeliverable(self, notice_id: int, now: datetime, reason: str) -> None: ...

    def again(self, driver_id: DriverId, lane: Lane, since: datetime) -> int:
        """Take up again what could not be delivered to this driver in this lane since then; give how many."""


@dataclass(frozen=True, slots=True)
class Card:
    """The one live message of a charge (0 while there is none); `shown_version` is the version that it shows."""

    charge_id: ChargeId
    chat_id: int
    message_id: int
    shown_version: int = 0
    pinned: bool = False


class Cards(Protocol):
    def get(self, charge_id: ChargeId) -> Card | None: ...

    def save(self, card: Card) -> None: ...


@dataclass(frozen=True, slots=True)
class InboxUpdate:
    """One update of the messenger as it came; `lane` keys the order in which a driver's updates are handled."""

    id: int
    lane: str
    body: bytes
    received_at: datetime
    attempts: int = 0


class Inbox(Protocol):
    def add(self, updates: Sequence[InboxUpdate]) -> set[int]:
        """Store those never seen before; give their ids."""

    def waiting(self) -> Sequence[InboxUpdate]:
        """Those not finished, oldest first."""

    def finish(self, update_ids: Sequence[int], now: datetime) -> None: ...

    def failed(self, update_id: int, error: str, *, dead: bool) -> None:
        """Count a failed attempt; a dead one is kept for people and not tried again."""

    def prune(self, before: datetime) -> int:
        """Forget finished updates older than that."""
