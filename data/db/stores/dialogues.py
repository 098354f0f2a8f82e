"""Which question each chat is being asked, and what the buttons under old messages mean."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache

from sqlalchemy import bindparam as given
from sqlalchemy import case, delete, or_, select, update

from bot.domain.ids import DriverId
from bot.ports import PLACE, Button, Dialogue, place_is_old
from data.db.serialisation import from_json, to_json
from data.db.store import Insert, InsertOf, Store
from data.db.tables import buttons, dialogues

_LOAD = select(dialogues).where(dialogues.c.key == given("of_key"))
_END = delete(dialogues).where(dialogues.c.key == given("of_key"))
_PLACED = select(dialogues).where(dialogues.c.memory.like('%"point"%'))
_BUTTON = select(buttons).where(buttons.c.key == given("of_key"))
_MOMENT = buttons.c.shown_at.type
_USE = (
    update(buttons)
    .where(buttons.c.key == given("of_key"), or_(~buttons.c.once, buttons.c.used_at.is_(None)))
    .values(used_at=case((buttons.c.once, given("now", type_=_MOMENT)), else_=buttons.c.used_at))
)
_PRUNE = delete(buttons).where(buttons.c.expires_at < given("before", type_=_MOMENT))


class SqlDialogues(Store):
    def load(self, keys: Sequence[str]) -> Mapping[str, Dialogue]:
        rows = [row for key in dict.fromkeys(keys) for row in self._rows(_LOAD, of_key=key)]
        return {r.key: Dialogue(r.key, r.conversation, r.state, from_json(r.memory)) for r in rows}

    def save(self, dialogues_: Sequence[Dialogue]) -> None:
        latest = {dialogue.key: dialogue for dialogue in dialogues_}
        ended = [{"of_key": key} for key, dialogue in latest.items() if not dialogue.conversation]
        if ended:
            self._run(_END, ended)
        self._put(
            dialogues,
            [
                {"key": d.key, "conversation": d.conversation, "state": d.state, "memory": to_json(d.memory)}
                for d in latest.values()
                if d.conversation
            ],
        )

    def forget_places(self, before: datetime) -> int:
        found = [(row, from_json(row.memory)) for row in self._rows(_PLACED)]
        old = [(row, memory) for row, memory in found if place_is_old(memory, before)]
        self._put(
            dialogues,
            [
                {
                    "key": row.key,
                    "conversation": row.conversation,
                    "state": row.state,
                    "memory": to_json({n: v for n, v in memory.items() if n not in PLACE}),
                }
                for row, memory in old
            ],
        )
        return len(old)


@cache
def _add(insert: InsertOf) -> Insert:
    new = insert(buttons)
    return new.on_conflict_do_update(
        index_elements=["key"], set_={"shown_at": new.excluded.shown_at, "expires_at": new.excluded.expires_at}
    )


class SqlButtons(Store):
    def add(self, buttons_: Sequence[Button]) -> None:
        rows = {
            b.key: {
                "key": b.key,
                "driver_id": b.driver_id,
                "action": b.action,
                "subject": b.subject,
                "shown_at": b.shown_at,
                "expires_at": b.expires_at,
                "once": b.once,
                "used_at": b.used_at,
            }
            for b in buttons_
        }
        if rows:
            self._run(_add(self._insert), list(rows.values()))

    def get(self, key: str) -> Button | None:
        r = self._row(_BUTTON, of_key=key)
        if r is None:
            return None
        return Button(r.key, DriverId(r.driver_id), r.action, r.subject, r.shown_at, r.expires_at, r.once, r.used_at)

    def use(self, key: str, now: datetime) -> bool:
        return self._run(_USE, {"of_key": key, "now": now}) == 1

    def prune(self, before: datetime) -> int:
        return self._run(_PRUNE, {"before": before})
