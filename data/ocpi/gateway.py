"""Operators, asked in their own version of OCPI: the CpoGateway of the real world. It asks once and never retries."""

import logging
from collections.abc import AsyncIterator, Callable, Iterable
from dataclasses import replace
from datetime import datetime
from typing import Any, TypeVar

from bot.domain.charge import Answer, Charge
from bot.domain.driver import Pass
from bot.domain.errors import NotSent, PartnerError, StoreError, Unclear, Why
from bot.domain.ids import PartnerId, Party
from bot.domain.network import Partner
from bot.domain.reservation import Reservation
from bot.domain.session import Cdr, Session
from bot.domain.station import Station
from bot.ocpi.commands import Command, write_cancel, write_reserve, write_unlock
from bot.ocpi.credentials import Provider
from bot.ocpi.errors import OcpiError
from bot.ocpi.kinds import Kind
from bot.ocpi.objections import objections
from bot.ocpi.paths import THEIR_ROLE, Module, below, response_url
from bot.ocpi.reader import Note, Notes, Source, read_page
from bot.ocpi.tokens import APP_USER, RFID, Bearer, write_card_token, write_token
from bot.ocpi.versions import SPOKEN, Translation, translation
from bot.ocpi.wire import stamp
from bot.ports import Clock, Database
from data.ocpi.client import Access, OcpiClient, PeerSaidNo
from data.ocpi.reader import FOREIGN

T = TypeVar("T")

log = logging.getLogger(__name__)


