"""A start is never sent twice, and whatever the operator does or does not say, the driver is told."""

import asyncio
from decimal import Decimal
from itertools import pairwise

import pytest

from bot.domain.charge import Answer, State, What
from bot.domain.errors import AccessRevoked, NotSent, PartnerError, Refused, StoreBusy, Unclear, Why
from bot.domain.session import SessionStatus
from bot.ports import JobKind
from tests.fakes.database import FakeDatabase
from tests.samples import ANNA, CITY, a_partner, a_pass, at, seconds
from tests.services.house import Crash, House, running

HOURS = 3600
PENDING, ACTIVE, COMPLETED = SessionStatus.PENDING, SessionStatus.ACTIVE, SessionStatus.COMPLETED


# ── once ─────────────────────────────────────────────────────────────────────────────────────────────────────────


async def test_a_press_sends_one_start_after_making_its_token_known(house: House):
    charge = await house.press()
    await house.work()
    assert house.gateway.starts == {charge.id: 1}
    assert house.gateway.tokens == [charge.id]
    assert (await house.charge(charge)).state is State.FENCED


async def test_an_operator_that_cannot_be_told_of_the_token_is_asked_all_the_same(house: House):
    house.gateway.token_error = PartnerError("503")
    charge = await house.press()
    await house.work()
    assert house.gateway.starts == {charge.id: 1}


async def test_an_operator_that_takes_too_long_over_the_token_is_asked_all_the_same(house: House, monkeypatch):
    async def hang(charge, language):
        await asyncio.Event().wait()

    monkeypatch.setattr(house.gateway, "push_token", hang)
    monkeypatch.setattr("bot.services.starting.INTRODUCTION", 0.001)
    charge = await house.press()
    await house.work()
    assert house.gateway.starts == {charge.id: 1}


@pytest.mark.parametrize("point", ["charge_committed", "start_claimed"])
async def test_killed_before_the_fence_the_start_goes_out_once_after_the_restart(house: House, point):
    house.crash_at(point)
    try:
        await house.press()
    except Crash:
        assert point == "charge_committed"
    await house.work()
    assert not house.gateway.starts
    await house.restart()
    await house.work()
    (charge,) = await house.charges()
    assert house.gateway.starts == {charge.id: 1}


async def test_killed_between_fence_and_send_the_start_is_never_sent_and_the_driver_is_told(house: House):
    charge = await house.press()
    house.crash_at("start_fenced")
    await house.work()
    await house.restart()
    await house.let_pass(48 * HOURS)
    assert not house.gateway.starts
    assert (await house.charge(charge)).state is State.UNCONFIRMED
    assert await house.told() == ["unconfirmed"]


async def test_after_that_the_driver_may_press_again_and_gets_another_charge(house: House):
    charge = await house.press()
    house.crash_at("start_fenced")
    await house.work()
    await house.restart()
    await house.let_pass(121)
    again = await house.press()
    await house.work()
    assert house.gateway.starts == {again.id: 1}
    assert again.id != charge.id


@pytest.mark.parametrize("point", ["start_sent", "start_recorded"])
async def test_killed_after_the_send_it_is_not_sent_again_and_the_session_is_found_by_asking(house: House, point):
    charge = await house.press()
    house.crash_at(point)
    await house.work()
    await house.restart()
    house.gateway.list(running(charge))
    await house.let_pass(5)
    assert (await house.charge(charge)).state is State.CHARGING
    assert house.gateway.starts == {charge.id: 1}


async def test_a_pause_between_fence_and_send_is_as_bad_as_a_kill(house: House):
    charge = await house.press()
    house.at_point("start_fenced", lambda: house.clock.move(1.1))
    await house.work()
    assert not house.gateway.starts
    after = await house.charge(charge)
    assert (after.state, after.why) == (State.REFUSED, Why.TOO_LATE)


async def test_a_fence_of_just_under_a_second_is_fresh(house: House):
    charge = await house.press()
    house.at_point("start_fenced", lambda: house.clock.move(0.9))
    await house.work()
    assert house.gateway.starts == {charge.id: 1}


