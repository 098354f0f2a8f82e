"""The people who charge, and their passes."""

from collections.abc import Sequence

from sqlalchemy import bindparam as given
from sqlalchemy import select

from bot.domain.driver import Driver, Pass
from bot.domain.ids import DriverId, PassNumber, folded
from data.db.serialisation import Form
from data.db.store import Store
from data.db.tables import drivers, passes

_DRIVER = Form(Driver)
_PASS = Form(Pass)
_GET = select(drivers.c.body).where(drivers.c.id == given("driver"))
_PASSES = select(passes.c.body).where(passes.c.driver_id == given("driver")).order_by(passes.c.number)
_PASS_BY_NUMBER = select(passes.c.body).where(passes.c.number == given("pass_number"))


class SqlDrivers(Store):
    def get(self, driver_id: DriverId) -> Driver | None:
        row = self._row_to_change(_GET, driver=driver_id)
        return _DRIVER.read(row.body) if row else None

    def save(self, driver: Driver) -> None:
        self._put(drivers, [{"id": driver.id, "body": _DRIVER.write(driver)}])

    def passes(self, driver_id: DriverId) -> Sequence[Pass]:
        return [_PASS.read(row.body) for row in self._rows(_PASSES, driver=driver_id)]

    def save_pass(self, pass_: Pass) -> None:
        row = {"number": folded(pass_.number), "driver_id": pass_.driver_id, "body": _PASS.write(pass_)}
        self._put(passes, [row])

    def pass_by_number(self, number: PassNumber) -> Pass | None:
        row = self._row_to_change(_PASS_BY_NUMBER, pass_number=folded(number))
        return _PASS.read(row.body) if row else None
