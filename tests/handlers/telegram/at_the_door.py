"""The whole bot behind the strict Bot API server, in one process: real handlers and services over fakes of the rest.

Time is the machine's, plus what a test lets pass by hand; everything that waits for the clock is then looked at anew.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from bot.app import _work
from bot.domain.charge import Charge
from bot.domain.ids import ChargeId, DriverId, EvseUid
from bot.domain.pace import Pace
from bot.domain.session import Cdr, Session, SessionStatus
from bot.domain.station import Station
from bot.domain.tariffs.tariff import Tariff
from bot.nursery import Nursery
from bot.ports import Card, Database, Job, JobKind, Notice, UnitOfWork
from bot.services.alerts import Alerts
from bot.services.charging import Charging
from bot.services.contacts import Contacts
from bot.services.drivers import Drivers
from bot.services.favourites import Favourites
from bot.services.feedback import Feedback
from bot.services.following import Following
from bot.services.history import History
from bot.services.monitor import Monitor
from bot.services.networks import Networks
from bot.services.passes import Codes, Passes
from bot.services.personal import Personal
from bot.services.preferences import Preferences
from bot.services.receipts import Receipts
from bot.services.stations import Stations
from bot.services.support import Support
from handlers.pictures.safe import picture_trouble
from handlers.telegram.application import Telegram
from handlers.telegram.context import Kit
from handlers.telegram.front_door import all_handlers
from handlers.telegram.keyboards import Keyboards
from handlers.telegram.notifier import Notifier
from handlers.telegram.services import Services
from handlers.telegram.wire.api import Bot
from handlers.telegram.wire.limiter import Limiter, Rates
from handlers.telegram.wire.outgoing import Outgoing
from sandbox.telegram.people import Person, Shown
from sandbox.telegram.people import Telegram as People
from tests.fakes.database import FakeDatabase
from tests.fakes.gateway import FakeGateway
from tests.fakes.ids import SeededIds
from tests.handlers.telegram.room import TOKEN, WallClock, telegram_server, until
from tests.samples import CITY, EVSE, PARTY, TARIFF, a_cdr, a_key, a_partner, a_session, a_station

HARBOUR = (52.3700, 4.9000)
STICKER = "NL*CIT*E3256*1"
HOTLINE = "+31 20 555 0100"


class ShiftedClock(WallClock):
    """The machine's time, and as much later as a test has let pass."""

    def __init__(self) -> None:
        self.ahead = timedelta()

    def now(self) -> datetime:
        return super().now() + self.ahead


