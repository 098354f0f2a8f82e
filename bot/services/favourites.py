"""The places a driver comes back to: those marked as favourites, and those of the latest charges."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

from bot.domain.driver import Driver, Favourite
from bot.domain.errors import Refused, Why
from bot.domain.ids import DriverId
from bot.domain.station import Station
from bot.ports import Clock, Database, UnitOfWork
from bot.services.offers import Offer, tariff_of

MOST_FAVOURITES: Final = 20
MOST_RECENT: Final = 3
LOOKED_BACK: Final = 20
"""Charges among which the latest places are looked for."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A place as it is now: `station` and `offer` are None when it is gone, `offer` also for a whole station."""

    favourite: Favourite
    station: Station | None
    offer: Offer | None


@dataclass(frozen=True, slots=True)
class Places:
    favourites: tuple[Kept, ...]
    recents: tuple[Kept, ...]


class Favourites:
    """Keep and look up what a driver uses again and again."""

    def __init__(self, db: Database, clock: Clock) -> None:
        self._db = db
        self._clock = clock

    async def of(self, driver_id: DriverId) -> Places:
        """The favourites, newest first, and the latest places that are none of them and still there."""
        now = self._clock.now()

        def look(uow: UnitOfWork, favourite: Favourite) -> Kept:
            station = uow.stations.get(favourite.station_id)
            if station is None or not station.visible:
                return Kept(favourite, None, None)
            evse = station.evse(favourite.evse_uid) if favourite.evse_uid else None
            connector = evse.connector(favourite.connector_id) if evse else None
            if evse is None or connector is None:
                return Kept(favourite, None if favourite.evse_uid else station, None)
            return Kept(favourite, station, Offer(station, evse, connector, tariff_of(uow, station, connector, now)))

        def work(uow: UnitOfWork) -> Places:
            driver = uow.drivers.get(driver_id)
            marked = driver.favourites if driver else ()
            charged = (c.place for c in uow.charges.of_driver(driver_id, LOOKED_BACK))
            places = dict.fromkeys(Favourite(p.station_id, p.evse_uid, p.connector_id) for p in charged)
            recent = (look(uow, place) for place in places if place not in marked)
            there = tuple(kept for kept in recent if kept.offer)[:MOST_RECENT]
            return Places(tuple(look(uow, place) for place in marked), there)

        return await self._db.read(work)

    async def add(self, driver_id: DriverId, favourite: Favourite) -> None:
        """Mark it; the oldest beyond MOST_FAVOURITES is let go.

        Raises:
            Refused: NOT_YOURS, for who was never met.

        """
        await self._change(driver_id, lambda now: (favourite, *(f for f in now if f != favourite))[:MOST_FAVOURITES])

    async def remove(self, driver_id: DriverId, favourite: Favourite) -> None:
        """Unmark it, if it was marked.

        Raises:
            Refused: NOT_YOURS.

        """
        await self._change(driver_id, lambda now: tuple(f for f in now if f != favourite))

    async def _change(
        self, driver_id: DriverId, change: Callable[[tuple[Favourite, ...]], tuple[Favourite, ...]]
    ) -> None:
        def work(uow: UnitOfWork) -> Driver:
            driver = uow.drivers.get(driver_id)
            if driver is None:
                raise Refused(Why.NOT_YOURS)
            changed = replace(driver, favourites=change(driver.favourites))
            uow.drivers.save(changed)
            return changed

        await self._db.write(work)
