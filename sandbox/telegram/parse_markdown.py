"""parse_mode Markdown, the legacy one: *bold*, _italic_, `code`, ```blocks``` and [links](...)."""

import re
from typing import Final

from sandbox.telegram.entities import Entity, FormattedText, byte_offset, in_order, utf16_length
from sandbox.telegram.errors import BadRequestError

_SIGNS: Final = {"*": "bold", "_": "italic", "`": "code"}
_TOKEN = re.compile(r"\\([_*`\[])|(```)(?:([!-~]+)\n)?|([*_`\[])|([^\\*_`\[]+|\\)", re.DOTALL)


def parse_markdown(source: str) -> FormattedText:
    """Raises BadRequestError "Can't parse entities: Can't find end of the entity starting at byte offset N"."""
    out: list[str] = []
    entities: list[Entity] = []
    length = at = 0
    while at < len(source):
        token = _TOKEN.match(source, at)
        assert token is not None, "every character belongs to some token"
        escaped, fence, language, sign, words = token.groups()
        if escaped or words:
            piece, after = escaped or words, token.end()
        else:
            piece, after = _inside(source, at, token.end(), fence or {"[": "]"}.get(sign, sign))
            entity: Entity = {"offset": length, "length": utf16_length(piece), "type": _SIGNS.get(sign, "pre")}
            if sign == "[":
                link = re.compile(r"\(([^)]*)\)").match(source, after)
                entity |= {"type": "text_link", "url": link[1] if link else piece}
                after = link.end() if link else after
            if language:
                entity["language"] = language
            if piece:
                entities.append(entity)
        out.append(piece)
        length += utf16_length(piece)
        at = after
    return FormattedText("".join(out), in_order(entities))


def _inside(source: str, begin: int, start: int, closing: str) -> tuple[str, int]:
    end = source.find(closing, start)
    if end < 0:
        offset = byte_offset(source, begin)
        raise BadRequestError(f"Can't parse entities: Can't find end of the entity starting at byte offset {offset}")
    return source[start:end], end + len(closing)
