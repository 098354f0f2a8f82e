"""Tickets and what is on its way, in memory."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.domain.ids import ChargeId, DriverId
from bot.domain.ticket import Cause, Relay, Ticket
from tests.fakes.tables import Tables, next_number


@dataclass(frozen=True)
class OnItsWay:
    relay: Relay
    key: str
    due_at: datetime | None = None
    closed: bool = False

    @property
    def driver_id(self) -> DriverId:
        return self.relay.driver_id


class FakeTickets:
    def __init__(self, tables: Tables) -> None:
        self._tables = tables
        self._tickets: dict[int, Ticket] = tables["tickets"]
        self._relays: dict[int, OnItsWay] = tables["relays"]

    def add(self, ticket: Ticket) -> Ticket:
        numbered = replace(ticket, id=next_number(self._tables, "tickets"))
        self._tickets[numbered.id] = numbered
        return numbered

    def save(self, ticket: Ticket) -> None:
        self._tickets[ticket.id] = ticket

    def get(self, ticket_id: int) -> Ticket | None:
        return self._tickets.get(ticket_id)

    def by_topic(self, chat_id: int, topic_id: int) -> Ticket | None:
        return next((t for t in self._tickets.values() if (t.chat_id, t.topic_id) == (chat_id, topic_id)), None)

    def open_of(self, driver_id: DriverId) -> Sequence[Ticket]:
        return [t for t in self.latest(1000) if t.driver_id == driver_id and t.open]

    def of_cause(self, charge_id: ChargeId, cause: Cause) -> Ticket | None:
        return next((t for t in self.latest(1000) if (t.charge_id, t.cause) == (charge_id, cause)), None)

    def before(self, ticket_id: int) -> int:
        return sum(t.unclaimed and t.id < ticket_id for t in self._tickets.values())

    def to_show(self, limit: int) -> Sequence[Ticket]:
        return [t for t in sorted(self._tickets.values(), key=lambda t: t.id) if t.shown != t.version][:limit]

    def latest(self, limit: int) -> Sequence[Ticket]:
        return sorted(self._tickets.values(), key=lambda t: t.id, reverse=True)[:limit]

    def pass_on(self, relay: Relay, key: str) -> bool:
        if any(row.key == key for row in self._relays.values()):
            return False
        number = next_number(self._tables, "relays")
        self._relays[number] = OnItsWay(replace(relay, id=number, attempts=0, sent_id=0), key)
        return True

    def on_their_way(self, now: datetime, limit: int) -> Sequence[Relay]:
        waiting = (row for _, row in sorted(self._relays.items()) if not row.closed)
        return [row.relay for row in waiting if row.due_at is None or row.due_at <= now][:limit]

    def passed_on(self, relay_id: int, sent_id: int, now: datetime) -> None:
        del now
        row = self._relays[relay_id]
        self._relays[relay_id] = replace(row, relay=replace(row.relay, sent_id=sent_id), closed=True)

    def later(self, relay_id: int, due_at: datetime) -> None:
        row = self._relays[relay_id]
        again = replace(row.relay, attempts=row.relay.attempts + 1)
        self._relays[relay_id] = replace(row, relay=again, due_at=due_at)

    def copy_of(self, chat_id: int, message_id: int) -> Relay | None:
        rows = (row.relay for _, row in sorted(self._relays.items()))
        return next((one for one in rows if (one.chat_id, one.message_id) == (chat_id, message_id)), None)
