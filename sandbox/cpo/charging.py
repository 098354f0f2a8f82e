"""A session from the start command to the CDR: what the charge points do, on the injected clock.

It decides and tells a `Wire`; it knows no HTTP and no JSON.
"""

import random
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Protocol

from sandbox.cpo import metering, records, stations
from sandbox.cpo.clock import Bell, Clock
from sandbox.cpo.crew import Crew
from sandbox.cpo.faults import SESSION_LONG, START_RESULTS, STOP_RESULTS
from sandbox.cpo.physics import Car
from sandbox.cpo.pricing import next_change
from sandbox.cpo.records import Cdr, Command, Period, Records, Session
from sandbox.cpo.stations import City, Connector, Evse, Location, Plug, later, to_millisecond
from sandbox.cpo.tariffs import TARIFFS

_EARLY = timedelta(milliseconds=100)
_TOO_MUCH = Decimal("2.00")
_LONG = 3600


class Wire(Protocol):
    """Whom the charge points tell. Nothing here waits for an answer, and telling one session's news keeps its order."""

    def result(self, command: Command, result: str, lane: str) -> None: ...
    def session_opened(self, session: Session) -> None: ...
    def session_changed(self, session: Session, fields: tuple[str, ...], periods: list[Period]) -> None: ...
    def evse_changed(self, location: Location, evse: Evse) -> None: ...
    def cdr_made(self, cdr: Cdr) -> None: ...


@dataclass(frozen=True, slots=True)
class Pace:
    """Ranges of simulated seconds that things take; `plug_patience` alone is in the wire's seconds, as people are."""

    answer: tuple[float, float] = (0.01, 0.3)
    result: tuple[float, float] = (0.1, 3)
    activation: tuple[float, float] = (2, 6)
    meter: tuple[float, float] = (15, 60)
    parked: tuple[float, float] = (120, 300)
    stop: tuple[float, float] = (0.5, 2)
    cdr: tuple[float, float] = (2, 20)
    plug_patience: float = 60


@dataclass(frozen=True, slots=True)
class Order:
    """A start that the operator has passed on to a charge point."""

    location: Location
    evse: Evse
    connector: Connector
    partner_id: str
    cdr_token: dict[str, str]
    reference: str | None = None
    auth_method: str = "COMMAND"
    token_valid: bool = True
    command: Command | None = None


