"""How often the same thing may be asked for, where nothing but politeness is at stake: kept in memory alone."""

from datetime import datetime, timedelta
from typing import Final

REMEMBERED: Final = 10_000


class Pacer:
    """Once in `every` for each key."""

    def __init__(self, every: timedelta) -> None:
        self._every = every
        self._last: dict[str, datetime] = {}

    def allows(self, key: str, now: datetime) -> bool:
        """Whether its time has come; then it counts."""
        last = self._last.get(key)
        if last is not None and now - last < self._every:
            return False
        if len(self._last) >= REMEMBERED:
            self._last = {who: at for who, at in self._last.items() if now - at < self._every}
        self._last[key] = now
        return True
