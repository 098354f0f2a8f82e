"""Stations: finding them for drivers, and taking what operators say of them."""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from bot.domain.driver import Filters
from bot.domain.errors import PartnerError, Refused, Why
from bot.domain.identifier import SHORTEST_SUFFIX, candidates, normalised, written_forms
from bot.domain.ids import ConnectorId, EvseUid, PartnerId, Party, StationId, TariffId, same
from bot.domain.links import NamedEvse, named
from bot.domain.patterns import fits
from bot.domain.placename import SHORTEST, words_of
from bot.domain.station import Evse, Found, Point, Station
from bot.domain.tariffs.tariff import Tariff
from bot.ports import Clock, CpoGateway, Database, UnitOfWork
from bot.services.alerts import freed, tell_freed
from bot.services.contacts import Phone, hotline_of
from bot.services.offers import Offer, offers_of, tariff_of

NEAREST = 5
CANDIDATES = 6
ALTERNATIVES = 3
NAMED = 100
FRESH = timedelta(seconds=30)
FRESHEN_WITHIN = 1.5
"""Seconds that a driver waits for the operator to say how the station is."""

STARTABLE = Filters()


@dataclass(frozen=True, slots=True)
class Nearby:
    """A result of a search by place: the station, how far it is, and what its connectors offer."""

    found: Found
    offers: tuple[Offer, ...]


@dataclass(frozen=True, slots=True)
class StationView:
    """A station as a driver sees it."""

    station: Station
    offers: tuple[Offer, ...]
    hotline: Phone | None = None
    """That of its network."""


@dataclass(frozen=True, slots=True)
class Alternative:
    """A connector to go to instead, and how far it is; 0 metres at the same station."""

    offer: Offer
    metres: float


