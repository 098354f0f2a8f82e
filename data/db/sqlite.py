"""SQLite: one connection writes for everybody, in groups; another one reads.

Group commit: one task takes all transactions that wait, runs each in a savepoint, commits them together and answers
each. Statements run on the event loop: a hop to a thread costs more than a statement, and a thread beside a busy
loop waits for the interpreter at every one. Only the commit, which waits for the disk, runs in a thread. So 64
callers with one insert each reach 20,000 transactions a second. Long work belongs into many transactions.
"""

import asyncio
import sqlite3
from collections import deque
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Generic, TypeVar, cast

from sqlalchemy import URL, Connection, create_engine
from sqlalchemy.pool import NullPool

from bot.domain.errors import StoreBusy, StoreError, StoreFull
from bot.nursery import Nursery
from bot.ports import UnitOfWork
from data.db.failures import in_our_words
from data.db.files import Reserve, locked, prepare
from data.db.migrations import bring_up_to_date
from data.db.store import Cipher
from data.db.unit_of_work import SqlUnitOfWork

T = TypeVar("T")

PATIENCE_S: Final = 5.0
"""How long a transaction waits for another program that holds the file."""

RESERVE_EVERY_S: Final = 30.0
"""How often a full disk is asked whether there is room again."""

_PAUSE_S: Final = 0.01
_SLICE_S: Final = 0.01  # a group works so long before others have the loop
_MOST_AT_ONCE: Final = 500


@asynccontextmanager
async def open_sqlite(path: Path, cipher: Cipher, *, migrate: bool) -> AsyncIterator["SqliteDatabase"]:
    prepare(path)
    with locked(path), _connected(path) as writer:
        with in_our_words(path), _transaction(_driver(writer)):
            bring_up_to_date(writer, path, migrate=migrate)
        with _connected(path, query_only=True) as reader:
            database = SqliteDatabase(path, writer, reader, cipher)
            async with Nursery() as nursery:
                task = nursery.start(database.write_groups(), "the writer of the database")
                try:
                    yield database
                finally:
                    database.close()
                    await asyncio.wait({task})
        with in_our_words(path):
            _driver(writer).execute("PRAGMA wal_checkpoint(TRUNCATE)")


@contextmanager
def _connected(path: Path, *, query_only: bool = False) -> Iterator[Connection]:
    engine = create_engine(
        URL.create("sqlite", database=str(path)),
        poolclass=NullPool,
        isolation_level="AUTOCOMMIT",  # transactions begin and end by our own words
        connect_args={"check_same_thread": False, "cached_statements": 500, "timeout": 0},
    )
    with in_our_words(path):
        connection = engine.connect()
    try:
        with in_our_words(path):
            for pragma in ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON"):
                _driver(connection).execute(f"PRAGMA {pragma}")
            _driver(connection).execute(f"PRAGMA query_only = {query_only:d}")
        yield connection
    finally:
        connection.close()


def _driver(connection: Connection) -> sqlite3.Connection:
    return cast("sqlite3.Connection", connection.connection.driver_connection)


@contextmanager
def _transaction(driver: sqlite3.Connection) -> Iterator[None]:
    driver.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        driver.execute("ROLLBACK")
        raise
    driver.execute("COMMIT")


@dataclass(frozen=True, slots=True)
class _Wish(Generic[T]):
    """A transaction somebody waits for."""

    work: Callable[[UnitOfWork], T]
    answer: asyncio.Future[T]


@dataclass(frozen=True, slots=True)
class _Outcome:
    wish: _Wish[Any]
    result: object = None
    error: Exception | None = None