class OcpiGateway:
    """Implements bot.ports.CpoGateway with the credentials that the database holds at the moment of asking."""

    def __init__(self, client: OcpiClient, database: Database, us: Provider, clock: Clock) -> None:
        self._client = client
        self._database = database
        self._us = us
        self._clock = clock

    # ── commands ─────────────────────────────────────────────────────────────────────────────────────────────────

    async def start(self, charge: Charge, language: str) -> Answer:
        """See CpoGateway."""
        partner = await self._partner(charge.place.partner_id)
        if not partner.reaches(charge.place.party):
            raise NotSent(f"{partner.name} says that {charge.place.party} cannot be reached")
        token = write_token(charge, self._us, language, valid=True, updated=charge.made_at)
        body = translation(partner.version).write_start(
            charge, token, self._response_url(partner, Command.START_SESSION, charge)
        )
        return await self._command(partner, Command.START_SESSION, charge, body, language)

    async def stop(self, charge: Charge) -> Answer:
        """See CpoGateway."""
        if charge.session_key is None:
            raise NotSent("there is no session to stop yet")
        partner = await self._partner(charge.place.partner_id)
        body = translation(partner.version).write_stop(
            charge.session_key.id, self._response_url(partner, Command.STOP_SESSION, charge)
        )
        return await self._command(partner, Command.STOP_SESSION, charge, body, await self._language(charge))

    async def unlock(self, charge: Charge) -> Answer:
        """See CpoGateway."""
        partner = await self._partner(charge.place.partner_id)
        body = write_unlock(charge.place, self._response_url(partner, Command.UNLOCK_CONNECTOR, charge))
        return await self._command(partner, Command.UNLOCK_CONNECTOR, charge, body, await self._language(charge))

    async def reserve(self, reservation: Reservation, language: str) -> Answer:
        """See CpoGateway."""
        partner = await self._partner(reservation.place.partner_id)
        if not partner.reaches(reservation.place.party):
            raise NotSent(f"{partner.name} says that {reservation.place.party} cannot be reached")
        token = write_token(reservation, self._us, language, valid=True, updated=reservation.made_at)
        url = self._response_url(partner, Command.RESERVE_NOW, reservation)
        body = translation(partner.version).theirs(Kind.RESERVE, write_reserve(reservation, token, url))
        return await self._command(partner, Command.RESERVE_NOW, reservation, body, language)

    async def cancel_reservation(self, reservation: Reservation) -> Answer:
        """See CpoGateway."""
        partner = await self._partner(reservation.place.partner_id)
        if not translation(partner.version).reservations_end:
            raise NotSent(f"OCPI {partner.version} cannot cancel a reservation: it ends by itself")
        body = write_cancel(reservation, self._response_url(partner, Command.CANCEL_RESERVATION, reservation))
        language = await self._language(reservation)
        return await self._command(partner, Command.CANCEL_RESERVATION, reservation, body, language)

    async def _language(self, charge: Bearer) -> str:
        driver = await self._database.read(lambda uow: uow.drivers.get(charge.driver_id))
        return driver.tongue if driver else "en"

    def _response_url(self, partner: Partner, command: Command, charge: Bearer) -> str:
        return response_url(self._us.public_url, partner.version, command, charge.id, charge.callback_secret)

    async def _command(
        self, partner: Partner, command: Command, charge: Bearer, body: dict[str, Any], language: str
    ) -> Answer:
        url = below(_endpoint(partner, Module.COMMANDS), command)
        access = Access.to(partner, self._us.party, charge.place.party)
        try:
            reply = await self._client.request("POST", url, access, body, correlation_id=charge.id)
        except PeerSaidNo as no:
            return Answer(Why.REJECTED, message=no.message)
        notes = Notes()
        try:
            return translation(partner.version).read_answer(reply.one, notes, language)
        except OcpiError as error:
            raise Unclear(f"{command}: {error.message}") from None
        finally:
            await self._object(partner.id, Module.COMMANDS, notes)

    # ── tokens ───────────────────────────────────────────────────────────────────────────────────────────────────

    async def push_token(self, charge: Charge, language: str) -> None:
        """See CpoGateway."""
        partner = await self._partner(charge.place.partner_id)
        endpoint = partner.endpoint(Module.TOKENS, THEIR_ROLE[Module.TOKENS])
        if endpoint is None:
            return
        us = self._us.party
        url = below(endpoint, us.country_code, us.party_id, charge.token_uid)
        token = write_token(charge, self._us, language, valid=True, updated=charge.made_at)
        version = translation(partner.version)
        access = Access.to(partner, us, charge.place.party)
        params = {"type": APP_USER} if version.token_types else None
        body = version.theirs(Kind.TOKEN, token)
        await self._client.request("PUT", url, access, body, params=params, correlation_id=charge.id)

    async def push_card(self, partner_id: PartnerId, card: Pass, language: str) -> None:
        """See CpoGateway."""
        partner = await self._partner(partner_id)
        endpoint = partner.endpoint(Module.TOKENS, THEIR_ROLE[Module.TOKENS])
        if endpoint is None:
            return
        us = self._us.party
        version = translation(partner.version)
        body = version.theirs(Kind.TOKEN, write_card_token(card, self._us, language))
        params = {"type": RFID} if version.token_types else None
        url = below(endpoint, us.country_code, us.party_id, card.uid)
        await self._client.request("PUT", url, Access.to(partner, us), body, params=params)

    # ── pulls ────────────────────────────────────────────────────────────────────────────────────────────────────

    async def sessions(self, partner_id: PartnerId, since: datetime) -> AsyncIterator[Session]:
        """See CpoGateway."""
        async for session in self._pull(partner_id, since, Module.SESSIONS, _sessions_of, lambda one: one.key.party):
            yield session

    async def cdrs(self, partner_id: PartnerId, since: datetime) -> AsyncIterator[Cdr]:
        """See CpoGateway."""
        async for cdr in self._pull(partner_id, since, Module.CDRS, _cdrs_of, lambda cdr: cdr.party):
            yield cdr

    async def _pull(
        self,
        partner_id: PartnerId,
        since: datetime,
        module: Module,
        reader: Callable[[Translation], Callable[[object, Source, Notes], T]],
        party_of: Callable[[T], Party],
    ) -> AsyncIterator[T]:
        """What changed since then of the parties behind this credential: nobody may speak for another."""
        partner = await self._partner(partner_id)
        read = reader(translation(partner.version))
        access = Access.to(partner, self._us.party)
        async for items in self._client.pages(_endpoint(partner, module), access, {"date_from": stamp(since)}):
            notes = Notes()
            objects = []
            for item in read_page(items, read, self._source(partner), notes):
                if party_of(item) in partner.parties:
                    objects.append(item)
                else:
                    notes.all.append(Note(str(party_of(item)), "", FOREIGN, refused=True))
            await self._object(partner.id, module, notes)
            for item in objects:
                yield item

    async def refresh(self, station: Station) -> Station | None:
        """See CpoGateway."""
        partner = await self._partner(station.partner_id)
        url = below(_endpoint(partner, Module.LOCATIONS), station.location_id)
        access = Access.to(partner, self._us.party, station.party)
        try:
            reply = await self._client.request("GET", url, access)
        except PeerSaidNo as no:
            if no.unknown_object:
                return None
            raise
        notes = Notes()
        source = replace(self._source(partner), party=station.party, object_id=station.location_id)
        try:
            return translation(partner.version).read_station(reply.one, source, notes)
        except OcpiError as error:
            notes.all.append(Note(station.location_id, "", error.message, refused=True))
            raise PartnerError(f"location {station.location_id}: {error.message}") from None
        finally:
            await self._object(partner.id, Module.LOCATIONS, notes)

    # ── common ───────────────────────────────────────────────────────────────────────────────────────────────────

    async def _partner(self, partner_id: PartnerId) -> Partner:
        partner = await self._database.read(lambda uow: uow.partners.get(partner_id))
        if partner is None or not partner.connected:
            raise NotSent(f"partner {partner_id} is not connected")
        if partner.version not in SPOKEN:
            raise NotSent(f"{partner.name} is registered with a version of OCPI that we do not speak")
        return partner

    def _source(self, partner: Partner) -> Source:
        return Source(partner.id, self._clock.now(), _only(partner.parties))

    async def _object(self, partner_id: PartnerId, module: Module, notes: Iterable[Note]) -> None:
        """Write down what could not be used; that this fails must not cost the answer it belongs to."""
        found = objections(notes, partner_id, module, self._clock.now())
        if not found:
            return
        try:
            await self._database.write(lambda uow: uow.objections.add(found))
        except StoreError as error:
            log.warning("%d objections to partner %s were not written down: %r", len(found), partner_id, error)


def _endpoint(partner: Partner, module: Module) -> str:
    url = partner.endpoint(module, THEIR_ROLE[module])
    if url is None:
        raise NotSent(f"{partner.name} offers no {module}")
    return url


def _only(parties: tuple[Party, ...]) -> Party | None:
    return parties[0] if len(parties) == 1 else None


def _sessions_of(version: Translation) -> Callable[[object, Source, Notes], Session]:
    return version.read_session


def _cdrs_of(version: Translation) -> Callable[[object, Source, Notes], Cdr]:
    return version.read_cdr
