"""Regular opening hours between OCPI and us: days from 1 for Monday there, from 0 here; exceptions are not kept."""

from datetime import time
from typing import Any, Final

from bot.domain.catalogue import DAYS_A_WEEK, Opening
from bot.domain.station import Station
from bot.ocpi.reader import Fields

_MIDNIGHT: Final = "24:00"
"""Not allowed, and written all the same for the end of a day."""


def read_opening(fields: Fields) -> Opening:
    """One RegularHours.

    Raises:
        InvalidParameters: without a day and two times it says nothing.

    """
    weekday = fields.needed_number("weekday", 1, DAYS_A_WEEK)
    return Opening(int(weekday) - 1, _clock(fields, "period_begin"), _clock(fields, "period_end"))


def _clock(fields: Fields, name: str) -> time:
    told = fields.text(name, 5)
    try:
        return time.min if told == _MIDNIGHT else time.fromisoformat(told or "").replace(tzinfo=None)
    except ValueError:
        raise fields.missing(name) from None


def write_hours(station: Station) -> dict[str, Any] | None:
    """OCPI's Hours; None where nothing was told."""
    regular = [
        {"weekday": each.weekday + 1, "period_begin": f"{each.begin:%H:%M}", "period_end": f"{each.end:%H:%M}"}
        for each in station.openings
    ]
    told: dict[str, Any] = {}
    if station.twentyfourseven is not None:
        told["twentyfourseven"] = station.twentyfourseven
    if regular:
        told["regular_hours"] = regular
    return told or None
