"""Named points at which a test may have the process killed, to prove that nothing depends on surviving them."""

import os
import signal
from collections import Counter
from typing import Final

NAMES: Final = (
    "update_in",  # an update has arrived, nothing is stored
    "update_committed",  # it is in the inbox, the sender has not been told
    "update_handled",  # its handler has run, the acknowledgement is not stored
    "charge_committed",  # a charge exists, its start has not been looked at
    "start_claimed",  # a worker holds the start, the fence is not set
    "start_fenced",  # the fence is on disk, nothing has been sent
    "start_sent",  # the operator has answered, the answer is not stored
    "start_recorded",  # the answer is stored
    "result_in",  # the operator's result has arrived, nothing is stored
    "session_in",  # a session has arrived, nothing is stored
    "session_committed",  # it is stored, the operator has not been answered
    "tell_before",  # a driver is about to be told
    "tell_sent",  # the driver was told, that is not stored
    "stop_committed",  # the wish to stop is stored
    "stop_before",  # a worker is about to send the stop
    "stop_sent",  # the operator has answered the stop, that is not stored
    "stop_recorded",  # it is stored
    "topic_made",  # a ticket has a topic, its number is not stored
    "relay_before",  # a message is about to be carried between a driver and the agents
    "relay_sent",  # it has arrived, that is not stored
    "cdr_in",  # a bill has arrived, nothing is stored
    "cdr_committed",  # it is stored, the operator has not been answered
    "credentials_heard",  # a peer's credentials and interface were read, nothing is stored
    "credentials_kept",  # they are stored, the peer has not been answered
    "credentials_sent",  # our credentials were sent, the answer is not stored
    "credentials_stored",  # the peer's new token is stored
)

_wanted, _, _nth = os.environ.get("CHARGEBOT_CRASH_POINT", "").partition(":")
_seen: Counter[str] = Counter()


def crash_point(name: str) -> None:
    """Die by SIGKILL here if CHARGEBOT_CRASH_POINT names this point ("name" or "name:3" for the third passage)."""
    if not _wanted:
        return
    if name not in NAMES:
        raise AssertionError(f"{name} is no crash point")
    _seen[name] += 1
    if name == _wanted and _seen[name] == int(_nth or 1):
        os.kill(os.getpid(), signal.SIGKILL)
