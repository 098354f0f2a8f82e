"""The versions of the database, and the way from each to the next.

Alembic is imported only when there is something to do, so that a start with an up-to-date database is quick.
"""

from pathlib import Path
from typing import TYPE_CHECKING, Final

from sqlalchemy import Connection, inspect, text

from bot.domain.errors import StoreError

if TYPE_CHECKING:
    from alembic.config import Config

VERSIONS: Final = ("0001", "0002", "0003", "0004", "0005", "0006", "0007", "0008", "0009")
"""All versions, oldest first; the last is what the code speaks."""


def bring_up_to_date(connection: Connection, where: object, *, migrate: bool) -> None:
    """Set up a new database, and with `migrate` move an older one on; act within the connection's transaction.

    Raises:
        StoreError: one sentence, when the database is of a newer or older version, or not ours.

    """
    version = _version(connection, where)
    if version == VERSIONS[-1]:
        return
    if version is not None and version not in VERSIONS:
        raise StoreError(
            f"{where} was written by a newer chargebot (version {version}): install that one, or restore a backup."
        )
    if version is not None and not migrate:
        raise StoreError(f"{where} is of an older version ({version}): run `chargebot db upgrade` first.")
    from alembic import command

    command.upgrade(alembic_config(connection), VERSIONS[-1])


def _version(connection: Connection, where: object) -> str | None:
    tables = inspect(connection).get_table_names()
    if "alembic_version" in tables:
        version: str | None = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
        return version
    if "charges" in tables or (tables and connection.dialect.name == "sqlite"):
        raise StoreError(f"{where} is no database of chargebot: name another in CHARGEBOT_DATABASE_URL.")
    return None


def alembic_config(connection: Connection) -> "Config":
    """Alembic's configuration for this connection, without a file."""
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config
