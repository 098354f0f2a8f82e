"""A tiny operator on loopback that answers exactly as a test wants it to, and writes down what it was asked."""

import asyncio
import base64
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import aiohttp
from aiohttp import web

from handlers.web import serving

MODULES = [
    ("credentials", "SENDER"),
    ("locations", "SENDER"),
    ("tariffs", "SENDER"),
    ("commands", "RECEIVER"),
]


@dataclass
class Peer:
    """`tokens` are those it accepts; `statuses` replaces the answer at a path by an HTTP status or an OCPI code.

    It says `refusal` to others; with `either_for_versions` its versions take a token in Base64 as well as `raw`.
    """

    address: str = ""
    tokens: set[str] = field(default_factory=lambda: {"token-a"})
    raw: bool = False
    refusal: int = 401
    either_for_versions: bool = False
    versions: tuple[str, ...] = ("2.1.1", "2.2.1")
    modules: list[tuple[str, str]] = field(default_factory=lambda: list(MODULES))
    role: str = "CPO"
    looks_back: bool = False
    statuses: dict[str, int] = field(default_factory=dict)
    delay: float = 0
    objects: dict[str, list[Any]] = field(default_factory=dict)
    page_size: int = 2
    asked: list[tuple[str, str]] = field(default_factory=list)
    shown: list[str] = field(default_factory=list)
    given: list[dict[str, Any]] = field(default_factory=list)
    before_page: Callable[[int], Any] | None = None
    broken: bool = False

    @property
    def versions_url(self) -> str:
        return self.address + "/versions"

    def credentials(self, token: str = "token-c") -> dict[str, Any]:
        details = {"name": "City Charging"}
        role = {"role": self.role, "party_id": "CIT", "country_code": "NL", "business_details": details}
        if self.versions == ("2.1.1",):
            return {"token": token, "url": self.versions_url} | {k: v for k, v in role.items() if k != "role"}
        return {"token": token, "url": self.versions_url, "roles": [role]}

    async def handle(self, request: web.Request) -> web.Response:
        self.asked.append((request.method, request.path))
        await asyncio.sleep(self.delay)
        token = request.headers["Authorization"].removeprefix("Token ")
        self.shown.append(token if self.raw else self._decoded(token))
        either = self.either_for_versions and request.path == "/versions" and self._decoded(token) in self.tokens
        if self.shown[-1] not in self.tokens and not either:
            return self._answer(status=self.refusal, code=2000)
        forced = self.statuses.get(request.path)
        if forced is not None:
            return self._answer(code=forced) if forced >= 1000 else self._answer(status=forced, code=2000)
        return await self._routed(request)

    async def _routed(self, request: web.Request) -> web.Response:
        match request.path.strip("/").split("/"):
            case ["versions"]:
                return self._answer([{"version": v, "url": f"{self.address}/{v}"} for v in self.versions])
            case [_, "credentials"]:
                return await self._credentials(request)
            case [_, module]:
                return await self._page(request, module)
            case [version]:
                endpoints = [
                    {"identifier": name, "url": f"{self.address}/{version}/{name}"}
                    | ({} if version == "2.1.1" else {"role": role})
                    for name, role in self.modules
                ]
                return self._answer({"version": version, "endpoints": endpoints})
        return self._answer(status=404, code=2000)

    def _decoded(self, token: str) -> str:
        try:
            return base64.b64decode(token, validate=True).decode()
        except ValueError:
            return ""

    async def _credentials(self, request: web.Request) -> web.Response:
        if request.method == "DELETE":
            self.tokens.clear()
            return self._answer()
        body = await request.json()
        self.given.append(body)
        if self.looks_back and not await self._look_back(body):
            return self._answer(code=3001)
        token = f"token-{'c' * len(self.given)}"
        self.tokens = {token}
        return self._answer(self.credentials(token))

    async def _look_back(self, body: dict[str, Any]) -> bool:
        shown = "Token " + base64.b64encode(body["token"].encode()).decode()
        try:
            async with aiohttp.ClientSession(headers={"Authorization": shown}) as http:
                async with http.get(body["url"]) as response:
                    versions = (await response.json())["data"]
                async with http.get(versions[0]["url"]) as response:
                    return bool((await response.json())["data"]["endpoints"])
        except (aiohttp.ClientError, KeyError):
            return False

    async def _page(self, request: web.Request, module: str) -> web.Response:
        offset = int(request.query.get("offset", 0))
        if self.before_page is not None:
            found = self.before_page(offset)
            if found is not None:
                await found
        if self.broken:
            return self._answer(status=502, code=3000)
        objects = self.objects.get(module, [])
        link = {}
        if offset + self.page_size < len(objects):
            link = {"Link": f'<{self.address}{request.path}?offset={offset + self.page_size}>; rel="next"'}
        return self._answer(objects[offset : offset + self.page_size], headers=link)

    def _answer(
        self, data: Any = None, *, status: int = 200, code: int = 1000, headers: dict[str, str] | None = None
    ) -> web.Response:
        envelope = {"data": data, "status_code": code, "timestamp": "2026-03-02T12:00:00Z"}
        return web.json_response(envelope, status=status, headers=headers)


@asynccontextmanager
async def open_peer(**changes: Any) -> AsyncIterator[Peer]:
    peer = Peer(**changes)
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", peer.handle)
    async with serving(app, "127.0.0.1", 0) as port:
        peer.address = f"http://127.0.0.1:{port}"
        yield peer
