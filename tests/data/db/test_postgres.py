"""What PostgreSQL owes beyond the contracts: transactions side by side that do not harm each other."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace

import pytest

from bot.domain.errors import StoreBusy
from bot.domain.ids import ChargeId
from bot.domain.session import newer
from bot.ports import UnitOfWork
from data.db.engine import open_database
from data.db.postgres import PostgresDatabase
from tests.data.db.samples import CIPHER, after, charge, session, session_key

pytestmark = pytest.mark.postgres


async def test_a_server_that_is_not_there_is_one_sentence_without_the_password(unused_tcp_port: int):
    url = f"postgresql://bot:secret@127.0.0.1:{unused_tcp_port}/chargebot"
    with pytest.raises(StoreBusy, match="cannot be reached") as refused:
        async with open_database(url, cipher=CIPHER):
            pass
    assert "secret" not in str(refused.value)
    assert "\n" not in str(refused.value)


async def test_of_first_pushes_that_come_together_the_newest_stays(postgres: PostgresDatabase):
    def push(seconds: int):
        def work(uow: UnitOfWork) -> None:
            kept = newer(
                uow.sessions.get(session_key()), session(kwh=str(seconds), last_updated=after(seconds)), after(99)
            )
            if kept is not None:
                uow.sessions.save(kept, None)

        return work

    await asyncio.gather(*(postgres.write(push(seconds)) for seconds in (3, 9, 1, 7, 5)))
    stored = await postgres.read(lambda uow: uow.sessions.get(session_key()))
    assert stored is not None
    assert stored.last_updated == after(9)


async def test_transactions_that_lock_each_other_out_are_run_anew(postgres: PostgresDatabase):
    ids = [charge(n, driver=n, uid=f"E{n}").id for n in (1, 2)]
    for n in (1, 2):
        await postgres.write(lambda uow, n=n: uow.charges.add(charge(n, driver=n, uid=f"E{n}")))

    runs = []

    def touch(order: Sequence[ChargeId]):
        def work(uow: UnitOfWork) -> None:
            runs.append(order)
            for charge_id in order:
                now = uow.charges.get(charge_id)
                assert now is not None
                uow.charges.save(replace(now, version=now.version + 1))

        return work

    await asyncio.gather(*(postgres.read(lambda uow: uow.sessions.strays()) for _ in range(2)))  # both connected
    await asyncio.gather(postgres.write(touch(ids)), postgres.write(touch(ids[::-1])))
    assert len(runs) == 3
    for charge_id in ids:
        stored = await postgres.read(lambda uow, charge_id=charge_id: uow.charges.get(charge_id))
        assert stored is not None
        assert stored.version == charge().version + 2


async def test_a_read_sees_one_moment(postgres: PostgresDatabase):
    """Two looks of one read are at the same picture, whatever is committed between them."""
    await postgres.write(lambda uow: uow.charges.add(charge()))
    async with postgres._read_only.connect() as connection:
        work = postgres._within(lambda uow: uow.charges.get(charge().id), writing=False)
        before = await connection.run_sync(work)
        await postgres.write(lambda uow: uow.charges.save(replace(charge(), version=99)))
        assert await connection.run_sync(work) == before
