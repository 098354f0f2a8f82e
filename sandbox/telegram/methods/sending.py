"""What all sending shares: whom it answers, into which topic, with which keyboard, and whether it may."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from sandbox.telegram import keyboards
from sandbox.telegram.call import Call
from sandbox.telegram.errors import BadRequestError
from sandbox.telegram.fields import Fields
from sandbox.telegram.keyboards import ReplyMarkup
from sandbox.telegram.model import GENERAL_TOPIC, Chat, Content, Message, Origin, Topic

TOO_LONG_TEXT: Final = "message is too long"
TOO_LONG_CAPTION: Final = "message caption is too long"
_NOUNS: Final = {
    "text": ("can_send_messages", "text messages"),
    "photo": ("can_send_photos", "photos"),
    "document": ("can_send_documents", "documents"),
    "video": ("can_send_videos", "videos"),
    "audio": ("can_send_audios", "music"),
    "voice": ("can_send_voice_notes", "voice notes"),
    "location": ("can_send_messages", "locations"),
    "venue": ("can_send_messages", "venues"),
    "contact": ("can_send_messages", "contacts"),
}


@dataclass(frozen=True)
class Place:
    """Where a message goes."""

    chat: Chat
    topic: Topic | None
    reply_to: Message | None

    @property
    def thread_id(self) -> int:
        """As messages carry it: nothing for General."""
        return 0 if self.topic is None or self.topic.id == GENERAL_TOPIC else self.topic.id


def send(call: Call, make: Callable[[], Content]) -> dict[str, Any]:
    """Check everything around the content, in the server's order, then put the message into the chat."""
    reply = read_reply(call)
    markup = keyboards.parse_reply_markup(call.text("reply_markup"))
    return put(call, find_place(call, reply), [make()], markup)[0].json()


def read_reply(call: Call) -> tuple[int, bool]:
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


def find_place(call: Call, reply: tuple[int, bool] = (0, False)) -> Place:
    chat = call.chat()
    topic = call.topic(chat)
    message_id, may_be_missing = reply
    reply_to = chat.visible(message_id) if message_id else None
    if message_id and reply_to is None and not may_be_missing:
        raise BadRequestError("message to be replied not found")
    if chat.forum and reply_to is not None and not call.text("message_thread_id"):
        topic = chat.topics.get(reply_to.topic_id or GENERAL_TOPIC)
    return Place(chat, topic, reply_to)


def put(
    call: Call,
    place: Place,
    contents: list[Content],
    markup: ReplyMarkup | None = None,
    origins: list[Origin | None] | None = None,
    albums: list[str] | None = None,
) -> list[Message]:
    """Send the contents if all of them may be sent; origins and albums belong to them one by one."""
    chat = place.chat
    for content in contents:
        _check_rights(chat, content)
    markup = keyboards.check(markup, private=chat.private)
    call.reach(chat)
    check_open(call, chat, place.topic)
    call.spend(chat)
    return [
        call.world.add_message(
            call.bot,
            chat,
            call.bot.user,
            content,
            markup=markup,
            reply_to=place.reply_to,
            silent=call.flag("disable_notification"),
            protected=call.flag("protect_content"),
            topic_id=place.thread_id,
            origin=origins[index] if origins else None,
            album_id=albums[index] if albums else "",
        )
        for index, content in enumerate(contents)
    ]


def check_open(call: Call, chat: Chat, topic: Topic | None) -> None:
    """A closed topic takes messages of its creator and of those who manage topics."""
    if topic is not None and topic.closed and topic.creator_id != call.bot.id and not manages_topics(chat):
        raise BadRequestError("TOPIC_CLOSED")


def manages_topics(chat: Chat) -> bool:
    return chat.bot_membership.may("can_manage_topics")


def _check_rights(chat: Chat, content: Content) -> None:
    right, noun = _NOUNS[content.kind]
    if chat.private or chat.bot_membership.may(right):
        return
    if "live_period" in content.fields.get("location", {}):
        noun = "live locations"
    raise BadRequestError(f"Not enough rights to send {noun} to the chat")
