"""A stop is never lost: it goes out as soon as there is a session to name, and again until that has ended."""

from contextlib import suppress
from itertools import pairwise

import pytest

from bot.domain.charge import OVER, Answer, State, What
from bot.domain.errors import AccessRevoked, NotSent, Refused, StoreBusy, Unclear, Why
from bot.domain.session import SessionStatus
from bot.ports import JobKind
from bot.services.charging import Command
from tests.fakes.database import FakeDatabase
from tests.samples import ANNA, BOB, a_cdr, a_key, at
from tests.services.house import Crash, House, running

MINUTE, HOUR, DAY = 60, 3600, 86_400
PENDING, ACTIVE, COMPLETED, INVALID = (
    SessionStatus.PENDING,
    SessionStatus.ACTIVE,
    SessionStatus.COMPLETED,
    SessionStatus.INVALID,
)
REJECTED = Answer(Why.REJECTED)


@pytest.fixture
async def charge(house: House):
    """A charge that runs since noon."""
    pressed = await house.press()
    await house.work()
    await house.push(running(pressed))
    house.gateway.list(running(pressed))
    return pressed


def ended(charge, status=COMPLETED, moment=9_999):
    return running(charge, status, last_updated=at(moment))


def pauses(house: House) -> list[float]:
    return [(later - earlier).total_seconds() for earlier, later in pairwise(house.gateway.stopped_at)]


async def test_a_stop_goes_out_at_once_and_accepted_is_not_stopped(house: House, charge):
    await house.charging.stop(ANNA, charge.id)
    await house.work()
    assert house.gateway.stops == {a_key(): 1}
    assert (await house.charge(charge)).state is State.STOPPING


async def test_the_session_that_has_ended_ends_the_stop(house: House, charge):
    await house.charging.stop(ANNA, charge.id)
    await house.work()
    await house.push(ended(charge))
    await house.let_pass(DAY)
    assert house.gateway.stops == {a_key(): 1}
    assert await house.next_due(JobKind.STOP) is None


async def test_the_bill_ends_the_stop_too(house: House, charge):
    await house.charging.stop(ANNA, charge.id)
    await house.receipts.receive(a_cdr(reference=charge.id))
    await house.let_pass(DAY)
    assert not house.gateway.stops


async def test_killed_after_the_press_the_stop_goes_out_after_the_restart_before_all_else(house: House, charge):
    house.crash_at("stop_committed")
    with pytest.raises(Crash):
        await house.charging.stop(ANNA, charge.id)
    await house.restart()
    await house.monitors[0].tick()
    await house._settle()
    assert house.gateway.stops == {a_key(): 1}


@pytest.mark.parametrize("point", ["stop_before", "stop_sent", "stop_recorded"])
async def test_killed_anywhere_around_the_send_the_stop_is_sent_until_the_session_has_ended(
    house: House, charge, point
):
    house.gateway.usual_stop = Unclear("no answer")
    await house.charging.stop(ANNA, charge.id)
    house.crash_at(point)
    await house.work()
    await house.restart()
    await house.let_pass(10)
    assert house.gateway.stops[a_key()] >= 2 - (point == "stop_before")
    house.gateway.list(ended(charge, moment=5))
    await house.let_pass(2 * MINUTE)
    assert (await house.charge(charge)).state is State.ENDED
    assert await house.next_due(JobKind.STOP) is None


async def test_dying_two_hundred_times_loses_no_stop(house: House, charge):
    house.gateway.usual_stop = Unclear("no answer")
    await house.charging.stop(ANNA, charge.id)
    for life in range(200):
        house.fuse.left = 1 + life % 9
        await house.let_pass(5)
        await house.restart()
    before = house.gateway.stops[a_key()]
    await house.let_pass(61)
    assert house.gateway.stops[a_key()] > before


@pytest.mark.parametrize("given_up", [False, True])
async def test_a_stop_before_any_session_goes_out_the_moment_one_appears(house: House, given_up):
    charge = await house.press()
    await house.work()
    await house.charging.stop(ANNA, charge.id)
    await house.let_pass(150 if given_up else 30)
    assert not house.gateway.stops
    assert (await house.charge(charge)).state is (State.UNCONFIRMED if given_up else State.FENCED)
    await house.push(running(charge, PENDING))
    await house.work()
    assert house.gateway.stops == {a_key(): 1}


async def test_a_start_that_took_long_and_was_cancelled_is_told_as_such(house: House):
    charge = await house.press()
    await house.let_pass(70)
    await house.charging.stop(ANNA, charge.id)
    await house.push(running(charge))
    assert await house.told() == ["started_late"]


