"""A copy of a SQLite database that is in use: taken page by page beside the running bot, checked, then put in place."""

import os
from pathlib import Path
from typing import Final

import aiosqlite

from bot.domain.errors import StoreError
from data.db.files import PRIVATE

PAGES_AT_ONCE: Final = 1_000
PAUSE: Final = 0.005
"""Seconds between two portions, so that the bot's own writes are not held up."""


async def back_up(source: Path, target: Path) -> int:
    """Copy the database as it is at one moment; give its size in bytes.

    Raises:
        StoreError: with one sentence; nothing is left at `target` that is not whole.

    """
    if not source.exists():
        raise StoreError(f"There is no database at {source} yet.")
    if target.exists():
        raise StoreError(f"{target} is there already: name a new file for the copy.")
    part = target.with_name(target.name + ".part")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        os.close(os.open(part, os.O_RDWR | os.O_CREAT | os.O_TRUNC, PRIVATE))
        await _copy(source, part)
        part.replace(target)
    except (OSError, aiosqlite.Error) as error:
        raise StoreError(f"{source} could not be copied to {target}: {error}") from error
    finally:
        part.unlink(missing_ok=True)
    return target.stat().st_size


async def _copy(source: Path, part: Path) -> None:
    # Opened for reading only: the running bot alone writes and checkpoints.
    async with aiosqlite.connect(f"file:{source}?mode=ro", uri=True) as database, aiosqlite.connect(part) as copy:
        await database.backup(copy, pages=PAGES_AT_ONCE, sleep=PAUSE)
        async with copy.execute("PRAGMA integrity_check") as check:
            found = await check.fetchone()
        if found is None or found[0] != "ok":
            raise aiosqlite.DatabaseError(f"the copy is damaged ({found and found[0]})")
