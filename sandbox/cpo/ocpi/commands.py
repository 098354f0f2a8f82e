"""Commands, receiver interface: an answer at once, and the charge point's result later to the response_url."""

from typing import Any

from sandbox.cpo import stations
from sandbox.cpo.charging import Charging, Order
from sandbox.cpo.clock import Clock
from sandbox.cpo.faults import STOP_SYNC_ANSWERS, SYNC_ANSWERS
from sandbox.cpo.ocpi import tokens, words
from sandbox.cpo.ocpi.envelope import (
    CLIENT_ERROR,
    INVALID,
    SERVER_ERROR,
    UNKNOWN_LOCATION,
    UNKNOWN_TOKEN,
    Answer,
    Call,
    Refusal,
    Route,
    required,
    string,
)
from sandbox.cpo.ocpi.versions import Module
from sandbox.cpo.ocpi.voice import Site
from sandbox.cpo.records import Command, Records
from sandbox.cpo.stations import City, Connector, Evse, Location

SERVER_FAILED = 500
NOT_DELIVERED = 4003
"""OCPI 2.2.1 status_codes, hub errors: connection problem."""

TIMEOUT = 30
"""Seconds after which a provider may stop expecting a result."""


class CommandsModule:
    def __init__(self, site: Site, city: City, kept: Records, charging: Charging, clock: Clock) -> None:
        self._site, self._city, self._kept, self._charging, self._clock = site, city, kept, charging, clock
        self._known = {
            "START_SESSION": self._start,
            "STOP_SESSION": self._stop,
            "UNLOCK_CONNECTOR": self._unlock,
            "RESERVE_NOW": self._not_supported,
            "CANCEL_RESERVATION": self._not_supported,
        }

    def module(self) -> Module:
        path = self._site.path("commands") + "/{command}"
        return Module("commands", "RECEIVER", (Route("POST", path, self._post),))

    async def _post(self, call: Call) -> Answer:
        name = call.segment("command")
        if name not in self._known:
            raise Refusal(CLIENT_ERROR, f"There is no command {name}.", http=404)
        body = await call.body(name)
        number = f"command-{len(self._kept.commands) + 1}"
        command = Command(number, name, self._clock.now(), call.partner.id, body, call.correlation_id)
        self._kept.commands.append(command)
        await self._charging.pause(self._charging.pace.answer)
        try:
            _need_response_url(body)
            command.answer = await self._known[name](call, command)
        except Refusal as refusal:
            command.answer = f"HTTP {refusal.http}, {refusal.status_code}"
            raise
        data = {"result": command.answer, "timeout": TIMEOUT} | words.own(command.says)
        return Answer(data, kind="command", truncated=command.cut)

    async def _start(self, call: Call, command: Command) -> str:
        order = self._order(call, command)
        evse = order.evse
        _fail(
            evse, {"http_500_on_start": 500, "http_401_on_start": 401, "http_429_on_start": 429}, "hub_cannot_deliver"
        )
        command.says = evse.faults.has("with_words")
        if answer := evse.faults.taken(SYNC_ANSWERS):
            return answer
        if not evse.startable:
            return "NOT_SUPPORTED"
        if not call.partner.is_party(*_owner(command.body["token"])):
            return "REJECTED"
        self._charging.start(order)
        command.cut = evse.faults.take("truncated_answer") is not None
        if fault := evse.faults.take("hang_on_start"):
            await self._clock.sleep_real(fault.seconds)
        return "ACCEPTED"

    async def _stop(self, call: Call, command: Command) -> str:
        required(command.body, "session_id")
        session = self._kept.session(string(command.body, "session_id") or "")
        if session is None:
            return "UNKNOWN_SESSION"
        if session.partner_id != call.partner.id or not session.live():
            return "REJECTED"
        command.session_id = session.id
        evse = session.evse
        _fail(evse, {"http_500_on_stop": 500, "http_401_on_stop": 401}, "hub_cannot_deliver_stop")
        command.says = evse.faults.has("with_words")
        if answer := evse.faults.taken(STOP_SYNC_ANSWERS):
            return answer
        self._charging.stop(command, session)
        return "ACCEPTED"

    async def _unlock(self, call: Call, command: Command) -> str:
        required(command.body, "location_id", "evse_uid", "connector_id")
        _, evse, _ = self._place(call)
        if "UNLOCK_CAPABLE" not in evse.capabilities:
            return "NOT_SUPPORTED"
        self._charging.unlock(command, evse)
        return "ACCEPTED"

    async def _not_supported(self, call: Call, command: Command) -> str:  # noqa: ARG002  every command takes the call
        return "NOT_SUPPORTED"

    def _order(self, call: Call, command: Command) -> Order:
        """The charge point gets to see whether a token is valid; the operator may not refuse it for that."""
        body = command.body
        required(body, "token", "location_id")
        token = tokens.checked(body["token"])
        location, evse, connector = self._place(call)
        fields = ("country_code", "party_id", "uid", "type", "contract_id")
        pushed = self._kept.tokens.get(tokens.key(*_owner(token), token["uid"], token["type"]))
        if pushed is None and self._site.voice.has("token_first"):
            raise Refusal(UNKNOWN_TOKEN, "This token is not known here.")
        pushed = pushed or token
        return Order(
            location,
            evse,
            connector,
            call.partner.id,
            {name: token[name] for name in fields},
            string(body, "authorization_reference"),
            token_valid=bool(token["valid"] and pushed["valid"]),
            command=command,
        )

    def _place(self, call: Call) -> tuple[Location, Evse, Connector]:
        body = call.heard
        location = self._city.location(string(body, "location_id") or "")
        if location is None or not call.concerns(location.owner):
            raise Refusal(UNKNOWN_LOCATION, "There is no such location.")
        evse_uid, connector_id = string(body, "evse_uid"), string(body, "connector_id")
        if evse_uid is None:
            if connector_id is not None:
                raise Refusal(INVALID, "connector_id needs an evse_uid.")
            evse: Evse | None = _any_free(location)
        else:
            evse = location.evse(evse_uid)
        if evse is None:
            raise Refusal(INVALID, "There is no such EVSE at this location.")
        return location, evse, _connector(evse, connector_id)


