"""Text with formatting: what the server makes of it before it is counted, compared or shown.

Entities are kept as the Bot API spells them, with offsets and lengths in UTF-16 code units.
"""

import html
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sandbox.telegram.detect import detect
from sandbox.telegram.errors import BadRequestError
from sandbox.telegram.fields import Fields
from sandbox.telegram.links import LinkError, check_link, user_link_id

Entity = dict[str, Any]

MAX_RAW_BYTES: Final = 1 << 15
_PLAIN = ("bold", "italic", "underline", "strikethrough", "spoiler", "code", "blockquote", "expandable_blockquote")
_DETECTED = ("mention", "hashtag", "cashtag", "bot_command", "url", "email", "phone_number", "bank_card_number")
_CLOSED_TO_DETECTION = ("code", "pre", "text_link", "text_mention", *_DETECTED)
_SPLITTABLE = ("bold", "italic", "underline", "strikethrough", "spoiler")
_CODE = ("code", "pre")
_PRIORITY = (
    *("expandable_blockquote", "blockquote", "pre", "code", "text_link", "text_mention"),
    *_DETECTED,
    *_SPLITTABLE,
    "custom_emoji",
)


@dataclass(frozen=True)
class FormattedText:
    text: str
    entities: tuple[Entity, ...] = ()


def utf16_length(text: str) -> int:
    return len(text) + sum(character > "\uffff" for character in text)


def in_order(entities: Iterable[Entity]) -> tuple[Entity, ...]:
    """Outer entities first, as the server returns them."""

    def key(entity: Entity) -> tuple[int, int, int]:
        return entity["offset"], -entity["length"], _PRIORITY.index(entity["type"])

    return tuple(sorted(entities, key=key))


def read_entities(value: Any) -> tuple[Entity, ...]:
    """The `entities` parameter; whatever is not an array is ignored, as the server does."""
    if not isinstance(value, list):
        return ()
    try:
        found = [_read_entity(item) for item in value]
    except BadRequestError as error:
        raise BadRequestError(f"Can't parse MessageEntity: {error.text}") from error
    return tuple(entity for entity in found if entity is not None)


def _read_entity(value: Any) -> Entity | None:
    if not isinstance(value, dict):
        raise BadRequestError("expected an Object")
    fields = Fields(value)
    entity: Entity = {"offset": fields.integer("offset"), "length": fields.integer("length")}
    kind = fields.string("type")
    if not kind:
        raise BadRequestError("Type is not specified")
    if kind in _DETECTED:
        return None
    entity["type"] = kind
    if kind == "pre":
        if language := fields.optional_string("language"):
            entity["language"] = language
    elif kind == "text_link":
        entity["url"] = fields.string("url")
    elif kind == "text_mention":
        entity["user"] = {"id": fields.object("user").integer("id")}
    elif kind == "custom_emoji":
        entity["custom_emoji_id"] = str(fields.integer("custom_emoji_id"))
    elif kind not in _PLAIN:
        raise BadRequestError("Unsupported type specified")
    return entity


def tidy(formatted: FormattedText, *, allow_empty: bool = False) -> FormattedText:
    """Clean and trim the text, check and clip its entities, and find links, mentions and commands in it.

    Raises BadRequestError for an empty result or an entity outside the text.
    """
    length = utf16_length(formatted.text)
    for entity in formatted.entities:
        _check_range(entity, length)
    text, moved = _clean(formatted.text)
    kept = (_clip(entity, text, moved) for entity in formatted.entities)
    entities = _outside_code([entity for entity in kept if entity is not None])
    if not text and not allow_empty:
        raise BadRequestError("text must be non-empty")
    return FormattedText(text, in_order([*entities, *_detected(text, entities)]))


def _check_range(entity: Entity, length: int) -> None:
    offset, size = entity["offset"], entity["length"]
    if offset < 0:
        raise BadRequestError(f"Receive an entity with incorrect offset {offset}")
    if size < 0:
        raise BadRequestError(f"Receive an entity with incorrect length {size}")
    if offset + size > length:
        outside = f"ends after the end of the text at UTF-16 offset {offset + size}"
        raise BadRequestError(f"Entity beginning at UTF-16 offset {offset} {outside}")


def _clean(text: str) -> tuple[str, list[int]]:
    """The text without control characters and outer blanks, and where each old UTF-16 unit has moved to."""
    cleaned = [_clean_character(character) for character in text]
    body = "".join(cleaned)
    start = utf16_length(body) - utf16_length(body.lstrip())
    trimmed = body.strip()
    end = start + utf16_length(trimmed)
    moved: list[int] = []
    position = 0
    for character, replacement in zip(text, cleaned, strict=True):
        moved.extend([min(max(position, start), end) - start] * utf16_length(character))
        position += utf16_length(replacement)
    return trimmed, [*moved, end - start]


