"""A server on a manual clock without rate limits, a bot that calls it over HTTP, and people."""

import asyncio
import io
import struct
from collections.abc import AsyncIterator

import aiohttp
import orjson
import pytest

from sandbox.clock import ManualClock
from sandbox.telegram.limits import Limits
from sandbox.telegram.people import Person, Telegram
from sandbox.telegram.server import TelegramServer

TOKEN = "1001:TEST"


class BotApi:
    """Calls methods as any bot would; arguments that are not strings are sent as JSON in a form."""

    def __init__(self, url: str, session: aiohttp.ClientSession, token: str = TOKEN) -> None:
        self.url, self.session, self.token = url, session, token
        self.headers = {}

    async def __call__(self, method: str, **args):
        async with self.session.post(f"{self.url}/bot{self.token}/{method}", data=form(args)) as answer:
            self.headers = answer.headers
            body = orjson.loads(await answer.read())
            assert answer.status == (200 if body["ok"] else body["error_code"])
            return body

    async def ok(self, method: str, **args):
        body = await self(method, **args)
        assert body["ok"], body
        return body["result"]

    async def refused(self, method: str, **args) -> str:
        body = await self(method, **args)
        assert not body["ok"], body
        return body["description"]


def form(args):
    fields = aiohttp.FormData(default_to_multipart=any(isinstance(value, bytes) for value in args.values()))
    for name, value in args.items():
        if isinstance(value, bytes):
            fields.add_field(name, io.BytesIO(value), filename=f"{name}.png", content_type="image/png")
        else:
            fields.add_field(name, value if isinstance(value, str) else orjson.dumps(value).decode())
    return fields


async def until(condition, patience: float = 2.0) -> None:
    """Wait for something on the other side of a socket."""
    async with asyncio.timeout(patience):
        while not await condition():  # noqa: ASYNC110  the other side has no event to offer
            await asyncio.sleep(0.001)


def png(width: int = 640, height: int = 480) -> bytes:
    """As much of a PNG as anybody reads to learn its size."""
    return b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + struct.pack(">II", width, height) + b"\x08\x06\x00\x00\x00"


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def limits() -> Limits:
    return Limits.off()


@pytest.fixture
async def server(clock: ManualClock, limits: Limits) -> AsyncIterator[TelegramServer]:
    async with TelegramServer([TOKEN, "1002:OTHER"], clock=clock, limits=limits) as server:
        yield server


@pytest.fixture
async def api(server: TelegramServer) -> AsyncIterator[BotApi]:
    async with aiohttp.ClientSession() as session:
        yield BotApi(server.url, session)


@pytest.fixture
async def telegram(server: TelegramServer) -> AsyncIterator[Telegram]:
    async with Telegram(server.url) as telegram:
        yield telegram


@pytest.fixture
async def alice(telegram: Telegram) -> Person:
    alice = await telegram.person("Alice", language="en", id=501, username="alice", phone_number="+4930123")
    await alice.start()
    return alice
