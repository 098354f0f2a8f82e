"""What was used: charging periods as operators report them, cut where a tariff may change its mind.

A period is laid out evenly over its time on the clock: half of the time has half of the energy. Cutting a period
in two therefore changes nothing. This room knows volumes and boundaries, not prices.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta, tzinfo
from decimal import Decimal
from enum import StrEnum
from itertools import pairwise

from bot.domain.money import usable
from bot.domain.tariffs.restrictions import MIDNIGHT, Moment, Restrictions, clock_changes

ZERO = Decimal(0)
HOUR = Decimal(3600)
LONGEST_PERIOD = timedelta(days=366)
_MICROSECOND = timedelta(microseconds=1)
_MICROSECONDS = 10**6
_EARLIEST, _LATEST = datetime(1970, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)
# OCPI numbers have four decimals: a stated duration says no more than this, in seconds.
_CLOCK_AGREES = Decimal("0.18")
# Cuts inside a period that takes no time on the clock are placed on this scale.
_SCALE_OF_AN_INSTANT = 10**12
_WH_MISTAKEN = 100


class Measure(StrEnum):
    """The dimensions of a charging period that have a bearing on money (OCPI CdrDimensionType)."""

    ENERGY = "ENERGY"
    ENERGY_IMPORT = "ENERGY_IMPORT"
    TIME = "TIME"
    PARKING_TIME = "PARKING_TIME"
    RESERVATION_TIME = "RESERVATION_TIME"
    CURRENT = "CURRENT"
    MIN_CURRENT = "MIN_CURRENT"
    MAX_CURRENT = "MAX_CURRENT"
    POWER = "POWER"
    MIN_POWER = "MIN_POWER"
    MAX_POWER = "MAX_POWER"


_ENERGIES = frozenset((Measure.ENERGY, Measure.ENERGY_IMPORT))


@dataclass(frozen=True, slots=True)
class ChargingPeriod:
    """kWh, hours, amperes and kW by OCPI dimension name, from its start to the next period's.

    Volumes are those of this period alone. Unknown dimensions are kept and have no price.
    """

    start_date_time: datetime
    dimensions: Mapping[str, Decimal]
    tariff_id: str | None = None

    def __post_init__(self) -> None:
        for volume in self.dimensions.values():
            usable(volume)

    @property
    def energy(self) -> Decimal | None:
        """The kWh metered; None when the period does not speak of energy."""
        return self.dimensions.get(Measure.ENERGY, self.dimensions.get(Measure.ENERGY_IMPORT))


@dataclass(frozen=True, slots=True)
class Stretch:
    """A period made ready: UTC begin, length on the clock in microseconds, kWh, and exact seconds of each kind.

    `too_long`: it would last more than a year and is taken as an instant.
    """

    begin: datetime
    length: int
    energy: Decimal
    charging: Decimal
    parking: Decimal
    reserved: Decimal
    readings: Moment
    tariff_id: str | None
    too_long: bool = False

    @property
    def is_reservation(self) -> bool:
        return bool(self.reserved) and not (self.energy or self.charging or self.parking)


@dataclass(frozen=True, slots=True)
class Edges:
    """Where the restrictions of a tariff can open or close: local times, kWh, and seconds of the session."""

    times: frozenset[time]
    kwh: frozenset[Decimal]
    seconds: frozenset[int]

    @classmethod
    def of(cls, restrictions: Iterable[Restrictions]) -> "Edges":
        times: set[time | None] = set()
        kwh: set[Decimal | None] = set()
        seconds: set[int | None] = set()
        for limits in restrictions:
            if limits.by_clock:
                times |= {MIDNIGHT, limits.start_time, limits.end_time}
            kwh |= {limits.min_kwh, limits.max_kwh}
            seconds |= {limits.min_duration, limits.max_duration}
        return cls(frozenset(times - {None}), frozenset(kwh - {None}), frozenset(seconds - {None}))  # type: ignore[arg-type]  # the Nones are gone


@dataclass(frozen=True, slots=True)
class Segment:
    """A piece of a stretch in which no restriction changes its mind, and a moment inside it to ask them."""

    moment: Moment
    energy: Decimal
    charging: Decimal
    parking: Decimal
    reserved: Decimal


def utc(when: datetime) -> datetime:
    """Give the moment in UTC, between 1970 and 2200: an operator's wild timestamp must not overflow a calendar."""
    return min(max(when, _EARLIEST), _LATEST).astimezone(UTC)


def stretches(periods: Iterable[ChargingPeriod], end: datetime | None) -> list[Stretch]:
    """Order the periods by time and give each its length; without an end the last lasts as long as it says.

    A period longer than a year on the clock is taken as an instant (see `LONGEST_PERIOD`).
    """
    ordered = sorted(periods, key=lambda period: period.start_date_time)
    begins = [utc(period.start_date_time) for period in ordered]
    ready = []
    for index, period in enumerate(ordered):
        begin = begins[index]
        finish = begins[index + 1] if index + 1 < len(begins) else None if end is None else utc(end)
        ready.append(_stretch(period, begin, finish))
    return ready


