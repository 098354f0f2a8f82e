"""Who and what exists: users, chats, messages, pressed buttons; each in the form the Bot API shows it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from sandbox.telegram.keyboards import InlineKeyboard, ReplyKeyboard

ChatKind = Literal["private", "group", "supergroup"]


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
        return self.kind in ("photo", "document", "voice")


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

    def json(self, *, with_reply: bool = True) -> dict[str, Any]:
        body: dict[str, Any] = {
            "message_id": self.id,
            "from": self.sender.json(),
            "chat": self.chat.json(),
            "date": self.date,
        }
        if self.edit_date:
            body["edit_date"] = self.edit_date
        if with_reply and self.reply_to is not None and not self.reply_to.deleted:
            body["reply_to_message"] = self.reply_to.json(with_reply=False)
        body |= self.content.fields
        if self.protected:
            body["has_protected_content"] = True
        if self.keyboard is not None:
            body["reply_markup"] = self.keyboard.json()
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
    bot_status: Literal["member", "administrator", "left", "kicked"] = "member"
    migrated_to: int = 0
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

    def json(self) -> dict[str, Any]:
        if not self.private:
            return {"id": self.id, "title": self.title, "type": self.kind}
        optional = {"last_name": self.person.last_name, "username": self.person.username}
        told = {key: value for key, value in optional.items() if value}
        return {"id": self.id, "first_name": self.person.first_name, **told, "type": "private"}

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
