"""Jobs: one per kind and key, held by one owner for the time of a lease, never lost by being put again."""

import asyncio
from datetime import timedelta

from bot.ports import Database, Job, JobKind
from tests.data.db.samples import after

LEASE = timedelta(seconds=20)
START, STOP = JobKind.START, JobKind.STOP


async def put(database: Database, key: str, seconds: float = 0, kind: JobKind = START) -> None:
    await database.write(lambda uow: uow.jobs.put(kind, key, after(seconds)))


async def claim(database: Database, seconds: float = 0, *, owner: str = "me", limit: int = 10, kinds=JobKind):
    return await database.write(lambda uow: uow.jobs.claim(after(seconds), kinds, owner, LEASE, limit))


async def done(database: Database, job: Job) -> None:
    await database.write(lambda uow: uow.jobs.done(job))


async def again(database: Database, job: Job, seconds: float) -> None:
    await database.write(lambda uow: uow.jobs.again(job, after(seconds)))


async def next_due(database: Database, kinds=JobKind):
    return await database.read(lambda uow: uow.jobs.next_due(kinds))


async def test_due_jobs_are_given_the_longest_due_first(database: Database):
    for key, seconds in (("b", 2), ("a", 1), ("c", 3), ("later", 100)):
        await put(database, key, seconds)
    first = await claim(database, 5, limit=2)
    assert [(j.key, j.due_at, j.attempts) for j in first] == [("a", after(1), 0), ("b", after(2), 0)]
    assert [j.key for j in await claim(database, 5)] == ["c"]


async def test_only_the_kinds_asked_for_are_given(database: Database):
    await put(database, "x", kind=START)
    await put(database, "x", kind=STOP)
    assert [j.kind for j in await claim(database, kinds=[STOP])] == [STOP]
    assert await claim(database, kinds=[]) == []


async def test_a_held_job_is_given_to_nobody_else_before_its_lease_ends(database: Database):
    await put(database, "a")
    assert len(await claim(database, 1)) == 1
    assert await claim(database, 20.9, owner="other") == []
    assert [j.key for j in await claim(database, 21, owner="other")] == ["a"]


async def test_who_lost_the_lease_changes_nothing_any_more(database: Database):
    await put(database, "a")
    [lost] = await claim(database, 1)
    [held] = await claim(database, 30, owner="other")
    await done(database, lost)
    await again(database, lost, 31)
    assert await next_due(database) == after(50)
    await done(database, held)
    assert await next_due(database) is None


async def test_a_job_made_anew_under_the_same_name_is_not_the_lost_one(database: Database):
    await put(database, "a")
    [lost] = await claim(database, 1)
    await database.write(lambda uow: uow.jobs.drop(START, "a"))
    await put(database, "a", 2)
    [held] = await claim(database, 3, owner="other")
    await done(database, lost)
    assert await next_due(database) == after(23)
    await done(database, held)
    assert await next_due(database) is None


async def test_a_job_that_is_put_twice_moves_only_to_the_sooner_moment(database: Database):
    await put(database, "a", 10)
    await put(database, "a", 50)
    assert await next_due(database) == after(10)
    await put(database, "a", 5)
    assert await next_due(database) == after(5)
    assert len(await claim(database, 100)) == 1


async def test_a_job_put_again_while_it_is_held_survives_its_end(database: Database):
    await put(database, "a")
    [job] = await claim(database)
    await put(database, "a", 40)
    await put(database, "a", 30)
    await put(database, "a", 60)
    assert await claim(database, 5, owner="other") == []
    await done(database, job)
    assert await next_due(database) == after(30)
    [anew] = await claim(database, 30)
    assert (anew.due_at, anew.attempts) == (after(30), 0)
    await done(database, anew)
    assert await next_due(database) is None


async def test_a_job_let_go_of_comes_again_with_one_attempt_more(database: Database):
    await put(database, "a")
    [job] = await claim(database)
    await again(database, job, 10)
    assert await claim(database, 9) == []
    [job] = await claim(database, 10, owner="other")
    assert (job.due_at, job.attempts) == (after(10), 1)


async def test_a_sooner_put_wins_over_coming_again_and_a_later_one_does_not(database: Database):
    await put(database, "a")
    await put(database, "b")
    first, second = await claim(database)
    await put(database, "a", 5)
    await put(database, "b", 500)
    await again(database, first, 60)
    await again(database, second, 60)
    assert [(j.key, j.due_at) for j in await claim(database, 60)] == [("a", after(5)), ("b", after(60))]


async def test_a_dropped_job_is_gone_even_when_it_is_held(database: Database):
    await put(database, "a")
    [job] = await claim(database)
    await database.write(lambda uow: uow.jobs.drop(START, "a"))
    await again(database, job, 5)
    assert await next_due(database) is None


async def test_the_next_moment_of_interest_is_a_due_job_or_the_end_of_a_lease(database: Database):
    assert await next_due(database) is None
    await put(database, "a")
    await put(database, "b", 50)
    await put(database, "c", 5, kind=STOP)
    await claim(database, kinds=[START], limit=1)
    assert await next_due(database, [START]) == after(20)
    assert await next_due(database) == after(5)
    assert await next_due(database, []) is None


async def test_letting_go_of_an_owners_jobs_makes_them_due_as_they_were(database: Database):
    for key in ("a", "b"):
        await put(database, key, -5)
    [mine] = await claim(database, limit=1)
    [others] = await claim(database, owner="other", limit=1)
    await put(database, others.key, 7)
    await database.write(lambda uow: uow.jobs.release("me"))
    assert [j.key for j in await claim(database, 1)] == [mine.key]
    await database.write(lambda uow: uow.jobs.release(None))
    assert {(j.key, j.due_at) for j in await claim(database, 1)} == {("a", after(-5)), ("b", after(-5))}


async def test_many_workers_never_hold_one_job_together(database: Database):
    for number in range(30):
        await put(database, str(number), number / 100)
    claims = await asyncio.gather(*(claim(database, 5, owner=str(n), limit=4) for n in range(12)))
    keys = [job.key for jobs in claims for job in jobs]
    assert len(keys) == len(set(keys))
    rest = await claim(database, 5, limit=100)
    assert len(keys) + len(rest) == 30
    assert await next_due(database) == after(5) + LEASE
