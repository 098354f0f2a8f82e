"""What a file owes beyond the contracts: groups, a second process, kill -9, a full disk, damage."""

import asyncio
import os
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from cryptography.fernet import Fernet, MultiFernet

from bot.domain.errors import StoreBusy, StoreError, StoreFull
from bot.ports import Database, Dialogue, InboxUpdate, JobKind
from data.db.engine import open_database
from data.db.files import RESERVE_BYTES
from data.db.sqlite import SqliteDatabase
from tests.data.db.samples import CIPHER, NOW, partner

MEBIBYTE = 1 << 20


def opened(path: Path):
    return open_database(f"sqlite:///{path}", cipher=CIPHER)


def update(number: int, size: int = 2) -> InboxUpdate:
    return InboxUpdate(number, "7", b"x" * size, NOW)


async def add(database: Database, number: int, size: int = 2) -> set[int]:
    return await database.write(lambda uow: uow.inbox.add([update(number, size)]))


async def seen(database: Database) -> set[int]:
    return {u.id for u in await database.read(lambda uow: uow.inbox.waiting())}


# ── opening and closing ──────────────────────────────────────────────────────────────────────────────────────────


async def test_a_new_database_is_made_with_its_folder_for_our_eyes_only(tmp_path: Path):
    path = tmp_path / "var" / "deep" / "chargebot.db"
    async with opened(path) as database:
        await add(database, 1)
        modes = {file.name: oct(file.stat().st_mode & 0o777) for file in path.parent.iterdir()}
    assert set(modes.values()) == {"0o600"}
    assert {"chargebot.db", "chargebot.db-wal", "chargebot.db.lock", "chargebot.db.reserve"} <= modes.keys()


@pytest.mark.parametrize(
    "url", ["sqlite://", "sqlite:///:memory:", "mysql://localhost/x", "nonsense", "sqlite:////proc/nowhere/x.db"]
)
async def test_an_address_that_cannot_be_used_is_one_sentence(url: str):
    with pytest.raises(StoreError, match="CHARGEBOT_DATABASE_URL") as refused:
        async with open_database(url, cipher=CIPHER):
            pass
    assert "\n" not in str(refused.value)


async def test_a_file_in_use_is_refused_naming_it_and_who_has_it(sqlite: SqliteDatabase, sqlite_file: Path):
    with pytest.raises(StoreBusy, match=f"{sqlite_file} is in use by another chargebot .process {os.getpid()}."):
        async with opened(sqlite_file):
            pass
    assert await add(sqlite, 1) == {1}


def test_a_second_process_is_refused(sqlite_file: Path):
    script = _script(sqlite_file, "print('open', flush=True); await asyncio.sleep(60)")
    with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True) as first:
        assert first.stdout
        assert first.stdout.readline() == "open\n"
        second = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
        first.kill()
    assert f"in use by another chargebot (process {first.pid})" in second.stderr.splitlines()[-1]
    third = subprocess.run([sys.executable, "-c", _script(sqlite_file, "pass")], check=False)
    assert third.returncode == 0


async def test_what_was_asked_for_before_the_end_is_done_and_nothing_after(sqlite_file: Path):
    async with opened(sqlite_file) as database, asyncio.TaskGroup() as tasks:
        for number in range(50):
            tasks.create_task(add(database, number))
        await asyncio.sleep(0)
    for late in (database.write, database.read):
        with pytest.raises(StoreError, match="is closed"):
            await late(lambda uow: uow.inbox.waiting())
    assert not sqlite_file.with_name("chargebot.db-wal").exists()
    async with opened(sqlite_file) as database:
        assert await seen(database) == set(range(50))


async def test_a_token_opens_with_an_older_key_and_says_so_when_its_key_is_gone(sqlite_file: Path):
    old, new = (Fernet(Fernet.generate_key()) for _ in range(2))
    async with open_database(f"sqlite:///{sqlite_file}", cipher=MultiFernet([old])) as database:
        stored = await database.write(lambda uow: uow.partners.add(partner()))
    async with open_database(f"sqlite:///{sqlite_file}", cipher=MultiFernet([new, old])) as database:
        assert await database.read(lambda uow: uow.partners.all()) == [stored]
    async with open_database(f"sqlite:///{sqlite_file}", cipher=MultiFernet([new])) as database:
        with pytest.raises(StoreError, match=r"City Power .* CHARGEBOT_SECRET_KEYS"):
            await database.read(lambda uow: uow.partners.all())


