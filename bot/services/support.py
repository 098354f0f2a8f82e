"""Support by people: tickets, the talk of a driver with an agent, and what an agent does for a driver.

What one says to the other is a row before anything is sent, so that a crash loses nothing; it goes out in order.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from bot.domain import ticket as tickets
from bot.domain.charge import OVER, By, Charge, Fact, State, What
from bot.domain.charge_record import noted
from bot.domain.errors import PartnerError, Refused, Why
from bot.domain.ids import ChargeId, DriverId
from bot.domain.pace import Pace
from bot.domain.ticket import Agent, Cause, Kind, Relay, Ticket, Way
from bot.ports import Clock, CpoGateway, Database, JobKind, UnitOfWork
from bot.services.charging import Charging
from bot.services.escalations import open_ticket, say

log = logging.getLogger(__name__)

LONG_AGO: Final = timedelta(days=1)
MOST_OLD: Final = 100_000
MOST_A_MINUTE: Final = 30
"""Messages of one driver that are passed on; an album is at most ten."""


@dataclass(frozen=True, slots=True)
class Talk:
    """A driver's ticket, and how many wait for an agent before them; `taken` by whom."""

    ticket: Ticket
    before: int


@dataclass(frozen=True, slots=True)
class Said:
    """A message as it came: where it is, and the key under which it is known when it is handled again."""

    chat_id: int
    message_id: int
    key: str


