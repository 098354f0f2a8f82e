"""A table for spreadsheets: CSV by RFC 4180, in UTF-8 with the mark that spreadsheets look for.

A cell that a spreadsheet would take for a formula is kept words: an apostrophe stands before it.
"""

import csv
import io
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Final

from bot.domain.money import Money
from bot.services.history import Entry
from handlers.cards.history import cost
from handlers.escape import clean, plain
from handlers.texts import Words

MARK: Final = "\ufeff"
FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")  # noqa: RUF001  also the wide ones
LONGEST: Final = 300
SECONDS_A_MINUTE: Final = 60

Cell = str | int | Decimal | None


def table(words: Words, entries: Iterable[Entry]) -> bytes:
    """One charge a line, the oldest first; numbers with a point, moments with the station's offset."""
    return written([_head(words), *(_row(words, entry) for entry in entries)])


def written(rows: Iterable[Sequence[Cell]]) -> bytes:
    sheet = io.StringIO(newline="")
    csv.writer(sheet, lineterminator="\r\n").writerows([_cell(cell) for cell in row] for row in rows)
    return (MARK + sheet.getvalue()).encode()


def _cell(value: Cell) -> str:
    if value is None:
        return ""
    if isinstance(value, Decimal):
        return f"{value:f}"
    text = clean(str(value))[:LONGEST]
    return f"'{text}" if text.startswith(FORMULA) else text


def _head(words: Words) -> list[Cell]:
    return [
        str(name)
        for name in (
            words("Begin"),
            words("End"),
            words("Minutes"),
            words("Station"),
            words("Address"),
            words("Connector"),
            words("Network"),
            words("kWh"),
            words("Currency"),
            words("Total without VAT"),
            words("Total with VAT"),
            words("State"),
            words("Bills"),
            words("Pass"),
            words("Mark"),
            words("Reference"),
            words("Our fee without VAT"),
            words("Our fee with VAT"),
        )
    ]


def _row(words: Words, entry: Entry) -> list[Cell]:
    charge, total = entry.charge, entry.total
    end = charge.ended_at.astimezone(entry.began.tzinfo) if charge.ended_at else None
    best = total.best_known if total else None
    return [
        entry.began.isoformat(timespec="seconds"),
        end.isoformat(timespec="seconds") if end else None,
        int((end - entry.began).total_seconds()) // SECONDS_A_MINUTE if end else None,
        charge.place.title,
        charge.place.address,
        charge.place.identifier,
        str(charge.place.party),
        entry.kwh,
        best.currency if best else None,
        _amount(total.excl_vat if total else None),
        _amount(total.incl_vat if total else None),
        None if total is not None else plain(cost(words, entry)),
        " ".join(cdr.id for cdr in entry.cdrs),
        charge.pass_number,
        str(words("Business") if charge.business else words("Private")),
        charge.id,
        _amount(entry.fee.total.excl_vat if entry.fee else None),
        _amount(entry.fee.total.incl_vat if entry.fee else None),
    ]


def _amount(money: Money | None) -> Decimal | None:
    return None if money is None else money.rounded().amount