async def test_tokens_of_partners_lie_encrypted(sqlite_file: Path):
    async with opened(sqlite_file) as database:
        await database.write(lambda uow: uow.partners.add(partner(their_token="in plain sight")))
    assert b"in plain sight" not in content(sqlite_file)


# ── groups ───────────────────────────────────────────────────────────────────────────────────────────────────────


async def test_transactions_that_wait_together_are_committed_together(sqlite: SqliteDatabase):
    said: list[str] = []
    sqlite._writer.set_trace_callback(said.append)
    await asyncio.gather(*(add(sqlite, number) for number in range(100)))
    sqlite._writer.set_trace_callback(None)
    assert said.count("COMMIT") == 1
    assert said.count("SAVEPOINT one") == 100


async def test_a_lone_transaction_needs_no_savepoint(sqlite: SqliteDatabase):
    said: list[str] = []
    sqlite._writer.set_trace_callback(said.append)
    await add(sqlite, 1)
    with pytest.raises(ZeroDivisionError):
        await sqlite.write(lambda uow: len(uow.inbox.add([update(2)])) // 0)
    sqlite._writer.set_trace_callback(None)
    assert [s for s in said if not s.startswith("INSERT")] == [
        "BEGIN IMMEDIATE",
        "COMMIT",
        "BEGIN IMMEDIATE",
        "ROLLBACK",
    ]


async def test_others_have_the_loop_while_a_large_group_works(sqlite: SqliteDatabase):
    turns = 0

    async def count_turns() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    async with asyncio.TaskGroup() as tasks:
        others = tasks.create_task(count_turns())
        bulk = [update(number) for number in range(40_000)]
        await asyncio.gather(*(sqlite.write(lambda uow, i=i: uow.inbox.add(bulk[i::40])) for i in range(40)))
        others.cancel()
    assert turns > 10


# ── trouble ──────────────────────────────────────────────────────────────────────────────────────────────────────


def test_kill_9_loses_nothing_that_was_acknowledged(sqlite_file: Path):
    script = _script(
        sqlite_file,
        """
        from bot.ports import InboxUpdate
        from tests.data.db.samples import NOW
        async def write(lane):
            for number in range(lane, 10**6, 8):
                new = InboxUpdate(number, "7", b"x" * 500, NOW)
                await database.write(lambda uow: uow.inbox.add([new]))
                print(number, flush=True)
        await asyncio.gather(*(write(lane) for lane in range(8)))
        """,
    )
    with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        told = [process.stdout.readline() for _ in range(400)]
        process.send_signal(signal.SIGKILL)
        told += process.stdout.read().splitlines(keepends=True)
    acknowledged = {int(line) for line in told if line.endswith("\n")}
    assert len(acknowledged) >= 400

    async def look() -> set[int]:
        async with opened(sqlite_file) as database:
            return await seen(database)

    assert acknowledged <= asyncio.run(look())


async def test_on_a_full_disk_the_large_is_refused_and_the_small_goes_on(
    sqlite: SqliteDatabase, sqlite_file: Path, monkeypatch: pytest.MonkeyPatch
):
    reserve = sqlite_file.with_name("chargebot.db.reserve")
    assert reserve.stat().st_size == RESERVE_BYTES
    await sqlite.write(lambda uow: uow.jobs.put(JobKind.STOP, "1", NOW))
    limit_room(sqlite, pages=4)

    small = [sqlite.write(lambda uow, n=n: uow.dialogues.save([Dialogue(str(n), "c", "s")])) for n in range(5)]
    results = await asyncio.gather(*small, add(sqlite, 1, MEBIBYTE), add(sqlite, 2), return_exceptions=True)
    assert results[:5] == [None] * 5
    assert isinstance(results[5], StoreFull)
    assert "make room" in str(results[5])
    assert results[6] == {2}
    assert await seen(sqlite) == {2}
    assert sqlite.full
    assert not reserve.exists()

    with pytest.raises(StoreFull):
        await add(sqlite, 3, MEBIBYTE)
    await sqlite.write(lambda uow: uow.jobs.put(JobKind.STOP, "1", NOW))
    assert sqlite.full

    monkeypatch.setattr("data.db.sqlite.RESERVE_EVERY_S", 0.0)
    limit_room(sqlite, pages=100_000)
    assert await add(sqlite, 3, MEBIBYTE) == {3}
    assert not sqlite.full
    assert reserve.exists()


def limit_room(sqlite: SqliteDatabase, pages: int) -> None:
    """As if the disk had room for so many more pages."""
    (used,) = sqlite._writer.execute("PRAGMA page_count").fetchone()
    sqlite._writer.execute(f"PRAGMA max_page_count = {used + pages}")


async def test_another_program_that_holds_the_file_makes_us_wait_and_then_say_so(
    sqlite: SqliteDatabase, sqlite_file: Path
):
    sqlite.patience = 0.05
    with sqlite3.connect(sqlite_file, isolation_level=None) as other:
        other.execute("BEGIN IMMEDIATE")
        results = await asyncio.gather(*(add(sqlite, n) for n in range(3)), return_exceptions=True)
        assert [type(result) for result in results] == [StoreBusy] * 3
        assert await seen(sqlite) == set()
        sqlite.patience = 5.0
        waiting = asyncio.gather(add(sqlite, 7))
        await asyncio.sleep(0.02)
        other.execute("ROLLBACK")
        assert await waiting == [{7}]
    other.close()


async def test_a_file_that_is_no_database_is_refused_and_left_alone(tmp_path: Path):
    path = tmp_path / "chargebot.db"
    fill(path, b"not a database at all" * 500)
    with pytest.raises(StoreError, match="damaged or no database"):
        async with opened(path):
            pass
    assert content(path) == b"not a database at all" * 500


async def test_a_damaged_page_is_said_and_nothing_is_made_anew(sqlite_file: Path):
    async with opened(sqlite_file):
        pass
    empty = len(content(sqlite_file))
    async with opened(sqlite_file) as database:
        await asyncio.gather(*(add(database, number, 3000) for number in range(200)))
    damage(sqlite_file, empty)
    size = len(content(sqlite_file))
    async with opened(sqlite_file) as database:
        with pytest.raises(StoreError, match="damaged"):
            await seen(database)
        with pytest.raises(StoreError, match="damaged"):
            await database.write(lambda uow: uow.inbox.finish(range(200), NOW))
    assert len(content(sqlite_file)) >= size


async def test_the_content_of_a_finished_update_is_not_kept(sqlite: SqliteDatabase):
    await add(sqlite, 1, 500)
    await sqlite.write(lambda uow: uow.inbox.finish([1], NOW))
    assert sqlite._reader.execute("SELECT body FROM inbox").fetchall() == [(b"",)]


def content(path: Path) -> bytes:
    return path.read_bytes()


def fill(path: Path, content_: bytes) -> None:
    path.write_bytes(content_)


def damage(path: Path, beyond: int) -> None:
    """Write over the middle of every page but those that are there without any row."""
    pages = bytearray(path.read_bytes())
    for offset in range(beyond, len(pages), 4096):
        pages[offset : offset + 200] = b"\xff" * 200
    path.write_bytes(pages)


def _script(path: Path, body: str) -> str:
    lines = [line.removeprefix("        ") for line in body.splitlines()]
    return (
        "import asyncio\n"
        "from data.db.engine import open_database\n"
        "from tests.data.db.samples import CIPHER\n"
        "async def main():\n"
        f"    async with open_database('sqlite:///{path}', cipher=CIPHER) as database:\n"
        + "".join(f"        {line}\n" for line in lines)
        + "asyncio.run(main())\n"
    )
