"""When a station can be reached, by its own clock, as its operator tells it."""

from collections.abc import Iterator, Sequence
from itertools import groupby, islice
from typing import Final

from bot.domain.catalogue import DAYS_A_WEEK, Opening
from bot.domain.station import Station
from handlers.texts import Html, Words

MOST: Final = 14
"""Spans that are shown: two for each day."""


def opening_hours(words: Words, station: Station) -> Html | None:
    """Days with the same hours together; nothing where nothing was told."""
    if station.twentyfourseven:
        return words("Open day and night")
    if station.openings:
        return words("Opening hours: {hours}", hours=Html("; ".join(islice(_spans(words, station.openings), MOST))))
    return None if station.twentyfourseven is None else words("Not open all day: the hours are on the sign there")


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
