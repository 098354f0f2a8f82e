"""What the server finds in a text by itself: commands, mentions, hashtags, links and addresses."""

import re
from typing import Any, Final

_DOMAINS = "com|org|net|io|me|dev|app|info|eu|de|nl|fr|es|it|be|at|ch|pl|cz|dk|se|no|fi|uk|us|co|example"
_PATTERNS: Final = (
    (
        "url",
        re.compile(
            rf"(?<![\w@.])(?:https?://[^\s<>\"]+|(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+(?:{_DOMAINS})\b(?![@\w-])"
            r"(?::\d+)?(?:[/?#][^\s<>\"]*)?)",
            re.IGNORECASE,
        ),
    ),
    ("email", re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@(?:[a-z0-9-]+\.)+[a-z]{2,}(?!\w)", re.IGNORECASE)),
    ("bot_command", re.compile(r"(?<![\w/<>])/[a-zA-Z0-9_]{1,64}(?:@[a-zA-Z0-9_]{3,32})?(?![\w/<>])")),
    ("mention", re.compile(r"(?<!\w)@[a-zA-Z0-9_]{2,32}(?!\w)")),
    ("hashtag", re.compile(r"(?<!\w)#(?=\w*[^\W\d_])\w{1,256}(?![\w#])")),
)


def detect(text: str) -> list[dict[str, Any]]:
    """Entities in reading order, none inside another."""
    taken: list[tuple[int, int, str]] = []
    for kind, pattern in _PATTERNS:
        for match in pattern.finditer(text):
            start, end = match.start(), match.end()
            if kind == "url":
                end = start + len(_without_tail(match[0]))
            if all(end <= other_start or start >= other_end for other_start, other_end, _ in taken):
                taken.append((start, end, kind))
    return [_entity(text, *found) for found in sorted(taken)]


def _without_tail(link: str) -> str:
    """A link ends before the punctuation of the sentence around it."""
    while link and (link[-1] in ".,:;!?'\"" or (link[-1] == ")" and link.count(")") > link.count("("))):
        link = link[:-1]
    return link


def _entity(text: str, start: int, end: int, kind: str) -> dict[str, Any]:
    def units(part: str) -> int:
        return len(part.encode("utf-16-le")) // 2

    return {"offset": units(text[:start]), "length": units(text[start:end]), "type": kind}
