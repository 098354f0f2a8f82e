"""The ways an operator goes wrong, in one table; each is switched on per EVSE, for a count of times or for good.

Seconds are those of the peer's clock: a fault tries the peer's patience, which no speed factor shortens.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Kind:
    """`seconds` is None where the fault has no duration; `count` is how often it strikes unless told otherwise."""

    name: str
    sentence: str
    seconds: float | None = None
    count: int | None = None


KINDS = {
    kind.name: kind
    for kind in (
        Kind("rejected", "START_SESSION is answered REJECTED at once; nothing starts."),
        Kind("sync_not_supported", "START_SESSION is answered NOT_SUPPORTED at once; nothing starts."),
        Kind("sync_unknown_session", "START_SESSION is answered UNKNOWN_SESSION at once; nothing starts."),
        Kind("http_401_on_start", "START_SESSION is answered with HTTP 401, as if our token were revoked."),
        Kind("hub_cannot_deliver", "START_SESSION is answered with OCPI status 4003: a hub did not pass it on."),
        Kind("evse_occupied", "The start's result is EVSE_OCCUPIED; nothing starts."),
        Kind("evse_inoperative", "The start's result is EVSE_INOPERATIVE; nothing starts."),
        Kind("result_rejected", "The start's result is REJECTED; nothing starts."),
        Kind("result_not_supported", "The start's result is NOT_SUPPORTED; nothing starts."),
        Kind("result_failed", "The start's result is FAILED; nothing starts."),
        Kind("result_timeout", "The start's result is TIMEOUT; nothing starts."),
        Kind("result_unknown_reservation", "The start's result is UNKNOWN_RESERVATION; nothing starts."),
        Kind("result_canceled_reservation", "The start's result is CANCELED_RESERVATION; nothing starts."),
        Kind("timeout_then_session", "The start's result is TIMEOUT and the session starts anyway, later.", 8),
        Kind("accepted_then_nothing", "The start is answered ACCEPTED; no result and no session ever come."),
        Kind("no_result", "The start's result never comes; the session does."),
        Kind("no_session", "The start's result is ACCEPTED; no session ever comes."),
        Kind("late_session", "The start's result is ACCEPTED and the session first appears much later.", 60),
        Kind("session_before_result", "The session is pushed before the start's result."),
        Kind("http_500_on_start", "START_SESSION is answered with HTTP 500; nothing starts."),
        Kind("http_429_on_start", "START_SESSION is answered with HTTP 429; nothing starts."),
        Kind("truncated_answer", "START_SESSION is executed, and half of its answer is lost on the way."),
        Kind("dead_plug", "The session becomes ACTIVE and no energy ever flows."),
        Kind("pending_forever", "The session is pushed as PENDING and never becomes anything else before a stop."),
        Kind("offline_in_mid_session", "Once charging, nothing is heard for a while, and then everything at once.", 5),
        Kind("hang_on_start", "START_SESSION is executed but its HTTP answer comes much later.", 40),
        Kind("stop_rejected_once", "The first stop's result is REJECTED and charging goes on.", None, 1),
        Kind("stop_accepted_ignored_once", "The first stop's result is ACCEPTED and charging goes on.", None, 1),
        Kind("stop_sync_rejected", "STOP_SESSION is answered REJECTED at once; charging goes on."),
        Kind("stop_sync_not_supported", "STOP_SESSION is answered NOT_SUPPORTED at once; charging goes on."),
        Kind("stop_sync_unknown_session", "STOP_SESSION is answered UNKNOWN_SESSION at once; charging goes on."),
        Kind("http_500_on_stop", "STOP_SESSION is answered with HTTP 500; charging goes on."),
        Kind("http_401_on_stop", "STOP_SESSION is answered with HTTP 401; charging goes on."),
        Kind("hub_cannot_deliver_stop", "STOP_SESSION is answered with OCPI status 4003; charging goes on."),
        Kind("stop_failed", "The stop's result is FAILED; charging goes on."),
        Kind("stop_timeout", "The stop's result is TIMEOUT; charging goes on."),
        Kind("stop_evse_occupied", "The stop's result is EVSE_OCCUPIED; charging goes on."),
        Kind("stop_evse_inoperative", "The stop's result is EVSE_INOPERATIVE; charging goes on."),
        Kind("stop_unknown_reservation", "The stop's result is UNKNOWN_RESERVATION; charging goes on."),
        Kind("stop_canceled_reservation", "The stop's result is CANCELED_RESERVATION; charging goes on."),
        Kind("stop_rejected_completes", "The stop's result is REJECTED, and charging ends all the same."),
        Kind("with_words", "Commands are answered with the operator's own words, in English, Dutch and German."),
        Kind("duplicate_pushes", "Every session push is sent twice."),
        Kind("out_of_order_pushes", "Session PATCHes are sent in pairs, the newer before the older."),
        Kind("no_reference", "authorization_reference is never echoed, neither in the session nor in the CDR."),
        Kind("no_session_push", "Sessions are never pushed; only a pull shows them."),
        Kind("no_cdr_push", "CDRs are never pushed; only a pull shows them."),
        Kind("no_status_push", "The status of the EVSE is never pushed; only a pull shows it."),
        Kind("cdr_differs", "The CDR asks for 2.00 more than its tariff does."),
        Kind("late_cdr", "The CDR is made much later.", 60),
        Kind("credit_cdr", "The first CDR is wrong, then taken back by a credit CDR and followed by the right one."),
        Kind("wh_for_kwh", "ENERGY volumes of session periods are in Wh instead of kWh."),
    )
}


@dataclass(slots=True)
class Fault:
    """A fault that is switched on; `count` None is for good."""

    kind: Kind
    count: int | None
    seconds: float

    def as_json(self) -> dict[str, object]:
        return {"name": self.kind.name, "count": self.count, "seconds": self.seconds}


class Faults:
    """The faults of one EVSE."""

    def __init__(self) -> None:
        self._set: dict[str, Fault] = {}

    def set(self, name: str, count: int | None = None, seconds: float | None = None) -> Fault:
        """Raises KeyError for a name that is not in the table."""
        kind = KINDS[name]
        patience = kind.seconds if seconds is None else seconds
        fault = Fault(kind, kind.count if count is None else count, patience or 0)
        self._set[name] = fault
        return fault

    def clear(self, name: str | None = None) -> None:
        if name is None:
            self._set.clear()
        else:
            self._set.pop(name, None)

    def has(self, name: str) -> bool:
        return name in self._set

    def take(self, name: str) -> Fault | None:
        """The fault if it is on, counting one strike."""
        fault = self._set.get(name)
        if fault is not None and fault.count is not None:
            fault.count -= 1
            if fault.count <= 0:
                del self._set[name]
        return fault

    def taken(self, words: dict[str, str]) -> str | None:
        """The word of the first of these faults that is on, counting one strike."""
        return next((word for name, word in words.items() if self.take(name)), None)

    def listed(self) -> list[dict[str, object]]:
        return [fault.as_json() for fault in self._set.values()]


SYNC_ANSWERS = {
    "rejected": "REJECTED",
    "sync_not_supported": "NOT_SUPPORTED",
    "sync_unknown_session": "UNKNOWN_SESSION",
}
STOP_SYNC_ANSWERS = {
    "stop_sync_rejected": "REJECTED",
    "stop_sync_not_supported": "NOT_SUPPORTED",
    "stop_sync_unknown_session": "UNKNOWN_SESSION",
}
START_RESULTS = {
    "evse_occupied": "EVSE_OCCUPIED",
    "evse_inoperative": "EVSE_INOPERATIVE",
    "result_rejected": "REJECTED",
    "result_not_supported": "NOT_SUPPORTED",
    "result_failed": "FAILED",
    "result_timeout": "TIMEOUT",
    "result_unknown_reservation": "UNKNOWN_RESERVATION",
    "result_canceled_reservation": "CANCELED_RESERVATION",
}
STOP_RESULTS = {
    "stop_rejected_once": "REJECTED",
    "stop_failed": "FAILED",
    "stop_timeout": "TIMEOUT",
    "stop_evse_occupied": "EVSE_OCCUPIED",
    "stop_evse_inoperative": "EVSE_INOPERATIVE",
    "stop_unknown_reservation": "UNKNOWN_RESERVATION",
    "stop_canceled_reservation": "CANCELED_RESERVATION",
}
OWN_WORDS = {
    "en": "Call the control room, quote <E-42> & wait.",
    "nl": "Bel de controlekamer, noem <E-42> & wacht.",
    "de": "Bitte die Leitstelle anrufen, <E-42> nennen & warten.",
}
"""What an operator with "with_words" writes beside its answers: markup in it must reach nobody as markup."""

SESSION_LONG = (
    "duplicate_pushes",
    "out_of_order_pushes",
    "no_reference",
    "no_session_push",
    "no_cdr_push",
    "wh_for_kwh",
    "pending_forever",
    "dead_plug",
    "cdr_differs",
    "credit_cdr",
)
"""Faults that last a whole session: a count of one is the next session to begin."""
