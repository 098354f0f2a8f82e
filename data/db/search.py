"""Stations near a point: one row per station and plug, found by rows of latitude and a span of longitude.

The search looks into rings of 2, 7, 25 and 80 km and stops as soon as it has enough, so it costs what the
neighbourhood holds and not what the map holds. The rows are written with their station in one transaction.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from math import asin, cos, degrees, floor, pi, radians, sin
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy import bindparam as given

from bot.domain.driver import Filters
from bot.domain.ids import StationId
from bot.domain.station import EARTH_RADIUS_M, Evse, Point, Station
from data.db.runners import Runner
from data.db.store import among, spread
from data.db.tables import nearby

RINGS_M = (2_000.0, 7_000.0, 25_000.0, 80_000.0)
ROW_DEGREES = 0.05
POLE, DATE_LINE = 90.0, 180.0
ANY_PLUG = ""
ACCESSIBLE = "accessible:"
"""Before a plug: its row for the charge points with parking for people with disabilities. No plug begins so."""

_SLACK = 1.001  # a box a thousandth larger than its ring, against rounding
_MOST_WATTS = 10_000_000

Box = tuple[int, int, tuple[tuple[float, float], ...]]
"""First and last row of latitude, and one span of longitude, or two where the box crosses the date line."""


@cache
def _hits(plugs: int, rows: int, *, startable: bool, free: bool, network: bool) -> Select[Any]:
    """The statement for so many plugs and rows of latitude."""
    hits = select(nearby.c.station_id, nearby.c.lat, nearby.c.lon).where(
        among(nearby.c.plug, plugs),
        among(nearby.c.lat_row, rows),
        nearby.c.lon.between(given("west"), given("east")),
    )
    hits = hits.where(nearby.c.party == given("party")) if network else hits
    if free and startable:
        return hits.where(nearby.c.best_watts >= given("least"))
    hits = hits.where(nearby.c.max_watts >= given("least"))
    hits = hits.where(nearby.c.free > 0) if free else hits
    return hits.where(nearby.c.startable) if startable else hits


@dataclass(frozen=True, slots=True)
class Hit:
    metres: float
    station_id: StationId


def lat_row(lat: float) -> int:
    return floor(lat / ROW_DEGREES)


def box(point: Point, metres: float) -> Box:
    """The rows and spans that hold every point within so many metres, also at the poles and the date line."""
    angle = metres * _SLACK / EARTH_RADIUS_M
    reach = degrees(angle)
    south, north = max(-POLE, point.lat - reach), min(POLE, point.lat + reach)
    rows = lat_row(south), lat_row(north)
    if abs(radians(point.lat)) + angle >= pi / 2:
        return *rows, ((-DATE_LINE, DATE_LINE),)
    half = degrees(asin(min(1.0, sin(angle) / cos(radians(point.lat)))))
    west, east = point.lon - half, point.lon + half
    if west < -DATE_LINE:
        return *rows, ((west + 2 * DATE_LINE, DATE_LINE), (-DATE_LINE, east))
    if east > DATE_LINE:
        return *rows, ((west, DATE_LINE), (-DATE_LINE, east - 2 * DATE_LINE))
    return *rows, ((west, east),)


def nearest(runner: Runner, point: Point, limit: int, filters: Filters) -> Sequence[Hit]:
    """The nearest stations, nearest first; equal distances in the order of their ids."""
    hits: list[Hit] = []
    for ring in RINGS_M:
        hits = sorted(_within(runner, point, ring, filters), key=_order)
        if len(hits) >= limit:
            break
    return hits[:limit]


def _order(hit: Hit) -> tuple[float, str]:
    return hit.metres, hit.station_id


def _within(runner: Runner, point: Point, ring: float, filters: Filters) -> Iterator[Hit]:
    """Those in the ring; a station with several of the plugs comes once."""
    before = ACCESSIBLE if filters.accessible else ""
    plugs = [before + plug for plug in sorted({plug.upper() for plug in filters.plugs}) or [ANY_PLUG]]
    least = max(1, filters.watts) if filters.free and filters.startable else filters.watts
    first, last, spans = box(point, ring)
    rows = range(first, last + 1)
    network = filters.network
    statement = _hits(
        len(plugs), len(rows), startable=filters.startable, free=filters.free, network=network is not None
    )
    where = spread(nearby.c.plug, plugs) | spread(nearby.c.lat_row, rows) | {"least": least}
    where |= {"party": str(network)} if network else {}
    seen: set[str] = set()
    for west, east in spans:
        for station_id, lat, lon in runner.rows(statement, where | {"west": west, "east": east}):
            metres = point.metres_to(Point(lat, lon))
            if metres <= ring and station_id not in seen:
                seen.add(station_id)
                yield Hit(metres, station_id)


def search_rows(station: Station) -> dict[str, dict[str, object]]:
    """The rows of a station by plug, with one for all together; the same of its charge points with accessible parking.

    None for a station nobody may see.
    """
    if not station.visible:
        return {}
    found = {plug: _search_row(station, plug, evses) for plug, evses in _by_plug(station.present)}
    for plug, evses in _by_plug(station.accessible):
        found[ACCESSIBLE + plug] = _search_row(station, plug, evses) | {"plug": ACCESSIBLE + plug}
    return found


def _by_plug(evses: Sequence[Evse]) -> Iterator[tuple[str, Sequence[Evse]]]:
    """All of them, and those with each plug; nothing of none."""
    if evses:
        yield ANY_PLUG, evses
    for plug in sorted({c.standard.upper() for evse in evses for c in evse.connectors if c.standard}):
        yield plug, tuple(e for e in evses if any(c.standard.upper() == plug for c in e.connectors))


def _search_row(station: Station, plug: str, evses: Sequence[Evse]) -> dict[str, object]:
    ready = [e for e in evses if e.free and e.startable]
    return {
        "plug": plug,
        "lat_row": lat_row(station.point.lat),
        "lon": station.point.lon,
        "station_id": station.id,
        "lat": station.point.lat,
        "partner_id": station.partner_id,
        "party": str(station.party),
        "startable": any(e.startable for e in evses),
        "total": len(evses),
        "free": sum(e.free for e in evses),
        "best_watts": max((max(1, _watts(e, plug)) for e in ready), default=0),
        "max_watts": max((_watts(e, plug) for e in evses), default=0),
    }


def _watts(evse: Evse, plug: str) -> int:
    """The power of this plug there, no more than a column holds."""
    powers = (c.watts for c in evse.connectors if plug in {ANY_PLUG, c.standard.upper()})
    return min(max(powers, default=0), _MOST_WATTS)


def on_earth(point: Point) -> bool:
    """Whether it can be a place at all: NaN and degrees beyond the poles and the date line cannot."""
    return abs(point.lat) <= POLE and abs(point.lon) <= DATE_LINE
