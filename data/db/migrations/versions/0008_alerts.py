"""Who waits for what to become free."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    op.create_table(
        "alerts",
        sa.Column("driver_id", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column("station_id", sa.Text(), primary_key=True),
        sa.Column("evse_uid", sa.Text(), primary_key=True),
        sa.Column("until", sa.BigInteger(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
    )
    op.create_index("ix_alerts_station_id", "alerts", ["station_id"])


def downgrade() -> None:
    op.drop_table("alerts")
