"""What a session costs under the operator's own tariffs (OCPI 2.2.1 mod_tariffs, mod_cdrs "step_size").

Rounding, stated once: volumes and amounts are exact Decimals until the end; then each cost on the wire is rounded by
itself to whole cents, half up, excluding and including VAT separately from the exact sums. The parts of a CDR may
therefore differ from its total by a cent.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import ROUND_CEILING, ROUND_HALF_UP, Decimal
from zoneinfo import ZoneInfo

from sandbox.cpo.tariffs import Component, Element, Money, Tariff

_CENT = Decimal("0.01")
_PERCENT = Decimal(100)
_UNIT = {"ENERGY": Decimal(1000), "TIME": Decimal(3600), "PARKING_TIME": Decimal(3600)}


@dataclass(frozen=True, slots=True)
class Volumes:
    """A charging period as far as prices go: kWh, and hours charging and parking."""

    start: datetime
    energy: Decimal = Decimal(0)
    time: Decimal = Decimal(0)
    parking: Decimal = Decimal(0)

    def of(self, dimension: str) -> Decimal:
        return {"ENERGY": self.energy, "TIME": self.time, "PARKING_TIME": self.parking}[dimension]


@dataclass(slots=True)
class Line:
    component: Component
    volume: Decimal

    def cost(self) -> Money:
        excl = self.volume * self.component.price
        return Money(excl, excl * (1 + (self.component.vat or 0) / _PERCENT))


@dataclass(slots=True)
class Bill:
    """Lines in the order in which their components were last active."""

    tariff: Tariff
    lines: list[Line] = field(default_factory=list)

    def total(self) -> Money:
        """Within the tariff's min_price and max_price, which hold excluding and including VAT each for itself."""
        cost = _sum(self.lines)
        low, high = self.tariff.min_price, self.tariff.max_price
        if low is not None:
            cost = Money(max(cost.excl_vat, low.excl_vat), max(cost.incl_vat, low.incl_vat))
        if high is not None:
            cost = Money(min(cost.excl_vat, high.excl_vat), min(cost.incl_vat, high.incl_vat))
        return in_cents(cost)

    def part(self, dimension: str) -> Money | None:
        """The cost of one dimension, None where the tariff never asked money for it."""
        lines = self._of(dimension)
        return in_cents(_sum(lines)) if lines else None

    def add(self, component: Component, volume: Decimal) -> None:
        before = [line for line in self.lines if line.component is component]
        self.lines = [line for line in self.lines if line.component is not component]
        self.lines.append(Line(component, volume + sum((line.volume for line in before), Decimal(0))))

    def round_up_steps(self) -> None:
        """Once for energy; once for time and parking together, on the parking if there was any."""
        self._round_up("ENERGY")
        self._round_up("PARKING_TIME" if self._of("PARKING_TIME") else "TIME")

    def _round_up(self, dimension: str) -> None:
        lines = self._of(dimension)
        if lines and (step := lines[-1].component.step_size) > 0:
            used = sum((line.volume for line in lines), Decimal(0)) * _UNIT[dimension]
            billed = (used / step).to_integral_value(ROUND_CEILING) * step
            lines[-1].volume += (billed - used) / _UNIT[dimension]

    def _of(self, dimension: str) -> list[Line]:
        return [line for line in self.lines if line.component.dimension == dimension]


def price(tariff: Tariff, periods: Iterable[Volumes], started: datetime, time_zone: str) -> Bill:
    """Each period is priced by the components that are active at its start."""
    bill = Bill(tariff)
    zone = ZoneInfo(time_zone)
    for period in periods:
        flat = active(tariff, "FLAT", period.start, started, zone)
        if flat is not None and bill.part("FLAT") is None:
            bill.add(flat, Decimal(1))
        for dimension in _UNIT:
            component = active(tariff, dimension, period.start, started, zone)
            if component is not None and period.of(dimension):
                bill.add(component, period.of(dimension))
    bill.round_up_steps()
    return bill


def active(tariff: Tariff, dimension: str, at: datetime, started: datetime, zone: ZoneInfo) -> Component | None:
    """The first component of this dimension whose element's restrictions all match; None is free."""
    for element in tariff.elements:
        for component in element.components:
            if component.dimension == dimension and _matches(element, at, started, zone):
                return component
    return None


def active_components(tariff: Tariff, at: datetime, started: datetime, time_zone: str) -> tuple[Component | None, ...]:
    zone = ZoneInfo(time_zone)
    return tuple(active(tariff, dimension, at, started, zone) for dimension in _UNIT)


def next_change(tariff: Tariff, at: datetime, started: datetime, time_zone: str) -> datetime | None:
    """The next moment at which a restriction begins or ends to match: there a charging period must end."""
    zone = ZoneInfo(time_zone)
    moments = []
    for element in tariff.elements:
        if element.min_duration is not None:
            moments.append(started + timedelta(seconds=element.min_duration))
        moments += [_next_local(at, clock, zone) for clock in (element.start_time, element.end_time) if clock]
    return min((moment for moment in moments if moment > at), default=None)


def in_cents(cost: Money) -> Money:
    return Money(cost.excl_vat.quantize(_CENT, ROUND_HALF_UP), cost.incl_vat.quantize(_CENT, ROUND_HALF_UP))


def _matches(element: Element, at: datetime, started: datetime, zone: ZoneInfo) -> bool:
    if element.min_duration is not None and at - started < timedelta(seconds=element.min_duration):
        return False
    if element.start_time is None or element.end_time is None:
        return True
    clock = at.astimezone(zone).strftime("%H:%M")
    if element.start_time < element.end_time:
        return element.start_time <= clock < element.end_time
    return clock >= element.start_time or clock < element.end_time


def _next_local(at: datetime, clock: str, zone: ZoneInfo) -> datetime:
    local = at.astimezone(zone)
    hour, minute = map(int, clock.split(":"))
    moment = local.replace(hour=hour, minute=minute, second=0, microsecond=0)
    if moment <= local:
        moment += timedelta(days=1)
    return moment.astimezone(at.tzinfo)


def _sum(lines: Iterable[Line]) -> Money:
    costs = [line.cost() for line in lines]
    return Money(
        sum((cost.excl_vat for cost in costs), Decimal(0)),
        sum((cost.incl_vat for cost in costs), Decimal(0)),
    )