@dataclass
class Town:
    """What a test may look at and turn."""

    people: People
    database: Database
    clock: ShiftedClock
    gateway: FakeGateway
    charging: Charging
    receipts: Receipts
    stations: Stations
    drivers: Drivers
    following: Following
    notifier: Notifier
    telegram: Telegram
    ring: Callable[[], None]

    # ── drivers ──────────────────────────────────────────────────────────────────────────────────────────────────

    async def driver(self, name: str = "Ana", language: str = "en") -> Person:
        return await self.people.person(name, language=language)

    async def forge_press(self, person: Person, message: Shown, data: str) -> None:
        """A press by this person of a button that was never theirs, as a manipulated app could send it."""
        user = {"id": person.id, "is_bot": False, "first_name": person.name}
        chat = {"id": person.id, "type": "private", "first_name": person.name}
        about = {"message_id": message.id, "date": 1_772_452_800, "chat": chat, "text": "x"}
        query = {"id": "1", "from": user, "chat_instance": "1", "data": data, "message": about}
        await self.telegram.inbox.take([{"update_id": 999_999_999, "callback_query": query}])

    async def to_price(self, driver: Person, sticker: str = STICKER) -> Shown:
        """Ask for a connector by its sticker and confirm it; give the card with the price."""
        await driver.say(sticker)
        card = await driver.wait_message("Does the station say this?")
        await driver.press(card, "Yes, it says this")
        return await driver.wait_message("Price")

    async def to_waiting(self, driver: Person, sticker: str = STICKER) -> tuple[Shown, Charge]:
        """Press start; give the live card of the charge whose start is out."""
        price = await self.to_price(driver, sticker)
        await driver.press(price, "⚡ Start charging")
        card = await driver.wait_message("is asking the station")
        return card, await self.latest(driver)

    async def to_charging(self, driver: Person, sticker: str = STICKER, **facts: Any) -> tuple[Shown, Charge]:
        """Charge; give the live card of the running charge."""
        _, charge = await self.to_waiting(driver, sticker)
        await self.push(charge, **facts)
        return await driver.wait_message("⚡ Charging", where=lambda m: m.has_button("⏹ Stop charging")), charge

    async def to_ended(self, driver: Person) -> tuple[Shown, Charge]:
        _, charge = await self.to_charging(driver)
        await self.push(charge, SessionStatus.COMPLETED, end=self.clock.now())
        return await driver.wait_message("✅ Charging has ended"), charge

    # ── the operator ─────────────────────────────────────────────────────────────────────────────────────────────

    async def push(self, charge: Charge, status: SessionStatus = SessionStatus.ACTIVE, **changes: Any) -> None:
        """The operator's session of this charge, as of now."""
        charge = await self.charge(charge)
        now = self.clock.now()
        facts = {
            "key": charge.session_key or a_key(f"S-{charge.id}"),
            "reference": charge.id,
            "token_uid": charge.token_uid,
            "start": charge.made_at,
            "evse_uid": charge.place.evse_uid,
            "kwh": Decimal("1.5"),
            "last_updated": now,
        }
        session = a_session(status, **(facts | changes))
        await self.charging.hear(session.key, lambda _: session)

    async def bill(self, charge: Charge, **changes: Any) -> Cdr:
        charge = await self.charge(charge)
        facts = {"reference": charge.id, "token_uid": charge.token_uid, "session_id": None, "start": charge.made_at}
        cdr = a_cdr(**(facts | {"end": self.clock.now(), "last_updated": self.clock.now()} | changes))
        await self.receipts.receive(cdr)
        return cdr

    async def change_tariff(self, tariff: Tariff) -> None:
        await self.stations.receive_tariffs(CITY, [(PARTY, tariff)])

    async def change_station(self, **changes: Any) -> Station:
        station = replace(a_station(), **({"last_updated": self.clock.now()} | changes))
        await self.stations.receive([station])
        return station

    # ── time and memory ──────────────────────────────────────────────────────────────────────────────────────────

    def let_pass(self, seconds: float) -> None:
        self.clock.ahead += timedelta(seconds=seconds)
        self.ring()
        self.notifier.wake()

    async def charge(self, charge: Charge) -> Charge:
        found = await self.database.read(lambda uow: uow.charges.get(charge.id))
        assert found is not None
        return found

    async def latest(self, driver: Person) -> Charge:
        return next(iter(await self.charges(driver)))

    async def charges(self, driver: Person) -> list[Charge]:
        return list(await self.database.read(lambda uow: uow.charges.of_driver(DriverId(driver.id), 100)))

    async def card(self, charge: Charge) -> Card | None:
        return await self.database.read(lambda uow: uow.cards.get(charge.id))

    async def notice(self, driver: Person, kind: str, charge: Charge | None, **facts: Any) -> None:
        charge_id = charge.id if charge else None
        note = Notice(DriverId(driver.id), kind, facts.pop("lane"), self.clock.now(), charge_id, facts)
        await self.database.write(lambda uow: uow.notices.add(note))
        self.notifier.wake()

    async def waiting_notices(self) -> list[str]:
        """The kinds of all notices that are neither told nor given up."""
        late = self.clock.now() + timedelta(days=365)
        return [notice.kind for notice in await self.database.read(lambda uow: uow.notices.due(late, 100))]

    async def quiet(self, rounds: int = 3) -> None:
        """Wait until nothing is waiting to be told, several times in a row."""
        seen = 0
        while seen < rounds:
            await asyncio.sleep(0.02)
            late = self.clock.now() + timedelta(days=365)
            waiting = await self.database.read(
                lambda uow, late=late: (uow.charges.to_show(9), uow.notices.due(late, 9))
            )
            seen = 0 if any(waiting) else seen + 1


