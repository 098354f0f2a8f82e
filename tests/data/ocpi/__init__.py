"""A peer on loopback that answers exactly what a test tells it to, over a true web server."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.ocpi.wire import write_json

Answer = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass
class Heard:
    """One request as it arrived."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes
    port: int


@dataclass
class Peer:
    """`answers` by path; a path without one is answered 404 with no envelope."""

    answers: dict[str, Answer] = field(default_factory=dict)
    heard: list[Heard] = field(default_factory=list)
    url: str = ""

    def says(
        self, path: str, data: object = None, *, code: int = 1000, status: int = 200, message: str = "", **headers: str
    ):
        body = write_json(
            {"data": data, "status_code": code, "status_message": message, "timestamp": "2026-03-02T12:00:00Z"}
        )
        self.answers_raw(path, body, status, **headers)

    def answers_raw(self, path: str, body: bytes, status: int = 200, **headers: str):
        async def answer(_: web.Request) -> web.Response:
            return web.Response(body=body, status=status, headers={"Content-Type": "application/json"} | headers)

        self.answers[path] = answer

    async def serve(self, request: web.Request) -> web.StreamResponse:
        port = request.transport.get_extra_info("peername")[1] if request.transport else 0
        self.heard.append(Heard(request.method, request.raw_path, dict(request.headers), await request.read(), port))
        answer = self.answers.get(request.raw_path) or self.answers.get(request.path)
        return await answer(request) if answer else web.Response(status=404, text="nothing here")


@asynccontextmanager
async def a_peer() -> AsyncIterator[Peer]:
    peer = Peer()
    app = web.Application()
    app.router.add_route("*", "/{anything:.*}", peer.serve)
    async with TestServer(app) as server:
        peer.url = str(server.make_url("")).rstrip("/")
        yield peer
