"""When a station can be reached, by its own clock, as its operator tells it."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import groupby, islice
from typing import Final

from bot.domain.catalogue import DAYS_A_WEEK, Opening
from bot.domain.hours import Opened
from bot.domain.station import Station
from handlers.cards.screen import lines
from handlers.texts import Html, Words

MOST: Final = 14
"""Spans that are shown: two for each day."""


def opening_hours(words: Words, station: Station, now: datetime) -> Html | None:
    """Whether it is open now, and days with the same hours together; nothing where nothing was told.

    `words` read the station's clock. Nothing of this stands in the way of a start.
    """
    always = station.twentyfourseven is True
    opened = station.hours.at(now, words.zone, always=always)
    if opened is None:
        told = station.twentyfourseven is not None
        return words("Not open all day: the hours are on the sign there") if told else None
    if always and opened.is_open and opened.until is None:
        return words("Open day and night")
    return lines(
        _now(words, opened, now),
        _today(words, opened),
        None if always else _week(words, station.hours.week),
        _when_closed(words, station),
    )


def _now(words: Words, opened: Opened, now: datetime) -> Html:
    until = opened.until and _clock(words, opened.until, now)
    if opened.is_open:
        return words("Open now, until {time}", time=until) if until else words("Open now")
    return words("Closed now, opens {time}", time=until) if until else words("Closed now")


def _clock(words: Words, when: datetime, now: datetime) -> str:
    """The clock alone today, with the day else."""
    local = when.astimezone(words.zone)
    clock = words.short_clock(when)
    return clock if local.date() == now.astimezone(words.zone).date() else f"{words.weekday(local.weekday())} {clock}"


def _today(words: Words, opened: Opened) -> Html | None:
    """Where this day is not like others."""
    spans = ", ".join(f"{words.short_clock(span.begin)}\u2013{words.short_clock(span.end)}" for span in opened.today)
    return words("Hours today: {hours}", hours=spans) if spans else None


def _when_closed(words: Words, station: Station) -> Html | None:
    if station.charging_when_closed is None:
        return None
    if station.charging_when_closed:
        return words("Charging goes on outside these hours too.")
    return words("No charging outside these hours.")


def _week(words: Words, week: Sequence[Opening]) -> Html | None:
    if not week:
        return None
    return words("Opening hours: {hours}", hours=Html("; ".join(islice(_spans(words, week), MOST))))


def _spans(words: Words, openings: Sequence[Opening]) -> Iterator[Html]:
    days = [_hours(openings, weekday) for weekday in range(DAYS_A_WEEK)]
    for hours, same in groupby(range(DAYS_A_WEEK), key=lambda weekday: days[weekday]):
        weekdays = list(same)
        for begin, end in hours:
            yield _span(words, _names(words, weekdays[0], weekdays[-1]), begin, end)


def _hours(openings: Sequence[Opening], weekday: int) -> tuple[tuple[str, str], ...]:
    told = {(f"{each.begin:%H:%M}", f"{each.end:%H:%M}") for each in openings if each.weekday == weekday}
    return tuple(sorted(told))


def _names(words: Words, first: int, last: int) -> str:
    names = words.locale.days["format"]["abbreviated"]
    return names[first] if first == last else f"{names[first]}\u2013{names[last]}"


def _span(words: Words, day: str, begin: str, end: str) -> Html:
    if begin == end:
        return words("{day}: day and night", day=day)
    return words("{day}: {begin} to {end}", day=day, begin=begin, end=end)
