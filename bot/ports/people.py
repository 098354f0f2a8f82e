"""The people who charge: who they are, what they are being asked, what they said."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from bot.domain.alert import Alert
from bot.domain.driver import Driver, Pass, PassStatus
from bot.domain.feedback import FaultReport, Rating
from bot.domain.ids import (
    ChargeId,
    DriverId,
    EvseUid,
    PassNumber,
    StationId,
)
from bot.domain.ticket import Cause, Relay, Ticket


class Drivers(Protocol):
    def get(self, driver_id: DriverId) -> Driver | None: ...

    def save(self, driver: Driver) -> None: ...

    def passes(self, driver_id: DriverId) -> Sequence[Pass]: ...

    def save_pass(self, pass_: Pass) -> None: ...

    def pass_by_number(self, number: PassNumber) -> Pass | None: ...

    def pass_as_printed(self, typed: str) -> Pass | None:
        """The imported pass with this number, however it is typed."""

    def pass_by_token(self, uid: str, contract_id: str) -> Pass | None:
        """By the card's uid, else by the contract if all passes of it are one driver's; compared as `bare`."""

    def any_imported(self) -> bool:
        """Whether a pass was ever imported."""

    def count_passes(self) -> Mapping[PassStatus, int]:
        """How many passes there are by status, welcome passes too."""

    def cards(self, date_from: datetime | None, date_to: datetime | None, *, offset: int, limit: int) -> Sequence[Pass]:
        """Passes with a card that is or was good, changed in [date_from, date_to), the longest unchanged first."""

    def count_cards(self, date_from: datetime | None, date_to: datetime | None) -> int: ...


class Attempts(Protocol):
    """What somebody may do only so often: guesses, exports."""

    def add(self, subject: str, at: datetime) -> None: ...

    def count(self, subject: str, since: datetime) -> int: ...

    def prune(self, before: datetime) -> int:
        """Forget those before then."""


@dataclass(frozen=True, slots=True)
class Dialogue:
    """Which question a chat is being asked: a conversation's name, its state, and the answers so far (plain JSON)."""

    key: str
    conversation: str = ""
    state: str = ""
    memory: Mapping[str, object] = field(default_factory=dict)


PLACE = ("point", "point_at")
"""Where a driver stood, coarsely, and since when we know it: the only answers that hold a place."""


def place_is_old(memory: Mapping[str, object], before: datetime) -> bool:
    """Whether these answers hold a place that they had before then."""
    since = memory.get("point_at")
    return "point" in memory and not (isinstance(since, str) and datetime.fromisoformat(since) >= before)


class Dialogues(Protocol):
    def load(self, keys: Sequence[str]) -> Mapping[str, Dialogue]:
        """Those there are, by key."""

    def save(self, dialogues: Sequence[Dialogue]) -> None:
        """Store each; one without a conversation is removed."""

    def forget_places(self, before: datetime) -> int:
        """Drop `point`, where a driver stood, from the answers that have it since before then (`point_at`)."""


@dataclass(frozen=True, slots=True)
class Button:
    """What a press means; its `key` is all that travels.

    Only `driver_id` may press, until `expires_at`; `once` wears it out.
    """

    key: str
    driver_id: DriverId
    action: str
    subject: str
    shown_at: datetime
    expires_at: datetime | None = None
    once: bool = False
    used_at: datetime | None = None


class Buttons(Protocol):
    def add(self, buttons: Sequence[Button]) -> None:
        """Store those whose key is new; refresh `shown_at` and `expires_at` of the others."""

    def get(self, key: str) -> Button | None: ...

    def use(self, key: str, now: datetime) -> bool:
        """Wear out a once-button; False if it was used before."""

    def prune(self, before: datetime) -> int:
        """Forget buttons that expired before then."""


class Feedback(Protocol):
    def rate(self, rating: Rating) -> None:
        """Store it; another one of its charge is replaced."""

    def rating(self, charge_id: ChargeId) -> Rating | None: ...

    def ratings(self, limit: int) -> Sequence[Rating]:
        """The newest first."""

    def report(self, report: FaultReport) -> int:
        """Store it and give its number (the one in it is ignored)."""

    def describe(self, report_id: int, driver_id: DriverId, comment: str) -> None:
        """Put words beside a report of this driver; another's stays as it is."""

    def reports(self, limit: int) -> Sequence[FaultReport]:
        """The newest first."""


class Alerts(Protocol):
    def add(self, alert: Alert) -> None:
        """Store it; another one of the same driver and place is replaced."""

    def of_driver(self, driver_id: DriverId) -> Sequence[Alert]:
        """The next to end first."""

    def at(self, station_ids: Sequence[StationId]) -> Sequence[Alert]:
        """All that wait for one of these stations, the next to end first."""

    def remove(self, driver_id: DriverId, station_id: StationId, evse_uid: EvseUid) -> bool:
        """Whether there was one."""


class Tickets(Protocol):
    """What people look after, the topic of each, and what is on its way between them and drivers."""

    def add(self, ticket: Ticket) -> Ticket:
        """Store a new ticket and give it back with its number."""

    def save(self, ticket: Ticket) -> None: ...

    def get(self, ticket_id: int) -> Ticket | None: ...

    def by_topic(self, chat_id: int, topic_id: int) -> Ticket | None: ...

    def open_of(self, driver_id: DriverId) -> Sequence[Ticket]:
        """Those that are not closed, the newest first."""

    def of_cause(self, charge_id: ChargeId, cause: Cause) -> Ticket | None:
        """The newest with this cause, open or closed."""

    def before(self, ticket_id: int) -> int:
        """How many older ones wait for an agent."""

    def to_show(self, limit: int) -> Sequence[Ticket]:
        """Those whose topic shows an older version, the oldest first."""

    def latest(self, limit: int) -> Sequence[Ticket]:
        """The newest first."""

    def pass_on(self, relay: Relay, key: str) -> bool:
        """Have it passed on; False if one with this key is known already."""

    def on_their_way(self, now: datetime, limit: int) -> Sequence[Relay]:
        """Those not passed on and not waiting for a retry, the oldest first."""

    def passed_on(self, relay_id: int, sent_id: int, now: datetime) -> None:
        """It has arrived as this message; 0 if it never can."""

    def later(self, relay_id: int, due_at: datetime) -> None:
        """Try again then."""

    def copy_of(self, chat_id: int, message_id: int) -> Relay | None:
        """How this message was copied, on its way or arrived."""


class Personal(Protocol):
    """All that is stored of one driver, in whatever table it is."""

    def everything(self, driver_id: DriverId) -> Mapping[str, Sequence[Mapping[str, object]]]:
        """Rows by table, as plain JSON values, without secrets."""

    def erase(self, driver_id: DriverId, pseudonym: DriverId) -> None:
        """Forget it, but for passes (the caller unlinks them) and for what bills, which goes to the pseudonym.

        Attempts stay until they are pruned, a day later: nobody makes new ones by leaving and coming back.
        """

    def purge(self, before: datetime) -> int:
        """Remove charges of pseudonyms made before then, with all that belongs to them; give how many."""
