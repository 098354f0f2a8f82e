"""A bot's queue of updates: what gets in, how long it lives, in which lines a webhook gets it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Final

import orjson

from sandbox.clock import Clock

KINDS: Final = (
    "message",
    "edited_message",
    "channel_post",
    "edited_channel_post",
    "inline_query",
    "chosen_inline_result",
    "callback_query",
    "shipping_query",
    "pre_checkout_query",
    "poll",
    "poll_answer",
    "my_chat_member",
    "chat_member",
    "chat_join_request",
    "chat_boost",
    "removed_chat_boost",
    "message_reaction",
    "message_reaction_count",
    "business_connection",
    "business_message",
    "edited_business_message",
    "deleted_business_messages",
)
DEFAULT_KINDS: Final = frozenset(KINDS) - {"chat_member", "message_reaction", "message_reaction_count"}
DAY: Final = 86400
LIFETIMES: Final = {"callback_query": 150, "inline_query": 30, "chosen_inline_result": 600}
_LINES: Final = {"inline_query": 1, "chosen_inline_result": 2, "callback_query": 3, "my_chat_member": 5}


@dataclass(frozen=True)
class Update:
    update_id: int
    body: bytes
    expires_at: float
    line: int

    def json(self) -> bytes:
        return b'{"update_id":%d,%s' % (self.update_id, self.body[1:])


def line_of(kind: str, owner: int) -> int:
    """Updates of one line reach a webhook in order; messages and callbacks of one chat are different lines."""
    return owner + (_LINES.get(kind, 0) << 33)


class UpdateQueue:
    """Updates wait here until confirmed by an offset, delivered to the webhook, or too old."""

    def __init__(self, clock: Clock, first_id: int) -> None:
        self.allowed: frozenset[str] = DEFAULT_KINDS
        self.arrived: Callable[[int], None] = lambda _line: None
        self._clock = clock
        self._next_id = first_id
        self._waiting: dict[int, Update] = {}
        self._lines: dict[int, dict[int, Update]] = {}

    def push(self, kind: str, body: dict[str, Any], owner: int) -> None:
        """Kinds nobody asked for are dropped here, at creation: asking later does not bring them back."""
        if kind not in self.allowed:
            return
        expires_at = self._clock.time() + LIFETIMES.get(kind, DAY)
        update = Update(self._next_id, orjson.dumps({kind: body}), expires_at, line_of(kind, owner))
        self._next_id += 1
        self._waiting[update.update_id] = update
        self._lines.setdefault(update.line, {})[update.update_id] = update
        self.arrived(update.line)

    def waiting(self) -> list[Update]:
        """What is still alive, oldest first."""
        now = self._clock.time()
        for update in [update for update in self._waiting.values() if update.expires_at <= now]:
            self.remove(update.update_id)
        return list(self._waiting.values())

    def lines(self) -> list[int]:
        return list(self._lines)

    def first_in(self, line: int) -> Update | None:
        """The oldest update of a line that is still alive."""
        while waiting := self._lines.get(line):
            update = next(iter(waiting.values()))
            if update.expires_at > self._clock.time():
                return update
            self.remove(update.update_id)
        return None

    def confirm(self, offset: int) -> None:
        """Forget everything below `offset`; a negative one keeps that many of the newest."""
        ids = list(self._waiting)
        gone = ids[:offset] if offset < 0 else [update_id for update_id in ids if update_id < offset]
        for update_id in gone:
            self.remove(update_id)

    def remove(self, update_id: int) -> None:
        update = self._waiting.pop(update_id, None)
        if update is not None:
            line = self._lines[update.line]
            del line[update_id]
            if not line:
                del self._lines[update.line]

    def clear(self) -> None:
        self._waiting.clear()
        self._lines.clear()

    def __contains__(self, update_id: int) -> bool:
        return update_id in self._waiting

    def allow(self, kinds: Iterable[str]) -> None:
        """Remember the kinds asked for; none that is known means the default."""
        self.allowed = frozenset(kind.lower() for kind in kinds) & frozenset(KINDS) or DEFAULT_KINDS

    def allowed_list(self) -> list[str] | None:
        return None if self.allowed == DEFAULT_KINDS else [kind for kind in KINDS if kind in self.allowed]
