"""Where to charge instead: the nearest connectors that are free and can be started, the same site first."""

from dataclasses import dataclass
from typing import Final

from bot.domain.charge import Place
from bot.domain.driver import Filters
from bot.domain.ids import same
from bot.domain.station import Station
from bot.ports import Clock, Database, UnitOfWork
from bot.services.offers import Offer, offers_of

MOST: Final = 5
SITES: Final = 12
"""Stations looked at: the nearest that can be started at all."""


@dataclass(frozen=True, slots=True)
class Other:
    """A free connector and how far it is; 0 metres is the same site."""

    offer: Offer
    metres: float


class Elsewhere:
    """Reads, never writes."""

    def __init__(self, db: Database, clock: Clock) -> None:
        self._db = db
        self._clock = clock

    async def free(self, place: Place) -> tuple[Other, ...]:
        """At this site every free one, at others the one most like it; those with the same plug before the rest."""
        now = self._clock.now()

        def work(uow: UnitOfWork) -> tuple[Other, ...]:
            here = uow.stations.get(place.station_id)
            if here is None:
                return ()

            def usable(station: Station) -> list[Offer]:
                offers = (o for o in offers_of(uow, station, now) if o.evse.free and o.evse.startable)
                return sorted(offers, key=lambda offer: offer.connector.standard != place.standard)

            beside = [Other(o, 0) for o in usable(here) if not same(o.evse.uid, place.evse_uid)]
            hits = uow.stations.near(here.point, limit=SITES, filters=Filters(free=True))
            found = [(usable(hit.station), hit.metres) for hit in hits if hit.station.id != here.id]
            around = [Other(offers[0], metres) for offers, metres in found if offers]
            around.sort(key=lambda other: (other.offer.connector.standard != place.standard, other.metres))
            return tuple([*beside, *around][:MOST])

        return await self._db.read(work)
