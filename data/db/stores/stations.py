"""Stations with their search rows and identifiers, written together so that they can never differ.

A station that is as it was costs one look at its digest. A hidden one (gone from its operator's list) is kept, but
nobody finds or gets it until it is heard of again.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import cache
from itertools import islice
from typing import Any

from sqlalchemy import Select, Update, delete, or_, select, update
from sqlalchemy import bindparam as given

from bot.domain.driver import Filters
from bot.domain.ids import PartnerId, Party, StationId
from bot.domain.station import Evse, Found, Point, Station
from bot.ports import Ready
from data.db import naming, search
from data.db.ready import FORM, forms_of, place_words_of, written
from data.db.store import Store, among, spread
from data.db.tables import identifiers, nearby, networks, place_words, station_bodies, stations

_AT_ONCE = 200

_SOURCES = select(stations.c.id, stations.c.source).where(~stations.c.hidden, stations.c.source.is_not(None))
_KNOWN = select(stations.c.id, stations.c.digest, stations.c.heard_at, stations.c.hidden)
_BODIES = (
    select(stations.c.heard_at, station_bodies.c.station_id, station_bodies.c.body, networks.c.enabled)
    .join(station_bodies)
    .outerjoin(networks, networks.c.party == stations.c.party)
    .where(~stations.c.hidden)
)
_BARRED = select(networks.c.party).where(~networks.c.enabled)
_OF_PARTY = (
    select(stations.c.id).where(stations.c.party == given("of_party"), ~stations.c.hidden).order_by(stations.c.id)
)
_LOCK = select(stations.c.id).where(stations.c.id == given("station"))
_HEARD = update(stations).where(stations.c.id == given("station")).values(heard_at=given("heard"))
_AS_READ = (
    update(stations)
    .where(stations.c.id == given("station"))
    .values(heard_at=given("heard"), source=given("words", type_=stations.c.source.type))
)
_HIDE = update(stations).where(stations.c.id == given("station")).values(hidden=True)
_ROWS = select(nearby).where(nearby.c.station_id == given("station"))
_ROW_KEY = (
    nearby.c.plug == given("old_plug"),
    nearby.c.lat_row == given("old_lat_row"),
    nearby.c.lon == given("old_lon"),
    nearby.c.station_id == given("station"),
)
_DROP_ROW = delete(nearby).where(*_ROW_KEY)
_DROP_ROWS = delete(nearby).where(nearby.c.station_id == given("station"))
_FORMS = select(identifiers.c.normal, identifiers.c.evse_uid).where(identifiers.c.station_id == given("station"))
_DROP_FORMS = delete(identifiers).where(identifiers.c.station_id == given("station"))
_WORDS = select(place_words.c.word).where(place_words.c.station_id == given("station"))
_DROP_WORDS = delete(place_words).where(place_words.c.station_id == given("station"))
_OF_PARTNER = select(stations.c.id).where(stations.c.partner_id == given("partner"), ~stations.c.hidden)
_SILENT = _OF_PARTNER.where(
    or_(stations.c.heard_at.is_(None), stations.c.heard_at < given("pulled", type_=stations.c.heard_at.type))
)
_SILENT_OF_PARTY = _SILENT.where(stations.c.party == given("of_party"))
_FOUND = select(identifiers.c.station_id, identifiers.c.evse_uid).limit(given("most"))
_EXACT = _FOUND.where(identifiers.c.normal == given("wanted")).order_by(
    identifiers.c.station_id, identifiers.c.evse_uid
)
_ENDING = _FOUND.where(identifiers.c.reversed >= given("wanted"), identifiers.c.reversed < given("beyond")).order_by(
    identifiers.c.reversed, identifiers.c.station_id, identifiers.c.evse_uid
)


@cache
def _of(statement: Select[Any], count: int) -> Select[Any]:
    """The statement for so many stations."""
    return statement.where(among(stations.c.id, count))


@cache
def _heard_again(count: int) -> Update:
    return update(stations).where(among(stations.c.id, count)).values(heard_at=given("heard"))


class SqlStations(Store):
    def put(self, stations_: Iterable[Station]) -> int:
        source = iter(stations_)
        changed = 0
        while some := {station.id: station for station in islice(source, _AT_ONCE)}:
            changed += self._put_some(some)
        return changed

    def _put_some(self, some: dict[StationId, Station]) -> int:
        known = {row.id: row for row in self._rows(_of(_KNOWN, len(some)), **spread(stations.c.id, sorted(some)))}
        changed, heard = [], []
        for station_id, station in sorted(some.items()):
            if not search.on_earth(station.point):
                raise ValueError(f"the station {station_id} is nowhere on earth")
            body, mark = written(station)
            old = known.get(station_id)
            heard_at = station.heard_at or (old.heard_at if old else None)
            if old is None or old.hidden or old.digest != mark:
                changed.append((station, body, mark, heard_at))
            elif heard_at != old.heard_at:
                heard.append({"station": station_id, "heard": heard_at})
        if heard:
            self._run(_HEARD, heard)
        if changed:
            self._store(changed)
            barred = {row.party for row in self._rows(_BARRED)}
            for station, *_ in changed:
                known_before = station.id in known
                self._index(_barring(station, barred=str(station.party) in barred), fresh=not known_before)
        return len(changed)

    def put_ready(self, ready: Sequence[Ready]) -> int:
        changed = 0
        for start in range(0, len(ready), _AT_ONCE):
            changed += self._put_ready({one.id: one for one in ready[start : start + _AT_ONCE]})
        return changed

    def _put_ready(self, some: dict[StationId, Ready]) -> int:
        known = {row.id: row for row in self._rows(_of(_KNOWN, len(some)), **spread(stations.c.id, sorted(some)))}
        changed, same = [], []
        for station_id, one in sorted(some.items()):
            old = known.get(station_id)
            if old is None or old.hidden or old.digest != one.digest:
                changed.append(one)
            else:
                same.append({"station": station_id, "heard": one.heard_at, "words": one.source})
        if same:
            self._run(_AS_READ, same)
        self._put(
            stations, [_row(one.id, one.partner_id, one.party, one.digest, one.heard_at, one.source) for one in changed]
        )
        self._put(station_bodies, [{"station_id": one.id, "body": one.body} for one in changed])
        barred = {row.party for row in self._rows(_BARRED)} if changed else set()
        fresh = [one for one in changed if one.id not in known and one.party not in barred]
        self._put(nearby, [row for one in fresh for row in one.rows])
        self._add_forms([(one.id, form) for one in fresh for form in one.forms])
        self._add_words([(one.id, word) for one in fresh for word in one.words])
        for one in changed:
            if one.party in barred:
                self._index(_barring(FORM.read(one.body), barred=True), fresh=one.id not in known)
            elif one.id in known:
                self._index_rows(one.id, {str(row["plug"]): dict(row) for row in one.rows}, fresh=False)
                self._index_forms(one.id, set(one.forms), fresh=False)
                self._index_words(one.id, one.words, fresh=False)
        return len(changed)

    def sources(self, ids: Sequence[StationId]) -> dict[StationId, bytes]:
        found: dict[StationId, bytes] = {}
        for start in range(0, len(ids), _AT_ONCE):
            some = ids[start : start + _AT_ONCE]
            rows = self._rows(_of(_SOURCES, len(some)), **spread(stations.c.id, some))
            found |= {row.id: row.source for row in rows}
        return found

    def heard(self, ids: Sequence[StationId], at: datetime) -> None:
        for start in range(0, len(ids), _AT_ONCE):
            some = ids[start : start + _AT_ONCE]
            self._run(_heard_again(len(some)), {"heard": at} | spread(stations.c.id, some))

    def _store(self, changed: Sequence[tuple[Station, str, bytes, datetime | None]]) -> None:
        rows = [
            _row(station.id, station.partner_id, str(station.party), mark, heard_at, None)
            for station, _, mark, heard_at in changed
        ]
        self._put(stations, rows)
        self._put(station_bodies, [{"station_id": station.id, "body": body} for station, body, *_ in changed])

    def _index(self, station: Station, *, fresh: bool) -> None:
        self._index_rows(station.id, search.search_rows(station), fresh=fresh)
        self._index_forms(station.id, forms_of(station), fresh=fresh)
        self._index_words(station.id, place_words_of(station), fresh=fresh)

    def _index_rows(self, station_id: StationId, rows: Mapping[str, dict[str, Any]], *, fresh: bool) -> None:
        """Bring the search rows to what the station says, touching only those that differ."""
        old_rows = [] if fresh else [row._asdict() for row in self._rows(_ROWS, station=station_id)]
        gone = [row for row in old_rows if not _same_place(row, rows.get(row["plug"]))]
        for row in gone:
            key = {"old_plug": row["plug"], "old_lat_row": row["lat_row"], "old_lon": row["lon"]}
            self._run(_DROP_ROW, key | {"station": station_id})
        self._put(nearby, [row for row in rows.values() if row not in old_rows])

    def _index_forms(self, station_id: StationId, forms: set[tuple[str, str]], *, fresh: bool) -> None:
        old = set() if fresh else {(row.normal, row.evse_uid) for row in self._rows(_FORMS, station=station_id)}
        if forms == old:
            return
        if old:
            self._run(_DROP_FORMS, {"station": station_id})
        self._add_forms([(station_id, form) for form in sorted(forms)])

    def _index_words(self, station_id: StationId, words: Sequence[str], *, fresh: bool) -> None:
        old = set() if fresh else {row.word for row in self._rows(_WORDS, station=station_id)}
        if old == set(words):
            return
        if old:
            self._run(_DROP_WORDS, {"station": station_id})
        self._add_words([(station_id, word) for word in words])

    def _add_words(self, words: Sequence[tuple[StationId, str]]) -> None:
        """In the order of the words, as the table has them: a word that many stations have is one place on the disk."""
        in_order = sorted((word, station_id) for station_id, word in words)
        self._add(place_words, [{"word": word, "station_id": station_id} for word, station_id in in_order])

    def _add_forms(self, forms: Sequence[tuple[StationId, tuple[str, str]]]) -> None:
        self._add(
            identifiers,
            [
                {"normal": form, "reversed": form[::-1], "station_id": station_id, "evse_uid": uid}
                for station_id, (form, uid) in forms
            ],
        )

    def get(self, station_id: StationId) -> Station | None:
        if self._locks:
            self._row_to_change(_LOCK, station=station_id)
        return next(iter(self._load([station_id]).values()), None)

    def _load(self, ids: Sequence[StationId]) -> dict[StationId, Station]:
        rows = self._rows(_of(_BODIES, len(ids)), **spread(stations.c.id, ids)) if ids else []
        return {row.station_id: _read(row) for row in rows}

    def index_again(self, party: Party) -> None:
        """The network of this party was switched on or off: bring the search rows of its stations to that."""
        ids = [row.id for row in self._rows(_OF_PARTY, of_party=str(party))]
        for start in range(0, len(ids), _AT_ONCE):
            for station in self._load(ids[start : start + _AT_ONCE]).values():
                self._index(station, fresh=False)

    def absent_since(self, partner_id: PartnerId, party: Party | None, pulled_at: datetime) -> int:
        values: dict[str, Any] = {"partner": partner_id, "pulled": pulled_at}
        if party is None:
            return self._hide(self._rows(_SILENT, **values))
        return self._hide(self._rows(_SILENT_OF_PARTY, of_party=str(party), **values))

    def hide_all(self, partner_id: PartnerId) -> None:
        """Hide every station of a partner that was forgotten."""
        self._hide(self._rows(_OF_PARTNER, partner=partner_id))

    def _hide(self, rows: Sequence[Any]) -> int:
        ids = [{"station": row.id} for row in rows]
        if ids:
            for statement in (_HIDE, _DROP_ROWS, _DROP_FORMS, _DROP_WORDS):
                self._run(statement, ids)
        return len(ids)

    def near(self, point: Point, *, limit: int, filters: Filters) -> Sequence[Found]:
        hits = search.nearest(self._runner, point, limit, filters)
        stations_ = self._load([hit.station_id for hit in hits])
        return [Found(stations_[hit.station_id], hit.metres) for hit in hits]

    def by_words(self, words: Sequence[str], limit: int, near: Point | None = None) -> Sequence[Station]:
        ids = naming.named(self._runner, words, limit, near)
        found = self._load(ids)
        return [found[station_id] for station_id in ids if station_id in found]

    def by_identifier(self, normal: str, limit: int) -> Sequence[tuple[Station, Evse]]:
        if not normal:
            return []
        rows = self._rows(_EXACT, wanted=normal, most=limit)
        if not rows:
            wanted = normal[::-1]
            rows = self._rows(_ENDING, wanted=wanted, beyond=wanted + "\x7f", most=2 * limit)
        keys = list(dict.fromkeys((row.station_id, row.evse_uid) for row in rows))[:limit]
        stations_ = self._load([station_id for station_id, _ in keys])
        found = ((stations_[station_id], uid) for station_id, uid in keys)
        return [(station, evse) for station, uid in found if (evse := station.evse(uid)) is not None]


def _row(
    station_id: StationId,
    partner_id: PartnerId,
    party: str,
    mark: bytes,
    heard_at: datetime | None,
    source: bytes | None,
) -> dict[str, Any]:
    return {
        "id": station_id,
        "partner_id": partner_id,
        "party": party,
        "digest": mark,
        "heard_at": heard_at,
        "hidden": False,
        "source": source,
    }


def _read(row: Any) -> Station:
    station = replace(FORM.read(row.body), heard_at=row.heard_at)
    return station if row.enabled in {None, True} else _barring(station, barred=True)


def _barring(station: Station, *, barred: bool) -> Station:
    """The station with the word that its network is switched off, or without it."""
    if all(evse.barred == barred for evse in station.evses):
        return station
    return replace(station, evses=tuple(replace(evse, barred=barred) for evse in station.evses))


def _same_place(row: dict[str, Any], new: dict[str, object] | None) -> bool:
    return new is not None and row["lat_row"] == new["lat_row"] and row["lon"] == new["lon"]
