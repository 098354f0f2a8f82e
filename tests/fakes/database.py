"""A database in memory that keeps the promises of bot.ports; the contract tests run on it and on the true ones."""

import asyncio
from collections.abc import Callable
from functools import cached_property
from types import MappingProxyType
from typing import Any, TypeVar

from bot.domain.errors import StoreError
from bot.ports import UnitOfWork
from tests.fakes.alerts import FakeAlerts
from tests.fakes.catalogue import FakeNetworks
from tests.fakes.charging import FakeCards, FakeCdrs, FakeCharges, FakeReadings, FakeSessions
from tests.fakes.feedback import FakeFeedback
from tests.fakes.networks import FakeObjections, FakePartners, FakeStations, FakeTariffs
from tests.fakes.people import FakeAttempts, FakeButtons, FakeDialogues, FakeDrivers
from tests.fakes.personal import FakePersonal
from tests.fakes.tables import TABLES, Rows, Tables
from tests.fakes.tickets import FakeTickets
from tests.fakes.work import FakeInbox, FakeJobs, FakeNotices

T = TypeVar("T")


class Opened(dict[str, Rows]):
    """The tables that a transaction has looked at: each is opened when it is first asked for."""

    def __init__(self, tables: Tables, open_table: Callable[[Rows], Any]) -> None:
        super().__init__()
        self._tables = tables
        self._open = open_table

    def __missing__(self, name: str) -> Rows:
        self[name] = self._open(self._tables[name])
        return self[name]


class FakeUnitOfWork:
    """Its stores are made when they are first asked for: the storms run half a million transactions."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables

    @cached_property
    def stations(self) -> FakeStations:
        return FakeStations(self._tables)

    @cached_property
    def partners(self) -> FakePartners:
        return FakePartners(self._tables, self.stations)

    @cached_property
    def tariffs(self) -> FakeTariffs:
        return FakeTariffs(self._tables)

    @cached_property
    def networks(self) -> FakeNetworks:
        return FakeNetworks(self._tables, self.stations)

    @cached_property
    def drivers(self) -> FakeDrivers:
        return FakeDrivers(self._tables)

    @cached_property
    def personal(self) -> FakePersonal:
        return FakePersonal(self._tables)

    @cached_property
    def attempts(self) -> FakeAttempts:
        return FakeAttempts(self._tables)

    @cached_property
    def charges(self) -> FakeCharges:
        return FakeCharges(self._tables)

    @cached_property
    def sessions(self) -> FakeSessions:
        return FakeSessions(self._tables)

    @cached_property
    def cdrs(self) -> FakeCdrs:
        return FakeCdrs(self._tables)

    @cached_property
    def readings(self) -> FakeReadings:
        return FakeReadings(self._tables)

    @cached_property
    def jobs(self) -> FakeJobs:
        return FakeJobs(self._tables)

    @cached_property
    def notices(self) -> FakeNotices:
        return FakeNotices(self._tables)

    @cached_property
    def cards(self) -> FakeCards:
        return FakeCards(self._tables)

    @cached_property
    def inbox(self) -> FakeInbox:
        return FakeInbox(self._tables)

    @cached_property
    def dialogues(self) -> FakeDialogues:
        return FakeDialogues(self._tables)

    @cached_property
    def buttons(self) -> FakeButtons:
        return FakeButtons(self._tables)

    @cached_property
    def feedback(self) -> FakeFeedback:
        return FakeFeedback(self._tables)

    @cached_property
    def objections(self) -> FakeObjections:
        return FakeObjections(self._tables)

    @cached_property
    def alerts(self) -> FakeAlerts:
        return FakeAlerts(self._tables)

    @cached_property
    def tickets(self) -> FakeTickets:
        return FakeTickets(self._tables)


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
        copies = Opened(self._tables, dict)
        result = work(FakeUnitOfWork(copies))
        self._tables = {**self._tables, **copies}
        return result

    async def read(self, work: Callable[[UnitOfWork], T]) -> T:
        await asyncio.sleep(0)
        try:
            return work(FakeUnitOfWork(Opened(self._tables, MappingProxyType)))
        except (TypeError, AttributeError) as error:
            if "mappingproxy" in str(error):
                raise StoreError("a read may not write") from error
            raise