def _clean_character(character: str) -> str:
    if character == "\r" or "\u2028" <= character <= "\u202e":
        return ""
    return " " if character < " " and character != "\n" else character


def _clip(entity: Entity, text: str, moved: Sequence[int]) -> Entity | None:
    start, end = moved[entity["offset"]], moved[entity["offset"] + entity["length"]]
    covered = text.encode("utf-16-le")[2 * start : 2 * end].decode("utf-16-le", "replace")
    if end <= start or (not covered.strip() and entity["type"] not in ("code", "pre")):
        return None
    clipped = {**entity, "offset": start, "length": end - start}
    if entity["type"] != "text_link":
        return clipped
    if (user_id := user_link_id(entity["url"])) is not None:
        del clipped["url"]
        return {**clipped, "type": "text_mention", "user": {"id": user_id}}
    try:
        return {**clipped, "url": check_link(entity["url"])}
    except LinkError:
        return None


def _outside_code(entities: list[Entity]) -> list[Entity]:
    """Code takes no other style: what surrounds it is cut in two."""
    for code in [entity for entity in entities if entity["type"] in _CODE]:
        start, end = code["offset"], code["offset"] + code["length"]
        entities = [
            part
            for entity in entities
            for part in (_cut(entity, start, end) if entity["type"] in _SPLITTABLE else [entity])
        ]
    return entities


def _cut(entity: Entity, start: int, end: int) -> list[Entity]:
    """The parts of the entity before `start` and after `end`."""
    first, last = entity["offset"], entity["offset"] + entity["length"]
    pieces = ((first, min(last, start)), (max(first, end), last))
    return [{**entity, "offset": begin, "length": stop - begin} for begin, stop in pieces if begin < stop]


def _detected(text: str, given: Sequence[Entity]) -> list[Entity]:
    closed = [
        (entity["offset"], entity["offset"] + entity["length"])
        for entity in given
        if entity["type"] in _CLOSED_TO_DETECTION
    ]
    return [
        found
        for found in detect(text)
        if all(found["offset"] >= end or found["offset"] + found["length"] <= start for start, end in closed)
    ]


_TAGS: Final[dict[str, Callable[[Entity], tuple[str, str]]]] = {
    "bold": lambda _: ("<b>", "</b>"),
    "italic": lambda _: ("<i>", "</i>"),
    "underline": lambda _: ("<u>", "</u>"),
    "strikethrough": lambda _: ("<s>", "</s>"),
    "spoiler": lambda _: ("<tg-spoiler>", "</tg-spoiler>"),
    "code": lambda _: ("<code>", "</code>"),
    "pre": lambda _: ("<pre>", "</pre>"),
    "blockquote": lambda _: ("<blockquote>", "</blockquote>"),
    "expandable_blockquote": lambda _: ("<blockquote expandable>", "</blockquote>"),
    "text_link": lambda entity: (f'<a href="{html.escape(entity["url"])}">', "</a>"),
    "text_mention": lambda entity: (f'<a href="tg://user?id={entity["user"]["id"]}">', "</a>"),
    "custom_emoji": lambda entity: (f'<tg-emoji emoji-id="{entity["custom_emoji_id"]}">', "</tg-emoji>"),
}


def to_html(formatted: FormattedText) -> str:
    """The text as HTML with the server's own tags; detected entities are left for the reader's client."""
    waiting = [entity for entity in in_order(formatted.entities) if entity["type"] in _TAGS]
    opened: list[Entity] = []
    out: list[str] = []
    position = 0
    for character in [*formatted.text, ""]:
        _close_ended(opened, position, out)
        while waiting and waiting[0]["offset"] <= position:
            opened.append(waiting.pop(0))
            out.append(_TAGS[opened[-1]["type"]](opened[-1])[0])
        out.append(html.escape(character, quote=False))
        position += utf16_length(character)
    return "".join(out)


def _close_ended(opened: list[Entity], position: int, out: list[str]) -> None:
    """Close what ends here; what it encloses but does not end is closed and opened again."""
    ending = [index for index, entity in enumerate(opened) if entity["offset"] + entity["length"] <= position]
    if not ending:
        return
    inner = opened[ending[0] :]
    del opened[ending[0] :]
    out.extend(_TAGS[entity["type"]](entity)[1] for entity in reversed(inner))
    for entity in inner:
        if entity["offset"] + entity["length"] > position:
            opened.append(entity)
            out.append(_TAGS[entity["type"]](entity)[0])


def plain(text: str) -> FormattedText:
    """What a person typed: no formatting but what the server finds by itself."""
    return tidy(FormattedText(text))


def byte_offset(text: str, index: int) -> int:
    """Positions in the parsers' complaints count bytes."""
    return len(text[:index].encode())
