"""How drivers reach us, and how we answer them."""

import logging
import os

# The framework asks to be told that its durations may be timedeltas; without it every 429 raises a deprecation warning.
os.environ.setdefault("PTB_TIMEDELTA", "true")

# At DEBUG the framework writes the addresses it calls, and they hold the bot's token.
logging.getLogger("telegram").setLevel(logging.INFO)