class Support:
    """`enabled` where the people who run the bot have a group for it; `wake` has what is to be sent looked at."""

    def __init__(
        self,
        db: Database,
        clock: Clock,
        pace: Pace,
        charging: Charging,
        gateway: CpoGateway,
        *,
        enabled: bool = False,
        wake: Callable[[], None] = lambda: None,
        wake_worker: Callable[[], None] = lambda: None,
    ) -> None:
        self._db = db
        self._clock = clock
        self._pace = pace
        self._charging = charging
        self._gateway = gateway
        self.enabled = enabled
        self._wake = wake
        self._wake_worker = wake_worker

    # ── the driver ───────────────────────────────────────────────────────────────────────────────────────────────

    async def begin(self, driver_id: DriverId, charge_id: ChargeId | None = None) -> Talk:
        """From now on what this driver writes goes to the agents; an open ticket is gone on with."""
        now = self._clock.now()

        def work(uow: UnitOfWork) -> Talk:
            ticket = _ticket_for(uow, driver_id, charge_id, now, self._pace)
            driver = uow.drivers.get(driver_id)
            if driver is not None and driver.talk != ticket.id:
                uow.drivers.save(replace(driver, talk=ticket.id))
                say(uow, ticket, Way.TO_AGENTS, "came", now)
            return Talk(ticket, uow.tickets.before(ticket.id))

        talk = await self._db.write(work)
        self._moved()
        return talk

    async def end(self, driver_id: DriverId) -> None:
        """The driver's messages mean again what they always mean; the ticket stays with the agents."""
        now = self._clock.now()

        def work(uow: UnitOfWork) -> None:
            driver = uow.drivers.get(driver_id)
            if driver is None or not driver.talk:
                return
            uow.drivers.save(replace(driver, talk=0))
            ticket = uow.tickets.get(driver.talk)
            if ticket is not None and ticket.open:
                say(uow, ticket, Way.TO_AGENTS, "left", now)

        await self._db.write(work)
        self._moved()

    async def hear(self, driver_id: DriverId, said: Said) -> bool:
        """Pass a driver's message on to the agents; False when the talk is over.

        Raises:
            Refused: TOO_MANY_REQUESTS, beyond MOST_A_MINUTE.

        """
        now = self._clock.now()

        def work(uow: UnitOfWork) -> bool:
            driver = uow.drivers.get(driver_id)
            ticket = uow.tickets.get(driver.talk) if driver is not None and driver.talk else None
            if ticket is None or not ticket.open or ticket.driver_id != driver_id:
                if driver is not None and driver.talk:
                    uow.drivers.save(replace(driver, talk=0))
                return False
            if uow.attempts.count(f"talk by {driver_id}", now - timedelta(minutes=1)) >= MOST_A_MINUTE:
                raise Refused(Why.TOO_MANY_REQUESTS, limit=MOST_A_MINUTE)
            if uow.tickets.pass_on(_copy(ticket, Way.TO_AGENTS, said, now), said.key):
                uow.attempts.add(f"talk by {driver_id}", now)
                _save(uow, ticket, tickets.driver_wrote(ticket))
            return True

        heard = await self._db.write(work)
        self._moved()
        return heard

    async def edited(self, said: Said, text: str, entities: str, *, caption: bool) -> None:
        """A message was changed: so is its copy, if there is one."""
        now = self._clock.now()

        def work(uow: UnitOfWork) -> None:
            copied = uow.tickets.copy_of(said.chat_id, said.message_id)
            if copied is not None:
                edit = replace(
                    copied, kind=Kind.EDIT, made_at=now, text=text, entities=entities, caption=caption, sent_id=0
                )
                uow.tickets.pass_on(edit, said.key)

        await self._db.write(work)
        self._moved()

    # ── the agents ───────────────────────────────────────────────────────────────────────────────────────────────

    async def answer(self, topic_id: int, agent: Agent, said: Said) -> Ticket | None:
        """Pass an agent's message on to the driver of this topic; None where no driver is, a closed one is not told."""
        now = self._clock.now()

        def work(uow: UnitOfWork) -> Ticket | None:
            ticket = uow.tickets.by_topic(said.chat_id, topic_id)
            if ticket is None or not ticket.open:
                return ticket
            after = tickets.agent_wrote(ticket, agent)
            driver = uow.drivers.get(ticket.driver_id)
            if driver is not None and driver.talk != ticket.id:
                uow.drivers.save(replace(driver, talk=ticket.id))
                say(uow, ticket, Way.TO_DRIVER, "contact", now, agent.name, said.key)
            elif ticket.unclaimed:
                say(uow, ticket, Way.TO_DRIVER, "with_you", now, agent.name)
            uow.tickets.pass_on(_copy(ticket, Way.TO_DRIVER, said, now), said.key)
            _save(uow, ticket, after)
            return after

        ticket = await self._db.write(work)
        self._moved()
        return ticket

    async def claim(self, ticket_id: int, topic: tuple[int, int], agent: Agent) -> Ticket:
        """Take it on; gives it as it is then, perhaps another agent's.

        Raises:
            Refused: NOT_YOURS, when this is not the topic of that ticket.

        """
        now = self._clock.now()

        def work(uow: UnitOfWork) -> Ticket:
            ticket = _in(uow, ticket_id, topic)
            after = tickets.claimed(ticket, agent)
            if after != ticket:
                say(uow, ticket, Way.TO_DRIVER, "with_you", now, agent.name)
                _note(uow, ticket, agent, "claim", now)
            return _save(uow, ticket, after)

        return await self._write(work)

    async def escalate(self, ticket_id: int, topic: tuple[int, int], agent: Agent) -> Ticket:
        """Call for more help; raises as `claim`."""
        now = self._clock.now()

        def work(uow: UnitOfWork) -> Ticket:
            ticket = _in(uow, ticket_id, topic)
            _note(uow, ticket, agent, "escalate", now)
            say(uow, ticket, Way.TO_DRIVER, "escalated", now, agent.name)
            return _save(uow, ticket, tickets.escalated(ticket))

        return await self._write(work)

    async def close(self, ticket_id: int, topic: tuple[int, int], agent: Agent) -> Ticket:
        """It is done: the driver is told and asked how it was; raises as `claim`."""
        now = self._clock.now()

        def work(uow: UnitOfWork) -> Ticket:
            ticket = _in(uow, ticket_id, topic)
            if not ticket.open:
                return ticket
            driver = uow.drivers.get(ticket.driver_id)
            if driver is not None and driver.talk == ticket.id:
                uow.drivers.save(replace(driver, talk=0))
                say(uow, ticket, Way.TO_DRIVER, "closed", now)
            _note(uow, ticket, agent, "close", now)
            uow.jobs.drop(JobKind.TICKET, str(ticket.id))
            return _save(uow, ticket, tickets.closed(ticket, now))

        return await self._write(work)

    async def reopen(self, ticket_id: int, topic: tuple[int, int], agent: Agent) -> Ticket:
        """It is not done after all; raises as `claim`."""
        now = self._clock.now()

        def work(uow: UnitOfWork) -> Ticket:
            ticket = _in(uow, ticket_id, topic)
            if not ticket.open:
                _note(uow, ticket, agent, "reopen", now)
            return _save(uow, ticket, tickets.claimed(tickets.reopened(ticket), agent))

        return await self._write(work)

    async def stop(self, ticket_id: int, topic: tuple[int, int], agent: Agent) -> None:
        """Stop the driver's charge, as they could themselves.

        Raises:
            Refused: NOT_YOURS as for `claim`; UNKNOWN_SESSION without a charge; FINISHED.

        """
        charge = await self._acts(ticket_id, topic, agent, "stop")
        await self._charging.stop(charge.driver_id, charge.id, By.AGENT)

    async def unlock(self, ticket_id: int, topic: tuple[int, int], agent: Agent) -> Why | None:
        """Ask the station to open the lock: what only people at a help desk may do. None: it accepted.

        Raises:
            Refused: as for `stop`.

        """
        charge = await self._acts(ticket_id, topic, agent, "unlock")
        try:
            answer = await self._gateway.unlock(charge)
        except PartnerError as error:
            return error.why
        return answer.why

    async def refresh(self, ticket_id: int, topic: tuple[int, int], agent: Agent) -> None:
        """Ask the operator how the charge is.

        Raises:
            Refused: as for `stop`.

        """
        charge = await self._acts(ticket_id, topic, agent, "refresh")
        await self._charging.read_back(charge)
        await self._db.write(lambda uow: _again(uow, ticket_id))
        self._moved()

    async def guide(self, ticket_id: int, topic: tuple[int, int], agent: Agent, letter: str) -> None:
        """Send the driver the help card A, B or C; raises as `claim`."""
        now = self._clock.now()

        def work(uow: UnitOfWork) -> None:
            ticket = _in(uow, ticket_id, topic)
            _note(uow, ticket, agent, f"guide {letter}", now)
            say(uow, ticket, Way.TO_DRIVER, f"guide_{letter}", now, key=now.isoformat())

        await self._db.write(work)
        self._moved()

    async def at(self, chat_id: int, topic_id: int) -> Ticket | None:
        """The ticket of this topic."""
        return await self._db.read(lambda uow: uow.tickets.by_topic(chat_id, topic_id))

    async def leave_old(self) -> None:
        """What opened long before there was a group for it gets no topic; `chargebot tickets` lists it."""
        now = self._clock.now()

        def work(uow: UnitOfWork) -> None:
            for ticket in uow.tickets.to_show(MOST_OLD):
                if not ticket.topic_id and now - ticket.opened_at > LONG_AGO:
                    uow.tickets.save(replace(ticket, shown=ticket.version))

        await self._db.write(work)

    async def remind(self, ticket_id: int, attempt: int) -> datetime | None:
        """Nobody has answered: say so on both sides; give when to do so again."""
        if not self.enabled:
            return None
        now = self._clock.now()

        def work(uow: UnitOfWork) -> datetime | None:
            ticket = uow.tickets.get(ticket_id)
            if ticket is None or not ticket.unclaimed:
                return None
            last = attempt > 0
            say(uow, ticket, Way.TO_AGENTS, "unanswered_long" if last else "unanswered", now, key=str(attempt))
            driver = uow.drivers.get(ticket.driver_id)
            if driver is not None and driver.talk == ticket.id:
                say(uow, ticket, Way.TO_DRIVER, "slow", now, key=str(attempt))
            charge = uow.charges.get(ticket.charge_id) if ticket.charge_id else None
            if last and charge is not None and charge.open:
                _save(uow, ticket, tickets.escalated(ticket))
            return None if last else ticket.opened_at + self._pace.unanswered(1)

        due = await self._db.write(work)
        self._moved()
        return due

    async def _acts(self, ticket_id: int, topic: tuple[int, int], agent: Agent, verb: str) -> Charge:
        """Write down what an agent is about to do to a charge, and tell its driver."""
        now = self._clock.now()

        def work(uow: UnitOfWork) -> Charge:
            ticket = _in(uow, ticket_id, topic)
            charge = uow.charges.get(ticket.charge_id) if ticket.charge_id else None
            if charge is None or charge.driver_id != ticket.driver_id:
                raise Refused(Why.UNKNOWN_SESSION)
            if verb == "stop" and charge.state in OVER:
                raise Refused(Why.FINISHED)
            _note(uow, ticket, agent, verb, now)
            say(uow, ticket, Way.TO_DRIVER, verb, now, agent.name, key=now.isoformat())
            return charge

        charge = await self._db.write(work)
        self._moved()
        return charge

    async def _write(self, work: Callable[[UnitOfWork], Ticket]) -> Ticket:
        ticket = await self._db.write(work)
        self._moved()
        return ticket

    def _moved(self) -> None:
        self._wake()
        self._wake_worker()


