"""A tariff as every OCPI version means it, and what a price card asks of it.

The border translates each version's words into these; values it does not know survive as strings and are named by
`Tariff.unknowns`, so that a tariff is shown even where it cannot be priced whole. Nothing here reckons.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from decimal import Decimal
from enum import StrEnum

from bot.domain.money import Price, usable
from bot.domain.tariffs.restrictions import DAYS, Moment, Reservation, Restrictions


class Dimension(StrEnum):
    """What a price component prices: per kWh, per session, per hour not charging, per hour charging."""

    ENERGY = "ENERGY"
    FLAT = "FLAT"
    PARKING_TIME = "PARKING_TIME"
    TIME = "TIME"


class TaxIncluded(StrEnum):
    """OCPI 2.3.0. None on a Tariff is OCPI 2.2.1: prices exclude VAT, and an absent vat means none applies."""

    YES = "YES"
    NO = "NO"
    NOT_APPLICABLE = "N/A"


_DIMENSIONS = frozenset(map(str, Dimension))
_RESERVATIONS = frozenset(map(str, Reservation))
_TAX_WORDS = frozenset(map(str, TaxIncluded))


class Applies(StrEnum):
    """When a component counts for a charge that would start at the moment asked about."""

    NOW = "now"
    DEPENDS = "depends"  # on current, power or a condition nobody here can judge
    LATER = "later"  # at another hour, or after some time or energy
    OVER = "over"  # its last day has passed
    SHADOWED = "shadowed"  # an earlier element without conditions always wins


@dataclass(frozen=True, slots=True)
class PriceComponent:
    """`price` per kWh, hour or session; `vat` in percent; `step_size` in Wh or seconds, 0 for none."""

    type: str
    price: Decimal
    vat: Decimal | None = None
    step_size: int = 1

    def __post_init__(self) -> None:
        usable(self.price)
        if self.vat is not None and usable(self.vat) <= -100:  # noqa: PLR2004  minus all of it
            raise ValueError("a tax cannot take more than the price away")


@dataclass(frozen=True, slots=True)
class Element:
    """Components that share their restrictions; restrictions None is always."""

    components: tuple[PriceComponent, ...]
    restrictions: Restrictions | None = None

    @property
    def reservation(self) -> str | None:
        """The kind of reservation this element prices, or None when it prices charging."""
        return None if self.restrictions is None else self.restrictions.reservation


@dataclass(frozen=True, slots=True)
class Part:
    """One component of a tariff with its conditions, as a line on a price card."""

    component: PriceComponent
    restrictions: Restrictions | None
    applies: Applies


@dataclass(frozen=True, slots=True)
class Tariff:
    """`type` is OCPI's TariffType (None: for all sessions); `alt_texts` are (language, text) the driver must see."""

    id: str
    currency: str
    elements: tuple[Element, ...]
    type: str | None = None
    min_price: Price | None = None
    max_price: Price | None = None
    tax_included: str | None = None
    alt_texts: tuple[tuple[str, str], ...] = ()
    alt_url: str | None = None
    start_date_time: datetime | None = None
    end_date_time: datetime | None = None
    last_updated: datetime | None = None

    @property
    def is_time_based(self) -> bool:
        """Whether charging itself costs money by the hour."""
        return self._costs(Dimension.TIME)

    @property
    def has_parking_fee(self) -> bool:
        """Whether staying connected without charging costs money."""
        return self._costs(Dimension.PARKING_TIME)

    @property
    def has_start_fee(self) -> bool:
        return self._costs(Dimension.FLAT)

    @property
    def is_free(self) -> bool:
        """Whether nothing about it can cost anything, reservations included."""
        floor = None if self.min_price is None else self.min_price.best_known
        costs = any(component.price for _, component in self._components())
        return not costs and (floor is None or not floor.amount)

    def _costs(self, dimension: str) -> bool:
        return any(
            component.type == dimension and component.price and element.reservation is None
            for element, component in self._components()
        )

    def _components(self) -> Iterator[tuple[Element, PriceComponent]]:
        return ((element, component) for element in self.elements for component in element.components)

    def in_force(self, when: datetime) -> bool:
        """Valid from the start on, up to and with the end (OCPI: "after which this tariff is no longer valid")."""
        return (self.start_date_time is None or self.start_date_time <= when) and (
            self.end_date_time is None or when <= self.end_date_time
        )

    def unknowns(self) -> tuple[str, ...]:
        """The words in it that cannot be priced, each once: "HOLD_TIME", "min_soc", "reservation BOOKING"."""
        found: dict[str, None] = {}
        for element, component in self._components():
            limits = element.restrictions or Restrictions()
            if component.type not in _DIMENSIONS:
                found[component.type] = None
            found.update(dict.fromkeys(name for name, _ in limits.unknown))
            found.update(dict.fromkeys(f"day_of_week {day}" for day in limits.day_of_week if day not in DAYS))
            if limits.reservation is not None and limits.reservation not in _RESERVATIONS:
                found[f"reservation {limits.reservation}"] = None
        if self.tax_included is not None and self.tax_included not in _TAX_WORDS:
            found[f"tax_included {self.tax_included}"] = None
        return tuple(found)

    def parts(self, when: datetime, zone: tzinfo) -> tuple[Part, ...]:
        """Every component in the tariff's order, with its conditions, seen from a charge that would start now."""
        moment = Moment(when.astimezone(zone))
        taken: set[tuple[str | None, str]] = set()
        always: set[tuple[str | None, str]] = set()
        parts = []
        for element, component in self._components():
            key = (element.reservation, component.type)
            applies = Applies.SHADOWED if key in always else _applies(element.restrictions, moment)
            if applies is Applies.NOW and key in taken:
                applies = Applies.LATER
            if applies is Applies.NOW:
                taken.add(key)
            if _unconditional(element.restrictions):
                always.add(key)
            parts.append(Part(component, element.restrictions, applies))
        return tuple(parts)

    def components_at(self, when: datetime, zone: tzinfo) -> dict[str, PriceComponent]:
        """The component that counts, per dimension, for a charge at its first moment; a missing one is free."""
        return {
            part.component.type: part.component
            for part in self.parts(when, zone)
            if part.applies is Applies.NOW and (part.restrictions is None or part.restrictions.reservation is None)
        }


def _unconditional(restrictions: Restrictions | None) -> bool:
    return restrictions is None or restrictions == Restrictions(reservation=restrictions.reservation)


def _applies(restrictions: Restrictions | None, moment: Moment) -> Applies:
    if restrictions is None:
        return Applies.NOW
    if restrictions.end_date is not None and moment.local.date() >= restrictions.end_date:
        return Applies.OVER
    verdict = restrictions.hold(moment)
    if verdict is None:
        return Applies.DEPENDS
    return Applies.NOW if verdict else Applies.LATER


def tariff_in_force(tariffs: Iterable[Tariff], when: datetime, kind: str = "REGULAR") -> Tariff | None:
    """The tariff for a charge of this TariffType that starts at `when`; None when none is valid then.

    The asked type first, then a tariff for all sessions; of several, the one that began last.
    """
    valid = [tariff for tariff in tariffs if tariff.in_force(when) and tariff.type in {kind, None}]
    return max(valid, key=lambda tariff: (tariff.type == kind, _began(tariff)), default=None)


def _began(tariff: Tariff) -> datetime:
    return tariff.start_date_time or datetime.min.replace(tzinfo=UTC)
