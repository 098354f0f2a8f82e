"""A tariff as plain JSON, for the snapshot kept with a charge: what was shown is what is reckoned with.

Lossless both ways; decimals are strings. Absent keys mean the default, so that old snapshots stay readable.
"""

from collections.abc import Mapping
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from bot.domain.money import Money, Price
from bot.domain.tariffs.restrictions import Restrictions
from bot.domain.tariffs.tariff import Element, PriceComponent, Tariff

_TIMES = ("start_time", "end_time")
_DATES = ("start_date", "end_date")
_NUMBERS = ("min_kwh", "max_kwh", "min_current", "max_current", "min_power", "max_power")
_PLAIN = ("min_duration", "max_duration", "reservation")


def tariff_to_json(tariff: Tariff) -> dict[str, Any]:
    """Write a tariff as a dict of strings, ints, lists and dicts, without its empty fields."""
    return _filled(
        {
            "id": tariff.id,
            "currency": tariff.currency,
            "type": tariff.type,
            "elements": [_element_to_json(element) for element in tariff.elements],
            "min_price": _price_to_json(tariff.min_price),
            "max_price": _price_to_json(tariff.max_price),
            "tax_included": tariff.tax_included,
            "alt_texts": [list(pair) for pair in tariff.alt_texts] or None,
            "alt_url": tariff.alt_url,
            "start_date_time": _iso(tariff.start_date_time),
            "end_date_time": _iso(tariff.end_date_time),
            "last_updated": _iso(tariff.last_updated),
        }
    )


def tariff_from_json(snapshot: Mapping[str, Any]) -> Tariff:
    """Read what `tariff_to_json` wrote; raises KeyError, ValueError or ArithmeticError for anything else."""
    return Tariff(
        id=snapshot["id"],
        currency=snapshot["currency"],
        type=snapshot.get("type"),
        elements=tuple(_element_from_json(element) for element in snapshot["elements"]),
        min_price=_price_from_json(snapshot.get("min_price")),
        max_price=_price_from_json(snapshot.get("max_price")),
        tax_included=snapshot.get("tax_included"),
        alt_texts=tuple((language, text) for language, text in snapshot.get("alt_texts", ())),
        alt_url=snapshot.get("alt_url"),
        start_date_time=_moment(snapshot.get("start_date_time")),
        end_date_time=_moment(snapshot.get("end_date_time")),
        last_updated=_moment(snapshot.get("last_updated")),
    )


def _element_to_json(element: Element) -> dict[str, Any]:
    components = [
        _filled(
            {
                "type": component.type,
                "price": str(component.price),
                "vat": _text(component.vat),
                "step_size": component.step_size,
            }
        )
        for component in element.components
    ]
    restrictions = element.restrictions
    return _filled(
        {
            "components": components,
            "restrictions": None if restrictions is None else _restrictions_to_json(restrictions),
        }
    )


def _element_from_json(element: Mapping[str, Any]) -> Element:
    restrictions = element.get("restrictions")
    return Element(
        components=tuple(
            PriceComponent(
                type=component["type"],
                price=Decimal(component["price"]),
                vat=_number(component.get("vat")),
                step_size=component["step_size"],
            )
            for component in element["components"]
        ),
        restrictions=None if restrictions is None else _restrictions_from_json(restrictions),
    )


def _restrictions_to_json(limits: Restrictions) -> dict[str, Any]:
    return _filled(
        {name: _iso(getattr(limits, name)) for name in (*_TIMES, *_DATES)}
        | {name: _text(getattr(limits, name)) for name in _NUMBERS}
        | {name: getattr(limits, name) for name in _PLAIN}
        | {
            "day_of_week": list(limits.day_of_week) or None,
            "unknown": [list(pair) for pair in limits.unknown] or None,
        }
    )


def _restrictions_from_json(limits: Mapping[str, Any]) -> Restrictions:
    read: dict[str, Any] = {name: limits[name] for name in _PLAIN if name in limits}
    read |= {name: time.fromisoformat(limits[name]) for name in _TIMES if name in limits}
    read |= {name: date.fromisoformat(limits[name]) for name in _DATES if name in limits}
    read |= {name: Decimal(limits[name]) for name in _NUMBERS if name in limits}
    return Restrictions(
        **read,
        day_of_week=tuple(limits.get("day_of_week", ())),
        unknown=tuple((name, text) for name, text in limits.get("unknown", ())),
    )


def _price_to_json(price: Price | None) -> dict[str, Any] | None:
    if price is None:
        return None
    sides = {"excl_vat": price.excl_vat, "incl_vat": price.incl_vat}
    return {name: [str(side.amount), side.currency] for name, side in sides.items() if side is not None}


def _price_from_json(price: Mapping[str, list[str]] | None) -> Price | None:
    if price is None:
        return None
    sides = {name: Money(Decimal(amount), currency) for name, (amount, currency) in price.items()}
    return Price(sides.get("excl_vat"), sides.get("incl_vat"))


def _filled(fields: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if value is not None}


def _iso(value: datetime | date | time | None) -> str | None:
    return None if value is None else value.isoformat()


def _moment(value: str | None) -> datetime | None:
    return None if value is None else datetime.fromisoformat(value)


def _text(value: Decimal | None) -> str | None:
    return None if value is None else str(value)


def _number(value: str | None) -> Decimal | None:
    return None if value is None else Decimal(value)
