"""The only file that knows every room: it wires them by hand, and starts and stops them in order."""

import asyncio
import hashlib
import logging
import os
import secrets
import signal
import tempfile
import uuid
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Final

from aiohttp import web
from cryptography.fernet import Fernet, MultiFernet
from telegram.error import BadRequest

from bot.doctor import Doctor
from bot.domain.errors import StoreError
from bot.domain.ids import ChargeId, DriverId, Party, StationId, TokenUid
from bot.domain.pace import Pace
from bot.nursery import Nursery
from bot.ocpi.credentials import Provider
from bot.ocpi.paths import versions_url
from bot.office import Office, OfficeError
from bot.ports import Clock, Database, Job, JobKind, UnitOfWork
from bot.services.alerts import Alerts
from bot.services.charging import Charging
from bot.services.contacts import Contacts
from bot.services.drivers import Drivers
from bot.services.favourites import Favourites
from bot.services.feedback import Feedback
from bot.services.following import Following
from bot.services.history import History
from bot.services.importing import Importing
from bot.services.monitor import Monitor, Work
from bot.services.networks import Networks
from bot.services.partners import Partners
from bot.services.passes import Codes, Passes
from bot.services.personal import Personal, forget_old_bills
from bot.services.preferences import Preferences
from bot.services.receipts import Receipts
from bot.services.reconciling import Reconciling
from bot.services.reserving import Reserving
from bot.services.stations import Stations
from bot.services.support import Support
from bot.settings import Settings, SettingsError, Webhook
from data.db.engine import open_database
from data.ocpi.client import OcpiClient, Patience
from data.ocpi.gateway import OcpiGateway
from data.ocpi.registration import Handshakes
from data.ocpi.sync import Sync
from handlers.control import control_socket
from handlers.ocpi.exchange import Desk
from handlers.ocpi.gate import Gate
from handlers.ocpi.routes import ocpi_routes
from handlers.pictures.safe import picture_trouble
from handlers.telegram.application import Telegram
from handlers.telegram.context import Kit
from handlers.telegram.front_door import all_handlers
from handlers.telegram.keyboards import Keyboards
from handlers.telegram.menu import present
from handlers.telegram.notifier import Notifier
from handlers.telegram.relaying import Relaying
from handlers.telegram.services import Services
from handlers.telegram.wire.api import Bot
from handlers.telegram.wire.limiter import Limiter
from handlers.telegram.wire.outgoing import Outgoing
from handlers.telegram.wire.polling import TokenRefused
from handlers.web import build_web, serving

log = logging.getLogger(__name__)

HANDSHAKE_PATIENCE: Final = Patience(total=120)
LONGEST_WAIT: Final = 30.0
AFTER_FAILURE: Final = 1.0
FINISH_WITHIN: Final = 10.0
LONGEST_SOCKET: Final = 100
"""Bytes that every system takes for the path of a socket."""

KEEP_UPDATES: Final = timedelta(hours=48)
KEEP_BUTTONS: Final = timedelta(hours=24)
KEEP_ATTEMPTS: Final = timedelta(hours=24)
KEEP_PLACES: Final = timedelta(minutes=10)
TIDY_EVERY: Final = 240.0
"""Seconds; with KEEP_PLACES, where a driver stood is gone within a quarter of an hour."""


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)  # noqa: TID251  the one place where time comes from

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


class RandomIds:
    """Ids nobody can guess."""

    def charge_id(self) -> ChargeId:
        return ChargeId(str(uuid.uuid4()))

    def secret(self) -> str:
        return secrets.token_urlsafe(16)

    def token_uid(self) -> TokenUid:
        return TokenUid(secrets.token_hex(10).upper())


@dataclass(frozen=True)
class House:
    """Everything behind the doors: what we do, what we remember and whom we ask."""

    settings: Settings
    clock: Clock
    nursery: Nursery
    database: Database
    notifier: Notifier
    relaying: Relaying
    services: Services
    office: Office
    desk: Desk
    monitors: tuple[tuple[Monitor, asyncio.Event], ...]
    reconciling: Reconciling


