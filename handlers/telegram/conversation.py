"""Conversations whose state is a row: loaded before an update is handled, stored with its acknowledgement.

Nothing is kept in memory, so a conversation goes on after a kill and in another process.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from telegram import Update
from telegram.ext import BaseHandler

from handlers.telegram.context import Context
from handlers.telegram.turn import Turn, current

END: Final = ""
"""What a callback returns to end its conversation; None leaves the state as it is."""

Handlers = Sequence[BaseHandler[Any, Any, Any]]


@dataclass(frozen=True)
class Conversation:
    """One line of questions. Its callbacks return the next state, END, or None for the same.

    An entry point begins it anew and forgets the answers of whatever ran before, unless it returns None.
    """

    name: str
    entry_points: Handlers
    states: Mapping[str, Handlers]
    fallbacks: Handlers = field(default=())


@dataclass(frozen=True, slots=True)
class _Choice:
    conversation: Conversation
    handler: BaseHandler[Any, Any, Any]
    check: object
    enters: bool


class ConversationHandler(BaseHandler[Update, Context[Any], None]):
    """Leads one conversation per driver and chat, out of those it knows.

    Asked in this order: the state of the running conversation, the entry points of all, its fallbacks. A state that
    this version no longer knows counts as none.
    """

    def __init__(self, *conversations: Conversation) -> None:
        super().__init__(_no_callback, block=True)
        self._conversations = {conversation.name: conversation for conversation in conversations}
        for conversation in conversations:
            _only_blocking(conversation)

    def check_update(self, update: object) -> _Choice | None:
        if not isinstance(update, Update):
            return None
        turn = current()
        running = self._conversations.get(turn.conversation)
        if running is not None and turn.state in running.states:
            choice = _first(running, running.states[turn.state], update)
            return choice or self._entry(update) or _first(running, running.fallbacks, update)
        return self._entry(update)

    async def handle_update(
        self, update: Update, application: Any, check_result: object, context: Context[Any]
    ) -> None:
        assert isinstance(check_result, _Choice)
        choice, turn = check_result, current()
        before = turn.memory
        if choice.enters:
            turn.memory = {}
        state = await choice.handler.handle_update(update, application, choice.check, context)
        if state is not None:
            _move(turn, choice.conversation, state)
        elif choice.enters:
            turn.memory = before

    def _entry(self, update: Update) -> _Choice | None:
        for conversation in self._conversations.values():
            choice = _first(conversation, conversation.entry_points, update, enters=True)
            if choice is not None:
                return choice
        return None


def _move(turn: Turn, conversation: Conversation, state: str) -> None:
    if state == END:
        turn.leave()
        return
    if state not in conversation.states:
        raise LookupError(f"the conversation {conversation.name} has no state {state}")
    turn.conversation, turn.state = conversation.name, str(state)


def _first(conversation: Conversation, handlers: Handlers, update: Update, *, enters: bool = False) -> _Choice | None:
    for handler in handlers:
        check = handler.check_update(update)
        if check is not None and check is not False:
            return _Choice(conversation, handler, check, enters)
    return None


def _only_blocking(conversation: Conversation) -> None:
    """A callback that is not waited for could change the state after it was stored."""
    handlers = [*conversation.entry_points, *conversation.fallbacks]
    handlers += [handler for state in conversation.states.values() for handler in state]
    if any(handler.block is False for handler in handlers):
        raise ValueError(f"the conversation {conversation.name} has a handler with block=False")


async def _no_callback(update: Update, context: Context[Any]) -> None:
    """The chosen handler has the callback; the framework asks for one here too."""
    del update, context
