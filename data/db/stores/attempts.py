"""What somebody may do only so often."""

from datetime import datetime

from sqlalchemy import bindparam as given
from sqlalchemy import delete, func, insert, select

from data.db.store import Store
from data.db.tables import attempts

_MOMENT = attempts.c.at.type
_ADD = insert(attempts)
_COUNT = (
    select(func.count().label("number"))
    .select_from(attempts)
    .where(attempts.c.subject == given("of_subject"), attempts.c.at >= given("since", type_=_MOMENT))
)
_PRUNE = delete(attempts).where(attempts.c.at < given("before", type_=_MOMENT))


class SqlAttempts(Store):
    def add(self, subject: str, at: datetime) -> None:
        self._run(_ADD, {"subject": subject, "at": at})

    def count(self, subject: str, since: datetime) -> int:
        row = self._row(_COUNT, of_subject=subject, since=since)
        return row.number if row else 0

    def prune(self, before: datetime) -> int:
        return self._run(_PRUNE, {"before": before})
