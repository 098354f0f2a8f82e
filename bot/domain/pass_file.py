"""The file in which an operator of the bot gives us passes: one a line, with a header, as any spreadsheet writes it."""

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from bot.domain.driver import PassStatus, bare
from bot.domain.identifier import normalised

NEEDED: Final = ("number", "activation_code", "status")
TOLERATED: Final = ("uid", "contract_id")
SHORTEST: Final = 4
LONGEST: Final = 36
LARGEST_FIELD: Final = 1000


@dataclass(frozen=True, slots=True)
class PassLine:
    """One pass as the file has it, all of it checked but against what is stored."""

    line: int
    number: str
    code: str
    status: PassStatus
    uid: str = ""
    contract_id: str = ""


@dataclass(frozen=True, slots=True)
class BadLine:
    """A line that cannot be taken; the reason is for the person who wrote the file."""

    line: int
    reason: str


def read_pass_file(text: str) -> tuple[Sequence[PassLine], Sequence[BadLine]]:
    """The good lines and the bad ones; without a usable header line 1 is bad and nothing else is read."""
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    header = text.partition("\n")[0]
    delimiter = ";" if header.count(";") > header.count(",") else ","
    rows = csv.reader(io.StringIO(text), delimiter=delimiter)
    try:
        columns = [name.strip().lower() for name in next(rows, [])]
    except csv.Error:
        columns = []
    if wrong := _wrong_header(columns):
        return (), (BadLine(1, wrong),)
    return _read_rows(rows, columns)


class _Rows(Protocol):
    """A reader of the standard library, which names no type for it."""

    line_num: int

    def __next__(self) -> list[str]: ...


def _read_rows(rows: _Rows, columns: Sequence[str]) -> tuple[Sequence[PassLine], Sequence[BadLine]]:
    good: dict[str, PassLine] = {}
    bad: list[BadLine] = []
    while True:
        try:
            row = next(rows)
        except StopIteration:
            return tuple(good.values()), tuple(bad)
        except csv.Error as error:
            bad.append(BadLine(rows.line_num, f"it cannot be read ({error})"))
            continue
        if not any(cell.strip() for cell in row):
            continue
        if len(row) != len(columns):
            bad.append(BadLine(rows.line_num, f"it has {len(row)} fields, and the header has {len(columns)}"))
            continue
        cells = {name: cell.strip() for name, cell in zip(columns, row, strict=True)}
        if wrong := _wrong_cells(cells):
            bad.append(BadLine(rows.line_num, wrong))
        elif (twin := good.get(normalised(cells["number"]))) is not None:
            bad.append(BadLine(rows.line_num, f"its number is that of line {twin.line}"))
        else:
            good[normalised(cells["number"])] = _line(rows.line_num, cells)


def _line(line: int, cells: Mapping[str, str]) -> PassLine:
    return PassLine(
        line,
        cells["number"],
        cells["activation_code"],
        PassStatus(cells["status"].lower()),
        cells.get("uid", ""),
        cells.get("contract_id", ""),
    )


def _wrong_header(columns: Sequence[str]) -> str | None:
    missing = [name for name in NEEDED if name not in columns]
    unknown = [name for name in columns if name not in NEEDED + TOLERATED]
    if missing:
        return f"the header must name the columns {', '.join(NEEDED)}; it lacks {', '.join(missing)}"
    if unknown:
        return f"the header names a column nobody knows: {unknown[0][:LONGEST] or '(empty)'}"
    return "the header names a column twice" if len(set(columns)) < len(columns) else None


def _wrong_cells(cells: Mapping[str, str]) -> str | None:
    if any(len(cell) > LARGEST_FIELD or not cell.isprintable() for cell in cells.values()):
        return "a field is too long or has characters that cannot be printed"
    if not len(normalised(cells["number"])) >= SHORTEST or len(cells["number"]) > LONGEST:
        return f"the number must have {SHORTEST} to {LONGEST} letters and digits"
    if not SHORTEST <= len(normalised(cells["activation_code"])) <= LONGEST:
        return f"the activation code must have {SHORTEST} to {LONGEST} letters and digits"
    if cells["status"].lower() not in set(PassStatus):
        return f"the status must be one of {', '.join(PassStatus)}"
    for name in TOLERATED:
        value = cells.get(name, "")
        if value and not (len(bare(value)) >= SHORTEST and len(value) <= LONGEST):
            return f"the {name} must have {SHORTEST} to {LONGEST} letters and digits"
    return None
