"""Jobs, notices and the inbox in memory."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.domain.ids import DriverId
from bot.ports import InboxUpdate, Job, JobKind, Lane, Notice
from tests.fakes.tables import Tables, next_number


@dataclass(frozen=True)
class JobRow:
    """`again_at` is when it was put for while somebody held it; `claim` is the number of the newest claim."""

    due_at: datetime
    attempts: int = 0
    claim: int = 0
    owner: str | None = None
    lease_end: datetime | None = None
    again_at: datetime | None = None

    @property
    def ready_at(self) -> datetime:
        return self.lease_end or self.due_at

    def let_go(self, due_at: datetime, attempts: int) -> "JobRow":
        return replace(self, due_at=due_at, attempts=attempts, owner=None, lease_end=None, again_at=None)


class FakeJobs:
    def __init__(self, tables: Tables) -> None:
        self._tables = tables
        self._rows: dict[tuple[JobKind, str], JobRow] = tables["jobs"]

    def put(self, kind: JobKind, key: str, due_at: datetime) -> None:
        row = self._rows.get((kind, key))
        if row is None:
            row = JobRow(due_at)
        elif row.owner is None:
            row = replace(row, due_at=min(row.due_at, due_at))
        else:
            row = replace(row, again_at=min(row.again_at or due_at, due_at))
        self._rows[kind, key] = row

    def claim(self, now: datetime, kinds: Iterable[JobKind], owner: str, lease: timedelta, limit: int) -> Sequence[Job]:
        wanted = set(kinds)
        ready = sorted(
            (row.ready_at, kind, key)
            for (kind, key), row in self._rows.items()
            if kind in wanted and row.ready_at <= now
        )
        claimed = []
        for _, kind, key in ready[:limit]:
            row = self._rows[kind, key]
            number = next_number(self._tables, "claims")
            self._rows[kind, key] = replace(row, owner=owner, lease_end=now + lease, claim=number)
            claimed.append(Job(kind, key, row.due_at, row.attempts, number))
        return claimed

    def done(self, job: Job) -> None:
        row = self._held(job)
        if row is None:
            return
        if row.again_at is None:
            del self._rows[job.kind, job.key]
        else:
            self._rows[job.kind, job.key] = row.let_go(row.again_at, 0)

    def again(self, job: Job, due_at: datetime) -> None:
        row = self._held(job)
        if row is not None:
            sooner = min(due_at, row.again_at or due_at)
            self._rows[job.kind, job.key] = row.let_go(sooner, row.attempts + 1)

    def _held(self, job: Job) -> JobRow | None:
        row = self._rows.get((job.kind, job.key))
        return row if row is not None and row.claim == job.version else None

    def drop(self, kind: JobKind, key: str) -> None:
        self._rows.pop((kind, key), None)

    def next_due(self, kinds: Iterable[JobKind]) -> datetime | None:
        wanted = set(kinds)
        return min((row.ready_at for (kind, _), row in self._rows.items() if kind in wanted), default=None)

    def release(self, owner: str | None) -> None:
        for key, row in list(self._rows.items()):
            if row.owner is not None and owner in {None, row.owner}:
                self._rows[key] = row.let_go(min(row.due_at, row.again_at or row.due_at), row.attempts)


@dataclass(frozen=True)
class NoticeRow:
    notice: Notice
    due_at: datetime | None = None
    closed: str | None = None
    lost_at: datetime | None = None


class FakeNotices:
    def __init__(self, tables: Tables) -> None:
        self._tables = tables
        self._rows: dict[int, NoticeRow] = tables["notices"]

    def add(self, notice: Notice) -> None:
        number = next_number(self._tables, "notices")
        self._rows[number] = NoticeRow(replace(notice, id=number, facts=dict(notice.facts)))

    def due(self, now: datetime, limit: int) -> Sequence[Notice]:
        rows = (row for row in self._rows.values() if row.closed is None)
        due = [row.notice for row in rows if row.due_at is None or row.due_at <= now]
        return sorted(due, key=lambda n: (n.lane, n.made_at, n.id))[:limit]

    def told(self, notice_id: int, now: datetime) -> None:
        self._close(notice_id, f"told at {now}")

    def later(self, notice_id: int, due_at: datetime) -> None:
        row = self._rows.get(notice_id)
        if row is not None:
            notice = replace(row.notice, attempts=row.notice.attempts + 1)
            self._rows[notice_id] = replace(row, notice=notice, due_at=due_at)

    def undeliverable(self, notice_id: int, now: datetime, reason: str) -> None:
        self._close(notice_id, f"undeliverable at {now}: {reason}")
        if row := self._rows.get(notice_id):
            self._rows[notice_id] = replace(row, lost_at=now)

    def again(self, driver_id: DriverId, lane: Lane, since: datetime) -> int:
        lost = [
            number
            for number, row in self._rows.items()
            if row.lost_at is not None
            and row.lost_at >= since
            and (row.notice.driver_id, row.notice.lane) == (driver_id, lane)
        ]
        for number in lost:
            self._rows[number] = NoticeRow(self._rows[number].notice)
        return len(lost)

    def _close(self, notice_id: int, how: str) -> None:
        row = self._rows.get(notice_id)
        if row is not None:
            self._rows[notice_id] = replace(row, closed=how)


@dataclass(frozen=True)
class InboxRow:
    update: InboxUpdate
    finished_at: datetime | None = None
    error: str = ""
    dead: bool = False

    @property
    def closed(self) -> bool:
        return self.finished_at is not None or self.dead


class FakeInbox:
    def __init__(self, tables: Tables) -> None:
        self._rows: dict[int, InboxRow] = tables["inbox"]

    def add(self, updates: Sequence[InboxUpdate]) -> set[int]:
        fresh = {update.id: update for update in reversed(updates) if update.id not in self._rows}
        for update_id, update in fresh.items():
            self._rows[update_id] = InboxRow(update)
        return set(fresh)

    def waiting(self) -> Sequence[InboxUpdate]:
        waiting = (row.update for row in self._rows.values() if row.finished_at is None and not row.dead)
        return sorted(waiting, key=lambda update: (update.received_at, update.id))

    def finish(self, update_ids: Sequence[int], now: datetime) -> None:
        for update_id in update_ids:
            if row := self._rows.get(update_id):
                self._rows[update_id] = replace(row, finished_at=now)

    def failed(self, update_id: int, error: str, *, dead: bool) -> None:
        if row := self._rows.get(update_id):
            update = replace(row.update, attempts=row.update.attempts + 1)
            self._rows[update_id] = replace(row, update=update, error=error, dead=dead)

    def prune(self, before: datetime) -> int:
        old = [key for key, row in self._rows.items() if row.finished_at is not None and row.finished_at < before]
        for key in old:
            del self._rows[key]
        return len(old)
