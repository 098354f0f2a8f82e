"""When a tariff element applies (OCPI TariffRestrictions): pure questions about one moment of a session.

Half-open everywhere: from a minimum on, up to but not including a maximum. Times, days and dates are the
station's own clock, through its summer and winter time. This room knows conditions, not prices.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from decimal import Decimal
from enum import StrEnum

DAYS = ("MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY")
MIDNIGHT = time(0)
_DAY = timedelta(days=1)
_INSTANT = timedelta(microseconds=1)
_ZERO = Decimal(0)
_READINGS = ("min_current", "max_current", "min_power", "max_power")


class Reservation(StrEnum):
    RESERVATION = "RESERVATION"
    RESERVATION_EXPIRES = "RESERVATION_EXPIRES"


@dataclass(frozen=True, slots=True)
class Moment:
    """What is true at one point of a session: the station's local time, and what was measured so far.

    `kwh` and `seconds` count from the start of the charge (of the reservation, for its own elements). Currents are
    amperes summed over phases, powers kW, both over the surrounding period; None: not measured.
    """

    local: datetime
    kwh: Decimal = _ZERO
    seconds: Decimal = _ZERO
    min_current: Decimal | None = None
    max_current: Decimal | None = None
    min_power: Decimal | None = None
    max_power: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Restrictions:
    """Conditions that must all hold. `unknown` keeps, as (name, JSON text), those this version cannot judge."""

    start_time: time | None = None
    end_time: time | None = None
    start_date: date | None = None
    end_date: date | None = None
    min_kwh: Decimal | None = None
    max_kwh: Decimal | None = None
    min_current: Decimal | None = None
    max_current: Decimal | None = None
    min_power: Decimal | None = None
    max_power: Decimal | None = None
    min_duration: int | None = None
    max_duration: int | None = None
    day_of_week: tuple[str, ...] = ()
    reservation: str | None = None
    unknown: tuple[tuple[str, str], ...] = ()

    @property
    def by_clock(self) -> bool:
        """Whether the passing of time of day, or of days, can open or close the element."""
        return bool(
            self.start_time is not None
            or self.end_time is not None
            or self.start_date is not None
            or self.end_date is not None
            or self.day_of_week
        )

    def hold(self, moment: Moment) -> bool | None:
        """Whether the element applies at this moment; None when that hangs on something not measured or unknown.

        `reservation` is not judged here: it says what the element prices, not when.
        """
        if not (self.clock_holds(moment.local) and self.meter_holds(moment)):
            return False
        return self._readings_hold(moment)

    def clock_holds(self, local: datetime) -> bool:
        """Time of day, day of week and dates; each is judged alone, so a night window of a FRIDAY ends at midnight."""
        if self.day_of_week and DAYS[local.weekday()] not in self.day_of_week:
            return False
        today = local.date()
        if self.start_date is not None and today < self.start_date:
            return False
        if self.end_date is not None and today >= self.end_date:
            return False
        return self._in_hours(local.time())

    def _in_hours(self, now: time) -> bool:
        begin, end = self.start_time or MIDNIGHT, self.end_time or MIDNIGHT
        if begin == end:
            return True
        if begin < end:
            return begin <= now < end
        return now >= begin or now < end

    def meter_holds(self, moment: Moment) -> bool:
        """Energy and duration so far."""
        kwh, seconds = moment.kwh, moment.seconds
        return (
            (self.min_kwh is None or kwh >= self.min_kwh)
            and (self.max_kwh is None or kwh < self.max_kwh)
            and (self.min_duration is None or seconds >= self.min_duration)
            and (self.max_duration is None or seconds < self.max_duration)
        )

    def _readings_hold(self, moment: Moment) -> bool | None:
        for least, reading in ((self.min_current, moment.min_current), (self.min_power, moment.min_power)):
            if least is not None and reading is not None and reading < least:
                return False
        for limit, reading in ((self.max_current, moment.max_current), (self.max_power, moment.max_power)):
            if limit is not None and reading is not None and reading >= limit:
                return False
        return None if self.unknown or self.unmeasured(moment) else True

    def unmeasured(self, moment: Moment) -> tuple[str, ...]:
        """The names of the current and power limits that nobody took a reading for."""
        return tuple(name for name in _READINGS if getattr(self, name) is not None and getattr(moment, name) is None)


def clock_changes(times: Iterable[time], begin: datetime, end: datetime, zone: tzinfo) -> Iterator[datetime]:
    """Every instant (UTC) between begin and end (UTC) at which a local clock shows one of the times, or jumps.

    It may give instants at which nothing changes, outside the span too; it never leaves one out.
    """
    times = tuple(times)
    if not times:
        return
    for first, last, offset in _steady(begin, end, zone):
        yield first
        day, last_day = (first + offset).date(), (last + offset).date()
        while day <= last_day:
            for moment in times:
                yield datetime.combine(day, moment, UTC) - offset
            day += _DAY


def _steady(begin: datetime, end: datetime, zone: tzinfo) -> Iterator[tuple[datetime, datetime, timedelta]]:
    """The span in pieces in which the clock does not jump to summer or winter time, with their offset from UTC.

    A jump may enter or leave a window without passing its edge.
    """
    offset = _offset(begin, zone)
    since, seen = begin, begin
    while seen < end:
        until = min(seen + _DAY, end)
        if _offset(until, zone) != offset:
            low, high = seen, until
            while high - low > _INSTANT:
                middle = low + (high - low) / 2
                low, high = (middle, high) if _offset(middle, zone) == offset else (low, middle)
            yield since, high, offset
            since, until, offset = high, high, _offset(high, zone)
        seen = until
    yield since, end, offset


def _offset(when: datetime, zone: tzinfo) -> timedelta:
    return when.astimezone(zone).utcoffset() or timedelta(0)
