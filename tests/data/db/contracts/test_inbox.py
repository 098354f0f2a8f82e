"""The inbox: an update is known again when it comes twice, and kept until it was handled."""

from dataclasses import replace

from bot.ports import Database, InboxUpdate
from tests.data.db.samples import after


def update(number: int, seconds: float = 0) -> InboxUpdate:
    return InboxUpdate(number, "7", b'{"update_id": \xf0\x9f\x94\x8c}', after(seconds))


async def add(database: Database, *updates: InboxUpdate) -> set[int]:
    return await database.write(lambda uow: uow.inbox.add(updates))


async def waiting(database: Database):
    return await database.read(lambda uow: uow.inbox.waiting())


async def test_only_updates_never_seen_are_new(database: Database):
    assert await add(database, update(1), update(2), update(2)) == {1, 2}
    assert await add(database, update(2), update(3)) == {3}
    assert await add(database, update(3)) == set()
    assert await add(database) == set()
    assert await waiting(database) == [update(1), update(2), update(3)]


async def test_waiting_updates_come_oldest_first(database: Database):
    await add(database, update(5, 1), update(9, 0), update(4, 2))
    assert [u.id for u in await waiting(database)] == [9, 5, 4]


async def test_a_finished_update_waits_no_more_and_is_still_known(database: Database):
    await add(database, update(1), update(2))
    await database.write(lambda uow: uow.inbox.finish([1], after(1)))
    await database.write(lambda uow: uow.inbox.finish([], after(1)))
    assert await waiting(database) == [update(2)]
    assert await add(database, update(1)) == set()


async def test_a_failed_update_is_tried_again_until_it_is_dead(database: Database):
    await add(database, update(1))
    await database.write(lambda uow: uow.inbox.failed(1, "KeyError: 'x'", dead=False))
    assert await waiting(database) == [replace(update(1), attempts=1)]
    await database.write(lambda uow: uow.inbox.failed(1, "KeyError: 'x'", dead=True))
    assert await waiting(database) == []
    assert await database.write(lambda uow: uow.inbox.prune(after(999))) == 0


async def test_old_finished_updates_are_forgotten(database: Database):
    await add(database, *(update(n) for n in (1, 2, 3)))
    await database.write(lambda uow: uow.inbox.finish([1], after(1)))
    await database.write(lambda uow: uow.inbox.finish([2], after(2)))
    assert await database.write(lambda uow: uow.inbox.prune(after(2))) == 1
    assert await add(database, *(update(n) for n in (1, 2, 3))) == {1}