async def test_a_clock_that_was_set_back_makes_no_old_fence_fresh(house: House):
    charge = await house.press()
    house.at_point("start_fenced", lambda: house.clock.move(-300))
    await house.work()
    assert not house.gateway.starts
    assert (await house.charge(charge)).state is State.REFUSED


async def test_a_worker_that_sleeps_past_its_lease_sends_nothing_and_the_other_only_reads_back(house: House):
    replica = House(twin=house)
    charge = await house.press()
    fenced = await house.charging._fence(charge.id)
    await replica.let_pass(300)
    assert replica.gateway.pulls
    note = await house.charging._ask_once(fenced, "nl")
    await house.charging._change(charge.id, note)
    assert (house.gateway.starts, replica.gateway.starts) == ({}, {})
    assert (await house.charge(charge)).state is State.UNCONFIRMED
    await replica.nursery.close()


async def test_two_workers_that_take_the_same_start_send_it_once(house: House):
    replica = House(twin=house)
    charge = await house.press()
    await house.charging.send_start(charge.id)
    await replica.charging.send_start(charge.id)
    assert (house.gateway.starts, replica.gateway.starts) == ({charge.id: 1}, {})


async def test_a_press_found_two_minutes_later_starts_nothing_and_says_so(house: House):
    charge = await house.press()
    house.clock.move(121)
    await house.work()
    after = await house.charge(charge)
    assert (after.state, after.why, after.claims) == (State.REFUSED, Why.TOO_LATE, False)
    assert not house.gateway.starts


async def test_a_busy_database_delays_a_start_and_doubles_nothing(house: House):
    charge = await house.press()
    assert isinstance(house.db, FakeDatabase)
    house.db.trouble = StoreBusy("locked")
    with pytest.raises(StoreBusy):
        await house.work()
    house.db.trouble = None
    await house.let_pass(60)
    assert house.gateway.starts == {charge.id: 1}


async def test_an_answer_that_cannot_be_stored_is_no_reason_to_ask_again(house: House):
    charge = await house.press()
    assert isinstance(house.db, FakeDatabase)
    house.at_point("start_sent", lambda: setattr(house.db, "trouble", StoreBusy("locked")))
    await house.work()
    house.db.trouble = None
    await house.let_pass(HOURS)
    assert house.gateway.starts == {charge.id: 1}
    assert (await house.charge(charge)).state is State.UNCONFIRMED


async def test_a_process_that_dies_two_hundred_times_parks_no_charge(house: House):
    charge = await house.press()
    await house.work()
    await house.push(running(charge))
    for life in range(200):
        house.fuse.left = 1 + life % 9
        await house.let_pass(15)
        await house.restart()
    house.gateway.list(running(charge, kwh=Decimal(3), last_updated=house.clock.now()))
    await house.let_pass(61)
    after = await house.charge(charge)
    assert (after.state, after.heard_at) == (State.CHARGING, pytest.approx(house.clock.now(), abs=seconds(61)))
    assert house.gateway.starts == {charge.id: 1}


# ── what the operator says ───────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("error", [NotSent("refused"), AccessRevoked("401")])
async def test_a_start_that_provably_never_left_is_refused_at_once(house: House, error):
    house.gateway.starting.append(error)
    charge = await house.press()
    await house.work()
    after = await house.charge(charge)
    assert (after.state, after.why) == (State.REFUSED, error.why)


@pytest.mark.parametrize("error", [Unclear("timeout"), Unclear("500"), PartnerError("nonsense"), ValueError("a bug")])
async def test_an_unclear_start_is_read_back_and_never_sent_again(house: House, error):
    house.gateway.starting.append(error)
    charge = await house.press()
    await house.let_pass(60)
    assert (await house.charge(charge)).state is State.FENCED
    house.gateway.list(running(charge))
    await house.let_pass(10)
    assert (await house.charge(charge)).state is State.CHARGING
    assert house.gateway.starts == {charge.id: 1}


