"""parse_mode MarkdownV2: nested styles, quotes and links, where every reserved character must be escaped."""

import re
from dataclasses import dataclass
from typing import Any, Final

from sandbox.telegram.entities import Entity, FormattedText, byte_offset, in_order, utf16_length
from sandbox.telegram.errors import BadRequestError

_RESERVED: Final = "_*[]()~`>#+-=|{}.!\n"
_NAMES: Final = {
    "bold": "Bold",
    "italic": "Italic",
    "underline": "Underline",
    "strikethrough": "Strikethrough",
    "spoiler": "Spoiler",
    "code": "Code",
    "pre": "Pre",
    "text_link": "TextUrl",
    "custom_emoji": "CustomEmoji",
    "blockquote": "BlockQuote",
}
_SIGNS: Final = (
    ("__", "underline"),
    ("_", "italic"),
    ("*", "bold"),
    ("~", "strikethrough"),
    ("||", "spoiler"),
    ("```", "pre"),
    ("`", "code"),
    ("![", "custom_emoji"),
    ("[", "text_link"),
)
_ENDS: Final = {
    "bold": "*",
    "code": "`",
    "pre": "```",
    "text_link": "]",
    "underline": "__",
    "strikethrough": "~",
    "spoiler": "||",
    "custom_emoji": "]",
}
_LAST_ESCAPABLE = "~"
_LANGUAGE = re.compile(r"([^\s`]+)(?=\s)")
_EMOJI_LINK = re.compile(r"tg://emoji\?id=(\d+)")


@dataclass
class _Open:
    kind: str
    offset: int
    at: int
    start: int
    language: str = ""

    @property
    def name(self) -> str:
        return "PreCode" if self.language else _NAMES[self.kind]


def parse_markdown_v2(source: str) -> FormattedText:
    """Raises BadRequestError "Can't parse entities: ..."."""
    try:
        return _Reader(source).read()
    except BadRequestError as error:
        raise BadRequestError(f"Can't parse entities: {error.text}") from error


