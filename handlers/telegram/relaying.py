"""Carries what drivers and agents say to each other, and keeps the topic of each ticket true.

What is to be sent are rows, so a crash loses nothing; at worst something arrives twice. Where it goes is read from the
ticket at the moment of sending, and never from a text.
"""

import asyncio
import json
import logging
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from itertools import groupby
from typing import Any, Final

from telegram.error import BadRequest, NetworkError, TelegramError

from bot.crashpoints import crash_point
from bot.domain import ticket as tickets
from bot.domain.ids import DriverId
from bot.domain.ticket import Kind, Relay, Ticket, Way
from bot.nursery import Nursery
from bot.ports import Clock, Database, UnitOfWork
from bot.services.contacts import Contacts
from bot.services.escalations import say as say_word
from bot.services.history import History
from handlers import agents
from handlers.agents import Briefing
from handlers.cards import support as cards
from handlers.cards import troubles
from handlers.cards.screen import Screen
from handlers.cards.troubles import Trouble
from handlers.telegram.keyboards import Keyboards
from handlers.telegram.show import rows_of
from handlers.telegram.wire.outgoing import MessageGone, Outgoing, Unreachable
from handlers.texts import Words

log = logging.getLogger(__name__)

AT_ONCE: Final = 200
LOOK_AGAIN: Final = 5.0
RETRY: Final = timedelta(seconds=0.5)
LONGEST_RETRY: Final = 6
ENOUGH_TRIES: Final = 2
"""After so many tries a driver is told that support cannot be reached from here."""

_NO_TOPIC: Final = ("thread not found", "topic_deleted", "topic_id_invalid")
_SAME: Final = ("topic_not_modified", "not modified")
_GUIDES: Final = {"A": troubles.not_started, "B": troubles.started_but, "C": troubles.not_stopping}


class TopicGone(Exception):
    """The topic was deleted by hand."""


