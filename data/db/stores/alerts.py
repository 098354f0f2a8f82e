"""Who waits for what to become free."""

from collections.abc import Sequence
from functools import cache
from typing import Any

from sqlalchemy import Select, delete, select
from sqlalchemy import bindparam as given

from bot.domain.alert import Alert
from bot.domain.ids import DriverId, EvseUid, StationId
from data.db.serialisation import Form
from data.db.store import Store, among, spread
from data.db.tables import alerts

_AT_ONCE = 500
_FORM = Form(Alert)
_ORDER = (alerts.c.until, alerts.c.driver_id, alerts.c.station_id, alerts.c.evse_uid)
_OF_DRIVER = select(alerts.c.body).where(alerts.c.driver_id == given("driver")).order_by(*_ORDER)
_REMOVE = delete(alerts).where(
    alerts.c.driver_id == given("driver"), alerts.c.station_id == given("station"), alerts.c.evse_uid == given("evse")
)


@cache
def _at(count: int) -> Select[Any]:
    return select(alerts.c.body).where(among(alerts.c.station_id, count)).order_by(*_ORDER)


class SqlAlerts(Store):
    def add(self, alert: Alert) -> None:
        row = {
            "driver_id": alert.driver_id,
            "station_id": alert.station_id,
            "evse_uid": alert.evse_uid,
            "until": alert.until,
            "body": _FORM.write(alert),
        }
        self._put(alerts, [row])

    def of_driver(self, driver_id: DriverId) -> Sequence[Alert]:
        return [_FORM.read(row.body) for row in self._rows(_OF_DRIVER, driver=driver_id)]

    def at(self, station_ids: Sequence[StationId]) -> Sequence[Alert]:
        found: list[Alert] = []
        for start in range(0, len(station_ids), _AT_ONCE):
            some = station_ids[start : start + _AT_ONCE]
            rows = self._rows(_at(len(some)), **spread(alerts.c.station_id, some))
            found.extend(_FORM.read(row.body) for row in rows)
        return found

    def remove(self, driver_id: DriverId, station_id: StationId, evse_uid: EvseUid) -> bool:
        return self._run(_REMOVE, {"driver": driver_id, "station": station_id, "evse": evse_uid}) > 0
