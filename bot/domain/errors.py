"""What may go wrong, as codes with facts; words are chosen at the edge.

ChargebotError
├── Refused            a wish that cannot be granted now (a driver reads why)
├── PartnerError       an operator could not be asked, or its answer not be used
│   ├── NotSent        provably nothing reached it
│   └── Unclear        it may or may not have acted
├── Conflict           an immutable record came again with other content
└── StoreError         our own memory failed
    ├── StoreFull      no room on the disk: nothing new may begin
    └── StoreBusy      try again in a moment
"""

from enum import StrEnum


class Why(StrEnum):
    """Every reason a driver can be given; handlers.texts has one text for each."""

    NO_PASS = "no_pass"
    PASS_ORDERED = "pass_ordered"
    PASS_NOT_ACTIVATED = "pass_not_activated"
    PASS_BLOCKED = "pass_blocked"
    PASS_EXPIRED = "pass_expired"
    PASS_UNKNOWN = "pass_unknown"
    TOO_MANY_TRIES = "too_many_tries"
    TOO_MANY_REQUESTS = "too_many_requests"
    TOO_MANY_ALERTS = "too_many_alerts"
    BANNED = "banned"
    LEAVING = "leaving"
    UNKNOWN_STATION = "unknown_station"
    UNKNOWN_CONNECTOR = "unknown_connector"
    NOT_STARTABLE = "not_startable"
    NOT_CONNECTED = "not_connected"
    ALREADY_CHARGING = "already_charging"
    CONNECTOR_TAKEN = "connector_taken"
    TOO_MANY_STARTS = "too_many_starts"
    CONNECTOR_FAILING = "connector_failing"
    TARIFF_CHANGED = "tariff_changed"
    TOO_LATE = "too_late"
    NOT_YOURS = "not_yours"
    FINISHED = "finished"
    CANCELLED = "cancelled"
    STARTS_PAUSED = "starts_paused"
    STORE_FULL = "store_full"
    # what an operator can say to a start or a stop
    REJECTED = "rejected"
    NOT_SUPPORTED = "not_supported"
    UNKNOWN_SESSION = "unknown_session"
    UNKNOWN_RESERVATION = "unknown_reservation"
    EVSE_OCCUPIED = "evse_occupied"
    EVSE_INOPERATIVE = "evse_inoperative"
    FAILED = "failed"
    TIMEOUT = "timeout"
    CANCELED_RESERVATION = "canceled_reservation"
    # what happens on the way to an operator
    NOT_SENT = "not_sent"
    NO_ANSWER = "no_answer"
    ACCESS_REVOKED = "access_revoked"


class ChargebotError(Exception):
    """The root of all errors that are expected to happen."""


class Refused(ChargebotError):
    """A wish that cannot be granted; nothing was changed."""

    def __init__(self, why: Why, **facts: str | int) -> None:
        super().__init__(why.value)
        self.why = why
        self.facts = facts


class PartnerError(ChargebotError):
    """An operator could not be asked, or what it said cannot be used; the text is for the log and for doctor."""

    why = Why.NO_ANSWER


class NotSent(PartnerError):
    """Provably nothing reached the operator: asking again is safe."""

    why = Why.NOT_SENT


class Unclear(PartnerError):
    """The operator may have acted: read back, never send a start again."""


class AccessRevoked(NotSent):
    """The operator no longer knows our token (HTTP 401)."""

    why = Why.ACCESS_REVOKED


class StoreError(ChargebotError):
    """Our own memory failed; the transaction left nothing behind."""


class StoreFull(StoreError):
    """No room on the disk."""


class StoreBusy(StoreError):
    """Another process holds the database; try again in a moment."""


class Conflict(ChargebotError):
    """An immutable record came again with other content; the first one stays."""