@asynccontextmanager
async def opened(settings: Settings) -> AsyncIterator[House]:
    """The house with nobody at its doors yet.

    Raises:
        SettingsError, StoreError: with one sentence for people.

    """
    settings.need("secret_keys")
    clock, ids, pace = SystemClock(), RandomIds(), Pace(settings.pace)
    owner = secrets.token_hex(8)
    us = Provider(Party.of(settings.country_code, settings.party_id), settings.business_name, settings.reachable_at)
    cipher = MultiFernet([Fernet(key) for key in settings.fernet_keys])
    bells = (asyncio.Event(), asyncio.Event(), asyncio.Event())

    def ring() -> None:
        for bell in bells:
            bell.set()

    async with AsyncExitStack() as rooms:
        database = await rooms.enter_async_context(open_database(settings.database_url, cipher=cipher))
        nursery = await rooms.enter_async_context(Nursery())
        client = await rooms.enter_async_context(OcpiClient(ids, allow_private=settings.allow_private_addresses))
        gateway = OcpiGateway(client, database, us, clock)
        partners = Partners(database, clock, settings.all_derived("partner-tokens"), wake_worker=ring)
        patient = await rooms.enter_async_context(
            OcpiClient(ids, allow_private=settings.allow_private_addresses, patience=HANDSHAKE_PATIENCE)
        )
        handshakes = Handshakes(patient, partners, us)
        drivers = Drivers(database, clock, ids, str(us.party))
        following = Following(database, clock)
        contacts = Contacts(database, settings.hotline, settings.hotline_hours)
        notifier = Notifier(database, clock, nursery, following, drivers, hotline=contacts.hotline.number)
        stations = Stations(database, gateway, clock, wake=notifier.wake)
        alerts = Alerts(database, gateway, clock, pace, wake=notifier.wake, wake_worker=ring)
        charging = Charging(
            database,
            gateway,
            clock,
            ids,
            notifier,
            pace,
            starts_per_hour=settings.starts_per_hour,
            wake_worker=ring,
        )
        receipts = Receipts(database, gateway, clock, notifier, pace)
        codes = Codes(settings.all_derived("activation-codes"))
        passes = Passes(database, gateway, clock, ids, notifier, pace, codes, wake_worker=ring)
        importing = Importing(database, clock, codes, settings.derived("contracts"), str(us.party))
        personal = Personal(database, clock, settings.derived("pseudonyms"), wake_worker=ring)
        networks = Networks(database, clock, picture_trouble)
        feedback = Feedback(database, clock)
        gate = Gate(clock, per_second=settings.ocpi_per_second)
        sync = Sync(client, database, partners, us.party, clock)
        reconciling = Reconciling(database, gateway, clock, charging, receipts)
        history = History(database, clock)
        relaying = Relaying(database, clock, nursery, history, contacts, settings.support_chat_id or 0)
        support = Support(
            database,
            clock,
            pace,
            charging,
            gateway,
            enabled=settings.support_chat_id is not None,
            wake=relaying.wake,
            wake_worker=ring,
        )
        working = (charging, receipts, sync, passes, personal, reconciling, alerts, support)
        yield House(
            settings,
            clock,
            nursery,
            database,
            notifier,
            relaying,
            Services(
                charging,
                drivers,
                following,
                stations,
                networks,
                passes,
                Preferences(database, clock),
                personal,
                contacts.hotline.number,
                notifier.wake,
                asking=notifier.asking,
                contacts=contacts,
                history=history,
                feedback=feedback,
                favourites=Favourites(database, clock),
                support=support,
                alerts=alerts,
            ),
            Office(
                partners,
                handshakes,
                sync,
                versions_url(us.public_url),
                networks,
                importing,
                feedback,
                Doctor(settings, database, partners, clock),
            ),
            Desk(
                us,
                database,
                clock,
                ids,
                partners,
                stations,
                charging,
                receipts,
                handshakes,
                gate,
                Reserving(database, gateway, clock, ids, settings.all_derived("reservations")),
            ),
            tuple(
                (Monitor(database, clock, nursery, lane, owner, wake=ring), bell)
                for lane, bell in zip(_lanes(*working), bells, strict=True)
            ),
            reconciling,
        )


