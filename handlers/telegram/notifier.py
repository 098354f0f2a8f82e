"""Tells drivers: the live card of each charge, and the few new messages that a driver must hear.

What is to be told are rows: charges whose card shows an older version, and notices. So nothing is left untold by a
crash; at worst something is told twice.
"""

import asyncio
import logging
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import groupby
from typing import Final

from telegram.error import BadRequest, TelegramError

from bot.crashpoints import crash_point
from bot.domain.charge import RUNNING, Charge, State
from bot.domain.ids import CdrId, ChargeId, DriverId, has_left
from bot.nursery import Nursery
from bot.ports import Card, Clock, Database, Lane, Notice
from bot.services.alerts import EXPIRED, FREED
from bot.services.drivers import Drivers
from bot.services.following import Following, Look
from handlers.cards import alerts
from handlers.cards.live import live_card
from handlers.cards.notices import notice as notice_card
from handlers.cards.receipts import receipt
from handlers.cards.screen import Screen
from handlers.telegram.asking import Asking
from handlers.telegram.keyboards import Keyboards
from handlers.telegram.show import rows_of
from handlers.telegram.states import ASKING_STOP
from handlers.telegram.wire.outgoing import MessageGone, Outgoing, Unreachable
from handlers.texts import Words

log = logging.getLogger(__name__)

AT_ONCE: Final = 200
LOOK_AGAIN: Final = 5.0
"""Seconds after which we look without being woken: retries that are due, and belt and braces."""

REST_EACH: Final = 0.0005
"""Seconds between two looks for each card that waits: a hundred pushes a second ask for no more looks than ten do."""

RETRY: Final = timedelta(seconds=5)
LONGEST_RETRY: Final = 6
LONGEST_TROUBLE: Final = 6
"""A card that cannot be shown is tried again after 1, 2, 4 ... 64 seconds."""

CAN_WAIT: Final = frozenset({FREED, "limit", "full", "paused", "receipt", "receipt_corrected"})
"""What does not buzz in a driver's quiet hours; a start, a stop, a fee and a cable always do."""

MOST_URGENT: Final = {State.STOPPING: Lane.STOP, State.ENDED: Lane.STOP, State.BILLED: Lane.RECEIPT}


