"""Starting a charge: the press, the fence and the one send."""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.crashpoints import crash_point
from bot.domain import charge as charges
from bot.domain.catalogue import OwnFee
from bot.domain.charge import Charge, Place, State
from bot.domain.errors import NotSent, PartnerError, Refused, Why
from bot.domain.identifier import printed_on
from bot.domain.ids import ChargeId, ConnectorId, DriverId, EvseUid, StationId
from bot.domain.station import Connector, Evse, Station
from bot.domain.tariffs.tariff import Tariff
from bot.ports import Card, JobKind, UnitOfWork
from bot.services import consequences, offers, passes
from bot.services.moving import Moving

log = logging.getLogger(__name__)

FAILURES_PER_HOUR = 5
HOUR = timedelta(hours=1)
INTRODUCTION = 5.0
"""Seconds an operator may take to be told of a token: the driver is standing there."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What the driver confirmed: this connector, by this sticker, at this tariff and fee, on this message of the chat.

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
    fee: OwnFee | None = None


class Starting(Moving):
    """From the driver's press to the operator's answer: never twice."""

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
        station, evse, connector = chosen(uow, wish)
        network = uow.networks.get(station.party)
        agreed = (offers.tariff_of(uow, station, connector, now), network.fee if network else None)
        if agreed != (wish.tariff, wish.fee):
            raise Refused(Why.TARIFF_CHANGED)
        if _started(uow, wish.driver_id, now - HOUR) >= self._starts_per_hour:
            raise Refused(Why.TOO_MANY_STARTS, limit=self._starts_per_hour)
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
                place=place_of(station, evse, connector),
                business=_by_default(uow, wish.driver_id),
                made_at=now,
                tariff=wish.tariff,
                fee=wish.fee,
            ),
        )

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
                passes.still_usable(uow, before.driver_id, before.pass_number)
                _still_open(uow, before)
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


def _if_new(charge: Charge, why: Why, now: datetime) -> Charge:
    return charges.not_sent(charge, why, now) if charge.state is State.NEW else charge


def _still_open(uow: UnitOfWork, charge: Charge) -> None:
    """The network may have been switched off since the press."""
    network = uow.networks.get(charge.place.party)
    if network is not None and not network.enabled:
        raise Refused(Why.NOT_STARTABLE)


def _begun_before(uow: UnitOfWork, wish: Wish) -> Charge:
    """The same press again, as after a crash before its acknowledgement: it began what it began."""
    begun = uow.charges.claimed_by(wish.driver_id)
    if begun is None:
        raise Refused(Why.TOO_LATE)
    return begun


def _started(uow: UnitOfWork, driver_id: DriverId, since: datetime) -> int:
    """How many starts the driver has pressed since then; a card held to a reader is none."""
    made = uow.charges.started_since(since, driver_id=driver_id)
    return made - sum(charge.swiped for charge in uow.charges.of_driver(driver_id, limit=made))


def _by_default(uow: UnitOfWork, driver_id: DriverId) -> bool:
    """Whether the driver's charges are business ones unless marked otherwise."""
    driver = uow.drivers.get(driver_id)
    return driver is not None and driver.business


def chosen(uow: UnitOfWork, wish: Wish) -> tuple[Station, Evse, Connector]:
    """What the driver confirmed, if it can be started from afar now.

    Raises:
        Refused: saying why it cannot.

    """
    station = uow.stations.get(wish.station_id)
    evse = station.evse(wish.evse_uid) if station else None
    connector = evse.connector(wish.connector_id) if evse else None
    if station is None or evse is None or connector is None or evse not in station.present:
        raise Refused(Why.UNKNOWN_CONNECTOR)
    if not evse.startable:
        raise Refused(Why.NOT_STARTABLE)
    partner = uow.partners.get(station.partner_id)
    if partner is None or not partner.connected or not partner.reaches(station.party):
        raise Refused(Why.NOT_CONNECTED)
    return station, evse, connector


def place_of(station: Station, evse: Evse, connector: Connector) -> Place:
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
