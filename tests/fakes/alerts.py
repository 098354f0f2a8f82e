"""Alerts in memory."""

from collections.abc import Sequence

from bot.domain.alert import Alert
from bot.domain.ids import DriverId, EvseUid, StationId
from tests.fakes.tables import Tables


class FakeAlerts:
    def __init__(self, tables: Tables) -> None:
        self._rows: dict[tuple[DriverId, StationId, EvseUid], Alert] = tables["alerts"]

    def add(self, alert: Alert) -> None:
        self._rows[alert.driver_id, alert.station_id, alert.evse_uid] = alert

    def of_driver(self, driver_id: DriverId) -> Sequence[Alert]:
        return [alert for alert in self._sorted() if alert.driver_id == driver_id]

    def at(self, station_ids: Sequence[StationId]) -> Sequence[Alert]:
        return [alert for alert in self._sorted() if alert.station_id in station_ids]

    def remove(self, driver_id: DriverId, station_id: StationId, evse_uid: EvseUid) -> bool:
        return self._rows.pop((driver_id, station_id, evse_uid), None) is not None

    def _sorted(self) -> list[Alert]:
        return sorted(self._rows.values(), key=lambda one: (one.until, one.driver_id, one.station_id, one.evse_uid))
