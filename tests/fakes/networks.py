"""Partners, stations, tariffs and objections in memory."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.domain.catalogue import Network
from bot.domain.driver import Filters
from bot.domain.identifier import written_forms
from bot.domain.ids import PartnerId, Party, StationId, TariffId, folded
from bot.domain.network import Partner
from bot.domain.placename import ASKED, meant
from bot.domain.station import Evse, Found, Point, Station
from bot.domain.tariffs.tariff import Tariff
from bot.ports import Objection, Ready
from data.db.ready import FORM, place_words_of, written
from tests.fakes.tables import Tables, next_number

FARTHEST_M = 80_000


@dataclass(frozen=True)
class StationRow:
    station: Station
    hidden: bool = False
    source: bytes | None = None


class FakeStations:
    def __init__(self, tables: Tables) -> None:
        self._rows: dict[StationId, StationRow] = tables["stations"]
        self._networks: dict[Party, Network] = tables["networks"]

    def put(self, stations: Iterable[Station]) -> int:
        changed = 0
        for new in stations:
            if not (abs(new.point.lat) <= 90 and abs(new.point.lon) <= 180):
                raise ValueError(f"the station {new.id} is nowhere on earth")
            old = self._rows.get(new.id)
            differs = old is None or old.hidden or written(old.station)[1] != written(new)[1]
            changed += differs
            heard_at = new.heard_at or (old.station.heard_at if old else None)
            source = old.source if old and not differs else None
            self._rows[new.id] = StationRow(replace(new, heard_at=heard_at), source=source)
        return changed

    def put_ready(self, ready: Sequence[Ready]) -> int:
        read = [(one, replace(FORM.read(one.body), heard_at=one.heard_at)) for one in ready]
        changed = self.put(station for _, station in read)
        for one, _ in read:
            self._rows[one.id] = replace(self._rows[one.id], source=one.source)
        return changed

    def sources(self, ids: Sequence[StationId]) -> dict[StationId, bytes]:
        rows = {name: self._rows[name] for name in ids if name in self._rows}
        return {name: row.source for name, row in rows.items() if row.source is not None and not row.hidden}

    def heard(self, ids: Sequence[StationId], at: datetime) -> None:
        for name in ids:
            row = self._rows[name]
            self._rows[name] = replace(row, station=replace(row.station, heard_at=at))

    def get(self, station_id: StationId) -> Station | None:
        row = self._rows.get(station_id)
        return None if row is None or row.hidden else self._told(row.station)

    def _told(self, station: Station) -> Station:
        """With the word that its network is switched off, where it is."""
        network = self._networks.get(station.party)
        barred = network is not None and not network.enabled
        return replace(station, evses=tuple(replace(evse, barred=barred) for evse in station.evses))

    def absent_since(self, partner_id: PartnerId, party: Party | None, pulled_at: datetime) -> int:
        silent = [
            row.station
            for row in self._rows.values()
            if not row.hidden
            and row.station.partner_id == partner_id
            and party in {None, row.station.party}
            and (row.station.heard_at is None or row.station.heard_at < pulled_at)
        ]
        return self._hide(silent)

    def hide_all(self, partner_id: PartnerId) -> None:
        self._hide([r.station for r in self._rows.values() if r.station.partner_id == partner_id and not r.hidden])

    def _hide(self, stations: Sequence[Station]) -> int:
        for station in stations:
            self._rows[station.id] = StationRow(station, hidden=True)
        return len(stations)

    def visible(self) -> Sequence[Station]:
        return [self._told(row.station) for row in self._rows.values() if not row.hidden and row.station.visible]

    def near(self, point: Point, *, limit: int, filters: Filters) -> Sequence[Found]:
        wanted = {plug.upper() for plug in filters.plugs} or {""}
        found = []
        for station in self.visible():
            metres = point.metres_to(station.point)
            ours = filters.network in {None, station.party}
            if ours and metres <= FARTHEST_M and any(_fits(station, plug, filters) for plug in wanted):
                found.append(Found(station, metres))
        return sorted(found, key=lambda f: (f.metres, f.station.id))[:limit]

    def by_words(self, words: Sequence[str], limit: int, near: Point | None = None) -> Sequence[Station]:
        asked = sorted(words, key=len, reverse=True)[:ASKED]
        known = {station.id: place_words_of(station) for station in self.visible()}

        def order(station: Station) -> tuple[float, bool, str]:
            whole = {*asked} & {*known[station.id]}
            return near.metres_to(station.point) if near else 0, not whole, station.id

        def fitting(asked: Sequence[str]) -> list[Station]:
            return [
                station
                for station in sorted(self.visible(), key=order)
                if all(any(word.startswith(a) for word in known[station.id]) for a in asked)
            ]

        def corrected(word: str) -> str:
            alike = [w for words in known.values() for w in words if w[:2] == word[:2]]
            return meant(word, alike) if len(word) >= 5 else word

        return (fitting(asked) or fitting([corrected(word) for word in asked]))[:limit] if asked else []

    def by_identifier(self, normal: str, limit: int) -> Sequence[tuple[Station, Evse]]:
        if not normal:
            return []
        all_ = [(s, e, form) for s in self.visible() for e in s.present for form in written_forms(e)]
        exact = [(s, e, form) for s, e, form in all_ if form == normal]
        ending = [(s, e, form) for s, e, form in all_ if form.endswith(normal)]
        hits = sorted(exact or ending, key=lambda hit: (hit[2][::-1], hit[0].id, folded(hit[1].uid)))
        return list({(s.id, e.uid): (s, e) for s, e, _ in hits}.values())[:limit]


def _fits(station: Station, plug: str, filters: Filters) -> bool:
    """Whether the charge points with this plug, together, are what is asked for."""
    powers = [
        (e, max((c.watts for c in e.connectors if plug in {"", c.standard.upper()}), default=0))
        for e in (station.accessible if filters.accessible else station.present)
        if not plug or plug in {c.standard.upper() for c in e.connectors}
    ]
    if filters.free and filters.startable:
        return any(e.free and e.startable and watts >= filters.watts for e, watts in powers)
    return (
        bool(powers)
        and max(watts for _, watts in powers) >= filters.watts
        and any(e.startable or not filters.startable for e, _ in powers)
        and any(e.free or not filters.free for e, _ in powers)
    )


class FakePartners:
    def __init__(self, tables: Tables, stations: FakeStations) -> None:
        self._tables = tables
        self._rows: dict[PartnerId, Partner] = tables["partners"]
        self._stations = stations

    def add(self, partner: Partner) -> Partner:
        partner = replace(partner, id=PartnerId(next_number(self._tables, "partners")))
        self._rows[partner.id] = partner
        return partner

    def save(self, partner: Partner) -> None:
        if partner.id in self._rows:
            self._rows[partner.id] = partner

    def get(self, partner_id: PartnerId) -> Partner | None:
        return self._rows.get(partner_id)

    def all(self) -> Sequence[Partner]:
        return [self._rows[partner_id] for partner_id in sorted(self._rows)]

    def by_token_hash(self, token_hash: str) -> Partner | None:
        return next((p for p in self._rows.values() if token_hash in p.our_token_hashes), None)

    def remove(self, partner_id: PartnerId) -> None:
        self._rows.pop(partner_id, None)
        self._stations.hide_all(partner_id)


class FakeTariffs:
    def __init__(self, tables: Tables) -> None:
        self._rows: dict[tuple[PartnerId, Party, str], Tariff] = tables["tariffs"]

    def put(self, partner_id: PartnerId, tariffs: Iterable[tuple[Party, Tariff]]) -> int:
        new = {(partner_id, party, folded(tariff.id)): tariff for party, tariff in tariffs}
        changed = {key: tariff for key, tariff in new.items() if self._rows.get(key) != tariff}
        for key, tariff in changed.items():
            self._rows[key] = tariff
        return len(changed)

    def get(self, partner_id: PartnerId, party: Party, tariff_id: TariffId) -> Tariff | None:
        return self._rows.get((partner_id, party, folded(tariff_id)))

    def remove(self, partner_id: PartnerId, party: Party, tariff_id: TariffId) -> bool:
        return self._rows.pop((partner_id, party, folded(tariff_id)), None) is not None


class FakeObjections:
    def __init__(self, tables: Tables) -> None:
        self._rows: dict[tuple[object, ...], Objection] = tables["objections"]

    def add(self, objections: Sequence[Objection]) -> None:
        for new in objections:
            self._rows[new.partner_id, new.module, new.object_id, new.reason] = new

    def of_partner(self, partner_id: PartnerId, limit: int) -> Sequence[Objection]:
        mine = [o for o in self._rows.values() if o.partner_id == partner_id]
        by_name = sorted(mine, key=lambda o: (o.module, o.object_id, o.reason))
        return sorted(by_name, key=lambda o: o.at, reverse=True)[:limit]
