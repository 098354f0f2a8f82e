"""Tariffs in OCPI 2.2.1 words (2.3.0's taxes are read too) and as Tariffs, both ways.

What cannot be read in a price or a condition is never dropped silently: a tariff with an unreadable price is refused
whole, an unreadable condition is kept as one nobody can judge. A wrong price is worse than none.
"""

from datetime import date, time
from decimal import Decimal
from typing import Any, Final

from bot.domain.ids import Party
from bot.domain.money import Price
from bot.domain.tariffs.restrictions import Restrictions
from bot.domain.tariffs.tariff import Element, PriceComponent, Tariff
from bot.ocpi.errors import InvalidParameters
from bot.ocpi.reader import Fields, Notes, Source
from bot.ocpi.wire import read_json, stamp, without_none, write_json

_TIMES: Final = ("start_time", "end_time")
_DATES: Final = ("start_date", "end_date")
_NUMBERS: Final = ("min_kwh", "max_kwh", "min_current", "max_current", "min_power", "max_power")
_SECONDS: Final = ("min_duration", "max_duration")
_MOST: Final = 10**6
_LONGEST: Final = 10**9


MOST_MONEY: Final = 10**9
"""No price of charging a car is beyond this; what claims to be is refused here, before it is to be stored."""


def read_tariff(raw: object, source: Source, notes: Notes) -> tuple[Party, Tariff]:
    """Read a Tariff and whose it is.

    Raises:
        InvalidParameters: without id, currency, or with a price that cannot be read, it is of no use.

    """
    fields = Fields.of(raw, notes)
    return fields.party(source), tariff_of(fields, source)


def tariff_of(fields: Fields, source: Source) -> Tariff:
    """Read a Tariff where its owner does not matter, as within a CDR."""
    currency = read_currency(fields)
    elements = tuple(_read_element(element) for element in _all(fields, "elements"))
    if not any(element.components for element in elements):
        raise fields.missing("elements")
    try:
        return Tariff(
            id=fields.needed_id("id", source.object_id),
            currency=currency,
            elements=elements,
            type=fields.word("type"),
            min_price=read_price(fields, "min_price", currency),
            max_price=read_price(fields, "max_price", currency),
            tax_included=fields.word("tax_included"),
            alt_texts=fields.display_texts("tariff_alt_text"),
            alt_url=fields.text("tariff_alt_url"),
            start_date_time=fields.moment("start_date_time"),
            end_date_time=fields.moment("end_date_time"),
            last_updated=fields.needed_moment("last_updated", source.received_at),
        )
    except ValueError as error:
        raise InvalidParameters(str(error)) from None


def read_currency(fields: Fields) -> str:
    """An ISO 4217 code.

    Raises:
        InvalidParameters: it is missing or has not three letters.

    """
    currency = fields.word("currency")
    if currency is None or len(currency) != 3 or not (currency.isascii() and currency.isalpha()):  # noqa: PLR2004  ISO 4217
        raise fields.missing("currency")
    return currency


def read_price(fields: Fields, name: str, currency: str) -> Price | None:
    """A Price of any version: excl_vat and incl_vat, before_taxes with taxes or after_taxes, or a bare number.

    None where it is absent or says nothing; a side that nobody stated stays unknown.
    """
    if name not in fields.raw or fields.raw[name] is None:
        return None
    if not isinstance(fields.raw[name], dict | list):
        net = fields.number(name, -MOST_MONEY, MOST_MONEY)
        return None if net is None else Price.of(currency, net)
    price = fields.child(name)
    if price is None:
        return None
    net = _amount(price, "excl_vat") if "excl_vat" in price.raw else _amount(price, "before_taxes")
    gross = _amount(price, "incl_vat") if "incl_vat" in price.raw else _amount(price, "after_taxes")
    if gross is None and net is not None and price.raw.get("taxes"):
        amounts = [_amount(tax, "amount") for tax in price.children("taxes")]
        gross = None if None in amounts else net + sum((a for a in amounts if a is not None), Decimal(0))
    if gross is not None and abs(gross) > MOST_MONEY:
        gross = None
    return None if net is None and gross is None else Price.of(currency, net, gross)


def _amount(fields: Fields, name: str) -> Decimal | None:
    return fields.number(name, -MOST_MONEY, MOST_MONEY)


def _read_element(fields: Fields) -> Element:
    components = tuple(_read_component(component) for component in _all(fields, "price_components"))
    limits = fields.child("restrictions")
    if limits is None and fields.raw.get("restrictions"):
        raise fields.missing("restrictions")
    return Element(components, _read_restrictions(limits) if limits and limits.raw else None)


