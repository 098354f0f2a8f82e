"""The server: routes, who may call what, and the envelope around every answer.

async with TelegramServer(tokens=["1001:TEST"]) as server:
    ...  # server.url is what a bot takes as its API: f"{server.url}/bot" + token + "/" + method
"""

import contextlib
import inspect
from collections.abc import Callable, Iterable, Mapping
from types import TracebackType
from typing import Any, Final, Self
from urllib.parse import unquote

import orjson
from aiohttp import web

from sandbox.clock import Clock, RealClock, sleep
from sandbox.telegram.call import Call
from sandbox.telegram.client_api import ClientApi
from sandbox.telegram.errors import ApiError, internal_error, not_found, too_many_requests, unauthorized
from sandbox.telegram.faults import Fault
from sandbox.telegram.files import Upload
from sandbox.telegram.limits import Limits
from sandbox.telegram.methods import (
    about,
    albums,
    callbacks,
    commands,
    copying,
    deleting,
    edits,
    inline,
    members,
    messages,
    payments,
    pinning,
    profile,
    reactions,
    topics,
)
from sandbox.telegram.methods.receiving import Receiving
from sandbox.telegram.polling import Polling
from sandbox.telegram.request import read_arguments
from sandbox.telegram.webhook import Webhook
from sandbox.telegram.world import Bot, World

MAX_BODY_BYTES: Final = 50 << 20
MAX_TOKEN: Final = 80
OVERLOAD_PAUSE: Final = 3.0
OVERLOAD_RETRY_AFTER: Final = 60
_TABLES: Final[tuple[Mapping[str, Callable[[Call], Any]], ...]] = (
    about.METHODS,
    albums.METHODS,
    callbacks.METHODS,
    commands.METHODS,
    copying.METHODS,
    deleting.METHODS,
    edits.METHODS,
    inline.METHODS,
    members.METHODS,
    messages.METHODS,
    payments.METHODS,
    pinning.METHODS,
    profile.METHODS,
    reactions.METHODS,
    topics.METHODS,
)
_METHODS: Final[dict[str, Callable[[Call], Any]]] = {
    name.lower(): method for table in _TABLES for name, method in table.items()
}


class _Dropped(Exception):
    """The connection is closed without an answer."""


