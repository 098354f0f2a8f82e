"""An operator behind the port, in memory: it does what its script says and remembers all that reached it.

`starting`, `stopping` and `pulling` are scripts: what happens at the next calls, in order. A turn is an Answer (or
nothing, for a pull), an error to raise, or a coroutine function of the charge. When a script is used up, the usual
answer is given.
"""

from collections import Counter, deque
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import datetime
from typing import TypeVar

from bot.domain.charge import Answer, Charge
from bot.domain.driver import Pass, PassStatus
from bot.domain.errors import PartnerError
from bot.domain.ids import ChargeId, PartnerId
from bot.domain.reservation import Reservation
from bot.domain.session import Cdr, Session, SessionKey
from bot.domain.station import Station
from tests.fakes.clock import ManualClock

T = TypeVar("T")
Turn = Answer | BaseException | Callable[[Charge], Awaitable[Answer]] | None


class FakeGateway:
    """`listed` and `bills` are what a pull shows; `starts` and `stops` count what was sent, by charge and session."""

    def __init__(self, clock: ManualClock) -> None:
        self._clock = clock
        self.starting: deque[Turn] = deque()
        self.stopping: deque[Turn] = deque()
        self.pulling: deque[Turn] = deque()
        self.usual_start: Turn = Answer()
        self.usual_stop: Turn = Answer()
        self.token_error: PartnerError | None = None
        self.starts: Counter[ChargeId] = Counter()
        self.stops: Counter[SessionKey] = Counter()
        self.stopped_at: list[datetime] = []
        self.tokens: list[ChargeId] = []
        self.cards: list[tuple[PartnerId, str, PassStatus]] = []
        self.pulls: list[tuple[datetime, PartnerId, datetime]] = []
        self.bill_pulls: list[datetime] = []
        self.listed: dict[SessionKey, Session] = {}
        self.bills: list[Cdr] = []
        self.stations: dict[str, Station] = {}
        self.waiting = 0
        self.unlocked: list[ChargeId] = []
        self.reserved: list[Reservation] = []
        self.usual_answer = Answer()

    async def start(self, charge: Charge, language: str) -> Answer:
        self.starts[charge.id] += 1
        return await self._play(self.starting.popleft() if self.starting else self.usual_start, charge)

    async def stop(self, charge: Charge) -> Answer:
        assert charge.session_key is not None, "a stop must name a session"
        self.stops[charge.session_key] += 1
        self.stopped_at.append(self._clock.now())
        return await self._play(self.stopping.popleft() if self.stopping else self.usual_stop, charge)

    async def unlock(self, charge: Charge) -> Answer:
        self.unlocked.append(charge.id)
        return self.usual_answer

    async def reserve(self, reservation: Reservation, language: str) -> Answer:
        self.reserved.append(reservation)
        return self.usual_answer

    async def cancel_reservation(self, reservation: Reservation) -> Answer:
        self.reserved.remove(reservation)
        return self.usual_answer

    async def push_token(self, charge: Charge, language: str) -> None:
        self.tokens.append(charge.id)
        if self.token_error is not None:
            raise self.token_error

    async def push_card(self, partner_id: PartnerId, card: Pass, language: str) -> None:
        if self.token_error is not None:
            raise self.token_error
        self.cards.append((partner_id, card.uid, card.status))

    async def sessions(self, partner_id: PartnerId, since: datetime) -> AsyncIterator[Session]:
        self.pulls.append((self._clock.now(), partner_id, since))
        self._pull()
        for session in list(self.listed.values()):
            if session.key.partner_id == partner_id and session.last_updated >= since:
                yield session

    async def cdrs(self, partner_id: PartnerId, since: datetime) -> AsyncIterator[Cdr]:
        self.bill_pulls.append(self._clock.now())
        self._pull()
        for cdr in list(self.bills):
            if cdr.partner_id == partner_id and cdr.last_updated >= since:
                yield cdr

    async def refresh(self, station: Station) -> Station | None:
        self._pull()
        return self.stations.get(station.id)

    def list(self, *sessions: Session) -> None:
        """From now on a pull shows these as they are here."""
        self.listed |= {session.key: session for session in sessions}

    def late(self, seconds: float, turn: Turn) -> Turn:
        """The same turn, after so much time of the clock."""

        async def play(charge: Charge) -> Answer:
            self.waiting += 1
            try:
                await self._clock.sleep(seconds)
            finally:
                self.waiting -= 1
            return await self._play(turn, charge)

        return play

    def _pull(self) -> None:
        turn = self.pulling.popleft() if self.pulling else None
        if isinstance(turn, BaseException):
            raise turn

    async def _play(self, turn: Turn, charge: Charge) -> Answer:
        if isinstance(turn, BaseException):
            raise turn
        if isinstance(turn, Answer):
            return turn
        assert turn is not None
        return await turn(charge)
