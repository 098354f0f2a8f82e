"""All that is stored of one driver: to show it, and to forget it.

The tables are found by their columns, so that a new one is covered from its first day: whoever has a `driver_id` or
a `charge_id` is shown, and forgotten unless it is needed to bill.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import Delete, Select, Table, delete, or_, select, update
from sqlalchemy import bindparam as given

from bot.domain.charge import Charge
from bot.domain.ids import DriverId, PassNumber
from data.db.serialisation import Form, from_json
from data.db.store import Store
from data.db.tables import attempts, charges, dialogues, drivers, inbox, jobs, metadata, passes

KEPT: Final = frozenset({"charges", "timeline", "sessions", "cdrs"})
"""What bills: it stays for the legal time, under a pseudonym."""

SECRETS: Final = frozenset({"code_hash", "callback_secret"})


def _with(column: str) -> Sequence[Table]:
    return [table for table in metadata.sorted_tables if column in table.c]


_OF_DRIVER: Final[Mapping[str, Select[Any]]] = {
    "drivers": select(drivers).where(drivers.c.id == given("driver")),
    **{table.name: select(table).where(table.c.driver_id == given("driver")) for table in _with("driver_id")},
}
_OF_CHARGE: Final[Mapping[str, Select[Any]]] = {
    table.name: select(table).where(table.c.charge_id == given("charge"))
    for table in _with("charge_id")
    if table.name not in _OF_DRIVER
}
_BY_NAME: Final[Mapping[str, Select[Any]]] = {
    "dialogues": select(dialogues).where(or_(dialogues.c.key == given("name"), dialogues.c.key.like(given("ending")))),
    "inbox": select(inbox).where(inbox.c.lane == given("name")),
    "jobs": select(jobs).where(jobs.c.key == given("name")),
    "attempts": select(attempts).where(attempts.c.subject.like(given("attempt"))),
}
COVERED: Final = frozenset({*_OF_DRIVER, *_OF_CHARGE, *_BY_NAME})

_FORGET_OF_DRIVER: Final[Sequence[Delete]] = [
    delete(drivers).where(drivers.c.id == given("driver")),
    *(
        delete(table).where(table.c.driver_id == given("driver"))
        for table in _with("driver_id")
        if table.name not in KEPT | {passes.name}
    ),
]
_FORGET_OF_CHARGE: Final[Sequence[Delete]] = [
    delete(table).where(table.c.charge_id == given("charge")) for table in _with("charge_id") if table.name not in KEPT
]
_PURGE_OF_CHARGE: Final[Sequence[Delete]] = [
    delete(table).where(table.c.charge_id == given("charge")) for table in _with("charge_id")
]
_FORGET_DIALOGUES = delete(dialogues).where(
    or_(dialogues.c.key == given("name"), dialogues.c.key.like(given("ending")))
)
_EMPTY_INBOX = (
    update(inbox)
    .where(inbox.c.lane == given("name"), or_(inbox.c.finished_at.is_not(None), inbox.c.dead))
    .values(body=b"", error="", lane="")
)
_CHARGES = select(charges.c.id, charges.c.body).where(charges.c.driver_id == given("driver"))
_RENAME = (
    update(charges).where(charges.c.id == given("charge")).values(driver_id=given("pseudonym"), body=given("written"))
)
_OLD = select(charges.c.id).where(
    charges.c.driver_id < 0, charges.c.made_at < given("before", type_=charges.c.made_at.type)
)
_PURGE = delete(charges).where(charges.c.id == given("charge"))
_FORM = Form(Charge)


class SqlPersonal(Store):
    def everything(self, driver_id: DriverId) -> Mapping[str, Sequence[Mapping[str, object]]]:
        names = _names(driver_id)
        of_charges = [row.id for row in self._rows(_CHARGES, driver=driver_id)]
        found: dict[str, list[Mapping[str, object]]] = {}
        for name, statement in _OF_DRIVER.items():
            found[name] = _shown(self._rows(statement, driver=driver_id))
        for name, statement in _OF_CHARGE.items():
            rows = [_shown(self._rows(statement, charge=charge)) for charge in of_charges]
            found[name] = [row for group in rows for row in group]
        for name, statement in _BY_NAME.items():
            needed = {key: names[key] for key in _NEEDED[name]}
            found[name] = _shown(self._rows(statement, **needed))
        return found

    def erase(self, driver_id: DriverId, pseudonym: DriverId) -> None:
        names = _names(driver_id)
        for row in self._rows_to_change(_CHARGES, driver=driver_id):
            charge = replace(_FORM.read(row.body), driver_id=pseudonym, pass_number=PassNumber(""))
            self._run(_RENAME, {"charge": row.id, "pseudonym": pseudonym, "written": _FORM.write(charge)})
            for statement in _FORGET_OF_CHARGE:
                self._run(statement, {"charge": row.id})
        for statement in _FORGET_OF_DRIVER:
            self._run(statement, {"driver": driver_id})
        self._run(_FORGET_DIALOGUES, {"name": names["name"], "ending": names["ending"]})
        self._run(_EMPTY_INBOX, {"name": names["name"]})

    def purge(self, before: datetime) -> int:
        old = [row.id for row in self._rows(_OLD, before=before)]
        for charge in old:
            for statement in (*_PURGE_OF_CHARGE, _PURGE):
                self._run(statement, {"charge": charge})
        return len(old)


_NEEDED: Final = {"dialogues": ("name", "ending"), "inbox": ("name",), "jobs": ("name",), "attempts": ("attempt",)}


def _names(driver_id: DriverId) -> dict[str, str]:
    """A driver as dialogues, lanes and attempts name them."""
    return {"name": str(driver_id), "ending": f"%:{driver_id}", "attempt": f"% by {driver_id}"}


def _shown(rows: Iterable[Any]) -> list[Mapping[str, object]]:
    """Rows as plain JSON: a body as what it says, moments and amounts as text, without bytes and secrets."""
    shown: list[Mapping[str, object]] = []
    for row in rows:
        columns = row._asdict()
        body = columns.pop("body", None)
        whole = columns | (from_json(body) if isinstance(body, str) else {})
        if isinstance(whole.get("memory"), str):
            whole["memory"] = from_json(whole["memory"])
        shown.append(
            {name: _plain(value) for name, value in whole.items() if name not in SECRETS and value is not None}
        )
    return shown


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, bytes):
        return f"{len(value)} bytes"
    return str(value) if isinstance(value, Decimal) else value
