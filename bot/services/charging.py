"""Start, follow and stop a charge: never twice, never lost.

Everything that moves a charge ends here: the driver's press, the operator's answer, its result, its session pushes,
our own pulls and the clock. Each is one transaction; what must follow is a job row of that same transaction.
"""

import asyncio
import hmac
import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from bot.crashpoints import crash_point
from bot.domain import charge as charges
from bot.domain.charge import OVER, RUNNING, Answer, By, Charge, Place, State
from bot.domain.errors import NotSent, PartnerError, Refused, Why
from bot.domain.identifier import printed_on
from bot.domain.ids import ChargeId, ConnectorId, DriverId, EvseUid, PartnerId, StationId
from bot.domain.pace import Pace
from bot.domain.session import Session, SessionKey, newer
from bot.domain.station import Connector, Evse, Station
from bot.domain.tariff import Tariff
from bot.ports import Card, Clock, CpoGateway, Database, DriverNotifier, Ids, JobKind, UnitOfWork
from bot.services import consequences, offers, passes

log = logging.getLogger(__name__)

STARTS_PER_HOUR = 20
FAILURES_PER_HOUR = 5
HOUR = timedelta(hours=1)
INTRODUCTION = 5.0
"""Seconds an operator may take to be told of a token: the driver is standing there."""

SINCE_BEFORE = timedelta(minutes=10)
"""Sessions are read back from a little before the fence: clocks differ."""


class Command(StrEnum):
    """The commands whose results come back by callback."""

    START = "START_SESSION"
    STOP = "STOP_SESSION"


@dataclass(frozen=True, slots=True)
class Wish:
    """What the driver confirmed: this connector, by this sticker, at this tariff, on this message of the chat.

    `button` is the once-button that was pressed: it wears out with the charge that it begins.
    """

    driver_id: DriverId
    station_id: StationId
    evse_uid: EvseUid
    connector_id: ConnectorId
    tariff: Tariff | None
    shown_at: datetime
    message_id: int | None = None
    button: str | None = None


