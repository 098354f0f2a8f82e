"""parse_mode HTML: tags to entities, with the server's complaints and their byte offsets."""

import re
from dataclasses import dataclass, field
from typing import Any, Final

from sandbox.telegram.entities import Entity, FormattedText, byte_offset, in_order, utf16_length
from sandbox.telegram.errors import BadRequestError

_KINDS: Final = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "tg-spoiler": "spoiler",
    "span": "spoiler",
    "code": "code",
    "pre": "pre",
    "a": "text_link",
    "blockquote": "blockquote",
    "tg-emoji": "custom_emoji",
}
_NAMED: Final = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
_REFERENCE = re.compile(r"&(?:#x([0-9a-fA-F]{1,6})|#([0-9]{1,7})|([a-zA-Z]+));?")
_HIGHEST_CODE_POINT = 0x10FFFF
_NAME_TOKEN = re.compile(r"[A-Za-z0-9.-]")
_SURROGATES = range(0xD800, 0xE000)
_BLANK = " \t\r\n\v"


@dataclass
class _Tag:
    name: str
    offset: int
    at: int
    arguments: dict[str, str] = field(default_factory=dict)


def parse_html(source: str) -> FormattedText:
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
        self._open: list[_Tag] = []
        self._found: list[Entity] = []

    def read(self) -> FormattedText:
        while self._at < len(self._source):
            if self._source[self._at] != "<":
                self._character()
            elif self._source.startswith("</", self._at):
                self._end_tag()
            else:
                self._start_tag()
        if self._open:
            raise BadRequestError(f"Can't find end tag corresponding to start tag {self._open[-1].name}")
        return FormattedText("".join(self._out), in_order(map(_without_language, self._found)))

    def _refuse(self, what: str, index: int, more: str = "") -> BadRequestError:
        return BadRequestError(f"{what} at byte offset {byte_offset(self._source, index)}{more}")

    def _peek(self) -> str:
        return self._source[self._at : self._at + 1]

    def _take_until(self, stop: str) -> str:
        start = self._at
        while self._at < len(self._source) and self._source[self._at] not in stop:
            self._at += 1
        return self._source[start : self._at]

    def _skip_blanks(self) -> None:
        while self._peek() and self._peek() in _BLANK:
            self._at += 1

    def _next(self) -> str:
        self._at += 1
        return self._source[self._at - 1]

    def _character(self) -> None:
        character = self._reference() if self._peek() == "&" else self._next()
        self._out.append(character)
        self._length += utf16_length(character)

    def _reference(self) -> str:
        """The character that `&lt;` and the like mean; an unknown name stays as it is written."""
        match = _REFERENCE.match(self._source, self._at)
        character = _decoded(match) if match else ""
        if match is None or not character:
            return self._next()
        self._at = match.end()
        return character

    def _start_tag(self) -> None:
        begin = self._at
        self._at += 1
        name = self._take_until(_BLANK + ">").lower()
        if not self._peek():
            raise self._refuse("Unclosed start tag", begin)
        if name not in _KINDS:
            raise self._refuse(f'Unsupported start tag "{name}"', begin)
        tag = _Tag(name, self._length, begin)
        while True:
            self._skip_blanks()
            if self._peek() == ">":
                break
            self._attribute(tag)
        self._at += 1
        if name == "span" and tag.arguments.get("class") != "tg-spoiler":
            raise self._refuse('Tag "span" must have class "tg-spoiler"', begin)
        self._open.append(tag)

    def _attribute(self, tag: _Tag) -> None:
        name = self._take_until(_BLANK + "=>")
        if not name:
            raise self._refuse(
                "Unclosed start tag" if not self._peek() else f'Empty attribute name in the tag "{tag.name}"', tag.at
            )
        self._skip_blanks()
        if self._peek() != "=":
            if tag.name == "blockquote" and name == "expandable" and self._peek():
                tag.arguments[name] = ""
                return
            raise self._refuse(f'Expected equal sign in declaration of an attribute of the tag "{tag.name}"', tag.at)
        self._at += 1
        self._skip_blanks()
        if not self._peek():
            raise self._refuse(f'Unclosed start tag "{tag.name}"', tag.at)
        tag.arguments[name] = self._quoted() if self._peek() in "'\"" else self._name_token()
        if not self._peek():
            raise self._refuse("Unclosed start tag", tag.at)

    def _name_token(self) -> str:
        begin = self._at
        while self._peek() and _NAME_TOKEN.fullmatch(self._peek()):
            self._at += 1
        if self._peek() and self._peek() not in _BLANK + ">":
            raise self._refuse("Unexpected end of name token", begin)
        return self._source[begin : self._at].lower()

    def _quoted(self) -> str:
        quote = self._peek()
        self._at += 1
        value: list[str] = []
        while self._peek() and self._peek() != quote:
            value.append(self._reference() if self._peek() == "&" else self._next())
        if self._peek():
            self._at += 1
        return "".join(value)

    def _end_tag(self) -> None:
        begin = self._at
        if not self._open:
            raise self._refuse("Unexpected end tag", begin)
        self._at += 2
        name = self._take_until(_BLANK + ">").lower()
        self._skip_blanks()
        if self._peek() != ">":
            raise self._refuse("Unclosed end tag", begin)
        self._at += 1
        tag = self._open.pop()
        if name and name != tag.name:
            raise self._refuse("Unmatched end tag", begin, f', expected "</{tag.name}>", found "</{name}>"')
        if self._length > tag.offset:
            self._close(tag)

    def _close(self, tag: _Tag) -> None:
        entity: Entity = {"offset": tag.offset, "length": self._length - tag.offset, "type": _KINDS[tag.name]}
        entity |= self._argument(tag)
        inner = self._found[-1] if self._found else {}
        language = inner.get("language") or entity.get("language")
        if language and _same_range(entity, inner) and {entity["type"], inner["type"]} == {"pre", "code"}:
            # <pre><code class="language-..."> is one entity, whichever of the two is outside.
            inner.update(type="pre", language=language)
            return
        self._found.append(entity)

    def _argument(self, tag: _Tag) -> dict[str, Any]:
        if tag.name == "a":
            text = "".join(self._out).encode("utf-16-le")[2 * tag.offset :].decode("utf-16-le")
            return {"url": tag.arguments.get("href") or text}
        if tag.name == "code" and tag.arguments.get("class", "").startswith("language-"):
            return {"language": tag.arguments["class"].removeprefix("language-")}
        if tag.name == "blockquote" and "expandable" in tag.arguments:
            return {"type": "expandable_blockquote"}
        if tag.name == "tg-emoji":
            number = tag.arguments.get("emoji-id", "")
            if not number.isdecimal() or int(number) == 0:
                raise BadRequestError("Invalid custom emoji identifier specified")
            return {"custom_emoji_id": number}
        return {}


def _same_range(one: Entity, other: Entity) -> bool:
    return (one["offset"], one["length"]) == (other.get("offset"), other.get("length"))


def _without_language(entity: Entity) -> Entity:
    """A language belongs to a whole block, not to code within a line."""
    return {key: value for key, value in entity.items() if key != "language" or entity["type"] == "pre"}


def _decoded(match: re.Match[str]) -> str:
    if match[3]:
        return _NAMED.get(match[3], "")
    code = int(match[1], 16) if match[1] else int(match[2])
    return chr(code) if 0 < code < _HIGHEST_CODE_POINT and code not in _SURROGATES else ""
