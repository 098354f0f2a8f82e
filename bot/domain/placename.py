"""The words by which a place is found: without accents or case, and near ones where somebody typed a letter wrong."""

import re
import unicodedata
from collections.abc import Iterable
from typing import Final

LONGEST_TEXT: Final = 200
LONGEST_WORD: Final = 32
MOST_WORDS: Final = 24
SHORTEST: Final = 3
ASKED: Final = 6
"""Words of a question that are looked for."""

_WORD: Final = re.compile(r"[^\W_]+")
_ALIKE: Final = str.maketrans({"ß": "ss", "ø": "o", "ł": "l", "đ": "d", "æ": "ae", "œ": "oe"})


def words_of(*texts: str | None) -> tuple[str, ...]:
    """The words of these texts, each once, in their order; anything else in them only separates."""
    found: dict[str, None] = {}
    for text in texts:
        found.update(dict.fromkeys(word[:LONGEST_WORD] for word in _WORD.findall(_bare((text or "")[:LONGEST_TEXT]))))
    return tuple(found)[:MOST_WORDS]


def _bare(text: str) -> str:
    """Without case and accents; most texts have none, and those cost a twentieth."""
    if text.isascii():
        return text.lower()
    folded = unicodedata.normalize("NFKD", text.casefold().translate(_ALIKE))
    return "".join(c for c in folded if not unicodedata.combining(c))


def meant(typed: str, known: Iterable[str]) -> str:
    """What was typed, where a known word begins so; else the shortest known word that nearly does."""
    alike = [word for word in known if nearly(typed, word)]
    if any(word.startswith(typed) for word in alike):
        return typed
    return min(alike, key=lambda word: (len(word), word), default=typed)


def nearly(typed: str, word: str) -> bool:
    """Whether one letter more, less, other, or two swapped makes `typed` the beginning of `word`."""
    return any(_one_off(typed, word[:length]) for length in range(len(typed) - 1, len(typed) + 2))


def _one_off(one: str, other: str) -> bool:
    if abs(len(one) - len(other)) > 1:
        return False
    same = next((n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    rest, others = one[same:], other[same:]
    return (
        rest[1:] == others[1:]
        or rest[1:] == others
        or rest == others[1:]
        or (rest[:2] == others[1::-1] and rest[2:] == others[2:])
    )