def _all(fields: Fields, name: str) -> list[Fields]:
    """A list of objects of which none may be left out."""
    found = fields.children(name)
    raw = fields.raw.get(name)
    if len(found) < (len(raw) if isinstance(raw, list) else bool(raw)):
        raise fields.missing(name)
    return found


def _read_component(fields: Fields) -> PriceComponent:
    kind = fields.word("type")
    if kind is None:
        raise fields.missing("type")
    vat = fields.needed_number("vat", -99, 1000) if fields.raw.get("vat") is not None else None
    step = fields.number("step_size", 0, _LONGEST)
    return PriceComponent(kind, fields.needed_number("price", -_MOST, _MOST), vat, 1 if step is None else int(step))


def _read_restrictions(fields: Fields) -> Restrictions:
    readable: dict[str, Any] = {name: _clock(fields, name) for name in _TIMES}
    readable |= {name: _date(fields, name) for name in _DATES}
    readable |= {name: fields.number(name) for name in _NUMBERS}
    readable |= {name: _seconds(fields, name) for name in _SECONDS}
    readable |= {"reservation": fields.word("reservation")}
    days = tuple(word.upper() for word in fields.words("day_of_week"))
    judged = {name for name, value in readable.items() if value is not None}
    unknown = tuple(
        (name, write_json(value).decode())
        for name, value in fields.raw.items()
        if name not in judged and value is not None and not (name == "day_of_week" and _all_words(value))
    )
    return Restrictions(**readable, day_of_week=days, unknown=unknown)


def _all_words(value: object) -> bool:
    return isinstance(value, str) or (isinstance(value, list) and all(isinstance(item, str) for item in value))


def _clock(fields: Fields, name: str) -> time | None:
    """Local time "HH:MM"; 24:00 is the end of the day, which OCPI writes 00:00."""
    text = fields.text(name, 8)
    if text is None:
        return None
    try:
        moment = time.fromisoformat("00:00" if text.startswith("24:00") else text)
    except ValueError:
        fields.refuse(name, "no time of day")
        return None
    return moment.replace(tzinfo=None)


def _date(fields: Fields, name: str) -> date | None:
    text = fields.text(name)
    if text is None:
        return None
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        fields.refuse(name, "no date")
        return None


def _seconds(fields: Fields, name: str) -> int | None:
    seconds = fields.number(name, 0, _LONGEST)
    return None if seconds is None else int(seconds)


def write_tariff(party: Party, tariff: Tariff) -> dict[str, Any]:
    """The Tariff as we have it stored; reading it again gives the same."""
    return without_none(
        {
            "country_code": party.country_code,
            "party_id": party.party_id,
            "id": tariff.id,
            "currency": tariff.currency,
            "type": tariff.type,
            "tariff_alt_text": [{"language": lang, "text": text} for lang, text in tariff.alt_texts],
            "tariff_alt_url": tariff.alt_url,
            "min_price": write_price(tariff.min_price),
            "max_price": write_price(tariff.max_price),
            "tax_included": tariff.tax_included,
            "elements": [_write_element(element) for element in tariff.elements],
            "start_date_time": stamp(tariff.start_date_time) if tariff.start_date_time else None,
            "end_date_time": stamp(tariff.end_date_time) if tariff.end_date_time else None,
            "last_updated": stamp(tariff.last_updated) if tariff.last_updated else None,
        }
    )


def write_price(price: Price | None) -> dict[str, Decimal] | None:
    if price is None:
        return None
    sides = {"excl_vat": price.excl_vat, "incl_vat": price.incl_vat}
    return {name: side.amount for name, side in sides.items() if side is not None}


def _write_element(element: Element) -> dict[str, Any]:
    components = [
        without_none({"type": c.type, "price": c.price, "vat": c.vat, "step_size": c.step_size})
        for c in element.components
    ]
    limits = element.restrictions
    return without_none(
        {"price_components": components, "restrictions": None if limits is None else _write_restrictions(limits)}
    )


def _write_restrictions(limits: Restrictions) -> dict[str, Any]:
    fields: dict[str, Any] = {name: _iso_minutes(getattr(limits, name)) for name in _TIMES}
    fields |= {name: d.isoformat() if (d := getattr(limits, name)) else None for name in _DATES}
    fields |= {name: getattr(limits, name) for name in (*_NUMBERS, *_SECONDS, "reservation")}
    fields |= {"day_of_week": list(limits.day_of_week)}
    return without_none(fields | {name: read_json(text.encode()) for name, text in limits.unknown})


def _iso_minutes(moment: time | None) -> str | None:
    return None if moment is None else moment.isoformat(timespec="minutes")