def _ticket_for(uow: UnitOfWork, driver_id: DriverId, charge_id: ChargeId | None, now: datetime, pace: Pace) -> Ticket:
    charge = uow.charges.get(charge_id) if charge_id else uow.charges.claimed_by(driver_id)
    mine = charge.id if charge is not None and charge.driver_id == driver_id else None
    there = uow.tickets.open_of(driver_id)
    known = next((one for one in there if one.charge_id == mine), None) or next(iter(there), None)
    if known is not None:
        return known
    ticket = open_ticket(uow, driver_id, Cause.ASKED, mine, now, pace)
    if charge is not None and mine:
        uow.charges.save(noted(charge, Fact(now, By.DRIVER, What.SUPPORT_ASKED)))
    return ticket


def _in(uow: UnitOfWork, ticket_id: int, topic: tuple[int, int]) -> Ticket:
    """The ticket, acted on where it is: in its own topic of its own group."""
    ticket = uow.tickets.get(ticket_id)
    if ticket is None or (ticket.chat_id, ticket.topic_id) != topic:
        raise Refused(Why.NOT_YOURS)
    return ticket


def _save(uow: UnitOfWork, before: Ticket, after: Ticket) -> Ticket:
    if after != before:
        uow.tickets.save(after)
    return after


def _again(uow: UnitOfWork, ticket_id: int) -> None:
    """Have the topic's first message written anew."""
    if ticket := uow.tickets.get(ticket_id):
        uow.tickets.save(replace(ticket, version=ticket.version + 1))


def _copy(ticket: Ticket, way: Way, said: Said, now: datetime) -> Relay:
    return Relay(ticket.id, ticket.driver_id, way, Kind.COPY, now, said.chat_id, said.message_id)


def _note(uow: UnitOfWork, ticket: Ticket, agent: Agent, verb: str, now: datetime) -> None:
    """Into the timeline of the charge, by first name; who it was exactly is in the log."""
    log.info("ticket %d: agent %d does %s", ticket.id, agent.id, verb)
    charge = uow.charges.get(ticket.charge_id) if ticket.charge_id else None
    if charge is not None and charge.state is not State.NEW:
        uow.charges.save(noted(charge, Fact(now, By.AGENT, What.AGENT_ACTED, f"{agent.name}: {verb}")))
