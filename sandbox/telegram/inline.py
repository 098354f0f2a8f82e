"""Inline mode: what somebody types after a bot's name, the results offered, and which of them are remembered."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sandbox.telegram.keyboards import InlineKeyboard
from sandbox.telegram.model import Chat, Content, Message, User


@dataclass(frozen=True)
class InlineResult:
    """One result as it is offered, and what choosing it sends; `content` is None for a picture from the web."""

    id: str
    shown: Mapping[str, Any]
    content: Content | None
    keyboard: InlineKeyboard | None


@dataclass(frozen=True)
class InlineAnswer:
    results: tuple[InlineResult, ...] = ()
    next_offset: str = ""
    button: Mapping[str, Any] | None = None


@dataclass
class InlineQuery:
    """Waiting for the bot's results until `expires_at`."""

    id: str
    user: User
    chat: Chat
    text: str
    offset: str
    expires_at: float
    location: Mapping[str, float] | None = None
    answer: InlineAnswer | None = None
    remembered: bool = False


@dataclass
class InlineMode:
    """Everything inline of one bot. The queries of a chat, the answers kept for others, the messages sent."""

    enabled: bool = True
    feedback: bool = False
    queries: dict[str, InlineQuery] = field(default_factory=dict)
    messages: dict[str, Message] = field(default_factory=dict)
    _cache: dict[tuple[str, str, int], tuple[float, InlineAnswer]] = field(default_factory=dict)

    def remember(self, query: InlineQuery, answer: InlineAnswer, until: float, *, personal: bool) -> None:
        self._cache[query.text, query.offset, query.user.id if personal else 0] = (until, answer)

    def recall(self, query: InlineQuery, now: float) -> InlineAnswer | None:
        """What was answered to the same query of this person, or of anybody unless it was personal."""
        for user_id in (query.user.id, 0):
            until, answer = self._cache.get((query.text, query.offset, user_id), (0.0, None))
            if until > now:
                return answer
        return None
