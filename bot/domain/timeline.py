"""The timeline of a charge: who said or did what, and when we learned it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class By(StrEnum):
    DRIVER = "driver"
    CHARGEBOT = "chargebot"
    OPERATOR = "operator"
    AGENT = "agent"


class What(StrEnum):
    """The entries of a charge's timeline."""

    PRESSED = "pressed"
    FENCED = "fenced"
    ANSWERED = "answered"
    NO_ANSWER = "no_answer"
    NOT_SENT = "not_sent"
    RESULT = "result"
    SESSION_PENDING = "session_pending"
    SESSION_ACTIVE = "session_active"
    FIRST_METER = "first_meter"
    OTHER_CONNECTOR = "other_connector"
    SECOND_SESSION = "second_session"
    SWIPED = "swiped"  # begun with the physical pass
    STOP_ASKED = "stop_asked"
    STOP_ANSWERED = "stop_answered"
    STOP_NO_ANSWER = "stop_no_answer"
    STOP_RESULT = "stop_result"
    STAYS_ON = "stays_on"
    UNPLUG_TOLD = "unplug_told"
    SESSION_ENDED = "session_ended"
    SESSION_INVALID = "session_invalid"
    SESSION_FORGOTTEN = "session_forgotten"
    REFUSED = "refused"
    UNCONFIRMED = "unconfirmed"
    BILLED = "billed"
    LIMIT_SET = "limit_set"
    LIMIT_REACHED = "limit_reached"
    NO_ENERGY = "no_energy"
    INTERRUPTED = "interrupted"
    PAUSED = "paused"
    FULL = "full"
    FLOWS_AGAIN = "flows_again"
    FEE_SOON = "fee_soon"
    FEE_RUNNING = "fee_running"
    SAYS_CHARGING = "says_charging"
    SAYS_STOPPED = "says_stopped"
    NEIGHBOUR = "neighbour"
    UNPLUG_REMINDED = "unplug_reminded"
    UNPLUGGED = "unplugged"
    SUPPORT_ASKED = "support_asked"
    AGENT_ACTED = "agent_acted"


@dataclass(frozen=True, slots=True)
class Fact:
    """One line of the timeline: who said or did what, and when we learned it."""

    at: datetime
    by: By
    what: What
    detail: str = ""
