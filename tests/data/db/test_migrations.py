"""The way between the versions of the database, on SQLite and on PostgreSQL."""

import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, create_engine, inspect, make_url, text
from sqlalchemy.ext.asyncio import create_async_engine

from bot.domain.errors import StoreError
from data.db.engine import open_database
from data.db.migrations import VERSIONS, alembic_config, bring_up_to_date
from data.db.tables import metadata
from tests.data.db.samples import CIPHER

Work = Callable[[Connection], Any]


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def migrate(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Callable[[Work], Any]]:
    """Run work on an empty database of each kind, in a transaction that is undone in the end."""
    if request.param == "sqlite":
        engine = create_engine(f"sqlite:///{tmp_path / 'empty.db'}")
        with engine.connect() as connection:
            yield lambda work: work(connection)
        engine.dispose()
        return
    import asyncio

    url = make_url(request.getfixturevalue("postgres_server")).set(drivername="postgresql+asyncpg")
    with asyncio.Runner() as runner:
        engine = create_async_engine(url)
        connection = runner.run(engine.connect().start())
        runner.run(connection.execute(text("CREATE SCHEMA empty")))
        runner.run(connection.execute(text("SET search_path TO empty")))
        yield lambda work: runner.run(connection.run_sync(work))
        runner.run(connection.close())
        runner.run(engine.dispose())


def test_there_is_one_newest_version_and_the_code_knows_them_all():
    scripts = ScriptDirectory.from_config(alembic_config(None))  # type: ignore[arg-type]
    assert scripts.get_heads() == [VERSIONS[-1]]
    assert tuple(s.revision for s in reversed(list(scripts.walk_revisions()))) == VERSIONS


def test_each_version_goes_up_and_down_and_up_again(migrate: Callable[[Work], Any]):
    def stairway(connection: Connection) -> None:
        config = alembic_config(connection)
        for version in VERSIONS:
            command.upgrade(config, version)
            command.downgrade(config, "-1")
            left = set(inspect(connection).get_table_names()) & set(metadata.tables)
            assert not left or version != VERSIONS[0]
            command.upgrade(config, version)

    migrate(stairway)


def test_the_tables_are_what_the_migrations_make(migrate: Callable[[Work], Any]):
    def differences(connection: Connection) -> list[Any]:
        bring_up_to_date(connection, "here", migrate=False)
        on_postgres = connection.dialect.name == "postgresql"

        def belongs_here(_thing: object, name: str, *_: object) -> bool:
            return on_postgres or name != "nearby_covering"

        context = MigrationContext.configure(connection, opts={"include_object": belongs_here})
        return list(compare_metadata(context, metadata))

    assert migrate(differences) == []


async def test_a_database_of_a_newer_version_is_refused_in_one_sentence_and_left_alone(sqlite_file: Path):
    _set_version(sqlite_file, "9999")
    before = _content(sqlite_file)
    with pytest.raises(StoreError, match="newer chargebot") as refused:
        async with open_database(f"sqlite:///{sqlite_file}", cipher=CIPHER, migrate=True):
            pass
    assert str(sqlite_file) in str(refused.value)
    assert "\n" not in str(refused.value)
    assert _content(sqlite_file) == before


async def test_a_database_of_an_older_version_is_moved_on_only_when_asked(
    sqlite_file: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("data.db.migrations.VERSIONS", ("0000", "0001"))
    _set_version(sqlite_file, "0000")
    with pytest.raises(StoreError, match="chargebot db upgrade"):
        async with open_database(f"sqlite:///{sqlite_file}", cipher=CIPHER):
            pass


async def test_a_database_of_something_else_is_refused(tmp_path: Path):
    path = tmp_path / "other.db"
    with sqlite3.connect(path) as other:
        other.execute("CREATE TABLE songs (name TEXT)")
    other.close()
    with pytest.raises(StoreError, match="no database of chargebot"):
        async with open_database(f"sqlite:///{path}", cipher=CIPHER):
            pass


def test_an_up_to_date_start_imports_nothing_heavy(sqlite_file: Path):
    script = (
        "import asyncio, sys\n"
        "from data.db.engine import open_database\n"
        "async def main():\n"
        f"    async with open_database('sqlite:///{sqlite_file}', cipher=None):\n"
        "        print([m for m in ('alembic', 'asyncpg', 'aiosqlite', 'sqlalchemy.orm') if m in sys.modules])\n"
        "asyncio.run(main())\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def _set_version(path: Path, version: str) -> None:
    with sqlite3.connect(path) as database:
        database.execute("UPDATE alembic_version SET version_num = ?", (version,))
    database.close()


def _content(path: Path) -> bytes:
    return path.read_bytes()


def test_passes_and_notices_of_the_first_version_are_found_by_their_new_columns(migrate: Callable[[Work], Any]):
    body = '{"number":"NL-CHB-C0000001","driver_id":7,"contract_id":"NL-CHB-C0000001","status":"active","since":"2026-03-02T12:00:00Z"}'
    notice = '{"driver_id":7,"kind":"receipt","lane":2,"made_at":"2026-03-02T12:00:00Z"}'

    def upgraded(connection: Connection) -> Any:
        config = alembic_config(connection)
        command.upgrade(config, "0001")
        new = text("INSERT INTO passes (number, driver_id, body) VALUES ('nl-chb-c0000001', 7, :body)")
        connection.execute(new, {"body": body})
        told = text("INSERT INTO notices (lane, made_at, attempts, body) VALUES (2, 1, 0, :body)")
        connection.execute(told, {"body": notice})
        command.upgrade(config, VERSIONS[-1])
        pass_ = connection.execute(text("SELECT driver_id, contract, status, changed_at, printed FROM passes")).one()
        return tuple(pass_), connection.execute(text("SELECT driver_id FROM notices")).scalar()

    assert migrate(upgraded) == ((7, "NLCHBC0000001", "active", 1_772_452_800_000_000, None), 7)
