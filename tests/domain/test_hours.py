from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.catalogue import Opening
from bot.domain.hours import AHEAD, Hours, Span

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
EVERY_DAY = range(7)


def local(day: int, hour: int, minute: int = 0, month: int = 3) -> datetime:
    """In 2026; the clocks there go forward on 29 March and back on 25 October."""
    return datetime(2026, month, day, hour, minute, tzinfo=AMSTERDAM)


def daily(begin: int, end: int, **exceptions) -> Hours:
    return Hours(tuple(Opening(day, time(begin), time(end)) for day in EVERY_DAY), **exceptions)


def span(begin: datetime, end: datetime) -> Span:
    return Span(begin.astimezone(UTC), end.astimezone(UTC))


def told(hours: Hours, now: datetime, **how):
    found = hours.at(now, AMSTERDAM, **how)
    return found and (found.is_open, found.until and found.until.astimezone(AMSTERDAM))


def today(hours: Hours, now: datetime):
    found = hours.at(now, AMSTERDAM)
    return [(f"{s.begin.astimezone(AMSTERDAM):%H:%M}", f"{s.end.astimezone(AMSTERDAM):%H:%M}") for s in found.today]


@pytest.mark.parametrize(
    ("now", "is_open", "until"),
    [
        (local(3, 6, 59), False, local(3, 7)),
        (local(3, 7), True, local(3, 20)),
        (local(3, 19, 59), True, local(3, 20)),
        (local(3, 20), False, local(4, 7)),
    ],
)
def test_a_day_begins_and_ends_to_the_minute(now, is_open, until):
    assert told(daily(7, 20), now) == (is_open, until)


def test_hours_may_span_midnight():
    bar = Hours((Opening(4, time(18), time(2)),))  # Friday
    assert told(bar, local(6, 23)) == (True, local(7, 2))
    assert told(bar, local(7, 1)) == (True, local(7, 2))
    assert told(bar, local(7, 3)) == (False, local(13, 18))
    late = replace(bar, openings=(span(local(6, 16), local(6, 17)), span(local(7, 4), local(7, 5))))
    assert today(late, local(6, 12)) == [("16:00", "17:00"), ("18:00", "02:00")]
    assert today(late, local(7, 12)) == [("00:00", "02:00"), ("04:00", "05:00")]


def test_hours_that_meet_at_midnight_are_one():
    weekend = Hours((Opening(5, time(8), time(0)), Opening(6, time(0), time(12))))
    assert told(weekend, local(7, 9)) == (True, local(8, 12))
    late = replace(weekend, openings=(span(local(7, 6), local(7, 7)),))
    assert today(late, local(7, 9)) == [("06:00", "07:00"), ("08:00", "00:00")]


def test_a_pause_at_noon_is_closed():
    day = Hours((Opening(1, time(8), time(12)), Opening(1, time(14), time(18))))
    assert told(day, local(3, 13)) == (False, local(3, 14))
    assert today(day, local(3, 13)) == []


@pytest.mark.parametrize(("day", "month"), [(28, 3), (24, 10)])
def test_the_clock_of_the_place_counts_when_it_turns(day, month):
    """The night after has 23 hours less or 25: the sign at the door says seven all the same."""
    evening = local(day, 21, month=month)
    found = told(daily(7, 20), evening)
    assert found == (False, local(day + 1, 7, month=month))
    away = found[1].astimezone(UTC) - evening.astimezone(UTC)
    assert away == timedelta(hours=9 if month == 3 else 11)
    assert told(daily(7, 20), local(day + 1, 12, month=month)) == (True, local(day + 1, 20, month=month))


def test_an_hour_that_the_clock_skips_opens_nothing_and_breaks_nothing():
    night = Hours((Opening(6, time(2, 10), time(2, 50)), Opening(6, time(9), time(10))))
    assert told(night, local(29, 1)) in {(False, local(29, 9)), (False, local(29, 3, 10))}
    assert told(night, local(29, 9, 30)) == (True, local(29, 10))


def test_an_exception_opens_and_a_closing_goes_before_everything():
    feast = span(local(3, 0), local(4, 0))
    assert told(daily(7, 20, closings=(feast,)), local(3, 12)) == (False, local(4, 7))
    assert today(daily(7, 20, closings=(feast,)), local(3, 12)) == []
    late = daily(7, 20, openings=(span(local(3, 19), local(3, 23)),))
    assert told(late, local(3, 21)) == (True, local(3, 23))
    assert today(late, local(3, 21)) == [("07:00", "23:00")]
    both = daily(7, 20, openings=(feast,), closings=(span(local(3, 12), local(3, 13)),))
    assert told(both, local(3, 12, 30)) == (False, local(3, 13))
    assert today(both, local(3, 9)) == [("00:00", "12:00"), ("13:00", "00:00")]


def test_day_and_night_ends_at_a_closing_only():
    assert told(Hours(), local(3, 3), always=True) == (True, None)
    works = Hours(closings=(span(local(4, 8), local(4, 10)),))
    assert told(works, local(3, 3), always=True) == (True, local(4, 8))
    assert told(works, local(4, 9), always=True) == (False, local(4, 10))


def test_what_nobody_told_is_neither_open_nor_closed():
    assert told(Hours(), local(3, 12)) is None
    only = Hours(openings=(span(local(3, 9), local(3, 12)),), closings=(span(local(4, 9), local(4, 12)),))
    assert told(only, local(3, 8)) is None
    assert told(only, local(3, 10)) == (True, local(3, 12))
    assert told(only, local(4, 10)) == (False, None)


def test_no_opening_within_a_week_is_not_made_up():
    holidays = span(local(1, 0), local(20, 0))
    assert told(daily(7, 20, closings=(holidays,)), local(3, 12)) == (False, None)


moments = st.integers(0, 16 * 24 * 60).map(
    lambda minutes: datetime(2026, 3, 20, tzinfo=UTC) + timedelta(minutes=minutes)
)
spans = st.lists(
    st.tuples(moments, moments).filter(lambda two: two[0] < two[1]).map(lambda two: Span(*two)), max_size=4
)
weeks = st.lists(st.builds(Opening, st.integers(0, 6), st.times(), st.times()), min_size=1, max_size=6).map(tuple)


@given(weeks, spans.map(tuple), spans.map(tuple), moments)
def test_what_is_told_to_come_comes(week, openings, closings, now):
    hours = Hours(week, openings, closings)
    found = hours.at(now, AMSTERDAM)
    assert found is not None
    if any(one.begin <= now < one.end for one in closings):
        assert not found.is_open
    if found.until is not None:
        assert now < found.until <= now + AHEAD
        then = hours.at(found.until, AMSTERDAM)
        assert then is not None
        assert then.is_open is not found.is_open
        before = hours.at(found.until - timedelta(microseconds=1), AMSTERDAM)
        assert before is not None
        assert before.is_open is found.is_open
    assert all(one.begin < one.end for one in found.today)
