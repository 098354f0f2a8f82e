"""The operator's prices, as plain data. Nothing is computed here; pricing.py does that."""

from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal

VAT = Decimal(21)


@dataclass(frozen=True, slots=True)
class Component:
    """`dimension` is ENERGY, FLAT, TIME or PARKING_TIME; `price` excludes VAT; `step_size` is in Wh or seconds."""

    dimension: str
    price: Decimal
    step_size: int = 1
    vat: Decimal | None = VAT


@dataclass(frozen=True, slots=True)
class Element:
    """Restrictions are local times "HH:MM" and seconds since the session's start; None does not restrict."""

    components: tuple[Component, ...]
    start_time: str | None = None
    end_time: str | None = None
    min_duration: int | None = None

    @property
    def restrictions(self) -> dict[str, str | int]:
        found = {"start_time": self.start_time, "end_time": self.end_time, "min_duration": self.min_duration}
        return {name: value for name, value in found.items() if value is not None}


@dataclass(frozen=True, slots=True)
class Money:
    excl_vat: Decimal
    incl_vat: Decimal


@dataclass(frozen=True, slots=True)
class Tariff:
    id: str
    elements: tuple[Element, ...]
    min_price: Money | None = None
    max_price: Money | None = None
    alt_text: str | None = None
    currency: str = "EUR"
    last_updated: datetime = datetime(2026, 1, 1, tzinfo=UTC)


def _always(*components: Component) -> Element:
    return Element(components)


def _eur(price: str) -> Decimal:
    return Decimal(price)


ENERGY_ONLY = Tariff("AC-KWH", (_always(Component("ENERGY", _eur("0.45"))),))
START_FEE = Tariff(
    "AC-START",
    (_always(Component("FLAT", _eur("0.35")), Component("ENERGY", _eur("0.42"))),),
)
CHARGING_TIME = Tariff(
    "AC-TIME",
    (_always(Component("ENERGY", _eur("0.30")), Component("TIME", _eur("1.20"), 60)),),
    max_price=Money(_eur("30.00"), _eur("36.30")),
)
GRACE = Tariff(
    "AC-GRACE",
    (
        _always(Component("ENERGY", _eur("0.40"))),
        Element((Component("PARKING_TIME", _eur("3.00"), 60),), min_duration=900),
    ),
    alt_text="Staying after your car is full is free during the first quarter of an hour of your session.",
)
QUAY = Tariff(
    "AC-QUAY",
    (_always(Component("ENERGY", _eur("0.40")), Component("PARKING_TIME", _eur("6.00"), 60)),),
    alt_text="Please move your car when it is full: others are waiting for the quay.",
)
NIGHT = Tariff(
    "AC-NIGHT",
    (
        Element((Component("ENERGY", _eur("0.28")),), start_time="23:00", end_time="07:00"),
        _always(Component("ENERGY", _eur("0.44"))),
    ),
)
FAST = Tariff(
    "DC-50",
    (_always(Component("ENERGY", _eur("0.55"), 100)),),
    min_price=Money(_eur("1.00"), _eur("1.21")),
)
HIGH_POWER = Tariff(
    "DC-HPC",
    (
        _always(
            Component("FLAT", _eur("0.50")),
            Component("ENERGY", _eur("0.62")),
            Component("PARKING_TIME", _eur("9.00"), 60),
        ),
    ),
)
FREE = Tariff("FREE", (_always(Component("FLAT", _eur("0.00"), vat=None)),))

TARIFFS = {
    tariff.id: tariff
    for tariff in (
        ENERGY_ONLY,
        START_FEE,
        CHARGING_TIME,
        GRACE,
        QUAY,
        NIGHT,
        FAST,
        HIGH_POWER,
        FREE,
    )
}
