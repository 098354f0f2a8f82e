"""The driver's errors in our own words: full, busy, damaged, or refused."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from bot.domain.errors import StoreBusy, StoreError, StoreFull

DRIVER_ERRORS: Final = (DBAPIError, sqlite3.Error, PoolTimeout)

_PRIMARY: Final = 0xFF  # SQLite's extended codes carry the plain one in their lowest byte
_FULL_STATES: Final = frozenset({"53100"})
_BUSY_STATES: Final = frozenset({"40001", "40P01", "53300", "55P03", "57P01", "57P02", "57P03"})


@contextmanager
def in_our_words(where: object) -> Iterator[None]:
    """Turn what a driver raises into a StoreError about the database `where`; let all else pass."""
    try:
        yield
    except DRIVER_ERRORS as error:
        cause = error.orig if isinstance(error, DBAPIError) else error
        if isinstance(cause, sqlite3.Error):
            raise _of_sqlite(cause, where) from error
        if isinstance(error, DBAPIError):
            raise _of_postgres(error, where) from error
        raise StoreBusy(f"{where} is overrun: try again in a moment.") from error


def _of_sqlite(error: sqlite3.Error, where: object) -> StoreError:
    code = getattr(error, "sqlite_errorcode", 0) & _PRIMARY
    if code == sqlite3.SQLITE_FULL:
        return StoreFull(f"The disk under {where} is full: make room, and everything goes on by itself.")
    if code in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}:
        return StoreBusy(f"Another program holds {where}: close it, or wait a moment.")
    if code in {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}:
        return StoreError(f"{where} is damaged or no database: stop, keep a copy of it, and restore a backup.")
    if code in {sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_PERM}:
        return StoreError(f"{where} cannot be used ({error}): see to the disk and to who may write there.")
    return StoreError(f"{where} refused: {error}")


def _of_postgres(error: DBAPIError, where: object) -> StoreError:
    state = str(getattr(error.orig, "sqlstate", None) or "")
    if state in _FULL_STATES:
        return StoreFull(f"The disk under {where} is full: make room, and everything goes on by itself.")
    if state in _BUSY_STATES or state.startswith("08") or error.connection_invalidated:
        return StoreBusy(f"{where} did not take it now: try again in a moment.")
    return StoreError(f"{where} refused: {error.orig}")
