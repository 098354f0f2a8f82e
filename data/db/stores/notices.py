"""What drivers must be told by new messages, and the one live card of each charge."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import bindparam as given
from sqlalchemy import case, func, insert, or_, select, update

from bot.domain.ids import ChargeId, DriverId
from bot.ports import Card, Lane, Notice
from data.db.serialisation import Form
from data.db.store import Store
from data.db.tables import cards, charges, notices

_FORM = Form(Notice)
_MOMENT = notices.c.made_at.type
_ADD = insert(notices)
_DUE = (
    select(notices.c.id, notices.c.attempts, notices.c.body)
    .where(
        notices.c.closed_at.is_(None),
        or_(notices.c.due_at.is_(None), notices.c.due_at <= given("now", type_=_MOMENT)),
    )
    .order_by(notices.c.lane, notices.c.made_at, notices.c.id)
    .limit(given("most"))
)
_THIS = notices.c.id == given("notice")
_TOLD = update(notices).where(_THIS).values(closed_at=given("now", type_=_MOMENT))
_LATER = update(notices).where(_THIS).values(due_at=given("retry", type_=_MOMENT), attempts=notices.c.attempts + 1)
_UNDELIVERABLE = _TOLD.values(undeliverable=given("reason", type_=notices.c.undeliverable.type))

_CARD = select(cards).where(cards.c.charge_id == given("charge"))
_VERSION = select(charges.c.version).where(charges.c.id == given("charge")).scalar_subquery()
_LAST_TURN = select(func.coalesce(func.max(cards.c.turn), 0)).where(cards.c.turn.is_not(None)).scalar_subquery()
_TURN = select(case((given("shown") < _VERSION, _LAST_TURN + 1), else_=None))


_LOST = select(notices.c.id, notices.c.body).where(
    notices.c.undeliverable.is_not(None),
    notices.c.lane == given("in_lane"),
    notices.c.closed_at >= given("since", type_=_MOMENT),
)
_AGAIN = update(notices).where(_THIS).values(closed_at=None, due_at=None, undeliverable=None)


class SqlNotices(Store):
    def add(self, notice: Notice) -> None:
        row = {
            "driver_id": notice.driver_id,
            "lane": notice.lane,
            "made_at": notice.made_at,
            "attempts": notice.attempts,
            "body": _FORM.write(replace(notice, id=0, attempts=0)),
        }
        self._run(_ADD, row)

    def due(self, now: datetime, limit: int) -> Sequence[Notice]:
        rows = self._rows(_DUE, now=now, most=limit)
        return [replace(_FORM.read(row.body), id=row.id, attempts=row.attempts) for row in rows]

    def told(self, notice_id: int, now: datetime) -> None:
        self._run(_TOLD, {"notice": notice_id, "now": now})

    def later(self, notice_id: int, due_at: datetime) -> None:
        self._run(_LATER, {"notice": notice_id, "retry": due_at})

    def undeliverable(self, notice_id: int, now: datetime, reason: str) -> None:
        self._run(_UNDELIVERABLE, {"notice": notice_id, "now": now, "reason": reason})

    def again(self, driver_id: DriverId, lane: Lane, since: datetime) -> int:
        lost = self._rows(_LOST, in_lane=int(lane), since=since)
        mine = [row.id for row in lost if _FORM.read(row.body).driver_id == driver_id]
        for notice_id in mine:
            self._run(_AGAIN, {"notice": notice_id})
        return len(mine)


class SqlCards(Store):
    def get(self, charge_id: ChargeId) -> Card | None:
        row = self._row(_CARD, charge=charge_id)
        return (
            Card(ChargeId(row.charge_id), row.chat_id, row.message_id, row.shown_version, row.pinned) if row else None
        )

    def save(self, card: Card) -> None:
        """Store it; one that still shows an older version goes to the end of the queue if it was shown anew."""
        old = self._row_to_change(_CARD, charge=card.charge_id)
        if old is not None and old.shown_version == card.shown_version:
            turn = old.turn
        else:
            turn = self._rows(_TURN, charge=card.charge_id, shown=card.shown_version)[0][0]
        row = {
            "charge_id": card.charge_id,
            "chat_id": card.chat_id,
            "message_id": card.message_id,
            "shown_version": card.shown_version,
            "pinned": card.pinned,
            "turn": turn,
        }
        self._put(cards, [row])
