"""What a bot says: texts, captions and media, read from a call and turned into the content of a message."""

import math
from collections.abc import Mapping
from typing import Any, Final

from sandbox.telegram.call import Call
from sandbox.telegram.entities import MAX_RAW_BYTES, FormattedText, read_entities, tidy
from sandbox.telegram.errors import BadRequestError
from sandbox.telegram.fields import Fields
from sandbox.telegram.files import StoredFile, Upload, check_photo
from sandbox.telegram.links import LinkError, check_link
from sandbox.telegram.model import Content
from sandbox.telegram.parse_html import parse_html
from sandbox.telegram.parse_markdown import parse_markdown
from sandbox.telegram.parse_markdown_v2 import parse_markdown_v2
from sandbox.telegram.people_acts import text_fields
from sandbox.telegram.world import World

MAX_TEXT: Final = 4096
MAX_CAPTION: Final = 1024
LIVE_PERIODS: Final = range(60, 86400 + 1)
FOREVER: Final = 0x7FFFFFFF
MAX_SECONDS: Final = 24 * 3600
MAX_SIDE: Final = 10_000
_PARSERS: Final = {"html": parse_html, "markdown": parse_markdown, "markdownv2": parse_markdown_v2}
_MEASURES: Final = {
    "voice": {"duration": MAX_SECONDS},
    "audio": {"duration": MAX_SECONDS},
    "video": {"duration": MAX_SECONDS, "width": MAX_SIDE, "height": MAX_SIDE},
}
_NAMED_IN: Final = ("audio", "video", "document")
_ECHOED: Final = {"show_caption_above_media": "show_caption_above_media", "has_spoiler": "has_media_spoiler"}
SEEN_MEDIA: Final = ("photo", "video")


def formatted(text: str, parse_mode: str, entities: Any) -> FormattedText:
    """Text as sent, parsed; not yet trimmed or counted."""
    if len(text.encode()) > MAX_RAW_BYTES:
        raise BadRequestError("Text is too long")
    mode = parse_mode.lower()
    if not text or mode in ("", "none"):
        return FormattedText(text, read_entities(entities))
    if mode not in _PARSERS:
        raise BadRequestError("Unsupported parse_mode")
    return _PARSERS[mode](text)


def read_text(call: Call) -> FormattedText:
    if not call.text("text"):
        raise BadRequestError("Message text is empty")
    return formatted(call.text("text"), call.text("parse_mode"), call.lenient_json("entities"))


def read_caption(call: Call) -> FormattedText:
    return formatted(call.text("caption"), call.text("parse_mode"), call.lenient_json("caption_entities"))


def read_link_preview(call: Call) -> dict[str, Any]:
    """`link_preview_options` as they are echoed: only what was said."""
    value = call.json("link_preview_options", "link preview options")
    if value is None:
        return {"is_disabled": True} if call.flag("disable_web_page_preview") else {}
    if not isinstance(value, dict):
        raise BadRequestError("Object expected as link preview options")
    fields = Fields(value)
    names = ("is_disabled", "prefer_small_media", "prefer_large_media", "show_above_text")
    options: dict[str, Any] = {name: True for name in names if fields.flag(name)}
    url = fields.optional_string("url")
    return {**options, "url": url} if url else options


def text_content(world: World, text: FormattedText, preview: dict[str, Any], too_long: str) -> Content:
    ready = _with_users(world, tidy(text))
    if len(ready.text) > MAX_TEXT:
        raise BadRequestError(too_long)
    return Content("text", text_fields("text", ready) | ({"link_preview_options": preview} if preview else {}))


def caption_fields(world: World, caption: FormattedText, too_long: str) -> dict[str, Any]:
    ready = _with_users(world, tidy(caption, allow_empty=True))
    if len(ready.text) > MAX_CAPTION:
        raise BadRequestError(too_long)
    return text_fields("caption", ready)


def _with_users(world: World, text: FormattedText) -> FormattedText:
    """A mention of a user nobody knows is no mention."""
    entities = []
    for entity in text.entities:
        if entity["type"] != "text_mention":
            entities.append(entity)
        elif entity["user"]["id"] in world.users:
            entities.append({**entity, "user": world.users[entity["user"]["id"]].json()})
    return FormattedText(text.text, tuple(entities))


def input_file(call: Call, field: str, value: str) -> Upload | str | None:
    """A file sent along, the id of one sent before, or None when there is neither."""
    if value and not value.startswith("attach://"):
        return value
    upload = call.files.get(value.removeprefix("attach://") or field)
    if upload is not None and not upload.data:
        raise BadRequestError("file must be non-empty")
    return upload


