"""A database in memory that keeps the promises of bot.ports; the contract tests run on it and on the true ones."""

import asyncio
from collections.abc import Callable
from types import MappingProxyType
from typing import Any, TypeVar

from bot.domain.errors import StoreError
from bot.ports import UnitOfWork
from tests.fakes.catalogue import FakeNetworks
from tests.fakes.charging import FakeCards, FakeCdrs, FakeCharges, FakeReadings, FakeSessions
from tests.fakes.feedback import FakeFeedback
from tests.fakes.networks import FakeObjections, FakePartners, FakeStations, FakeTariffs
from tests.fakes.people import FakeAttempts, FakeButtons, FakeDialogues, FakeDrivers
from tests.fakes.personal import FakePersonal
from tests.fakes.tables import TABLES, Tables
from tests.fakes.work import FakeInbox, FakeJobs, FakeNotices

T = TypeVar("T")


class FakeUnitOfWork:
    def __init__(self, tables: Tables) -> None:
        self.stations = FakeStations(tables)
        self.partners = FakePartners(tables, self.stations)
        self.tariffs = FakeTariffs(tables)
        self.networks = FakeNetworks(tables, self.stations)
        self.drivers = FakeDrivers(tables)
        self.personal = FakePersonal(tables)
        self.attempts = FakeAttempts(tables)
        self.charges = FakeCharges(tables)
        self.sessions = FakeSessions(tables)
        self.cdrs = FakeCdrs(tables)
        self.readings = FakeReadings(tables)
        self.jobs = FakeJobs(tables)
        self.notices = FakeNotices(tables)
        self.cards = FakeCards(tables)
        self.inbox = FakeInbox(tables)
        self.dialogues = FakeDialogues(tables)
        self.buttons = FakeButtons(tables)
        self.feedback = FakeFeedback(tables)
        self.objections = FakeObjections(tables)


class FakeDatabase:
    """Set `trouble` to have every write fail with it, and `full` to say that the disk is."""

    def __init__(self) -> None:
        self._tables: Tables = {name: {} for name in TABLES}
        self.trouble: StoreError | None = None
        self.full = False

    async def write(self, work: Callable[[UnitOfWork], T]) -> T:
        await asyncio.sleep(0)
        if self.trouble is not None:
            raise self.trouble
        copy = {name: dict(rows) for name, rows in self._tables.items()}
        result = work(FakeUnitOfWork(copy))
        self._tables = copy
        return result

    async def read(self, work: Callable[[UnitOfWork], T]) -> T:
        await asyncio.sleep(0)
        frozen: Any = {name: MappingProxyType(rows) for name, rows in self._tables.items()}
        try:
            return work(FakeUnitOfWork(frozen))
        except (TypeError, AttributeError) as error:
            if "mappingproxy" in str(error):
                raise StoreError("a read may not write") from error
            raise