class Charging:
    """The one service that moves charges."""

    def __init__(
        self,
        db: Database,
        gateway: CpoGateway,
        clock: Clock,
        ids: Ids,
        notifier: DriverNotifier,
        pace: Pace,
        *,
        wake_worker: Callable[[], None] = lambda: None,
    ) -> None:
        self._db = db
        self._gateway = gateway
        self._clock = clock
        self._ids = ids
        self._notifier = notifier
        self._pace = pace
        self._wake_worker = wake_worker

    # ── the driver ───────────────────────────────────────────────────────────────────────────────────────────────

    async def start(self, wish: Wish) -> Charge:
        """Accept the press: afterwards the charge exists on disk and a worker will send its start.

        Raises:
            Refused: with the reason; nothing was begun.

        """
        now = self._clock.now()
        if now - wish.shown_at > self._pace.start_button:
            raise Refused(Why.TOO_LATE)
        if self._db.full:
            raise Refused(Why.STORE_FULL)

        def work(uow: UnitOfWork) -> Charge:
            if wish.button is not None and not uow.buttons.use(wish.button, now):
                return _begun_before(uow, wish)
            charge = self._begin(uow, wish, now)
            uow.charges.add(charge)
            uow.jobs.put(JobKind.START, charge.id, now)
            uow.cards.save(Card(charge.id, chat_id=wish.driver_id, message_id=wish.message_id or 0))
            return charge

        charge = await self._db.write(work)
        crash_point("charge_committed")
        self._moved()
        return charge

    def _begin(self, uow: UnitOfWork, wish: Wish, now: datetime) -> Charge:
        pass_ = passes.usable_pass(uow, wish.driver_id)
        station, evse, connector = _chosen(uow, wish)
        if offers.tariff_of(uow, station, connector, now) != wish.tariff:
            raise Refused(Why.TARIFF_CHANGED)
        if uow.charges.started_since(now - HOUR, driver_id=wish.driver_id) >= STARTS_PER_HOUR:
            raise Refused(Why.TOO_MANY_STARTS, limit=STARTS_PER_HOUR)
        if uow.charges.failed_since(now - HOUR, station.id, evse.uid) >= FAILURES_PER_HOUR:
            raise Refused(Why.CONNECTOR_FAILING, limit=FAILURES_PER_HOUR)
        return charges.begin(
            Charge(
                id=self._ids.charge_id(),
                driver_id=wish.driver_id,
                pass_number=pass_.number,
                contract_id=pass_.contract_id,
                token_uid=self._ids.token_uid(),
                callback_secret=self._ids.secret(),
                place=_place(station, evse, connector),
                made_at=now,
                tariff=wish.tariff,
            ),
        )

    async def stop(self, driver_id: DriverId, charge_id: ChargeId, by: By = By.DRIVER) -> Charge:
        """Keep the wish to stop until the session has ended.

        Raises:
            Refused: NOT_YOURS, or FINISHED when it has ended already.

        """
        now = self._clock.now()

        def work(uow: UnitOfWork) -> Charge:
            before = _owned(uow, driver_id, charge_id)
            return consequences.follow(uow, before, charges.wish_to_stop(before, now, by), now, self._pace)

        charge = await self._db.write(work)
        crash_point("stop_committed")
        self._moved()
        return charge

    # ── the operator ─────────────────────────────────────────────────────────────────────────────────────────────

    async def hear(self, key: SessionKey, change: Callable[[Session | None], Session | None]) -> Session | None:
        """Take a pushed session: `change` makes the new one of the one we hold (a PUT ignores it, a PATCH needs it).

        Returns:
            The session as we hold it afterwards; None when `change` found nothing to change.

        """
        now = self._clock.now()

        def work(uow: UnitOfWork) -> Session | None:
            changed = change(uow.sessions.get(key))
            if changed is not None:
                self._apply(uow, changed, now)
            return uow.sessions.get(key)

        session = await self._db.write(work)
        self._moved()
        return session

    def _apply(self, uow: UnitOfWork, session: Session, now: datetime) -> None:
        kept = newer(uow.sessions.get(session.key), session, now)
        if kept is None:
            return
        charge = _charge_of(uow, kept)
        uow.sessions.save(kept, charge.id if charge else None)
        if charge is None:
            log.warning("session %s of %s belongs to no charge of ours", kept.key.id, kept.key.party)
        elif charges.follows(charge, kept):
            consequences.follow(uow, charge, charges.heard(charge, kept, now), now, self._pace)
        elif kept.status.ran:
            second = consequences.second(uow, charge, kept.key, now)
            consequences.follow(uow, second, charges.heard(second, kept, now), now, self._pace)

    async def command_result(
        self, partner_id: PartnerId, charge_id: ChargeId, secret: str, command: Command, answer: Answer
    ) -> bool:
        """Note an operator's result, a hint; False when no such command went to this partner with this secret."""
        now = self._clock.now()

        def work(uow: UnitOfWork) -> bool:
            before = uow.charges.get(charge_id)
            if before is None or before.place.partner_id != partner_id:
                return False
            if not hmac.compare_digest(before.callback_secret.encode(), secret.encode()):
                return False
            note = charges.result if command is Command.START else charges.stop_result
            after = consequences.follow(uow, before, note(before, answer, now), now, self._pace)
            if command is Command.STOP and answer.why is not None and after.stop_due:
                uow.jobs.put(JobKind.STOP, charge_id, now + self._pace.stop_again(after.stop_tries))
            return True

        known = await self._db.write(work)
        self._moved()
        return known

    # ── the worker: one method per kind of job, each giving when it wants to be called again ─────────────────────

    async def send_start(self, charge_id: ChargeId) -> None:
        """Fence and send. Whatever happens here, this charge's start leaves at most once."""
        charge = await self._db.read(lambda uow: uow.charges.get(charge_id))
        if charge is None or charge.state is not State.NEW:
            return
        if self._clock.now() - charge.made_at > self._pace.start_after_press:
            await self._change(charge_id, lambda c: _if_new(c, Why.TOO_LATE, self._clock.now()))
            return
        language = await self._language(charge.driver_id)
        await self._introduce(charge, language)
        crash_point("start_claimed")
        fenced = await self._fence(charge_id)
        if fenced is None:
            return
        crash_point("start_fenced")
        note = await self._ask_once(fenced, language)
        crash_point("start_sent")
        await self._change(charge_id, note)
        crash_point("start_recorded")

    async def _introduce(self, charge: Charge, language: str) -> None:
        """Some operators start only for tokens they were told of; one that cannot be told may start all the same."""
        try:
            async with asyncio.timeout(INTRODUCTION):
                await self._gateway.push_token(charge, language)
        except PartnerError as error:
            log.info("the token of charge %s could not be pushed: %s", charge.id, error)
        except TimeoutError:
            log.info("the token of charge %s could not be pushed in time", charge.id)

    async def _fence(self, charge_id: ChargeId) -> Charge | None:
        def work(uow: UnitOfWork) -> Charge | None:
            before = uow.charges.get(charge_id)
            if before is None or before.state is not State.NEW:
                return None
            now = self._clock.now()
            try:
                passes.usable_pass(uow, before.driver_id)
            except Refused as refused:
                consequences.follow(uow, before, charges.not_sent(before, refused.why, now), now, self._pace)
                return None
            return consequences.follow(uow, before, charges.fence(before, now), now, self._pace)

        fenced = await self._db.write(work)
        self._moved()
        return fenced

    async def _ask_once(self, charge: Charge, language: str) -> Callable[[Charge], Charge]:
        """Send the start if its fence is fresh; give the note to make of what came back."""
        assert charge.fenced_at is not None
        if not timedelta() <= self._clock.now() - charge.fenced_at <= self._pace.fence_age:
            return lambda c: charges.not_sent(c, Why.TOO_LATE, self._clock.now())
        try:
            answer = await self._gateway.start(charge, language)
        except NotSent as error:
            why = error.why
            log.warning("the start of charge %s was not sent: %s", charge.id, error)
            return lambda c: charges.not_sent(c, why, self._clock.now())
        except PartnerError as error:
            log.warning("the start of charge %s is unclear: %s", charge.id, error)
            return lambda c: charges.no_answer(c, self._clock.now())
        return lambda c: charges.answered(c, answer, self._clock.now())

    async def send_stop(self, charge_id: ChargeId) -> datetime | None:
        """Send a stop; give when to send the next, or None once there is nothing to stop (yet)."""

        def attempt(uow: UnitOfWork) -> Charge | None:
            before = uow.charges.get(charge_id)
            if before is None or not before.stop_due or before.session_key is None:
                return None
            after = charges.stop_attempt(before, self._clock.now())
            uow.charges.save(after)
            return after

        charge = await self._db.read(lambda uow: uow.charges.get(charge_id))
        if charge is not None and charge.stop_tries and charge.state not in RUNNING:
            await self.read_back(charge)  # Nobody else watches a session that never ran.
        charge = await self._db.write(attempt)
        if charge is None:
            return None
        crash_point("stop_before")
        answer = await self._ask_to_stop(charge)
        crash_point("stop_sent")
        after = await self._change(charge_id, lambda c: charges.stop_answered(c, answer, self._clock.now()))
        crash_point("stop_recorded")
        if answer is not None and answer.why is Why.UNKNOWN_SESSION:
            after = await self._still_there(charge)
        if after is None or not after.stop_due:
            return None
        accepted = answer is not None and answer.why is None
        pause = self._pace.stop_accepted if accepted else self._pace.stop_again(after.stop_tries)
        return self._clock.now() + pause

    async def _ask_to_stop(self, charge: Charge) -> Answer | None:
        try:
            return await self._gateway.stop(charge)
        except PartnerError as error:
            log.warning("the stop of charge %s got no answer: %s", charge.id, error)
            return None

    async def _still_there(self, charge: Charge) -> Charge | None:
        """A stop found no such session: only if the operator's list has none either may the charge be over."""
        listed = await self.read_back(charge)
        if listed is None or any(key.names(charge.session_key) for key in listed if charge.session_key):
            return await self._db.read(lambda uow: uow.charges.get(charge.id))
        return await self._change(charge.id, lambda c: charges.forgotten(c, self._pace, self._clock.now()))

    async def resolve(self, charge_id: ChargeId, attempt: int) -> datetime | None:
        """Read sessions back until it is clear whether the start took; give when to look again."""
        charge = await self._db.read(lambda uow: uow.charges.get(charge_id))
        if charge is None or charge.fenced_at is None:
            return None
        await self.read_back(charge)
        now = self._clock.now()
        after = await self._change(charge_id, lambda c: charges.give_up(c, self._pace, now))
        if after is None or after.state in RUNNING | OVER:
            return None
        if now >= after.watch_end(self._pace):
            return None
        upcoming = now + self._pace.read_back(attempt)
        end = after.window_end(self._pace)
        return min(upcoming, end) if now < end else upcoming

    async def watch(self, charge_id: ChargeId) -> datetime | None:
        """Ask the operator when a running session has been quiet; give when to look again."""
        charge = await self._db.read(lambda uow: uow.charges.get(charge_id))
        if charge is None or charge.state not in RUNNING:
            return None
        now = self._clock.now()
        quiet = self._pace.quiet(stopping=charge.state is State.STOPPING)
        if (heard := charge.heard_at or charge.made_at) + quiet > now:
            return heard + quiet
        await self.read_back(charge)
        await self._change(charge_id, lambda c: charges.still_quiet(c, charge.heard_at))
        return now + quiet

    async def next_stage(self, charge_id: ChargeId) -> datetime | None:
        """Let a waiting driver read the next sentence when it is time for it; this never waits for an operator."""
        after = await self._change(charge_id, lambda c: charges.waited(c, self._pace, self._clock.now()))
        return after.next_word_at(self._pace) if after else None

    async def read_back(self, charge: Charge) -> list[SessionKey] | None:
        """Pull the operator's sessions since this charge began, and take each for what it is.

        Returns:
            Those that it listed, or None if it could not be asked.

        """
        since = (charge.fenced_at or charge.made_at) - SINCE_BEFORE
        now = self._clock.now
        listed = []
        try:
            async for session in self._gateway.sessions(charge.place.partner_id, since):
                listed.append(session.key)
                await self._db.write(lambda uow, session=session: self._apply(uow, session, now()))  # type: ignore[misc]
        except PartnerError as error:
            log.warning("sessions could not be read back for charge %s: %s", charge.id, error)
            return None
        finally:
            self._moved()
        return listed

    # ── what all of them share ───────────────────────────────────────────────────────────────────────────────────

    async def _change(self, charge_id: ChargeId, change: Callable[[Charge], Charge]) -> Charge | None:
        def work(uow: UnitOfWork) -> Charge | None:
            before = uow.charges.get(charge_id)
            if before is None:
                return None
            return consequences.follow(uow, before, change(before), self._clock.now(), self._pace)

        after = await self._db.write(work)
        self._moved()
        return after

    async def _language(self, driver_id: DriverId) -> str:
        driver = await self._db.read(lambda uow: uow.drivers.get(driver_id))
        return driver.language if driver else "en"

    def _moved(self) -> None:
        self._notifier.wake()
        self._wake_worker()