def _lanes(
    charging: Charging,
    receipts: Receipts,
    sync: Sync,
    passes: Passes,
    personal: Personal,
    reconciling: Reconciling,
    alerts: Alerts,
    support: Support,
) -> tuple[dict[JobKind, Work], ...]:
    """Who does which job. Stops have a lane of their own: nothing else can stand in their way."""

    async def start(job: Job) -> None:
        await charging.send_start(ChargeId(job.key))

    stops: dict[JobKind, Work] = {JobKind.STOP: lambda job: charging.send_stop(ChargeId(job.key))}
    starts: dict[JobKind, Work] = {JobKind.START: start}
    others: dict[JobKind, Work] = {
        JobKind.RESOLVE: lambda job: charging.resolve(ChargeId(job.key), job.attempts),
        JobKind.STAGE: lambda job: charging.next_stage(ChargeId(job.key)),
        JobKind.WATCH: lambda job: charging.watch(ChargeId(job.key)),
        JobKind.GUARD: lambda job: charging.guard(ChargeId(job.key)),
        JobKind.BILL: lambda job: receipts.look(ChargeId(job.key), job.attempts),
        JobKind.CARD: lambda job: passes.tell_operator(job.key, job.attempts),
        JobKind.LEAVE: lambda job: personal.finish_leaving(DriverId(int(job.key))),
        JobKind.ALERT: lambda job: alerts.look(StationId(job.key)),
        JobKind.SYNC: sync.run,
        JobKind.RECONCILE: reconciling.run,
        JobKind.TICKET: lambda job: support.remind(int(job.key), job.attempts),
    }
    return stops, starts, others


async def run(settings: Settings, *, on_ready: Callable[[], None] = lambda: None) -> None:
    """Serve until SIGINT or SIGTERM.

    Raises:
        SettingsError, StoreError, PortTaken, TokenRefused: with one sentence for people.

    """
    settings.need("telegram_token")
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    async with opened(settings) as house:
        if settings.sqlite_file is not None:
            # Whoever held a job is gone: only one process at a time can be here.
            await house.database.write(lambda uow: uow.jobs.release(None))
        await house.reconciling.plan_all()
        telegram, outgoing, keyboards = _telegram(house)
        try:
            async with AsyncExitStack() as doors:
                await doors.enter_async_context(serving(_web(house, telegram), *settings.address))
                await doors.enter_async_context(control_socket(socket_path(settings), house.office.do, OfficeError))
                for monitor, bell in house.monitors:
                    house.nursery.start(_work(house.clock, monitor, bell), "worker")
                house.nursery.start(_tidy(house), "tidy")
                talking = house.nursery.start(_talk(house, telegram, outgoing, keyboards, on_ready), "telegram")
                await _until(stop, talking, house.nursery)
        finally:
            await telegram.stop(FINISH_WITHIN)


def _telegram(house: House) -> tuple[Telegram, Outgoing, Keyboards]:
    settings = house.settings
    limiter = Limiter()
    bot = Bot(settings.telegram_token.get_secret_value(), api_url=settings.bot_api, limiter=limiter)
    outgoing = Outgoing(bot, limiter, house.clock, house.nursery)
    secret = settings.derived("buttons").encode()
    keyboards = Keyboards(house.database, house.clock, RandomIds(), secret)
    kit = Kit(house.database, house.clock, house.nursery, outgoing, keyboards, house.services)
    return Telegram(bot, kit, all_handlers()), outgoing, keyboards


