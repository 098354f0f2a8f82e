"""How drivers reach us, and how we answer them."""

import os

# The framework asks to be told that its durations may be timedeltas; without it every 429 raises a deprecation warning.
os.environ.setdefault("PTB_TIMEDELTA", "true")
