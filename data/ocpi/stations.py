"""Reading a partner's stations: a short list here, a long one in a process of its own; only here it is stored.

Each page is looked at twice: a glance tells which of its objects are as last time, and only the others are read. They
are stored in small transactions, so that nobody who searches waits for a whole page.
"""

import asyncio
import os
import sys
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Mapping, Sequence
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final, Protocol

from bot.domain.errors import PartnerError, Unclear
from bot.domain.ids import PartnerId, Party, StationId
from bot.domain.network import Partner
from bot.ocpi.objections import objections
from bot.ocpi.paths import THEIR_ROLE, Module
from bot.ports import Clock, Database, Ready, UnitOfWork
from bot.services.alerts import tell_freed
from bot.services.partners import PUSH_NOTED_EVERY
from data.ocpi.client import Access, OcpiClient
from data.ocpi.messages import End, Failed, Got, Message, Order, Page, Want, hear, say
from data.ocpi.reader import LocationReader, Marked, Read

LONGEST_HERE: Final = 200
"""So many objects of a list are read here; what is left, or a longer page, in a process of its own."""

AT_ONCE: Final = 50
"""Stations stored in one transaction."""

_ROOT: Final = Path(__file__).parents[2]


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a reading has come, after each page."""

    module: str
    pages: int = 0
    objects: int = 0
    changed: int = 0
    refused: int = 0


Tell = Callable[[Progress], None]


class _PageAhead(Protocol):
    """A page that has come and is not read yet: say what is wanted of it, then take that."""

    marks: Sequence[Marked]

    async def want(self, places: list[int], received_at: datetime) -> None: ...

    async def take(self) -> Read: ...


@dataclass(slots=True)
class _HerePage:
    marks: Sequence[Marked]
    items: list[bytes]
    reader: LocationReader
    read: Read | None = None

    async def want(self, places: list[int], received_at: datetime) -> None:
        self.read = self.reader.read([self.items[place] for place in places], received_at)

    async def take(self) -> Read:
        return self.read or Read((), (), 0)


@dataclass(slots=True)
class _AwayPage:
    marks: Sequence[Marked]
    process: "_Process"

    async def want(self, places: list[int], received_at: datetime) -> None:
        await self.process.say(Want(places, received_at))

    async def take(self) -> Read:
        match await self.process.hear():
            case Got(read):
                return read
            case other:
                raise _failure(other)


def _failure(message: Message) -> PartnerError:
    if isinstance(message, Failed):
        return message.error
    return Unclear("the reading process said something that nobody asked it")


class _Process:
    """Our end of the reading process; whatever happens to it, the partner was not read to the end, and that is all."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        assert process.stdin is not None
        assert process.stdout is not None
        self._in, self._out = process.stdin, process.stdout

    async def say(self, message: Message) -> None:
        try:
            await say(self._in, message)
        except ConnectionError:
            raise Unclear("the reading process has ended") from None

    async def hear(self) -> Message:
        try:
            return await hear(self._out)
        except (asyncio.IncompleteReadError, ConnectionError):
            raise Unclear("the reading process has ended") from None

    async def pages(self, order: Order) -> AsyncGenerator[_PageAhead]:
        await self.say(order)
        while True:
            match await self.hear():
                case Page(marks):
                    yield _AwayPage(marks, self)
                case End():
                    return
                case other:
                    raise _failure(other)


@asynccontextmanager
async def _reading_process() -> AsyncIterator[_Process]:
    names = (name for name in os.environ if not name.startswith("CHARGEBOT_"))
    environment = {name: os.environ[name] for name in names} | {"PYTHONPATH": str(_ROOT)}
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "data.ocpi.worker",
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        env=environment,
    )
    try:
        yield _Process(process)
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


