"""One call of a method: its arguments as strings, whichever way they came, and the checks all methods share."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import orjson

from sandbox.telegram.errors import BadRequestError, forbidden, too_many_requests
from sandbox.telegram.files import Upload
from sandbox.telegram.model import Chat, Message
from sandbox.telegram.world import Bot, World

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

    def chat(self) -> Chat:
        """The chat of `chat_id`, if the bot may write there as far as its own server knows."""
        source = self.text("chat_id")
        if not source:
            raise BadRequestError("chat_id is empty")
        chat = None if source.startswith("@") else self.world.chat(self.bot, self.long("chat_id"))
        if chat is None:
            raise BadRequestError("chat not found")
        if chat.migrated_to:
            raise BadRequestError(
                "group chat was upgraded to a supergroup chat", {"migrate_to_chat_id": chat.migrated_to}
            )
        if chat.private and chat.person.deactivated:
            raise forbidden("user is deactivated")
        if chat.bot_status == "kicked":
            raise forbidden(f"bot was kicked from the {chat.kind} chat")
        if chat.bot_status == "left":
            raise forbidden(f"bot is not a member of the {chat.kind} chat")
        return chat

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

    def message(self, purpose: str) -> Message:
        """The message of `chat_id` and `message_id`, for instance the "message to edit"."""
        message = self.chat().visible(self.long("message_id"))
        if message is None:
            raise BadRequestError(f"{purpose} not found")
        return message
