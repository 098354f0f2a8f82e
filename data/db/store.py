"""What every store is made of: the connection of its transaction, and statements built once and kept compiled.

A store acts in the transaction that gave it and never begins or ends one.
"""

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any, Protocol

from sqlalchemy import Connection, CursorResult, Executable, Row, Select, Table
from sqlalchemy.dialects import postgresql, sqlite

Insert = sqlite.Insert | postgresql.Insert
InsertOf = Callable[[Table], Insert]


class Cipher(Protocol):
    """Encryption at rest, as cryptography's MultiFernet does it."""

    def encrypt(self, msg: bytes) -> bytes: ...

    def decrypt(self, msg: bytes) -> bytes: ...


class Store:
    """`writing` takes row locks where a value is read in order to be changed (SQLite needs none: one writer)."""

    def __init__(self, connection: Connection, *, writing: bool) -> None:
        self._connection = connection
        self._locks = writing and connection.dialect.name == "postgresql"
        self._insert: InsertOf = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert

    def _run(self, statement: Executable, values: dict[str, Any] | Sequence[dict[str, Any]] = ()) -> CursorResult[Any]:
        """Run a statement once, or once for each of many values."""
        many = not isinstance(values, dict) and len(values) == 1
        return self._connection.execute(statement, values[0] if many else values or None)  # type: ignore[index]

    def _rows(self, statement: Executable, **values: Any) -> Sequence[Row[Any]]:
        return self._connection.execute(statement, values).all()

    def _row(self, statement: Executable, **values: Any) -> Row[Any] | None:
        return self._connection.execute(statement, values).first()

    def _row_to_change(self, statement: Select[Any], **values: Any) -> Row[Any] | None:
        """The row, and on PostgreSQL nobody else changes it until this transaction ends."""
        return self._row(_locking(statement) if self._locks else statement, **values)

    def _put(self, table: Table, values: Sequence[dict[str, Any]]) -> None:
        """Insert each row, or replace all of it but its key."""
        if values:
            self._run(_replacing(self._insert, table), values)


@cache
def _locking(statement: Select[Any]) -> Select[Any]:
    return statement.with_for_update()


@cache
def _replacing(insert: InsertOf, table: Table) -> Insert:
    statement = insert(table)
    news = {column.name: statement.excluded[column.name] for column in table.columns if not column.primary_key}
    return statement.on_conflict_do_update(index_elements=list(table.primary_key), set_=news)
