"""What is typed or pressed in other chats: answered at once or not at all, past the inbox and the lanes.

Nothing durable hangs on it: who typed goes on typing, who pressed may press again, and an answer that comes late is
worth nothing. No row of a button is ever read here, so nothing of a driver's own can be pressed from elsewhere.
"""

import asyncio
import logging
from typing import Any, Final

from telegram import Update

from bot.domain.ids import DriverId
from bot.ports import Dialogue
from handlers.telegram.context import Kit
from handlers.telegram.turn import Turn, begin
from handlers.telegram.wire.inbox import person_of

log = logging.getLogger(__name__)

TOO_OLD: Final = 10.0
"""Seconds after which nobody waits for the answer any more."""

MOST: Final = 200
"""At once; what comes beyond is dropped."""


def is_from_elsewhere(update: dict[str, Any]) -> bool:
    """Whether it was typed behind our name, or pressed under a message that was sent so."""
    press = update.get("callback_query")
    return "inline_query" in update or (isinstance(press, dict) and "inline_message_id" in press)


class Express:
    """Runs the application's handlers for such updates, side by side."""

    def __init__(self, application: Any, kit: Kit[Any]) -> None:
        self._application = application
        self._kit = kit
        self._running = 0

    def take(self, update: dict[str, Any]) -> bool:
        """Whether it is for this lane; then it is being answered, or dropped."""
        if not is_from_elsewhere(update):
            return False
        if self._running >= MOST:
            log.warning("too much is asked from other chats; something was dropped")
            return True
        self._running += 1
        self._kit.nursery.start(self._run(update), "express")
        return True

    async def _run(self, content: dict[str, Any]) -> None:
        try:
            async with asyncio.timeout(TOO_OLD):
                await self._handle(content)
        except TimeoutError:
            log.info("something asked from another chat was not answered in time")
        except Exception as error:  # noqa: BLE001  whatever it is, nobody else may suffer
            log.warning("something asked from another chat could not be answered: %s: %s", type(error).__name__, error)
        finally:
            self._running -= 1

    async def _handle(self, content: dict[str, Any]) -> None:
        now, person = self._kit.clock.now(), DriverId(person_of(content))
        driver = await self._kit.database.read(lambda uow: uow.drivers.get(person))
        turn = Turn(
            content["update_id"],
            Update.de_json(content, self._application.bot),
            now,
            now,
            Dialogue(str(person)),
            tongue=driver.chosen_language if driver else "",
        )
        begin(turn)
        await self._application.process_update(turn.update)
        if turn.failure is not None:
            raise turn.failure