class Notifier:
    """`wake` may be called from anywhere; `run` does the telling until it is cancelled."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        nursery: Nursery,
        following: Following,
        drivers: Drivers,
        *,
        hotline: str = "",
    ) -> None:
        self._database = database
        self._clock = clock
        self._nursery = nursery
        self._following = following
        self._drivers = drivers
        self._hotline = hotline
        self.asking = Asking(clock)
        self._woken = asyncio.Event()
        self._showing: set[ChargeId] = set()
        self._telling: set[DriverId] = set()
        self._held: dict[DriverId, datetime] = {}
        self._shown_state: dict[ChargeId, State] = {}
        self._troubles: Counter[ChargeId] = Counter()

    def wake(self) -> None:
        self._woken.set()

    async def run(self, outgoing: Outgoing, keyboards: Keyboards, bot_name: str) -> None:
        """Tell what is to be told, for ever."""
        self._outgoing, self._keyboards, self._bot_name = outgoing, keyboards, bot_name
        while True:
            self._woken.clear()
            try:
                waiting = await self._look()
                await asyncio.sleep(waiting * REST_EACH)
            except Exception:
                log.exception("what is to be told could not be read")
            try:
                async with asyncio.timeout(LOOK_AGAIN):
                    await self._woken.wait()
            except TimeoutError:
                pass

    async def _look(self) -> int:
        """See to all that waits, and give how many cards did."""
        now = self._clock.now()
        charges, notices = await self._database.read(
            lambda uow: (uow.charges.to_show(AT_ONCE), uow.notices.due(now, AT_ONCE)),
        )
        for charge in charges:
            self._show_soon(charge)
        self._held = {driver_id: until for driver_id, until in self._held.items() if until > now}
        by_driver = sorted(notices, key=lambda notice: notice.driver_id)
        for driver_id, group in groupby(by_driver, key=lambda notice: notice.driver_id):
            if driver_id not in self._telling and driver_id not in self._held:
                self._telling.add(driver_id)
                self._nursery.start(self._tell(driver_id, list(group)), f"tell {driver_id}")
        return len(charges)

    # ── the live card ────────────────────────────────────────────────────────────────────────────────────────────

    def _show_soon(self, charge: Charge) -> None:
        """Progress waits for its turn, the latest wins; a change of state goes out as soon as the chat allows."""
        if charge.id in self._showing:
            return
        if charge.state in RUNNING and self._shown_state.get(charge.id) is charge.state:
            self._outgoing.progress(charge.id, charge.driver_id, lambda: self._show_progress(charge.id))
        else:
            self._showing.add(charge.id)
            lane = MOST_URGENT.get(charge.state, Lane.START)
            self._nursery.start(self._show(charge.id, lane=lane), f"show {charge.id}")

    async def _show_progress(self, charge_id: ChargeId) -> None:
        """Its turn has come; a change of state does not wait for it, and may have overtaken it."""
        if charge_id not in self._showing:
            self._showing.add(charge_id)
            await self._show(charge_id, lane=None)

    async def _show(self, charge_id: ChargeId, *, lane: Lane | None) -> None:
        try:
            look = await self._following.look(charge_id)
            if look is not None:
                await self._show_card(look, lane)
            self._troubles.pop(charge_id, None)
        except (TelegramError, OSError) as error:
            log.info("the card of charge %s could not be shown: %s", charge_id, error)
            await self._clock.sleep(1 << min(self._troubles[charge_id], LONGEST_TROUBLE))
            self._troubles[charge_id] += 1
        finally:
            self._showing.discard(charge_id)
        self.wake()

    async def _show_card(self, look: Look, lane: Lane | None) -> None:
        charge = look.charge
        if has_left(charge.driver_id):
            nowhere = Card(charge.id, charge.driver_id, message_id=0, shown_version=charge.version)
            return await self._following.shown_again(nowhere, look.card)
        words = Words(look.driver.tongue if look.driver else "en")
        asking = await self._asking(charge)
        crash_point("tell_before")
        try:
            card = await self._put(look, live_card(words, look, asking_stop=asking, hotline=self._hotline), lane)
            if (asks := await self._asking(charge)) is not asking:
                # A press has changed the card while it was being edited: what it made of it must stand.
                look = replace(look, card=card)
                card = await self._put(look, live_card(words, look, asking_stop=asks, hotline=self._hotline), lane)
        except Unreachable:
            await self._drivers.unreachable(charge.driver_id)
            card = look.card or Card(charge.id, charge.driver_id, message_id=0)
        crash_point("tell_sent")
        card = replace(card, shown_version=charge.version)
        await self._following.shown_again(card, look.card)
        if charge.state in RUNNING:
            self._shown_state[charge.id] = charge.state
        else:
            self._shown_state.pop(charge.id, None)
        return await self._pin(charge, card)

    async def _asking(self, charge: Charge) -> bool:
        pressed = self.asking.says(charge.id)
        if pressed is not None:
            return pressed
        key = str(charge.driver_id)
        dialogues = await self._database.read(lambda uow: uow.dialogues.load([key]))
        asked = dialogues.get(key)
        return asked is not None and asked.state == ASKING_STOP and asked.memory.get("charge") == charge.id

    async def _put(self, look: Look, screen: Screen, lane: Lane | None) -> Card:
        """Edit the card where it is; send a new one where there is none."""
        charge, card = look.charge, look.card
        keyboard = await self._keyboards.keyboard(charge.driver_id, rows_of(screen)) if screen.rows else None
        if card is not None and card.message_id:
            try:
                await self._outgoing.edit(card.chat_id, card.message_id, screen.text, keyboard, lane=lane)
            except MessageGone:
                log.info("the card of charge %s is gone, a new one is sent", charge.id)
            else:
                return card
        message_id = await self._outgoing.send(
            charge.driver_id, screen.text, keyboard, lane=lane or Lane.START, silent=True
        )
        return Card(charge.id, charge.driver_id, message_id)

    async def _pin(self, charge: Charge, card: Card) -> None:
        """Pinned while it runs; a chat that allows no pins loses nothing but that, a pause is waited out."""
        wanted = charge.state in RUNNING
        if card.pinned == wanted or not card.message_id:
            return
        method = "pinChatMessage" if wanted else "unpinChatMessage"
        content = {"message_id": card.message_id} | ({"disable_notification": True} if wanted else {})
        try:
            await self._outgoing.post(method, card.chat_id, content, lane=Lane.PROGRESS)
        except (BadRequest, Unreachable) as error:
            log.info("%s is not possible for charge %s: %s", method, charge.id, error)
        except TelegramError as error:
            log.info("%s did not work for charge %s and is tried with the next edit: %s", method, charge.id, error)
            return
        await self._following.shown_again(replace(card, pinned=wanted), card)

    # ── new messages ─────────────────────────────────────────────────────────────────────────────────────────────

    async def _tell(self, driver_id: DriverId, notices: Iterable[Notice]) -> None:
        """One driver's notices in their order; one that cannot go out now holds back those behind it."""
        try:
            for notice in sorted(notices, key=lambda notice: notice.id):
                if not await self._tell_one(notice):
                    break
        finally:
            self._telling.discard(driver_id)
        self.wake()

    async def _tell_one(self, notice: Notice) -> bool:
        """Whether those behind it may go out."""
        now = self._clock.now()
        try:
            screen = await self._screen(notice)
        except (LookupError, ValueError):
            log.exception("the notice %s cannot be put into words, the next are told without it", notice.kind)
            await self._later(notice, now)
            return True
        if screen is None:
            await self._database.write(
                lambda uow: uow.notices.undeliverable(notice.id, now, "its charge or its driver is gone")
            )
            return True
        crash_point("tell_before")
        try:
            keyboard = await self._keyboards.keyboard(notice.driver_id, rows_of(screen)) if screen.rows else None
            silent = notice.silent or await self._hushed(notice, now)
            await self._outgoing.send(notice.driver_id, screen.text, keyboard, lane=notice.lane, silent=silent)
        except Unreachable as error:
            reason = str(error)
            await self._database.write(lambda uow: uow.notices.undeliverable(notice.id, now, reason))
            await self._drivers.unreachable(notice.driver_id)
            return True
        except TelegramError as error:
            log.warning("%s could not be told to a driver yet: %s", notice.kind, error)
            due = await self._later(notice, now)
            if isinstance(error, BadRequest):
                return True  # It is this message that Telegram does not take.
            self._held[notice.driver_id] = due
            return False
        crash_point("tell_sent")
        await self._database.write(lambda uow: uow.notices.told(notice.id, now))
        return True

    async def _hushed(self, notice: Notice, now: datetime) -> bool:
        """Whether it comes without a buzz, because its driver wants quiet now and it can wait until the morning."""
        if notice.kind not in CAN_WAIT and notice.lane is not Lane.PROGRESS:
            return False
        driver = await self._database.read(lambda uow: uow.drivers.get(notice.driver_id))
        return driver is not None and driver.quiet is not None and driver.quiet.covers(now)

    async def _later(self, notice: Notice, now: datetime) -> datetime:
        due = now + RETRY * (1 << min(notice.attempts, LONGEST_RETRY))
        await self._database.write(lambda uow: uow.notices.later(notice.id, due))
        return due

    async def _screen(self, notice: Notice) -> Screen | None:
        if notice.kind in {FREED, EXPIRED}:
            driver = await self._database.read(lambda uow: uow.drivers.get(notice.driver_id))
            return alerts.told(Words(driver.tongue), notice.kind, notice.facts) if driver else None
        look = await self._following.look(notice.charge_id) if notice.charge_id else None
        if look is None or has_left(look.charge.driver_id):
            return None
        words = Words(look.driver.tongue if look.driver else "en")
        if not notice.kind.startswith("receipt"):
            detail = str(notice.facts.get("detail", ""))
            return notice_card(words, notice.kind, look.charge, look.session, self._hotline, detail)
        bill = await self._following.bill(look.charge.id, CdrId(str(notice.facts["cdr"])))
        if bill is None:
            return None
        corrected = notice.kind == "receipt_corrected"
        return receipt(words, look.charge, bill, self._bot_name, corrected=corrected)
