"""What every OCPI message has around it: tokens, ids, routing headers, the response format, pages.

(OCPI 2.2.1 transport_and_format, status_codes.) A handler gets a Call and gives an Answer or raises a Refusal.
"""

import json
import logging
import uuid
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, NoReturn

import msgspec
from aiohttp import web
from yarl import URL

from sandbox.cpo.clock import Clock
from sandbox.cpo.hub import Hub, NotRouted
from sandbox.cpo.ocpi import words
from sandbox.cpo.ocpi.voice import Site, Voice
from sandbox.cpo.partners import Partner, Partners
from sandbox.cpo.stations import Party

log = logging.getLogger(__name__)

SUCCESS = 1000
CLIENT_ERROR = 2000
INVALID = 2001
UNKNOWN_LOCATION = 2003
UNKNOWN_TOKEN = 2004
SERVER_ERROR = 3000
UNUSABLE_API = 3001
UNSUPPORTED_VERSION = 3002
MISSING_ENDPOINTS = 3003
PAGE = 25
"""The most objects on one page; fewer than there are locations, so that peers have to follow the Link."""

_encoder = msgspec.json.Encoder(decimal_format="number")


class Refusal(Exception):
    """An OCPI status code other than success, with the HTTP status that goes with it."""

    def __init__(self, status_code: int, message: str, http: int = 200) -> None:
        super().__init__(message)
        self.status_code, self.message, self.http = status_code, message, http


@dataclass(slots=True)
class Answer:
    """`kind` is what `data`, or each item of it, is: so the voice can spell it. Half of a truncated one is sent."""

    data: Any = None
    kind: str = ""
    http: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    truncated: bool = False


@dataclass(slots=True)
class Call:
    """An authenticated request; `by_invitation` says that it came with TOKEN_A, `voice` how its bodies are spelt.

    `to` is the one party behind a hub that it is for, `heard` its body once that was read.
    """

    request: web.Request
    partner: Partner
    by_invitation: bool
    correlation_id: str
    voice: Voice
    to: Party | None = None
    heard: dict[str, Any] = field(default_factory=dict)

    def segment(self, name: str) -> str:
        return self.request.match_info[name]

    async def body(self, kind: str = "") -> dict[str, Any]:
        """The JSON object in the request, spelt as 2.2.1 has it. Not JSON at all is an HTTP 400."""
        try:
            found = json.loads(await self.request.read(), parse_float=Decimal, parse_constant=_not_json)
        except ValueError as error:
            raise Refusal(CLIENT_ERROR, f"The body is not JSON: {error}", http=400) from error
        if not isinstance(found, dict):
            raise Refusal(INVALID, "The body must be a JSON object.")
        role = self.partner.roles[0] if self.partner.roles else {"country_code": "", "party_id": ""}
        self.heard = self.voice.hear(kind, found, role)
        return self.heard

    def concerns(self, party: Party) -> bool:
        """Whether the request is for this party: behind a hub it may be for one of several, or for all."""
        return self.to is None or (self.to.country_code, self.to.party_id) == (party.country_code, party.party_id)

    def moment(self, name: str) -> datetime | None:
        value = self.request.query.get(name)
        return None if value is None else read_moment(value, name)

    def number(self, name: str, default: int) -> int:
        value = self.request.query.get(name, str(default))
        if not value.isascii() or not value.isdigit():
            raise Refusal(INVALID, f"{name} must be a whole number, not {value!r}.")
        return int(value)


Handler = Callable[[Call], Awaitable[Answer]]


@dataclass(frozen=True, slots=True)
class Route:
    """`functional` modules carry routing headers and are closed to TOKEN_A."""

    method: str
    path: str
    handler: Handler
    functional: bool = True

    @property
    def is_list(self) -> bool:
        return self.method == "GET" and "{" not in self.path


