"""Fees by the hour, while a car charges and while it only stands there: what they are now, and when they rise."""

from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from decimal import Decimal
from typing import Final

from bot.domain.tariffs.restrictions import MIDNIGHT, Moment, clock_changes
from bot.domain.tariffs.settlement import with_tax
from bot.domain.tariffs.tariff import Dimension, Tariff

AHEAD: Final = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class FeeStep:
    """From `at` on an hour costs `per_hour` in the tariff's currency, with tax where that is known."""

    at: datetime
    per_hour: Decimal
    dimension: Dimension


def clocked(tariff: Tariff | None) -> bool:
    """Whether staying may cost money; a price nobody knows may."""
    return tariff is None or tariff.is_time_based or tariff.has_parking_fee


def hourly(tariff: Tariff, dimension: Dimension, began: datetime, when: datetime, zone: tzinfo) -> Decimal:
    """What an hour costs at that moment of a charge that began at `began`; what hangs on readings is left out."""
    moment = Moment(when.astimezone(zone), seconds=Decimal(max(0, int((when - began).total_seconds()))))
    for element in tariff.elements:
        component = next((one for one in element.components if one.type == dimension), None)
        if component is None or element.reservation is not None:
            continue
        if element.restrictions is None or element.restrictions.hold(moment):
            best = with_tax(component.price, component, tariff).best_known
            return best.amount if best else component.price
    return Decimal(0)


def next_step(tariff: Tariff, dimension: Dimension, began: datetime, now: datetime, zone: tzinfo) -> FeeStep | None:
    """When an hour next becomes dearer than it is now, within a day; None when it does not."""
    price = hourly(tariff, dimension, began, now, zone)
    for moment in sorted(_edges(tariff, began, now, zone)):
        later = hourly(tariff, dimension, began, moment, zone)
        if later > price:
            return FeeStep(moment, later, dimension)
        price = later
    return None


def _edges(tariff: Tariff, began: datetime, now: datetime, zone: tzinfo) -> set[datetime]:
    """Every moment of the coming day at which a condition of the tariff can open or close."""
    found: set[datetime] = set()
    for element in tariff.elements:
        limits = element.restrictions
        if limits is None:
            continue
        spans = (limits.min_duration, limits.max_duration)
        found.update(began + timedelta(seconds=span) for span in spans if span is not None)
        if limits.by_clock:
            times = {limits.start_time or MIDNIGHT, limits.end_time or MIDNIGHT, MIDNIGHT}
            found.update(clock_changes(times, now, now + AHEAD, zone))
    return {moment for moment in found if now < moment <= now + AHEAD}
