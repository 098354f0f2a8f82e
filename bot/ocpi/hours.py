"""Opening times (OCPI Hours): weekday 1 is Monday, clocks are local, exceptions are moments in UTC.

The specification has no 24:00, so operators write 23:59 or 00:00 for an end at midnight; all three are read so.
"""

import re
from datetime import time
from typing import Any, Final

from bot.domain.catalogue import DAYS_A_WEEK, Opening
from bot.domain.hours import UNTOLD, Hours, Span
from bot.ocpi.errors import InvalidParameters
from bot.ocpi.reader import Fields
from bot.ocpi.wire import stamp, without_none

_CLOCK: Final = re.compile(r"([0-9]{1,2}):([0-9]{2})(?::[0-9]{2})?")
_MIDNIGHT: Final = time(0)
_ALMOST: Final = "23:59"
_AFTER_LAST: Final = "24:00"


def read_hours(fields: Fields | None) -> tuple[bool | None, Hours]:
    """Whether it is open day and night, as far as that was told, and the hours by the week and by exception."""
    if fields is None:
        return None, UNTOLD
    hours = Hours(
        week=fields.each("regular_hours", _read_regular),
        openings=fields.each("exceptional_openings", _read_span),
        closings=fields.each("exceptional_closings", _read_span),
    )
    always = fields.flag("twentyfourseven")
    return (False if always is None and hours.week else always), hours


def _read_regular(fields: Fields) -> Opening:
    weekday = fields.needed_number("weekday", 1, DAYS_A_WEEK)
    begin, end = _clock(fields, "period_begin"), _clock(fields, "period_end", end=True)
    return Opening(int(weekday) - 1, begin, end)


def _clock(fields: Fields, name: str, *, end: bool = False) -> time:
    text = fields.text(name) or ""
    found = _CLOCK.fullmatch(text)
    if found is None:
        raise fields.missing(name)
    hour, minute = int(found[1]), int(found[2])
    if end and f"{hour:02}:{minute:02}" in {_ALMOST, _AFTER_LAST}:
        return _MIDNIGHT
    try:
        return time(hour, minute)
    except ValueError:
        raise fields.missing(name) from None


def _read_span(fields: Fields) -> Span:
    begin, end = fields.needed_moment("period_begin"), fields.needed_moment("period_end")
    if begin >= end:
        raise InvalidParameters("a period that ends before it begins")
    return Span(begin, end)


def write_hours(*, always: bool | None, hours: Hours) -> dict[str, Any] | None:
    """As it was understood; None where nothing was told."""
    told = without_none(
        {
            "twentyfourseven": always,
            "regular_hours": [_write_regular(opening) for opening in hours.week],
            "exceptional_openings": [_write_span(span) for span in hours.openings],
            "exceptional_closings": [_write_span(span) for span in hours.closings],
        }
    )
    return told or None


def _write_regular(opening: Opening) -> dict[str, Any]:
    end = _ALMOST if opening.end == _MIDNIGHT else f"{opening.end:%H:%M}"
    return {"weekday": opening.weekday + 1, "period_begin": f"{opening.begin:%H:%M}", "period_end": end}


def _write_span(span: Span) -> dict[str, str]:
    return {"period_begin": stamp(span.begin), "period_end": stamp(span.end)}
