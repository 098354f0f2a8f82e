"""Work that must happen, one row per (kind, key), held by one owner at a time for as long as its lease."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import bindparam as given
from sqlalchemy import case, delete, func, null, select, update

from bot.ports import Job, JobKind
from data.db.columns import micros
from data.db.store import Insert, InsertOf, Store, among, spread
from data.db.tables import jobs

_MOMENT = jobs.c.due_at.type
_FREE = jobs.c.owner.is_(None)
_THIS = (jobs.c.kind == given("of_kind"), jobs.c.key == given("of_key"))
_HELD = (*_THIS, jobs.c.version == given("held"))
_KINDS = among(jobs.c.kind, len(JobKind))

_DUE = (
    select(jobs)
    .where(_KINDS, jobs.c.ready_at <= given("now", type_=_MOMENT))
    .order_by(jobs.c.ready_at, jobs.c.kind, jobs.c.key)
    .limit(given("most"))
)
_DUE_TO_NOBODY_ELSE = _DUE.with_for_update(skip_locked=True)
_HOLD = (
    update(jobs)
    .where(*_THIS)
    .values(owner=given("holder"), ready_at=given("until", type_=_MOMENT), version=given("next"))
)
_DONE = delete(jobs).where(*_HELD, jobs.c.again_at.is_(None))
_PUT_AGAIN = (
    update(jobs)
    .where(*_HELD)
    .values(owner=null(), due_at=jobs.c.again_at, ready_at=jobs.c.again_at, again_at=null(), attempts=0)
)
_RETRY_AT = given("retry", type_=_MOMENT)
_SOONER = case((jobs.c.again_at < _RETRY_AT, jobs.c.again_at), else_=_RETRY_AT)
_AGAIN = (
    update(jobs)
    .where(*_HELD)
    .values(owner=null(), due_at=_SOONER, ready_at=_SOONER, again_at=null(), attempts=jobs.c.attempts + 1)
)
_DROP = delete(jobs).where(*_THIS)
_NEXT = select(func.min(jobs.c.ready_at)).where(_KINDS)
_DUE_OR_AGAIN = case((jobs.c.again_at < jobs.c.due_at, jobs.c.again_at), else_=jobs.c.due_at)
_RELEASE = (
    update(jobs).where(~_FREE).values(owner=null(), due_at=_DUE_OR_AGAIN, ready_at=_DUE_OR_AGAIN, again_at=null())
)
_RELEASE_OF = _RELEASE.where(jobs.c.owner == given("holder"))


@cache
def _put(insert: InsertOf) -> Insert:
    """A held job notes when it is wanted again; a free one moves to the sooner moment."""
    new = insert(jobs)
    wanted = new.excluded.due_at
    sooner = case((_FREE & (wanted < jobs.c.due_at), wanted), else_=jobs.c.due_at)
    again = case(
        (_FREE, null()),
        (jobs.c.again_at < wanted, jobs.c.again_at),
        else_=wanted,
    )
    ready = case((_FREE, sooner), else_=jobs.c.ready_at)
    return new.on_conflict_do_update(
        index_elements=["kind", "key"], set_={"due_at": sooner, "ready_at": ready, "again_at": again}
    )


class SqlJobs(Store):
    def put(self, kind: JobKind, key: str, due_at: datetime) -> None:
        row = {"kind": kind.value, "key": key, "due_at": due_at, "ready_at": due_at, "attempts": 0, "version": 0}
        self._run(_put(self._insert), row)

    def claim(self, now: datetime, kinds: Iterable[JobKind], owner: str, lease: timedelta, limit: int) -> Sequence[Job]:
        due = _DUE_TO_NOBODY_ELSE if self._locks else _DUE
        rows = self._rows(due, now=now, most=limit, **_spread(kinds))
        claimed = [
            Job(JobKind(r.kind), r.key, r.due_at, r.attempts, version=max(r.version + 1, micros(now))) for r in rows
        ]
        if claimed:
            self._run(
                _HOLD,
                [_this(j.kind, j.key) | {"holder": owner, "until": now + lease, "next": j.version} for j in claimed],
            )
        return claimed

    def done(self, job: Job) -> None:
        held = _this(job.kind, job.key) | {"held": job.version}
        if self._run(_DONE, held) == 0:
            self._run(_PUT_AGAIN, held)

    def again(self, job: Job, due_at: datetime) -> None:
        self._run(_AGAIN, _this(job.kind, job.key) | {"held": job.version, "retry": due_at})

    def drop(self, kind: JobKind, key: str) -> None:
        self._run(_DROP, _this(kind, key))

    def next_due(self, kinds: Iterable[JobKind]) -> datetime | None:
        moment: datetime | None = self._rows(_NEXT, **_spread(kinds))[0][0]
        return moment

    def release(self, owner: str | None) -> None:
        if owner is None:
            self._run(_RELEASE)
        else:
            self._run(_RELEASE_OF, {"holder": owner})


def _this(kind: JobKind, key: str) -> dict[str, Any]:
    return {"of_kind": kind.value, "of_key": key}


def _spread(kinds: Iterable[JobKind]) -> dict[str, Any]:
    """The kinds, filled up with empty words to the number of all there are, so that one statement fits."""
    wanted = sorted(kind.value for kind in set(kinds))
    return spread(jobs.c.kind, wanted + [""] * (len(JobKind) - len(wanted)))