class Relaying:
    """`wake` may be called from anywhere; `run` carries until it is cancelled. `group` is the group of the agents."""

    def __init__(
        self, database: Database, clock: Clock, nursery: Nursery, history: History, contacts: Contacts, group: int
    ) -> None:
        self._database = database
        self._clock = clock
        self._nursery = nursery
        self._history = history
        self._contacts = contacts
        self._group = group
        self._woken = asyncio.Event()
        self._busy: set[int] = set()
        self._pauses: dict[int, int] = {}

    def wake(self) -> None:
        self._woken.set()

    async def run(self, outgoing: Outgoing, keyboards: Keyboards) -> None:
        """Carry what is to be carried, for ever."""
        self._outgoing, self._keyboards = outgoing, keyboards
        while True:
            self._woken.clear()
            try:
                await self._look()
            except Exception:
                log.exception("what is to be relayed could not be read")
            try:
                async with asyncio.timeout(LOOK_AGAIN):
                    await self._woken.wait()
            except TimeoutError:
                pass

    async def _look(self) -> None:
        now = self._clock.now()

        def work(uow: UnitOfWork) -> tuple[Sequence[Ticket], Sequence[Relay]]:
            return uow.tickets.to_show(AT_ONCE), uow.tickets.on_their_way(now, AT_ONCE)

        behind, waiting = await self._database.read(work)
        by_ticket: dict[int, list[Relay]] = {ticket.id: [] for ticket in behind}
        ordered = sorted(waiting, key=lambda relay: (relay.ticket_id, relay.id))
        for ticket_id, group in groupby(ordered, key=lambda relay: relay.ticket_id):
            by_ticket[ticket_id] = list(group)
        for ticket_id, relays in by_ticket.items():
            if ticket_id not in self._busy:
                self._busy.add(ticket_id)
                self._nursery.start(self._carry(ticket_id, relays), f"ticket {ticket_id}")

    async def _carry(self, ticket_id: int, relays: Sequence[Relay]) -> None:
        """One ticket's rows in their order; drivers are not kept waiting by a group that cannot be reached."""
        try:
            for relay in [relay for relay in relays if relay.way is Way.TO_DRIVER]:
                if not await self._carry_one(relay):
                    break
            if not await self._show(ticket_id):
                return
            for relay in [relay for relay in relays if relay.way is Way.TO_AGENTS]:
                if not await self._carry_one(relay):
                    break
            self._pauses.pop(ticket_id, None)
        except Exception:
            log.exception("ticket %d could not be carried", ticket_id)
            await self._clock.sleep(RETRY.total_seconds())
        finally:
            self._busy.discard(ticket_id)
        self.wake()

    # ── the topic ────────────────────────────────────────────────────────────────────────────────────────────────

    async def _show(self, ticket_id: int) -> bool:
        """Whether the topic is there and true; else it is tried again after a pause."""
        ticket = await self._read(ticket_id)
        if ticket is None:
            return False
        if ticket.topic_id and ticket.shown == ticket.version:
            return True
        try:
            await self._bring_up(ticket)
        except TopicGone:
            await self._change(ticket_id, tickets.without_topic)
            return await self._show(ticket_id)
        except (TelegramError, Unreachable) as error:
            await self._cannot(ticket, error)
            return False
        return True

    async def _bring_up(self, ticket: Ticket) -> None:
        brief = await self._briefing(ticket)
        fresh = not ticket.topic_id
        if fresh:
            ticket = await self._new_topic(ticket, agents.topic_name(brief))
            brief = replace(brief, ticket=ticket)
        else:
            await self._topic(ticket, "editForumTopic", name=agents.topic_name(brief))
            if ticket.open:
                await self._topic(ticket, "reopenForumTopic")
        await self._put_head(ticket, agents.head(brief))
        if fresh or not ticket.head_id:
            for paper in agents.papers(brief):
                await self._say(ticket, paper)
        if not ticket.open:
            await self._topic(ticket, "closeForumTopic")
        await self._change(ticket.id, lambda now: replace(now, shown=ticket.version))

    async def _new_topic(self, ticket: Ticket, name: str) -> Ticket:
        """In the group as it is now: one that became a supergroup has another id."""
        chat = await self._outgoing.post("getChat", self._group, {}, lane=None)
        self._group = int(chat["id"])
        made = await self._outgoing.post("createForumTopic", self._group, {"name": name})
        crash_point("topic_made")
        placed = tickets.in_topic(ticket, self._group, int(made["message_thread_id"]))
        return (
            await self._change(ticket.id, lambda now: tickets.in_topic(now, placed.chat_id, placed.topic_id)) or placed
        )

    async def _topic(self, ticket: Ticket, method: str, **content: Any) -> None:
        try:
            await self._outgoing.post(method, ticket.chat_id, {"message_thread_id": ticket.topic_id, **content})
        except BadRequest as error:
            if _says(error, _NO_TOPIC):
                raise TopicGone from None
            if not _says(error, _SAME):
                raise

    async def _put_head(self, ticket: Ticket, screen: Screen) -> None:
        keyboard = await self._keyboards.keyboard(DriverId(ticket.chat_id), rows_of(screen))
        if ticket.head_id:
            try:
                await self._outgoing.edit(ticket.chat_id, ticket.head_id, screen.text, keyboard)
            except MessageGone:
                log.info("the first message of ticket %d is gone, a new one is sent", ticket.id)
            else:
                return
        head_id = await self._send_to_topic(ticket, screen.text, keyboard)
        await self._change(ticket.id, lambda now: replace(now, head_id=head_id))

    async def _say(self, ticket: Ticket, text: str) -> int:
        return await self._send_to_topic(ticket, text, None)

    async def _send_to_topic(self, ticket: Ticket, text: str, keyboard: Any) -> int:
        try:
            return await self._outgoing.send(ticket.chat_id, text, keyboard, topic=ticket.topic_id)
        except BadRequest as error:
            if _says(error, _NO_TOPIC):
                raise TopicGone from None
            raise

    async def _cannot(self, ticket: Ticket, error: Exception) -> None:
        """Without a topic nobody reads the driver: they are told, and it is tried again."""
        tries = self._pauses[ticket.id] = self._pauses.get(ticket.id, 0) + 1
        log.error("the topic of ticket %d cannot be shown (may the bot manage topics?): %s", ticket.id, error)
        if tries == ENOUGH_TRIES:
            now = self._clock.now()
            await self._database.write(
                lambda uow: say_word(uow, ticket, Way.TO_DRIVER, "unreachable", now, key=str(ticket.topics))
            )
            self.wake()
        await self._clock.sleep((RETRY * (1 << min(tries, LONGEST_RETRY))).total_seconds())

    # ── messages ─────────────────────────────────────────────────────────────────────────────────────────────────

    async def _carry_one(self, relay: Relay) -> bool:
        """Whether those behind it may go on."""
        ticket = await self._read(relay.ticket_id)
        now = self._clock.now()
        sent_id = 0
        if ticket is not None and ticket.driver_id == relay.driver_id:
            crash_point("relay_before")
            try:
                sent_id = await self._deliver(ticket, relay)
            except TopicGone:
                await self._change(ticket.id, tickets.without_topic)
                return False
            except Unreachable as error:
                if relay.way is Way.TO_AGENTS:
                    return await self._later(relay, error)
                await self._undelivered(ticket, relay, "blocked")
            except NetworkError as error:
                if not isinstance(error, BadRequest):
                    return await self._later(relay, error)
                log.warning("relay %d cannot be delivered: %s", relay.id, error)
                if relay.kind is Kind.COPY:
                    await self._undelivered(ticket, relay, "not_copied")
            except TelegramError as error:
                return await self._later(relay, error)
            crash_point("relay_sent")
        await self._database.write(lambda uow: uow.tickets.passed_on(relay.id, sent_id, now))
        return True

    async def _deliver(self, ticket: Ticket, relay: Relay) -> int:
        to_agents = relay.way is Way.TO_AGENTS
        chat_id = ticket.chat_id if to_agents else int(ticket.driver_id)
        if relay.kind is Kind.EDIT:
            return await self._edit(chat_id, relay)
        if relay.kind is Kind.WORD:
            if to_agents:
                return await self._say(ticket, agents.word(relay.text, relay.entities))
            screen = await self._driver_word(ticket, relay)
            keyboard = await self._keyboards.keyboard(ticket.driver_id, rows_of(screen)) if screen.rows else None
            return await self._outgoing.send(chat_id, screen.text, keyboard)
        content: dict[str, Any] = {"from_chat_id": relay.chat_id, "message_id": relay.message_id}
        content["message_thread_id"] = ticket.topic_id if to_agents else None
        try:
            copied = await self._outgoing.post("copyMessage", chat_id, content)
        except BadRequest as error:
            if to_agents and _says(error, _NO_TOPIC):
                raise TopicGone from None
            raise
        return int(copied["message_id"])

    async def _edit(self, chat_id: int, relay: Relay) -> int:
        original = await self._database.read(lambda uow: uow.tickets.copy_of(relay.chat_id, relay.message_id))
        if original is None or not original.sent_id:
            return 0
        what = "caption" if relay.caption else "text"
        content = {
            "message_id": original.sent_id,
            what: relay.text,
            f"{'caption_' if relay.caption else ''}entities": json.loads(relay.entities or "[]"),
        }
        method = "editMessageCaption" if relay.caption else "editMessageText"
        try:
            await self._outgoing.post(method, chat_id, content)
        except BadRequest as error:
            log.info("an edit could not be mirrored: %s", error)
        return original.sent_id

    async def _driver_word(self, ticket: Ticket, relay: Relay) -> Screen:
        driver = await self._database.read(lambda uow: uow.drivers.get(ticket.driver_id))
        words = Words(driver.tongue if driver else "en")
        hotline = self._contacts.hotline
        if not relay.text.startswith("guide_"):
            return cards.word(words, relay.text, relay.entities, hotline.number, ticket.charge_id or "")
        charge_id = ticket.charge_id
        charge = await self._database.read(lambda uow: uow.charges.get(charge_id)) if charge_id else None
        operator = await self._contacts.operator(charge.place) if charge else None
        guide = _GUIDES[relay.text.removeprefix("guide_")]
        return guide(words, Trouble(charge, operator, hotline, self._clock.now()))

    async def _undelivered(self, ticket: Ticket, relay: Relay, word: str) -> None:
        """Whoever wrote it is told, where that can be done."""
        if relay.way is Way.TO_DRIVER:
            now = self._clock.now()
            await self._database.write(lambda uow: say_word(uow, ticket, Way.TO_AGENTS, word, now, key=str(relay.id)))

    async def _later(self, relay: Relay, error: Exception) -> bool:
        log.warning("relay %d is tried again: %s", relay.id, error)
        due = self._clock.now() + RETRY * (1 << min(relay.attempts, LONGEST_RETRY))
        await self._database.write(lambda uow: uow.tickets.later(relay.id, due))
        return False

    # ── what is known ────────────────────────────────────────────────────────────────────────────────────────────

    async def _briefing(self, ticket: Ticket) -> Briefing:
        charge_id = ticket.charge_id
        evidence = await self._history.evidence(ticket.driver_id, charge_id) if charge_id else None

        def work(uow: UnitOfWork) -> Briefing:
            station = uow.stations.get(evidence.entry.charge.place.station_id) if evidence else None
            return Briefing(
                ticket,
                uow.drivers.get(ticket.driver_id),
                [one.status for one in uow.drivers.passes(ticket.driver_id)],
                evidence,
                station.point if station else None,
            )

        return await self._database.read(work)

    async def _read(self, ticket_id: int) -> Ticket | None:
        return await self._database.read(lambda uow: uow.tickets.get(ticket_id))

    async def _change(self, ticket_id: int, change: Any) -> Ticket | None:
        def work(uow: UnitOfWork) -> Ticket | None:
            ticket = uow.tickets.get(ticket_id)
            if ticket is None:
                return None
            after: Ticket = change(ticket)
            uow.tickets.save(after)
            return after

        return await self._database.write(work)


def _says(error: TelegramError, texts: tuple[str, ...]) -> bool:
    message = error.message.lower()
    return any(text in message for text in texts)