def stored_file(call: Call, source: Upload | str, kind: str) -> StoredFile:
    if isinstance(source, Upload):
        return call.bot.files.add(kind, source)
    if call.bot.files.find(source) is None and "://" in source:
        try:
            check_link(source)
        except LinkError as error:
            raise BadRequestError("wrong file identifier/HTTP URL specified") from error
        # The pretend world has no web to fetch from.
        raise BadRequestError("failed to get HTTP URL content")
    return call.bot.files.of_kind(source, kind)


def media_content(
    call: Call, kind: str, source: Upload | str, extra: Mapping[str, Any], details: Mapping[str, Any] | None = None
) -> Content:
    """A file with `extra`, its caption fields and flags; `details` are lengths, sizes and titles as sent along."""
    if kind == "photo" and isinstance(source, Upload):
        check_photo(source.data)
    stored = stored_file(call, source, kind)
    body: Any = stored.json()
    if kind == "photo":
        width, height = check_photo(stored.data)
        return Content(kind, {kind: [{**body, "width": width, "height": height}], **extra})
    said = details or {}
    facts: dict[str, Any] = {
        name: min(most, max(0, said.get(name, 0))) for name, most in _MEASURES.get(kind, {}).items()
    }
    facts |= {name: said[name] for name in ("title", "performer") if kind == "audio" and said.get(name)}
    if kind in _NAMED_IN and stored.name:
        facts["file_name"] = stored.name
    return Content(kind, {kind: {**facts, "mime_type": stored.mime_type, **body}, **extra})


def media_details(call: Call) -> dict[str, Any]:
    """What a bot tells of a recording in the parameters of a call."""
    lengths = {name: call.integer(name) for name in ("duration", "width", "height")}
    return {**lengths, "title": call.text("title"), "performer": call.text("performer")}


def read_album_item(call: Call, value: Any, *, album: bool) -> tuple[str, Upload | str, FormattedText, dict[str, Any]]:
    """An InputMedia: its kind, file, caption, and everything else by the names of the Bot API."""
    if not isinstance(value, dict):
        raise BadRequestError("expected an Object")
    fields = Fields(value)
    caption = formatted(
        fields.optional_string("caption"), fields.optional_string("parse_mode"), fields.raw("caption_entities")
    )
    more: dict[str, Any] = {name: fields.flag(name) for name in _ECHOED}
    kind = fields.string("type")
    source = input_file(call, "", fields.optional_string("media"))
    if source is None:
        raise BadRequestError("media not found")
    if kind == "animation" and album:
        raise BadRequestError(f'type "{kind}" can\'t be used in sendMediaGroup')
    if kind not in ("photo", "video", "audio", "document"):
        raise BadRequestError(f'type "{kind}" is unsupported')
    more |= {name: fields.integer(name) for name in ("duration", "width", "height") if name in fields}
    more |= {name: fields.optional_string(name) for name in ("title", "performer")}
    return kind, source, caption, more


def media_flags(kind: str, said: Mapping[str, Any]) -> dict[str, Any]:
    """The flags of a photo or video as a message echoes them."""
    return {echoed: True for name, echoed in _ECHOED.items() if kind in SEEN_MEDIA and said.get(name)}


def contact_content(call: Call) -> Content:
    contact = {name: call.required(name) for name in ("phone_number", "first_name")}
    contact |= {name: call.text(name) for name in ("last_name", "vcard") if call.text(name)}
    return Content("contact", {"contact": contact})


def read_location(call: Call, refusal: str) -> dict[str, Any]:
    latitude, longitude = call.decimal("latitude"), call.decimal("longitude")
    if not (math.isfinite(latitude) and math.isfinite(longitude) and abs(latitude) <= 90 and abs(longitude) <= 180):  # noqa: PLR2004  degrees on a globe
        raise BadRequestError(refusal)
    location: dict[str, Any] = {"latitude": latitude, "longitude": longitude}
    if call.text("horizontal_accuracy"):
        accuracy = call.decimal("horizontal_accuracy")
        location |= {"horizontal_accuracy": min(1500.0, accuracy)} if accuracy > 0 else {}
    return location


def location_content(call: Call) -> Content:
    location = read_location(call, "Wrong location specified")
    period = call.integer("live_period")
    if period and period not in LIVE_PERIODS and period != FOREVER:
        raise BadRequestError("Wrong live location period specified")
    if period:
        location["live_period"] = period
        for name, highest in (("heading", 360), ("proximity_alert_radius", 100_000)):
            if value := call.integer(name, low=0, high=highest):
                location[name] = value
    return Content("location", {"location": location})


def venue_content(call: Call) -> Content:
    """A venue also shows its location by itself."""
    location = read_location(call, "Wrong venue location specified")
    venue = {"location": location, "title": call.required("title"), "address": call.required("address")}
    for names in (("foursquare_id", "foursquare_type"), ("google_place_id", "google_place_type")):
        given = {name: call.text(name) for name in names if call.text(name)}
        if given:
            venue |= given
            break
    return Content("venue", {"location": location, "venue": venue})
