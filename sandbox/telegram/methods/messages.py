"""Sending: sendMessage, sendPhoto, sendDocument, sendLocation, sendVenue; deleting, pinning, "typing"."""

from collections.abc import Callable
from typing import Any, Final

import orjson

from sandbox.telegram import keyboards
from sandbox.telegram.call import Call
from sandbox.telegram.errors import BadRequestError
from sandbox.telegram.fields import Fields
from sandbox.telegram.methods import content
from sandbox.telegram.model import Chat, Content, Message

MAX_DELETE_SECONDS: Final = 48 * 3600
MAX_DELETED_AT_ONCE: Final = 100
_TOO_LONG_TEXT: Final = "message is too long"
_TOO_LONG_CAPTION: Final = "message caption is too long"
_ACTIONS: Final = frozenset(
    (
        *("cancel", "typing", "choose_sticker", "pick_up_location", "find_location", "upload_photo", "upload_document"),
        *("record_video", "upload_video", "record_video_note", "upload_video_note"),
        *("record_audio", "upload_audio", "record_voice", "upload_voice"),
    )
)


def send_message(call: Call) -> dict[str, Any]:
    preview = content.read_link_preview(call)
    text = content.read_text(call)
    return _send(call, lambda: content.text_content(call.world, text, preview, _TOO_LONG_TEXT))


def send_photo(call: Call) -> dict[str, Any]:
    return _send_media(call, "photo")


def send_document(call: Call) -> dict[str, Any]:
    return _send_media(call, "document")


def send_location(call: Call) -> dict[str, Any]:
    location = content.location_content(call)
    return _send(call, lambda: location)


def send_venue(call: Call) -> dict[str, Any]:
    venue = content.venue_content(call)
    return _send(call, lambda: venue)


def _send_media(call: Call, kind: str) -> dict[str, Any]:
    source = content.input_file(call, kind, call.text(kind))
    if source is None:
        raise BadRequestError(f"There is no {kind} in the request")
    caption = content.read_caption(call)
    names = ("show_caption_above_media", "has_spoiler") if kind == "photo" else ()
    echoed = {"show_caption_above_media": "show_caption_above_media", "has_spoiler": "has_media_spoiler"}

    def make() -> Content:
        extra = content.caption_fields(call.world, caption, _TOO_LONG_CAPTION)
        extra |= {echoed[name]: True for name in names if call.flag(name)}
        return content.media_content(call, kind, source, extra)

    return _send(call, make)


def _send(call: Call, make: Callable[[], Content]) -> dict[str, Any]:
    """Check everything around the content, in the server's order, then put the message into the chat."""
    reply = _reply_parameters(call)
    markup = keyboards.parse_reply_markup(call.text("reply_markup"))
    chat = call.chat()
    if call.long("message_thread_id") > 0 and chat.private:
        raise BadRequestError("message thread not found")
    reply_to = _replied(chat, *reply)
    ready = make()
    markup = keyboards.check(markup, private=chat.private)
    call.reach(chat)
    call.spend(chat)
    message = call.world.add_message(
        call.bot,
        chat,
        call.bot.user,
        ready,
        markup=markup,
        reply_to=reply_to,
        silent=call.flag("disable_notification"),
        protected=call.flag("protect_content"),
    )
    return message.json()


def _reply_parameters(call: Call) -> tuple[int, bool]:
    """The message replied to, 0 for none, and whether it may be missing."""
    if "reply_parameters" not in call.args:
        return call.integer("reply_to_message_id", low=0), call.flag("allow_sending_without_reply")
    value = call.json("reply_parameters", "reply parameters")
    if value is None or value == {}:
        return 0, False
    if not isinstance(value, dict):
        raise BadRequestError("Object expected as reply parameters")
    fields = Fields(value)
    return max(0, fields.integer("message_id")), fields.flag("allow_sending_without_reply")


def _replied(chat: Chat, message_id: int, may_be_missing: bool) -> Message | None:  # noqa: FBT001  a pair read together
    message = chat.visible(message_id) if message_id else None
    if message_id and message is None and not may_be_missing:
        raise BadRequestError("message to be replied not found")
    return message


def delete_message(call: Call) -> bool:
    if not call.text("chat_id"):
        raise BadRequestError("Chat identifier is not specified")
    if call.long("message_id") <= 0:
        raise BadRequestError("Message identifier is not specified")
    message = call.message("message to delete")
    _check_deletable(call, message)
    call.world.delete_message(call.bot, message)
    return True


def delete_messages(call: Call) -> bool:
    ids = _message_ids(call)
    chat = call.chat()
    found = [message for message in map(chat.visible, ids) if message is not None]
    for message in found:
        _check_deletable(call, message)
    for message in found:
        call.world.delete_message(call.bot, message)
    return True


def _message_ids(call: Call) -> list[int]:
    source = call.text("message_ids")
    if not source:
        raise BadRequestError("Message identifiers are not specified")
    try:
        value = orjson.loads(source)
    except orjson.JSONDecodeError as error:
        raise BadRequestError("Can't parse message_ids JSON object") from error
    if not isinstance(value, list):
        raise BadRequestError("Expected an Array of message identifiers")
    if len(value) > MAX_DELETED_AT_ONCE:
        raise BadRequestError("Too many message identifiers specified")
    if not value:
        raise BadRequestError("Message identifiers are not specified")
    return [_message_id(item) for item in value]


def _message_id(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int | str):
        raise BadRequestError("Message identifier must be a Number")
    try:
        number = int(value)
    except ValueError as error:
        raise BadRequestError("Can't parse message identifier as a Number") from error
    if number <= 0:
        raise BadRequestError("Invalid message identifier specified")
    return number


def _check_deletable(call: Call, message: Message) -> None:
    chat = message.chat
    own = message.sender.id == call.bot.id
    if not (own or chat.private or chat.bot_status == "administrator"):
        raise BadRequestError("message can't be deleted")
    if call.world.now() - message.date > MAX_DELETE_SECONDS and chat.bot_status != "administrator":
        raise BadRequestError("message can't be deleted for everyone")


def pin_chat_message(call: Call) -> bool:
    message = call.message("message to pin")
    call.reach(message.chat)
    call.world.pin(call.bot, message, silent=call.flag("disable_notification"))
    return True


def unpin_chat_message(call: Call) -> bool:
    if call.long("message_id") > 0:
        message: Message | None = call.message("message to unpin")
    else:
        message = call.chat().newest_pinned()
    if message is None:
        raise BadRequestError("Message to unpin not found")
    call.world.unpin(call.bot, message)
    return True


def send_chat_action(call: Call) -> bool:
    action = call.text("action").lower()
    if action not in _ACTIONS:
        raise BadRequestError("Wrong parameter action in request")
    chat = call.chat()
    call.reach(chat)
    call.world.show_action(call.bot, chat, action)
    return True


METHODS: Final = {
    "sendMessage": send_message,
    "sendPhoto": send_photo,
    "sendDocument": send_document,
    "sendLocation": send_location,
    "sendVenue": send_venue,
    "deleteMessage": delete_message,
    "deleteMessages": delete_messages,
    "pinChatMessage": pin_chat_message,
    "unpinChatMessage": unpin_chat_message,
    "sendChatAction": send_chat_action,
}
