"""The charge by itself: every state meets every event, and each sentence of the promise that needs no memory."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from bot.domain import charge as charges
from bot.domain.charge import FINAL_NO, MOVES, OVER, RUNNING, Answer, By, Charge, Event, State, What
from bot.domain.errors import Refused, Why
from bot.domain.ids import CdrId
from bot.domain.pace import Pace
from bot.domain.session import SessionStatus
from tests.samples import NEIGHBOUR, a_cdr, a_charge, a_key, a_session, at, seconds

PACE = Pace()
ACCEPTED = Answer(timeout=seconds(30))
PENDING, ACTIVE, COMPLETED, INVALID = (
    SessionStatus.PENDING,
    SessionStatus.ACTIVE,
    SessionStatus.COMPLETED,
    SessionStatus.INVALID,
)


def stored(charge: Charge) -> Charge:
    """As it comes back from the store: its news are in the timeline."""
    return replace(charge, news=())


def whats(charge: Charge) -> list[What]:
    return [fact.what for fact in charge.news]


def new() -> Charge:
    return stored(a_charge())


def fenced() -> Charge:
    return stored(charges.fence(new(), at(1)))


def pending() -> Charge:
    return stored(charges.heard(fenced(), a_session(PENDING), at(4)))


def charging() -> Charge:
    return stored(charges.heard(fenced(), a_session(), at(6)))


def stopping() -> Charge:
    return stored(charges.wish_to_stop(charging(), at(60)))


def ended() -> Charge:
    return stored(charges.heard(charging(), a_session(COMPLETED, end=at(3605)), at(3610)))


def billed() -> Charge:
    return stored(charges.billed(ended(), a_cdr(), at(3700)))


def refused() -> Charge:
    return stored(charges.answered(fenced(), Answer(Why.REJECTED), at(2)))


def unconfirmed() -> Charge:
    return stored(charges.give_up(fenced(), PACE, at(200)))


EXAMPLES = {
    State.NEW: new,
    State.FENCED: fenced,
    State.CHARGING: charging,
    State.STOPPING: stopping,
    State.ENDED: ended,
    State.BILLED: billed,
    State.REFUSED: refused,
    State.UNCONFIRMED: unconfirmed,
}

N, F, C, S, E, B, R, U = State
OUTCOMES = {
    #                   NEW FENCED CHARGING STOPPING ENDED BILLED REFUSED UNCONFIRMED
    Event.FENCE:        (F, F, C, S, E, B, R, U),
    Event.REFUSE:       (R, R, C, S, E, B, R, U),
    Event.RUN:          (N, C, C, S, E, B, C, C),
    Event.RUN_UNWANTED: (N, S, C, S, E, B, S, S),
    Event.STOP:         (N, F, S, S, E, B, R, U),
    Event.FINISH:       (N, E, E, E, E, B, E, E),
    Event.GIVE_UP:      (N, U, C, S, E, B, R, U),
    Event.BILL:         (N, B, B, B, B, B, B, B),
}  # fmt: skip
RANK = {N: 0, F: 1, R: 2, U: 2, C: 3, S: 4, E: 5, B: 6}


def test_each_example_is_in_its_state():
    assert {state: example().state for state, example in EXAMPLES.items()} == {state: state for state in State}


@pytest.mark.parametrize("event", Event)
@pytest.mark.parametrize("state", State)
def test_every_state_and_event_has_its_outcome(state, event):
    assert MOVES[state].get(event, state) is OUTCOMES[event][list(State).index(state)]


def test_no_event_leads_backwards():
    for state, moves in MOVES.items():
        assert all(RANK[after] > RANK[state] for after in moves.values())


def walks(charge: Charge):
    """The charge after each public thing that can happen to it, by name."""
    yield "answered yes", charges.answered(charge, ACCEPTED, at(9000))
    yield "answered no", charges.answered(charge, Answer(Why.REJECTED), at(9000))
    yield "not sent", charges.not_sent(charge, Why.NOT_SENT, at(9000))
    yield "no answer", charges.no_answer(charge, at(9000))
    yield "result yes", charges.result(charge, Answer(message="ok"), at(9000))
    yield "result no", charges.result(charge, Answer(Why.EVSE_OCCUPIED), at(9000))
    yield "result failed", charges.result(charge, Answer(Why.FAILED), at(9000))
    yield "window over", charges.give_up(charge, PACE, at(9000))
    yield "pending", charges.heard(charge, a_session(PENDING, last_updated=at(9000)), at(9000))
    yield "active", charges.heard(charge, a_session(ACTIVE, last_updated=at(9000)), at(9000))
    yield "completed", charges.heard(charge, a_session(COMPLETED, last_updated=at(9000)), at(9000))
    yield "invalid", charges.heard(charge, a_session(INVALID, last_updated=at(9000)), at(9000))
    yield "stop tried", charges.stop_attempt(charge, at(9000))
    yield "stop yes", charges.stop_answered(charge, ACCEPTED, at(9000))
    yield "stop no", charges.stop_answered(charge, Answer(Why.REJECTED), at(9000))
    yield "stop silent", charges.stop_answered(charge, None, at(9000))
    yield "stop result", charges.stop_result(charge, Answer(Why.FAILED), at(9000))
    yield "forgotten", charges.forgotten(charge, PACE, at(9000))
    yield "waited", charges.waited(charge, PACE, at(9000))
    yield "unplug told", charges.unplug_told(charge, at(9000))
    yield "billed", charges.billed(charge, a_cdr(id=CdrId("C2")), at(9000))


WALKED = {
    #                NEW FENCED CHARGING STOPPING ENDED BILLED REFUSED UNCONFIRMED
    "answered no":   (R, R, C, S, E, B, R, U),
    "not sent":      (R, R, C, S, E, B, R, U),
    "result yes":    (F, F, C, S, E, B, R, U),
    "result no":     (R, R, C, S, E, B, R, U),
    "result failed": (F, F, C, S, E, B, R, U),
    "window over":   (N, U, C, S, E, B, R, U),
    "pending":       (F, F, C, S, E, B, R, U),
    "active":        (C, C, C, S, E, B, C, C),
    "completed":     (E, E, E, E, E, B, E, E),
    "invalid":       (E, E, E, E, E, B, E, E),
    "forgotten":     (N, F, C, E, E, B, R, U),
    "billed":        (B, B, B, B, B, B, B, B),
}  # fmt: skip


@pytest.mark.parametrize("state", State)
def test_every_thing_that_can_happen_has_a_stated_outcome_in_every_state(state):
    index = list(State).index(state)
    for name, after in walks(EXAMPLES[state]()):
        assert after.state is WALKED.get(name, tuple(State))[index], f"{state} after {name}"


@pytest.mark.parametrize("state", State)
def test_the_version_never_falls_and_grows_with_every_change_of_state(state):
    before = EXAMPLES[state]()
    for name, after in walks(before):
        assert after.version >= before.version, name
        assert after.state is before.state or after.version > before.version, name


# ── the start ────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_press_is_the_first_line_of_the_timeline():
    assert [(f.by, f.what, f.detail) for f in a_charge().news] == [(By.DRIVER, What.PRESSED, "NL*CIT*E201*1")]


@pytest.mark.parametrize("state", [state for state in State if state is not State.NEW])
def test_only_a_new_charge_can_be_fenced(state):
    with pytest.raises(Refused, match="finished"):
        charges.fence(EXAMPLES[state](), at(9))


def test_the_fence_writes_down_when():
    assert charges.fence(new(), at(1)).fenced_at == at(1)


def test_a_charge_claims_its_driver_and_connector_until_it_is_over_or_given_up():
    assert [state for state in State if EXAMPLES[state]().claims] == [N, F, C, S]


def test_a_no_is_told_with_the_operators_own_words():
    after = charges.answered(fenced(), Answer(Why.REJECTED, message="Card <only>"), at(2))
    assert (after.state, after.why, after.operator_message) == (State.REFUSED, Why.REJECTED, "Card <only>")


def test_an_accepted_start_is_not_yet_charging():
    assert charges.answered(fenced(), ACCEPTED, at(2)).state is State.FENCED


@pytest.mark.parametrize("why", sorted(FINAL_NO))
def test_a_result_after_which_no_station_starts_refuses_at_once(why):
    assert charges.result(fenced(), Answer(why), at(9)).state is State.REFUSED


@pytest.mark.parametrize("why", sorted({Why.FAILED, Why.TIMEOUT, Why.CANCELED_RESERVATION, Why.UNKNOWN_SESSION}))
def test_a_result_after_which_stations_have_been_seen_to_start_is_waited_for(why):
    assert charges.result(fenced(), Answer(why), at(9)).state is State.FENCED


def test_the_same_result_twice_is_nothing_new():
    once = stored(charges.result(fenced(), Answer(Why.FAILED), at(9)))
    assert charges.result(once, Answer(Why.FAILED), at(10)) is once


@pytest.mark.parametrize(("first", "then"), [(None, Why.FAILED), (Why.FAILED, None), (Why.TIMEOUT, Why.REJECTED)])
def test_of_contradicting_results_both_are_written_down_and_neither_moves_the_charge(first, then):
    after = charges.result(charges.result(fenced(), Answer(first), at(9)), Answer(then), at(10))
    assert after.state is State.FENCED
    assert whats(after) == [What.RESULT, What.RESULT]


def test_a_no_does_not_outweigh_a_session():
    assert charges.answered(charging(), Answer(Why.REJECTED), at(9)).state is State.CHARGING
    assert charges.answered(pending(), Answer(Why.REJECTED), at(9)).state is State.FENCED
    assert charges.result(pending(), Answer(Why.EVSE_OCCUPIED), at(9)).state is State.FENCED


@pytest.mark.parametrize(
    ("timeout", "window"),
    [(None, 120), (seconds(0), 120), (seconds(-5), 120), (seconds(30), 120), (seconds(90), 150), (timedelta.max, 660)],
)
def test_the_window_is_the_operators_timeout_at_least_a_minute_at_most_ten_and_a_minute_more(timeout, window):
    asked = charges.answered(fenced(), Answer(timeout=timeout), at(2))
    assert asked.window_end(PACE) == at(1 + window)
    assert charges.give_up(asked, PACE, at(window)).state is State.FENCED
    assert charges.give_up(asked, PACE, at(1 + window)).state is State.UNCONFIRMED


@pytest.mark.parametrize(
    ("answer", "result", "state", "why"),
    [
        (None, None, State.UNCONFIRMED, Why.NO_ANSWER),
        (ACCEPTED, None, State.UNCONFIRMED, Why.NO_ANSWER),
        (ACCEPTED, Answer(), State.UNCONFIRMED, Why.NO_ANSWER),
        (ACCEPTED, Answer(Why.TIMEOUT), State.UNCONFIRMED, Why.TIMEOUT),
        (ACCEPTED, Answer(Why.FAILED, message="relay"), State.REFUSED, Why.FAILED),
    ],
)
def test_at_the_end_of_the_window_silence_is_unconfirmed_and_a_failure_is_a_no(answer, result, state, why):
    charge = replace(fenced(), answer=answer, result=result)
    after = charges.give_up(charge, PACE, at(121))
    assert (after.state, after.why) == (state, why)


def test_a_pending_session_is_waited_for_a_day_and_then_unconfirmed():
    assert charges.give_up(pending(), PACE, at(24 * 3600)).state is State.FENCED
    assert charges.give_up(pending(), PACE, at(24 * 3600 + 1)).state is State.UNCONFIRMED


def test_a_plain_no_is_watched_for_its_window_and_silence_or_a_failure_for_a_day():
    failed = charges.give_up(replace(fenced(), result=Answer(Why.FAILED)), PACE, at(121))
    assert refused().watch_end(PACE) == at(121)
    assert failed.watch_end(PACE) == unconfirmed().watch_end(PACE) == at(1 + 24 * 3600)


# ── the session ──────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_session_before_any_answer_is_charging_at_once():
    assert whats(charges.heard(fenced(), a_session(), at(6))) == [What.SESSION_PENDING, What.SESSION_ACTIVE]


def test_a_pending_session_does_not_count_as_charging():
    assert pending().state is State.FENCED
    assert pending().session_key == a_key()


@pytest.mark.parametrize("given_up", [refused, unconfirmed])
def test_a_late_session_is_adopted_and_claims_nothing(given_up):
    after = charges.heard(given_up(), a_session(), at(500))
    assert (after.state, after.late, after.claims, after.open) == (State.CHARGING, True, False, True)


def test_a_session_that_was_pending_when_given_up_claims_nothing_when_it_runs_after_all():
    given_up = stored(charges.give_up(pending(), PACE, at(25 * 3600)))
    assert not charges.heard(given_up, a_session(), at(26 * 3600)).claims


def test_a_late_session_that_the_driver_cancelled_is_stopped():
    cancelled = charges.wish_to_stop(unconfirmed(), at(300))
    assert cancelled.state is State.UNCONFIRMED
    assert charges.heard(cancelled, a_session(), at(500)).state is State.STOPPING


def test_a_session_that_completed_before_we_heard_of_it_ends_the_charge():
    after = charges.heard(fenced(), a_session(COMPLETED, end=at(90)), at(100))
    assert (after.state, after.ended_at) == (State.ENDED, at(90))


def test_a_session_without_an_end_ends_when_we_hear_of_it():
    assert charges.heard(charging(), a_session(COMPLETED), at(100)).ended_at == at(100)


@pytest.mark.parametrize("over", [ended, billed])
@pytest.mark.parametrize("status", [PENDING, ACTIVE])
def test_nothing_reopens_a_charge_that_is_over(over, status):
    before = over()
    assert charges.heard(before, a_session(status, last_updated=at(9999)), at(9999)) is before


def test_the_last_word_of_a_session_may_still_come_after_its_end():
    after = charges.heard(ended(), a_session(INVALID), at(4000))
    assert (after.state, after.session_status) == (State.ENDED, INVALID)


def test_the_first_meter_reading_is_written_down_once():
    first = charges.heard(charging(), a_session(kwh=Decimal("0.1")), at(30))
    second = charges.heard(stored(first), a_session(kwh=Decimal("0.2")), at(60))
    assert whats(first) == [What.FIRST_METER]
    assert whats(second) == []
    assert second.version > first.version


def test_a_session_at_another_connector_is_adopted_and_named():
    after = charges.heard(fenced(), a_session(evse_uid=NEIGHBOUR), at(6))
    assert after.state is State.CHARGING
    assert [f.detail for f in after.news if f.what is What.OTHER_CONNECTOR] == [NEIGHBOUR]


def test_an_evse_in_other_letters_is_the_same_one():
    charge = replace(fenced(), place=replace(fenced().place, evse_uid="abc"))
    assert What.OTHER_CONNECTOR not in whats(charges.heard(charge, a_session(evse_uid="ABC"), at(6)))


def test_a_session_id_in_other_letters_is_the_same_session():
    running = stored(charges.heard(fenced(), a_session(key=a_key("abc")), at(6)))
    assert charges.follows(running, a_session(key=a_key("ABC")))
    assert whats(charges.heard(running, a_session(key=a_key("ABC")), at(7))) == []


def test_a_charge_follows_its_own_session_and_leaves_one_that_never_ran_for_one_that_does():
    other = a_session(key=a_key("S2"))
    assert charges.follows(fenced(), other)
    assert charges.follows(charging(), a_session())
    assert not charges.follows(charging(), other)
    assert charges.follows(pending(), other)
    assert not charges.follows(pending(), replace(other, status=PENDING))
    assert not charges.follows(replace(pending(), state=State.ENDED), other)
    assert charges.heard(pending(), other, at(9)).session_key == other.key


def test_a_second_session_gets_a_charge_of_its_own_that_can_be_stopped():
    second = charges.second(charging(), a_key("S2"), at(9))
    assert second.id == charges.second(charging(), a_key("s2"), at(10)).id != charging().id
    running = charges.heard(second, a_session(key=a_key("S2")), at(9))
    assert (running.state, running.claims, running.driver_id) == (State.CHARGING, False, charging().driver_id)
    assert running.news[0].what is What.SECOND_SESSION
    assert charges.wish_to_stop(running, at(10)).stop_due


def test_a_second_session_of_a_charge_that_should_stop_is_unwanted_too():
    second = charges.second(stopping(), a_key("S2"), at(9))
    assert charges.heard(second, a_session(key=a_key("S2")), at(9)).state is State.STOPPING


@pytest.mark.parametrize(
    "proof",
    [
        lambda c: charges.heard(c, a_session(PENDING), at(6)),
        lambda c: charges.result(c, Answer(), at(6)),
        lambda c: charges.billed(c, a_cdr(), at(6)),
    ],
)
def test_what_only_a_start_can_cause_fences_a_charge_restored_from_before_it(proof):
    after = proof(new())
    assert after.fenced_at == at(6)
    with pytest.raises(Refused):
        charges.fence(after, at(7))


# ── the stop ─────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_stop_before_the_fence_cancels_the_start():
    after = charges.wish_to_stop(new(), at(0.5))
    assert (after.state, after.why) == (State.REFUSED, Why.CANCELLED)


@pytest.mark.parametrize("state", [F, U, R])
def test_a_stop_without_a_session_is_kept_until_there_is_one(state):
    after = charges.wish_to_stop(EXAMPLES[state](), at(300))
    assert (after.state, after.stop_due, after.stop_possible_at) == (state, True, None)
    shown = charges.heard(after, a_session(PENDING), at(400))
    assert shown.stop_possible_at == at(400)


def test_a_second_stop_changes_nothing():
    before = stopping()
    assert charges.wish_to_stop(before, at(99)) is before


@pytest.mark.parametrize("over", [ended, billed])
def test_a_stop_of_a_charge_that_is_over_is_refused(over):
    with pytest.raises(Refused) as caught:
        charges.wish_to_stop(over(), at(9000))
    assert caught.value.why is Why.FINISHED


@pytest.mark.parametrize("answer", [ACCEPTED, Answer(Why.REJECTED), Answer(Why.UNKNOWN_SESSION), None])
def test_no_answer_to_a_stop_proves_that_it_stopped(answer):
    after = charges.stop_answered(stopping(), answer, at(61))
    assert after.state is State.STOPPING
    assert after.stop_due


def test_stops_are_counted():
    after = charges.stop_attempt(charges.stop_attempt(stopping(), at(60)), at(61))
    assert (after.stop_tries, after.stop_sent_at) == (2, at(61))


@pytest.mark.parametrize(
    ("answer", "patience"),
    [(None, 15), (Answer(Why.REJECTED), 15), (Answer(Why.NOT_SUPPORTED), 15), (ACCEPTED, 180)],
)
def test_a_driver_whose_stop_does_not_take_reads_what_to_do_and_later_when_it_was_accepted(answer, patience):
    charge = stored(charges.stop_answered(stopping(), answer, at(61)))
    assert charge.next_word_at(PACE) == at(60 + patience)
    assert charges.waited(charge, PACE, at(60 + patience - 1)) is charge
    told = charges.waited(charge, PACE, at(60 + patience))
    assert whats(told) == [What.STAYS_ON]
    assert told.next_word_at(PACE) is None
    assert charges.waited(told, PACE, at(9000)) is told


def test_patience_with_a_stop_counts_from_when_it_could_be_sent():
    charge = charges.heard(charges.wish_to_stop(unconfirmed(), at(300)), a_session(), at(9000))
    assert charge.next_word_at(PACE) == at(9015)


def test_a_session_that_its_operator_has_forgotten_is_over_after_ten_quiet_minutes():
    assert charges.forgotten(stopping(), PACE, at(605)).state is State.STOPPING
    after = charges.forgotten(stopping(), PACE, at(606))
    assert (after.state, after.ended_at) == (State.ENDED, at(606))
    assert charges.forgotten(charging(), PACE, at(9000)).state is State.CHARGING


# ── the waiting, and the bill ────────────────────────────────────────────────────────────────────────────────────


def test_the_waiting_driver_reads_a_next_sentence_at_20_60_120_and_240_seconds():
    charge, read = charges.answered(fenced(), Answer(timeout=seconds(300)), at(2)), []
    while (due := charge.next_word_at(PACE)) is not None:
        charge = charges.waited(charge, PACE, due)
        read.append((charge.stage, due))
    assert read == [(1, at(20)), (2, at(60)), (3, at(120)), (4, at(240))]


def test_after_a_pause_only_the_newest_sentence_is_read():
    assert charges.waited(fenced(), PACE, at(130)).stage == 3


@pytest.mark.parametrize("state", [state for state in State if state not in {State.FENCED, State.STOPPING}])
def test_only_who_waits_reads_on(state):
    assert EXAMPLES[state]().next_word_at(PACE) is None


def test_a_bill_closes_the_charge_whatever_was_known():
    after = charges.billed(unconfirmed(), a_cdr(), at(4000))
    assert (after.state, after.started_at, after.ended_at) == (State.BILLED, at(5), at(3605))


def test_a_correction_changes_no_state():
    after = charges.billed(billed(), a_cdr(id=CdrId("C2")), at(9000))
    assert after.state is State.BILLED
    assert [f.detail for f in after.news] == ["C2 EUR"]


def test_the_unplug_reminder_is_remembered_without_a_new_picture():
    after = charges.unplug_told(ended(), at(3611))
    assert after.unplug_told
    assert after.version == ended().version


def test_the_sets_of_states_agree_with_each_other():
    assert frozenset({N, F}) | RUNNING == charges.UNRESOLVED
    assert set(State) == charges.UNRESOLVED | OVER | charges.FAILED_TO_START
