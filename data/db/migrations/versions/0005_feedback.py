"""What drivers say afterwards: ratings of charges, and reports of faults."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.create_table(
        "ratings",
        sa.Column("charge_id", sa.Text(), primary_key=True),
        sa.Column("driver_id", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
    )
    op.create_index("ix_ratings_driver_id", "ratings", ["driver_id"])
    op.create_table(
        "fault_reports",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), primary_key=True),
        sa.Column("driver_id", sa.BigInteger(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
    )
    op.create_index("ix_fault_reports_driver_id", "fault_reports", ["driver_id"])


def downgrade() -> None:
    op.drop_table("fault_reports")
    op.drop_table("ratings")
