"""One request of an operator and its answer: who asks, what may be asked, what comes back whatever happens.

Every handler runs inside `answer`: the token is looked up, a path that names a party must name one of the caller's,
each refusal leaves with its HTTP and OCPI code, and what could not be used of the body is written down.
"""

import logging
from collections.abc import Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field, replace
from datetime import datetime
from http import HTTPStatus
from typing import Any, Final

from aiohttp import web
from aiohttp.http_exceptions import HttpProcessingError

from bot.domain.ids import Party
from bot.domain.network import Partner
from bot.ocpi.credentials import Provider
from bot.ocpi.envelope import ABSENT, failure, success
from bot.ocpi.errors import (
    InvalidParameters,
    NotFound,
    NotJson,
    OcpiError,
    OurFault,
    StatusCode,
    TooLarge,
    TooMany,
    Unauthorized,
)
from bot.ocpi.headers import Route, Trace, tokens_in
from bot.ocpi.objections import objections
from bot.ocpi.paths import Module
from bot.ocpi.reader import Note, Notes, Source
from bot.ocpi.versions import Translation, translation
from bot.ocpi.wire import read_json
from bot.ports import Clock, Database, Ids
from bot.services.charging import Charging
from bot.services.partners import Caller, Partners, PeerReader
from bot.services.receipts import Receipts
from bot.services.reserving import Reserving
from bot.services.stations import Stations
from handlers.ocpi.gate import Gate
from handlers.web import READ_DEADLINE, read_body

log = logging.getLogger(__name__)

LARGEST_BODY: Final = 1024 * 1024
LARGEST_LOCATION: Final = 4 * 1024 * 1024
LONGEST_SEGMENT: Final = 255
MOST_NOTES: Final = 50
RETRY_AFTER: Final = "5"


class TooSlow(OcpiError):
    """A body that did not arrive in time."""

    http_status = HTTPStatus.REQUEST_TIMEOUT
    status_code = StatusCode.INVALID_PARAMETERS


@dataclass(frozen=True, slots=True)
class Desk:
    """What the handlers work with; `read_deadline` is how many seconds a body may take to arrive."""

    us: Provider
    db: Database
    clock: Clock
    ids: Ids
    partners: Partners
    stations: Stations
    charging: Charging
    receipts: Receipts
    peers: PeerReader
    gate: Gate
    reserving: Reserving | None = None
    read_deadline: float = READ_DEADLINE


@dataclass(frozen=True, slots=True)
class Reply:
    """A good answer; `sent_in` surrounds its sending."""

    data: Any = ABSENT
    http_status: int = HTTPStatus.OK
    headers: Mapping[str, str] = field(default_factory=dict)
    sent_in: AbstractAsyncContextManager[None] | None = None

    @classmethod
    def stored(cls, *, created: bool) -> "Reply":
        """An object was taken: 201 when it is new, else 200, without data (2.2.1 status_codes, response format)."""
        return cls(http_status=HTTPStatus.CREATED if created else HTTPStatus.OK)


@dataclass(frozen=True, slots=True)
class Call:
    """A request whose sender is known. `version` is that of the path, `notes` say what of the body was no use."""

    request: web.Request
    caller: Caller
    version: str
    received_at: datetime
    read_deadline: float
    notes: Notes = field(default_factory=Notes)

    @property
    def partner(self) -> Partner:
        return self.caller.partner

    @property
    def words(self) -> Translation:
        """How the version of the path says things."""
        return translation(self.version)

    @property
    def party(self) -> Party:
        """The party that the path names, one of the caller's.

        Raises:
            NotFound: it is none of them, and what lies there does not concern the caller (2.2.1 transport, errors).

        """
        party = Party.of(self.segment("country_code"), self.segment("party_id"))
        if party not in self.partner.parties:
            raise NotFound(f"{party} is no party of yours")
        return party

    def check_path(self) -> None:
        """Whatever the handler does, a path of another's, or one that no id can have, is closed before."""
        info = self.request.match_info
        if any(len(part) > LONGEST_SEGMENT or not part.isprintable() for part in info.values()):
            raise NotFound("there is nothing at this address")
        if "party_id" in info:
            _ = self.party

    @property
    def object_id(self) -> str:
        """What the path calls the object, as far as it names one."""
        info = self.request.match_info
        return next((info[name] for name in ("location_id", "tariff_id", "session_id") if name in info), "")

    def segment(self, name: str) -> str:
        return self.request.match_info[name]

    def source(self, id_segment: str) -> Source:
        """Where an object comes from that the path names, by its owner and this segment: its body may name no other."""
        return Source(self.partner.id, self.received_at, self.party, self.segment(id_segment))

    async def body(self, largest: int = LARGEST_BODY) -> object:
        """Read the body as JSON.

        Raises:
            NotJson, TooLarge, TooSlow: it cannot be read.

        """
        return read_json(await self._bytes(largest), largest=largest)

    async def optional_body(self) -> object:
        """Read the body as JSON; None where there is none."""
        body = await self._bytes(LARGEST_BODY)
        return read_json(body) if body.strip() else None

    async def _bytes(self, largest: int) -> bytes:
        try:
            return await read_body(self.request, largest, within=self.read_deadline)
        except web.HTTPRequestEntityTooLarge:
            raise TooLarge(f"the body is larger than {largest} bytes") from None
        except web.HTTPRequestTimeout:
            raise TooSlow(f"the body did not arrive within {self.read_deadline:g} seconds") from None
        except (web.RequestPayloadError, HttpProcessingError):
            raise NotJson("the body is not encoded as its headers say") from None


