"""What a measured process says to its parent: when it is ready, and the processor seconds it has used so far."""

import sys
import threading
import time


def ready(port: int) -> None:
    """Tell the port; from now on answer every line on standard input with the seconds used."""
    print(port, flush=True)  # noqa: T201  this is how the parent hears it
    threading.Thread(target=_tell_seconds, daemon=True).start()


def _tell_seconds() -> None:
    for _ in sys.stdin:
        print(time.process_time(), flush=True)  # noqa: T201  likewise
