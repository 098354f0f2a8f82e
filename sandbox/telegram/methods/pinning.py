"""Pinning and unpinning, which in a group needs a right."""

from typing import Final

from sandbox.telegram.call import Call
from sandbox.telegram.errors import BadRequestError
from sandbox.telegram.model import GENERAL_TOPIC, Chat, Message


def pin_chat_message(call: Call) -> bool:
    message = call.message("message to pin")
    _check_rights(message.chat)
    if message.content.service:
        raise BadRequestError("Service messages can't be pinned")
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
    _check_rights(message.chat)
    call.world.unpin(call.bot, message)
    return True


def unpin_all_chat_messages(call: Call) -> bool:
    return _unpin(call, call.chat(), None)


def unpin_all_forum_topic_messages(call: Call) -> bool:
    chat = call.chat()
    thread_id = max(0, call.long("message_thread_id"))
    if not chat.forum:
        raise BadRequestError("The chat is not a forum")
    if thread_id not in chat.topics:
        raise BadRequestError("TOPIC_ID_INVALID" if thread_id else "Invalid forum topic identifier specified")
    return _unpin(call, chat, thread_id)


def _unpin(call: Call, chat: Chat, thread_id: int | None) -> bool:
    _check_rights(chat)
    for message in [chat.messages[message_id] for message_id in chat.pinned]:
        if thread_id in (None, message.topic_id or GENERAL_TOPIC):
            call.world.unpin(call.bot, message)
    return True


def _check_rights(chat: Chat) -> None:
    if not chat.private and not chat.bot_membership.may("can_pin_messages"):
        raise BadRequestError("Not enough rights to manage pinned messages in the chat")


METHODS: Final = {
    "pinChatMessage": pin_chat_message,
    "unpinChatMessage": unpin_chat_message,
    "unpinAllChatMessages": unpin_all_chat_messages,
    "unpinAllForumTopicMessages": unpin_all_forum_topic_messages,
}