Handler = Callable[[Desk, Call], Awaitable[Reply]]


@dataclass(frozen=True, slots=True)
class Door:
    """A handler with what it takes to reach it; `module` None is the versions module."""

    handler: Handler
    module: Module | None
    version: str = ""

    @property
    def functional(self) -> bool:
        """Whether only registered peers may enter."""
        return self.module not in {None, Module.CREDENTIALS}

    @property
    def routed(self) -> bool:
        """Whether routing headers belong on the answer: not on that of a configuration module, nor before 2.2."""
        return self.functional and self.module != Module.HUB_CLIENT_INFO and translation(self.version).routed


async def answer(desk: Desk, door: Door, request: web.Request) -> web.StreamResponse:
    """Let a request in, and answer it whatever happens."""
    trace = Trace.of(request.headers, otherwise=desk.ids.secret)
    headers = trace.headers()
    if door.routed:
        headers |= Route.of(request.headers).answered_by(desk.us.party).headers()
    try:
        reply = await _let_in(desk, door, request)
    except TooSlow as error:
        return await _cut_off(request, _refusal(desk, error, headers))
    except OcpiError as error:
        return _refusal(desk, error, headers)
    except Exception:
        log.exception("%s %s failed, reference %s", request.method, request.rel_url.path, trace.request_id)
        return _refusal(desk, OurFault(f"this is our fault; its reference is {trace.request_id}"), headers)
    body = success(desk.clock.now(), reply.data)
    response = _response(body, reply.http_status, headers | dict(reply.headers))
    if reply.sent_in is not None:
        async with reply.sent_in:
            await response.prepare(request)
            await response.write_eof()
    return response


async def _let_in(desk: Desk, door: Door, request: web.Request) -> Reply:
    desk.gate.check_address(request)
    caller = await desk.partners.authenticate(tokens_in(request.headers.get("Authorization")))
    if caller is None:
        desk.gate.wrong_token(request)
    if caller is None or (door.functional and not caller.registered):
        log.warning("a token nobody may use here was shown for %s %s", request.method, request.rel_url.path)
        raise Unauthorized("the credentials token is missing, unknown or not good for this module")
    desk.gate.check_caller(caller.partner.id)
    call = Call(request, caller, door.version, desk.clock.now(), desk.read_deadline)
    refusal: OcpiError | None = None
    try:
        call.check_path()
        return await door.handler(desk, call)
    except (InvalidParameters, NotJson) as error:
        refusal = error
        raise
    finally:
        await _write_down(desk, door, call, refusal)


async def _write_down(desk: Desk, door: Door, call: Call, refusal: OcpiError | None) -> None:
    """Note that the partner pushed, and what of it could not be used."""
    if door.module is None or not door.functional or call.request.method == "GET":
        return
    await desk.partners.pushed(call.partner)
    found = [replace(note, object_id=note.object_id or call.object_id) for note in call.notes]
    if refusal is not None:
        found.append(Note(call.object_id, "", refusal.message, refused=True))
    if found:
        noted = objections(found[-MOST_NOTES:], call.partner.id, door.module, call.received_at)
        await desk.db.write(lambda uow: uow.objections.add(noted))


def _refusal(desk: Desk, error: OcpiError, headers: dict[str, str]) -> web.Response:
    response = _response(failure(desk.clock.now(), error), error.http_status, headers)
    if isinstance(error, Unauthorized):
        response.headers["WWW-Authenticate"] = "Token"
    if isinstance(error, TooMany):
        response.headers["Retry-After"] = RETRY_AFTER
    if isinstance(error, TooLarge | TooMany):
        response.force_close()
    return response


async def _cut_off(request: web.Request, response: web.Response) -> web.Response:
    """Answer, and hang up at once: the server would go on waiting for the rest of the body."""
    await response.prepare(request)
    await response.write_eof()
    if request.transport is not None:
        request.transport.close()
    return response


def _response(body: bytes, status: int, headers: Mapping[str, str]) -> web.Response:
    return web.Response(body=body, status=status, headers=headers, content_type="application/json")
