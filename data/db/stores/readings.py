"""Meter readings of charges, for their charts."""

from collections.abc import Sequence

from sqlalchemy import bindparam as given
from sqlalchemy import select

from bot.domain.ids import ChargeId
from bot.domain.watch.readings import Reading
from data.db.serialisation import Form
from data.db.store import Store
from data.db.tables import readings

_FORM = Form(Reading)
_OF_CHARGE = select(readings.c.body).where(readings.c.charge_id == given("charge")).order_by(readings.c.at)


class SqlReadings(Store):
    def add(self, charge_id: ChargeId, reading: Reading) -> None:
        self._put(readings, [{"charge_id": charge_id, "at": reading.at, "body": _FORM.write(reading)}])

    def of_charge(self, charge_id: ChargeId) -> Sequence[Reading]:
        return [_FORM.read(row.body) for row in self._rows(_OF_CHARGE, charge=charge_id)]