@dataclass(frozen=True, slots=True)
class StationReading:
    """One reading of one partner's stations, whole or since a moment (then `params` say since when)."""

    client: OcpiClient
    db: Database
    partner: Partner
    us: Party
    clock: Clock
    tell: Tell

    async def all(self, params: dict[str, str] | None) -> Progress:
        """Read and store all pages; a partner that does not offer the module has nothing.

        Raises:
            PartnerError: it could not be asked, or not to the end; the pages that came are stored.

        """
        url = self.partner.endpoint(Module.LOCATIONS, THEIR_ROLE[Module.LOCATIONS])
        if url is None:
            return Progress(Module.LOCATIONS)
        pages = self._pages(url, params)
        async with aclosing(pages):
            return await self._through(pages, self.clock.now())

    async def _pages(self, url: str, params: dict[str, str] | None) -> AsyncGenerator[_PageAhead]:
        """The first objects are read here; the process, which takes a while to begin, reads what is left of many."""
        access = Access.to(self.partner, self.us)
        reader = LocationReader(self.partner.id, self.partner.parties, self.partner.version)
        seen = 0
        left: str | None = None
        async with aclosing(self.client.unread_pages(url, access, params)) as pages:
            async for page in pages:
                if len(page.items) > LONGEST_HERE:
                    left = page.here
                    break
                yield _HerePage(reader.marks(page.items), page.items, reader)
                seen += len(page.items)
                if seen > LONGEST_HERE and page.following is not None:
                    left = page.following
                    break
        if left is not None:
            async with _reading_process() as process, aclosing(process.pages(self._order(left, access))) as further:
                async for ahead in further:
                    yield ahead

    def _order(self, url: str, access: Access) -> Order:
        route = None if access.route is None else (access.route.sender, access.route.to)
        return Order(
            url,
            access.token,
            access.base64_tokens,
            route,
            self.partner.id,
            self.partner.parties,
            self.partner.version,
            self.client.allow_private,
        )

    async def _through(self, pages: AsyncIterator[_PageAhead], asked_at: datetime) -> Progress:
        """While one page is stored, the next is read; each counts once it is stored."""
        done = Progress(Module.LOCATIONS)
        waiting: tuple[int, Read, datetime] | None = None
        try:
            async for page in pages:
                await page.want(await self._look(page.marks), self.clock.now())
                if waiting is not None:
                    ahead, waiting = waiting, None
                    done = await self._finish(done, *ahead)
                waiting = len(page.marks), await page.take(), asked_at
                asked_at = self.clock.now()
        except PartnerError:
            if waiting is not None:
                await self._finish(done, *waiting)
            raise
        return done if waiting is None else await self._finish(done, *waiting)

    async def _look(self, marks: Sequence[Marked]) -> list[int]:
        """The places of those that must be read; the others are heard of again."""
        ids = [mark.id for mark in marks if mark.id is not None]
        now = self.clock.now()

        def work(uow: UnitOfWork) -> list[int]:
            known = uow.stations.sources(ids)
            wanted = [place for place, mark in enumerate(marks) if not _same(mark, known)]
            left = set(wanted)
            uow.stations.heard([mark.id for place, mark in enumerate(marks) if place not in left and mark.id], now)
            return wanted

        return await self.db.write(work)

    async def _finish(self, done: Progress, objects: int, read: Read, asked_at: datetime) -> Progress:
        changed = 0
        if noted := objections(read.notes, self.partner.id, Module.LOCATIONS, self.clock.now()):
            await self.db.write(lambda uow: uow.objections.add(noted))
        for start in range(0, len(read.ready), AT_ONCE):
            some = read.ready[start : start + AT_ONCE]
            changed += await self.db.write(_put(self.partner.id, some, asked_at))
        done = Progress(
            Module.LOCATIONS,
            done.pages + 1,
            done.objects + objects,
            done.changed + changed,
            done.refused + read.refused,
        )
        self.tell(done)
        return done


def _same(mark: Marked, known: Mapping[StationId, bytes]) -> bool:
    return mark.id is not None and known.get(mark.id) == mark.source


def _put(partner_id: PartnerId, some: Sequence[Ready], asked_at: datetime) -> Callable[[UnitOfWork], int]:
    def work(uow: UnitOfWork) -> int:
        partner = uow.partners.get(partner_id)
        pushed_at = partner.last_push_at if partner else None
        if pushed_at is None or pushed_at < asked_at - PUSH_NOTED_EVERY:
            return _stored(uow, some)
        older = {one.id for one in some if _pushed_meanwhile(uow, one, asked_at)}
        uow.stations.heard(sorted(older), max(one.heard_at for one in some))
        return _stored(uow, [one for one in some if one.id not in older])

    return work


def _stored(uow: UnitOfWork, some: Sequence[Ready]) -> int:
    """Put, and tell who waited for one of them."""
    changed = uow.stations.put_ready(some)
    if some:
        tell_freed(uow, [one.id for one in some], max(one.heard_at for one in some))
    return changed


def _pushed_meanwhile(uow: UnitOfWork, pulled: Ready, asked_at: datetime) -> bool:
    """A station pushed while its page was on the way may be newer than the page."""
    held = uow.stations.get(StationId(pulled.id))
    heard_at = held.last_heard_at if held else None
    return not (held is None or heard_at is None or heard_at < asked_at or held.last_updated < pulled.last_updated)
