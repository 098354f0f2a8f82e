"""Regular expressions from a configuration file that cannot be made to run for ever.

Only the part without nesting is taken: literals, classes, groups that are not repeated, and counts. Python tries every
split between neighbouring counts, so a pattern may have few of those without an upper bound, and texts are short.
"""

import re
import warnings
from re import _parser as parser  # type: ignore[attr-defined]  # the only reader of patterns there is
from typing import Any, Final

from bot.domain.identifier import LONGEST

LONGEST_PATTERN: Final = 200
MOST_REPEATS: Final = 4
"""Repeats whose number may vary; the ways to share a text among them multiply."""

MOST_OPEN: Final = 2
"""Repeats without a small bound: with two of them the work grows with the square of a text's length, no more."""

OPEN_FROM: Final = 8
"""A count up to here is taken for bounded."""

_PLAIN: Final = frozenset({"LITERAL", "NOT_LITERAL", "IN", "ANY", "AT", "CATEGORY", "RANGE", "NEGATE"})
_REPEATS: Final = frozenset({"MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"})


def trouble_in(pattern: str) -> str | None:
    """Why this pattern is not taken, as the end of a sentence; None when it is safe."""
    if len(pattern) > LONGEST_PATTERN:
        return f"is longer than {LONGEST_PATTERN} characters"
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            re.compile(pattern)
            tree = parser.parse(pattern)
    except (re.error, RecursionError, OverflowError, Warning) as error:
        return f"is no regular expression ({error})"
    counted = _Counted()
    if trouble := counted.walk(tree, repeated=False):
        return trouble
    if counted.repeats > MOST_REPEATS or counted.open > MOST_OPEN:
        return (
            f"repeats too often: at most {MOST_REPEATS} repeats may vary in length, and at most {MOST_OPEN} of them "
            f"without a bound (write \\d{{4}} or \\d{{1,{OPEN_FROM}}} for the others)"
        )
    return None


class _Counted:
    def __init__(self) -> None:
        self.repeats = 0
        self.open = 0

    def walk(self, tree: Any, *, repeated: bool) -> str | None:
        for kind, value in tree:
            if trouble := self._part(str(kind), value, repeated=repeated):
                return trouble
        return None

    def _part(self, kind: str, value: Any, *, repeated: bool) -> str | None:
        if kind in _PLAIN:
            return None
        if kind in _REPEATS:
            least, most, inner = value
            if repeated or any(str(part) not in _PLAIN for part, _ in inner):
                return "repeats a group: write the repeated characters as a class, such as [A-Z0-9]{1,8}"
            self.repeats += int(least) != int(most)
            self.open += int(most) > OPEN_FROM and int(least) != int(most)
            return self.walk(inner, repeated=True)
        if kind == "SUBPATTERN":
            return self.walk(value[-1], repeated=repeated)
        if kind == "BRANCH":
            return next(filter(None, (self.walk(branch, repeated=repeated) for branch in value[1])), None)
        return "uses what is not needed for an identifier (look-around or a back-reference)"


def fits(pattern: str, text: str) -> bool:
    """Whether the whole text, at most as long as an identifier can be, follows the pattern; case is not looked at."""
    return len(text) <= LONGEST and re.fullmatch(pattern, text, re.IGNORECASE) is not None
