"""The charge: what is true about car, station and money. This file is the only place where its state changes.

NEW ─ fence ─▶ FENCED ─ session ─▶ CHARGING ─ stop ─▶ STOPPING ─ session ends ─▶ ENDED ─ bill ─▶ BILLED
REFUSED and UNCONFIRMED stay open to a late session: an operator that said no, or nothing, may still start.
Every function takes a charge and a fact and gives the charge that follows; what happened is added to `news`,
which the store appends to the charge's timeline. The words it is told in live beside it: states, timeline, place.
"""

from dataclasses import replace
from datetime import datetime
from uuid import UUID, uuid5

from bot.domain.charge_record import Charge, noted
from bot.domain.errors import Refused, Why
from bot.domain.ids import ChargeId, TokenUid, folded, same
from bot.domain.pace import Pace
from bot.domain.place import Answer, Place
from bot.domain.session import Cdr, Session, SessionKey, SessionStatus
from bot.domain.states import (
    FAILED_TO_START,
    FINAL_NO,
    MOVES,
    NEVER_RAN,
    OVER,
    RUNNING,
    UNRESOLVED,
    Event,
    State,
)
from bot.domain.timeline import By, Fact, What

__all__ = [
    "FAILED_TO_START",
    "FINAL_NO",
    "MOVES",
    "NEVER_RAN",
    "OVER",
    "RUNNING",
    "UNRESOLVED",
    "Answer",
    "By",
    "Charge",
    "Event",
    "Fact",
    "Place",
    "State",
    "What",
]


def _move(charge: Charge, event: Event, fact: Fact | None = None, **changes: object) -> Charge:
    """Follow the table; an event without a move leaves the state, and keeps its other changes."""
    state = MOVES[charge.state].get(event, charge.state)
    return noted(charge, fact, state=state, **changes)


def begin(charge: Charge) -> Charge:
    """A press was accepted: the charge exists and nothing has been sent."""
    return replace(charge, news=(Fact(charge.made_at, By.DRIVER, What.PRESSED, charge.place.identifier),))


def fence(charge: Charge, now: datetime) -> Charge:
    """Promise never to send this start again; only a NEW charge can be fenced.

    Raises:
        Refused: FINISHED, when the charge is not NEW and so nothing may be sent.

    """
    if charge.state is not State.NEW:
        raise Refused(Why.FINISHED)
    return _move(charge, Event.FENCE, Fact(now, By.CHARGEBOT, What.FENCED), fenced_at=now)


def not_sent(charge: Charge, why: Why, now: datetime) -> Charge:
    """Provably nothing reached the operator."""
    return _refused(charge, Answer(why), Fact(now, By.CHARGEBOT, What.NOT_SENT, why.value))


def no_answer(charge: Charge, now: datetime) -> Charge:
    """The operator may or may not have the start: only reading back can tell."""
    return noted(charge, Fact(now, By.OPERATOR, What.NO_ANSWER))


def answered(charge: Charge, answer: Answer, now: datetime) -> Charge:
    """The operator's immediate answer to the start; a no is believed, and a late session is still adopted."""
    fact = Fact(now, By.OPERATOR, What.ANSWERED, _said(answer))
    if answer.why is None:
        return noted(charge, fact, answer=answer)
    return _refused(charge, answer, fact, answer=answer)


def result(charge: Charge, answer: Answer, now: datetime) -> Charge:
    """The operator's later result of the start: a hint. Results after the first are only written down."""
    fact = Fact(now, By.OPERATOR, What.RESULT, _said(answer))
    if charge.result == answer:
        return charge
    charge = _surely_sent(charge, now)
    if charge.result is not None or charge.state is not State.FENCED:
        return replace(charge, result=charge.result or answer, news=(*charge.news, fact))
    if answer.why in FINAL_NO:
        return _refused(charge, answer, fact, result=answer)
    return noted(charge, fact, result=answer)


def _refused(charge: Charge, no: Answer, fact: Fact, **changes: object) -> Charge:
    """Believe a no, unless a session is there to decide."""
    if Event.REFUSE not in MOVES[charge.state] or charge.session_key is not None:
        return noted(charge, fact, **changes)
    return _move(charge, Event.REFUSE, fact, why=no.why, operator_message=no.message, **changes)


