"""How a car takes energy: AC flat until full, DC flat at first and then tapering with the state of charge."""

from dataclasses import dataclass
from decimal import ROUND_DOWN, Decimal
from typing import NamedTuple

FULL = Decimal(100)
METER = Decimal("0.0001")
_NOTHING = Decimal("0.000000001")
_STEP = Decimal(10)
_HOUR = Decimal(3600)

# (state of charge in percent, share of the car's best DC power), straight lines between the points.
DC_CURVE = (
    (Decimal(0), Decimal(1)),
    (Decimal(40), Decimal(1)),
    (Decimal(60), Decimal("0.85")),
    (Decimal(80), Decimal("0.40")),
    (Decimal(100), Decimal("0.08")),
)


class Taken(NamedTuple):
    kwh: Decimal
    seconds: Decimal


@dataclass(slots=True)
class Car:
    """Sizes in kWh and kW, `soc` in percent."""

    name: str = "a car"
    battery_kwh: Decimal = Decimal(60)
    soc: Decimal = Decimal(35)
    max_ac_kw: Decimal = Decimal(11)
    max_dc_kw: Decimal = Decimal(150)

    @property
    def full(self) -> bool:
        return self.soc >= FULL

    def power(self, charger_kw: Decimal, *, dc: bool) -> Decimal:
        """What flows right now, in kW: the smaller of what the charger gives and what the car takes."""
        if self.full:
            return Decimal(0)
        mine = self.max_dc_kw * dc_share(self.soc) if dc else self.max_ac_kw
        return min(charger_kw, mine)

    def take(self, charger_kw: Decimal, seconds: Decimal, *, dc: bool) -> Taken:
        """Charge for up to `seconds`; the seconds given back are fewer when the car gets full on the way."""
        kwh = Decimal(0)
        left = seconds
        while left > 0 and not self.full:
            step = min(left, _STEP)
            power = self.power(charger_kw, dc=dc)
            room = self.battery_kwh * (FULL - self.soc) / FULL
            flow = power * step / _HOUR
            if flow >= room - _NOTHING:
                step = min(room * _HOUR / power, step)
                flow = room
                self.soc = FULL
            else:
                self.soc += flow * FULL / self.battery_kwh
            kwh += flow
            left -= step
        return Taken(kwh, seconds - left)


def dc_share(soc: Decimal) -> Decimal:
    """The share of its best DC power that a car takes at this state of charge."""
    low, share = DC_CURVE[0]
    for high, next_share in DC_CURVE[1:]:
        if soc <= high:
            return share + (next_share - share) * (soc - low) / (high - low)
        low, share = high, next_share
    return share


def reading(kwh: Decimal) -> Decimal:
    """What the meter shows: whole tenths of a watt-hour, never more than was delivered."""
    return (kwh + _NOTHING).quantize(METER, ROUND_DOWN)
