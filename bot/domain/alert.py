"""A driver wants to be told, once and within some hours, when a busy place has become free. It holds nothing."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from bot.domain.ids import ConnectorId, DriverId, EvseUid, StationId, same
from bot.domain.station import Connector, Evse, Station

HOURS: Final = (1, 2, 4, 8)
"""For how long a driver may ask."""

FOR: Final = timedelta(hours=2)
MOST: Final = 10
"""Alerts that a driver may have at once."""


@dataclass(frozen=True, slots=True)
class Alert:
    """With an empty `evse_uid` about the whole station; `plugs` are ConnectorTypes that fit the car, empty for any."""

    driver_id: DriverId
    station_id: StationId
    evse_uid: EvseUid
    connector_id: ConnectorId
    title: str
    identifier: str
    time_zone: str
    until: datetime
    plugs: tuple[str, ...] = ()

    def fulfilled_by(self, station: Station) -> tuple[Evse, Connector] | None:
        """The connector that is free, can be started from a chat, and is what the driver waits for."""
        for evse in station.present:
            if not (evse.free and evse.startable) or (self.evse_uid and not same(evse.uid, self.evse_uid)):
                continue
            for connector in evse.connectors:
                if self.evse_uid and not same(connector.id, self.connector_id):
                    continue
                if not self.plugs or connector.standard in self.plugs:
                    return evse, connector
        return None
