"""Charging periods of Sessions and CDRs, with energy in kWh even where an operator wrote Wh."""

from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal
from typing import Any, Final

from bot.domain.tariffs.usage import ChargingPeriod
from bot.ocpi.reader import Fields
from bot.ocpi.wire import stamp, without_none

_ENERGY: Final = "ENERGY"
_ENERGIES: Final = frozenset({_ENERGY, "ENERGY_IMPORT", "ENERGY_EXPORT"})
_MARGIN: Final = Decimal("1.2")
_SLACK: Final = Decimal(5)
_ZERO: Final = Decimal(0)

Periods = tuple[ChargingPeriod, ...]


def read_periods(fields: Fields) -> Periods:
    """Read `charging_periods`; one without a start, or of which nothing can be read, is left out and noted."""
    return fields.each("charging_periods", _read_period)


def _read_period(fields: Fields) -> ChargingPeriod:
    start = fields.moment("start_date_time")
    if start is None:
        raise fields.missing("start_date_time")
    dimensions = fields.each("dimensions", _read_dimension)
    if not dimensions and fields.raw.get("dimensions"):
        raise fields.missing("dimensions")
    return ChargingPeriod(start, dict(dimensions), fields.id("tariff_id"))


def _read_dimension(fields: Fields) -> tuple[str, Decimal]:
    kind = fields.word("type")
    if kind is None:
        raise fields.missing("type")
    return kind, fields.needed_number("volume")


def write_periods(periods: Periods) -> list[dict[str, Any]]:
    return [
        without_none(
            {
                "start_date_time": stamp(period.start_date_time),
                "dimensions": [{"type": kind, "volume": volume} for kind, volume in period.dimensions.items()],
                "tariff_id": period.tariff_id,
            }
        )
        for period in periods
    ]


def total_energy(periods: Iterable[ChargingPeriod]) -> Decimal:
    """The sum of ENERGY, kWh if they say kWh."""
    return sum((period.dimensions.get(_ENERGY, _ZERO) for period in periods), _ZERO)


def in_kwh(new: Periods, kwh: Decimal, old: Periods = ()) -> tuple[Periods, bool]:
    """All periods, `old` before `new`, in kWh, and whether anything was taken for Wh.

    The energy of the periods cannot be more than the session's own kwh. Where it is, but fits when the new periods
    (or all of them) are read as Wh, Wh is what was meant: the specification's own session examples do it.
    """
    most = max(kwh, _ZERO) * _MARGIN + _SLACK
    before, added = total_energy(old), total_energy(new)
    if before + added <= most:
        return (*old, *new), False
    if added > 0 and before + added / 1000 <= most:
        return (*old, *map(_from_wh, new)), True
    if (before + added) / 1000 <= most:
        return tuple(map(_from_wh, (*old, *new))), True
    return (*old, *new), False


def _from_wh(period: ChargingPeriod) -> ChargingPeriod:
    dimensions = {kind: volume / 1000 if kind in _ENERGIES else volume for kind, volume in period.dimensions.items()}
    return replace(period, dimensions=dimensions)


def appended(old: Periods, new: Periods, kwh: Decimal) -> tuple[Periods, bool]:
    """Add the periods of a PATCH, as `in_kwh`; one that starts when a known one does is that period told again."""
    told_again = {period.start_date_time for period in new}
    kept = tuple(period for period in old if period.start_date_time not in told_again)
    periods, repaired = in_kwh(new, kwh, kept)
    return tuple(sorted(periods, key=lambda period: period.start_date_time)), repaired
