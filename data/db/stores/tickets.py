"""Tickets with the topics they have, and what is on its way between drivers and the people who help them."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam as given
from sqlalchemy import func, insert, or_, select, update

from bot.domain.ids import ChargeId, DriverId
from bot.domain.ticket import Cause, Relay, Ticket
from data.db.serialisation import Form
from data.db.store import Store
from data.db.tables import relays, tickets

_TICKET = Form(Ticket)
_RELAY = Form(Relay)
_MOMENT = relays.c.due_at.type
_ADD = insert(tickets).returning(tickets.c.id)
_TICKETS = select(tickets.c.id, tickets.c.body)
_GET = _TICKETS.where(tickets.c.id == given("ticket"))
_BY_TOPIC = _TICKETS.where(tickets.c.topic_id == given("topic"), tickets.c.chat_id == given("chat"))
_OPEN_OF = _TICKETS.where(tickets.c.driver_id == given("driver"), tickets.c.open).order_by(tickets.c.id.desc())
_OF_CAUSE = (
    _TICKETS.where(tickets.c.charge_id == given("charge"), tickets.c.cause == given("why"))
    .order_by(tickets.c.id.desc())
    .limit(1)
)
_BEFORE = select(func.count()).select_from(tickets).where(tickets.c.unclaimed, tickets.c.id < given("ticket"))
_TO_SHOW = _TICKETS.where(tickets.c.behind).order_by(tickets.c.id).limit(given("most"))
_LATEST = _TICKETS.order_by(tickets.c.id.desc()).limit(given("most"))

_RELAYS = select(relays.c.id, relays.c.attempts, relays.c.sent_id, relays.c.body)
_KNOWN = select(relays.c.id).where(relays.c.key == given("name"))
_PASS_ON = insert(relays)
_ON_THEIR_WAY = (
    _RELAYS.where(
        relays.c.closed_at.is_(None), or_(relays.c.due_at.is_(None), relays.c.due_at <= given("now", type_=_MOMENT))
    )
    .order_by(relays.c.id)
    .limit(given("most"))
)
_THIS = relays.c.id == given("relay")
_PASSED_ON = update(relays).where(_THIS).values(closed_at=given("now", type_=_MOMENT), sent_id=given("sent"))
_LATER = update(relays).where(_THIS).values(due_at=given("retry", type_=_MOMENT), attempts=relays.c.attempts + 1)
_COPY_OF = (
    _RELAYS.where(relays.c.message_id == given("message"), relays.c.chat_id == given("chat"))
    .order_by(relays.c.id)
    .limit(1)
)


class SqlTickets(Store):
    def add(self, ticket: Ticket) -> Ticket:
        row = self._row(_ADD, **_columns(ticket))
        assert row is not None, "the database numbers what it is given"
        return replace(ticket, id=row.id)

    def save(self, ticket: Ticket) -> None:
        self._put(tickets, [{"id": ticket.id, **_columns(ticket)}])

    def get(self, ticket_id: int) -> Ticket | None:
        return _first(self._rows_to_change(_GET, ticket=ticket_id))

    def by_topic(self, chat_id: int, topic_id: int) -> Ticket | None:
        return _first(self._rows_to_change(_BY_TOPIC, chat=chat_id, topic=topic_id))

    def open_of(self, driver_id: DriverId) -> Sequence[Ticket]:
        return [_numbered(row) for row in self._rows(_OPEN_OF, driver=driver_id)]

    def of_cause(self, charge_id: ChargeId, cause: Cause) -> Ticket | None:
        return _first(self._rows(_OF_CAUSE, charge=charge_id, why=cause.value))

    def before(self, ticket_id: int) -> int:
        return int(self._rows(_BEFORE, ticket=ticket_id)[0][0])

    def to_show(self, limit: int) -> Sequence[Ticket]:
        return [_numbered(row) for row in self._rows(_TO_SHOW, most=limit)]

    def latest(self, limit: int) -> Sequence[Ticket]:
        return [_numbered(row) for row in self._rows(_LATEST, most=limit)]

    def pass_on(self, relay: Relay, key: str) -> bool:
        if self._row(_KNOWN, name=key) is not None:
            return False
        row = {
            "key": key,
            "driver_id": relay.driver_id,
            "chat_id": relay.chat_id,
            "message_id": relay.message_id,
            "sent_id": 0,
            "attempts": 0,
            "body": _RELAY.write(replace(relay, id=0, attempts=0, sent_id=0)),
        }
        self._run(_PASS_ON, row)
        return True

    def on_their_way(self, now: datetime, limit: int) -> Sequence[Relay]:
        return [_relay(row) for row in self._rows(_ON_THEIR_WAY, now=now, most=limit)]

    def passed_on(self, relay_id: int, sent_id: int, now: datetime) -> None:
        self._run(_PASSED_ON, {"relay": relay_id, "sent": sent_id, "now": now})

    def later(self, relay_id: int, due_at: datetime) -> None:
        self._run(_LATER, {"relay": relay_id, "retry": due_at})

    def copy_of(self, chat_id: int, message_id: int) -> Relay | None:
        row = self._row(_COPY_OF, chat=chat_id, message=message_id)
        return _relay(row) if row else None


def _columns(ticket: Ticket) -> dict[str, Any]:
    return {
        "driver_id": ticket.driver_id,
        "charge_id": ticket.charge_id,
        "cause": ticket.cause.value,
        "open": ticket.open,
        "unclaimed": ticket.unclaimed,
        "behind": ticket.shown != ticket.version,
        "chat_id": ticket.chat_id,
        "topic_id": ticket.topic_id,
        "body": _TICKET.write(replace(ticket, id=0)),
    }


def _first(rows: Sequence[Any]) -> Ticket | None:
    return _numbered(rows[0]) if rows else None


def _numbered(row: Any) -> Ticket:
    return replace(_TICKET.read(row.body), id=row.id)


def _relay(row: Any) -> Relay:
    return replace(_RELAY.read(row.body), id=row.id, attempts=row.attempts, sent_id=row.sent_id)
