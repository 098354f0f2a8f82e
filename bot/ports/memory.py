"""All of it together: one transaction, and the database that runs it."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Protocol, TypeVar

from bot.ports.charges import Cdrs, Charges, Readings, Sessions
from bot.ports.people import Alerts, Attempts, Buttons, Dialogues, Drivers, Feedback, Personal, Tickets
from bot.ports.places import Networks, Objections, Partners, Stations, Tariffs
from bot.ports.work import Cards, Inbox, Jobs, Notices

T = TypeVar("T")
PLACE = ("point", "point_at")
"""Where a driver stood, coarsely, and since when we know it: the only answers that hold a place."""


def place_is_old(memory: Mapping[str, object], before: datetime) -> bool:
    """Whether these answers hold a place that they had before then."""
    since = memory.get("point_at")
    return "point" in memory and not (isinstance(since, str) and datetime.fromisoformat(since) >= before)


class UnitOfWork(Protocol):
    """One transaction: everything done through its stores becomes true together, or not at all."""

    @property
    def partners(self) -> Partners: ...
    @property
    def networks(self) -> Networks: ...
    @property
    def stations(self) -> Stations: ...
    @property
    def tariffs(self) -> Tariffs: ...
    @property
    def drivers(self) -> Drivers: ...
    @property
    def personal(self) -> Personal: ...
    @property
    def attempts(self) -> Attempts: ...
    @property
    def charges(self) -> Charges: ...
    @property
    def sessions(self) -> Sessions: ...
    @property
    def cdrs(self) -> Cdrs: ...
    @property
    def readings(self) -> Readings: ...
    @property
    def jobs(self) -> Jobs: ...
    @property
    def notices(self) -> Notices: ...
    @property
    def cards(self) -> Cards: ...
    @property
    def inbox(self) -> Inbox: ...
    @property
    def dialogues(self) -> Dialogues: ...
    @property
    def buttons(self) -> Buttons: ...
    @property
    def feedback(self) -> Feedback: ...
    @property
    def alerts(self) -> Alerts: ...
    @property
    def tickets(self) -> Tickets: ...
    @property
    def objections(self) -> Objections: ...


class Database(Protocol):
    async def write(self, work: Callable[[UnitOfWork], T]) -> T:
        """Run `work` in a transaction of its own; what it raises undoes it alone and reaches the caller.

        It may be run anew when the first run was undone, so it should change nothing but through `uow`.

        Raises:
            StoreFull: the disk has no room. StoreBusy: another process holds the database. Nothing was changed.

        """

    async def read(self, work: Callable[[UnitOfWork], T]) -> T:
        """Run `work` on a consistent picture; it may not write."""

    @property
    def full(self) -> bool:
        """Whether the disk had no room lately: then nothing new should begin, and what is left is for stops."""
