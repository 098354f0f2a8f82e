"""What every store is made of: the connection of its transaction, and statements built once and kept compiled.

A store acts in the transaction that gave it and never begins or ends one.
"""

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any, Protocol

from sqlalchemy import Column, ColumnElement, Connection, Executable, Select, Table, bindparam, func, insert, select
from sqlalchemy.dialects import postgresql, sqlite

from data.db.columns import Words
from data.db.runners import CoreRunner, Runner, SqliteRunner, Values

Insert = sqlite.Insert | postgresql.Insert
InsertOf = Callable[[Table], Insert]

_NOTHING: Values = {}


def among(column: Column[Any], count: int) -> ColumnElement[bool]:
    """Whether the column is one of so many values, given by `spread`; as plain parameters, so it compiles once."""
    return column.in_([bindparam(f"{column.name}_{n}", type_=column.type) for n in range(count)])


def spread(column: Column[Any], values: Sequence[Any]) -> dict[str, Any]:
    """The values for `among`."""
    return {f"{column.name}_{n}": value for n, value in enumerate(values)}


class Cipher(Protocol):
    """Encryption at rest, as cryptography's MultiFernet does it."""

    def encrypt(self, msg: bytes) -> bytes: ...

    def decrypt(self, msg: bytes) -> bytes: ...


class Store:
    """`writing` takes row locks where a value is read in order to be changed (SQLite needs none: one writer)."""

    def __init__(self, connection: Connection, *, writing: bool) -> None:
        on_postgres = connection.dialect.name == "postgresql"
        self._on_postgres = on_postgres
        self._locks = writing and on_postgres
        self._insert: InsertOf = postgresql.insert if on_postgres else sqlite.insert
        self._runner: Runner = CoreRunner(connection) if on_postgres else SqliteRunner(connection)

    def _run(self, statement: Executable, values: Values | Sequence[Values] = _NOTHING) -> int:
        """Run a statement once, or once for each of many values; how many rows it touched, where it ran once."""
        return self._runner.run(statement, values[0] if isinstance(values, list) and len(values) == 1 else values)

    def _rows(self, statement: Executable, **values: Any) -> Sequence[Any]:
        return self._runner.rows(statement, values)

    def _row(self, statement: Executable, **values: Any) -> Any | None:
        return next(iter(self._runner.rows(statement, values)), None)

    def _row_to_change(self, statement: Select[Any], **values: Any) -> Any | None:
        """The row, and on PostgreSQL nobody else changes it until this transaction ends."""
        return self._row(_locking(statement) if self._locks else statement, **values)

    def _rows_to_change(self, statement: Select[Any], **values: Any) -> Sequence[Any]:
        """Likewise for all rows of a statement."""
        return self._rows(_locking(statement) if self._locks else statement, **values)

    def _add(self, table: Table, values: Sequence[Values]) -> None:
        """Insert rows of texts that are not there yet; PostgreSQL gets them by columns, an array each."""
        if not values:
            return
        if self._on_postgres:
            arrays = {f"all_{column.name}": [one[column.name] for one in values] for column in table.columns}
            self._run(_adding_arrays(table), arrays)
        else:
            self._run(_adding(table), values)

    def _put(self, table: Table, values: Sequence[Values]) -> None:
        """Insert each row, or replace all of it but its key."""
        if values:
            self._run(_replacing(self._insert, table), values)


@cache
def _locking(statement: Select[Any]) -> Select[Any]:
    return statement.with_for_update()


@cache
def _adding(table: Table) -> Executable:
    return insert(table)


@cache
def _adding_arrays(table: Table) -> Executable:
    arrays = [bindparam(f"all_{column.name}", type_=postgresql.ARRAY(Words())) for column in table.columns]
    return insert(table).from_select(list(table.columns), select(*(func.unnest(array) for array in arrays)))


@cache
def _replacing(insert_into: InsertOf, table: Table) -> Insert:
    statement = insert_into(table)
    news = {column.name: statement.excluded[column.name] for column in table.columns if not column.primary_key}
    return statement.on_conflict_do_update(index_elements=list(table.primary_key), set_=news)