async def test_a_late_session_that_the_driver_had_cancelled_is_stopped_though_nobody_pushed_it(house: House):
    charge = await house.press()
    await house.let_pass(150)
    await house.charging.stop(ANNA, charge.id)
    house.gateway.list(running(charge, last_updated=at(140)))
    await house.let_pass(60)
    assert (await house.charge(charge)).state is State.STOPPING
    assert house.gateway.stops == {a_key(): 1}


async def test_without_answers_the_pauses_are_1_2_5_10_seconds_and_after_two_minutes_a_minute_for_ever(
    house: House, charge
):
    house.gateway.usual_stop = NotSent("connection refused")
    await house.charging.stop(ANNA, charge.id)
    await house.let_pass(6 * HOUR)
    assert pauses(house)[:5] == [1, 2, 5, 10, 10]
    assert all(
        pause <= 10 for moment, pause in zip(house.gateway.stopped_at, pauses(house), strict=False) if moment < at(120)
    )
    assert set(pauses(house)[15:]) == {60}
    assert house.gateway.stopped_at[-1] > at(6 * HOUR - MINUTE)


async def test_an_operator_that_hangs_is_asked_again_when_it_lets_go(house: House, charge):
    house.gateway.usual_stop = house.gateway.late(40, Unclear("timeout"))
    await house.charging.stop(ANNA, charge.id)
    await house.let_pass(5 * MINUTE)
    assert pauses(house)[:3] == [41, 42, 45]


@pytest.mark.parametrize(
    "answer", [REJECTED, Answer(Why.NOT_SUPPORTED), NotSent("down"), AccessRevoked("401"), Unclear("500")]
)
async def test_a_stop_that_does_not_take_tells_the_way_at_the_station_once_within_15_seconds(
    house: House, charge, answer
):
    house.gateway.usual_stop = answer
    await house.charging.stop(ANNA, charge.id)
    await house.let_pass(14)
    assert await house.told() == []
    await house.let_pass(1)
    assert await house.told() == ["stays_on"]
    assert house.gateway.stops[a_key()] >= 3
    await house.let_pass(HOUR)
    assert await house.told() == ["stays_on"]


async def test_an_operator_that_hangs_does_not_keep_the_driver_from_being_told(house: House, charge):
    house.gateway.usual_stop = house.gateway.late(300, Answer())
    await house.charging.stop(ANNA, charge.id)
    await house.let_pass(15)
    assert await house.told() == ["stays_on"]


async def test_an_accepted_stop_that_does_nothing_is_sent_again_after_a_minute_and_told_after_three(
    house: House, charge
):
    await house.charging.stop(ANNA, charge.id)
    await house.let_pass(179)
    assert pauses(house) == [60, 60]
    assert await house.told() == ["unplug"]
    await house.let_pass(1)
    assert await house.told() == ["unplug", "stays_on"]
    assert (await house.charge(charge)).state is State.STOPPING


async def test_a_stop_accepted_and_then_refused_by_its_result_is_sent_again_at_once(house: House, charge):
    await house.charging.stop(ANNA, charge.id)
    await house.let_pass(5)
    assert await house.result(charge, Answer(Why.FAILED), Command.STOP)
    await house.let_pass(1)
    assert house.gateway.stops == {a_key(): 2}


async def test_a_stop_refused_by_its_result_again_and_again_tells_the_way_at_the_station(house: House, charge):
    house.gateway.usual_stop = Answer()
    await house.charging.stop(ANNA, charge.id)
    await house.let_pass(10)
    house.gateway.usual_stop = REJECTED
    await house.result(charge, Answer(Why.FAILED), Command.STOP)
    await house.let_pass(5)
    assert await house.told() == ["unplug", "stays_on"]


async def test_an_unknown_session_that_the_pull_shows_running_is_stopped_again(house: House, charge):
    house.gateway.usual_stop = Answer(Why.UNKNOWN_SESSION)
    await house.charging.stop(ANNA, charge.id)
    await house.let_pass(HOUR)
    assert (await house.charge(charge)).state is State.STOPPING
    assert house.gateway.stops[a_key()] > 50
    assert "stays_on" in await house.told()