def _surely_sent(charge: Charge, now: datetime) -> Charge:
    """What only a start can cause proves that it was sent, even to a memory restored from before that."""
    return fence(charge, now) if charge.state is State.NEW else charge


def _said(answer: Answer) -> str:
    return f"{answer.why.value if answer.why else 'accepted'} {answer.message}".strip()


def give_up(charge: Charge, pace: Pace, now: datetime) -> Charge:
    """The window is over: a no becomes REFUSED, silence UNCONFIRMED; a pending session is waited for longer."""
    if charge.state is not State.FENCED:
        return charge
    end = charge.window_end(pace)
    if charge.session_key is not None:
        end = (charge.fenced_at or charge.made_at) + pace.watch_unconfirmed
    if now < end:
        return charge
    if charge.result is not None and charge.result.why is Why.FAILED and charge.session_key is None:
        return _refused(charge, charge.result, Fact(now, By.CHARGEBOT, What.REFUSED, Why.FAILED.value))
    noes = (said.why for said in (charge.result, charge.answer) if said and said.why)
    return _move(charge, Event.GIVE_UP, Fact(now, By.CHARGEBOT, What.UNCONFIRMED), why=next(noes, Why.NO_ANSWER))


def heard(charge: Charge, session: Session, now: datetime) -> Charge:
    """The operator showed its session: the truth about this charge, which it can end but never reopen."""
    if charge.state in OVER and not session.status.final:
        return charge
    told = charge.session_status is not None and charge.session_status.final
    charge = _adopt(_surely_sent(charge, now), session, now)
    match session.status:
        case SessionStatus.ACTIVE:
            return _running(charge, session, now)
        case SessionStatus.COMPLETED | SessionStatus.INVALID:
            return _finished(charge, session, now, told=told)
        case _:
            return noted(charge)


def follows(charge: Charge, session: Session) -> bool:
    """Whether this session is the charge's own; one that never ran gives way to one that does."""
    if charge.session_key is None or charge.session_key.names(session.key):
        return True
    return charge.session_status in NEVER_RAN and session.status.ran and charge.state not in OVER


def second(charge: Charge, key: SessionKey, now: datetime) -> Charge:
    """A charge for another running session of the same start: shown, stopped and billed by itself, claiming nothing.

    Its id follows from the session, so that it is made once; no start is ever sent with it.
    """
    made_of = uuid5(UUID(charge.id), f"{key.party} {folded(key.id)}")
    return Charge(
        id=ChargeId(str(made_of)),
        driver_id=charge.driver_id,
        pass_number=charge.pass_number,
        contract_id=charge.contract_id,
        token_uid=TokenUid(made_of.hex),
        callback_secret=charge.callback_secret,
        place=charge.place,
        made_at=charge.made_at,
        state=State.FENCED,
        tariff=charge.tariff,
        fenced_at=charge.fenced_at,
        stop_wanted_at=charge.stop_wanted_at,
        late=True,
        news=(Fact(now, By.OPERATOR, What.SECOND_SESSION, charge.id),),
    )


def _adopt(charge: Charge, session: Session, now: datetime) -> Charge:
    if charge.session_key is None or not charge.session_key.names(session.key):
        charge = noted(charge, Fact(now, By.OPERATOR, What.SESSION_PENDING, session.key.id))
        if session.evse_uid and not same(session.evse_uid, charge.place.evse_uid):
            charge = noted(charge, Fact(now, By.OPERATOR, What.OTHER_CONNECTOR, session.evse_uid))
    return replace(
        charge,
        session_key=session.key,
        session_status=session.status,
        heard_at=now,
        started_at=session.start,
        stop_possible_at=charge.stop_possible_at or (now if charge.stop_wanted_at else None),
        late=charge.late or charge.state in FAILED_TO_START,
    )


def _running(charge: Charge, session: Session, now: datetime) -> Charge:
    if charge.state not in RUNNING:
        event = Event.RUN_UNWANTED if charge.stop_wanted_at else Event.RUN
        charge = _move(charge, event, Fact(now, By.OPERATOR, What.SESSION_ACTIVE))
        charge = replace(charge, care=replace(charge.care, running_at=now, moved_at=now))
    else:
        charge = noted(charge)
    if session.kwh > 0 and not charge.metered:
        charge = noted(charge, Fact(now, By.OPERATOR, What.FIRST_METER), metered=True)
    return charge


