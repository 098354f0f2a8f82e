"""Forum topics as a bot runs them: each change needs its right, and nothing may be changed into itself."""

import re
from typing import Final

from sandbox.telegram.call import Call
from sandbox.telegram.errors import BadRequestError
from sandbox.telegram.methods.sending import manages_topics
from sandbox.telegram.model import GENERAL_TOPIC, Chat, Topic
from sandbox.telegram.topics import ICON_COLORS, Topics, clean_name

_NO_CLOSING: Final = "Not enough rights to close or open the topic"


def create_forum_topic(call: Call) -> dict[str, object]:
    chat = _forum(call)
    if not manages_topics(chat):
        raise BadRequestError("Not enough rights to create a topic")
    name = _name(call.text("name"))
    color = call.integer("icon_color")
    if not 0 <= color <= 0xFFFFFF:  # noqa: PLR2004  a colour in RGB
        raise BadRequestError("Invalid icon color specified")
    if color and color not in ICON_COLORS:
        raise BadRequestError("TOPIC_ICON_COLOR_INVALID")
    return _topics(call, chat).create(name, color, _icon(call) or "").json()


def edit_forum_topic(call: Call) -> bool:
    chat = _forum(call)
    thread_id = _thread_id(call)
    topic = chat.topics.get(thread_id)
    if not _own_or_managed(call, chat, topic):
        raise BadRequestError("Not enough rights to edit the topic")
    return _edit(call, chat, thread_id, _icon(call))


def close_forum_topic(call: Call) -> bool:
    return _close(call, _forum(call), _thread_id(call), closed=True)


def reopen_forum_topic(call: Call) -> bool:
    return _close(call, _forum(call), _thread_id(call), closed=False)


def delete_forum_topic(call: Call) -> bool:
    chat = _forum(call)
    thread_id = _thread_id(call)
    topic = chat.topics.get(thread_id)
    own = topic is not None and topic.creator_id == call.bot.id
    if not own and not (chat.bot_membership.governs and chat.bot_membership.may("can_delete_messages")):
        raise BadRequestError("Not enough rights to delete the topic")
    if thread_id == GENERAL_TOPIC:
        raise BadRequestError("TOPIC_ID_INVALID")
    _topics(call, chat).delete(_known(chat, thread_id))
    return True


def edit_general_forum_topic(call: Call) -> bool:
    chat = _forum(call)
    if not manages_topics(chat):
        raise BadRequestError("Not enough rights to edit the topic")
    return _edit(call, chat, GENERAL_TOPIC, None)


def close_general_forum_topic(call: Call) -> bool:
    return _close(call, _forum(call), GENERAL_TOPIC, closed=True)


def reopen_general_forum_topic(call: Call) -> bool:
    return _close(call, _forum(call), GENERAL_TOPIC, closed=False)


def hide_general_forum_topic(call: Call) -> bool:
    return _hide(call, hidden=True)


def unhide_general_forum_topic(call: Call) -> bool:
    return _hide(call, hidden=False)


def _forum(call: Call) -> Chat:
    chat = call.chat()
    if not chat.forum:
        raise BadRequestError("The chat is not a forum")
    return chat


def _thread_id(call: Call) -> int:
    if (thread_id := call.long("message_thread_id")) <= 0:
        raise BadRequestError("Invalid forum topic identifier specified")
    return thread_id


def _name(source: str) -> str:
    if not (name := clean_name(source)):
        raise BadRequestError("Name must be non-empty")
    return name


def _icon(call: Call) -> str | None:
    """None when nothing was said of it, empty for no icon."""
    source = call.text("icon_custom_emoji_id")
    if "icon_custom_emoji_id" not in call.args:
        return None
    if source and not re.fullmatch(r"\d+", source):
        raise BadRequestError("DOCUMENT_INVALID")
    return source


def _known(chat: Chat, thread_id: int) -> Topic:
    if thread_id not in chat.topics:
        raise BadRequestError("TOPIC_DELETED" if thread_id in chat.deleted_topics else "TOPIC_ID_INVALID")
    return chat.topics[thread_id]


def _own_or_managed(call: Call, chat: Chat, topic: Topic | None) -> bool:
    return manages_topics(chat) or (topic is not None and topic.creator_id == call.bot.id)


def _edit(call: Call, chat: Chat, thread_id: int, icon: str | None) -> bool:
    name = _name(call.text("name")) if call.text("name") else None
    if name is None and icon is None:
        return True
    if not _topics(call, chat).edit(_known(chat, thread_id), name, icon):
        raise BadRequestError("TOPIC_NOT_MODIFIED")
    return True


def _close(call: Call, chat: Chat, thread_id: int, *, closed: bool) -> bool:
    if not _own_or_managed(call, chat, chat.topics.get(thread_id)):
        raise BadRequestError(_NO_CLOSING)
    if not _topics(call, chat).close(_known(chat, thread_id), closed=closed):
        raise BadRequestError("TOPIC_NOT_MODIFIED")
    return True


def _hide(call: Call, *, hidden: bool) -> bool:
    chat = _forum(call)
    if not manages_topics(chat):
        raise BadRequestError(_NO_CLOSING)
    if not _topics(call, chat).hide_general(hidden=hidden):
        raise BadRequestError("TOPIC_NOT_MODIFIED")
    return True


def _topics(call: Call, chat: Chat) -> Topics:
    call.reach(chat)
    return Topics(call.world, call.bot, chat, call.bot.user)


METHODS: Final = {
    "createForumTopic": create_forum_topic,
    "editForumTopic": edit_forum_topic,
    "closeForumTopic": close_forum_topic,
    "reopenForumTopic": reopen_forum_topic,
    "deleteForumTopic": delete_forum_topic,
    "editGeneralForumTopic": edit_general_forum_topic,
    "closeGeneralForumTopic": close_general_forum_topic,
    "reopenGeneralForumTopic": reopen_general_forum_topic,
    "hideGeneralForumTopic": hide_general_forum_topic,
    "unhideGeneralForumTopic": unhide_general_forum_topic,
}
