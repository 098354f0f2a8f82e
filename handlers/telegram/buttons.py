"""Handlers of presses: chosen by what the button means, after its row was read and its owner checked."""

from collections.abc import Awaitable, Callable
from typing import Any

from telegram import Update
from telegram.constants import ChatType
from telegram.ext import BaseHandler

from handlers.telegram.context import Context
from handlers.telegram.turn import Verdict, current


class ButtonHandler(BaseHandler[Update, Context[Any], Any]):
    """Runs `callback` for good presses of buttons with this action, in private chats unless `anywhere`.

    The press is answered before the callback runs, unless `answer` is False: then the callback calls
    `context.answer(...)` with words of its own. A once-button is worn out with the update's acknowledgement.
    """

    def __init__(
        self,
        action: str,
        callback: Callable[[Update, Any], Awaitable[Any]],
        *,
        anywhere: bool = False,
        answer: bool = True,
    ) -> None:
        super().__init__(callback, block=True)  # type: ignore[arg-type]  # an Awaitable is all that is awaited
        self.action = action
        self.anywhere = anywhere
        self.answer = answer

    def check_update(self, update: object) -> bool:
        if not isinstance(update, Update) or update.callback_query is None:
            return False
        turn = current()
        if turn.verdict is not Verdict.GOOD or turn.button is None or turn.button.action != self.action:
            return False
        return self.anywhere or is_private(update)

    async def handle_update(self, update: Update, application: Any, check_result: object, context: Context[Any]) -> Any:
        turn = current()
        if self.answer:
            context.answer_soon()
        result = await super().handle_update(update, application, check_result, context)
        if not turn.answered:
            context.answer_soon()
        if turn.button is not None and turn.button.once:
            turn.wear = turn.button.key
        return result


def is_private(update: Update) -> bool:
    """Whether it comes from a chat of one driver with us."""
    chat = update.effective_chat
    return chat is not None and chat.type == ChatType.PRIVATE
