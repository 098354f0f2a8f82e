"""Short ways to write tariffs and usage in tests: numbers as strings, times as the station's clock shows them."""

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from bot.domain.money import Price
from bot.domain.tariffs.bill import Bill
from bot.domain.tariffs.restrictions import Restrictions
from bot.domain.tariffs.tariff import Element, PriceComponent, Tariff
from bot.domain.tariffs.usage import ChargingPeriod

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
MONDAY = "2024-06-10"
SATURDAY = "2024-06-15"
WEEKDAYS = ("MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY")
WEEKEND = ("SATURDAY", "SUNDAY")
_NUMBERS = {"min_kwh", "max_kwh", "min_current", "max_current", "min_power", "max_power"}


def component(kind, price, vat=None, step=1):
    return PriceComponent(kind, Decimal(price), None if vat is None else Decimal(vat), step)


def when(**limits):
    """Restrictions from plain text: when(start_time="22:00", max_kwh="10", day_of_week=WEEKEND)."""
    read = dict(limits)
    for name, value in limits.items():
        if name in _NUMBERS:
            read[name] = Decimal(value)
        elif name in {"start_time", "end_time"}:
            read[name] = time.fromisoformat(value)
        elif name in {"start_date", "end_date"}:
            read[name] = date.fromisoformat(value)
    return Restrictions(**read)


def element(*components, **limits):
    return Element(components, when(**limits) if limits else None)


def tariff(*elements, id="12", currency="EUR", **fields):  # noqa: A002  OCPI calls it so
    for name in ("min_price", "max_price"):
        if name in fields:
            fields[name] = limit(*fields[name], currency=currency)
    return Tariff(id, currency, elements, **fields)


def limit(excl, incl=None, currency="EUR"):
    return Price.of(currency, excl and Decimal(excl), incl and Decimal(incl))


def local(text, zone=AMSTERDAM):
    """`local("2024-06-10 09:30")`: that moment on the station's clock, as UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=zone).astimezone(UTC)


def hours(minutes):
    return Decimal(minutes) / 60


def session(begin, *stretches, tariff_id=None):
    """Periods one after another and their end: each a pair of minutes and dimensions as strings.

    TIME, PARKING_TIME or RESERVATION_TIME given as True takes the stretch's own length.
    """
    at, periods = begin, []
    for minutes, dimensions in stretches:
        volumes = {name: hours(minutes) if volume is True else Decimal(volume) for name, volume in dimensions.items()}
        periods.append(ChargingPeriod(at, volumes, tariff_id))
        at += timedelta(seconds=round(minutes * 60))
    return tuple(periods), at


def totals(bill: Bill) -> tuple[str | None, str | None]:
    excl, incl = bill.total.excl_vat, bill.total.incl_vat
    return (None if excl is None else str(excl.amount), None if incl is None else str(incl.amount))


def table(bill: Bill) -> list[tuple[str, str, str]]:
    """Reason, billed volume and exact amount before tax of each line."""
    return [
        (
            str(line.reason),
            f"{line.volume:f} {line.unit}",
            "?" if line.amount.excl_vat is None else f"{round(line.amount.excl_vat.amount, 6).normalize():f}",
        )
        for line in bill.lines
    ]
