"""What a charge will cost, or costs so far, when the operator's bill is not there yet: an estimate, and it says so."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta, tzinfo
from decimal import Decimal

from bot.domain.tariffs.bill import Bill, Caveat
from bot.domain.tariffs.pricing import price
from bot.domain.tariffs.tariff import Tariff
from bot.domain.tariffs.usage import HOUR, ZERO, ChargingPeriod, Measure, energy_in_kwh

_TIMES = (Measure.TIME, Measure.PARKING_TIME, Measure.RESERVATION_TIME)
_MICROSECONDS = 10**6


def estimate(
    tariff: Tariff,
    kwh: Decimal,
    duration: timedelta,
    start: datetime,
    time_zone: tzinfo,
    *,
    parking: timedelta = timedelta(0),
) -> Bill:
    """Price a made-up charge, for a worked example: even power for `duration`, then `parking` without charging."""
    charge: dict[str, Decimal] = {Measure.ENERGY: kwh, Measure.TIME: _hours(duration)}
    periods = [ChargingPeriod(start, charge)]
    if parking:
        idle: dict[str, Decimal] = {Measure.PARKING_TIME: _hours(parking)}
        periods.append(ChargingPeriod(start + duration, idle))
    return price(tariff, periods, time_zone, start, start + duration + parking)


def running_cost(
    tariffs: Tariff | Iterable[Tariff],
    start: datetime,
    now: datetime,
    time_zone: tzinfo,
    *,
    kwh: Decimal | None,
    periods: Sequence[ChargingPeriod] = (),
) -> Bill:
    """Price a session up to now, from what an operator tells meanwhile.

    `kwh` is the session's own total. Without periods, one even period of charging from start to now is assumed
    (PERIOD_ASSUMED: time spent waiting full is not known). Periods in Wh are read as kWh; periods that never tell
    times get the time on the clock (TIME_ASSUMED); the open last period reaches to now and to `kwh`.
    """
    if not periods:
        whole: dict[str, Decimal] = {Measure.ENERGY: kwh or ZERO, Measure.TIME: _hours(now - start)}
        bill = price(tariffs, [ChargingPeriod(start, whole)], time_zone, start, now)
        return _with_caveat(bill, Caveat.PERIOD_ASSUMED)
    told = sorted(energy_in_kwh(periods, kwh), key=lambda period: period.start_date_time)
    silent = not any(kind in period.dimensions for period in told for kind in _TIMES)
    if silent:
        told = _timed(told, now)
    told[-1] = _open(told[-1], now, _missing(told, kwh))
    bill = price(tariffs, told, time_zone, start, now, reservation_expired=False)
    return _with_caveat(bill, Caveat.TIME_ASSUMED) if silent else bill


def _hours(duration: timedelta) -> Decimal:
    return Decimal(duration // timedelta(microseconds=1)) / _MICROSECONDS / HOUR


def _timed(periods: Sequence[ChargingPeriod], now: datetime) -> list[ChargingPeriod]:
    ends = [*(period.start_date_time for period in periods[1:]), now]
    return [
        _with(period, Measure.TIME, _hours(max(timedelta(0), end - period.start_date_time)))
        for period, end in zip(periods, ends, strict=True)
    ]


def _missing(periods: Iterable[ChargingPeriod], kwh: Decimal | None) -> Decimal:
    """Energy the session's total is ahead of its periods."""
    told = sum((period.energy or ZERO for period in periods), ZERO)
    return ZERO if kwh is None else max(ZERO, kwh - told)


def _open(period: ChargingPeriod, now: datetime, energy: Decimal) -> ChargingPeriod:
    """Let the last period reach to now, where it tells of one kind of time only."""
    kinds = [kind for kind in _TIMES if kind in period.dimensions]
    if len(kinds) == 1 and now > period.start_date_time:
        period = _with(period, kinds[0], _hours(now - period.start_date_time))
    if energy:
        period = _with(period, Measure.ENERGY, (period.energy or ZERO) + energy)
    return period


def _with(period: ChargingPeriod, kind: str, volume: Decimal) -> ChargingPeriod:
    return replace(period, dimensions={**period.dimensions, kind: volume})


def _with_caveat(bill: Bill, code: Caveat) -> Bill:
    return replace(bill, caveats=(*bill.caveats, (code, {})))
