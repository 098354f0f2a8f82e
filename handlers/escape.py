"""The only way for words that others wrote (operators, drivers, agents) into a message of ours.

Whoever names a station must not be able to format, hide, reverse or overflow what a driver reads.
"""

import html
import re
from typing import Final

MESSAGE_LIMIT: Final = 4096
"""Bot API: characters of a message after its markup was read."""

ELLIPSIS: Final = "…"

_UNSEEN: Final = re.compile(
    "["
    "\x00-\x08\x0b-\x1f\x7f-\x9f"  # C0 and C1 controls, DEL; newline and tab stay
    "\u00ad\u061c\u180e"  # soft hyphen, Arabic letter mark, Mongolian vowel separator
    "\u200b-\u200f\u202a-\u202e"  # zero-width characters and joiners, direction marks and overrides
    "\u2028\u2029\u2060-\u206f\ufeff\ufff9-\ufffb"  # separators, isolates, invisible operators, byte order mark
    "\ud800-\udfff"  # lone surrogates, which no encoder takes
    "\U000e0000-\U000e007f"  # tags
    "]"
)
_TAG: Final = re.compile(r"</?[a-zA-Z][^<>]*>")


def clean(text: str) -> str:
    """The text without characters that nobody sees and that change how others are read."""
    return _UNSEEN.sub("", text)


def utf16_length(text: str) -> int:
    """Length as Telegram counts it: characters beyond the basic plane are two."""
    return len(text) + sum(1 for character in text if ord(character) > 0xFFFF)  # noqa: PLR2004  the last of the plane


def cut(text: str, limit: int) -> str:
    """At most `limit` UTF-16 units, with an ellipsis where something is missing."""
    if len(text) * 2 <= limit or utf16_length(text) <= limit:
        return text
    room = limit - 1
    for index, character in enumerate(text):
        room -= 2 if ord(character) > 0xFFFF else 1  # noqa: PLR2004  likewise
        if room < 0:
            return text[:index] + ELLIPSIS
    return text


def esc(text: object, limit: int = 200) -> str:
    """Foreign words, safe inside a message in HTML: cleaned, cut to `limit` UTF-16 units, escaped."""
    return html.escape(cut(clean(str(text)), limit))


def plain(markup: str) -> str:
    """Our own HTML as plain words, for when the server could not read it; never longer than a message may be."""
    return cut(html.unescape(_TAG.sub("", markup)), MESSAGE_LIMIT)