async def test_an_unknown_session_that_the_pull_does_not_show_either_is_over_after_ten_minutes(house: House, charge):
    house.gateway.usual_stop = Answer(Why.UNKNOWN_SESSION)
    house.gateway.listed.clear()
    await house.charging.stop(ANNA, charge.id)
    await house.let_pass(9 * MINUTE)
    assert (await house.charge(charge)).state is State.STOPPING
    await house.let_pass(2 * MINUTE)
    after = await house.charge(charge)
    assert (after.state, after.claims) == (State.ENDED, False)
    assert (await house.told()).count("unplug") == 1
    assert What.SESSION_FORGOTTEN in await house.facts(charge)
    await house.receipts.receive(a_cdr(reference=charge.id))
    assert (await house.charge(charge)).state is State.BILLED


async def test_a_pull_that_fails_is_no_proof_that_a_session_is_gone(house: House, charge):
    house.gateway.usual_stop = Answer(Why.UNKNOWN_SESSION)
    house.gateway.pulling.extend([NotSent("down")] * 9999)
    house.gateway.listed.clear()
    await house.charging.stop(ANNA, charge.id)
    await house.let_pass(HOUR)
    assert (await house.charge(charge)).state is State.STOPPING


async def test_an_end_whose_push_was_lost_is_found_soon_while_stopping(house: House, charge):
    await house.charging.stop(ANNA, charge.id)
    await house.work()
    house.gateway.list(ended(charge, moment=8))
    await house.let_pass(10)
    assert (await house.charge(charge)).state is State.ENDED


async def test_stopping_twice_is_one_wish(house: House, charge):
    first = await house.charging.stop(ANNA, charge.id)
    second = await house.charging.stop(ANNA, charge.id)
    await house.work()
    assert second == first
    assert house.gateway.stops == {a_key(): 1}
    assert (await house.facts(charge)).count(What.STOP_ASKED) == 1


@pytest.mark.parametrize("status", [COMPLETED, INVALID])
async def test_a_stop_of_what_has_ended_is_refused_and_sent_to_nobody(house: House, charge, status):
    await house.push(ended(charge, status))
    with pytest.raises(Refused) as caught:
        await house.charging.stop(ANNA, charge.id)
    assert caught.value.why is Why.FINISHED
    await house.let_pass(HOUR)
    assert not house.gateway.stops


async def test_nobody_else_can_stop_it_and_learns_nothing(house: House, charge):
    for driver_id, charge_id in [(BOB, charge.id), (BOB, "never-was"), (ANNA, "never-was")]:
        with pytest.raises(Refused) as caught:
            await house.charging.stop(driver_id, charge_id)
        assert (caught.value.why, caught.value.facts) == (Why.NOT_YOURS, {})
    await house.work()
    assert not house.gateway.stops
    assert (await house.charge(charge)).state is State.CHARGING


@pytest.mark.parametrize("status", [COMPLETED, INVALID])
@pytest.mark.parametrize("answer", [Answer(), REJECTED])
async def test_the_unplug_reminder_comes_exactly_once_with_the_accepted_stop_or_with_the_end(
    house: House, charge, answer, status
):
    house.gateway.usual_stop = answer
    await house.charging.stop(ANNA, charge.id)
    await house.work()
    assert (await house.told()).count("unplug") == (answer.why is None)
    await house.push(ended(charge, status))
    await house.let_pass(DAY)
    assert (await house.told()).count("unplug") == 1


async def test_a_charge_that_ends_by_itself_reminds_to_unplug(house: House, charge):
    await house.push(ended(charge))
    assert await house.told() == ["unplug"]


async def test_a_session_that_was_declared_invalid_before_it_ran_needs_no_unplugging(house: House):
    charge = await house.press()
    await house.work()
    await house.push(running(charge, PENDING), ended(charge, INVALID))
    assert (await house.charge(charge)).state is State.ENDED
    assert await house.told() == []


async def test_a_busy_database_delays_a_stop_and_loses_nothing(house: House, charge):
    await house.charging.stop(ANNA, charge.id)
    assert isinstance(house.db, FakeDatabase)
    house.at_point("stop_before", lambda: setattr(house.db, "trouble", StoreBusy("locked")))
    house.gateway.usual_stop = NotSent("down")
    with suppress(StoreBusy):
        await house.work()
    house.db.trouble = None
    await house.let_pass(31)
    assert house.gateway.stops[a_key()] > 1


async def test_an_answer_to_a_stop_that_comes_after_the_end_changes_no_end(house: House, charge):
    house.gateway.stopping.append(house.gateway.late(20, REJECTED))
    await house.charging.stop(ANNA, charge.id)
    await house.let_pass(10)
    await house.push(ended(charge))
    await house.let_pass(HOUR)
    assert (await house.charge(charge)).state in OVER
    assert await house.next_due(JobKind.STOP) is None
    assert await house.told() == ["unplug"]
