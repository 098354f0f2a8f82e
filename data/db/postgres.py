"""PostgreSQL: transactions side by side, a connection each; rows that are read to be changed are locked.

Nothing waits on the network inside a transaction but the database itself, since a transaction is a plain function.
"""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Final, TypeVar

from sqlalchemy import URL, Connection, func, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from bot.domain.errors import StoreBusy, StoreError, StoreFull
from bot.ports import UnitOfWork
from data.db.failures import in_our_words
from data.db.migrations import bring_up_to_date
from data.db.store import Cipher
from data.db.unit_of_work import SqlUnitOfWork

T = TypeVar("T")

_CONNECTIONS: Final = 10
_PATIENCE_S: Final = 5
_DEADLOCK: Final = frozenset({"40001", "40P01"})
_TRIES: Final = 3
_MIGRATION_LOCK: Final = 0x63686172  # two replicas that start together migrate one after the other


@asynccontextmanager
async def open_postgres(url: URL, cipher: Cipher, *, migrate: bool) -> AsyncIterator["PostgresDatabase"]:
    where = url.render_as_string(hide_password=True)
    try:
        engine = create_async_engine(
            url.set(drivername="postgresql+asyncpg"),
            pool_size=_CONNECTIONS,
            pool_timeout=_PATIENCE_S,
            connect_args={"server_settings": {"jit": "off", "idle_in_transaction_session_timeout": "60s"}},
        )
    except ModuleNotFoundError as error:
        raise StoreError("PostgreSQL needs one more package: pip install 'chargebot[postgres]'.") from error
    try:
        try:
            with in_our_words(where):
                async with engine.begin() as connection:
                    await connection.execute(select(func.pg_advisory_xact_lock(_MIGRATION_LOCK)))
                    await connection.run_sync(bring_up_to_date, where, migrate=migrate)
        except OSError as error:
            raise StoreBusy(f"{where} cannot be reached ({error}): see whether PostgreSQL runs there.") from error
        yield PostgresDatabase(engine, where, cipher)
    finally:
        await engine.dispose()


class PostgresDatabase:
    """bot.ports.Database over a PostgreSQL server. `full` says that the last transaction found no room."""

    def __init__(self, engine: AsyncEngine, where: str, cipher: Cipher) -> None:
        self._engine = engine
        self._where = where
        self._cipher = cipher
        self._full = False
        self._read_only = engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)

    @property
    def full(self) -> bool:
        return self._full

    async def write(self, work: Callable[[UnitOfWork], T]) -> T:
        try:
            with in_our_words(self._where):
                result = await self._attempt(work, _TRIES)
        except StoreFull:
            self._full = True
            raise
        self._full = False
        return result

    async def _attempt(self, work: Callable[[UnitOfWork], T], tries: int) -> T:
        try:
            async with self._engine.begin() as connection:
                return await connection.run_sync(self._within(work, writing=True))
        except DBAPIError as error:
            if tries == 1 or getattr(error.orig, "sqlstate", None) not in _DEADLOCK:
                raise
        return await self._attempt(work, tries - 1)

    async def read(self, work: Callable[[UnitOfWork], T]) -> T:
        with in_our_words(self._where):
            async with self._read_only.connect() as connection:
                return await connection.run_sync(self._within(work, writing=False))

    def _within(self, work: Callable[[UnitOfWork], T], *, writing: bool) -> Callable[[Connection], T]:
        return lambda connection: work(SqlUnitOfWork(connection, self._cipher, writing=writing))