class TelegramServer:
    """A Bot API server on a socket of this machine, with a client API for people under /sandbox."""

    def __init__(
        self,
        tokens: Iterable[str],
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        clock: Clock | None = None,
        limits: Limits | None = None,
        seed: int = 1,
    ) -> None:
        self.world = World(clock or RealClock(), seed=seed, limits=limits)
        self._host, self._port = host, port
        self._receiving: dict[str, Receiving] = {}
        self._methods: dict[str, dict[str, Callable[[Call], Any]]] = {}
        self._runner: web.AppRunner | None = None
        for token in tokens:
            if not token.partition(":")[0].isdecimal() or token.startswith("0") or ":" not in token:
                raise ValueError(f"A token looks like 1001:TEST, not like {token!r}.")
            self._add_bot(self.world.add_bot(token))

    @property
    def url(self) -> str:
        assert self._runner is not None, "the server has not been started"
        host, port = self._runner.addresses[0][:2]
        return f"http://{host}:{port}"

    async def start(self) -> None:
        app = web.Application(client_max_size=MAX_BODY_BYTES)
        ClientApi(self.world).add_routes(app)
        app.router.add_route("*", "/{path:.*}", self._answer)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, self._host, self._port).start()

    async def stop(self) -> None:
        for receiving in self._receiving.values():
            await receiving.close()
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()

    def _add_bot(self, bot: Bot) -> None:
        world = self.world

        async def execute(method: str, args: Mapping[str, str]) -> None:
            with contextlib.suppress(_Dropped):
                await self._logged(Call(world, bot, method, args))

        polling = Polling(world.clock, bot.updates)
        webhook = Webhook(world.clock, bot.updates, world.faults, world.random, execute)
        receiving = Receiving(polling, webhook, bot.updates)
        self._receiving[bot.token] = receiving
        self._methods[bot.token] = _METHODS | {name.lower(): method for name, method in receiving.methods.items()}

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        try:
            if request.path.startswith("/file/bot"):
                return self._download(request)
            return _respond(*await self._call(request))
        except _Dropped:
            if request.transport is not None:
                request.transport.abort()
            return web.Response()

    def _bot(self, token: str) -> Bot:
        head, colon, _ = token.partition(":")
        if not colon or token.startswith("0") or len(token) > MAX_TOKEN or "/" in token:
            raise unauthorized("invalid token specified")
        if not head.removeprefix("-").isdecimal():
            raise ApiError(421, "Misdirected Request: unallowed token specified")
        if int(head) <= 0:
            raise unauthorized("invalid token specified")
        if token not in self.world.bots:
            raise unauthorized()
        return self.world.bots[token]

    async def _call(self, request: web.Request) -> tuple[dict[str, Any], int]:
        """The envelope of the answer and its status."""
        try:
            if not request.path.startswith("/bot") or request.method not in ("GET", "POST"):
                raise not_found()
            token, _, method = request.path.removeprefix("/bot").partition("/")
            args, files = await read_arguments(request)
            bot = self._bot(unquote(token))
        except ApiError as error:
            return error.envelope(), error.code
        method = (method or args.get("method", "")).lower()
        return await self._logged(Call(self.world, bot, method, args, files))

    async def _logged(self, call: Call) -> tuple[dict[str, Any], int]:
        begin = self.world.clock.monotonic()
        outcome: dict[str, Any] = {"ok": False, "description": "no answer was given"}
        status = 0
        try:
            outcome, status = await self._with_faults(call)
        finally:
            if call.method != "getupdates" or outcome.get("result") or not outcome["ok"]:
                self.world.calls.add(
                    at=self.world.clock.time(),
                    bot_id=call.bot.id,
                    method=call.method,
                    args={**call.args, **{name: _described(upload) for name, upload in call.files.items()}},
                    status=status,
                    answer=orjson.loads(orjson.dumps(outcome)),
                    seconds=round(self.world.clock.monotonic() - begin, 3),
                )
        return outcome, status

    async def _with_faults(self, call: Call) -> tuple[dict[str, Any], int]:
        fault = self.world.faults.take_call(call.method, call.long("chat_id") or None)
        if fault is None:
            return await self._execute(call)
        if fault.kind in ("429", "500"):
            error = too_many_requests(int(fault.seconds)) if fault.kind == "429" else internal_error()
            return error.envelope(), error.code
        return await self._meet(fault, call)

    async def _meet(self, fault: Fault, call: Call) -> tuple[dict[str, Any], int]:
        if fault.kind == "delay":
            await sleep(self.world.clock, fault.seconds)
            return await self._execute(call)
        if fault.kind != "drop":
            await self._execute(call)
        if fault.kind == "execute_then_hang":
            await sleep(self.world.clock, fault.seconds)
        raise _Dropped

    async def _execute(self, call: Call) -> tuple[dict[str, Any], int]:
        try:
            await self._slow_upload(call)
            method = self._methods[call.bot.token].get(call.method)
            if method is None:
                raise not_found("method not found")
            result = method(call)
            if inspect.isawaitable(result):
                result = await result
        except ApiError as error:
            return error.envelope(), error.code
        return {"ok": True, "result": result}, 200

    async def _slow_upload(self, call: Call) -> None:
        delay = call.bot.limiter.upload_delay(sum(len(upload.data) for upload in call.files.values()))
        if delay is None:
            await sleep(self.world.clock, OVERLOAD_PAUSE)
            raise too_many_requests(OVERLOAD_RETRY_AFTER)
        if delay:
            await sleep(self.world.clock, delay)

    def _download(self, request: web.Request) -> web.Response:
        token, _, path = request.path.removeprefix("/file/bot").partition("/")
        try:
            stored = self._bot(unquote(token)).files.at(path)
            if stored is None:
                raise not_found()
        except ApiError as error:
            return _respond(error.envelope(), error.code)
        return web.Response(body=stored.data, content_type="application/octet-stream")


def _described(upload: Upload) -> str:
    return f"<{upload.name}, {len(upload.data)} bytes>"


def _respond(body: dict[str, Any], status: int) -> web.Response:
    response = web.Response(body=orjson.dumps(body), status=status, content_type="application/json")
    if retry_after := body.get("parameters", {}).get("retry_after"):
        response.headers["Retry-After"] = str(retry_after)
    return response