async def test_sessions_are_read_back_every_5_then_30_seconds_then_5_minutes_for_a_day(house: House):
    charge = await house.press()
    await house.let_pass(25 * HOURS)
    moments = [moment for moment, _, _ in house.gateway.pulls]
    pauses = [(later - earlier).total_seconds() for earlier, later in pairwise(moments)]
    assert moments[0] == at(5)
    assert at(120) in moments
    assert pauses[:13] == [5.0] * 12 + [30.0]
    assert set(pauses[20:]) == {30.0, 300.0}
    assert moments[-1] - at(24 * HOURS) < seconds(300)
    assert {since for _, _, since in house.gateway.pulls} == {at(-600)}
    assert (await house.charge(charge)).state is State.UNCONFIRMED


async def test_a_plain_no_is_told_in_the_operators_words_and_the_driver_may_choose_another(house: House):
    house.gateway.starting.append(Answer(Why.REJECTED, message="<b>Members only</b>"))
    charge = await house.press()
    await house.work()
    after = await house.charge(charge)
    assert (after.state, after.operator_message) == (State.REFUSED, "<b>Members only</b>")
    await house.press()


async def test_a_session_that_starts_after_a_no_is_adopted_and_told(house: House):
    house.gateway.starting.append(Answer(Why.REJECTED))
    charge = await house.press()
    await house.work()
    house.gateway.list(running(charge))
    await house.let_pass(10)
    assert (await house.charge(charge)).state is State.CHARGING
    assert await house.told() == ["started_late"]


async def test_a_session_twenty_hours_late_is_adopted_and_told_while_another_charge_runs(house: House):
    charge = await house.press()
    await house.let_pass(20 * HOURS)
    other = await house.press()
    house.gateway.list(running(charge, last_updated=house.clock.now()), running(other, session_id="S2"))
    await house.push(running(other, session_id="S2"))
    await house.let_pass(301)
    assert (await house.charge(charge)).state is State.CHARGING
    assert [c.id for c in await house.charges() if c.claims] == [other.id]
    assert "started_late" in await house.told()


async def test_an_accepted_start_without_result_or_session_is_not_confirmed_after_the_operators_timeout(house: House):
    house.gateway.starting.append(Answer(timeout=seconds(90)))
    charge = await house.press()
    await house.let_pass(149)
    assert (await house.charge(charge)).state is State.FENCED
    await house.let_pass(1)
    assert (await house.charge(charge)).state is State.UNCONFIRMED
    assert await house.told() == ["unconfirmed"]


async def test_a_result_that_never_came_is_replaced_by_asking(house: House):
    charge = await house.press()
    await house.let_pass(30)
    house.gateway.list(running(charge))
    await house.let_pass(5)
    assert (await house.charge(charge)).state is State.CHARGING


async def test_a_failed_result_and_then_a_session_is_a_charge(house: House):
    charge = await house.press()
    await house.work()
    await house.result(charge, Answer(Why.FAILED))
    await house.let_pass(2 * HOURS)
    assert (await house.charge(charge)).state is State.REFUSED
    house.gateway.list(running(charge, last_updated=house.clock.now()))
    await house.let_pass(301)
    assert (await house.charge(charge)).state is State.CHARGING
    assert await house.told() == ["started_late"]


async def test_contradicting_results_leave_the_decision_to_the_session(house: House):
    charge = await house.press()
    await house.work()
    await house.result(charge, Answer(Why.TIMEOUT))
    await house.result(charge, Answer())
    await house.result(charge, Answer())
    assert (await house.charge(charge)).state is State.FENCED
    assert (await house.facts(charge)).count(What.RESULT) == 3
    await house.push(running(charge))
    assert (await house.charge(charge)).state is State.CHARGING


