"""When a place is open: by the week, with the days that are otherwise; on the clock of the place, also when it turns.

Only what was told counts: nothing here is a promise, and nothing of it stands in the way of a start.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import Final

from bot.domain.catalogue import Opening

AHEAD: Final = timedelta(days=7)
"""So far we look for the next change."""

_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """From `begin` to just before `end`, both in UTC."""

    begin: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class Opened:
    """How it is at a moment. `until` is when that changes, None where it does not within a week.

    `today` is when it is open on that day, where an exception makes it unlike others; empty when not at all.
    """

    is_open: bool
    until: datetime | None
    today: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class Hours:
    """`week` in local time; `openings` and `closings` are the exceptions, and a closing goes before everything."""

    week: tuple[Opening, ...] = ()
    openings: tuple[Span, ...] = ()
    closings: tuple[Span, ...] = ()

    def at(self, now: datetime, zone: tzinfo, *, always: bool = False) -> Opened | None:
        """How it is now, `always` where it is open day and night; None where nobody told enough to say."""
        now = now.astimezone(UTC)
        midnight, next_midnight = _day(now.astimezone(zone).date(), zone)
        first, last = midnight - _DAY, now + AHEAD
        regular = [Span(first, last)] if always else list(_concrete(self.week, first, last, zone))
        spans = _without(_merged(_within((*regular, *self.openings), first, last)), _merged(self.closings))
        present = next((span for span in spans if span.begin <= now < span.end), None)
        if present is None and not (always or self.week or _covers(self.closings, now)):
            return None
        unlike = any(span.begin < next_midnight and span.end > midnight for span in (*self.openings, *self.closings))
        today = tuple(_of_day(spans, midnight, next_midnight)) if unlike else ()
        if present is not None:
            return Opened(is_open=True, until=present.end if present.end < last else None, today=today)
        coming = next((span.begin for span in spans if span.begin > now), None)
        return Opened(is_open=False, until=coming, today=today)


UNTOLD: Final = Hours()


def _day(day: date, zone: tzinfo) -> tuple[datetime, datetime]:
    """The midnights before and after, which are 23 or 25 hours apart on two days of the year."""
    begin = datetime(day.year, day.month, day.day, tzinfo=zone)
    following = day + _DAY
    return begin.astimezone(UTC), datetime(following.year, following.month, following.day, tzinfo=zone).astimezone(UTC)


def _concrete(week: Sequence[Opening], first: datetime, last: datetime, zone: tzinfo) -> Iterator[Span]:
    """The hours of the week on the days from `first` to `last`; an end that is not after its begin is a day later."""
    day, end = first.astimezone(zone).date() - _DAY, last.astimezone(zone).date()
    while day <= end:
        for opening in week:
            if opening.weekday == day.weekday():
                closes_on = day if opening.end > opening.begin else day + _DAY
                yield Span(
                    datetime.combine(day, opening.begin, zone).astimezone(UTC),
                    datetime.combine(closes_on, opening.end, zone).astimezone(UTC),
                )
        day += _DAY


def _within(spans: Iterable[Span], first: datetime, last: datetime) -> Iterator[Span]:
    for span in spans:
        begin, end = max(span.begin, first), min(span.end, last)
        if begin < end:
            yield Span(begin, end)


def _merged(spans: Iterable[Span]) -> list[Span]:
    """In order, those that meet or overlap as one."""
    merged: list[Span] = []
    for span in sorted(spans):
        if merged and span.begin <= merged[-1].end:
            merged[-1] = Span(merged[-1].begin, max(merged[-1].end, span.end))
        else:
            merged.append(span)
    return merged


def _without(spans: Sequence[Span], gaps: Sequence[Span]) -> list[Span]:
    """What is left of the spans; both are merged."""
    left: list[Span] = []
    passed = 0
    for span in spans:
        begin = span.begin
        while passed < len(gaps) and gaps[passed].end <= begin:
            passed += 1
        for gap in gaps[passed:]:
            if gap.begin >= span.end:
                break
            if begin < gap.begin:
                left.append(Span(begin, gap.begin))
            begin = max(begin, gap.end)
        if begin < span.end:
            left.append(Span(begin, span.end))
    return left


def _covers(spans: Iterable[Span], now: datetime) -> bool:
    return any(span.begin <= now < span.end for span in spans)


def _of_day(spans: Iterable[Span], midnight: datetime, next_midnight: datetime) -> Iterator[Span]:
    """Those of this day, from its midnight on; none where it is open all through it.

    One that ends tomorrow is shown with that end, unless its clock would then be that of today.
    """
    for span in spans:
        if span.begin >= next_midnight or span.end <= midnight:
            continue
        if span.begin <= midnight and span.end >= next_midnight:
            return
        begin = max(span.begin, midnight)
        yield Span(begin, span.end if span.end < begin + _DAY else next_midnight)
