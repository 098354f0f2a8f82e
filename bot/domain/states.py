"""The states of a charge and the table of its moves; bot/domain/charge.py makes them."""

from enum import StrEnum
from typing import Final

from bot.domain.errors import Why
from bot.domain.session import SessionStatus


class State(StrEnum):
    NEW = "NEW"  # pressed; nothing was sent
    FENCED = "FENCED"  # a start may have been sent: it will never be sent again
    CHARGING = "CHARGING"  # the operator shows a running session
    STOPPING = "STOPPING"  # running, and the driver wants it to end
    ENDED = "ENDED"  # the session is over, the bill is awaited
    BILLED = "BILLED"  # the operator's record is here
    REFUSED = "REFUSED"  # it did not start, as far as anyone says
    UNCONFIRMED = "UNCONFIRMED"  # nobody ever said whether it started


class Event(StrEnum):
    FENCE = "fence"
    REFUSE = "refuse"
    RUN = "run"
    RUN_UNWANTED = "run_unwanted"
    STOP = "stop"
    FINISH = "finish"
    GIVE_UP = "give_up"
    BILL = "bill"


MOVES: Final[dict[State, dict[Event, State]]] = {
    State.NEW: {
        Event.FENCE: State.FENCED,
        Event.REFUSE: State.REFUSED,
    },
    State.FENCED: {
        Event.REFUSE: State.REFUSED,
        Event.GIVE_UP: State.UNCONFIRMED,
        Event.RUN: State.CHARGING,
        Event.RUN_UNWANTED: State.STOPPING,
        Event.FINISH: State.ENDED,
        Event.BILL: State.BILLED,
    },
    State.CHARGING: {
        Event.STOP: State.STOPPING,
        Event.FINISH: State.ENDED,
        Event.BILL: State.BILLED,
    },
    State.STOPPING: {
        Event.FINISH: State.ENDED,
        Event.BILL: State.BILLED,
    },
    State.ENDED: {
        Event.BILL: State.BILLED,
    },
    State.BILLED: {},
    State.REFUSED: {
        Event.RUN: State.CHARGING,
        Event.RUN_UNWANTED: State.STOPPING,
        Event.FINISH: State.ENDED,
        Event.BILL: State.BILLED,
    },
    State.UNCONFIRMED: {
        Event.RUN: State.CHARGING,
        Event.RUN_UNWANTED: State.STOPPING,
        Event.FINISH: State.ENDED,
        Event.BILL: State.BILLED,
    },
}

RUNNING: Final = frozenset({State.CHARGING, State.STOPPING})
UNRESOLVED: Final = frozenset({State.NEW, State.FENCED}) | RUNNING
OVER: Final = frozenset({State.ENDED, State.BILLED})
FAILED_TO_START: Final = frozenset({State.REFUSED, State.UNCONFIRMED})

NEVER_RAN: Final = frozenset({SessionStatus.PENDING, SessionStatus.RESERVATION})

FINAL_NO: Final = frozenset(
    {Why.REJECTED, Why.NOT_SUPPORTED, Why.EVSE_OCCUPIED, Why.EVSE_INOPERATIVE, Why.UNKNOWN_RESERVATION}
)
"""Results after which a station does not start by itself; TIMEOUT and FAILED have been seen to start after all."""
