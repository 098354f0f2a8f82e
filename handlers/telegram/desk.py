"""Where each update is opened, handled and closed: it counts as done only with its acknowledgement on the disk.

Crashing anywhere in between means that the update is handled again: handlers act through services that bear it.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from telegram import Update

from bot.crashpoints import crash_point
from bot.domain.driver import Driver
from bot.domain.errors import StoreError
from bot.domain.ids import DriverId
from bot.ports import Button, Dialogue, UnitOfWork
from handlers.telegram import errors
from handlers.telegram.context import Kit
from handlers.telegram.keyboards import judge, key_in
from handlers.telegram.turn import Turn, Verdict, begin
from handlers.telegram.wire.gather import Gatherer
from handlers.telegram.wire.inbox import Arrival, language_of, person_of
from handlers.texts import Words

log = logging.getLogger(__name__)

PAUSES: Final = (0.2, 0.5, 1.0, 2.0)
"""Seconds before the second, third, fourth and last try of an update whose handler failed."""

STORE_PAUSE: Final = 1.0


Found = tuple[Dialogue, Button | None, Driver | None]
"""The dialogue of an update, the button it presses, and the language that its driver chose."""


@dataclass(frozen=True, slots=True)
class Closing:
    """What an update leaves behind: its acknowledgement, the dialogue if it moved, the button if it is worn out."""

    update_id: int
    dialogue: Dialogue | None
    wear: str | None


class Desk:
    """`work` is what the lanes run for each update."""

    def __init__(self, application: Any, kit: Kit[Any]) -> None:
        self._application = application
        self._kit = kit
        self._look_up = Gatherer(self._look_up_all, kit.nursery)
        self._close = Gatherer(self._close_all, kit.nursery)

    async def work(self, arrival: Arrival) -> float | None:
        """Handle one update: None when it is done with (or given up), else the pause before its next try."""
        try:
            turn = await self._open(arrival)
            begin(turn)
            await self._application.process_update(turn.update)
            if turn.failure is not None:
                return await self._failed(arrival, turn.failure)
            crash_point("update_handled")
            await self._acknowledge(Closing(turn.id, turn.outcome(), turn.wear))
        except Exception as error:  # noqa: BLE001  whatever it is, the driver's next update must not suffer
            return await self._failed(arrival, error)
        return None

    async def _open(self, arrival: Arrival) -> Turn:
        now = self._kit.clock.now()
        update = Update.de_json(arrival.content, self._application.bot)
        person, key = person_of(arrival.content), key_in(arrival.content)
        dialogue, button, driver = await self._look_up((arrival.dialogue_key, key, person))
        button, verdict = judge(button, person, now, min(0, arrival.chat_id))
        if key is not None and verdict is Verdict.UNKNOWN:
            self._kit.keyboards.forget(DriverId(person))
        turn = Turn(arrival.row.id, update, arrival.row.received_at, now, dialogue, button, verdict)
        if driver is not None:
            turn.tongue, turn.talk = driver.chosen_language, driver.talk
        return turn

    async def _acknowledge(self, closing: Closing) -> None:
        """The update has been handled: a store that is busy now is asked until it takes that."""
        while True:
            try:
                await self._close(closing)
            except StoreError as error:
                log.warning("the acknowledgement of update %s waits: %s", closing.update_id, error)
                await self._kit.clock.sleep(STORE_PAUSE)
            else:
                return

    async def _failed(self, arrival: Arrival, error: Exception) -> float | None:
        arrival.failures += 1
        dead = arrival.failures > len(PAUSES)
        number, what = errors.reference(arrival.row.id), errors.describe(error)
        if dead:
            log.error("update %s is given up after %d tries", number, arrival.failures, exc_info=error)
        else:
            log.warning("update %s failed and will be tried again: %s", number, what)
        tongue = ""

        def work(uow: UnitOfWork) -> str:
            uow.inbox.failed(arrival.row.id, what, dead=dead)
            return _chosen(uow, person_of(arrival.content))

        try:
            tongue = await self._kit.database.write(work)
        except StoreError:
            log.warning("the failure of update %s could not be stored", number)
        if not dead:
            return PAUSES[arrival.failures - 1]
        words = Words(tongue or language_of(arrival.content))
        self._kit.nursery.start(
            errors.apologise(self._kit.outgoing, words, arrival.chat_id, arrival.row.id), name=f"apology {number}"
        )
        return None

    async def _look_up_all(self, wanted: Sequence[tuple[str, str | None, int]]) -> Sequence[Found]:
        def work(uow: UnitOfWork) -> list[Found]:
            dialogues = uow.dialogues.load([key for key, _, _ in wanted])
            return [
                (
                    dialogues.get(key) or Dialogue(key),
                    None if button is None else uow.buttons.get(button),
                    uow.drivers.get(DriverId(person)),
                )
                for key, button, person in wanted
            ]

        return await self._kit.database.read(work)

    async def _close_all(self, closings: Sequence[Closing]) -> Sequence[None]:
        now = self._kit.clock.now()

        def work(uow: UnitOfWork) -> None:
            moved = [closing.dialogue for closing in closings if closing.dialogue is not None]
            if moved:
                uow.dialogues.save(moved)
            for closing in closings:
                if closing.wear is not None:
                    uow.buttons.use(closing.wear, now)
            uow.inbox.finish([closing.update_id for closing in closings], now)

        await self._kit.database.write(work)
        return [None] * len(closings)


def _chosen(uow: UnitOfWork, person: int) -> str:
    """The language that this driver chose; empty where the messenger's counts."""
    driver = uow.drivers.get(DriverId(person))
    return driver.chosen_language if driver else ""
