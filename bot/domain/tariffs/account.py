"""What each price of a tariff was used for in one session, with `step_size` added once at the end.

OCPI mod_cdrs "step_size": once a session for ENERGY, once for TIME and PARKING_TIME together (for the parking alone
where any was paid), once for a reservation; on the session's total, with the step of the component that was active
last, and the added volume at that component's price.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import ROUND_CEILING, Decimal

from bot.domain.tariffs.bill import Caveat, Fact, Line, Reason, legible
from bot.domain.tariffs.settlement import with_tax
from bot.domain.tariffs.tariff import Dimension, PriceComponent, Tariff
from bot.domain.tariffs.usage import HOUR, ZERO, Measure

# Volumes carry the noise of division and of operators' binary numbers, far behind this place of a Wh or a second.
_NOISE_PLACES = 6
_WH = Decimal(1000)
_ONE = Decimal(1)


@dataclass(frozen=True, slots=True)
class _Kind:
    """How a reason's volume is kept and shown: `steps` and `shown` are the step unit and the shown unit in it."""

    dimension: str
    unit: str
    steps: Decimal = _ONE
    shown: Decimal = _ONE
    rounded: Reason | None = None


_FEE = _Kind(Dimension.FLAT, "session")
_KINDS = {
    Reason.START_FEE: _FEE,
    Reason.RESERVATION_FEE: _FEE,
    Reason.EXPIRED_FEE: _FEE,
    Reason.ENERGY: _Kind(Dimension.ENERGY, "kWh", steps=_WH, rounded=Reason.ENERGY_STEP_ROUNDED),
    Reason.CHARGING: _Kind(Dimension.TIME, "h", shown=HOUR, rounded=Reason.CHARGING_STEP_ROUNDED),
    Reason.PARKING: _Kind(Dimension.PARKING_TIME, "h", shown=HOUR, rounded=Reason.PARKING_STEP_ROUNDED),
    Reason.RESERVATION: _Kind(Measure.RESERVATION_TIME, "h", shown=HOUR, rounded=Reason.RESERVATION_STEP_ROUNDED),
    Reason.EXPIRED: _Kind(Measure.RESERVATION_TIME, "h", shown=HOUR, rounded=Reason.EXPIRED_STEP_ROUNDED),
}


@dataclass(slots=True)
class _Entry:
    """One line in the making: kWh, seconds or sessions used, and what `step_size` added."""

    reason: Reason
    component: PriceComponent
    tariff: Tariff
    used: Decimal = ZERO
    added: Decimal = ZERO
    facts: dict[str, Fact] = field(default_factory=dict)

    def line(self) -> Line:
        kind = _KINDS[self.reason]
        volume = self.used + self.added
        amount = volume * self.component.price / kind.shown
        return Line(
            dimension=kind.dimension,
            reason=kind.rounded if kind.rounded and self.added else self.reason,
            volume=legible(volume / kind.shown),
            unit=kind.unit,
            price=self.component.price,
            vat=self.component.vat,
            amount=with_tax(amount, self.component, self.tariff),
            tariff_id=self.tariff.id,
            facts=self.facts,
        )


class Account:
    """Collects use while a session is walked through; gives lines and caveats at its end."""

    def __init__(self) -> None:
        self._entries: dict[tuple[Reason, str, Decimal, Decimal | None], _Entry] = {}
        self._last: dict[str, tuple[_Entry, int]] = {}
        self._caveats: dict[Caveat, list[Mapping[str, Fact]]] = {}

    def has(self, reason: Reason) -> bool:
        return any(entry.reason is reason for entry in self._entries.values())

    def add(self, reason: Reason, component: PriceComponent, tariff: Tariff, volume: Decimal) -> None:
        """Note kWh, seconds or one session; uses at one price share a line, and the last one's step is remembered."""
        key = (reason, tariff.id, component.price, component.vat)
        entry = self._entries.get(key)
        if entry is None:
            entry = self._entries[key] = _Entry(reason, component, tariff)
        entry.used += volume
        self._last[_KINDS[reason].dimension] = entry, component.step_size

    def doubt(self, code: Caveat, **facts: Fact) -> None:
        """Note once why the bill may not be the whole truth."""
        noted = self._caveats.setdefault(code, [])
        if facts not in noted:
            noted.append(facts)

    def round_up_to_steps(self) -> None:
        """Add what `step_size` adds; to be called once, after the last use."""
        time = Dimension.PARKING_TIME if Dimension.PARKING_TIME in self._last else Dimension.TIME
        for dimension in (Dimension.ENERGY, time, Measure.RESERVATION_TIME):
            if dimension in self._last:
                self._round_up(dimension, *self._last[dimension])

    def _round_up(self, dimension: str, last: _Entry, step: int) -> None:
        if step <= 0:
            return
        kind = _KINDS[last.reason]
        used = sum((e.used for e in self._entries.values() if _KINDS[e.reason].dimension == dimension), ZERO)
        total = round(used * kind.steps, _NOISE_PLACES)
        billed = (total / step).to_integral_value(ROUND_CEILING) * step
        if billed > total:
            last.added = billed / kind.steps - used
            last.facts = {
                "step_size": step,
                "used": legible(last.used / kind.shown),
                "added": legible(last.added / kind.shown),
                "total_used": legible(used / kind.shown),
                "total_billed": legible(billed / kind.steps / kind.shown),
            }

    def lines(self) -> list[Line]:
        return [entry.line() for entry in self._entries.values()]

    def caveats(self) -> tuple[tuple[Caveat, Mapping[str, Fact]], ...]:
        return tuple((code, facts) for code, noted in self._caveats.items() for facts in noted)
