"""The page's own server: static files, what drivers do with their cars, and errands to the two other servers.

async with StreetPage(world.operator, world.server.url, port=0) as page:
    print(page.url)
"""

import socket
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

import aiohttp
import orjson
from aiohttp import web

from sandbox.cpo.operator import Operator
from sandbox.street import scene
from sandbox.street.bot_switch import BotSwitch
from sandbox.street.cars import CannotBe, Cars
from sandbox.street.errand import Errand
from sandbox.street.live import Live
from sandbox.street.sticker import photographed
from sandbox.telegram.people import Telegram
from sandbox.world import WorldError

STATIC: Final = Path(__file__).parent / "static"
MAX_UPLOAD: Final = 20 << 20
DRIVERS: Final = (("Ana", "en", "+31612340001"), ("Bram", "nl", "+31612340002"), ("Clara", "de", "+4915712340003"))
AGENT: Final = "Noor"
_HEADERS: Final = {
    "Content-Security-Policy": (
        "default-src 'self'; img-src 'self' blob: data:; media-src 'self' blob:; frame-ancestors 'none'"
    ),
    "Cache-Control": "no-cache",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}


class StreetPage:
    """`switch` is None where no bot of ours runs. A `port` that somebody else has is exchanged for a free one.

    With `support` there is also an agent with a forum, of which the bot is told.
    """

    def __init__(
        self,
        operator: Operator,
        telegram_url: str,
        switch: BotSwitch | None = None,
        *,
        port: int = 0,
        support: bool = False,
    ) -> None:
        self._operator = operator
        self._telegram_url = telegram_url
        self._switch = switch
        self._port = port
        self._cars = Cars(operator)
        self._closing = AsyncExitStack()
        self._with_support = support
        self._agent = 0
        self.support_chat = 0
        self.url = ""

    async def __aenter__(self) -> Self:
        async with AsyncExitStack() as closing:
            http = await closing.enter_async_context(aiohttp.ClientSession())
            telegram = await closing.enter_async_context(Telegram(self._telegram_url))
            await _invite_drivers(telegram)
            if self._with_support:
                await self._invite_agent(telegram)
            door = _door(self._port)
            closing.callback(door.close)
            runner = web.AppRunner(self._application(http, telegram), access_log=None, shutdown_timeout=0.2)
            await runner.setup()
            closing.push_async_callback(runner.cleanup)
            await web.SockSite(runner, door).start()
            self.url = f"http://127.0.0.1:{door.getsockname()[1]}"
            self._closing = closing.pop_all()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._closing.aclose()

    def _application(self, http: aiohttp.ClientSession, telegram: Telegram) -> web.Application:
        live = Live(self._operator, telegram, self._cars, self._switch)
        app = web.Application(client_max_size=MAX_UPLOAD)
        app.on_response_prepare.append(_add_headers)
        app.on_shutdown.append(lambda _: live.close())
        app.router.add_get("/", _index)
        app.router.add_get("/live", live.serve)
        app.router.add_get("/street/town", self._town)
        app.router.add_get("/street/sticker/{evse}", self._sticker)
        for name, deed in self._deeds().items():
            app.router.add_post(f"/street/{name}", _done(deed))
        errands = {"telegram": f"{self._telegram_url}/sandbox", "operator": self._operator.control_url}
        for name, base in errands.items():
            app.router.add_route("*", f"/{name}{{slash:/?}}{{path:.*}}", Errand(http, base).run)
        app.router.add_static("/static", STATIC)
        return app

    async def _town(self, _: web.Request) -> web.Response:
        support = {"chat": self.support_chat, "agent": self._agent} if self._with_support else None
        return _json({"places": scene.town(self._operator), "support": support})

    async def _sticker(self, request: web.Request) -> web.Response:
        """A photo of a charge point's sticker."""
        for _, evse in self._operator.city.evses():
            if evse.uid == request.match_info["evse"] and (printed := evse.evse_id or evse.sticker):
                return web.Response(body=photographed(printed), content_type="image/png")
        return _json({"error": "There is no sticker to photograph."}, 404)

    async def _invite_agent(self, telegram: Telegram) -> None:
        agent = await telegram.person(AGENT, language="en")
        members = [{"id": agent.id, "status": "administrator"}]
        group = await telegram.request("POST", "groups", {"title": "Support", "forum": True, "members": members})
        self._agent, self.support_chat = agent.id, int(group["id"])
        if self._switch is not None:
            self._switch.environment["SUPPORT_CHAT_ID"] = str(self.support_chat)

    def _deeds(self) -> dict[str, Callable[[dict[str, Any]], Awaitable[None]]]:
        async def arrive(body: dict[str, Any]) -> None:
            self._cars.of(int(body["driver"]), str(body["name"]))

        async def plug(body: dict[str, Any]) -> None:
            self._cars.plug_in(int(body["driver"]), str(body["evse"]), str(body["connector"]))

        async def unplug(body: dict[str, Any]) -> None:
            self._cars.unplug(int(body["driver"]), str(body["evse"]))

        async def park(body: dict[str, Any]) -> None:
            self._cars.park(int(body["driver"]), float(body["latitude"]), float(body["longitude"]))

        async def ride(body: dict[str, Any]) -> None:
            self._cars.ride(int(body["driver"]))

        deeds = {"arrive": arrive, "plug": plug, "unplug": unplug, "park": park, "ride": ride, "letter": self._letter}
        return deeds | {"bot/kill": self._kill, "bot/start": self._start}

    async def _letter(self, body: dict[str, Any]) -> None:
        try:
            await self._the_switch().send_letter(int(body["driver"]))
        except WorldError as error:
            raise CannotBe(str(error)) from None

    async def _kill(self, _: dict[str, Any]) -> None:
        await self._the_switch().kill()

    async def _start(self, _: dict[str, Any]) -> None:
        await self._the_switch().start()

    def _the_switch(self) -> BotSwitch:
        if self._switch is None:
            raise CannotBe("No bot was started with this street.")
        return self._switch


async def _invite_drivers(telegram: Telegram) -> None:
    for name, language, phone in DRIVERS:
        await telegram.person(name, language=language, phone_number=phone)


def _door(port: int) -> socket.socket:
    try:
        return socket.create_server(("127.0.0.1", port))
    except OSError:
        return socket.create_server(("127.0.0.1", 0))


async def _index(_: web.Request) -> web.FileResponse:
    return web.FileResponse(STATIC / "index.html")


async def _add_headers(_: web.Request, response: web.StreamResponse) -> None:
    response.headers.update(_HEADERS)


def _done(deed: Callable[[dict[str, Any]], Awaitable[None]]) -> Callable[[web.Request], Awaitable[web.Response]]:
    async def do(request: web.Request) -> web.Response:
        try:
            await deed(orjson.loads(await request.read() or b"{}"))
        except CannotBe as error:
            return _json({"error": str(error)}, 409)
        except (KeyError, TypeError, ValueError):
            return _json({"error": "The page asked for something the street does not understand."}, 400)
        return _json({"done": True})

    return do


def _json(body: Any, status: int = 200) -> web.Response:
    return web.Response(body=orjson.dumps(body), status=status, content_type="application/json")
