"""What a handler holds in its hands: the services, the driver's dialogue, and ways to answer."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar, cast

from telegram import InlineKeyboardMarkup
from telegram.ext import CallbackContext

from bot.domain.ids import DriverId
from bot.nursery import Nursery
from bot.ports import Button, Clock, Database
from handlers.telegram.keyboards import Keyboards, Rows
from handlers.telegram.turn import Turn, current
from handlers.telegram.wire.api import Bot
from handlers.telegram.wire.outgoing import Outgoing, ReplyMarkup

S = TypeVar("S")

Shown = ReplyMarkup | Rows | None
"""A keyboard of the framework, or rows of presses to make one of."""


@dataclass(frozen=True, slots=True)
class Kit(Generic[S]):
    """What every handler may use; `services` are those of the rooms behind, as bot.app made them."""

    database: Database
    clock: Clock
    nursery: Nursery
    outgoing: Outgoing
    keyboards: Keyboards
    services: S


class Context(CallbackContext[Bot, dict[Any, Any], dict[Any, Any], dict[Any, Any]], Generic[S]):
    """The framework's context, without its dictionaries: what must last is in `memory` or in the services."""

    @property
    def kit(self) -> Kit[S]:
        return cast("Kit[S]", self.application.kit)  # type: ignore[attr-defined]  # our Application has it

    @property
    def services(self) -> S:
        return self.kit.services

    @property
    def outgoing(self) -> Outgoing:
        return self.kit.outgoing

    @property
    def turn(self) -> Turn:
        return current()

    @property
    def now(self) -> datetime:
        """When the handling of this update began."""
        return self.turn.now

    @property
    def update_id(self) -> int:
        """The same at every try of an update, also after a crash: good as an idempotency key."""
        return self.turn.id

    @property
    def memory(self) -> dict[str, Any]:
        """The answers of the running conversation: plain JSON values, stored with the acknowledgement."""
        return self.turn.memory

    @property
    def button(self) -> Button:
        """The pressed button; only in a ButtonHandler's callback."""
        button = self.turn.button
        assert button is not None, "there is a button only where one was pressed"
        return button

    @property
    def driver_id(self) -> DriverId:
        """Who sent the update."""
        user = self.turn.update.effective_user
        return DriverId(user.id if user else 0)

    @property
    def chat_id(self) -> int:
        """Where it came from, and where `reply` goes."""
        chat = self.turn.update.effective_chat
        return chat.id if chat else self.driver_id

    @property
    def language(self) -> str:
        """The IETF tag the driver's app reports."""
        user = self.turn.update.effective_user
        return (user.language_code if user else None) or "en"

    @property
    def tongue(self) -> str:
        """The language to speak: the one the driver chose, else that of the app."""
        return self.turn.tongue or self.language

    @property
    def message_id(self) -> int | None:
        """The message that was pressed or written."""
        message = self.turn.update.effective_message
        return message.message_id if message else None

    def leave(self) -> None:
        """End the conversation, whichever it is."""
        self.turn.leave()

    async def keyboard(self, rows: Rows) -> InlineKeyboardMarkup:
        """A keyboard that only this driver can use; in a group, whoever is in it."""
        return await self.kit.keyboards.keyboard(DriverId(self.chat_id), rows)

    async def reply(self, text: str, keyboard: Shown = None, **how: Any) -> int | None:
        """Send HTML into the chat; `how` as for Outgoing.send. The id, or None when it follows later or never can."""
        message = self.turn.update.effective_message
        topic = message.message_thread_id if message and message.is_topic_message else None
        return await self.outgoing.reply(self.chat_id, text, await self._markup(keyboard), topic=topic, **how)

    async def edit(self, text: str, keyboard: Shown = None) -> None:
        """Rewrite the message whose button was pressed; send a new one when it cannot be."""
        query = self.turn.update.callback_query
        markup = await self._markup(keyboard)
        if query is None or query.message is None:
            await self.outgoing.reply(self.chat_id, text, markup)
            return
        await self.outgoing.rewrite(self.chat_id, query.message.message_id, text, markup)

    async def answer(self, text: str = "", *, alert: bool = False) -> None:
        """Answer the press with a few words (at most 200); only the first answer counts."""
        query = self.turn.update.callback_query
        if query is not None and not self.turn.answered:
            self.turn.answered = True
            await self.outgoing.answer(query.id, text, alert=alert)

    def answer_soon(self, text: str = "", *, alert: bool = False) -> None:
        """Answer the press beside the work it causes."""
        query = self.turn.update.callback_query
        if query is not None and not self.turn.answered:
            self.turn.answered = True
            self.kit.nursery.start(self.outgoing.answer(query.id, text, alert=alert), name="answer")

    async def _markup(self, keyboard: Shown) -> ReplyMarkup | None:
        return await self.keyboard(keyboard) if isinstance(keyboard, Sequence) else keyboard
