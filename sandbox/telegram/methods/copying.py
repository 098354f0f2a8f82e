"""copyMessage, forwardMessage and their plurals: the same content again, without or with its origin."""

from collections.abc import Callable
from itertools import pairwise
from typing import Any, Final

from sandbox.telegram import keyboards
from sandbox.telegram.call import Call
from sandbox.telegram.errors import BadRequestError
from sandbox.telegram.keyboards import InlineKeyboard
from sandbox.telegram.methods import content
from sandbox.telegram.methods.deleting import read_message_ids
from sandbox.telegram.methods.sending import TOO_LONG_CAPTION, find_place, put, read_reply
from sandbox.telegram.model import Content, Message, Origin

_OF_CAPTION: Final = ("caption", "caption_entities", "show_caption_above_media")


def copy_message(call: Call) -> dict[str, int]:
    """A protected message may be copied, since a bot could send its content anyway."""
    call.required("from_chat_id")
    caption = content.read_caption(call) if "caption" in call.args else None
    source = call.message("message to copy", "read", "from_chat_id")
    reply = read_reply(call)
    markup = keyboards.parse_reply_markup(call.text("reply_markup"))
    place = find_place(call, reply)
    if source.content.service:
        raise BadRequestError("The message can't be copied")
    copied = source.content
    if caption is not None and copied.has_caption:
        said = content.caption_fields(call.world, caption, TOO_LONG_CAPTION)
        above = {"show_caption_above_media": True} if call.flag("show_caption_above_media") else {}
        copied = Content(copied.kind, _without_caption(copied) | said | above)
    return _id(put(call, place, [copied], markup or _links_only(source))[0])


def forward_message(call: Call) -> dict[str, Any]:
    call.required("from_chat_id")
    source = call.message("message to forward", "read", "from_chat_id")
    place = find_place(call)
    if source.content.service or source.protected:
        raise BadRequestError("The message can't be forwarded")
    return put(call, place, [source.content], _links_only(source), [_origin(source)])[0].json()


def copy_messages(call: Call) -> list[dict[str, int]]:
    remove_caption = call.flag("remove_caption")

    def copied(message: Message) -> Content:
        return Content(message.content.kind, _without_caption(message.content)) if remove_caption else message.content

    return _many(call, forward=False, copied=copied)


def forward_messages(call: Call) -> list[dict[str, int]]:
    return _many(call, forward=True, copied=lambda message: message.content)


def _many(call: Call, *, forward: bool, copied: Callable[[Message], Content]) -> list[dict[str, int]]:
    """What is missing or may not be forwarded is left out; albums stay albums."""
    call.required("from_chat_id")
    ids = read_message_ids(call)
    place = find_place(call)
    chat = call.chat("read", "from_chat_id")
    found = [message for message in map(chat.visible, ids) if message is not None]
    if not found:
        raise BadRequestError("There are no messages to forward")
    if any(later.id <= earlier.id for earlier, later in pairwise(found)):
        raise BadRequestError("Message identifiers must be in a strictly increasing order")
    sources = [message for message in found if not (message.content.service or (forward and message.protected))]
    if not sources:
        raise BadRequestError("Messages can't be forwarded")
    albums: dict[str, str] = {source.album_id: call.world.number() for source in sources if source.album_id}
    sent = put(
        call,
        place,
        [copied(source) for source in sources],
        origins=[_origin(source) if forward else None for source in sources],
        albums=[albums.get(source.album_id, "") for source in sources],
    )
    return [_id(message) for message in sent]


def _id(message: Message) -> dict[str, int]:
    return {"message_id": message.id}


def _origin(source: Message) -> Origin:
    """Of a message forwarded before, its first sender stays."""
    return source.origin or Origin(source.sender, source.date)


def _links_only(source: Message) -> InlineKeyboard | None:
    """A keyboard goes along only when all of it are links."""
    buttons = [button for row in source.keyboard.rows for button in row] if source.keyboard else []
    return source.keyboard if buttons and all("url" in button for button in buttons) else None


def _without_caption(copied: Content) -> dict[str, Any]:
    return {name: value for name, value in copied.fields.items() if name not in _OF_CAPTION}


METHODS: Final = {
    "copyMessage": copy_message,
    "copyMessages": copy_messages,
    "forwardMessage": forward_message,
    "forwardMessages": forward_messages,
}
