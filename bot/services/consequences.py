"""What follows when a charge moves: the jobs to do and the words a driver must hear, in the same transaction.

Written once, so that a push, a pull, a press and the clock can never leave different things behind.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Final

from bot.domain import charge as charges
from bot.domain.charge import FAILED_TO_START, OVER, RUNNING, Charge, State, What
from bot.domain.pace import Pace
from bot.domain.session import Session, SessionKey, SessionStatus
from bot.ports import Card, JobKind, Lane, Notice, UnitOfWork
from bot.services import escalations
from bot.services.watching import attend

EVENTS: Final[Mapping[What, tuple[str, Lane]]] = {
    What.LIMIT_REACHED: ("limit", Lane.START),
    What.NO_ENERGY: ("no_energy", Lane.STOP),
    What.INTERRUPTED: ("interrupted", Lane.STOP),
    What.PAUSED: ("paused", Lane.START),
    What.FULL: ("full", Lane.START),
    What.FEE_SOON: ("fee_soon", Lane.STOP),
    What.FEE_RUNNING: ("fee_running", Lane.STOP),
    What.NEIGHBOUR: ("neighbour", Lane.STOP),
    What.UNPLUG_REMINDED: ("unplug_again", Lane.STOP),
}
"""What is a new message each time that it comes onto the timeline; `detail` goes with it."""


def follow(
    uow: UnitOfWork, before: Charge, after: Charge, now: datetime, pace: Pace, session: Session | None = None
) -> Charge:
    """Store `after` with all that follows from the step (`session`: just heard); give the charge as stored."""
    after = attend(uow, before, after, now, pace, session)
    if after == before and not after.news:
        return before
    after = _tell(uow, before, after, now, pace)
    uow.charges.save(after)
    _plan(uow, before, after, now, pace)
    escalations.watch(uow, after, now, pace)
    return after


def second(uow: UnitOfWork, charge: Charge, key: SessionKey, now: datetime) -> Charge:
    """The charge of another session of the same start, made when there is none yet."""
    made = charges.second(charge, key, now)
    known = uow.charges.get(made.id)
    if known is None:
        uow.charges.add(replace(made, news=()))
        uow.cards.save(Card(made.id, chat_id=made.driver_id, message_id=0))
    return known or made


def _plan(uow: UnitOfWork, before: Charge, after: Charge, now: datetime, pace: Pace) -> None:
    if after.state is not before.state:
        _plan_state(uow, after, now, pace)
    elif after.state in FAILED_TO_START and after.session_key is not None and before.session_key is None:
        uow.jobs.put(JobKind.RESOLVE, after.id, now + pace.read_back(0))
    if after.care.look_at is not None and after.care.look_at != before.care.look_at:
        uow.jobs.put(JobKind.GUARD, after.id, after.care.look_at)
    if not after.stop_due or after.stop_possible_at is None:
        return
    if before.stop_possible_at is None:
        uow.jobs.put(JobKind.STOP, after.id, now)
    word_at = after.next_word_at(pace)
    if word_at is not None and word_at != before.next_word_at(pace):
        uow.jobs.put(JobKind.STAGE, after.id, word_at)


def _plan_state(uow: UnitOfWork, after: Charge, now: datetime, pace: Pace) -> None:
    match after.state:
        case State.FENCED:
            uow.jobs.put(JobKind.RESOLVE, after.id, now + pace.read_back(0))
            uow.jobs.put(JobKind.STAGE, after.id, after.made_at + pace.stages[0])
        case State.CHARGING | State.STOPPING:
            uow.jobs.put(JobKind.WATCH, after.id, now + pace.quiet(stopping=after.state is State.STOPPING))
        case State.ENDED:
            uow.jobs.put(JobKind.BILL, after.id, now + pace.bill(0))
    if after.state in RUNNING | OVER:
        uow.jobs.drop(JobKind.RESOLVE, after.id)
    if after.state in OVER:
        for kind in (JobKind.STAGE, JobKind.STOP, JobKind.WATCH):
            uow.jobs.drop(kind, after.id)


def _tell(uow: UnitOfWork, before: Charge, after: Charge, now: datetime, pace: Pace) -> Charge:
    """The live card shows every step silently; a new message comes only for what the driver may have to act on."""
    new = {fact.what for fact in after.news}
    if What.SECOND_SESSION in new:
        _notice(uow, after, "second_session", Lane.STOP, now)
    elif What.SWIPED in new and after.state in RUNNING:
        _notice(uow, after, "swiped", Lane.STOP, now)
    elif What.SESSION_ACTIVE in new and (after.late or now - after.made_at >= pace.buzz_when_started):
        against = after.late or after.stop_wanted_at is not None
        _notice(uow, after, "started_late" if against else "started", Lane.START, now)
    if What.OTHER_CONNECTOR in new:
        _notice(uow, after, "other_connector", Lane.STOP, now)
    if What.UNCONFIRMED in new:
        _notice(uow, after, "unconfirmed", Lane.START, now)
    if What.STAYS_ON in new:
        _notice(uow, after, "stays_on", Lane.STOP, now)
    for fact in after.news:
        if fact.what in EVENTS:
            kind, lane = EVENTS[fact.what]
            _notice(uow, after, kind, lane, now, fact.detail)
    if _unplug_due(before, after, new):
        _notice(uow, after, "unplug", Lane.STOP, now)
        after = charges.unplug_told(after, now)
    return after


def _unplug_due(before: Charge, after: Charge, new: set[What]) -> bool:
    """Said once: when the stop is accepted, or else when the session ends by itself."""
    if after.unplug_told or after.started_at is None:
        return False
    ended = after.state in OVER and before.state not in OVER
    ran = before.state in RUNNING or after.session_status is not SessionStatus.INVALID
    return (What.STOP_ANSWERED in new and after.stop_accepted) or (ended and ran)


def _notice(uow: UnitOfWork, charge: Charge, kind: str, lane: Lane, now: datetime, detail: str = "") -> None:
    uow.notices.add(Notice(charge.driver_id, kind, lane, now, charge.id, {"detail": detail} if detail else {}))
