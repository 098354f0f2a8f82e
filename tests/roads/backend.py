"""Everything of the bot but the chat, on loopback, for drivers who go the whole road at many operators at once."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from decimal import Decimal
from itertools import count
from typing import Any

from bot.app import SystemClock
from bot.domain.charge import Charge, State
from bot.domain.driver import Driver, Pass, PassStatus
from bot.domain.ids import ChargeId, DriverId, PassNumber, station_id
from bot.domain.network import Partner
from bot.domain.pace import Pace
from bot.domain.station import Evse, Station
from bot.nursery import Nursery
from bot.ocpi.credentials import Provider
from bot.ports import Job, JobKind, UnitOfWork
from bot.services.charging import Charging, Wish
from bot.services.monitor import Monitor
from bot.services.partners import Partners
from bot.services.receipts import Receipts
from bot.services.stations import Stations
from data.ocpi.client import OcpiClient
from data.ocpi.gateway import OcpiGateway
from data.ocpi.registration import Handshakes
from data.ocpi.sync import Sync
from handlers.ocpi.exchange import Desk
from handlers.ocpi.gate import Gate
from handlers.ocpi.routes import ocpi_routes
from handlers.web import build_web, serving
from sandbox.cpo.operator import Operator
from sandbox.cpo.physics import Car
from tests.data.ocpi.test_registration import free_address
from tests.fakes.database import FakeDatabase
from tests.fakes.ids import SeededIds
from tests.fakes.notifier import FakeNotifier
from tests.handlers.ocpi.room import US

PATIENCE = 20.0


class Backend:
    """`add` connects it with an operator, `road` lets a driver charge there."""

    def __init__(self, address: str, client: OcpiClient, nursery: Nursery, pace: float) -> None:
        self.db, self.clock, self.ids, self.pace = FakeDatabase(), SystemClock(), SeededIds(77), Pace(pace)
        us = Provider(US, "Chargebot", address)
        self.gateway = OcpiGateway(client, self.db, us, self.clock)
        self.partners = Partners(self.db, self.clock, ["a secret"])
        self.handshakes = Handshakes(client, self.partners, us)
        self.sync = Sync(client, self.db, self.partners, US, self.clock)
        self.stations = Stations(self.db, self.gateway, self.clock)
        self.bell = asyncio.Event()
        self.charging = Charging(
            self.db, self.gateway, self.clock, self.ids, FakeNotifier(), self.pace, wake_worker=self.bell.set
        )
        self.receipts = Receipts(self.db, self.gateway, self.clock, FakeNotifier(), self.pace)
        self.desk = Desk(
            us,
            self.db,
            self.clock,
            self.ids,
            self.partners,
            self.stations,
            self.charging,
            self.receipts,
            self.handshakes,
            Gate(self.clock, per_second=1000),
        )
        self._monitor = Monitor(self.db, self.clock, nursery, self._work(), "roads", wake=self.bell.set)
        self._monitor.width = 200
        self._drivers = count(1)

    def _work(self) -> dict[JobKind, Any]:
        async def start(job: Job) -> None:
            await self.charging.send_start(ChargeId(job.key))

        return {
            JobKind.START: start,
            JobKind.STOP: lambda job: self.charging.send_stop(ChargeId(job.key)),
            JobKind.RESOLVE: lambda job: self.charging.resolve(ChargeId(job.key), job.attempts),
            JobKind.STAGE: lambda job: self.charging.next_stage(ChargeId(job.key)),
            JobKind.WATCH: lambda job: self.charging.watch(ChargeId(job.key)),
            JobKind.BILL: lambda job: self.receipts.look(ChargeId(job.key), job.attempts),
        }

    async def work(self) -> None:
        while True:
            self.bell.clear()
            due = await self._monitor.tick()
            pause = 1.0 if due is None else (due - self.clock.now()).total_seconds()
            try:
                async with asyncio.timeout(max(0.0, min(pause, 1.0))):
                    await self.bell.wait()
            except TimeoutError:
                pass

    # ── operators and drivers ────────────────────────────────────────────────────────────────────────────────────

    async def add(self, operator: Operator) -> Partner:
        """Register and read everything."""
        token = operator.partners.invite("Chargebot").invitation
        partner = await self.handshakes.register(operator.versions_url, token or "")
        await self.sync.pull(partner, whole=True)
        return (await self.partners.get(partner.id)) or partner

    async def station(self, partner: Partner, operator: Operator, place: int = 0) -> Station:
        """The station that stands at this place of the map; exactly its operator's."""
        location = operator.city.locations[place]
        party = next(it for it in partner.parties if it.party_id == location.owner.party_id)
        station = await self.stations.get(station_id(partner.id, party, location.id))
        assert station is not None, f"{location.id} is not known"
        return station

    async def press(self, station: Station, evse: Evse) -> Charge:
        """A new driver confirms the first connector of this charge point and presses Start."""
        driver_id = DriverId(next(self._drivers))
        number = PassNumber(f"NL-CHB-C{driver_id:08d}")

        def furnish(uow: UnitOfWork) -> None:
            uow.drivers.save(Driver(driver_id, "Ana", "en", self.clock.now()))
            uow.drivers.save_pass(Pass(number, driver_id, number, PassStatus.ACTIVE, self.clock.now()))

        await self.db.write(furnish)
        connector = evse.connectors[0]
        offer = await self.stations.offer(station.id, evse.uid, connector.id)
        return await self.charging.start(
            Wish(driver_id, station.id, evse.uid, connector.id, offer.tariff, self.clock.now())
        )

    @staticmethod
    def plug(operator: Operator, place: int, evse: Evse) -> None:
        """A car comes to this charge point."""
        location = operator.city.locations[place]
        pole = next(it for it in location.evses if it.uid.casefold() == evse.uid.casefold())
        operator.charging.plug_in(location, pole, pole.connectors[0], Car("a car", Decimal(52)))

    async def until(self, charge: Charge, holds: Callable[[Charge], bool]) -> Charge:
        """Wait until this is so of the charge, and give it.

        Raises:
            AssertionError: it never was; says what is so.

        """
        found: Charge | None = None
        for _ in range(int(PATIENCE / 0.01)):
            found = await self.db.read(lambda uow: uow.charges.get(charge.id))
            if found is not None and holds(found):
                return found
            await asyncio.sleep(0.01)
        raise AssertionError(f"the charge stayed {found.state if found else 'nowhere'}: {found}")

    async def kwh(self, charge: Charge) -> Any:
        key = charge.session_key
        session = await self.db.read(lambda uow: uow.sessions.get(key)) if key else None
        return session.kwh if session else 0

    async def until_rising(self, charge: Charge) -> None:
        readings: set[Any] = set()
        for _ in range(int(PATIENCE / 0.01)):
            if kwh := await self.kwh(charge):
                readings.add(kwh)
            if len(readings) > 1:
                return
            await asyncio.sleep(0.01)
        raise AssertionError(f"the energy did not rise: {readings}")

    async def road(self, partner: Partner, operator: Operator, place: int = 0) -> Charge:
        """Find, start, watch, stop, be billed; what a driver and an operator must agree on is checked on the way."""
        station = await self.station(partner, operator, place)
        await self.stations.refresh(station.id)
        station = await self.station(partner, operator, place)
        evse = station.evses[0]
        assert evse.startable
        charge = await self.press(station, evse)
        self.plug(operator, place, evse)
        charge = await self.until(charge, lambda it: it.state is State.CHARGING)
        await self.until_rising(charge)
        await self.charging.stop(charge.driver_id, charge.id)
        await self.until(charge, lambda it: it.state in {State.ENDED, State.BILLED})
        return await self.until(charge, lambda it: it.state is State.BILLED)


@asynccontextmanager
async def open_backend(pace: float = 0.1) -> AsyncIterator[Backend]:
    address, port = free_address()

    async def health() -> dict[str, object]:
        return {}

    async with AsyncExitStack() as rooms:
        nursery = await rooms.enter_async_context(Nursery())
        client = await rooms.enter_async_context(OcpiClient(SeededIds(5), allow_private=True))
        backend = Backend(address, client, nursery, pace)
        await rooms.enter_async_context(serving(build_web(ocpi_routes(backend.desk), health), "127.0.0.1", port))
        nursery.start(backend.work(), "worker")
        yield backend
