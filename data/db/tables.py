"""The tables: columns for what is searched and kept unique, a JSON body for the rest of each object.

The body is the truth about its object, the columns beside it are for finding it. OCPI ids lie folded in columns,
since they are compared without case. Changes here go with a migration; a test compares the two.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from data.db.columns import Exact, Key, Moment, Serial, Words, within

MOST_KWH = 2_000
"""More than any car or lorry takes in; a reading beyond it is a mistake."""

MOST_MONEY = 1_000_000_000

metadata = MetaData()

# ── networks ─────────────────────────────────────────────────────────────────────────────────────────────────────

partners = Table(
    "partners",
    metadata,
    Column("id", Serial, primary_key=True),
    Column("their_token", LargeBinary, nullable=False),  # encrypted
    Column("body", Text, nullable=False),
    sqlite_autoincrement=True,  # the id of a forgotten partner is never given to another
)

partner_tokens = Table(
    "partner_tokens",
    metadata,
    Column("token_hash", Text, primary_key=True),
    Column("partner_id", BigInteger, ForeignKey("partners.id", ondelete="CASCADE"), nullable=False, index=True),
)

objections = Table(
    "objections",
    metadata,
    Column("partner_id", BigInteger, primary_key=True, autoincrement=False),
    Column("module", Words, primary_key=True),
    Column("object_id", Words, primary_key=True),
    Column("reason", Words, primary_key=True),
    Column("at", Moment, nullable=False),
    sqlite_with_rowid=False,
)

tariffs = Table(
    "tariffs",
    metadata,
    Column("partner_id", BigInteger, primary_key=True, autoincrement=False),
    Column("party", Words, primary_key=True),
    Column("tariff_id", Words, primary_key=True),
    Column("body", Text, nullable=False),
)

networks = Table(
    "networks",
    metadata,
    Column("party", Words, primary_key=True),
    Column("enabled", Boolean, nullable=False),
    Column("body", Text, nullable=False),
    sqlite_with_rowid=False,
)

network_pictures = Table(
    "network_pictures",
    metadata,
    Column("party", Words, ForeignKey("networks.party", ondelete="CASCADE"), primary_key=True),
    Column("content", LargeBinary, nullable=False),
)

network_answers = Table(
    "network_answers",
    metadata,
    Column("party", Words, primary_key=True),
    Column("question", Words, primary_key=True),
    Column("driver_id", BigInteger, primary_key=True, autoincrement=False),
    Column("answer", Words, nullable=False),  # empty: asked, and not answered
    Column("at", Moment, nullable=False),
    Index("network_answers_of_driver", "driver_id"),
    sqlite_with_rowid=False,
)

# ── stations ─────────────────────────────────────────────────────────────────────────────────────────────────────

stations = Table(
    "stations",
    metadata,
    Column("id", Words, primary_key=True),
    Column("partner_id", BigInteger, nullable=False),
    Column("party", Words, nullable=False),
    Column("digest", LargeBinary, nullable=False),  # of the body: whether anything changed
    Column("heard_at", Moment),
    Column("hidden", Boolean, nullable=False),
    Column("source", LargeBinary),  # digest of the operator's own words in its list; null once a push changed it
    Index("stations_of_party", "partner_id", "party"),
)

station_bodies = Table(
    "station_bodies",
    metadata,
    Column("station_id", Words, ForeignKey("stations.id", ondelete="CASCADE"), primary_key=True),
    Column("body", Text, nullable=False),
)

nearby = Table(
    "nearby",
    metadata,
    Column("plug", Words, primary_key=True),  # OCPI's ConnectorType; empty for all plugs together
    Column("lat_row", Integer, primary_key=True, autoincrement=False),
    Column("lon", Float(53), primary_key=True),
    Column("station_id", Words, ForeignKey("stations.id", ondelete="CASCADE"), primary_key=True),
    Column("lat", Float(53), nullable=False),
    Column("partner_id", BigInteger, nullable=False),
    Column("party", Words, nullable=False),
    Column("startable", Boolean, nullable=False),
    Column("total", Integer, nullable=False),
    Column("free", Integer, nullable=False),
    Column("best_watts", Integer, nullable=False),  # the most power free and startable right now; 0 when none is
    Column("max_watts", Integer, nullable=False),
    Index("nearby_of_station", "station_id"),
    sqlite_with_rowid=False,
)
Index(
    "nearby_covering",
    *(nearby.c[name] for name in ("plug", "lat_row", "lon", "station_id")),
    postgresql_include=["lat", "startable", "best_watts", "free", "total", "max_watts", "partner_id", "party"],
).ddl_if(dialect="postgresql")

identifiers = Table(
    "identifiers",
    metadata,
    Column("normal", Key, primary_key=True),
    Column("station_id", Words, ForeignKey("stations.id", ondelete="CASCADE"), primary_key=True),
    Column("evse_uid", Words, primary_key=True),
    Column("reversed", Key, nullable=False),  # a suffix is a prefix of it
    Index("identifiers_reversed", "reversed"),
    Index("identifiers_of_station", "station_id"),
    sqlite_with_rowid=False,
)

place_words = Table(
    "place_words",
    metadata,
    Column("word", Key, primary_key=True),
    Column("station_id", Words, ForeignKey("stations.id", ondelete="CASCADE"), primary_key=True),
    Index("place_words_of_station", "station_id", "word"),
    sqlite_with_rowid=False,
)

# ── drivers ──────────────────────────────────────────────────────────────────────────────────────────────────────

drivers = Table(
    "drivers",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("body", Text, nullable=False),
)

passes = Table(
    "passes",
    metadata,
    Column("number", Words, primary_key=True),
    Column("driver_id", BigInteger, index=True),
    Column("printed", Words, index=True),  # the number as anyone may type it; none for welcome passes
    Column("contract", Words, nullable=False, index=True),
    Column("uid", Words, index=True),
    Column("status", Text, nullable=False),
    Column("changed_at", Moment, nullable=False),
    Column("body", Text, nullable=False),
)

attempts = Table(
    "attempts",
    metadata,
    Column("position", Serial, primary_key=True),
    Column("subject", Words, nullable=False, index=True),
    Column("at", Moment, nullable=False, index=True),
)

dialogues = Table(
    "dialogues",
    metadata,
    Column("key", Words, primary_key=True),
    Column("conversation", Words, nullable=False),
    Column("state", Words, nullable=False),
    Column("memory", Text, nullable=False),
    sqlite_with_rowid=False,
)

buttons = Table(
    "buttons",
    metadata,
    Column("key", Words, primary_key=True),
    Column("driver_id", BigInteger, nullable=False),
    Column("action", Words, nullable=False),
    Column("subject", Words, nullable=False),
    Column("shown_at", Moment, nullable=False),
    Column("expires_at", Moment, index=True),
    Column("once", Boolean, nullable=False),
    Column("used_at", Moment),
    sqlite_with_rowid=False,
)

# ── charges ──────────────────────────────────────────────────────────────────────────────────────────────────────

charges = Table(
    "charges",
    metadata,
    Column("id", Words, primary_key=True),
    Column("driver_id", BigInteger, nullable=False),
    Column("partner_id", BigInteger, nullable=False),
    Column("station_id", Words, nullable=False),
    Column("evse_uid", Words, nullable=False),
    Column("token_uid", Words, nullable=False),
    Column("session_party", Words),
    Column("session_id", Words),
    Column("state", Text, nullable=False),
    Column("claims", Boolean, nullable=False),
    Column("made_at", Moment, nullable=False),
    Column("fenced", Boolean, nullable=False),
    Column("version", Integer, nullable=False),
    Column("body", Text, nullable=False),
    Index("charges_of_driver", "driver_id", "made_at"),
    Index("charges_of_token", "token_uid"),
    Index("charges_of_session", "session_id"),
    Index("charges_at_evse", "station_id", "evse_uid", "made_at"),
    Index("charges_in_state", "state"),
)
one_per_driver = Index(
    "charges_one_per_driver",
    charges.c.driver_id,
    unique=True,
    sqlite_where=charges.c.claims,
    postgresql_where=charges.c.claims,
)
one_per_evse = Index(
    "charges_one_per_evse",
    charges.c.station_id,
    charges.c.evse_uid,
    unique=True,
    sqlite_where=charges.c.claims,
    postgresql_where=charges.c.claims,
)

timeline = Table(
    "timeline",
    metadata,
    Column("position", Serial, primary_key=True),
    Column("charge_id", Words, ForeignKey("charges.id"), nullable=False, index=True),
    Column("at", Moment, nullable=False),
    Column("by", Text, nullable=False),
    Column("what", Text, nullable=False),
    Column("detail", Words, nullable=False),
)

sessions = Table(
    "sessions",
    metadata,
    Column("partner_id", BigInteger, primary_key=True, autoincrement=False),
    Column("party", Words, primary_key=True),
    Column("session_id", Words, primary_key=True),
    Column("charge_id", Words, index=True),
    Column("kwh", Exact, nullable=False),
    Column("total_cost", Exact),
    Column("body", Text, nullable=False),
    *within("sessions", "kwh", 0, MOST_KWH),
    *within("sessions", "total_cost", -MOST_MONEY, MOST_MONEY),
)

readings = Table(
    "readings",
    metadata,
    Column("charge_id", Words, primary_key=True),
    Column("at", Moment, primary_key=True, autoincrement=False),
    Column("body", Text, nullable=False),
    sqlite_with_rowid=False,
)

cdrs = Table(
    "cdrs",
    metadata,
    Column("position", Serial, primary_key=True),
    Column("partner_id", BigInteger, nullable=False),
    Column("party", Words, nullable=False),
    Column("cdr_id", Words, nullable=False),
    Column("charge_id", Words, index=True),
    Column("received_at", Moment, nullable=False),
    Column("total_energy", Exact, nullable=False),
    Column("total_cost", Exact),
    Column("currency", Words, nullable=False),
    Column("body", Text, nullable=False),
    UniqueConstraint("partner_id", "party", "cdr_id", name="cdrs_once"),
    *within("cdrs", "total_energy", -MOST_KWH, MOST_KWH),
    *within("cdrs", "total_cost", -MOST_MONEY, MOST_MONEY),
)

ratings = Table(
    "ratings",
    metadata,
    Column("charge_id", Words, primary_key=True),
    Column("driver_id", BigInteger, nullable=False, index=True),
    Column("at", Moment, nullable=False),
    Column("body", Text, nullable=False),
)

alerts = Table(
    "alerts",
    metadata,
    Column("driver_id", BigInteger, primary_key=True, autoincrement=False),
    Column("station_id", Words, primary_key=True, index=True),
    Column("evse_uid", Words, primary_key=True),
    Column("until", Moment, nullable=False),
    Column("body", Text, nullable=False),
)

fault_reports = Table(
    "fault_reports",
    metadata,
    Column("id", Serial, primary_key=True),
    Column("driver_id", BigInteger, nullable=False, index=True),
    Column("body", Text, nullable=False),
)

tickets = Table(
    "tickets",
    metadata,
    Column("id", Serial, primary_key=True),
    Column("driver_id", BigInteger, nullable=False, index=True),
    Column("charge_id", Words, index=True),
    Column("cause", Words, nullable=False),
    Column("open", Boolean, nullable=False),
    Column("unclaimed", Boolean, nullable=False),
    Column("behind", Boolean, nullable=False),  # whether its topic shows an older version
    Column("chat_id", BigInteger, nullable=False),
    Column("topic_id", BigInteger, nullable=False),
    Column("body", Text, nullable=False),
    Index("tickets_by_topic", "topic_id", "chat_id"),
)
Index("tickets_behind", tickets.c.id, sqlite_where=tickets.c.behind, postgresql_where=tickets.c.behind)
Index("tickets_unclaimed", tickets.c.id, sqlite_where=tickets.c.unclaimed, postgresql_where=tickets.c.unclaimed)

relays = Table(
    "relays",
    metadata,
    Column("id", Serial, primary_key=True),
    Column("key", Words, nullable=False, unique=True),
    Column("driver_id", BigInteger, nullable=False, index=True),
    Column("chat_id", BigInteger, nullable=False),
    Column("message_id", BigInteger, nullable=False),
    Column("sent_id", BigInteger, nullable=False),
    Column("due_at", Moment),
    Column("closed_at", Moment),
    Column("attempts", Integer, nullable=False),
    Column("body", Text, nullable=False),
    Index("relays_by_message", "message_id", "chat_id"),
)
Index(
    "relays_open",
    relays.c.id,
    sqlite_where=relays.c.closed_at.is_(None),
    postgresql_where=relays.c.closed_at.is_(None),
)

# ── work ─────────────────────────────────────────────────────────────────────────────────────────────────────────

jobs = Table(
    "jobs",
    metadata,
    Column("kind", Text, primary_key=True),
    Column("key", Words, primary_key=True),
    Column("ready_at", Moment, nullable=False),  # when it may be claimed: due_at, or the end of a lease
    Column("due_at", Moment, nullable=False),
    Column("again_at", Moment),  # put again while it was held
    Column("owner", Words),
    Column("attempts", Integer, nullable=False),
    Column("version", BigInteger, nullable=False),  # counts claims: who lost the lease holds an old one
    Index("jobs_ready", "kind", "ready_at"),
    sqlite_with_rowid=False,
)

notices = Table(
    "notices",
    metadata,
    Column("id", Serial, primary_key=True),
    Column("driver_id", BigInteger, index=True),
    Column("lane", Integer, nullable=False),
    Column("made_at", Moment, nullable=False),
    Column("due_at", Moment),
    Column("closed_at", Moment),
    Column("undeliverable", Words),
    Column("attempts", Integer, nullable=False),
    Column("body", Text, nullable=False),
    Index(
        "notices_open",
        "lane",
        "made_at",
        sqlite_where=text("closed_at IS NULL"),
        postgresql_where=text("closed_at IS NULL"),
    ),
)

cards = Table(
    "cards",
    metadata,
    Column("charge_id", Words, primary_key=True),
    Column("chat_id", BigInteger, nullable=False),
    Column("message_id", BigInteger, nullable=False),
    Column("shown_version", Integer, nullable=False),
    Column("pinned", Boolean, nullable=False),
    Column("turn", BigInteger),  # place in the queue of those that show an older version
)
Index(
    "cards_waiting",
    cards.c.turn,
    sqlite_where=cards.c.turn.is_not(None),
    postgresql_where=cards.c.turn.is_not(None),
)

inbox = Table(
    "inbox",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("lane", Words, nullable=False),
    Column("body", LargeBinary, nullable=False),  # emptied when finished: it may hold where a driver stands
    Column("received_at", Moment, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("finished_at", Moment, index=True),
    Column("dead", Boolean, nullable=False),
    Column("error", Words, nullable=False),
)