class Charging:
    def __init__(self, city: City, kept: Records, wire: Wire, clock: Clock, crew: Crew, dice: random.Random) -> None:
        self.pace = Pace()
        self._city = city
        self._kept = kept
        self._wire = wire
        self._clock = clock
        self._crew = crew
        self._dice = dice

    async def pause(self, seconds: tuple[float, float]) -> None:
        await self._clock.sleep(self._dice.uniform(*seconds))

    # What people do at the charge point.

    def plug_in(
        self, location: Location, evse: Evse, connector: Connector, car: Car, *, stranger: bool = False
    ) -> None:
        evse.plug = Plug(connector, car, stranger)
        if evse.busy_with is None:
            self._show(location, evse, evse.resting_status())
        evse.bell.ring()

    def pull_out(self, location: Location, evse: Evse) -> None:
        """Pulling the cable ends a session; the EVSE is free again."""
        self._end_session_at(evse, "The cable was pulled.")
        evse.plug = None
        if evse.busy_with is None:
            self._show(location, evse, evse.resting_status())

    def press_stop(self, evse: Evse) -> None:
        self._end_session_at(evse, "Stopped at the charge point.")

    def press_emergency(self, location: Location, evse: Evse) -> None:
        """Power off: the session ends and the EVSE stays INOPERATIVE until it is repaired."""
        self._end_session_at(evse, "Emergency stop.")
        self._show(location, evse, stations.INOPERATIVE)

    def repair(self, location: Location, evse: Evse) -> None:
        if evse.status in stations.BROKEN:
            evse.status = stations.AVAILABLE
            evse.status = evse.resting_status()
            self._tell_status(location, evse)

    # What the operator's back office asks of it.

    def start(self, order: Order) -> None:
        self._crew.start(self._start(order), f"start at {order.evse.uid}")

    def stop(self, command: Command, session: Session) -> None:
        self._crew.start(self._stop(command, session), f"stop {session.id}")

    def unlock(self, command: Command, evse: Evse) -> None:
        self._crew.start(self._unlock(command, evse), f"unlock {evse.uid}")

    async def _start(self, order: Order) -> None:
        await self.pause(self.pace.result)
        refusal = self._refusal(order)
        if refusal is not None:
            self._answer(order, refusal)
            return
        session_id = str(uuid.UUID(int=self._dice.getrandbits(128), version=4))
        order.evse.busy_with = session_id
        order.evse.bell = Bell()
        if await self._begins(order, session_id):
            await self._live(self._open(order, session_id))
        self._release(order.location, order.evse, session_id)

    def _refusal(self, order: Order) -> str | None:
        evse = order.evse
        if result := evse.faults.taken(START_RESULTS):
            return result
        if evse.status in stations.BROKEN:
            return "EVSE_INOPERATIVE"
        if evse.busy_with is not None or (evse.plug is not None and evse.plug.stranger):
            return "EVSE_OCCUPIED"
        if not order.token_valid:
            return "REJECTED"
        return "FAILED" if evse.plug_first and evse.plug is None else None

    async def _begins(self, order: Order, session_id: str) -> bool:
        """Answer the start as the EVSE's faults have it; False when no session may follow."""
        faults = order.evse.faults
        if faults.take("accepted_then_nothing"):
            return False
        if faults.take("no_session"):
            self._answer(order, "ACCEPTED", session_id)
            return False
        if fault := faults.take("timeout_then_session"):
            self._answer(order, "TIMEOUT", session_id)
            await self._clock.sleep_real(fault.seconds)
        elif fault := faults.take("late_session"):
            self._answer(order, "ACCEPTED", session_id)
            await self._clock.sleep_real(fault.seconds)
        elif not faults.take("no_result") and not faults.has("session_before_result"):
            self._answer(order, "ACCEPTED", session_id)
        return True

    def _open(self, order: Order, session_id: str) -> Session:
        now = to_millisecond(self._clock.now())
        faults = order.evse.faults
        session = Session(
            id=session_id,
            partner_id=order.partner_id,
            location=order.location,
            evse=order.evse,
            connector=order.connector,
            tariff=TARIFFS[order.connector.tariff_id],
            cdr_token=order.cdr_token,
            auth_method=order.auth_method,
            reference=order.reference,
            started=now,
            last_updated=now,
            oddities=frozenset(name for name in SESSION_LONG if faults.take(name)),
        )
        self._kept.sessions[session_id.casefold()] = session
        self._wire.session_opened(session)
        if order.command is not None:
            order.command.session_id = session_id
        if faults.take("session_before_result"):
            self._answer(order, "ACCEPTED", session_id)
        return session

    async def _live(self, session: Session) -> None:
        if session.odd("pending_forever"):
            await self._stopped(session)
        if not await self._plugged_in(session) or not await self._let_pass(session, self.pace.activation):
            session.status = records.INVALID
            self._tell(session, "status")
            return
        self._activate(session)
        while True:
            periods = metering.read(session, await self._next_reading(session), self._clock.simulated())
            if session.ending is not None:
                break
            self._tell(session, "kwh", "total_cost", periods=periods)
        self._complete(session, periods)
        self._release(session.location, session.evse, session.id)
        await self.pause(self.pace.cdr)
        if fault := session.evse.faults.take("late_cdr"):
            await self._clock.sleep_real(fault.seconds)
        self._make_cdrs(session)

    async def _stopped(self, session: Session) -> None:
        """Wait until somebody ends it."""
        while session.ending is None:
            await self._clock.sleep_real(_LONG, session.evse.bell)

    async def _plugged_in(self, session: Session) -> bool:
        evse = session.evse
        deadline = self._clock.now() + timedelta(seconds=self.pace.plug_patience)
        while evse.plug is None and session.ending is None:
            left = (deadline - self._clock.now()).total_seconds()
            if left <= 0:
                return False
            await self._clock.sleep_real(left, evse.bell)
        return session.ending is None

    async def _let_pass(self, session: Session, seconds: tuple[float, float]) -> bool:
        """Sleep; False when the session was ended meanwhile, or its car left."""
        until = self._clock.simulated() + self._dice.uniform(*seconds)
        while session.ending is None and (left := until - self._clock.simulated()) > 0:
            await self._clock.sleep(left, session.evse.bell)
        return session.ending is None and session.evse.plug is not None

    def _activate(self, session: Session) -> None:
        assert session.evse.plug is not None, "a session becomes active only with a car"
        session.plug = session.evse.plug
        session.connector = session.plug.connector
        session.tariff = TARIFFS[session.connector.tariff_id]
        session.status = records.ACTIVE
        session.started = session.read_at = to_millisecond(self._clock.now())
        session.read_simulated = self._clock.simulated()
        self._tell(session, "status", "start_date_time", "connector_id")
        self._show(session.location, session.evse, stations.CHARGING)

    async def _next_reading(self, session: Session) -> datetime:
        """Sleep until the meter is read again: at an interval, when something happens, or when the price changes."""
        parked = session.plug is not None and session.plug.car.full
        interval = self._dice.uniform(*(self.pace.parked if parked else self.pace.meter))
        change = next_change(session.tariff, session.read_at, session.started, session.location.time_zone)
        if change is not None:
            interval = min(interval, (change - self._clock.now()).total_seconds() * self._clock.speed)
        await self._clock.sleep(interval, session.evse.bell)
        now = to_millisecond(self._clock.now())
        return change if change is not None and now > change - _EARLY else max(now, session.read_at)

    def _complete(self, session: Session, periods: list[Period]) -> None:
        session.status = records.COMPLETED
        session.ended = session.read_at
        self._tell(session, "status", "end_date_time", "kwh", "total_cost", periods=periods)

    def _make_cdrs(self, session: Session) -> None:
        """One CDR, or as the faults have it a wrong one, its credit, and the right one."""
        wrong = session.odd("cdr_differs") or session.odd("credit_cdr")
        cdr = self._make_cdr(session, more=_TOO_MUCH if wrong else Decimal(0))
        if session.odd("credit_cdr"):
            self._make_cdr(session, credits_=cdr)
            self._make_cdr(session)

    def _make_cdr(self, session: Session, *, more: Decimal = Decimal(0), credits_: Cdr | None = None) -> Cdr:
        now = to_millisecond(self._clock.now())
        name = f"CDR-{session.id[:8]}-{len(self._kept.cdrs) + 1}"
        cdr = Cdr(name, session, session.merged(), session.bill(), now, more=more, credits=credits_)
        self._kept.cdrs[cdr.id.casefold()] = cdr
        self._wire.cdr_made(cdr)
        return cdr

    async def _stop(self, command: Command, session: Session) -> None:
        await self.pause(self.pace.result)
        faults = session.evse.faults
        over = not session.live() or session.ending is not None
        if refusal := "REJECTED" if over else faults.taken(STOP_RESULTS):
            self._wire.result(command, refusal, session.id)
            return
        if faults.take("stop_rejected_completes"):
            self._wire.result(command, "REJECTED", session.id)
            await self.pause(self.pace.stop)
            self._end(session, "Stopped by the provider.")
            return
        self._wire.result(command, "ACCEPTED", session.id)
        if not faults.take("stop_accepted_ignored_once"):
            await self.pause(self.pace.stop)
            self._end(session, "Stopped by the provider.")

    async def _unlock(self, command: Command, evse: Evse) -> None:
        await self.pause(self.pace.result)
        if evse.status in stations.BROKEN:
            self._wire.result(command, "FAILED", command.id)
            return
        self._wire.result(command, "ACCEPTED", command.id)
        self._end_session_at(evse, "The connector was unlocked.")

    def _end_session_at(self, evse: Evse, reason: str) -> None:
        session = self._kept.session(evse.busy_with or "")
        if session is not None:
            self._end(session, reason)

    @staticmethod
    def _end(session: Session, reason: str) -> None:
        if session.live() and session.ending is None:
            session.ending = reason
            session.evse.bell.ring()

    def _answer(self, order: Order, result: str, lane: str | None = None) -> None:
        if order.command is not None:
            self._wire.result(order.command, result, lane or order.command.id)

    def _tell(self, session: Session, *fields: str, periods: list[Period] | None = None) -> None:
        session.last_updated = later(session.last_updated, self._clock.now())
        self._wire.session_changed(session, fields, periods or [])

    def _release(self, location: Location, evse: Evse, session_id: str) -> None:
        if evse.busy_with == session_id:
            evse.busy_with = None
            self._show(location, evse, evse.resting_status())

    def _show(self, location: Location, evse: Evse, status: str) -> None:
        if evse.status != status:
            evse.status = status
            self._tell_status(location, evse)

    def _tell_status(self, location: Location, evse: Evse) -> None:
        self._city.touch(self._clock.now(), location, evse)
        self._wire.evse_changed(location, evse)
