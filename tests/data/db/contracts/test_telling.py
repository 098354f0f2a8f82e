"""Notices: each told at least once, the pressing ones first."""

from dataclasses import replace

from bot.domain.ids import DriverId
from bot.ports import Database, Lane, Notice
from tests.data.db.samples import after, charge


def notice(kind: str, lane: Lane = Lane.RECEIPT, made: float = 0) -> Notice:
    facts = {"kwh": "12.5", "minutes": 40, "station": None}
    return Notice(DriverId(7), kind, lane, after(made), charge_id=charge().id, facts=facts, silent=True)


async def add(database: Database, *notices: Notice) -> None:
    for new in notices:
        await database.write(lambda uow, new=new: uow.notices.add(new))


async def due(database: Database, seconds: float = 100, limit: int = 10):
    return await database.read(lambda uow: uow.notices.due(after(seconds), limit))


async def test_a_notice_comes_back_whole_with_an_id_of_its_own(database: Database):
    await add(database, notice("receipt"), notice("receipt"))
    first, second = await due(database)
    assert first.id != second.id
    assert first == replace(notice("receipt"), id=first.id)


async def test_stops_are_told_first_then_starts_receipts_and_progress_each_by_age(database: Database):
    made = [
        ("p", Lane.PROGRESS, 0),
        ("r2", Lane.RECEIPT, 2),
        ("r1", Lane.RECEIPT, 1),
        ("s", Lane.STOP, 9),
        ("b", Lane.START, 5),
    ]
    await add(database, *(notice(*one) for one in made))
    assert [n.kind for n in await due(database)] == ["s", "b", "r1", "r2", "p"]
    assert [n.kind for n in await due(database, limit=2)] == ["s", "b"]


async def test_what_was_told_is_not_told_again(database: Database):
    await add(database, notice("a"), notice("b", made=1))
    first, second = await due(database)
    await database.write(lambda uow: uow.notices.told(first.id, after(1)))
    assert await due(database) == [second]
    await database.write(lambda uow: uow.notices.undeliverable(second.id, after(1), "blocked by the user"))
    assert await due(database) == []


async def test_what_could_not_be_told_waits_and_counts_its_attempts(database: Database):
    await add(database, notice("a"))
    [first] = await due(database)
    await database.write(lambda uow: uow.notices.later(first.id, after(30)))
    assert await due(database, 29.9) == []
    assert await due(database, 30) == [replace(first, attempts=1)]


async def test_what_could_not_be_delivered_is_taken_up_again_for_this_driver_lane_and_time_alone(database: Database):
    mine, silent = notice("receipt", lane=Lane.RECEIPT), notice("started", lane=Lane.START)
    others = replace(notice("receipt", lane=Lane.RECEIPT), driver_id=DriverId(8))
    await add(database, mine, silent, others)
    for one in await due(database):
        await database.write(lambda uow, one=one: uow.notices.undeliverable(one.id, after(10), "blocked"))

    async def again(since: float) -> int:
        return await database.write(lambda uow: uow.notices.again(mine.driver_id, Lane.RECEIPT, after(since)))

    assert await again(11) == 0
    assert await again(9) == 1
    assert await again(9) == 0
    [told] = await due(database)
    assert (told.driver_id, told.kind) == (mine.driver_id, "receipt")
