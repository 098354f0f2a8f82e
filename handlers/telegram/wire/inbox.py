"""The door for updates: what has come in is on the disk before Telegram is told that we have it.

A crash at any moment loses nothing: an update not stored is delivered again by Telegram, a stored one is handled when
the next process starts.
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import orjson

from bot.crashpoints import crash_point
from bot.domain.errors import StoreBusy
from bot.nursery import Nursery
from bot.ports import Clock, Database, InboxUpdate, UnitOfWork
from handlers.telegram.wire.gather import Gatherer

BIGGEST_ID: Final = 2**63
NOBODY: Final = 0
"""The id, and so the lane, of updates that belong to no chat and no person."""


class Unreadable(ValueError):
    """This is no update."""


@dataclass(slots=True)
class Arrival:
    """A stored update, with its content as JSON values and the number of tries so far that failed."""

    row: InboxUpdate
    content: dict[str, Any]
    failures: int = 0

    @property
    def chat_id(self) -> int:
        """The chat its lane is named after; in a private chat also the driver; 0 for nobody."""
        return int(self.row.lane.partition("/")[0])

    @property
    def dialogue_key(self) -> str:
        """A person in a group has a dialogue of their own; in a private chat the lane is the person."""
        lane = self.row.lane
        return f"{lane}:{person_of(self.content)}" if lane.startswith("-") else lane


def read(body: bytes) -> dict[str, Any]:
    """The update in a body.

    Raises:
        Unreadable: it is no JSON object, too deep, or without an update_id that can be one.

    """
    try:
        update = orjson.loads(body)
    except orjson.JSONDecodeError:
        update = _read_tolerantly(body)
    if not isinstance(update, dict):
        raise Unreadable("an update is a JSON object")
    number = update.get("update_id")
    if not isinstance(number, int) or isinstance(number, bool) or not 0 <= number < BIGGEST_ID:
        raise Unreadable("an update has an update_id")
    return update


def _read_tolerantly(body: bytes) -> object:
    """Half a surrogate pair in somebody's name is no reason to refuse what they write."""
    try:
        return json.loads(body, parse_constant=_refuse)
    except (ValueError, RecursionError):
        raise Unreadable("this is no JSON") from None


def _refuse(word: str) -> None:
    raise ValueError(f"{word} is no JSON")


def lane_of(update: dict[str, Any]) -> str:
    """What an update must wait for: its chat (of a forum: its topic), else its person."""
    event = _event(update)
    message = event if "chat" in event else event.get("message")
    chat = _id_in(message, "chat")
    if chat is None or not isinstance(message, dict):
        return str(person_of(update))
    topic = message.get("message_thread_id") if message.get("is_topic_message") else None
    return f"{chat}/{topic}" if isinstance(topic, int) else str(chat)


def person_of(update: dict[str, Any]) -> int:
    """Who caused it; 0 when nobody is named."""
    event = _event(update)
    return _id_in(event, "from") or _id_in(event, "user") or NOBODY


def language_of(update: dict[str, Any]) -> str:
    """The IETF tag that its sender's app reports; empty where there is none."""
    event = _event(update)
    sender = event.get("from")
    tag = sender.get("language_code") if isinstance(sender, dict) else None
    return tag if isinstance(tag, str) else ""


def _id_in(event: object, name: str) -> int | None:
    whose = event.get(name) if isinstance(event, dict) else None
    number = whose.get("id") if isinstance(whose, dict) else None
    return number if isinstance(number, int) and not isinstance(number, bool) else None


def _event(update: dict[str, Any]) -> dict[str, Any]:
    """The one object of an update: a message, a press, or another thing that happened."""
    return next((part for part in update.values() if isinstance(part, dict)), {})


class Inbox:
    """Stores what arrives and hands on what is new, in the order of its numbers.

    What `express` takes is neither stored nor handed on.
    """

    def __init__(
        self,
        database: Database,
        clock: Clock,
        nursery: Nursery,
        hand_on: Callable[[Arrival], None],
        *,
        full: Callable[[], bool] = lambda: False,
        express: Callable[[dict[str, Any]], bool] = lambda _: False,
    ) -> None:
        self._database = database
        self._clock = clock
        self._hand_on = hand_on
        self._full = full
        self._express = express
        self._store = Gatherer(self._store_all, nursery)

    async def take(self, updates: Sequence[dict[str, Any]], bodies: Sequence[bytes] | None = None) -> None:
        """Store updates; when this returns they will be handled, whatever happens to this process.

        Raises:
            StoreError: nothing was stored, Telegram must deliver them again.

        """
        crash_point("update_in")
        pairs = zip(updates, bodies or map(_written, updates), strict=True)
        stored = [(update, body) for update, body in pairs if not self._express(update)]
        if not stored:
            return
        if self._full():
            raise StoreBusy("too many updates are waiting")
        now = self._clock.now()
        arrivals = [
            Arrival(InboxUpdate(update["update_id"], lane_of(update), body, now), update) for update, body in stored
        ]
        new = await self._store([arrival.row for arrival in arrivals])
        crash_point("update_committed")
        for arrival in arrivals:
            if arrival.row.id in new:
                new.remove(arrival.row.id)
                self._hand_on(arrival)

    async def resume(self) -> int:
        """Hand on what an earlier process left unfinished; call this before anything new is let in."""
        rows = await self._database.read(lambda uow: uow.inbox.waiting())
        for row in rows:
            self._hand_on(Arrival(row, read(row.body), row.attempts))
        return len(rows)

    async def _store_all(self, batches: Sequence[Sequence[InboxUpdate]]) -> Sequence[set[int]]:
        def work(uow: UnitOfWork) -> set[int]:
            return uow.inbox.add(list({row.id: row for batch in batches for row in batch}.values()))

        new = await self._database.write(work)
        return [_claimed(batch, new) for batch in batches]


def _claimed(batch: Sequence[InboxUpdate], new: set[int]) -> set[int]:
    """The new ones of a batch; one that was delivered twice at the same time goes to the first that asks."""
    mine = {row.id for row in batch} & new
    new -= mine
    return mine


def _written(update: dict[str, Any]) -> bytes:
    try:
        return orjson.dumps(update)
    except TypeError:
        return json.dumps(update).encode()
