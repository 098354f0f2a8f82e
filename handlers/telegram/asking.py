"""Whether a card shows the question to stop, in the moments before the dialogue is on the disk.

The stored dialogue is what counts. But a progress edit rendered in the instant of a press knows nothing of it yet, so
the press is noted here first, for as long as its acknowledgement can take.
"""

from datetime import datetime, timedelta
from typing import Final

from bot.domain.ids import ChargeId
from bot.ports import Clock

FRESH: Final = timedelta(seconds=5)


class Asking:
    """What the newest presses made of the cards."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._pressed: dict[ChargeId, tuple[bool, datetime]] = {}

    def note(self, charge_id: ChargeId, *, asking: bool) -> None:
        now = self._clock.now()
        self._pressed = {key: value for key, value in self._pressed.items() if now - value[1] < FRESH}
        self._pressed[charge_id] = (asking, now)

    def says(self, charge_id: ChargeId) -> bool | None:
        """None: nothing was pressed lately, the stored dialogue knows."""
        asking, at = self._pressed.get(charge_id, (None, None))
        return asking if at is not None and self._clock.now() - at < FRESH else None
