"""deleteMessage, deleteMessages: what a bot may take back, its own and, with the right, that of others."""

from typing import Any, Final

import orjson

from sandbox.telegram.call import Call
from sandbox.telegram.errors import BadRequestError
from sandbox.telegram.model import Message

MAX_DELETE_SECONDS: Final = 48 * 3600
MAX_IDS: Final = 100
_NEVER_DELETED: Final = ("forum_topic_created", "migrate_from_chat_id")


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
    ids = read_message_ids(call)
    chat = call.chat()
    found = [message for message in map(chat.visible, ids) if message is not None]
    for message in found:
        _check_deletable(call, message)
    for message in found:
        call.world.delete_message(call.bot, message)
    return True


def read_message_ids(call: Call) -> list[int]:
    """The ids of `message_ids`, 1 to 100 of them."""
    source = call.text("message_ids")
    if not source:
        raise BadRequestError("Message identifiers are not specified")
    try:
        value = orjson.loads(source)
    except orjson.JSONDecodeError as error:
        raise BadRequestError("Can't parse message_ids JSON object") from error
    if not isinstance(value, list):
        raise BadRequestError("Expected an Array of message identifiers")
    if len(value) > MAX_IDS:
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
    """In a supergroup what may not be deleted says so at once; elsewhere an old message has its own words."""
    chat = message.chat
    own = message.sender.id == call.bot.id and not message.content.service
    old = call.world.now() - message.date > MAX_DELETE_SECONDS
    governs = chat.bot_membership.may("can_delete_messages") and chat.bot_membership.governs
    if chat.kind == "supergroup" and (old or message.content.kind in _NEVER_DELETED or not (own or governs)):
        raise BadRequestError("message can't be deleted")
    if old or not (chat.private or own or governs):
        raise BadRequestError("message can't be deleted for everyone")


METHODS: Final = {"deleteMessage": delete_message, "deleteMessages": delete_messages}