class _Reader:
    """One pass over the source; `_at` is the next character to read."""

    def __init__(self, source: str) -> None:
        self._source = source
        self._at = 0
        self._out: list[str] = []
        self._length = 0
        self._open: list[_Open] = []
        self._found: list[Entity] = []
        self._quoting = False
        self._may_quote = True

    def read(self) -> FormattedText:
        while self._at < len(self._source):
            character = self._source[self._at]
            if (escaped := self._escaped(self._at)) is not None:
                self._put(escaped)
                self._at += 2
            elif character not in ("`" if self._open and self._open[-1].kind in ("code", "pre") else _RESERVED):
                self._put(character, may_quote=False)
                self._at += 1
            elif self._ends(character):
                self._close(character)
            else:
                self._begin(character)
        self._end_quote()
        if self._open:
            raise self._unclosed(self._open[-1])
        return FormattedText("".join(self._out), in_order(self._found))

    def _escaped(self, at: int) -> str | None:
        following = self._source[at + 1 : at + 2]
        return following if self._source[at] == "\\" and "\0" < following <= _LAST_ESCAPABLE else None

    def _put(self, character: str, *, may_quote: bool | None = None) -> None:
        self._out.append(character)
        self._length += utf16_length(character)
        if character != "\r":
            self._may_quote = character == "\n" if may_quote is None else may_quote

    def _sees(self, sign: str) -> bool:
        return self._source.startswith(sign, self._at)

    def _ends(self, character: str) -> bool:
        if not self._open:
            return False
        if self._quoting and character == "\n" and self._source[self._at + 1 : self._at + 2] != ">":
            return True
        kind = self._open[-1].kind
        if kind == "italic":
            return self._sees("_") and not self._sees("__")
        return kind != "blockquote" and self._sees(_ENDS[kind])

    def _begin(self, character: str) -> None:
        if character == "\n":
            self._put(character)
            self._at += 1
            return
        if character == ">" and self._may_quote:
            if not self._quoting:
                self._push("blockquote", 1)
                self._quoting = True
            else:
                self._at += 1
            return
        sign, kind = next(((sign, kind) for sign, kind in _SIGNS if self._sees(sign)), ("", ""))
        if not sign:
            raise BadRequestError(f"Character '{character}' is reserved and must be escaped with the preceding '\\'")
        self._push(kind, len(sign))
        if kind == "pre":
            self._skip_language()

    def _push(self, kind: str, width: int) -> None:
        self._open.append(_Open(kind, self._length, self._at, len(self._out)))
        self._at += width

    def _skip_language(self) -> None:
        """The word after ``` is the language; the line break that follows is not part of the block."""
        if (language := _LANGUAGE.match(self._source, self._at)) is not None:
            self._open[-1].language = language[1]
            self._at = language.end()
        first = self._source[self._at : self._at + 1]
        if first and first in "\r\n":
            second = self._source[self._at + 1 : self._at + 2]
            self._at += 2 if second and second in "\r\n" and second != first else 1

    def _close(self, character: str) -> None:
        if character == "\n":
            self._close_quote()
            return
        opened = self._open.pop()
        entity: Entity = {"offset": opened.offset, "length": self._length - opened.offset, "type": opened.kind}
        self._at += 1 if opened.kind == "italic" else len(_ENDS[opened.kind])
        entity |= self._argument(opened)
        if entity["length"]:
            self._found.append(entity)

    def _argument(self, opened: _Open) -> dict[str, Any]:
        if opened.language:
            return {"language": opened.language}
        if opened.kind == "text_link":
            return {"url": self._url() if self._sees("(") else "".join(self._out[opened.start :])}
        if opened.kind == "custom_emoji":
            if not self._sees("("):
                raise BadRequestError("The entity must contain a tg://emoji or tg://time URL")
            link = _EMOJI_LINK.fullmatch(self._url())
            if link is None:
                raise BadRequestError("Invalid tg://emoji or tg://time URL specified")
            return {"custom_emoji_id": link[1]}
        return {}

    def _url(self) -> str:
        self._at += 1
        begin = self._at
        url = []
        while self._at < len(self._source) and self._source[self._at] != ")":
            escaped = self._escaped(self._at)
            url.append(self._source[self._at] if escaped is None else escaped)
            self._at += 1 if escaped is None else 2
        if self._at == len(self._source):
            raise BadRequestError(f"Can't find end of a URL at byte offset {byte_offset(self._source, begin)}")
        self._at += 1
        return "".join(url)

    def _close_quote(self) -> None:
        """The line after a quote is not quoted; `||` just before makes the quote expandable."""
        expandable = self._drop_expanding_mark(self._at)
        opened = self._open[-1]
        if opened.kind != "blockquote":
            raise self._unclosed(opened)
        self._put("\n")
        self._at += 1
        self._quote(expandable=expandable)

    def _end_quote(self) -> None:
        if not self._quoting:
            return
        expandable = self._drop_expanding_mark(len(self._source))
        if self._open[-1].kind == "blockquote":
            self._quote(expandable=expandable)

    def _drop_expanding_mark(self, end: int) -> bool:
        opened = self._open[-1]
        marked = opened.kind == "spoiler" and self._source[opened.at : end] in ("||", "||\r")
        if marked:
            self._open.pop()
        return marked

    def _quote(self, *, expandable: bool) -> None:
        opened = self._open.pop()
        self._quoting = False
        kind = "expandable_blockquote" if expandable else "blockquote"
        if self._length > opened.offset:
            self._found.append({"offset": opened.offset, "length": self._length - opened.offset, "type": kind})

    def _unclosed(self, opened: _Open) -> BadRequestError:
        offset = byte_offset(self._source, opened.at)
        return BadRequestError(f"Can't find end of {opened.name} entity at byte offset {offset}")
