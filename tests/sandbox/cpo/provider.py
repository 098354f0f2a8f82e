"""A small provider for the operator's tests: registers over real HTTP, keeps what it is sent, asks what a test asks."""

import asyncio
import base64
import itertools
import json
import uuid
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Self

import aiohttp
from aiohttp import web

COUNTRY, PARTY = "DE", "CHB"
MODULES = (
    ("credentials", "SENDER"),
    ("locations", "RECEIVER"),
    ("sessions", "RECEIVER"),
    ("cdrs", "RECEIVER"),
    ("commands", "SENDER"),
    ("tokens", "SENDER"),
)


def header(token: str) -> str:
    return "Token " + base64.b64encode(token.encode()).decode()


@dataclass
class Received:
    method: str
    path: str
    body: Any
    headers: Any


@dataclass
class Reply:
    http: int
    body: Any
    headers: Any

    @property
    def code(self) -> int:
        return self.body["status_code"]

    @property
    def data(self) -> Any:
        return self.body.get("data")


class Provider:
    """`refuse` maps (method, a piece of the path) to an HTTP status, or to an OCPI code above 999."""

    def __init__(self, modules=MODULES, version="2.2.1") -> None:
        self.modules, self.version = modules, version
        self.token_b = uuid.uuid4().hex
        self.token_c = ""
        self.received: list[Received] = []
        self.refuse: dict[tuple[str, str], int] = {}
        self.cards: dict[str, Any] = {}
        self.endpoints: dict[str, str] = {}
        self.url = ""
        self._news = asyncio.Event()
        self._numbers = itertools.count(1)

    async def __aenter__(self) -> Self:
        self.http = aiohttp.ClientSession()
        await self.open_shop()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close_shop()
        await self.http.close()

    async def open_shop(self, port: int = 0) -> None:
        app = web.Application()
        app.router.add_route("*", "/{rest:.*}", self._serve)
        self.runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self.runner.setup()
        site = web.TCPSite(self.runner, "127.0.0.1", port)
        await site.start()
        self.port = self.runner.addresses[0][1]
        self.url = f"http://127.0.0.1:{self.port}"

    async def close_shop(self) -> None:
        await self.runner.cleanup()

    # Asking the operator

    async def register(self, versions_url: str, token_a: str) -> Reply:
        self.versions_url = versions_url
        await self.discover(token_a)
        reply = await self.ask("POST", self.endpoints["credentials"], self.credentials(), token=token_a)
        if reply.http == 200 and reply.data:
            self.token_c = reply.data["token"]
        return reply

    async def discover(self, token: str) -> None:
        versions = await self.ask("GET", self.versions_url, token=token)
        details = await self.ask("GET", versions.data[0]["url"], token=token)
        self.endpoints = {each["identifier"]: each["url"] for each in details.data["endpoints"]}

    def credentials(self) -> Any:
        role = {"role": "EMSP", "country_code": COUNTRY, "party_id": PARTY, "business_details": {"name": "Bot"}}
        return {"token": self.token_b, "url": f"{self.url}/versions", "roles": [role]}

    async def ask(self, method, url, body=None, *, token=None, headers=None, raw=None) -> Reply:
        sent = {
            "Authorization": header(self.token_c if token is None else token),
            "X-Request-ID": uuid.uuid4().hex,
            "X-Correlation-ID": uuid.uuid4().hex,
            "OCPI-from-country-code": COUNTRY,
            "OCPI-from-party-id": PARTY,
            "OCPI-to-country-code": "NL",
            "OCPI-to-party-id": "HAV",
        } | (headers or {})
        data = raw if raw is not None else (None if body is None else json.dumps(body, default=str))
        async with self.http.request(method, url, data=data, headers=sent) as answer:
            content = await answer.read()
            return Reply(answer.status, json.loads(content, parse_float=Decimal), answer.headers)

    async def get(self, module: str, rest: str = "") -> Reply:
        return await self.ask("GET", self.endpoints[module] + rest)

    async def command(self, name: str, **body: Any) -> Reply:
        body.setdefault("response_url", f"{self.url}/results/{next(self._numbers)}")
        return await self.ask("POST", f"{self.endpoints['commands']}/{name}", body)

    async def start(self, location_id: str, evse: Any, reference: str = "charge-1", /, **more: Any) -> Reply:
        connector = evse["connectors"][0]["id"] if isinstance(evse, dict) else "1"
        uid = evse["uid"] if isinstance(evse, dict) else evse
        body = {"token": token(), "location_id": location_id, "evse_uid": uid, "connector_id": connector}
        return await self.command("START_SESSION", **(body | {"authorization_reference": reference} | more))

    # What came in

    def of(self, method: str, piece: str) -> list[Received]:
        return [each for each in self.received if each.method == method and piece in each.path]

    async def until(self, condition: Any, seconds: float = 5) -> Any:
        """Wait until the condition on what came in is true, and give it."""
        async with asyncio.timeout(seconds):
            while not (found := condition()):
                self._news.clear()
                await self._news.wait()
        return found

    async def until_received(self, method: str, piece: str, count: int = 1) -> list[Received]:
        return await self.until(lambda: self.of(method, piece)[count - 1 :] and self.of(method, piece))

    async def until_status(self, status: str) -> Received:
        """The first session push that says so."""
        return await self.until(
            lambda: next((each for each in self.session_news() if each.body.get("status") == status), None)
        )

    def session_news(self) -> list[Received]:
        return [each for each in self.received if "/sessions/" in each.path]

    async def _serve(self, request: web.Request) -> web.Response:
        if request.headers.get("Authorization") != header(self.token_b):
            return web.json_response({"status_code": 2000}, status=401)
        raw = await request.read()
        body = json.loads(raw, parse_float=Decimal) if raw else None
        self.received.append(Received(request.method, request.path, body, request.headers))
        self._news.set()
        for (method, piece), answer in self.refuse.items():
            if request.method == method and piece in request.path:
                status, code = (answer, 2000) if answer < 1000 else (200, answer)
                return web.json_response({"status_code": code}, status=status)
        return self._answer(request)

    def _answer(self, request: web.Request) -> web.Response:
        data: Any = None
        headers = {}
        if request.path == "/versions":
            data = [{"version": self.version, "url": f"{self.url}/details"}]
        elif request.path == "/details":
            endpoints = [{"identifier": name, "role": role, "url": f"{self.url}/{name}"} for name, role in self.modules]
            data = {"version": self.version, "endpoints": endpoints}
        elif request.path == "/cdrs":
            headers["Location"] = f"{self.url}/cdrs/1"
        elif request.path.endswith("/authorize"):
            card = request.path.split("/")[-2]
            data = self.cards.get(card)
            if data is None:
                return web.json_response({"status_code": 2004}, status=404)
        body = {"status_code": 1000, "timestamp": "2026-07-01T00:00:00Z"} | ({} if data is None else {"data": data})
        return web.json_response(body, headers=headers)


async def eventually(look: Any) -> Any:
    """Ask again and again until the answer is true, and give it; where nothing tells us that it has changed."""
    for _ in range(1000):
        if found := await look():
            return found
        await asyncio.sleep(0.005)
    raise AssertionError("It never came true.")


def token(uid: str = "charge-token-1", **more: Any) -> dict[str, Any]:
    return {
        "country_code": COUNTRY,
        "party_id": PARTY,
        "uid": uid,
        "type": "AD_HOC_USER",
        "contract_id": "DE-CHB-C00000001-1",
        "issuer": "Bot",
        "valid": True,
        "whitelist": "NEVER",
        "last_updated": "2026-07-01T00:00:00Z",
    } | more
