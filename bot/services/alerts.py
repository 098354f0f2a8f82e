"""Telling drivers once when what they wait for is free.

Whoever stores what an operator says of stations calls `tell_freed` in the same transaction: so nobody is forgotten by
a crash in between. It looks at how stations are, not at how they were, so a word that was missed is made up for later.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from bot.domain.alert import MOST, Alert
from bot.domain.errors import PartnerError, Refused, Why
from bot.domain.ids import ConnectorId, DriverId, EvseUid, StationId
from bot.domain.pace import Pace
from bot.domain.station import Evse, Station
from bot.ports import Clock, CpoGateway, Database, JobKind, Lane, Notice, UnitOfWork

FREED: Final = "freed"
EXPIRED: Final = "alert_over"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What shall be free; with an empty `evse_uid` anything at the station that fits one of `plugs` (empty for any)."""

    station_id: StationId
    evse_uid: EvseUid
    connector_id: ConnectorId
    plugs: tuple[str, ...] = ()


class Alerts:
    """Keep what drivers wait for, and look after it where an operator does not tell by itself."""

    def __init__(
        self,
        db: Database,
        gateway: CpoGateway,
        clock: Clock,
        pace: Pace,
        *,
        wake: Callable[[], None] = lambda: None,
        wake_worker: Callable[[], None] = lambda: None,
    ) -> None:
        self._db = db
        self._gateway = gateway
        self._clock = clock
        self._pace = pace
        self._wake = wake
        self._wake_worker = wake_worker

    async def add(self, driver_id: DriverId, wanted: Wanted, lasting: timedelta) -> Alert | None:
        """From now on; None when it is free already. Asked again for the same, the end moves.

        Raises:
            Refused: UNKNOWN_STATION or UNKNOWN_CONNECTOR; NOT_STARTABLE; TOO_MANY_ALERTS.

        """
        now = self._clock.now()

        def work(uow: UnitOfWork) -> Alert | None:
            alert = _made(uow, driver_id, wanted, now + lasting)
            station = uow.stations.get(alert.station_id)
            if station is not None and alert.fulfilled_by(station):
                return None
            others = [one for one in uow.alerts.of_driver(driver_id) if _place(one) != _place(alert)]
            if len(others) >= MOST:
                raise Refused(Why.TOO_MANY_ALERTS, limit=MOST)
            uow.alerts.add(alert)
            uow.jobs.put(JobKind.ALERT, alert.station_id, min(alert.until, now + self._pace.look_for_free))
            return alert

        alert = await self._db.write(work)
        self._wake_worker()
        return alert

    async def of(self, driver_id: DriverId) -> Sequence[Alert]:
        """The driver's, the next to end first."""
        now = self._clock.now()
        return [one for one in await self._db.read(lambda uow: uow.alerts.of_driver(driver_id)) if one.until > now]

    async def remove(self, driver_id: DriverId, station_id: StationId, evse_uid: EvseUid) -> None:
        """Wait no longer, if the driver did."""
        await self._db.write(lambda uow: uow.alerts.remove(driver_id, station_id, evse_uid))

    async def look(self, station_id: StationId) -> datetime | None:
        """Ask the operator how the station is, and end what has run out; give when to look again."""
        now = self._clock.now()
        waiting, station = await self._db.read(
            lambda uow: (uow.alerts.at([station_id]), uow.stations.get(station_id)),
        )
        fresh = await self._asked(station, now) if station and any(one.until > now for one in waiting) else None

        def work(uow: UnitOfWork) -> datetime | None:
            if fresh is not None:
                uow.stations.put([fresh])
            tell_freed(uow, [station_id], now)
            left = [one for one in uow.alerts.at([station_id]) if one.until > now or _expire(uow, one, now)]
            return min([now + self._pace.look_for_free, *(one.until for one in left)]) if left else None

        again = await self._db.write(work)
        self._wake()
        return again

    async def _asked(self, station: Station, now: datetime) -> Station | None:
        """The station as its operator has it, unless it has just told us."""
        heard_at = station.last_heard_at
        if heard_at is not None and now - heard_at < self._pace.look_for_free / 2:
            return None
        try:
            return await self._gateway.refresh(station)
        except PartnerError:
            return None


def tell_freed(uow: UnitOfWork, station_ids: Sequence[StationId], now: datetime) -> int:
    """Tell whoever waits for what is free at these stations; give how many. One statement where nobody waits."""
    told = 0
    for alert in uow.alerts.at(station_ids):
        station = uow.stations.get(alert.station_id)
        free = alert.fulfilled_by(station) if station and alert.until > now else None
        if free is None:
            continue
        evse, connector = free
        found = replace(
            alert,
            evse_uid=evse.uid,
            connector_id=connector.id,
            identifier=evse.physical_reference or evse.evse_id or "",
        )
        uow.notices.add(Notice(alert.driver_id, FREED, Lane.RECEIPT, now, facts=_facts(found)))
        uow.alerts.remove(alert.driver_id, alert.station_id, alert.evse_uid)
        told += 1
    return told


def freed(before: Station | None, after: Station) -> bool:
    """Whether a charge point has become free: only then may somebody have to be told."""
    return any(evse.free and not _was_free(before, evse) for evse in after.present)


def _was_free(before: Station | None, evse: Evse) -> bool:
    old = before.evse(evse.uid) if before else None
    return old is not None and old.free


def _made(uow: UnitOfWork, driver_id: DriverId, wanted: Wanted, until: datetime) -> Alert:
    station = uow.stations.get(wanted.station_id)
    if station is None or not station.visible:
        raise Refused(Why.UNKNOWN_STATION)
    evse = station.evse(wanted.evse_uid) if wanted.evse_uid else None
    if wanted.evse_uid and (evse is None or evse.connector(wanted.connector_id) is None):
        raise Refused(Why.UNKNOWN_CONNECTOR)
    if not any(one.startable for one in ((evse,) if evse else station.present)):
        raise Refused(Why.NOT_STARTABLE)
    return Alert(
        driver_id,
        station.id,
        wanted.evse_uid,
        wanted.connector_id,
        station.title,
        (evse.physical_reference or evse.evse_id or "") if evse else "",
        station.time_zone,
        until,
        wanted.plugs,
    )


def _expire(uow: UnitOfWork, alert: Alert, now: datetime) -> bool:
    """Its time is over: told once, without a buzz. Never kept."""
    uow.notices.add(Notice(alert.driver_id, EXPIRED, Lane.PROGRESS, now, facts=_facts(alert), silent=True))
    uow.alerts.remove(alert.driver_id, alert.station_id, alert.evse_uid)
    return False


def _facts(alert: Alert) -> dict[str, str | int | None]:
    return {
        "station": alert.station_id,
        "evse": alert.evse_uid,
        "connector": alert.connector_id,
        "title": alert.title,
        "identifier": alert.identifier,
    }


def _place(alert: Alert) -> tuple[StationId, EvseUid]:
    return alert.station_id, alert.evse_uid
