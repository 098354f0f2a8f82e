"""What the operator sends by itself: results, sessions, CDRs and statuses, to the receivers of a partner.

News about one object goes out in order, one request after the other. What fails is logged and dropped, as the
specification has it (transport_and_format, Offline behaviour); only a CDR is tried a few times more.
"""

import json
import logging
import random
import uuid
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

import aiohttp

from sandbox.cpo.clock import Clock
from sandbox.cpo.crew import Crew
from sandbox.cpo.ocpi import words
from sandbox.cpo.ocpi.envelope import encode, from_headers, to_headers
from sandbox.cpo.ocpi.voice import Voice
from sandbox.cpo.partners import Partner, Partners
from sandbox.cpo.records import ACTIVE, Cdr, Command, Period, Session
from sandbox.cpo.stations import Evse, Location, Party

log = logging.getLogger(__name__)

PATIENCE = aiohttp.ClientTimeout(total=10)
LANE_LENGTH = 100
LOG_LENGTH = 20_000
CDR_RETRIES = (1, 5, 15)
"""Seconds of the wire's clock between the attempts to deliver a CDR."""


@dataclass(frozen=True, slots=True)
class Push:
    """A request that was made, or could not be: `http` and `status_code` are the answer, `error` why there was none."""

    at: datetime
    partner_id: str
    method: str
    url: str
    body: Any
    http: int | None = None
    status_code: int | None = None
    error: str | None = None
    location: str | None = None
    data: Any = None

    @property
    def delivered(self) -> bool:
        ocpi_success = self.status_code is None or 1000 <= self.status_code < 2000  # noqa: PLR2004  OCPI's 1xxx
        return self.http is not None and self.http < 300 and ocpi_success  # noqa: PLR2004  HTTP's 2xx


Job = Callable[[], Awaitable[None]]


class Lanes:
    """Jobs with the same key run in order, those of different keys side by side. A full lane drops what is new."""

    def __init__(self, crew: Crew) -> None:
        self._crew = crew
        self._waiting: dict[str, deque[Job]] = {}

    def add(self, key: str, job: Job) -> None:
        if key not in self._waiting:
            self._waiting[key] = deque()
            self._crew.start(self._drain(key), f"lane {key}")
        if len(self._waiting[key]) < LANE_LENGTH:
            self._waiting[key].append(job)
        else:
            log.warning("the lane %s is full, its news is dropped", key)

    async def _drain(self, key: str) -> None:
        lane = self._waiting[key]
        try:
            while lane:
                await lane.popleft()()
        finally:
            del self._waiting[key]


class Caller:
    """One HTTP client for all partners; it never raises for what the other side does."""

    def __init__(
        self, http: aiohttp.ClientSession, party: Party, clock: Clock, dice: random.Random, voice: Voice
    ) -> None:
        self._http, self._party, self._clock, self._dice, self.voice = http, party, clock, dice, voice
        self.log: deque[Push] = deque(maxlen=LOG_LENGTH)

    async def call(
        self,
        partner: Partner,
        method: str,
        url: str,
        body: Any = None,
        *,
        kind: str = "",
        functional: bool = True,
        sender: Party | None = None,
        to: Party | None = None,
        correlation_id: str | None = None,
    ) -> Push:
        headers = {"Authorization": self.voice.header(partner.ours_to_them or "")}
        if not self.voice.has("no_request_ids"):
            headers |= {"X-Request-ID": self._new_id(), "X-Correlation-ID": correlation_id or self._new_id()}
        if functional and self.voice.routed and not self.voice.has("no_request_ids"):
            addressee = to or partner.party()
            headers |= from_headers(sender or self._party) | (to_headers(addressee) if addressee else {})
        body = self.voice.say(kind, body)
        data = None if body is None else encode(body)
        if data is not None:
            headers["Content-Type"] = "application/json"
        push = await self._ask(partner.id, method, url, body, data, headers)
        self.log.append(push)
        if not push.delivered:
            log.info("%s %s was not delivered: %s", method, url, push.error or push.http)
        return push

    async def _ask(
        self, partner_id: str, method: str, url: str, body: Any, data: bytes | None, headers: dict[str, str]
    ) -> Push:
        at = self._clock.now()
        try:
            async with self._http.request(
                method, url, data=data, headers=headers, timeout=PATIENCE, allow_redirects=False
            ) as answer:
                found = _read(await answer.read())
                return Push(
                    at,
                    partner_id,
                    method,
                    url,
                    body,
                    answer.status,
                    found.get("status_code"),
                    location=answer.headers.get("Location"),
                    data=found.get("data"),
                )
        except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
            return Push(at, partner_id, method, url, body, error=f"{type(error).__name__}: {error}")

    def _new_id(self) -> str:
        return str(uuid.UUID(int=self._dice.getrandbits(128), version=4))


