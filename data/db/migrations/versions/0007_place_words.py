"""The words by which stations are found, and those of the stations that are there already."""

import json

import sqlalchemy as sa
from alembic import op

from bot.domain.placename import words_of

revision = "0007"
down_revision = "0006"

AT_ONCE = 500


def upgrade() -> None:
    table = op.create_table(
        "place_words",
        sa.Column("word", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), primary_key=True),
        sa.Column("station_id", sa.Text(), sa.ForeignKey("stations.id", ondelete="CASCADE"), primary_key=True),
        sqlite_with_rowid=False,
    )
    op.create_index("place_words_of_station", "place_words", ["station_id", "word"])
    connection, last = op.get_bind(), ""
    bodies = sa.text(
        "SELECT b.station_id, b.body FROM station_bodies b JOIN stations s ON s.id = b.station_id "
        "WHERE s.hidden = :no AND b.station_id > :last ORDER BY b.station_id LIMIT :most"
    ).bindparams(sa.bindparam("no", False, sa.Boolean()))  # noqa: FBT003  a value of the statement
    while rows := connection.execute(bodies, {"last": last, "most": AT_ONCE}).fetchall():
        last = rows[-1].station_id
        values = [
            {"word": word, "station_id": row.station_id}
            for row in rows
            for body in [json.loads(row.body)]
            for word in words_of(*(body.get(name) for name in ("name", "address", "city", "postal_code")))
        ]
        if values:
            op.bulk_insert(table, values)


def downgrade() -> None:
    op.drop_table("place_words")