def _web(house: House, telegram: Telegram | None) -> web.Application:
    routes: list[web.AbstractRouteDef] = list(ocpi_routes(house.desk))
    mode = house.settings.mode
    if telegram is not None and isinstance(mode, Webhook):
        routes.append(telegram.webhook(mode.path, mode.secret))

    async def health() -> dict[str, object]:
        await house.database.read(lambda uow: uow.partners.all())
        return {"status": "ok"}

    return build_web(routes, health)


async def _talk(
    house: House, telegram: Telegram, outgoing: Outgoing, keyboards: Keyboards, on_ready: Callable[[], None]
) -> Exception | None:
    """Greet Telegram, however long that takes, and listen until cancelled; give what we cannot go on with."""
    mode = house.settings.mode
    try:
        await telegram.start()
        name = f"@{telegram.application.bot.username}"
        house.nursery.start(house.notifier.run(outgoing, keyboards, name), "notifier")
        house.nursery.start(present(telegram.application.bot, house.clock), "menu")
        if house.services.support.enabled:
            await house.services.support.leave_old()
            house.nursery.start(house.relaying.run(outgoing, keyboards), "relaying")
        if isinstance(mode, Webhook):
            await telegram.announce(mode.url, mode.secret)
        on_ready()
        await (asyncio.Event().wait() if isinstance(mode, Webhook) else telegram.poll())
    except TokenRefused as error:
        return error
    except BadRequest as error:
        return SettingsError(f"CHARGEBOT_PUBLIC_URL: Telegram does not take it for a webhook ({error.message})")
    return None


async def _until(stop: asyncio.Event, talking: asyncio.Task[Exception | None], nursery: Nursery) -> None:
    """Wait for the signal; what ends the talking ends the wait with its error."""
    signalled: asyncio.Task[object] = nursery.start(stop.wait(), "signal")
    await asyncio.wait({signalled, talking}, return_when=asyncio.FIRST_COMPLETED)
    if not talking.done():
        talking.cancel()
    elif error := talking.result():
        raise error


async def _work(clock: Clock, monitor: Monitor, bell: asyncio.Event) -> None:
    """Call the worker whenever something is due or somebody wakes it; a failing store does not end it."""
    while True:
        bell.clear()
        try:
            due = await monitor.tick()
        except Exception:
            log.exception("the worker could not look for jobs")
            await clock.sleep(AFTER_FAILURE)
            continue
        pause = LONGEST_WAIT if due is None else (due - clock.now()).total_seconds()
        try:
            async with asyncio.timeout(max(0.0, min(pause, LONGEST_WAIT))):
                await bell.wait()
        except TimeoutError:
            pass


async def _tidy(house: House) -> None:
    """Forget what nobody can ask for any more."""
    while True:
        try:
            await house.database.write(partial(_forget, now=house.clock.now()))
        except StoreError as error:
            log.warning("old rows could not be removed: %s", error)
        await house.clock.sleep(TIDY_EVERY)


def _forget(uow: UnitOfWork, now: datetime) -> None:
    uow.inbox.prune(now - KEEP_UPDATES)
    uow.buttons.prune(now - KEEP_BUTTONS)
    uow.attempts.prune(now - KEEP_ATTEMPTS)
    uow.dialogues.forget_places(now - KEEP_PLACES)
    forget_old_bills(uow, now)


@asynccontextmanager
async def answering_peers(house: House) -> AsyncIterator[None]:
    """Serve OCPI alone, for a handshake while the bot itself is not running."""
    async with serving(_web(house, None), *house.settings.address):
        yield


def socket_path(settings: Settings) -> Path:
    """Where the running bot takes commands: beside its database file or in ./var; where that is too deep, in /tmp."""
    path = (settings.sqlite_file or Path("var") / "chargebot.db").with_suffix(".sock")
    if len(os.fsencode(path)) <= LONGEST_SOCKET:
        return path
    name = hashlib.sha256(os.fsencode(path)).hexdigest()[:16]
    return Path(tempfile.gettempdir()) / f"chargebot-{os.getuid()}-{name}.sock"
