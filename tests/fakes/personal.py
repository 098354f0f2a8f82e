"""All that is stored of one driver, in memory."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from bot.domain.ids import DriverId, PassNumber
from tests.fakes.tables import TABLES, Tables

KEPT = ("charges", "timeline", "sessions", "cdrs")


class FakePersonal:
    def __init__(self, tables: Tables) -> None:
        self._tables = tables

    def everything(self, driver_id: DriverId) -> Mapping[str, Sequence[Mapping[str, object]]]:
        found: dict[str, list[Mapping[str, object]]] = {name: [] for name in TABLES}
        for name, _, row in self._mine(driver_id):
            found[name].append({"row": str(row)})
        return found

    def erase(self, driver_id: DriverId, pseudonym: DriverId) -> None:
        for name, key, row in list(self._mine(driver_id)):
            if name == "charges":
                self._tables[name][key] = replace(row, driver_id=pseudonym, pass_number=PassNumber(""))
            elif name == "inbox" and row.closed:
                self._tables[name][key] = replace(row, update=replace(row.update, lane="", body=b""), error="")
            elif name not in (*KEPT, "passes", "inbox", "attempts"):
                del self._tables[name][key]

    def purge(self, before: datetime) -> int:
        charges = self._tables["charges"]
        old = [key for key, charge in charges.items() if charge.driver_id < 0 and charge.made_at < before]
        for name, key, _ in [row for gone in old for row in self._of_charges({gone})]:
            del self._tables[name][key]
        for key in old:
            del charges[key]
        return len(old)

    def _mine(self, driver_id: DriverId) -> Iterator[tuple[str, Any, Any]]:
        charges = {key for key, charge in self._tables["charges"].items() if charge.driver_id == driver_id}
        yield from self._of_charges(charges)
        for name in TABLES:
            for key, row in self._tables[name].items():
                if (
                    (name == "drivers" and key == driver_id)
                    or (name in {"dialogues", "inbox"} and _name(row) == str(driver_id))
                    or (name == "attempts" and row[0].endswith(f" by {driver_id}"))
                    or _owner(row) == driver_id
                ):
                    yield name, key, row

    def _of_charges(self, charges: set[Any]) -> Iterator[tuple[str, Any, Any]]:
        for name in ("timeline", "cards", "readings", "sessions", "cdrs"):
            for key, row in self._tables[name].items():
                if _of_charge(name, key, row) in charges:
                    yield name, key, row


def _of_charge(name: str, key: Any, row: Any) -> object:
    if name in {"sessions", "cdrs"}:
        return row[1]
    return key[0] if name == "readings" else key


def _owner(row: Any) -> object:
    return getattr(row, "driver_id", None) or getattr(getattr(row, "notice", None), "driver_id", None)


def _name(row: Any) -> str:
    return str(getattr(row, "key", None) or row.update.lane)