def _finished(charge: Charge, session: Session, now: datetime, *, told: bool) -> Charge:
    """`told` if the operator has said so before: an end that its bill has overtaken is noted all the same."""
    fact = Fact(
        now, By.OPERATOR, What.SESSION_INVALID if session.status is SessionStatus.INVALID else What.SESSION_ENDED
    )
    if charge.state in OVER:
        return noted(charge) if told else noted(charge, fact)
    return _move(charge, Event.FINISH, fact, ended_at=session.end or now)


def wish_to_stop(charge: Charge, now: datetime, by: By = By.DRIVER) -> Charge:
    """The driver wants it to end. Before the fence it simply never begins; afterwards the wish stays until the end.

    Raises:
        Refused: FINISHED, when it has ended already.

    """
    if charge.state in OVER:
        raise Refused(Why.FINISHED)
    fact = Fact(now, by, What.STOP_ASKED)
    if charge.stop_wanted_at is not None:
        return charge
    if charge.state is State.NEW:
        return _move(charge, Event.REFUSE, fact, why=Why.CANCELLED, stop_wanted_at=now)
    return _move(charge, Event.STOP, fact, stop_wanted_at=now, stop_possible_at=now if charge.session_key else None)


def stop_attempt(charge: Charge, now: datetime) -> Charge:
    """A stop is about to be sent (stops are safe to repeat)."""
    return replace(charge, stop_tries=charge.stop_tries + 1, stop_sent_at=now)


def stop_answered(charge: Charge, answer: Answer | None, now: datetime, failure: Why = Why.NO_ANSWER) -> Charge:
    """The operator's answer to a stop, or None for none and why: never proof that it stopped."""
    if answer is None:
        return noted(charge, Fact(now, By.OPERATOR, What.STOP_NO_ANSWER, failure.value))
    fact = Fact(now, By.OPERATOR, What.STOP_ANSWERED, _said(answer))
    return noted(charge, fact, stop_answer=answer)


def stop_result(charge: Charge, answer: Answer, now: datetime) -> Charge:
    return noted(charge, Fact(now, By.OPERATOR, What.STOP_RESULT, _said(answer)), stop_answer=answer)


def forgotten(charge: Charge, pace: Pace, now: datetime) -> Charge:
    """The operator knows no such session, asked to stop it and in its list: after a while of that, it is over."""
    if not charge.stop_due or charge.session_key is None or now - (charge.heard_at or now) < pace.forgotten:
        return charge
    return _move(charge, Event.FINISH, Fact(now, By.OPERATOR, What.SESSION_FORGOTTEN), ended_at=now)


def unplug_told(charge: Charge, now: datetime) -> Charge:
    fact = Fact(now, By.CHARGEBOT, What.UNPLUG_TOLD)
    return replace(charge, unplug_told=True, news=(*charge.news, fact))


def waited(charge: Charge, pace: Pace, now: datetime) -> Charge:
    """The waiting driver reads the next sentence when it is time for it, or what to do when a stop does not take."""
    due = charge.next_word_at(pace)
    if due is None or now < due:
        return charge
    if charge.stop_due and charge.stop_possible_at is not None:
        return noted(charge, Fact(now, By.CHARGEBOT, What.STAYS_ON), stays_on_told=True)
    return noted(charge, stage=sum(now - charge.made_at >= stage for stage in pace.stages))


def still_quiet(charge: Charge, heard_at: datetime | None) -> Charge:
    """Nothing new came since `heard_at`: the age of the data on the card must be told anew."""
    return noted(charge) if charge.heard_at == heard_at else charge


def still_unbilled(charge: Charge) -> Charge:
    """No bill has come: what the card says of that must be told anew."""
    return noted(charge)


def billed(charge: Charge, cdr: Cdr, now: datetime) -> Charge:
    """The operator's record arrived: it closes the charge whatever was known before. Corrections change no state."""
    fact = Fact(now, By.OPERATOR, What.BILLED, f"{cdr.id} {cdr.currency}")
    if cdr.session_id is not None and (charge.session_key is None or charge.session_status in NEVER_RAN):
        charge = replace(charge, session_key=SessionKey(cdr.partner_id, cdr.party, cdr.session_id))
    return _move(
        _surely_sent(charge, now),
        Event.BILL,
        fact,
        ended_at=charge.ended_at or cdr.end,
        started_at=charge.started_at or cdr.start,
    )
