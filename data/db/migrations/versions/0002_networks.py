"""Descriptions of networks, their pictures, and what drivers say of them."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table(
        "networks",
        sa.Column("party", sa.Text(), primary_key=True),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "network_pictures",
        sa.Column("party", sa.Text(), sa.ForeignKey("networks.party", ondelete="CASCADE"), primary_key=True),
        sa.Column("content", sa.LargeBinary(), nullable=False),
    )
    op.create_table(
        "network_answers",
        sa.Column("party", sa.Text(), primary_key=True),
        sa.Column("question", sa.Text(), primary_key=True),
        sa.Column("driver_id", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_index("network_answers_of_driver", "network_answers", ["driver_id"])


def downgrade() -> None:
    for table in ("network_answers", "network_pictures", "networks"):
        op.drop_table(table)