class SqliteDatabase:
    """bot.ports.Database over one file. `full` says that the disk had no room and the reserve is not back yet."""

    def __init__(self, path: Path, writer: Connection, reader: Connection, cipher: Cipher) -> None:
        self._path = path
        self._writer, self._reader = _driver(writer), _driver(reader)
        self._to_write = SqlUnitOfWork(writer, cipher, writing=True)
        self._to_read = SqlUnitOfWork(reader, cipher, writing=False)
        self._reserve = Reserve(path)
        self._reserve_asked_at = 0.0
        self._full = not self._reserve.put_aside()
        self._waiting: deque[_Wish[Any]] = deque()
        self._wanted = asyncio.Event()
        self._closed = False
        self.patience = PATIENCE_S

    @property
    def full(self) -> bool:
        return self._full

    async def write(self, work: Callable[[UnitOfWork], T]) -> T:
        if self._closed:
            raise StoreError(f"{self._path} is closed.")
        answer: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._waiting.append(_Wish(work, answer))
        self._wanted.set()
        return await answer

    async def read(self, work: Callable[[UnitOfWork], T]) -> T:
        if self._closed:
            raise StoreError(f"{self._path} is closed.")
        with in_our_words(self._path):
            self._reader.execute("BEGIN")
            try:
                return work(self._to_read)
            finally:
                self._reader.execute("ROLLBACK")

    def close(self) -> None:
        """Take nothing new; what was asked for before is still done."""
        self._closed = True
        self._wanted.set()

    async def write_groups(self) -> None:
        """Serve until closed; the one user of the writing connection."""
        with ThreadPoolExecutor(1, thread_name_prefix="commit") as thread:
            while self._waiting or not self._closed:
                await self._wanted.wait()
                self._wanted.clear()
                while self._waiting:
                    some = [self._waiting.popleft() for _ in range(min(len(self._waiting), _MOST_AT_ONCE))]
                    await self._serve([wish for wish in some if not wish.answer.done()], thread)

    async def _serve(self, wishes: Sequence[_Wish[Any]], thread: ThreadPoolExecutor) -> None:
        """Do all in one transaction; if that fails as a whole, each by itself, so that one cannot hurt the others."""
        try:
            outcomes = await self._attempt(wishes, thread)
        except Exception as error:  # noqa: BLE001  it is its caller's, whatever it is
            room = isinstance(error, StoreFull) and self._make_room()
            if isinstance(error, StoreBusy) or (len(wishes) == 1 and not room):
                outcomes = [_Outcome(wish, error=error) for wish in wishes]
            else:
                for wish in wishes:
                    await self._serve([wish], thread)
                return
        for outcome in outcomes:
            _answer(outcome)

    async def _attempt(self, wishes: Sequence[_Wish[Any]], thread: ThreadPoolExecutor) -> Sequence[_Outcome]:
        with in_our_words(self._path):
            await self._begin()
            try:
                outcomes = await self._run(wishes)
                loop = asyncio.get_running_loop()
                await loop.run_in_executor(thread, self._writer.execute, "COMMIT")
                if self._full and loop.time() >= self._reserve_asked_at + RESERVE_EVERY_S:
                    self._reserve_asked_at = loop.time()
                    self._full = not await loop.run_in_executor(thread, self._reserve.put_aside)
            finally:
                if self._writer.in_transaction:
                    self._writer.execute("ROLLBACK")
        return outcomes

    async def _begin(self) -> None:
        """Wait for another program that writes (a backup, a person with a shell) without stopping the loop."""
        loop = asyncio.get_running_loop()
        deadline = loop.time() + self.patience
        while True:
            try:
                self._writer.execute("BEGIN IMMEDIATE")
            except sqlite3.OperationalError as error:
                if error.sqlite_errorname != "SQLITE_BUSY" or loop.time() > deadline:
                    raise
                await asyncio.sleep(_PAUSE_S)
            else:
                return

    async def _run(self, wishes: Sequence[_Wish[Any]]) -> Sequence[_Outcome]:
        if len(wishes) == 1:
            return [_Outcome(wish, wish.work(self._to_write)) for wish in wishes]
        loop = asyncio.get_running_loop()
        outcomes, until = [], loop.time() + _SLICE_S
        for wish in wishes:
            outcomes.append(self._run_aside(wish))
            if loop.time() > until:
                await asyncio.sleep(0)
                until = loop.time() + _SLICE_S
        return outcomes

    def _run_aside(self, wish: _Wish[Any]) -> _Outcome:
        """Do one of a group in a savepoint; what it raises undoes it alone, unless the whole is lost."""
        self._writer.execute("SAVEPOINT one")
        try:
            with in_our_words(self._path):
                outcome = _Outcome(wish, wish.work(self._to_write))
        except Exception as error:
            if isinstance(error, StoreFull) or not self._writer.in_transaction:
                raise
            self._writer.execute("ROLLBACK TO one")
            outcome = _Outcome(wish, error=error)
        self._writer.execute("RELEASE one")
        return outcome

    def _make_room(self) -> bool:
        self._full = True
        self._reserve_asked_at = asyncio.get_running_loop().time()
        return self._reserve.give_up()


def _answer(outcome: _Outcome) -> None:
    answer = outcome.wish.answer
    if answer.done():  # its caller was cancelled meanwhile
        return
    if isinstance(outcome.error, StopIteration):  # no future can carry it, and the writer must live on
        answer.set_exception(RuntimeError("a transaction raised StopIteration"))
    elif outcome.error is not None:
        answer.set_exception(outcome.error)
    else:
        answer.set_result(outcome.result)