class Stations:
    """Find, show and keep stations."""

    def __init__(
        self, db: Database, gateway: CpoGateway, clock: Clock, *, wake: Callable[[], None] = lambda: None
    ) -> None:
        self._db = db
        self._gateway = gateway
        self._clock = clock
        self._wake = wake

    # ── for drivers ──────────────────────────────────────────────────────────────────────────────────────────────

    async def near(
        self, point: Point, filters: Filters = STARTABLE, *, limit: int = NEAREST, skip: int = 0
    ) -> tuple[Nearby, ...]:
        """The nearest stations that the filters let through, at most `limit` after the first `skip`."""
        now = self._clock.now()

        def work(uow: UnitOfWork) -> tuple[Nearby, ...]:
            hits = uow.stations.near(point, limit=skip + limit, filters=filters)[skip:]
            return tuple(Nearby(hit, offers_of(uow, hit.station, now)) for hit in hits)

        return await self._db.read(work)

    async def alternatives(
        self, station_id: StationId, *, evse_uid: str = "", plugs: Sequence[str] = (), watts: int = 0
    ) -> tuple[Alternative, ...]:
        """Free connectors that can be started, the nearest first, so those of this very station before all others.

        One for each other station, at most ALTERNATIVES; `evse_uid` is left out, `plugs` are those that fit the car
        (empty for those of `evse_uid`, or any).
        """
        now = self._clock.now()

        def work(uow: UnitOfWork) -> tuple[Alternative, ...]:
            here = uow.stations.get(station_id)
            if here is None:
                return ()
            failed = here.evse(evse_uid) if evse_uid else None
            fitting = frozenset(plugs) or frozenset(
                c.standard for c in (failed.connectors if failed else ()) if c.standard
            )
            wish = Filters(plugs=tuple(fitting), watts=watts, free=True)
            found: list[Alternative] = []
            for hit in uow.stations.near(here.point, limit=ALTERNATIVES + 1, filters=wish):
                free = [
                    offer
                    for offer in offers_of(uow, hit.station, now)
                    if offer.evse.startable
                    and offer.evse.free
                    and (not fitting or offer.connector.standard in fitting)
                    and offer.connector.watts >= watts
                    and not (hit.station.id == station_id and same(offer.evse.uid, evse_uid))
                ]
                most = ALTERNATIVES if hit.station.id == station_id else 1
                found.extend(Alternative(offer, hit.metres) for offer in free[:most])
            return tuple(sorted(found, key=lambda one: (one.offer.station.id != station_id, one.metres)))[:ALTERNATIVES]

        return await self._db.read(work)

    async def view(self, station_id: StationId) -> StationView:
        """The station with what its connectors offer.

        Raises:
            Refused: UNKNOWN_STATION, when it is gone or was never there.

        """
        now = self._clock.now()

        def work(uow: UnitOfWork) -> StationView:
            station = uow.stations.get(station_id)
            if station is None or not station.visible:
                raise Refused(Why.UNKNOWN_STATION)
            return StationView(station, offers_of(uow, station, now), hotline_of(uow, station.party))

        return await self._db.read(work)

    async def offer(self, station_id: StationId, evse_uid: EvseUid, connector_id: ConnectorId) -> Offer:
        """One connector as it is known now.

        Raises:
            Refused: UNKNOWN_CONNECTOR.

        """
        now = self._clock.now()

        def work(uow: UnitOfWork) -> Offer:
            station = uow.stations.get(station_id)
            evse = station.evse(evse_uid) if station else None
            connector = evse.connector(connector_id) if evse else None
            if station is None or evse is None or connector is None:
                raise Refused(Why.UNKNOWN_CONNECTOR)
            return Offer(station, evse, connector, tariff_of(uow, station, connector, now))

        return await self._db.read(work)

    async def by_identifier(self, text: str) -> tuple[tuple[Station, Evse], ...]:
        """Charge points whose sticker says this, however it was typed; empty when nothing fits or it is too short."""
        normal = normalised(text)
        if len(normal) < SHORTEST_SUFFIX:
            return ()

        def work(uow: UnitOfWork) -> tuple[tuple[Station, Evse], ...]:
            return _likeliest(uow, text, uow.stations.by_identifier(normal, CANDIDATES))

        return await self._db.read(work)

    async def by_text(
        self, text: str, point: Point | None = None, *, limit: int = NEAREST, skip: int = 0
    ) -> tuple[Nearby, ...]:
        """Stations whose name or address says this: the nearest to `point` first, else those named so exactly.

        At most `limit` after the first `skip`.
        """
        asked = words_of(text)
        if not any(len(word) >= SHORTEST or not word.isascii() for word in asked):
            return ()
        now = self._clock.now()

        def rank(station: Station) -> tuple[float, int, str]:
            away = point.metres_to(station.point) if point else 0.0
            return away, -len({*asked} & {*words_of(station.name, station.city)}), station.id

        def work(uow: UnitOfWork) -> tuple[Nearby, ...]:
            most = skip + limit
            ranked = sorted(uow.stations.by_words(asked, most if point else NAMED, point), key=rank)[skip:most]
            return tuple(Nearby(Found(s, rank(s)[0]), offers_of(uow, s, now)) for s in ranked)

        return await self._db.read(work)

    async def at_station(self, station_id: StationId, text: str) -> tuple[tuple[Station, Evse], ...]:
        """Charge points of this station whose sticker says this, however short; failing that, those ending so."""
        normal = normalised(text)
        station = await self.get(station_id)
        if station is None or not normal:
            return ()
        forms = [(evse, form) for evse in station.present for form in written_forms(evse)]
        exact = {evse.uid: evse for evse, form in forms if form == normal}
        ending = {evse.uid: evse for evse, form in forms if form.endswith(normal)}
        return tuple((station, evse) for evse in (exact or ending).values())

    async def by_code(self, code: str) -> tuple[tuple[Station, Evse], ...]:
        """Charge points that a scanned code names in full, however it is written; a link in it is only text."""
        texts = candidates(code)
        links = [payload for text in texts if isinstance(payload := named(text), NamedEvse)]

        def work(uow: UnitOfWork) -> tuple[tuple[Station, Evse], ...]:
            for normal in [*(payload.normal for payload in links), *map(normalised, texts)]:
                if len(normal) < SHORTEST_SUFFIX:
                    continue
                hits = uow.stations.by_identifier(normal, CANDIDATES)
                if exact := tuple((s, evse) for s, evse in hits if normal in written_forms(evse)):
                    return exact
            return ()

        return await self._db.read(work)

    async def by_link(self, target: NamedEvse) -> tuple[tuple[Station, Evse], ...]:
        """Charge points that a link of ours names."""
        hits = await self._db.read(lambda uow: uow.stations.by_identifier(target.normal, CANDIDATES))
        return tuple((station, evse) for station, evse in hits if target.normal in written_forms(evse))

    async def refresh(self, station_id: StationId) -> None:
        """Ask the operator for the station as it is now; when it cannot be asked, what we hold stays."""
        station = await self._db.read(lambda uow: uow.stations.get(station_id))
        if station is None:
            return
        try:
            fresh = await self._gateway.refresh(station)
        except PartnerError:
            return
        if fresh is not None:
            await self.receive([fresh])

    async def freshen(self, station_id: StationId) -> None:
        """Before a driver decides: ask the operator how the station is, unless it has just said so.

        Some operators never push a status. Nobody waits long for this, and what we hold stays where nothing comes.
        """
        now = self._clock.now()
        station = await self._db.read(lambda uow: uow.stations.get(station_id))
        heard_at = station.last_heard_at if station else None
        if station is None or (heard_at is not None and now - heard_at < FRESH):
            return
        try:
            async with asyncio.timeout(FRESHEN_WITHIN):
                await self.refresh(station_id)
        except TimeoutError:
            return

    # ── for operators ────────────────────────────────────────────────────────────────────────────────────────────

    async def receive(self, stations: Iterable[Station]) -> int:
        """Store stations as their operator has them; give how many changed."""
        batch = list(stations)
        now = self._clock.now()

        def work(uow: UnitOfWork) -> tuple[int, int]:
            changed = uow.stations.put(batch)
            return changed, tell_freed(uow, [one.id for one in batch], now)

        changed, told = await self._db.write(work)
        if told:
            self._wake()
        return changed

    async def change(self, station_id: StationId, change: Callable[[Station | None], Station | None]) -> Station | None:
        """Apply a pushed change to the station we hold; give the station afterwards, or None if nothing was changed."""
        now = self._clock.now()

        def work(uow: UnitOfWork) -> tuple[Station | None, int]:
            before = uow.stations.get(station_id)
            changed = change(before)
            if changed is None:
                return None, 0
            uow.stations.put([changed])
            return changed, tell_freed(uow, [station_id], now) if freed(before, changed) else 0

        changed, told = await self._db.write(work)
        if told:
            self._wake()
        return changed

    async def get(self, station_id: StationId) -> Station | None:
        return await self._db.read(lambda uow: uow.stations.get(station_id))

    async def receive_tariffs(self, partner_id: PartnerId, tariffs: Iterable[tuple[Party, Tariff]]) -> int:
        batch = list(tariffs)
        return await self._db.write(lambda uow: uow.tariffs.put(partner_id, batch))

    async def tariff(self, partner_id: PartnerId, party: Party, tariff_id: TariffId) -> Tariff | None:
        return await self._db.read(lambda uow: uow.tariffs.get(partner_id, party, tariff_id))

    async def remove_tariff(self, partner_id: PartnerId, party: Party, tariff_id: TariffId) -> bool:
        return await self._db.write(lambda uow: uow.tariffs.remove(partner_id, party, tariff_id))


def _likeliest(uow: UnitOfWork, typed: str, hits: Sequence[tuple[Station, Evse]]) -> tuple[tuple[Station, Evse], ...]:
    """Those first whose network prints identifiers of the very form that was typed."""
    if len(hits) <= 1:
        return tuple(hits)
    networks = {party: uow.networks.get(party) for party in {station.party for station, _ in hits}}
    patterns = {party: network.profile.pattern for party, network in networks.items() if network}

    def foreign(hit: tuple[Station, Evse]) -> bool:
        pattern = patterns.get(hit[0].party)
        return not (pattern and fits(pattern, typed.strip()))

    return tuple(sorted(hits, key=foreign))
