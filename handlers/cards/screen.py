"""A screen: one message with its buttons, before any messenger knows of it."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from typing import Final

from handlers.escape import clean, cut, plain
from handlers.texts import Html, Words

TEN_MINUTES: Final = timedelta(minutes=10)
LONGEST_LABEL: Final = 40
"""UTF-16 units that a button can show on a narrow screen."""


class Style(StrEnum):
    """Colour beside the words, never in place of them."""

    PRIMARY = "primary"
    SUCCESS = "success"
    DANGER = "danger"


@dataclass(frozen=True, slots=True)
class Press:
    """A button to show: its words, and what pressing it means: `action` on `subject`.

    `once` makes it good for a single press and gives it a key of its own; without it the same button shown again keeps
    its key (`stage` tells apart those that must not). `ttl` is how long it may be pressed (None: as long as its
    subject lives). `style` is a colour beside the words.
    """

    text: str
    action: str
    subject: str = ""
    once: bool = False
    ttl: timedelta | None = TEN_MINUTES
    stage: str = ""
    style: Style | None = None


@dataclass(frozen=True, slots=True)
class Link:
    """A button that opens an address of ours or of a map, never one an operator wrote."""

    text: str
    url: str


Row = tuple[Press | Link, ...]


@dataclass(frozen=True, slots=True)
class Screen:
    """Text with rows of buttons."""

    text: Html
    rows: tuple[Row, ...] = field(default=())


def lines(*parts: Html | str | None) -> Html:
    """Join what is there, a line each; None leaves its line out, "" makes an empty one."""
    return Html("\n".join(part for part in parts if part is not None))


def label(text: str, longest: int = LONGEST_LABEL) -> str:
    """Words for a button, which knows no markup: foreign words cleaned, our own HTML read, all cut to size."""
    return cut(clean(plain(text) if isinstance(text, Html) else text), longest)


def look_again(words: Words) -> Press:
    """Back to the first question, from wherever the road ended."""
    return Press(str(words("Look for a station")), "find.again", ttl=None)


def stacked(presses: Iterable[Press | Link]) -> tuple[Row, ...]:
    """One button a row, easy to hit with cold hands."""
    return tuple((press,) for press in presses)
