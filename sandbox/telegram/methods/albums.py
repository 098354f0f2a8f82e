"""sendMediaGroup: up to ten photos and videos, or files of one kind, as one album."""

from collections.abc import Mapping
from typing import Any, Final

from sandbox.telegram.call import Call
from sandbox.telegram.entities import FormattedText
from sandbox.telegram.errors import BadRequestError
from sandbox.telegram.files import TYPE_NAMES, Upload
from sandbox.telegram.methods import content
from sandbox.telegram.methods.sending import TOO_LONG_CAPTION, find_place, put, read_reply
from sandbox.telegram.model import Content

MAX_ALBUM: Final = 10
ALONE: Final = ("audio", "document")
Item = tuple[str, Upload | str, FormattedText, dict[str, Any]]


def send_media_group(call: Call) -> list[dict[str, Any]]:
    """A single message is taken too, and is no album."""
    reply = read_reply(call)
    call.required("media")
    items = _read(call, call.json("media", "media"))
    place = find_place(call, reply)
    _check_mixture(items)
    contents = [_content(call, *item) for item in items]
    album = call.world.number() if len(items) > 1 else ""
    return [message.json() for message in put(call, place, contents, albums=[album] * len(items))]


def _read(call: Call, value: Any) -> list[Item]:
    if not isinstance(value, list):
        raise BadRequestError("Expected an Array of InputMedia")
    try:
        return [content.read_album_item(call, item, album=True) for item in value]
    except BadRequestError as error:
        raise BadRequestError(f"Can't parse InputMedia: {error.text}") from error


def _check_mixture(items: list[Item]) -> None:
    if len(items) > MAX_ALBUM:
        raise BadRequestError("Too many messages to send as an album")
    if not items:
        raise BadRequestError("There are no messages to send")
    if len({_above(kind, more) for kind, _, _, more in items}) > 1:
        raise BadRequestError("Parameter show_caption_above_media must be the same for all messages")
    kinds = {kind for kind, *_ in items}
    alone = [kind for kind in ALONE if kind in kinds]
    if alone and len(kinds) > 1:
        raise BadRequestError(f"{TYPE_NAMES[alone[0]]} can't be mixed with other media types")


def _above(kind: str, more: Mapping[str, Any]) -> bool:
    return "show_caption_above_media" in content.media_flags(kind, more)


def _content(call: Call, kind: str, source: Upload | str, caption: FormattedText, more: Mapping[str, Any]) -> Content:
    extra = content.caption_fields(call.world, caption, TOO_LONG_CAPTION) | content.media_flags(kind, more)
    return content.media_content(call, kind, source, extra, more)


METHODS: Final = {"sendMediaGroup": send_media_group}