@asynccontextmanager
async def town(database: Database | None = None, *, hotline: str = HOTLINE) -> AsyncIterator[Town]:
    """One connected operator with a station of two charge points at the harbour; every driver gets a pass."""
    async with telegram_server() as (server, people), Nursery() as nursery:
        clock, ids, pace, limiter = ShiftedClock(), SeededIds(), Pace(), Limiter(Rates.unlimited())
        database = database or FakeDatabase()
        gateway = FakeGateway(clock)  # type: ignore[arg-type]  it only reads the time
        bells = [asyncio.Event() for _ in range(3)]

        def ring() -> None:
            for bell in bells:
                bell.set()

        drivers, following = Drivers(database, clock, ids, "NL-CHB"), Following(database, clock)
        notifier = Notifier(database, clock, nursery, following, drivers, hotline=hotline)
        charging = Charging(database, gateway, clock, ids, notifier, pace, wake_worker=ring)
        receipts = Receipts(database, gateway, clock, notifier, pace)
        stations = Stations(database, gateway, clock, wake=notifier.wake)
        passes = Passes(database, gateway, clock, ids, notifier, pace, Codes(["key"]), wake_worker=ring)
        networks = Networks(database, clock, picture_trouble)
        bot = Bot(TOKEN, api_url=server.url, limiter=limiter)
        outgoing = Outgoing(bot, limiter, clock, nursery)
        keyboards = Keyboards(database, clock, ids, b"secret")
        services = Services(
            charging,
            drivers,
            following,
            stations,
            networks,
            passes,
            Preferences(database, clock),
            Personal(database, clock, "key", wake_worker=ring),
            hotline,
            notifier.wake,
            asking=notifier.asking,
            contacts=Contacts(database, hotline, "24/7"),
            history=History(database, clock),
            feedback=Feedback(database, clock),
            favourites=Favourites(database, clock),
            support=Support(database, clock, pace, charging, gateway),
            alerts=Alerts(database, gateway, clock, pace, wake=notifier.wake, wake_worker=ring),
        )
        telegram = Telegram(bot, Kit(database, clock, nursery, outgoing, keyboards, services), all_handlers())
        await database.write(_furnish)
        lanes = _lanes(charging, receipts, passes)
        await telegram.start()
        for number, (lane, bell) in enumerate(zip(lanes, bells, strict=True)):
            monitor = Monitor(database, clock, nursery, lane, f"lane {number}", wake=ring)
            nursery.start(_work(clock, monitor, bell), "worker")
        nursery.start(notifier.run(outgoing, keyboards, "@town_bot"), "notifier")
        polling = nursery.start(telegram.poll(), "polling")
        try:
            yield Town(
                people,
                database,
                clock,
                gateway,
                charging,
                receipts,
                stations,
                drivers,
                following,
                notifier,
                telegram,
                ring,
            )
        finally:
            polling.cancel()
            await telegram.stop(1.0)


def _furnish(uow: UnitOfWork) -> None:
    uow.partners.add(a_partner())
    uow.stations.put([a_station()])
    uow.tariffs.put(CITY, [(PARTY, TARIFF)])


def _lanes(charging: Charging, receipts: Receipts, passes: Passes) -> list[dict[JobKind, Any]]:
    async def start(job: Job) -> None:
        await charging.send_start(ChargeId(job.key))

    return [
        {JobKind.STOP: lambda job: charging.send_stop(ChargeId(job.key))},
        {JobKind.START: start},
        {
            JobKind.RESOLVE: lambda job: charging.resolve(ChargeId(job.key), job.attempts),
            JobKind.STAGE: lambda job: charging.next_stage(ChargeId(job.key)),
            JobKind.WATCH: lambda job: charging.watch(ChargeId(job.key)),
            JobKind.GUARD: lambda job: charging.guard(ChargeId(job.key)),
            JobKind.CARD: lambda job: passes.tell_operator(job.key, job.attempts),
            JobKind.BILL: lambda job: receipts.look(ChargeId(job.key), job.attempts),
        },
    ]


__all__ = ["EVSE", "HARBOUR", "HOTLINE", "STICKER", "EvseUid", "Session", "Town", "town", "until"]