async def test_a_result_needs_the_right_secret_the_right_charge_and_the_right_partner(house: House):
    charge = await house.press()
    await house.work()
    no = Answer(Why.EVSE_OCCUPIED)
    command = house.charging.command_result
    assert not await command(CITY, charge.id, "guessed", "START_SESSION", no)
    assert not await command(CITY, charge.id, "", "START_SESSION", no)
    assert not await command(CITY, "no-such-charge", charge.callback_secret, "START_SESSION", no)
    assert not await house.result(charge, no, partner=a_partner(2).id)
    assert (await house.charge(charge)).state is State.FENCED
    assert await house.result(charge, no)
    assert (await house.charge(charge)).state is State.REFUSED


async def test_a_secret_in_strange_letters_is_just_wrong(house: House):
    charge = await house.press()
    assert not await house.charging.command_result(CITY, charge.id, "é\N{SNOWMAN}", "START_SESSION", Answer())


async def test_a_late_result_changes_nothing_once_the_session_has_ended(house: House):
    charge = await house.press()
    await house.work()
    await house.push(running(charge, COMPLETED, end=at(30)))
    assert await house.result(charge, Answer(Why.TIMEOUT))
    await house.let_pass(HOURS)
    assert (await house.charge(charge)).state is State.ENDED


async def test_a_waiting_driver_reads_on_without_the_operator(house: House):
    charge = await house.press()
    house.gateway.starting.append(house.gateway.late(300, Answer()))
    house.gateway.pulling.extend([PartnerError("down")] * 999)
    read = []
    for _ in range(5):
        await house.let_pass(19)
        read.append((await house.charge(charge)).stage)
        await house.let_pass(41)
    assert read == [0, 2, 3, 3, 3]
    assert await house.told() == ["unconfirmed"]


async def test_a_session_pending_for_ever_is_not_confirmed_after_a_day_and_adopted_if_it_moves(house: House):
    charge = await house.press()
    await house.work()
    house.gateway.list(running(charge, PENDING))
    await house.let_pass(24 * HOURS - 10)
    assert (await house.charge(charge)).state is State.FENCED
    await house.let_pass(HOURS)
    assert (await house.charge(charge)).state is State.UNCONFIRMED
    other = await house.press()
    await house.push(running(charge, ACTIVE, last_updated=house.clock.now()))
    assert (await house.charge(charge)).state is State.CHARGING
    assert [c.id for c in await house.charges() if c.claims] == [other.id]


async def test_a_driver_who_waited_long_is_buzzed_and_one_who_did_not_is_not(house: House):
    quick = await house.press()
    await house.work()
    await house.push(running(quick))
    assert await house.told() == []
    await house.push(running(quick, COMPLETED, last_updated=at(9)))
    slow = await house.press()
    await house.let_pass(61)
    await house.push(running(slow, session_id="S2", last_updated=house.clock.now()))
    assert await house.told() == ["unplug", "started"]


# ── between press and send ───────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("status", ["blocked", "expired"])
async def test_a_pass_that_ends_between_press_and_send_is_seen_inside_the_fence(house: House, status):
    charge = await house.press()
    ended = a_pass(ANNA, status=status)
    await house.db.write(lambda uow: uow.drivers.save_pass(ended))
    await house.work()
    after = await house.charge(charge)
    assert (after.state, after.why) == (State.REFUSED, Why(f"pass_{status}"))
    assert not house.gateway.starts


async def test_a_stop_before_the_send_cancels_it(house: House):
    charge = await house.press()
    await house.charging.stop(ANNA, charge.id)
    await house.let_pass(HOURS)
    after = await house.charge(charge)
    assert (after.state, after.why) == (State.REFUSED, Why.CANCELLED)
    assert not house.gateway.starts


async def test_a_start_that_was_only_in_a_lost_memory_is_not_sent_again(house: House):
    charge = await house.press()
    await house.push(running(charge))
    await house.work()
    assert not house.gateway.starts
    assert (await house.charge(charge)).state is State.CHARGING
    assert await house.next_due(JobKind.START) is None


async def test_nothing_is_refused_with_a_charge_left_behind(house: House):
    with pytest.raises(Refused):
        await house.press(tariff=None)
    assert await house.charges() == []
    assert await house.next_due(JobKind.START) is None
