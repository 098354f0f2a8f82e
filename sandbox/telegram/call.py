"""One call of a method: its arguments as strings, whichever way they came, and the checks all methods share."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal

import orjson

from sandbox.telegram.errors import BadRequestError, forbidden, too_many_requests
from sandbox.telegram.files import Upload
from sandbox.telegram.model import GENERAL_TOPIC, Chat, Message, Topic, User
from sandbox.telegram.world import Bot, World

Access = Literal["read", "members", "edit", "write"]

_INTEGER = re.compile(r"\s*([+-]?\d+)")
_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?")
MAX_INTEGER: Final = (1 << 31) - 1


@dataclass(frozen=True)
class Call:
    world: World
    bot: Bot
    method: str
    args: Mapping[str, str]
    files: Mapping[str, Upload] = field(default_factory=dict)

    def text(self, name: str) -> str:
        return self.args.get(name, "")

    def required(self, name: str) -> str:
        if not (value := self.text(name)):
            raise BadRequestError(f'Parameter "{name}" is required')
        return value

    def long(self, name: str) -> int:
        """Read as far as it is a number; 0 otherwise, as the server does."""
        match = _INTEGER.match(self.text(name))
        return int(match[1]) if match else 0

    def integer(self, name: str, default: int = 0, low: int = -MAX_INTEGER, high: int = MAX_INTEGER) -> int:
        return min(high, max(low, self.long(name) if self.text(name) else default))

    def decimal(self, name: str) -> float:
        """A coordinate; an empty one is refused by name."""
        if not (value := self.text(name).strip()):
            raise BadRequestError(f"{name} is empty")
        match = _NUMBER.match(value)
        return float(match[0]) if match else 0.0

    def flag(self, name: str) -> bool:
        return self.text(name).strip().lower() in ("true", "yes", "1")

    def json(self, name: str, what: str) -> Any:
        """The parameter read as JSON; None when absent."""
        if not (source := self.text(name)):
            return None
        try:
            return orjson.loads(source)
        except orjson.JSONDecodeError as error:
            raise BadRequestError(f"Can't parse {what} JSON object") from error

    def lenient_json(self, name: str) -> Any:
        """Some parameters are ignored when they are not JSON."""
        try:
            return self.json(name, name)
        except BadRequestError:
            return None

    def chat(self, access: Access = "write", name: str = "chat_id") -> Chat:
        """The chat of this parameter, if the bot's own server knows of no reason against this access."""
        source = self.text(name)
        if not source:
            raise BadRequestError("chat_id is empty")
        chat = None if source.startswith("@") else self.world.chat(self.bot, self.long(name))
        if chat is None:
            raise BadRequestError("chat not found")
        if chat.kind == "group" and access == "members":
            access = "write"
        if chat.migrated_to and access == "write":
            raise BadRequestError(
                "group chat was upgraded to a supergroup chat", {"migrate_to_chat_id": chat.migrated_to}
            )
        if chat.private and chat.person.deactivated and access in ("edit", "write"):
            raise forbidden("user is deactivated")
        if not chat.migrated_to and (chat.kind == "supergroup" or access in ("edit", "write")):
            _check_membership(chat)
        return chat

    def user(self, name: str = "user_id") -> User:
        user_id = self.user_id(name)
        found = self.world.users.get(user_id) or (self.bot.user if user_id == self.bot.id else None)
        if found is None:
            raise BadRequestError("user not found")
        return found

    def user_id(self, name: str = "user_id") -> int:
        if (user_id := self.long(name)) <= 0:
            raise BadRequestError(f"Invalid {name} specified")
        return user_id

    def topic(self, chat: Chat) -> Topic | None:
        """The topic of `message_thread_id` to send into; General is meant by leaving it out."""
        thread_id = max(0, self.long("message_thread_id"))
        if not chat.forum:
            if thread_id and chat.private:
                raise BadRequestError("message thread not found")
            return None
        topic = chat.topics.get(thread_id or GENERAL_TOPIC)
        if topic is None or thread_id == GENERAL_TOPIC:
            raise BadRequestError("message thread not found")
        return topic

    def reach(self, chat: Chat) -> None:
        """What only Telegram itself knows: whether the person is there to be written to."""
        if chat.blocked:
            raise forbidden("bot was blocked by the user")
        if not chat.started:
            raise forbidden("bot can't initiate conversation with a user")

    def spend(self, chat: Chat) -> None:
        """Count this message against the limits; raises 429."""
        if wait := self.bot.limiter.spend(chat.id, group=not chat.private):
            raise too_many_requests(wait)

    def message(self, purpose: str, access: Access = "write", chat: str = "chat_id") -> Message:
        """The message of `message_id`, for instance the "message to edit"."""
        message = self.chat(access, chat).visible(self.long("message_id"))
        if message is None:
            raise BadRequestError(f"{purpose} not found")
        return message


def _check_membership(chat: Chat) -> None:
    if chat.bot_membership.status == "kicked":
        raise forbidden(f"bot was kicked from the {chat.kind} chat")
    if chat.bot_membership.status == "left":
        raise forbidden(f"bot is not a member of the {chat.kind} chat")
