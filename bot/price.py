"""`chargebot price`: what a charge costs by its tariff, from files alone; no database, no settings, no network."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bot.domain.errors import ChargebotError
from bot.domain.money import Money, Price
from bot.domain.tariffs.bill import Bill, Line, bill_to_json
from bot.domain.tariffs.pricing import price
from bot.domain.tariffs.tariff import Tariff
from bot.domain.tariffs.usage import Measure
from bot.ocpi.errors import OcpiError
from bot.ocpi.price_files import OperatorBill, Usage, operator_bill_in, tariffs_in, usage_in
from bot.ocpi.wire import read_json

Found = TypeVar("Found")

_TIMES: Final = (Measure.TIME, Measure.PARKING_TIME, Measure.RESERVATION_TIME)


class PriceError(ChargebotError):
    """Nothing could be priced; the text says why, in a sentence for the person at the terminal."""


@dataclass(frozen=True, slots=True)
class Priced:
    """Our bill, what to know about it, and for a CDR what its operator asks."""

    bill: Bill
    notes: tuple[str, ...] = ()
    operator: Price | None = None

    @property
    def compared(self) -> tuple[Money, Money] | None:
        """Ours and the operator's, on one side: with tax where both tell it, else without; None where neither do."""
        if self.operator is None:
            return None
        for ours, theirs in (
            (self.bill.total.incl_vat, self.operator.incl_vat),
            (self.bill.total.excl_vat, self.operator.excl_vat),
        ):
            if ours is not None and theirs is not None:
                return ours, theirs
        return None


def price_files(cdr: str = "", tariff: str = "", periods: str = "", time_zone: str = "") -> Priced:
    """Price the CDR of a file, or the periods of one by the tariffs of another; a CDR may be given other tariffs.

    Raises:
        PriceError: files are missing, cannot be read, or hold nothing that can be priced.

    """
    if bool(cdr) == bool(periods) or (periods and not tariff):
        raise PriceError("Give either --cdr FILE, or --tariff FILE with --periods FILE and --time-zone ZONE.")
    if cdr:
        asked = _read(cdr, operator_bill_in)
        return _price_cdr(cdr, asked, _read(tariff, tariffs_in) if tariff else asked.tariffs, time_zone)
    if not time_zone:
        raise PriceError("Give the station's --time-zone too, such as Europe/Amsterdam: tariffs go by its clock.")
    used, tariffs = _read(periods, usage_in), _read(tariff, tariffs_in)
    bill = _bill(periods, tariffs, used, _zone(time_zone))
    return Priced(bill, _notes(bill, used, tariffs))


def _price_cdr(name: str, asked: OperatorBill, tariffs: Sequence[Tariff], time_zone: str) -> Priced:
    if not tariffs:
        raise PriceError(f"{name} holds no tariff; give one with --tariff FILE.")
    used = asked.usage
    bill = _bill(name, tariffs, used, _zone(time_zone or used.zone or "UTC"))
    if bill.currency != asked.currency:
        raise PriceError(f"{name} bills in {asked.currency}, but its tariff is in {bill.currency}.")
    notes = list(_notes(bill, used, tariffs))
    if not time_zone and not used.zone:
        notes.append("The station's time zone is not known: UTC was taken; give it with --time-zone.")
    return Priced(bill, tuple(notes), asked.total)


def _read(name: str, read: Callable[[object], Found]) -> Found:
    try:
        return read(read_json(Path(name).read_bytes()))
    except OSError as error:
        raise PriceError(f"{name} cannot be read: {error.strerror or error}.") from None
    except OcpiError as error:
        raise PriceError(f"{name} cannot be priced: {error.message}.") from None


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise PriceError(f"{name!r} is no time zone; one is Europe/Amsterdam.") from None


def _bill(name: str, tariffs: Sequence[Tariff], used: Usage, zone: ZoneInfo) -> Bill:
    try:
        return price(tariffs, used.periods, zone, used.start, used.end)
    except (ValueError, ArithmeticError) as error:
        raise PriceError(f"{name} cannot be priced: {error}.") from None


def _notes(bill: Bill, used: Usage, tariffs: Sequence[Tariff]) -> tuple[str, ...]:
    told = [f"{str(code).replace('_', ' ').capitalize()}{_facts(facts)}." for code, facts in bill.caveats]
    clocked = any(tariff.is_time_based or tariff.has_parking_fee for tariff in tariffs)
    if clocked and not any(kind in period.dimensions for period in used.periods for kind in _TIMES):
        told.append("The tariff has a price for time, but no period tells one: time was not priced.")
    return (*used.notes, *told)


def _facts(facts: Mapping[str, object]) -> str:
    return ": " + ", ".join(map(str, facts.values())) if facts else ""


def to_json(priced: Priced) -> str:
    """The bill as JSON; `difference` is what the operator asks beyond our own total, negative where it asks less."""
    fields: dict[str, Any] = bill_to_json(priced.bill) | {"notes": list(priced.notes)}
    if priced.operator is not None:
        compared = priced.compared
        best = compared[1] if compared else priced.operator.best_known
        fields |= {
            "operator_total": _plain(best),
            "operator_total_excl_vat": _plain(priced.operator.excl_vat),
            "operator_total_incl_vat": _plain(priced.operator.incl_vat),
            "difference": _plain(compared[1] - compared[0]) if compared else None,
        }
    return json.dumps(fields, indent=2, ensure_ascii=False)


def _plain(money: Money | None) -> str | None:
    """With the currency's minor digits, or with more where the operator asks for parts of them."""
    if money is None:
        return None
    rounded = money.rounded()
    return f"{(rounded if rounded == money else money).amount:f}"


def show(priced: Priced) -> None:
    """Print the bill as a table, with what the operator asks below it."""
    from rich.console import Console
    from rich.table import Table

    bill = priced.bill
    table = Table(title=f"Bill in {bill.currency}", title_justify="left")
    table.add_column("What")
    for name in ("Volume", "Price", "VAT %", "Without VAT", "With VAT"):
        table.add_column(name, justify="right")
    for line in bill.lines:
        table.add_row(*_row(line))
    table.add_section()
    table.add_row("Total", "", "", "", _shown(bill.total.excl_vat), _shown(bill.total.incl_vat), style="bold")
    if priced.operator is not None:
        theirs = priced.operator
        table.add_row("The operator asks", "", "", "", _shown(theirs.excl_vat), _shown(theirs.incl_vat))
    console = Console(highlight=False, markup=False)
    console.print(table)
    for sentence in _verdict(priced):
        console.print(sentence)


def _row(line: Line) -> tuple[str, ...]:
    vat = "" if line.vat is None else f"{line.vat:f}"
    what = str(line.reason).replace("_", " ")
    excl, incl = _exactly(line.amount.excl_vat), _exactly(line.amount.incl_vat)
    return what, f"{line.volume:f} {line.unit}", f"{line.price:f}", vat, excl, incl


def _exactly(money: Money | None) -> str:
    return "?" if money is None else f"{round(money.amount, 6).normalize():f}"


def _shown(money: Money | None) -> str:
    return _plain(money) or "?"


def _verdict(priced: Priced) -> list[str]:
    if priced.operator is None:
        return list(priced.notes)
    compared = priced.compared
    if compared is None:
        return [*priced.notes, "The two cannot be compared: they do not tell the same side of the tax."]
    difference = compared[1] - compared[0]
    if not difference.amount:
        return [*priced.notes, "The operator's total is ours."]
    more = "more" if difference.amount > 0 else "less"
    return [*priced.notes, f"The operator asks {_plain(abs(difference))} {difference.currency} {more} than we reckon."]
