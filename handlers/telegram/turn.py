"""One update on its way through the handlers, with all they need to know before they run.

The framework asks its handlers synchronously whether they want an update, so everything is read beforehand and found
through `current()`. Nothing outlives the update but what its acknowledgement stores.
"""

from collections.abc import Mapping
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from typing import Any, Final

from telegram import Update

from bot.ports import Button, Dialogue


class Verdict(Enum):
    """What a pressed button is worth."""

    GOOD = "good"
    WORN = "worn"  # it was used before
    EXPIRED = "expired"
    UNKNOWN = "unknown"  # nobody made it, or it is another driver's: the two are told alike


@dataclass(slots=True)
class Turn:
    """`button` is there only when the driver may know it; `memory` holds the answers of the running conversation."""

    id: int
    update: Update
    received_at: datetime
    now: datetime
    dialogue: Dialogue
    button: Button | None = None
    verdict: Verdict = Verdict.UNKNOWN
    answered: bool = False
    conversation: str = ""
    state: str = ""
    memory: dict[str, Any] = field(default_factory=dict)
    wear: str | None = None
    failure: Exception | None = None
    talk: int = 0  # the ticket to which what the driver writes goes
    tongue: str = ""  # the language that the driver chose; empty for the one the messenger reports

    def __post_init__(self) -> None:
        self.conversation, self.state = self.dialogue.conversation, self.dialogue.state
        self.memory = _copied(self.dialogue.memory)

    def outcome(self) -> Dialogue | None:
        """The dialogue to store, or None when it is as it was."""
        if not self.conversation:
            after = Dialogue(self.dialogue.key)
        else:
            self._date_place()
            after = Dialogue(self.dialogue.key, self.conversation, self.state, self.memory)
        return None if after == self.dialogue else after

    def _date_place(self) -> None:
        """Since when we know where the driver stands: it is forgotten soon after, also if it is only carried along."""
        if "point" not in self.memory:
            self.memory.pop("point_at", None)
        elif self.memory["point"] != self.dialogue.memory.get("point"):
            self.memory["point_at"] = self.now.isoformat()
        else:
            self.memory["point_at"] = self.dialogue.memory.get("point_at") or self.now.isoformat()

    def leave(self) -> None:
        """End the conversation and forget its answers."""
        self.conversation = self.state = ""
        self.memory = {}


_current: Final[ContextVar[Turn]] = ContextVar("turn")


def current() -> Turn:
    """The turn of the running task; only handlers have one."""
    return _current.get()


def begin(turn: Turn) -> None:
    """Make it the turn of this task."""
    _current.set(turn)


def _copied(memory: Mapping[str, object]) -> dict[str, Any]:
    """A copy that shares nothing that could be changed (plain JSON values only)."""
    return {name: _copy(value) for name, value in memory.items()}


def _copy(value: object) -> object:
    if isinstance(value, dict):
        return {name: _copy(part) for name, part in value.items()}
    return [_copy(part) for part in value] if isinstance(value, list) else value
