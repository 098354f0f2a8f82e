"""What a person sees: messages, toasts, inline results; and what went wrong when it was not seen."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

PATIENCE: Final = 5.0


class SandboxError(Exception):
    """The sandbox says in one sentence why something cannot be done."""


class NotSeen(AssertionError):
    """What was waited for did not appear; the text shows what did."""


@dataclass(frozen=True)
class Shown:
    """A message as a person sees it; `raw` has everything, client_api.py says what."""

    raw: Mapping[str, Any]

    @property
    def id(self) -> int:
        return int(self.raw["id"])

    @property
    def seq(self) -> int:
        """The number of its last change."""
        return int(self.raw["seq"])

    @property
    def kind(self) -> str:
        return str(self.raw["kind"])

    @property
    def text(self) -> str:
        return str(self.raw["text"])

    @property
    def html(self) -> str:
        return str(self.raw["html"])

    @property
    def own(self) -> bool:
        return bool(self.raw["own"])

    @property
    def edited(self) -> bool:
        return bool(self.raw["edited"])

    @property
    def pinned(self) -> bool:
        return bool(self.raw["pinned"])

    @property
    def buzz(self) -> bool:
        return bool(self.raw["buzz"])

    @property
    def sender(self) -> str:
        return str(self.raw["from"]["name"])

    @property
    def topic(self) -> int | None:
        """The topic it stands in, 1 for General; None where there are none."""
        return None if self.raw["topic"] is None else int(self.raw["topic"])

    @property
    def forwarded_from(self) -> str:
        """Who first sent it, empty unless it says so."""
        origin = self.raw["forward_from"]
        return str(origin["name"]) if origin else ""

    @property
    def reactions(self) -> dict[str, int]:
        return {str(given["emoji"]): int(given["count"]) for given in self.raw["reactions"]}

    @property
    def buttons(self) -> list[list[str]]:
        """The inline buttons' texts, row by row."""
        return [[str(button["text"]) for button in row] for row in self.raw["buttons"]]

    def has_button(self, text: str) -> bool:
        return any(text in row for row in self.buttons)

    def button_like(self, part: str) -> str:
        """The text of the first button that contains `part`."""
        for row in self.buttons:
            for text in row:
                if part.casefold() in text.casefold():
                    return text
        raise NotSeen(f"no button like {part!r} among {self.buttons}")


@dataclass(frozen=True)
class CallbackAnswer:
    """The toast or alert a press brought; `answered` is False when none came in time."""

    answered: bool
    text: str
    show_alert: bool
    url: str


@dataclass(frozen=True)
class ShownTopic:
    """A topic in the list of a forum; `raw` has everything, client_api.py says what."""

    raw: Mapping[str, Any]

    @property
    def id(self) -> int:
        return int(self.raw["id"])

    @property
    def name(self) -> str:
        return str(self.raw["name"])

    @property
    def closed(self) -> bool:
        return bool(self.raw["closed"])


@dataclass(frozen=True)
class Offered:
    """One inline result."""

    query_id: str
    raw: Mapping[str, Any]

    @property
    def id(self) -> str:
        return str(self.raw["id"])

    @property
    def title(self) -> str:
        return str(self.raw.get("title", ""))

    @property
    def description(self) -> str:
        return str(self.raw.get("description", ""))


@dataclass(frozen=True)
class InlineAnswer:
    """What typing after the bot's name brought; `answered` is False when nothing came in time."""

    raw: Mapping[str, Any]

    @property
    def answered(self) -> bool:
        return bool(self.raw["answered"])

    @property
    def remembered(self) -> bool:
        """It came from the server's memory, the bot was not asked."""
        return bool(self.raw["remembered"])

    @property
    def next_offset(self) -> str:
        return str(self.raw["next_offset"])

    @property
    def button(self) -> Mapping[str, Any] | None:
        found: Mapping[str, Any] | None = self.raw["button"]
        return found

    @property
    def results(self) -> list[Offered]:
        return [Offered(str(self.raw["query_id"]), result) for result in self.raw["results"]]

    def titled(self, part: str) -> Offered:
        """The first result with `part` in its title."""
        for result in self.results:
            if part.casefold() in result.title.casefold():
                return result
        raise NotSeen(f"no result like {part!r} among {[result.title for result in self.results]}")
