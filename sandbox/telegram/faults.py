"""Misfortune on request: what a network and a busy server do to a bot, once per fault and call."""

from dataclasses import dataclass
from typing import Final, Literal, get_args

ApiFault = Literal["429", "500", "delay", "drop", "execute_then_hang", "execute_then_drop"]
WebhookFault = Literal["lose", "duplicate", "vanish"]
API_FAULTS: Final = get_args(ApiFault)
WEBHOOK_FAULTS: Final = get_args(WebhookFault)


@dataclass
class Fault:
    """`times` more calls go wrong; `method` and `chat_id` narrow down which.

    On calls: `429` (with `seconds` as retry_after) and `500` answer without executing; `delay` waits
    `seconds` and then executes; `drop` closes the connection without executing; `execute_then_hang` and
    `execute_then_drop` execute, so that the caller cannot know it: the first closes the connection only
    after `seconds`. On webhook deliveries: `lose` (never arrives, tried again), `duplicate` (arrives
    twice), `vanish` (never arrives, never tried again).
    """

    kind: ApiFault | WebhookFault
    times: int = 1
    method: str = ""
    chat_id: int | None = None
    seconds: float = 1.0

    def __post_init__(self) -> None:
        if self.times < 1 or self.seconds < 0:
            raise ValueError("a fault happens at least once and lasts no negative time")

    def matches(self, method: str, chat_id: int | None) -> bool:
        same_method = not self.method or self.method.lower() == method
        return self.times > 0 and same_method and self.chat_id in (None, chat_id)


class Faults:
    def __init__(self) -> None:
        self.planned: list[Fault] = []

    def add(self, fault: Fault) -> None:
        self.planned.append(fault)

    def clear(self) -> None:
        self.planned.clear()

    def take_call(self, method: str, chat_id: int | None) -> Fault | None:
        """The fault that befalls this call, used up by one. A poll for updates is met only when named."""
        return self._take(API_FAULTS, method, chat_id, named_only=method == "getupdates")

    def take_delivery(self) -> Fault | None:
        return self._take(WEBHOOK_FAULTS, "", None, named_only=False)

    def _take(self, kinds: tuple[str, ...], method: str, chat_id: int | None, *, named_only: bool) -> Fault | None:
        for fault in self.planned:
            if fault.kind in kinds and fault.matches(method, chat_id) and (fault.method or not named_only):
                fault.times -= 1
                if fault.times == 0:
                    self.planned.remove(fault)
                return fault
        return None
