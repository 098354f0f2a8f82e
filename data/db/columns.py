"""How a value lies in a column: moments, words and exact numbers, the same on SQLite and PostgreSQL.

A moment is the whole number of microseconds since 1970 in UTC: lossless, and it sorts and compares as it is.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, Integer, Numeric, Text
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator, TypeEngine

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)

Serial = BigInteger().with_variant(Integer(), "sqlite")
"""A number the database gives out; SQLite counts only an INTEGER up by itself."""

Key = Text().with_variant(Text(collation="C"), "postgresql")
"""Text that is searched by range: byte by byte on both databases."""


def micros(moment: datetime) -> int:
    """Microseconds since 1970; a naive moment is a TypeError."""
    return (moment - _EPOCH) // _MICROSECOND


def clean(text: str) -> str:
    """Leave out what no database text can hold: NUL, and halves of surrogate pairs."""
    if text.isascii():
        return text.replace("\0", "") if "\0" in text else text
    return text.replace("\0", "").encode("utf-8", "ignore").decode()


class Moment(TypeDecorator[datetime]):
    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:  # noqa: ARG002  the base's name
        return None if value is None else micros(value)

    def process_result_value(self, value: int | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002  likewise
        return None if value is None else _EPOCH + timedelta(microseconds=value)


class Words(TypeDecorator[str]):
    """Text from outside, stored without the characters a database refuses."""

    impl = Text
    cache_ok = True

    def bind_processor(self, dialect: Dialect) -> Callable[[str | None], str | None]:  # noqa: ARG002  likewise
        return _clean_or_none


def _clean_or_none(text: str | None) -> str | None:
    return None if text is None else clean(text)


class Exact(TypeDecorator[Decimal]):
    """A decimal to the last digit: numeric on PostgreSQL, its plain digits on SQLite, which has only floats else."""

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(Numeric() if dialect.name == "postgresql" else Text())

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> Decimal | str | None:
        if value is None or dialect.name == "postgresql":
            return value
        return format(value, "f")

    def process_result_value(self, value: Decimal | str | None, dialect: Dialect) -> Decimal | None:  # noqa: ARG002  likewise
        return None if value is None else Decimal(value)


def within(table: str, column: str, low: int, high: int) -> tuple[CheckConstraint, ...]:
    """The range of an Exact column; what is no number (NaN would pass every comparison) is refused with it."""
    ranges = {
        "sqlite": f"{column} NOT GLOB '*[^-0-9.]*' AND CAST({column} AS REAL) BETWEEN {low} AND {high}",
        "postgresql": f"{column} BETWEEN {low} AND {high}",
    }
    name = f"{table}_{column}_range"
    return tuple(CheckConstraint(sql, name=name).ddl_if(dialect=dialect) for dialect, sql in ranges.items())
