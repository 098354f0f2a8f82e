"""From which words of its operator a station was read, so that the same words need not be read again."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.add_column("stations", sa.Column("source", sa.LargeBinary()))


def downgrade() -> None:
    op.drop_column("stations", "source")
