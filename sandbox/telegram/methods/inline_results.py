"""One inline result: read first for its shape, then made into what choosing it would send.

The server complains of all shapes before it looks at any content, so reading gives an offer to be completed later.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final

from sandbox.telegram import keyboards
from sandbox.telegram.call import Call
from sandbox.telegram.errors import BadRequestError
from sandbox.telegram.fields import Fields
from sandbox.telegram.inline import InlineResult
from sandbox.telegram.keyboards import InlineKeyboard
from sandbox.telegram.methods import content
from sandbox.telegram.model import Content
from sandbox.telegram.webhook import flatten

Offer = Callable[[], InlineResult]
Maker = Callable[[], Content | None]
_SHOWN: Final = ("title", "description", "url", "thumbnail_url", "photo_url", "photo_file_id", "document_file_id")


def read_result(call: Call, value: Any) -> Offer:
    if not isinstance(value, dict):
        raise BadRequestError("Inline query result must be an object")
    fields = Fields(value)
    kind = fields.string("type").lower()
    result_id = fields.string("id")
    own = replace(call, args=flatten(value))
    said = _said_instead(call, fields, required=kind == "article")
    markup = _keyboard(fields)
    shown = {name: fields.optional_string(name) for name in _SHOWN if name in fields}
    if kind not in _KINDS:
        raise BadRequestError(f'type "{kind}" is unsupported for the inline query result')
    make = _KINDS[kind](own, fields, said)

    def offer() -> InlineResult:
        made = make()
        keyboard = keyboards.check(markup, private=False)
        if keyboard is not None and not isinstance(keyboard, InlineKeyboard):
            raise BadRequestError("Inline keyboard expected")
        return InlineResult(result_id, {"id": result_id, "type": kind, **shown}, made, keyboard)

    return offer


def _keyboard(fields: Fields) -> keyboards.ReplyMarkup | None:
    return keyboards.read_markup(fields.object("reply_markup")) if fields.raw("reply_markup") is not None else None


def _said_instead(call: Call, fields: Fields, *, required: bool) -> Maker | None:
    """`input_message_content`: what is sent in place of the result itself."""
    if fields.raw("input_message_content") is None:
        if not required and not fields.optional_string("message_text"):
            return None
        fields.string("message_text")
        return _text(replace(call, args=flatten(fields.all())), "message_text")
    inner = fields.object("input_message_content")
    own = replace(call, args=flatten(inner.all()))
    if inner.optional_string("message_text"):
        return _text(own, "message_text")
    if "latitude" in inner and "longitude" in inner:
        return _venue(own, inner) if "title" in inner and "address" in inner else _location(own, inner)
    if "phone_number" in inner:
        return _contact(own, inner)
    if required:
        raise BadRequestError("Input message content is not specified")
    return None


def _text(own: Call, name: str) -> Maker:
    preview = content.read_link_preview(own)
    text = content.formatted(own.text(name), own.text("parse_mode"), own.lenient_json("entities"))
    return lambda: content.text_content(own.world, text, preview, "MESSAGE_TOO_LONG")


def _location(own: Call, fields: Fields) -> Maker:
    fields.number("latitude")
    fields.number("longitude")
    return lambda: content.location_content(own)


def _venue(own: Call, fields: Fields) -> Maker:
    fields.number("latitude")
    fields.number("longitude")
    fields.string("title")
    fields.string("address")
    return lambda: content.venue_content(own)


def _contact(own: Call, fields: Fields) -> Maker:
    fields.string("phone_number")
    fields.string("first_name")
    return lambda: content.contact_content(own)


def _article(_own: Call, fields: Fields, said: Maker | None) -> Maker:
    title = fields.string("title")
    assert said is not None, "an article without content has been refused"

    def make() -> Content | None:
        if not title:
            raise BadRequestError("ARTICLE_TITLE_EMPTY")
        return said()

    return make


def _file(own: Call, fields: Fields, said: Maker | None, kind: str) -> Maker:
    """A file sent before, by its id. One from the web can be offered, not sent: there is no web here."""
    caption = content.read_caption(own)
    link = fields.optional_string(f"{kind}_url")
    source = "" if link else fields.string(f"{kind}_file_id")
    flags = content.media_flags(kind, {name: own.flag(name) for name in ("show_caption_above_media",)})

    def make() -> Content | None:
        if link and kind == "photo" and not fields.optional_string("thumbnail_url"):
            raise BadRequestError("PHOTO_THUMB_URL_EMPTY")
        extra = content.caption_fields(own.world, caption, "MEDIA_CAPTION_TOO_LONG") | flags
        media = content.media_content(own, kind, source, extra) if source else None
        return said() if said is not None else media

    return make


def _photo(own: Call, fields: Fields, said: Maker | None) -> Maker:
    return _file(own, fields, said, "photo")


def _document(own: Call, fields: Fields, said: Maker | None) -> Maker:
    fields.string("title")
    if fields.optional_string("document_url"):
        fields.string("mime_type")
    return _file(own, fields, said, "document")


def _located(own: Call, fields: Fields, said: Maker | None) -> Maker:
    fields.string("title")
    itself = _location(own, fields)
    return said or itself


def _placed(own: Call, fields: Fields, said: Maker | None) -> Maker:
    itself = _venue(own, fields)
    return said or itself


def _introduced(own: Call, fields: Fields, said: Maker | None) -> Maker:
    itself = _contact(own, fields)
    return said or itself


_KINDS: Final[dict[str, Callable[[Call, Fields, Maker | None], Maker]]] = {
    "article": _article,
    "photo": _photo,
    "document": _document,
    "location": _located,
    "venue": _placed,
    "contact": _introduced,
}