def _stretch(period: ChargingPeriod, begin: datetime, finish: datetime | None) -> Stretch:
    volume = period.dimensions.get
    charging, parking, reserved = (
        max(ZERO, volume(kind, ZERO)) * HOUR for kind in (Measure.TIME, Measure.PARKING_TIME, Measure.RESERVATION_TIME)
    )
    stated = charging + parking + reserved
    length = int(stated * _MICROSECONDS) if finish is None or finish < begin else (finish - begin) // _MICROSECOND
    if too_long := length > LONGEST_PERIOD // _MICROSECOND:
        length = 0
    clock = Decimal(length) / _MICROSECONDS
    if abs(stated - clock) <= _CLOCK_AGREES and stated in {charging, parking, reserved}:
        charging, parking, reserved = (clock if kind else ZERO for kind in (charging, parking, reserved))
    energy, hours = period.energy or ZERO, (charging or clock) / HOUR
    readings = _readings(period.dimensions, begin, None if period.energy is None or not hours else energy / hours)
    if parking and not (energy or charging):
        readings = _idle(readings)
    return Stretch(begin, length, energy, charging, parking, reserved, readings, period.tariff_id, too_long)


def _readings(dimensions: Mapping[str, Decimal], begin: datetime, average_power: Decimal | None) -> Moment:
    """Lowest and highest current and power: as measured, else the average, else the other one, else derived."""

    def first(*names: Measure) -> Decimal | None:
        return next((dimensions[name] for name in names if name in dimensions), None)

    lowest_power = first(Measure.MIN_POWER, Measure.POWER, Measure.MAX_POWER)
    highest_power = first(Measure.MAX_POWER, Measure.POWER, Measure.MIN_POWER)
    return Moment(
        local=begin,
        min_current=first(Measure.MIN_CURRENT, Measure.CURRENT, Measure.MAX_CURRENT),
        max_current=first(Measure.MAX_CURRENT, Measure.CURRENT, Measure.MIN_CURRENT),
        min_power=average_power if lowest_power is None else lowest_power,
        max_power=average_power if highest_power is None else highest_power,
    )


def _idle(readings: Moment) -> Moment:
    """A car that asks for no power draws none, where nothing else was measured."""
    return replace(
        readings,
        min_current=readings.min_current or ZERO,
        max_current=readings.max_current or ZERO,
        min_power=readings.min_power or ZERO,
        max_power=readings.max_power or ZERO,
    )


def segments(stretch: Stretch, edges: Edges, zone: tzinfo, kwh_before: Decimal, since: datetime) -> Iterator[Segment]:
    """Cut a stretch at every edge inside it; `since` is when the charge (or the reservation) began."""
    scale = stretch.length or _SCALE_OF_AN_INSTANT
    cuts = {0: ZERO, scale: stretch.energy} | _cuts(stretch, scale, edges, zone, kwh_before, since)
    waited = (stretch.begin - since) // _MICROSECOND
    places = sorted(cuts)
    for left, right in pairwise(places):
        middle = (left + right) // 2 if stretch.length else 0
        at = stretch.begin + middle * _MICROSECOND
        moment = Moment(
            at.astimezone(zone) if edges.times else at,
            kwh_before + (cuts[left] + cuts[right]) / 2,
            Decimal(waited + middle) / _MICROSECONDS,
            stretch.readings.min_current,
            stretch.readings.max_current,
            stretch.readings.min_power,
            stretch.readings.max_power,
        )
        energy = cuts[right] - cuts[left]
        if len(places) == 2:  # noqa: PLR2004  nothing was cut, nothing needs dividing
            yield Segment(moment, energy, stretch.charging, stretch.parking, stretch.reserved)
            return
        charging, parking, reserved = (
            kind and kind * (right - left) / scale for kind in (stretch.charging, stretch.parking, stretch.reserved)
        )
        yield Segment(moment, energy, charging, parking, reserved)


def _cuts(
    stretch: Stretch, scale: int, edges: Edges, zone: tzinfo, kwh_before: Decimal, since: datetime
) -> dict[int, Decimal]:
    """Place (of `scale`) and kWh up to there, for each edge inside; an energy edge keeps its exact kWh."""
    places: list[int] = []
    if stretch.length:
        waited = (stretch.begin - since) // _MICROSECOND
        places += [seconds * _MICROSECONDS - waited for seconds in edges.seconds]
        finish = stretch.begin + stretch.length * _MICROSECOND
        changes = clock_changes(edges.times, stretch.begin, finish, zone)
        places += [(change - stretch.begin) // _MICROSECOND for change in changes]
    cuts = {place: stretch.energy * place / scale for place in places if 0 < place < scale}
    if stretch.energy:
        for edge in edges.kwh:
            share = (edge - kwh_before) / stretch.energy
            if 0 < share < 1 and 0 < (place := round(share * scale)) < scale:
                cuts[place] = edge - kwh_before
    return cuts


def energy_in_kwh(periods: Sequence[ChargingPeriod], total_kwh: Decimal | None) -> tuple[ChargingPeriod, ...]:
    """Read ENERGY as kWh where an operator wrote Wh: when the periods' sum is hundredfold the session's own kWh."""
    energy = sum((period.energy or ZERO for period in periods), ZERO)
    if not total_kwh or total_kwh < 0 or energy < _WH_MISTAKEN * total_kwh:
        return tuple(periods)
    return tuple(
        replace(
            period,
            dimensions={
                name: volume / 1000 if name == Measure.ENERGY else volume for name, volume in period.dimensions.items()
            },
        )
        for period in periods
    )
