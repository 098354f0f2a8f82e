"""Which browser the screenshots and the tests drive: the system's own Chromium, which fetches nothing by itself."""

import shutil
from typing import Final

NAMES: Final = ("chromium", "chromium-browser", "google-chrome")
FLAGS: Final = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def chromium() -> str | None:
    """The path of the first that there is."""
    return next((path for name in NAMES if (path := shutil.which(name))), None)
