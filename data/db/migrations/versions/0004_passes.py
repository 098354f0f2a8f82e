"""Passes that are ordered, linked and held as cards; what may be done only so often; whose a notice is."""

import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

_EPOCH = datetime.fromisoformat("1970-01-01T00:00:00+00:00")


def upgrade() -> None:
    held = _rows("SELECT number, driver_id, body FROM passes")
    op.drop_table("passes")
    passes = op.create_table(
        "passes",
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("driver_id", sa.BigInteger()),
        sa.Column("printed", sa.Text()),
        sa.Column("contract", sa.Text(), nullable=False),
        sa.Column("uid", sa.Text()),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("number"),
    )
    for column in ("driver_id", "printed", "contract", "uid"):
        op.create_index(f"ix_passes_{column}", "passes", [column])
    _fill(passes, [_upgraded(row) for row in held])
    op.create_table(
        "attempts",
        sa.Column("position", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), primary_key=True),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
    )
    op.create_index("ix_attempts_subject", "attempts", ["subject"])
    op.create_index("ix_attempts_at", "attempts", ["at"])
    op.add_column("notices", sa.Column("driver_id", sa.BigInteger()))
    op.create_index("ix_notices_driver_id", "notices", ["driver_id"])
    owners = [(json.loads(row.body)["driver_id"], row.id) for row in _rows("SELECT id, body FROM notices")]
    for driver_id, number in owners:
        op.execute(sa.text("UPDATE notices SET driver_id = :d WHERE id = :n").bindparams(d=driver_id, n=number))


def downgrade() -> None:
    op.drop_index("ix_notices_driver_id", "notices")
    op.drop_column("notices", "driver_id")
    op.drop_table("attempts")
    held = _rows("SELECT number, driver_id, body FROM passes WHERE driver_id IS NOT NULL")
    op.drop_table("passes")
    passes = op.create_table(
        "passes",
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("driver_id", sa.BigInteger(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("number"),
    )
    op.create_index("ix_passes_driver_id", "passes", ["driver_id"])
    _fill(passes, [row._asdict() for row in held])


def _upgraded(row: Any) -> dict[str, Any]:
    pass_ = json.loads(row.body)
    return {
        "number": row.number,
        "driver_id": row.driver_id,
        "contract": "".join(c for c in pass_["contract_id"].upper() if c.isascii() and c.isalnum()),
        "status": pass_["status"],
        "changed_at": round((datetime.fromisoformat(pass_["since"]) - _EPOCH).total_seconds() * 1_000_000),
        "body": row.body,
    }


def _rows(query: str) -> Iterable[Any]:
    return op.get_bind().execute(sa.text(query)).all()


def _fill(table: sa.Table | None, rows: list[dict[str, Any]]) -> None:
    assert table is not None
    op.bulk_insert(table, rows)
