"""The pretend operator, wired by hand: city, charge points, OCPI modules, pushes and the control API on one port."""

import random
import socket
from collections.abc import AsyncIterator, Iterable
from contextlib import AsyncExitStack, asynccontextmanager
from types import TracebackType
from typing import Self

import aiohttp
from aiohttp import web

from sandbox.cpo import city
from sandbox.cpo.charging import Charging
from sandbox.cpo.clock import Clock, RealClock
from sandbox.cpo.control import Control
from sandbox.cpo.crew import Crew
from sandbox.cpo.hub import Hub
from sandbox.cpo.ocpi import hub_client_info
from sandbox.cpo.ocpi.cdrs import CdrsModule
from sandbox.cpo.ocpi.commands import CommandsModule
from sandbox.cpo.ocpi.credentials import CredentialsModule
from sandbox.cpo.ocpi.envelope import Envelope
from sandbox.cpo.ocpi.hub_client_info import HubClientInfoModule
from sandbox.cpo.ocpi.locations import LocationsModule
from sandbox.cpo.ocpi.sessions import SessionsModule
from sandbox.cpo.ocpi.tariffs import TariffsModule
from sandbox.cpo.ocpi.tokens import TokensModule
from sandbox.cpo.ocpi.versions import VERSIONS_PATH, Module, Versions
from sandbox.cpo.ocpi.voice import Site, Voice
from sandbox.cpo.partners import Partners
from sandbox.cpo.push import Caller, Pushes
from sandbox.cpo.records import Records
from sandbox.cpo.stations import Party, later
from sandbox.cpo.tariffs import TARIFFS
from sandbox.cpo.traffic import Traffic


class Operator:
    """`async with Operator(...) as operator:` serves until the block ends. All state is in memory and is lost then.

    `port` 0 takes a free one. `token_a` invites a first partner. `speed` multiplies power and shortens delays.
    `public_url` is how peers reach it when that is not http://host:port. `accept_raw` takes tokens without Base64.
    `version` and `dialect` are how it speaks. With `hub` it is a hub with three operators behind one credential.
    """

    def __init__(
        self,
        *,
        seed: int = 1,
        speed: float = 1,
        token_a: str | None = None,
        host: str = "127.0.0.1",
        port: int = 0,
        public_url: str | None = None,
        accept_raw: bool = False,
        traffic: bool = True,
        party: Party | None = None,
        clock: Clock | None = None,
        version: str = "2.2.1",
        dialect: Iterable[str] = (),
        hub: bool = False,
    ) -> None:
        self.voice = Voice.of(version, dialect)
        self.hub = Hub() if hub else None
        self.party = self.hub.party if self.hub else party or Party()
        self.clock = clock or RealClock(speed)
        self.city = city.build(seed, self.hub.members if self.hub else (self.party,))
        self.partners = Partners(self.voice, accept_raw=accept_raw)
        self.kept = Records()
        self.crew = Crew()
        self.base_url = public_url or ""
        self._dice = random.Random(seed)
        self._host, self._port, self._traffic = host, port, traffic
        self._closing = AsyncExitStack()
        if token_a is not None:
            self.partners.invite("the first partner", token_a)

    def set_client(self, party_id: str, status: str, *, slow: bool = False) -> bool:
        """Say how it is with a party behind the hub; False when there is none of that id."""
        client = self.hub.client(party_id) if self.hub else None
        if client is None:
            return False
        client.status, client.slow = status, slow
        client.last_updated = later(client.last_updated, self.clock.now())
        self.pushes.client_changed(hub_client_info.spelt(client))
        return True

    @property
    def versions_url(self) -> str:
        return self.base_url + VERSIONS_PATH

    @property
    def control_url(self) -> str:
        return self.base_url + "/control"

    async def __aenter__(self) -> Self:
        door = socket.create_server((self._host, self._port))
        self.base_url = self.base_url or f"http://{self._host}:{door.getsockname()[1]}"
        async with AsyncExitStack() as closing:
            closing.callback(door.close)
            http = await closing.enter_async_context(aiohttp.ClientSession())
            closing.push_async_callback(self.crew.dismiss)
            self.caller = Caller(http, self.party, self.clock, self._dice, self.voice)
            runner = web.AppRunner(self._application(), access_log=None, shutdown_timeout=0.2)
            await runner.setup()
            closing.push_async_callback(runner.cleanup)
            self._runner, self._site = runner, web.SockSite(runner, door)
            await self._site.start()
            self._closing = closing.pop_all()
        if self._traffic:
            self.crew.start(Traffic(self.city, self.charging, self.clock, self._dice).run(), "traffic")
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._closing.aclose()

    @asynccontextmanager
    async def closed(self) -> AsyncIterator[None]:
        """Nobody is at home meanwhile: connections end and new ones are refused, also those of the control API."""
        port = self._site._sock.getsockname()[1]  # noqa: SLF001  aiohttp shows it nowhere else
        await self._site.stop()
        assert self._runner.server is not None, "it was opened"
        for connection in self._runner.server.connections:
            connection.force_close()
        try:
            yield
        finally:
            self._site = web.SockSite(self._runner, socket.create_server((self._host, port)))
            await self._site.start()

    def _application(self) -> web.Application:
        self.pushes = pushes = Pushes(self.caller, self.partners, self.clock, self.crew)
        self.charging = Charging(self.city, self.kept, pushes, self.clock, self.crew, self._dice)
        envelope = Envelope(self.partners, self.party, self.clock, self.voice, self.hub)
        app = web.Application(client_max_size=2**20, middlewares=[envelope.no_such_thing])
        modules = self._modules()
        envelope.mount(app, Versions(Site(self.base_url, self.voice), modules).routes())
        for module in modules:
            envelope.mount(app, module.routes)
        app.add_routes(Control(self).routes())
        return app

    def _modules(self) -> list[Module]:
        site, kept, party = Site(self.base_url, self.voice), self.kept, self.party
        parties = self.hub.members if self.hub else (party,)
        modules = [
            CredentialsModule(site, parties, self.caller, self.hub.party if self.hub else None).module(),
            LocationsModule(site, self.city).module(),
            TariffsModule(site, TARIFFS.values(), parties).module(),
            TokensModule(site, kept).module(),
            CommandsModule(site, self.city, kept, self.charging, self.clock).module(),
            SessionsModule(site, kept).module(),
            CdrsModule(site, kept).module(),
        ]
        return [*modules, HubClientInfoModule(site, self.hub).module()] if self.hub else modules