class Pushes:
    """The charge points' Wire: spells their news at once and sends it in its lane."""

    def __init__(self, caller: Caller, partners: Partners, clock: Clock, crew: Crew) -> None:
        self._caller, self._partners, self._clock = caller, partners, clock
        self._lanes = Lanes(crew)
        self._held: dict[str, Any] = {}

    def result(self, command: Command, result: str, lane: str) -> None:
        command.result, command.result_at = result, self._clock.now()
        partner = self._partners.get(command.partner_id)
        url = command.body["response_url"]

        async def send() -> None:
            if partner.registered:
                body = {"result": result} | words.own(command.says)
                await self._caller.call(
                    partner, "POST", url, body, kind="result", correlation_id=command.correlation_id
                )

        self._lanes.add(lane, send)

    def session_opened(self, session: Session) -> None:
        self._send_session(session, "PUT", words.session(session))

    def session_changed(self, session: Session, fields: tuple[str, ...], periods: list[Period]) -> None:
        if self._caller.voice.has("put_only"):
            self._send_session(session, "PUT", words.session(session))
            return
        if self._caller.voice.has("repeated_periods"):
            periods = session.periods
        patch = words.session_patch(session, fields, periods)
        older = self._held.pop(session.id, None)
        if older is None and session.live() and session.odd("out_of_order_pushes"):
            self._held[session.id] = patch
            return
        self._send_session(session, "PATCH", patch)
        if older is not None:
            self._send_session(session, "PATCH", older)

    def evse_changed(self, location: Location, evse: Evse) -> None:
        """Every partner hears of a status; one that does not know the EVSE gets the whole location."""
        if self._caller.voice.has("silent_statuses") or evse.faults.has("no_status_push"):
            return
        patch = {"status": evse.status, "last_updated": words.moment(evse.last_updated)}
        for partner in self._partners.registered():
            if base := partner.endpoint("locations", "RECEIVER"):
                whole = _url(base, location.owner, location.id)
                self._lanes.add(
                    f"{partner.id} {evse.uid}", self._status(partner, f"{whole}/{evse.uid}", patch, whole, location)
                )

    def client_changed(self, told: Any) -> None:
        """Every partner hears how it is with a party behind the hub."""
        for partner in self._partners.registered():
            if base := partner.endpoint("hubclientinfo", "RECEIVER"):
                url = f"{base.rstrip('/')}/{told['country_code']}/{told['party_id']}"
                self._lanes.add(f"{partner.id} {url}", self._client(partner, url, told))

    def _client(self, partner: Partner, url: str, told: Any) -> Job:
        async def send() -> None:
            await self._caller.call(partner, "PUT", url, told, functional=False)

        return send

    def cdr_made(self, cdr: Cdr) -> None:
        partner = self._partners.get(cdr.session.partner_id)
        if not cdr.session.odd("no_cdr_push"):
            self._lanes.add(f"bills of {cdr.session.id}", self._cdr(partner, cdr, words.cdr(cdr)))

    def _send_session(self, session: Session, method: str, body: Any) -> None:
        if session.odd("no_session_push"):
            return
        partner = self._partners.get(session.partner_id)
        if session.status == ACTIVE and (fault := session.evse.faults.take("offline_in_mid_session")):
            self._lanes.add(session.id, self._silence(fault.seconds))
        copies = 2 if session.odd("duplicate_pushes") else 1
        for _ in range(copies):
            self._lanes.add(session.id, self._session(partner, session, method, body))

    def _session(self, partner: Partner, session: Session, method: str, body: Any) -> Job:
        async def send() -> None:
            base = partner.endpoint("sessions", "RECEIVER")
            if base is None:
                return
            sender = session.location.owner
            to = Party(session.cdr_token["country_code"], session.cdr_token["party_id"])
            url = _url(base, session.location.owner, session.id)
            kind = "session" if method == "PUT" else "session_patch"
            push = await self._caller.call(partner, method, url, body, kind=kind, sender=sender, to=to)
            if method == "PATCH" and push.http is not None and not push.delivered:
                whole = words.session(session)
                await self._caller.call(partner, "PUT", url, whole, kind="session", sender=sender, to=to)

        return send

    def _silence(self, seconds: float) -> Job:
        async def wait() -> None:
            await self._clock.sleep_real(seconds)

        return wait

    def _status(self, partner: Partner, url: str, patch: Any, whole: str, location: Location) -> Job:
        async def send() -> None:
            whole_too = self._caller.voice.has("put_only")
            if not whole_too:
                push = await self._caller.call(partner, "PATCH", url, patch, kind="evse_patch", sender=location.owner)
                whole_too = push.http is not None and not push.delivered
            if whole_too:
                body = words.location(location)
                await self._caller.call(partner, "PUT", whole, body, kind="location", sender=location.owner)

        return send

    def _cdr(self, partner: Partner, cdr: Cdr, body: Any) -> Job:
        async def send() -> None:
            to = Party(cdr.session.cdr_token["country_code"], cdr.session.cdr_token["party_id"])
            for pause in (*CDR_RETRIES, None):
                url = partner.endpoint("cdrs", "RECEIVER")
                if url is None:
                    return
                push = await self._caller.call(
                    partner, "POST", url, body, kind="cdr", sender=cdr.session.location.owner, to=to
                )
                if push.delivered:
                    cdr.receiver_url = push.location
                    return
                if pause is not None:
                    await self._clock.sleep_real(pause)

        return send


def _url(base: str, owner: Party, object_id: str) -> str:
    return f"{base.rstrip('/')}/{owner.country_code}/{owner.party_id}/{object_id}"


def _read(body: bytes) -> dict[str, Any]:
    try:
        found = json.loads(body, parse_float=Decimal)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