def _if_new(charge: Charge, why: Why, now: datetime) -> Charge:
    return charges.not_sent(charge, why, now) if charge.state is State.NEW else charge


def _begun_before(uow: UnitOfWork, wish: Wish) -> Charge:
    """The same press again, as after a crash before its acknowledgement: it began what it began."""
    begun = uow.charges.claimed_by(wish.driver_id)
    if begun is None:
        raise Refused(Why.TOO_LATE)
    return begun


def _owned(uow: UnitOfWork, driver_id: DriverId, charge_id: ChargeId) -> Charge:
    charge = uow.charges.get(charge_id)
    if charge is None or charge.driver_id != driver_id:
        raise Refused(Why.NOT_YOURS)
    return charge


def _charge_of(uow: UnitOfWork, session: Session) -> Charge | None:
    """By the session itself, else by our reference, else by the token made for one charge alone; never by guess."""
    partner_id = session.key.partner_id
    return (
        uow.charges.by_session(session.key)
        or (uow.charges.by_reference(partner_id, session.reference) if session.reference else None)
        or (uow.charges.by_token(partner_id, session.token_uid) if session.token_uid else None)
    )


def _chosen(uow: UnitOfWork, wish: Wish) -> tuple[Station, Evse, Connector]:
    station = uow.stations.get(wish.station_id)
    evse = station.evse(wish.evse_uid) if station else None
    connector = evse.connector(wish.connector_id) if evse else None
    if station is None or evse is None or connector is None or evse not in station.present:
        raise Refused(Why.UNKNOWN_CONNECTOR)
    if not evse.startable:
        raise Refused(Why.NOT_STARTABLE)
    partner = uow.partners.get(station.partner_id)
    if partner is None or not partner.connected:
        raise Refused(Why.NOT_CONNECTED)
    return station, evse, connector


def _place(station: Station, evse: Evse, connector: Connector) -> Place:
    return Place(
        station_id=station.id,
        partner_id=station.partner_id,
        party=station.party,
        location_id=station.location_id,
        evse_uid=evse.uid,
        connector_id=connector.id,
        identifier=printed_on(evse) or "",
        title=station.title,
        address=station.address,
        time_zone=station.time_zone,
        standard=connector.standard,
        watts=connector.watts,
        send_connector=evse.needs_connector,
    )
