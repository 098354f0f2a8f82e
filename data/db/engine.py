"""The one way to open the database: by its URL, SQLite or PostgreSQL, brought up to date and closed in order."""

from contextlib import AbstractAsyncContextManager
from pathlib import Path

from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from bot.domain.errors import StoreError
from bot.ports import Database
from data.db.sqlite import open_sqlite
from data.db.store import Cipher


def open_database(url: str, *, cipher: Cipher, migrate: bool = False) -> AbstractAsyncContextManager[Database]:
    """Open `sqlite:///var/chargebot.db` or `postgresql://...`; leaving the context finishes what was asked for.

    A new database is set up; one of an older version only with `migrate`, else it is refused.

    Raises:
        StoreError: on entering, with one sentence for people: damaged, of a newer version, not to be reached.
        StoreBusy: another process holds the file.

    """
    try:
        parsed = make_url(url)
    except ArgumentError as error:
        raise StoreError(
            "CHARGEBOT_DATABASE_URL must look like sqlite:///var/chargebot.db or postgresql://..."
        ) from error
    match parsed.get_backend_name():
        case "sqlite" if parsed.database and parsed.database != ":memory:":
            return open_sqlite(Path(parsed.database), cipher, migrate=migrate)
        case "postgresql":
            from data.db.postgres import open_postgres

            return open_postgres(parsed, cipher, migrate=migrate)
        case "sqlite":
            raise StoreError("CHARGEBOT_DATABASE_URL must name a file: charges have to outlive the process.")
        case other:
            raise StoreError(
                f"CHARGEBOT_DATABASE_URL names {other}; chargebot keeps its memory in sqlite or postgresql."
            )
