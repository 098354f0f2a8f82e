"""The bot as it is, but for two things that let journeys be quick.

It knows no limit on how often it may write, as the sandbox has none in these journeys; and it takes the name of the
point at which it is to die while it runs (SIGUSR1, from a file), so that a test need not start it once more for that.
"""

import os
import signal
from collections import Counter
from functools import partial
from pathlib import Path

import bot.app
from bot import crashpoints
from bot.cli import main
from handlers.telegram.wire.limiter import Limiter, Rates


def _take_order(*_):
    order = Path(os.environ["CHARGEBOT_CRASH_POINT_FILE"])
    crashpoints._wanted, _, crashpoints._nth = order.read_text().partition(":")
    crashpoints._seen = Counter()
    order.unlink()


bot.app.Limiter = partial(Limiter, Rates.unlimited())  # type: ignore[misc, assignment]

if __name__ == "__main__":
    signal.signal(signal.SIGUSR1, _take_order)
    main()
