"""The one web server: operators, Telegram's webhook and the health check come in here.

Routes are given from outside; this file knows deadlines, sizes and how to open a port, and nothing of what is served.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping
from contextlib import asynccontextmanager
from typing import Any, Final

import orjson
from aiohttp import web

from handlers.doorman import Doorman, Limits

log = logging.getLogger(__name__)

KEEP_ALIVE: Final = 75.0
READ_DEADLINE: Final = 10.0
BIGGEST_BODY: Final = 4 * 1024 * 1024
"""A page of an operator's locations; routes with smaller needs say so to `read_body`."""

STOP_WITHIN: Final = 5.0

Health = Callable[[], Awaitable[Mapping[str, object]]]


class PortTaken(Exception):
    """We cannot listen where we should."""

    def __init__(self, host: str, port: int, reason: str) -> None:
        super().__init__(f"Cannot listen on {host}:{port} ({reason}): stop what does, or set CHARGEBOT_LISTEN")


def build_web(routes: Iterable[web.AbstractRouteDef], health: Health) -> web.Application:
    """One application for all that others may call; `health` raises when we are not well."""

    async def answer_health(_: web.Request) -> web.Response:
        try:
            facts, status = dict(await health()), 200
        except Exception:
            log.exception("the health check failed")
            facts, status = {"status": "failing"}, 503
        return web.Response(body=orjson.dumps(facts, default=str), status=status, content_type="application/json")

    application = web.Application(client_max_size=BIGGEST_BODY)
    application.add_routes([*routes, web.get("/health", answer_health)])
    return application


class _Guarded(web.AppRunner):
    """A runner whose sites listen behind a doorman."""

    def __init__(self, application: web.Application, doorman: Doorman, **settings: Any) -> None:
        super().__init__(application, **settings)
        self._doorman = doorman

    @property
    def server(self) -> Any:
        server = super().server
        return None if server is None else self._doorman(server)


@asynccontextmanager
async def serving(
    application: web.Application, host: str, port: int, limits: Limits | None = None
) -> AsyncIterator[int]:
    """Serve while the context lasts; gives the port (another one than asked for when that was 0).

    Raises:
        PortTaken: somebody else listens there.

    """
    runner = _Guarded(
        application,
        Doorman(limits or Limits()),
        access_log=None,
        keepalive_timeout=KEEP_ALIVE,
        shutdown_timeout=STOP_WITHIN,
        lingering_time=1,
        handle_signals=False,
    )
    await runner.setup()
    try:
        site = web.TCPSite(runner, host, port)
        try:
            await site.start()
        except OSError as error:
            raise PortTaken(host, port, error.strerror or str(error)) from None
        yield runner.addresses[0][1]
    finally:
        await runner.cleanup()


async def read_body(request: web.Request, limit: int, *, within: float = READ_DEADLINE) -> bytes:
    """The whole body.

    Raises:
        HTTPRequestEntityTooLarge: over `limit` bytes. HTTPRequestTimeout: it did not come `within` that many seconds.

    """
    if (request.content_length or 0) > limit:
        raise web.HTTPRequestEntityTooLarge(limit, request.content_length or 0)
    if request.content.is_eof():  # all of it came with its head, as small bodies do: nothing to wait for
        whole = request.content.read_nowait()
        if len(whole) > limit:
            raise web.HTTPRequestEntityTooLarge(limit, len(whole))
        return whole
    body = bytearray()
    try:
        async with asyncio.timeout(within):
            async for chunk in request.content.iter_any():
                body += chunk
                if len(body) > limit:
                    raise web.HTTPRequestEntityTooLarge(limit, len(body))
    except TimeoutError:
        raise web.HTTPRequestTimeout from None
    return bytes(body)
