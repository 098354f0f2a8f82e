"""The people who charge, and their passes."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Final

from sqlalchemy import bindparam as given
from sqlalchemy import func, or_, select

from bot.domain.driver import Driver, Pass, PassStatus, bare
from bot.domain.identifier import normalised
from bot.domain.ids import DriverId, PassNumber, folded
from data.db.serialisation import Form
from data.db.store import Store
from data.db.tables import drivers, passes

_DRIVER = Form(Driver)
_PASS = Form(Pass)
_EVER: Final = (datetime(1970, 1, 1, tzinfo=UTC), datetime(9999, 1, 1, tzinfo=UTC))
_MOMENT = passes.c.changed_at.type
_GET = select(drivers.c.body).where(drivers.c.id == given("driver"))
_PASSES = select(passes.c.body).where(passes.c.driver_id == given("driver")).order_by(passes.c.number)
_PASS_BY_NUMBER = select(passes.c.body).where(passes.c.number == given("pass_number"))
_AS_PRINTED = select(passes.c.body).where(passes.c.printed == given("typed")).limit(1)
_BY_UID = select(passes.c.body).where(passes.c.uid == given("card")).limit(1)
_BY_CONTRACT = select(passes.c.body).where(passes.c.contract == given("of_contract")).limit(20)
_ANY_IMPORTED = select(passes.c.number).where(passes.c.printed.is_not(None)).limit(1)
_COUNT = select(passes.c.status, func.count().label("number")).group_by(passes.c.status)
_ARE_CARDS = (
    passes.c.uid.is_not(None),
    or_(*(passes.c.status == s.value for s in (PassStatus.ACTIVE, PassStatus.BLOCKED, PassStatus.EXPIRED))),
    passes.c.changed_at >= given("date_from", type_=_MOMENT),
    passes.c.changed_at < given("date_to", type_=_MOMENT),
)
_CARDS = (
    select(passes.c.body)
    .where(*_ARE_CARDS)
    .order_by(passes.c.changed_at, passes.c.number)
    .limit(given("most"))
    .offset(given("skipped"))
)
_COUNT_CARDS = select(func.count().label("number")).select_from(passes).where(*_ARE_CARDS)


class SqlDrivers(Store):
    def get(self, driver_id: DriverId) -> Driver | None:
        row = self._row_to_change(_GET, driver=driver_id)
        return _DRIVER.read(row.body) if row else None

    def save(self, driver: Driver) -> None:
        self._put(drivers, [{"id": driver.id, "body": _DRIVER.write(driver)}])

    # ── passes ───────────────────────────────────────────────────────────────────────────────────────────────────

    def passes(self, driver_id: DriverId) -> Sequence[Pass]:
        return [_PASS.read(row.body) for row in self._rows(_PASSES, driver=driver_id)]

    def save_pass(self, pass_: Pass) -> None:
        row = {
            "number": folded(pass_.number),
            "driver_id": pass_.driver_id,
            "printed": normalised(pass_.number) if pass_.imported else None,
            "contract": bare(pass_.contract_id),
            "uid": bare(pass_.uid) or None,
            "status": pass_.status.value,
            "changed_at": pass_.since,
            "body": _PASS.write(pass_),
        }
        self._put(passes, [row])

    def pass_by_number(self, number: PassNumber) -> Pass | None:
        row = self._row_to_change(_PASS_BY_NUMBER, pass_number=folded(number))
        return _PASS.read(row.body) if row else None

    def pass_as_printed(self, typed: str) -> Pass | None:
        row = self._row_to_change(_AS_PRINTED, typed=normalised(typed))
        return _PASS.read(row.body) if row else None

    def pass_by_token(self, uid: str, contract_id: str) -> Pass | None:
        card, contract = bare(uid), bare(contract_id)
        row = self._row(_BY_UID, card=card) if card else None
        if row is not None:
            return _PASS.read(row.body)
        rows = self._rows(_BY_CONTRACT, of_contract=contract) if contract else ()
        found = [_PASS.read(row.body) for row in rows]
        return found[0] if len({pass_.driver_id for pass_ in found}) == 1 else None

    def any_imported(self) -> bool:
        return self._row(_ANY_IMPORTED) is not None

    def count_passes(self) -> Mapping[PassStatus, int]:
        return {PassStatus(row.status): row.number for row in self._rows(_COUNT)}

    def cards(self, date_from: datetime | None, date_to: datetime | None, *, offset: int, limit: int) -> Sequence[Pass]:
        values = {"date_from": date_from or _EVER[0], "date_to": date_to or _EVER[1], "skipped": offset, "most": limit}
        return [_PASS.read(row.body) for row in self._rows(_CARDS, **values)]

    def count_cards(self, date_from: datetime | None, date_to: datetime | None) -> int:
        row = self._row(_COUNT_CARDS, date_from=date_from or _EVER[0], date_to=date_to or _EVER[1])
        return row.number if row else 0
