"""All we know of one charge, and what follows from that alone: whom it keeps out, and how long it is waited for."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from bot.domain.catalogue import OwnFee
from bot.domain.errors import Why
from bot.domain.ids import ChargeId, DriverId, PassNumber, TokenUid
from bot.domain.pace import Pace
from bot.domain.place import Answer, Place
from bot.domain.session import SessionKey, SessionStatus
from bot.domain.states import OVER, UNRESOLVED, State
from bot.domain.tariffs.tariff import Tariff
from bot.domain.timeline import Fact
from bot.domain.watch.care import NOTHING_YET, Care


@dataclass(frozen=True, slots=True)
class Charge:
    """All we know of one charge.

    `heard_at` is when the operator last told us anything about the session; `version` grows with everything that a
    driver could see; `stop_possible_at` is when the wish to stop first had a session to name; `late` marks a session
    adopted after we had given up on it, `swiped` one that began with the physical pass; `business` is how the driver
    marks the charge. `tariff` and our own `fee` are what the driver saw and agreed to; one fee for one press.
    """

    id: ChargeId
    driver_id: DriverId
    pass_number: PassNumber
    contract_id: str
    token_uid: TokenUid
    callback_secret: str
    place: Place
    made_at: datetime
    state: State = State.NEW
    tariff: Tariff | None = None
    fee: OwnFee | None = None
    fenced_at: datetime | None = None
    answer: Answer | None = None
    result: Answer | None = None
    why: Why | None = None
    operator_message: str = ""
    session_key: SessionKey | None = None
    session_status: SessionStatus | None = None
    started_at: datetime | None = None
    heard_at: datetime | None = None
    metered: bool = False
    stop_wanted_at: datetime | None = None
    stop_possible_at: datetime | None = None
    stop_tries: int = 0
    stop_sent_at: datetime | None = None
    stop_answer: Answer | None = None
    stays_on_told: bool = False
    unplug_told: bool = False
    ended_at: datetime | None = None
    stage: int = 0
    late: bool = False
    care: Care = NOTHING_YET
    swiped: bool = False
    business: bool = False
    version: int = 1
    news: tuple[Fact, ...] = field(default=(), compare=False)

    @property
    def claims(self) -> bool:
        """Whether it keeps its driver and its charge point from another start."""
        return self.state in UNRESOLVED and not self.late and not self.swiped

    @property
    def open(self) -> bool:
        """Whether the car may be charging or may yet start: what a returning driver must see first."""
        return self.state in UNRESOLVED

    @property
    def stop_due(self) -> bool:
        """Whether a stop must go out as soon as there is a session to name."""
        return self.stop_wanted_at is not None and self.state not in OVER

    @property
    def stop_accepted(self) -> bool:
        """Whether the operator's last word on the stop was a yes, which is no proof that it stops."""
        return self.stop_answer is not None and self.stop_answer.why is None

    def window_end(self, pace: Pace) -> datetime:
        """When a start that nobody confirmed stops being waited for."""
        timeout = self.answer.timeout if self.answer and self.answer.timeout else timedelta()
        window = max(min(timeout, pace.longest_timeout), pace.least_window)
        return (self.fenced_at or self.made_at) + window + pace.extra_window

    def watch_end(self, pace: Pace) -> datetime:
        """Until when sessions are read back: a plain no is believed sooner than silence, or than a FAILED."""
        if self.state is State.REFUSED and self.why is not Why.FAILED and self.session_key is None:
            return self.window_end(pace)
        return (self.fenced_at or self.made_at) + pace.watch_unconfirmed

    def next_word_at(self, pace: Pace) -> datetime | None:
        """When the waiting driver must read something more, if nothing moves until then."""
        if self.stop_due and self.stop_possible_at is not None:
            patience = pace.stop_escalate(accepted=self.stop_accepted)
            calm = self.stays_on_told or self.care.says_stopped_at is not None
            return None if calm else self.stop_possible_at + patience
        if self.state is State.FENCED and self.stage < len(pace.stages):
            return self.made_at + pace.stages[self.stage]
        return None


def noted(charge: Charge, fact: Fact | None = None, **changes: object) -> Charge:
    """The charge with a fact more on its timeline and other changes that a driver may see; its state stays."""
    news = (*charge.news, fact) if fact else charge.news
    return replace(charge, version=charge.version + 1, news=news, **changes)  # type: ignore[arg-type]


def cared(charge: Charge, fact: Fact | None = None, **changes: object) -> Charge:
    """Likewise for what is looked after."""
    return noted(charge, fact, care=replace(charge.care, **changes))  # type: ignore[arg-type]
