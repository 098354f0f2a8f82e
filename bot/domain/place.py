"""Where a charge is, as its driver confirmed it, and what an operator answers to a command for it."""

from dataclasses import dataclass
from datetime import timedelta

from bot.domain.errors import Why
from bot.domain.ids import ConnectorId, EvseUid, LocationId, PartnerId, Party, StationId


@dataclass(frozen=True, slots=True)
class Place:
    """The connector a driver confirmed, as it was when it was confirmed."""

    station_id: StationId
    partner_id: PartnerId
    party: Party
    location_id: LocationId
    evse_uid: EvseUid
    connector_id: ConnectorId
    identifier: str
    title: str
    address: str = ""
    time_zone: str = "UTC"
    standard: str = ""
    watts: int = 0
    send_connector: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """An operator's word on a command: Why None means accepted. `timeout` is how long its result may take."""

    why: Why | None = None
    timeout: timedelta | None = None
    message: str = ""
