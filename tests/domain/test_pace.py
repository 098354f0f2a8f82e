"""The waiting times of a charge: which of them a faster world shortens, and which never."""

from datetime import timedelta
from itertools import pairwise

from bot.domain.pace import Pace
from tests.samples import seconds

REAL, FAST = Pace(), Pace(scale=0.1)


def test_a_faster_world_waits_less_but_no_fence_grows_old_sooner_or_later():
    for name in ("least_window", "extra_window", "buzz_when_started", "stop_accepted"):
        assert getattr(FAST, name) * 10 == getattr(REAL, name)
    assert FAST.stages[0] * 10 == REAL.stages[0] == seconds(20)
    assert FAST.fence_age == REAL.fence_age == seconds(1)
    assert (FAST.start_button, FAST.start_after_press) == (REAL.start_button, REAL.start_after_press)
    assert FAST.watch_unconfirmed == REAL.watch_unconfirmed == timedelta(days=1)


def test_sessions_are_read_back_ever_more_slowly():
    pauses = [REAL.read_back(attempt) for attempt in range(1000)]
    assert all(later >= earlier for earlier, later in pairwise(pauses))
    assert (pauses[0], pauses[-1]) == (seconds(5), seconds(300))


def test_stops_are_repeated_within_ten_seconds_for_two_minutes_and_then_every_minute_for_ever():
    pauses = [REAL.stop_again(attempt) for attempt in range(1, 10_000)]
    assert pauses[:4] == [seconds(1), seconds(2), seconds(5), seconds(10)]
    quick = [pause for pause in pauses if pause <= seconds(10)]
    assert sum(quick, timedelta()) >= seconds(120)
    assert set(pauses[len(quick) :]) == {seconds(60)}
    assert REAL.stop_again(0) == seconds(1)


def test_a_stopping_session_is_asked_for_sooner_than_a_running_one():
    assert REAL.quiet(stopping=True) == seconds(10) < REAL.quiet(stopping=False) == seconds(60)


def test_a_driver_hears_sooner_of_a_stop_that_was_not_accepted():
    assert REAL.stop_escalate(accepted=False) == seconds(15) < REAL.stop_escalate(accepted=True) == seconds(180)


def test_bills_are_asked_for_at_1_5_30_minutes_2_and_24_hours_and_every_35_days():
    minutes = [REAL.bill(attempt) / seconds(60) for attempt in range(8)]
    assert minutes == [1, 5, 30, 120, 1440, 50_400, 50_400, 50_400]
