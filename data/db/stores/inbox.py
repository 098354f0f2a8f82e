"""The updates of the messenger as they came, each kept until it was handled, and known again when it comes twice."""

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import bindparam as given
from sqlalchemy import delete, select, update

from bot.ports import InboxUpdate
from data.db.store import InsertOf, Store
from data.db.tables import inbox

_MOMENT = inbox.c.received_at.type
_WAITING = select(inbox).where(inbox.c.finished_at.is_(None), ~inbox.c.dead).order_by(inbox.c.received_at, inbox.c.id)
_FINISH = update(inbox).where(inbox.c.id == given("update")).values(finished_at=given("now", type_=_MOMENT), body=b"")
_FAILED = (
    update(inbox)
    .where(inbox.c.id == given("update"))
    .values(attempts=inbox.c.attempts + 1, error=given("said", type_=inbox.c.error.type), dead=given("is_dead"))
)
_PRUNE = delete(inbox).where(inbox.c.finished_at < given("before", type_=_MOMENT))


@cache
def _add(insert: InsertOf) -> Any:
    return insert(inbox).on_conflict_do_nothing(index_elements=["id"]).returning(inbox.c.id)


class SqlInbox(Store):
    def add(self, updates: Sequence[InboxUpdate]) -> set[int]:
        if not updates:
            return set()
        rows = [
            {
                "id": new.id,
                "lane": new.lane,
                "body": new.body,
                "received_at": new.received_at,
                "attempts": new.attempts,
                "dead": False,
                "error": "",
            }
            for new in updates
        ]
        return {row.id for row in self._runner.rows(_add(self._insert), rows)}

    def waiting(self) -> Sequence[InboxUpdate]:
        return [InboxUpdate(r.id, r.lane, bytes(r.body), r.received_at, r.attempts) for r in self._rows(_WAITING)]

    def finish(self, update_ids: Sequence[int], now: datetime) -> None:
        if update_ids:
            self._run(_FINISH, [{"update": update_id, "now": now} for update_id in update_ids])

    def failed(self, update_id: int, error: str, *, dead: bool) -> None:
        self._run(_FAILED, {"update": update_id, "said": error, "is_dead": dead})

    def prune(self, before: datetime) -> int:
        return self._run(_PRUNE, {"before": before})
