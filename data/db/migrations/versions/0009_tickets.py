"""Tickets, the topic of each, and what is on its way between drivers and the people who help them."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    op.create_table(
        "tickets",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), primary_key=True),
        sa.Column("driver_id", sa.BigInteger(), nullable=False),
        sa.Column("charge_id", sa.Text()),
        sa.Column("cause", sa.Text(), nullable=False),
        sa.Column("open", sa.Boolean(), nullable=False),
        sa.Column("unclaimed", sa.Boolean(), nullable=False),
        sa.Column("behind", sa.Boolean(), nullable=False),
        sa.Column("chat_id", sa.BigInteger(), nullable=False),
        sa.Column("topic_id", sa.BigInteger(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
    )
    op.create_index("ix_tickets_driver_id", "tickets", ["driver_id"])
    op.create_index("ix_tickets_charge_id", "tickets", ["charge_id"])
    op.create_index("tickets_by_topic", "tickets", ["topic_id", "chat_id"])
    for name in ("behind", "unclaimed"):
        where = sa.text(name)
        op.create_index(f"tickets_{name}", "tickets", ["id"], sqlite_where=where, postgresql_where=where)
    op.create_table(
        "relays",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), primary_key=True),
        sa.Column("key", sa.Text(), nullable=False, unique=True),
        sa.Column("driver_id", sa.BigInteger(), nullable=False),
        sa.Column("chat_id", sa.BigInteger(), nullable=False),
        sa.Column("message_id", sa.BigInteger(), nullable=False),
        sa.Column("sent_id", sa.BigInteger(), nullable=False),
        sa.Column("due_at", sa.BigInteger()),
        sa.Column("closed_at", sa.BigInteger()),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
    )
    op.create_index("ix_relays_driver_id", "relays", ["driver_id"])
    op.create_index("relays_by_message", "relays", ["message_id", "chat_id"])
    where = sa.text("closed_at IS NULL")
    op.create_index("relays_open", "relays", ["id"], sqlite_where=where, postgresql_where=where)


def downgrade() -> None:
    op.drop_table("relays")
    op.drop_table("tickets")
