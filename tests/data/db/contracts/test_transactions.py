"""What a transaction is, on every kind of database."""

import asyncio
from dataclasses import replace

import pytest

from bot.domain.errors import Refused, StoreError, Why
from bot.domain.ids import DriverId
from bot.ports import Database, InboxUpdate, JobKind, UnitOfWork
from tests.data.db.samples import NOW, charge


def update(number: int) -> InboxUpdate:
    return InboxUpdate(number, "7", b"{}", NOW)


async def test_what_a_transaction_wrote_is_there_when_it_returns(database: Database):
    result = await database.write(lambda uow: uow.inbox.add([update(1)]))
    assert result == {1}
    assert [u.id for u in await database.read(lambda uow: uow.inbox.waiting())] == [1]


async def test_what_a_transaction_raises_undoes_all_of_it_and_reaches_the_caller(database: Database):
    def work(uow: UnitOfWork) -> None:
        uow.charges.add(charge())
        uow.jobs.put(JobKind.START, charge().id, NOW)
        raise Refused(Why.NO_PASS)

    with pytest.raises(Refused, match="no_pass"):
        await database.write(work)
    assert await database.read(lambda uow: uow.charges.get(charge().id)) is None
    assert await database.read(lambda uow: uow.jobs.next_due(JobKind)) is None


async def test_one_that_raises_among_many_undoes_only_itself(database: Database):
    def work(number: int):
        def run(uow: UnitOfWork) -> int:
            uow.inbox.add([update(number)])
            if number % 10 == 3:
                raise LookupError(number)
            return number

        return run

    results = await asyncio.gather(*(database.write(work(n)) for n in range(40)), return_exceptions=True)
    good = [n for n in range(40) if n % 10 != 3]
    assert [r for r in results if not isinstance(r, Exception)] == good
    assert [r.args for r in results if isinstance(r, LookupError)] == [(3,), (13,), (23,), (33,)]
    assert sorted(u.id for u in await database.read(lambda uow: uow.inbox.waiting())) == good


async def test_an_iterator_that_ran_dry_in_a_transaction_stops_nobody_else(database: Database):
    with pytest.raises(RuntimeError):
        await database.write(lambda uow: next(iter(uow.inbox.waiting())))
    assert await database.write(lambda uow: uow.inbox.add([update(1)])) == {1}


async def test_a_caller_that_goes_away_takes_nobody_with_it(database: Database):
    async with asyncio.timeout(10):
        impatient = asyncio.gather(*(database.write(lambda uow, n=n: uow.inbox.add([update(n)])) for n in range(5)))
        patient = [database.write(lambda uow, n=n: uow.inbox.add([update(n)])) for n in range(100, 105)]
        await asyncio.sleep(0)
        impatient.cancel()
        assert await asyncio.gather(*patient) == [{n} for n in range(100, 105)]
    waiting = {u.id for u in await database.read(lambda uow: uow.inbox.waiting())}
    assert waiting >= set(range(100, 105))


async def test_a_read_may_not_write(database: Database):
    with pytest.raises(StoreError):
        await database.read(lambda uow: uow.inbox.add([update(1)]))
    with pytest.raises(StoreError):
        await database.read(lambda uow: uow.jobs.put(JobKind.SYNC, "1", NOW))
    assert await database.read(lambda uow: uow.inbox.waiting()) == []


async def test_a_read_that_raises_leaves_the_next_one_unharmed(database: Database):
    with pytest.raises(ZeroDivisionError):
        await database.read(lambda uow: 1 // len(uow.inbox.waiting()))
    assert await database.read(lambda uow: uow.drivers.get(DriverId(1))) is None


async def test_counting_up_from_many_sides_loses_nothing(database: Database):
    """Read, change and write again of one row: the row is nobody else's meanwhile."""
    await database.write(lambda uow: uow.charges.add(charge()))

    def count(uow: UnitOfWork) -> None:
        now = uow.charges.get(charge().id)
        assert now is not None
        uow.charges.save(replace(now, version=now.version + 1))

    await asyncio.gather(*(database.write(count) for _ in range(20)))
    stored = await database.read(lambda uow: uow.charges.get(charge().id))
    assert stored is not None
    assert stored.version == charge().version + 20


async def test_a_database_with_room_is_not_full(database: Database):
    await database.write(lambda uow: uow.inbox.add([update(1)]))
    assert not database.full
