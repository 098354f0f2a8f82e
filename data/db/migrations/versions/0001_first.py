"""The first version: networks, stations, drivers, charges and the work around them."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

Column = sa.Column[Any]


def upgrade() -> None:
    _networks()
    _stations()
    _drivers()
    _charges()
    _heard()
    _work()
    _telling()


def downgrade() -> None:
    tables = (
        "inbox cards notices jobs cdrs sessions timeline charges buttons dialogues passes drivers "
        "identifiers nearby station_bodies stations tariffs objections partner_tokens partners"
    )
    for table in tables.split():
        op.drop_table(table)


def _postgres() -> bool:
    return op.get_bind().dialect.name == "postgresql"


def _text(name: str, *, null: bool = False) -> Column:
    return sa.Column(name, sa.Text(), nullable=null)


def _key(name: str) -> Column:
    """Text searched by range, compared byte by byte."""
    return sa.Column(name, sa.Text(collation="C") if _postgres() else sa.Text(), nullable=False)


def _big(name: str, *, null: bool = False) -> Column:
    """A whole number of 64 bits; moments are microseconds since 1970 in UTC."""
    return sa.Column(name, sa.BigInteger(), nullable=null)


def _int(name: str) -> Column:
    return sa.Column(name, sa.Integer(), nullable=False)


def _bool(name: str) -> Column:
    return sa.Column(name, sa.Boolean(), nullable=False)


def _float(name: str) -> Column:
    return sa.Column(name, sa.Float(53), nullable=False)


def _bytes(name: str) -> Column:
    return sa.Column(name, sa.LargeBinary(), nullable=False)


def _exact(name: str, *, null: bool = False) -> Column:
    """A decimal to the last digit: SQLite keeps it as text, since its own numbers are floats."""
    return sa.Column(name, sa.Numeric() if _postgres() else sa.Text(), nullable=null)


def _serial(name: str) -> Column:
    return sa.Column(name, sa.BigInteger() if _postgres() else sa.Integer(), primary_key=True)


def _within(table: str, column: str, low: int, high: int) -> sa.CheckConstraint:
    """The range of a decimal; on SQLite also that it is one, for NaN compares with nothing."""
    if _postgres():
        return sa.CheckConstraint(f"{column} BETWEEN {low} AND {high}", name=f"{table}_{column}_range")
    digits = f"{column} NOT GLOB '*[^-0-9.]*' AND CAST({column} AS REAL) BETWEEN {low} AND {high}"
    return sa.CheckConstraint(digits, name=f"{table}_{column}_range")


def _networks() -> None:
    op.create_table("partners", _serial("id"), _bytes("their_token"), _text("body"), sqlite_autoincrement=True)
    op.create_table(
        "partner_tokens",
        _text("token_hash"),
        _big("partner_id"),
        sa.PrimaryKeyConstraint("token_hash"),
        sa.ForeignKeyConstraint(["partner_id"], ["partners.id"], ondelete="CASCADE"),
    )
    op.create_index("ix_partner_tokens_partner_id", "partner_tokens", ["partner_id"])
    op.create_table(
        "objections",
        _big("partner_id"),
        *(_text(name) for name in ("module", "object_id", "reason")),
        _big("at"),
        sa.PrimaryKeyConstraint("partner_id", "module", "object_id", "reason"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "tariffs",
        _big("partner_id"),
        *(_text(name) for name in ("party", "tariff_id", "body")),
        sa.PrimaryKeyConstraint("partner_id", "party", "tariff_id"),
    )


def _stations() -> None:
    op.create_table(
        "stations",
        _text("id"),
        _big("partner_id"),
        _text("party"),
        _bytes("digest"),
        _big("heard_at", null=True),
        _bool("hidden"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("stations_of_party", "stations", ["partner_id", "party"])
    op.create_table(
        "station_bodies",
        _text("station_id"),
        _text("body"),
        sa.PrimaryKeyConstraint("station_id"),
        sa.ForeignKeyConstraint(["station_id"], ["stations.id"], ondelete="CASCADE"),
    )
    place = ["plug", "lat_row", "lon", "station_id"]
    op.create_table(
        "nearby",
        _text("plug"),
        _int("lat_row"),
        _float("lon"),
        _text("station_id"),
        _float("lat"),
        _big("partner_id"),
        _text("party"),
        _bool("startable"),
        *(_int(name) for name in ("total", "free", "best_watts", "max_watts")),
        sa.PrimaryKeyConstraint(*place),
        sa.ForeignKeyConstraint(["station_id"], ["stations.id"], ondelete="CASCADE"),
        sqlite_with_rowid=False,
    )
    op.create_index("nearby_of_station", "nearby", ["station_id"])
    if _postgres():
        beside = ["lat", "startable", "best_watts", "free", "total", "max_watts", "partner_id", "party"]
        op.create_index("nearby_covering", "nearby", place, postgresql_include=beside)
    op.create_table(
        "identifiers",
        _key("normal"),
        _text("station_id"),
        _text("evse_uid"),
        _key("reversed"),
        sa.PrimaryKeyConstraint("normal", "station_id", "evse_uid"),
        sa.ForeignKeyConstraint(["station_id"], ["stations.id"], ondelete="CASCADE"),
        sqlite_with_rowid=False,
    )
    op.create_index("identifiers_reversed", "identifiers", ["reversed"])
    op.create_index("identifiers_of_station", "identifiers", ["station_id"])


def _drivers() -> None:
    op.create_table("drivers", _big("id"), _text("body"), sa.PrimaryKeyConstraint("id"))
    op.create_table("passes", _text("number"), _big("driver_id"), _text("body"), sa.PrimaryKeyConstraint("number"))
    op.create_index("ix_passes_driver_id", "passes", ["driver_id"])
    op.create_table(
        "dialogues",
        *(_text(name) for name in ("key", "conversation", "state", "memory")),
        sa.PrimaryKeyConstraint("key"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "buttons",
        _text("key"),
        _big("driver_id"),
        _text("action"),
        _text("subject"),
        _big("shown_at"),
        _big("expires_at", null=True),
        _bool("once"),
        _big("used_at", null=True),
        sa.PrimaryKeyConstraint("key"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_buttons_expires_at", "buttons", ["expires_at"])


def _charges() -> None:
    op.create_table(
        "charges",
        _text("id"),
        _big("driver_id"),
        _big("partner_id"),
        *(_text(name) for name in ("station_id", "evse_uid", "token_uid")),
        _text("session_party", null=True),
        _text("session_id", null=True),
        _text("state"),
        _bool("claims"),
        _big("made_at"),
        _bool("fenced"),
        _int("version"),
        _text("body"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("charges_of_driver", "charges", ["driver_id", "made_at"])
    op.create_index("charges_of_token", "charges", ["token_uid"])
    op.create_index("charges_of_session", "charges", ["session_id"])
    op.create_index("charges_at_evse", "charges", ["station_id", "evse_uid", "made_at"])
    op.create_index("charges_in_state", "charges", ["state"])
    claims: dict[str, Any] = {
        "unique": True,
        "sqlite_where": sa.text("claims = 1"),
        "postgresql_where": sa.text("claims"),
    }
    op.create_index("charges_one_per_driver", "charges", ["driver_id"], **claims)
    op.create_index("charges_one_per_evse", "charges", ["station_id", "evse_uid"], **claims)
    op.create_table(
        "timeline",
        _serial("position"),
        _text("charge_id"),
        _big("at"),
        *(_text(name) for name in ("by", "what", "detail")),
        sa.ForeignKeyConstraint(["charge_id"], ["charges.id"]),
    )
    op.create_index("ix_timeline_charge_id", "timeline", ["charge_id"])


def _heard() -> None:
    op.create_table(
        "sessions",
        _big("partner_id"),
        _text("party"),
        _text("session_id"),
        _text("charge_id", null=True),
        _exact("kwh"),
        _exact("total_cost", null=True),
        _text("body"),
        sa.PrimaryKeyConstraint("partner_id", "party", "session_id"),
        _within("sessions", "kwh", 0, 2_000),
        _within("sessions", "total_cost", -1_000_000_000, 1_000_000_000),
    )
    op.create_index("ix_sessions_charge_id", "sessions", ["charge_id"])
    op.create_table(
        "cdrs",
        _serial("position"),
        _big("partner_id"),
        _text("party"),
        _text("cdr_id"),
        _text("charge_id", null=True),
        _big("received_at"),
        _exact("total_energy"),
        _exact("total_cost", null=True),
        _text("currency"),
        _text("body"),
        sa.UniqueConstraint("partner_id", "party", "cdr_id", name="cdrs_once"),
        _within("cdrs", "total_energy", -2_000, 2_000),
        _within("cdrs", "total_cost", -1_000_000_000, 1_000_000_000),
    )
    op.create_index("ix_cdrs_charge_id", "cdrs", ["charge_id"])


def _work() -> None:
    op.create_table(
        "jobs",
        _text("kind"),
        _text("key"),
        _big("ready_at"),
        _big("due_at"),
        _big("again_at", null=True),
        _text("owner", null=True),
        _int("attempts"),
        _big("version"),
        sa.PrimaryKeyConstraint("kind", "key"),
        sqlite_with_rowid=False,
    )
    op.create_index("jobs_ready", "jobs", ["kind", "ready_at"])
    op.create_table(
        "inbox",
        _big("id"),
        _text("lane"),
        _bytes("body"),
        _big("received_at"),
        _int("attempts"),
        _big("finished_at", null=True),
        _bool("dead"),
        _text("error"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_inbox_finished_at", "inbox", ["finished_at"])


def _telling() -> None:
    op.create_table(
        "notices",
        _serial("id"),
        _int("lane"),
        _big("made_at"),
        _big("due_at", null=True),
        _big("closed_at", null=True),
        _text("undeliverable", null=True),
        _int("attempts"),
        _text("body"),
    )
    still_open = sa.text("closed_at IS NULL")
    op.create_index(
        "notices_open", "notices", ["lane", "made_at"], sqlite_where=still_open, postgresql_where=still_open
    )
    op.create_table(
        "cards",
        _text("charge_id"),
        *(_big(name) for name in ("chat_id", "message_id")),
        _int("shown_version"),
        _bool("pinned"),
        _big("turn", null=True),
        sa.PrimaryKeyConstraint("charge_id"),
    )
    waiting = sa.text("turn IS NOT NULL")
    op.create_index("cards_waiting", "cards", ["turn"], sqlite_where=waiting, postgresql_where=waiting)