class Envelope:
    """Turns handlers into aiohttp handlers."""

    def __init__(self, partners: Partners, party: Party, clock: Clock, voice: Voice, hub: Hub | None = None) -> None:
        self._partners, self._party, self._clock, self._voice, self._hub = partners, party, clock, voice, hub

    def mount(self, app: web.Application, routes: Iterable[Route]) -> None:
        for route in routes:
            for path in (route.path, route.path + "/"):
                app.router.add_route(route.method, path, self._wrapped(route))

    def _wrapped(self, route: Route) -> Callable[[web.Request], Awaitable[web.Response]]:
        async def handle(request: web.Request) -> web.Response:
            headers = _ids(request)
            try:
                call = self._call(request, route, headers["X-Correlation-ID"])
                if route.functional and self._voice.routed:
                    headers |= self._routing(request)
                answer = await route.handler(call)
            except Refusal as refusal:
                http = self._voice.http(refusal.http)
                return self.response(None, http, headers, refusal.status_code, refusal.message)
            except Exception:
                log.exception("%s %s failed", request.method, request.path)
                return self.response(None, 500, headers, SERVER_ERROR, "The operator failed; its log says why.")
            whole = self.response(self._voice.say(answer.kind, answer.data), answer.http, headers | answer.headers)
            return _half(whole) if answer.truncated else whole

        return handle

    def _call(self, request: web.Request, route: Route, correlation_id: str) -> Call:
        caller = self._partners.caller(request.headers.get("Authorization"))
        if caller is None or (caller.by_invitation and route.functional):
            raise Refusal(CLIENT_ERROR, "The credentials token is missing, unknown or not Base64.", http=401)
        return Call(
            request, caller.partner, caller.by_invitation, correlation_id, self._voice, self._addressed(request, route)
        )

    def _addressed(self, request: web.Request, route: Route) -> Party | None:
        """The party behind the hub that is meant; None is all of them, or whoever has what is asked for."""
        if self._hub is None or not route.functional:
            return None
        try:
            return self._hub.addressed(request.headers, is_list=route.is_list)
        except NotRouted as error:
            raise Refusal(error.status_code, str(error)) from error

    def _routing(self, request: web.Request) -> dict[str, str]:
        """The response goes back to whom the request came from."""
        headers = from_headers(self._party)
        for name in ("party-id", "country-code"):
            if sender := request.headers.get(f"OCPI-from-{name}"):
                headers[f"OCPI-to-{name}"] = sender
        return headers

    def response(
        self, data: Any, http: int, headers: dict[str, str], status_code: int = SUCCESS, message: str | None = None
    ) -> web.Response:
        stamp = words.moment(self._clock.now())
        body = words.present(data=data, status_code=status_code, status_message=message, timestamp=stamp)
        return web.Response(
            body=encode(self._voice.envelope(body)), status=http, headers=headers, content_type="application/json"
        )

    @web.middleware
    async def no_such_thing(
        self, request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
    ) -> web.StreamResponse:
        """Paths and methods that do not exist are answered in the response format too."""
        try:
            return await handler(request)
        except web.HTTPException as error:
            if request.path.startswith("/control"):
                raise
            return self.response(None, self._voice.http(error.status), _ids(request), CLIENT_ERROR, error.reason)


def page(call: Call, site: Site, identifier: str, objects: Sequence[tuple[datetime, Callable[[], Any]]]) -> Answer:
    """One page of a module's objects given as (last_updated, how to spell it), oldest first.

    (transport_and_format, Pagination.)
    """
    date_from, date_to = call.moment("date_from"), call.moment("date_to")
    offset, limit = call.number("offset", 0), min(call.number("limit", PAGE), PAGE)
    if limit == 0:
        raise Refusal(INVALID, "limit must be at least 1.")
    found = [
        spell
        for updated, spell in objects
        if (date_from is None or updated >= date_from) and (date_to is None or updated < date_to)
    ]
    headers = {"X-Total-Count": str(len(found)), "X-Limit": str(limit)}
    if offset + limit < len(found):
        asked = dict(call.request.query) | {"offset": str(offset + limit), "limit": str(limit)}
        following = URL(site.url(identifier)).with_query(asked)
        headers["Link"] = f'<{following}>; rel="next"'
    shown = [spell() for spell in found[offset : offset + limit]]
    return Answer(shown, identifier.removesuffix("s"), headers=site.voice.page(headers, len(shown)))


def _half(whole: web.Response) -> web.Response:
    body = whole.body if isinstance(whole.body, bytes) else b""
    headers = {name: value for name, value in whole.headers.items() if name not in {"Content-Length", "Content-Type"}}
    return web.Response(
        body=body[: len(body) // 2], status=whole.status, headers=headers, content_type="application/json"
    )


def read_moment(value: Any, name: str) -> datetime:
    """A DateTime: RFC 3339 in UTC, with a Z or without a zone."""
    try:
        moment = datetime.fromisoformat(value)
    except (TypeError, ValueError) as error:
        raise Refusal(INVALID, f"{name} is not a DateTime: {value!r}.") from error
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment


def required(body: dict[str, Any], *names: str) -> None:
    missing = [name for name in names if body.get(name) is None]
    if missing:
        raise Refusal(INVALID, f"Missing required field: {', '.join(missing)}.")


def string(body: dict[str, Any], name: str) -> str | None:
    value = body.get(name)
    if value is not None and not isinstance(value, str):
        raise Refusal(INVALID, f"{name} must be a string.")
    return value


def from_headers(party: Party) -> dict[str, str]:
    return {"OCPI-from-party-id": party.party_id, "OCPI-from-country-code": party.country_code}


def to_headers(party: Party) -> dict[str, str]:
    return {"OCPI-to-party-id": party.party_id, "OCPI-to-country-code": party.country_code}


def encode(body: Any) -> bytes:
    return _encoder.encode(body)


def _ids(request: web.Request) -> dict[str, str]:
    names = ("X-Request-ID", "X-Correlation-ID")
    return {name: request.headers.get(name) or str(uuid.uuid4()) for name in names}


def _not_json(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is not JSON")
