"""Who and what exists: users, chats, messages, pressed buttons; each in the form the Bot API shows it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from sandbox.telegram.keyboards import InlineKeyboard, ReplyKeyboard
from sandbox.telegram.membership import Membership

ChatKind = Literal["private", "group", "supergroup"]
GENERAL_TOPIC: Final = 1
SAID: Final = frozenset(
    ("text", "photo", "video", "audio", "document", "voice", "location", "venue", "contact"),
)
_WITH_CAPTION: Final = ("photo", "video", "audio", "document", "voice")


@dataclass
class User:
    id: int
    first_name: str
    last_name: str = ""
    username: str = ""
    language_code: str = ""
    phone_number: str = ""
    is_bot: bool = False
    deactivated: bool = False

    def json(self) -> dict[str, Any]:
        optional = {"last_name": self.last_name, "username": self.username, "language_code": self.language_code}
        told = {key: value for key, value in optional.items() if value}
        return {"id": self.id, "is_bot": self.is_bot, "first_name": self.first_name, **told}


@dataclass(frozen=True)
class Content:
    """What a message says. `fields` are the Bot API's own fields, so equal content is equal fields."""

    kind: str
    fields: Mapping[str, Any]

    @property
    def has_caption(self) -> bool:
        return self.kind in _WITH_CAPTION

    @property
    def service(self) -> bool:
        """Said by nobody: a pin, a topic, somebody who came or went."""
        return self.kind not in SAID


@dataclass(frozen=True)
class Origin:
    """Who first sent what is forwarded."""

    sender: User
    date: int

    def json(self) -> dict[str, Any]:
        user = self.sender.json()
        return {
            "forward_origin": {"type": "user", "sender_user": user, "date": self.date},
            "forward_from": user,
            "forward_date": self.date,
        }


@dataclass
class Topic:
    """A topic of a forum; its id is that of the service message that created it, 1 for General."""

    id: int
    name: str
    creator_id: int
    icon_color: int = 0
    icon_emoji: str = ""
    closed: bool = False
    hidden: bool = False

    def json(self) -> dict[str, Any]:
        """A ForumTopic."""
        return {"message_thread_id": self.id, **self.created()}

    def created(self) -> dict[str, Any]:
        icon = {"icon_custom_emoji_id": self.icon_emoji} if self.icon_emoji else {}
        return {"name": self.name, "icon_color": self.icon_color, **icon}


@dataclass
class Message:
    id: int
    chat: "Chat"
    sender: User
    date: int
    content: Content
    keyboard: InlineKeyboard | None = None
    plain_markup: bool = False
    reply_to: "Message | None" = None
    silent: bool = False
    protected: bool = False
    edit_date: int = 0
    deleted: bool = False
    seq: int = 0
    topic_id: int = 0
    origin: Origin | None = None
    album_id: str = ""
    via_bot: User | None = None
    inline_id: str = ""
    reactions: dict[int, tuple[str, ...]] = field(default_factory=dict)

    @property
    def quoted(self) -> "Message | None":
        """The message answered; in a topic everything else answers the message that created it."""
        quoted = self.reply_to or self.chat.messages.get(self.topic_id)
        return None if quoted is None or quoted is self or quoted.deleted else quoted

    def json(self, *, with_reply: bool = True) -> dict[str, Any]:
        body: dict[str, Any] = {
            "message_id": self.id,
            "from": self.sender.json(),
            "chat": self.chat.json(),
            "date": self.date,
        }
        if self.edit_date:
            body["edit_date"] = self.edit_date
        if self.topic_id:
            body |= {"message_thread_id": self.topic_id, "is_topic_message": True}
        if self.origin is not None:
            body |= self.origin.json()
        if with_reply and self.quoted is not None:
            body["reply_to_message"] = self.quoted.json(with_reply=False)
        if self.album_id:
            body["media_group_id"] = self.album_id
        body |= self.content.fields
        if self.keyboard is not None:
            body["reply_markup"] = self.keyboard.json()
        if self.via_bot is not None:
            body["via_bot"] = self.via_bot.json()
        if self.protected:
            body["has_protected_content"] = True
        return body

    def inaccessible(self) -> dict[str, Any]:
        """What is left of a message that the bot can no longer see."""
        return {"message_id": self.id, "chat": self.chat.json(), "date": 0}


@dataclass
class Chat:
    """One chat as one bot sees it; a private chat has its user's id."""

    id: int
    kind: ChatKind
    members: dict[int, User]
    instance: str
    title: str = ""
    started: bool = False
    blocked: bool = False
    gone: bool = False
    forum: bool = False
    bot_membership: Membership = field(default_factory=Membership)
    memberships: dict[int, Membership] = field(default_factory=dict)
    migrated_to: int = 0
    topics: dict[int, Topic] = field(default_factory=dict)
    deleted_topics: set[int] = field(default_factory=set)
    messages: dict[int, Message] = field(default_factory=dict)
    pinned: list[int] = field(default_factory=list)
    last_message_id: int = 0
    reply_keyboard: ReplyKeyboard | None = None
    action: str = ""
    action_until: float = 0.0

    @property
    def private(self) -> bool:
        return self.kind == "private"

    @property
    def person(self) -> User:
        """The other side of a private chat."""
        return self.members[self.id]

    def membership(self, user: User) -> Membership:
        """Of a person or, for a bot, of the bot whose chat this is."""
        if user.is_bot:
            return self.bot_membership
        return self.memberships.get(user.id, Membership("member" if user.id in self.members else "left"))

    def json(self) -> dict[str, Any]:
        if not self.private:
            return self._group_json()
        optional = {"last_name": self.person.last_name, "username": self.person.username}
        told = {key: value for key, value in optional.items() if value}
        return {"id": self.id, "first_name": self.person.first_name, **told, "type": "private"}

    def _group_json(self) -> dict[str, Any]:
        forum = {"is_forum": True} if self.forum else {}
        body = {"id": self.id, "title": self.title, **forum, "type": self.kind}
        if self.kind == "supergroup":
            return body
        return {**body, "all_members_are_administrators": False, "accepted_gift_types": gift_types(accepted=False)}

    def visible(self, message_id: int) -> Message | None:
        message = self.messages.get(message_id)
        return None if message is None or message.deleted else message

    def newest_pinned(self) -> Message | None:
        ids = [message_id for message_id in self.pinned if self.visible(message_id)]
        return self.messages[max(ids)] if ids else None


@dataclass
class Press:
    """A pressed inline button, waiting for the bot's answer until `expires_at`."""

    id: str
    user: User
    message: Message
    data: str
    expires_at: float
    answer: dict[str, Any] | None = None


def gift_types(*, accepted: bool) -> dict[str, bool]:
    names = ("unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription", "gifts_from_channels")
    return dict.fromkeys(names, accepted)
