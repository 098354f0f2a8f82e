"""Reading a partner's stations and tariffs: page by page, each page stored before the next is asked for.

A whole reading is the new truth: what it did not show is hidden. One since a moment shows changes only. An object of
no use is written down and left out; it never costs its page.
"""

import logging
import random
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final, TypeVar

from bot.domain.errors import AccessRevoked, PartnerError
from bot.domain.ids import PartnerId, Party
from bot.domain.network import Partner
from bot.domain.tariffs.tariff import Tariff
from bot.ocpi.objections import objections
from bot.ocpi.paths import THEIR_ROLE, Module
from bot.ocpi.reader import Note, Notes, Source, read_page
from bot.ocpi.versions import translation
from bot.ocpi.wire import stamp
from bot.ports import Clock, Database, Job, UnitOfWork
from bot.services.partners import Partners
from data.ocpi.client import Access, OcpiClient
from data.ocpi.hubs import with_clients
from data.ocpi.reader import FOREIGN
from data.ocpi.stations import Progress, StationReading, Tell

log = logging.getLogger(__name__)

T = TypeVar("T")

EVERY: Final = timedelta(hours=1)
JITTER: Final = timedelta(minutes=10)
WHOLE_EVERY: Final = 24
"""Of so many readings one is whole."""

SINCE_BEFORE: Final = timedelta(minutes=10)
"""Changes are read from a little before the last reading: clocks differ."""

SOONEST_RETRY: Final = timedelta(minutes=1)
REVOKED_AFTER: Final = 3
"""So many failures in a row, the last a 401, mean that the partner has forgotten us; a single 401 may be a hiccup."""

_MOST_DOUBLINGS: Final = 6


@dataclass(frozen=True, slots=True)
class Pulled:
    """What a reading brought; `hidden` stations are no longer there."""

    tariffs: Progress = field(default_factory=lambda: Progress(Module.TARIFFS))
    locations: Progress = field(default_factory=lambda: Progress(Module.LOCATIONS))
    hidden: int = 0


async def pull(
    client: OcpiClient,
    db: Database,
    partner: Partner,
    us: Party,
    clock: Clock,
    *,
    since: datetime | None = None,
    tell: Tell = lambda _: None,
) -> Pulled:
    """Read all tariffs and then all stations of a partner, or those changed since a moment.

    Raises:
        PartnerError: it could not be asked, or not to the end; the pages that came are stored.

    """
    began = clock.now()
    params = {"date_from": stamp(since)} if since else None
    tariffs = await _TariffReading(client, db, partner, us, clock, tell).all(params)
    locations = await StationReading(client, db, partner, us, clock, tell).all(params)
    hidden = 0
    if since is None and locations.pages:
        hidden = await db.write(lambda uow: uow.stations.absent_since(partner.id, None, began))
    return Pulled(tariffs, locations, hidden)


@dataclass(frozen=True, slots=True)
class _TariffReading:
    """Tariffs are few: they are read here."""

    client: OcpiClient
    db: Database
    partner: Partner
    us: Party
    clock: Clock
    tell: Tell

    async def all(self, params: dict[str, str] | None) -> Progress:
        """Read the tariffs to their end; a partner that does not offer the module has none."""
        progress = Progress(Module.TARIFFS)
        url = self.partner.endpoint(Module.TARIFFS, THEIR_ROLE[Module.TARIFFS])
        if url is None:
            return progress
        read_tariff = translation(self.partner.version).read_tariff
        async for items in self.client.pages(url, Access.to(self.partner, self.us), params):
            notes = Notes()
            found = self._own(read_page(items, read_tariff, self._source(), notes), notes)
            changed = await self._store(found, notes)
            progress = Progress(
                Module.TARIFFS,
                progress.pages + 1,
                progress.objects + len(items),
                progress.changed + changed,
                progress.refused + len(items) - len(found),
            )
            self.tell(progress)
        return progress

    def _source(self) -> Source:
        parties = self.partner.parties
        return Source(self.partner.id, self.clock.now(), parties[0] if len(parties) == 1 else None)

    def _own(self, found: Iterable[tuple[Party, Tariff]], notes: Notes) -> list[tuple[Party, Tariff]]:
        """The tariffs of parties behind this credential: nobody may speak for another (2.2.1 transport, pull)."""
        own = []
        for party, tariff in found:
            if party in self.partner.parties:
                own.append((party, tariff))
            else:
                notes.all.append(Note(str(party), "", FOREIGN, refused=True))
        return own

    async def _store(self, found: Sequence[tuple[Party, Tariff]], notes: Notes) -> int:
        noted = objections(notes, self.partner.id, Module.TARIFFS, self.clock.now())

        def work(uow: UnitOfWork) -> int:
            if noted:
                uow.objections.add(noted)
            return uow.tariffs.put(self.partner.id, found)

        return await self.db.write(work)


class Sync:
    """Keeps the partners' stations up to date: changes every hour, everything once a day and after a failure."""

    def __init__(
        self,
        client: OcpiClient,
        db: Database,
        partners: Partners,
        us: Party,
        clock: Clock,
        *,
        chance: Callable[[], float] = random.random,
    ) -> None:
        self._client = client
        self._db = db
        self._partners = partners
        self._us = us
        self._clock = clock
        self._chance = chance

    async def run(self, job: Job) -> datetime | None:
        """Do a SYNC job; give when to read again, or None for a partner that cannot be asked."""
        partner = await self._partners.get(PartnerId(int(job.key)))
        if partner is None or not partner.connected:
            return None
        whole = partner.last_pull_at is None or partner.failures > 0 or job.attempts % WHOLE_EVERY == 0
        try:
            await self.pull(partner, whole=whole)
        except PartnerError as error:
            log.warning("%s could not be read: %s", partner.name, error)
            return self._clock.now() + min(EVERY, SOONEST_RETRY * (1 << min(partner.failures, _MOST_DOUBLINGS)))
        return self._clock.now() + EVERY + JITTER * self._chance()

    async def pull(self, partner: Partner, *, whole: bool, tell: Tell = lambda _: None) -> Pulled:
        """Read a partner now, and note how that went.

        Raises:
            PartnerError: it could not be asked, or not to the end; AccessRevoked: it says that it does not know us.

        """
        began = self._clock.now()
        partner = await with_clients(self._client, self._partners, partner, began)
        since = None if whole or partner.last_pull_at is None else partner.last_pull_at - SINCE_BEFORE
        try:
            pulled = await pull(self._client, self._db, partner, self._us, self._clock, since=since, tell=tell)
        except PartnerError as error:
            await self._partners.failed(partner.id, str(error))
            if isinstance(error, AccessRevoked) and partner.failures + 1 >= REVOKED_AFTER:
                await self._partners.revoked(partner.id)
            raise
        await self._partners.pulled(partner.id, began)
        return pulled
