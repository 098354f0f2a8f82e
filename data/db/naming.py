"""Stations by the words of their name and address; what is asked costs so much and no more, however big the map is.

The rarest of the words is looked up and the others are checked, among COMMON stations at most. Of a word that more
have, the driver's surroundings are looked through before, so that the nearest are among those found.
"""

from collections.abc import Sequence
from functools import cache
from heapq import nsmallest
from typing import Any

from sqlalchemy import ColumnElement, FromClause, Select, func, select
from sqlalchemy import bindparam as given

from bot.domain.ids import StationId
from bot.domain.placename import ASKED, meant
from bot.domain.station import Point
from data.db.runners import Runner
from data.db.search import ANY_PLUG, Box, Hit, box
from data.db.store import among, spread
from data.db.tables import nearby, place_words

COMMON = 2_000
"""So many stations with a word are looked at."""

AROUND_M = (2_000.0, 7_000.0, 25_000.0)
_BEYOND = chr(0x10FFFF)
_MOST_ALIKE = 2_000
_CORRECTED = 5
"""Letters from which a word may have one wrong."""

_ALIKE_BEGIN = (4, 2)
"""Letters that the word meant has in common with the one typed, the likelier first."""


def named(runner: Runner, words: Sequence[str], limit: int, point: Point | None) -> list[StationId]:
    """Stations with a word that begins so, for each of these: the nearest to `point`, else whole words first."""
    asked = sorted(words, key=len, reverse=True)[:ASKED]
    if not asked:
        return []
    return _with(runner, asked, limit, point) or _with(
        runner, [_corrected(runner, word) for word in asked], limit, point
    )


def _with(runner: Runner, words: Sequence[str], limit: int, point: Point | None) -> list[StationId]:
    counts = {word: runner.rows(_COUNT, _range(0, word))[0].number for word in words}
    rarest_first = sorted(counts, key=lambda word: counts[word])
    rarest = counts[rarest_first[0]]
    if rarest == 0:
        return []
    asked: dict[str, Any] = {}
    for n, word in enumerate(rarest_first):
        asked |= _range(n, word)
    if point is None:
        rows = runner.rows(_exactest(len(counts)), asked | {"most": limit})
        return list(dict.fromkeys(row.station_id for row in rows))[:limit]
    found = _around(runner, len(counts), asked, limit, point) if rarest >= COMMON else []
    if len(found) < limit:
        found = _nearest(runner.rows(_placed(len(counts)), asked | {"plug": ANY_PLUG}), limit, point)
    return found


def _around(runner: Runner, count: int, asked: dict[str, Any], limit: int, point: Point) -> list[StationId]:
    """Those in the smallest ring that holds enough of them."""
    for ring in AROUND_M:
        rows = [row for where in _spans(box(point, ring)) for row in _in_box(runner, count, asked | where)]
        inside = [row for row in rows if point.metres_to(Point(row.lat, row.lon)) <= ring]
        if len(inside) >= limit:
            return _nearest(inside, limit, point)
    return []


def _in_box(runner: Runner, count: int, where: dict[str, Any]) -> Sequence[Any]:
    rows = range(where.pop("first"), where.pop("last") + 1)
    return runner.rows(_boxed(count, len(rows)), where | spread(nearby.c.lat_row, rows) | {"plug": ANY_PLUG})


def _spans(around: Box) -> list[dict[str, Any]]:
    first, last, spans = around
    return [{"first": first, "last": last, "west": west, "east": east} for west, east in spans]


def _nearest(rows: Sequence[Any], limit: int, point: Point) -> list[StationId]:
    hits = {row.station_id: Hit(point.metres_to(Point(row.lat, row.lon)), row.station_id) for row in rows}
    return [hit.station_id for hit in nsmallest(limit, hits.values(), key=lambda hit: (hit.metres, hit.station_id))]


def _corrected(runner: Runner, word: str) -> str:
    """The word that was likely meant, among those that begin alike."""
    if len(word) < _CORRECTED:
        return word
    for letters in _ALIKE_BEGIN:
        rows = runner.rows(_ALIKE, {"word_0": word[:letters], "beyond_0": word[:letters] + _BEYOND})
        likely = meant(word, [row.word for row in rows if row.word is not None])
        if likely != word:
            return likely
    return word


# ── statements ───────────────────────────────────────────────────────────────────────────────────────────────────


def _range(n: int, word: str) -> dict[str, Any]:
    return {f"word_{n}": word, f"beyond_{n}": word + _BEYOND}


def _begins(table: FromClause, n: int) -> ColumnElement[bool]:
    return (table.c.word >= given(f"word_{n}")) & (table.c.word < given(f"beyond_{n}"))


def _others(station_id: ColumnElement[Any], numbers: range) -> list[ColumnElement[bool]]:
    """That the station has words that begin like each of these, too."""
    found: list[ColumnElement[bool]] = []
    for n in numbers:
        more = place_words.alias(f"more_{n}")
        found.append(select(more.c.word).where(more.c.station_id == station_id, _begins(more, n)).exists())
    return found


_FIRST = (
    select(place_words.c.word, place_words.c.station_id)
    .where(_begins(place_words, 0))
    .order_by(place_words.c.word, place_words.c.station_id)
    .limit(COMMON)
    .subquery("first")
)
_COUNT = select(func.count().label("number")).select_from(_FIRST)


@cache
def _exactest(count: int) -> Select[Any]:
    """A whole word comes before one that goes on; a station may come twice, by two of its words."""
    with_all = select(_FIRST.c.station_id).where(*_others(_FIRST.c.station_id, range(1, count)))
    return with_all.order_by(_FIRST.c.word, _FIRST.c.station_id).limit(given("most"))


@cache
def _placed(count: int) -> Select[Any]:
    """All of them, with where they are."""
    here = (nearby.c.station_id == _FIRST.c.station_id) & (nearby.c.plug == given("plug"))
    placed = select(_FIRST.c.station_id, nearby.c.lat, nearby.c.lon).join(nearby, here)
    return placed.where(*_others(_FIRST.c.station_id, range(1, count)))


@cache
def _boxed(count: int, rows: int) -> Select[Any]:
    """Those in a box of the map."""
    return select(nearby.c.station_id, nearby.c.lat, nearby.c.lon).where(
        nearby.c.plug == given("plug"),
        among(nearby.c.lat_row, rows),
        nearby.c.lon.between(given("west"), given("east")),
        *_others(nearby.c.station_id, range(count)),
    )


def _next_word(after: ColumnElement[bool]) -> Select[Any]:
    """The first word in range, by one look into the index."""
    return select(func.min(place_words.c.word)).where(after, place_words.c.word < given("beyond_0"))


def _alike() -> Select[Any]:
    """Each word of a range once, jumping from one to the next: a street's name costs the same on one house or all."""
    words = select(_next_word(place_words.c.word >= given("word_0")).scalar_subquery().label("word")).cte(
        "words", recursive=True
    )
    following = select(_next_word(place_words.c.word > words.c.word).scalar_subquery()).where(words.c.word.is_not(None))
    words = words.union_all(following)
    return select(words.c.word).limit(_MOST_ALIKE)


_ALIKE = _alike()