def _fail(evse: Evse, statuses: dict[str, int], not_delivered: str) -> None:
    """No answer to the command, but a failure on the way, as this EVSE's faults have it."""
    for name, http in statuses.items():
        if evse.faults.take(name):
            raise Refusal(SERVER_ERROR if http == SERVER_FAILED else CLIENT_ERROR, "The operator failed.", http=http)
    if evse.faults.take(not_delivered):
        raise Refusal(NOT_DELIVERED, "The operator behind this hub cannot be reached.")


def _any_free(location: Location) -> Evse:
    """No EVSE was named, so the operator chooses: a free one that an app can start, if there is one."""
    ranked = sorted(location.evses, key=lambda it: (not it.startable, it.status != stations.AVAILABLE))
    return ranked[0]


def _connector(evse: Evse, connector_id: str | None) -> Connector:
    if connector_id is not None:
        found = evse.connector(connector_id)
        if found is None:
            raise Refusal(INVALID, "There is no such connector at this EVSE.")
        return found
    if "START_SESSION_CONNECTOR_REQUIRED" in evse.capabilities:
        raise Refusal(INVALID, "This EVSE needs a connector_id.")
    return evse.plug.connector if evse.plug else evse.connectors[0]


def _owner(token: dict[str, Any]) -> tuple[str, str]:
    return token["country_code"], token["party_id"]


def _need_response_url(body: dict[str, Any]) -> None:
    required(body, "response_url")
    url = string(body, "response_url") or ""
    if not url.startswith(("http://", "https://")):
        raise Refusal(INVALID, "response_url must be an http or https URL.")
