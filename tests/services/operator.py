"""A pretend operator for the storm: it has a truth of its own, and says of it what, when and how often it likes."""

from dataclasses import dataclass, field, replace
from datetime import timedelta
from decimal import Decimal
from enum import StrEnum

from bot.domain.charge import Answer, Charge
from bot.domain.errors import NotSent, Unclear, Why
from bot.domain.ids import CdrId, SessionId
from bot.domain.session import Cdr, Session, SessionKey, SessionStatus
from tests.fakes.gateway import FakeGateway
from tests.samples import NEIGHBOUR, a_cdr
from tests.services.house import House, running

NEXT = {
    SessionStatus.PENDING: [SessionStatus.ACTIVE, SessionStatus.INVALID, SessionStatus.COMPLETED],
    SessionStatus.ACTIVE: [SessionStatus.ACTIVE, SessionStatus.COMPLETED, SessionStatus.INVALID],
}


class Mood(StrEnum):
    """How it answers a command."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"
    SILENT = "silent"
    AWAY = "away"  # nothing reaches it


class Naming(StrEnum):
    """How its sessions say whose they are."""

    BOTH = "both"
    TOKEN = "token"
    CAPITALS = "capitals"


@dataclass
class Operator:
    """`truth` is what a pull shows; `said` are all pictures it ever had, to be pushed in any order."""

    house: House
    gateway: FakeGateway
    skew: timedelta = timedelta()
    obeys: bool = True
    start_mood: Mood = Mood.YES
    stop_mood: Mood = Mood.YES
    reached: list[Charge] = field(default_factory=list)
    truth: dict[SessionKey, Session] = field(default_factory=dict)
    said: list[Session] = field(default_factory=list)
    bills: list[Cdr] = field(default_factory=list)
    opened: int = 0

    def __post_init__(self) -> None:
        self.gateway.usual_start = self._start
        self.gateway.usual_stop = self._stop

    async def _start(self, charge: Charge) -> Answer:
        if self.start_mood is Mood.AWAY:
            raise NotSent("refused")
        self.reached.append(charge)
        return self._answer(self.start_mood)

    async def _stop(self, charge: Charge) -> Answer:
        if self.stop_mood is Mood.AWAY:
            raise NotSent("refused")
        session = self.truth.get(charge.session_key) if charge.session_key else None
        if session is None:
            return Answer(Why.UNKNOWN_SESSION)
        if self.obeys and not session.status.final:
            ran = session.status is SessionStatus.ACTIVE
            self._show(replace(session, status=SessionStatus.COMPLETED if ran else SessionStatus.INVALID))
        return self._answer(self.stop_mood)

    def _answer(self, mood: Mood) -> Answer:
        match mood:
            case Mood.SILENT:
                raise Unclear("timeout")
            case Mood.NO:
                return Answer(Why.REJECTED)
            case Mood.UNKNOWN:
                return Answer(Why.UNKNOWN_SESSION)
        return Answer(timeout=timedelta(seconds=30))

    def begin(self, charge: Charge, status: SessionStatus, naming: Naming, *, elsewhere: bool) -> None:
        """Open a session for a start that reached us, whatever we answered to it."""
        self.opened += 1
        session = running(charge, status, f"S{self.opened}", start=self.house.clock.now())
        if naming is Naming.TOKEN:
            session = replace(session, reference=None)
        if naming is Naming.CAPITALS:
            session = replace(session, reference=charge.id.upper(), token_uid=None)
        self._show(replace(session, evse_uid=NEIGHBOUR) if elsewhere else session)

    def move(self, key: SessionKey, choice: int) -> None:
        session = self.truth[key]
        if later := NEXT.get(session.status):
            status = later[choice % len(later)]
            energy = Decimal(1) if status is SessionStatus.ACTIVE else Decimal(0)
            self._show(replace(session, status=status, kwh=session.kwh + energy))

    def forget(self, key: SessionKey) -> None:
        """Lose a session, as if it had never been."""
        del self.truth[key]
        self.gateway.listed.pop(key, None)
        self.said = [session for session in self.said if session.key != key]

    def bill(self, key: SessionKey) -> Cdr:
        """The bill of a session; equal each time it is asked for."""
        known = next((cdr for cdr in self.bills if cdr.session_id == key.id), None)
        if known is None:
            session = self.truth[key]
            known = a_cdr(
                id=CdrId(f"C-{key.id}"),
                session_id=SessionId(key.id),
                reference=session.reference,
                token_uid=session.token_uid,
                start=session.start,
                end=self.house.clock.now(),
                last_updated=self.house.clock.now() + self.skew,
            )
            self.bills.append(known)
        return known

    def come_to_rest(self) -> None:
        """From now on answer and obey as one should, and list everything."""
        self.start_mood = self.stop_mood = Mood.YES
        self.obeys = True
        self.gateway.pulling.clear()

    def end_all(self) -> None:
        for key, session in list(self.truth.items()):
            if not session.status.final:
                self._show(replace(session, status=NEXT[session.status][1]))
                assert self.truth[key].status.final

    def _show(self, session: Session) -> None:
        session = replace(session, last_updated=self.house.clock.now() + self.skew)
        self.truth[session.key] = session
        self.said.append(session)
        self.gateway.list(session)
