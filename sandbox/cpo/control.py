"""The control API: what people and tests do to the pretend world, as JSON over HTTP below /control. No password.

GET /control lists every route with its sentence. An EVSE is named by its uid or by its evse_id, with or without stars.
"""

import json
from collections.abc import Awaitable, Callable
from dataclasses import asdict, fields, replace
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

from aiohttp import web

from sandbox.cpo import faults
from sandbox.cpo.cards import CardReader
from sandbox.cpo.clock import RealClock
from sandbox.cpo.hub import CONNECTED, STATUSES
from sandbox.cpo.ocpi import words
from sandbox.cpo.ocpi.envelope import encode
from sandbox.cpo.ocpi.hub_client_info import spelt
from sandbox.cpo.physics import FULL, Car
from sandbox.cpo.records import Command, Session
from sandbox.cpo.stations import Connector, Evse, Location

if TYPE_CHECKING:
    from sandbox.cpo.operator import Operator

Json = dict[str, Any]
Handler = Callable[[web.Request], Awaitable[Json]]


class Mistake(Exception):
    """A request that cannot be done: one sentence for who asked."""

    def __init__(self, sentence: str, http: int = 400) -> None:
        super().__init__(sentence)
        self.sentence, self.http = sentence, http


class Control:
    def __init__(self, operator: "Operator") -> None:
        self._it = operator
        self._cards = CardReader(operator.kept, operator.partners, operator.caller, operator.charging)
        evse = "/evses/{evse}"
        self._table: list[tuple[str, str, Handler, str]] = [
            ("GET", "", self._index, "This list."),
            ("GET", "/evses", self._evses, "All EVSEs with stickers, status, car and faults."),
            ("GET", evse, self._evse, "One EVSE."),
            ("POST", evse + "/plug", self._plug, "Plug a car in: {connector_id?, car?}."),
            ("POST", evse + "/unplug", self._unplug, "Pull the cable out; an active session ends."),
            ("POST", evse + "/stop-button", self._stop_button, "Press stop at the charge point."),
            ("POST", evse + "/emergency", self._emergency, "Press the emergency button: INOPERATIVE until repaired."),
            ("POST", evse + "/repair", self._repair, "Make a broken EVSE work again."),
            ("POST", evse + "/swipe", self._swipe, "Hold a card against the reader: {uid}."),
            ("POST", evse + "/faults", self._set_fault, "Switch a fault on: {name, count?, seconds?}."),
            ("DELETE", evse + "/faults", self._clear_faults, "Switch all faults of an EVSE off."),
            ("DELETE", evse + "/faults/{name}", self._clear_faults, "Switch one fault of an EVSE off."),
            ("GET", "/faults", self._faults, "The faults that there are."),
            ("GET", "/speed", self._speed, "The speed factor."),
            ("PUT", "/speed", self._set_speed, "Change the speed factor: {speed}."),
            ("PUT", "/pace", self._set_pace, "Change ranges of seconds, and plug_patience."),
            ("GET", "/sessions", self._sessions, "All sessions, as on the wire, with how they ended."),
            ("GET", "/cdrs", self._cdrs, "All CDRs, as on the wire, with where the peer keeps them."),
            ("GET", "/commands", self._commands, "All commands received, counted by reference and by token."),
            ("GET", "/pushes", self._pushes, "All requests made to peers and what came of them."),
            ("GET", "/tokens", self._tokens, "All tokens that peers have pushed."),
            ("GET", "/clients", self._clients, "The parties behind the hub, if this is one."),
            ("PUT", "/clients/{party}", self._set_client, "Make a party of the hub {status?, slow?}."),
            ("GET", "/partners", self._partners, "Who is invited and who is registered."),
            ("POST", "/partners", self._invite, "Invite a partner: {name?, token_a?} gives token_a and versions_url."),
        ]

    def routes(self) -> list[web.RouteDef]:
        return [web.route(method, "/control" + path, _wrapped(handler)) for method, path, handler, _ in self._table]

    async def _index(self, _: web.Request) -> Json:
        return {"routes": [f"{method} /control{path} - {words}" for method, path, _, words in self._table]}

    # The street

    async def _evses(self, _: web.Request) -> Json:
        return {"evses": [self._show(location, evse) for location, evse in self._it.city.evses()]}

    async def _evse(self, request: web.Request) -> Json:
        return self._show(*self._find(request))

    async def _plug(self, request: web.Request) -> Json:
        location, evse = self._find(request)
        body = await _body(request)
        if evse.plug is not None:
            raise Mistake(f"A car is plugged in already: {evse.plug.car.name}.", http=409)
        connector = evse.connector(str(body.get("connector_id") or evse.connectors[0].id))
        if connector is None:
            raise Mistake("There is no such connector at this EVSE.", http=404)
        self._it.charging.plug_in(location, evse, connector, _car(body.get("car") or {}))
        return self._show(location, evse)

    async def _unplug(self, request: web.Request) -> Json:
        location, evse = self._find(request)
        if evse.plug is None:
            raise Mistake("No car is plugged in here.", http=409)
        self._it.charging.pull_out(location, evse)
        return self._show(location, evse)

    async def _stop_button(self, request: web.Request) -> Json:
        location, evse = self._find(request)
        self._it.charging.press_stop(evse)
        return self._show(location, evse)

    async def _emergency(self, request: web.Request) -> Json:
        location, evse = self._find(request)
        self._it.charging.press_emergency(location, evse)
        return self._show(location, evse)

    async def _repair(self, request: web.Request) -> Json:
        location, evse = self._find(request)
        self._it.charging.repair(location, evse)
        return self._show(location, evse)

    async def _swipe(self, request: web.Request) -> Json:
        location, evse = self._find(request)
        uid = (await _body(request)).get("uid")
        if not isinstance(uid, str):
            raise Mistake("A swipe needs the card's uid.")
        return {"display": await self._cards.swipe(location, evse, uid)}

    async def _set_fault(self, request: web.Request) -> Json:
        location, evse = self._find(request)
        body = await _body(request)
        count, seconds = body.get("count"), body.get("seconds")
        if count is not None and (not isinstance(count, int) or count < 1):
            raise Mistake("count must be a whole number above zero.")
        if seconds is not None and (not isinstance(seconds, int | Decimal) or seconds < 0):
            raise Mistake("seconds must be a number, not below zero.")
        if body.get("name") not in faults.KINDS:
            raise Mistake(f"There is no fault {body.get('name')!r}; GET /control/faults lists them.", http=404)
        evse.faults.set(body["name"], count, None if seconds is None else float(seconds))
        return self._show(location, evse)

    async def _clear_faults(self, request: web.Request) -> Json:
        location, evse = self._find(request)
        evse.faults.clear(request.match_info.get("name"))
        return self._show(location, evse)

    async def _faults(self, _: web.Request) -> Json:
        return {"faults": [asdict(kind) for kind in faults.KINDS.values()]}

    # Time

    async def _speed(self, _: web.Request) -> Json:
        return {"speed": self._it.clock.speed}

    async def _set_speed(self, request: web.Request) -> Json:
        speed = (await _body(request)).get("speed")
        if not isinstance(speed, int | Decimal) or not 0 < speed <= 100_000:  # noqa: PLR2004  far beyond any use
            raise Mistake("speed must be a number above 0 and at most 100000.")
        if not isinstance(self._it.clock, RealClock):
            raise Mistake("This operator's clock is moved by hand.", http=409)
        self._it.clock.set_speed(float(speed))
        return {"speed": self._it.clock.speed}

    async def _set_pace(self, request: web.Request) -> Json:
        charging, body = self._it.charging, await _body(request)
        known = {each.name for each in fields(charging.pace)}
        changes: dict[str, Any] = {}
        for name, value in body.items():
            if name not in known:
                raise Mistake(f"There is no pace {name!r}; there are {', '.join(sorted(known))}.")
            changes[name] = _patience(value) if name == "plug_patience" else _range(name, value)
        charging.pace = replace(charging.pace, **changes)
        return asdict(charging.pace)

    # The books

    async def _sessions(self, _: web.Request) -> Json:
        return {"sessions": [self._show_session(each) for each in self._it.kept.sessions.values()]}

    async def _cdrs(self, _: web.Request) -> Json:
        return {"cdrs": [words.cdr(each) | {"receiver_url": each.receiver_url} for each in self._it.kept.cdrs.values()]}

    async def _commands(self, _: web.Request) -> Json:
        kept = self._it.kept
        return {
            "commands": [_show_command(each) for each in kept.commands],
            "starts_per_reference": kept.starts_per_reference(),
            "starts_per_token": kept.starts_per_token(),
            "sessions_per_reference": kept.sessions_per_reference(),
        }

    async def _pushes(self, _: web.Request) -> Json:
        pushes = [asdict(each) | {"at": words.moment(each.at)} for each in self._it.caller.log]
        return {"pushes": pushes}

    async def _tokens(self, _: web.Request) -> Json:
        return {"tokens": list(self._it.kept.tokens.values())}

    async def _partners(self, _: web.Request) -> Json:
        partners = [
            {"id": each.id, "name": each.name, "registered": each.registered, "roles": each.roles}
            for each in self._it.partners.all()
        ]
        return {"partners": partners}

    async def _clients(self, _: web.Request) -> Json:
        hub = self._it.hub
        return {"clients": [spelt(each) | {"slow": each.slow} for each in hub.clients.values()] if hub else []}

    async def _set_client(self, request: web.Request) -> Json:
        body = await _body(request)
        status = body.get("status", CONNECTED)
        if status not in STATUSES:
            raise Mistake(f"status must be one of {', '.join(STATUSES)}.")
        if not self._it.set_client(request.match_info["party"], status, slow=body.get("slow") is True):
            raise Mistake(f"There is no party {request.match_info['party']!r} behind a hub here.", http=404)
        return await self._clients(request)

    async def _invite(self, request: web.Request) -> Json:
        body = await _body(request)
        partner = self._it.partners.invite(str(body.get("name", "a partner")), body.get("token_a"))
        return {"id": partner.id, "token_a": partner.invitation, "versions_url": self._it.versions_url}

    def _find(self, request: web.Request) -> tuple[Location, Evse]:
        found = self._it.city.find(request.match_info["evse"])
        if found is None:
            raise Mistake(f"There is no EVSE {request.match_info['evse']!r}.", http=404)
        return found

    def _show(self, location: Location, evse: Evse) -> Json:
        return {
            "uid": evse.uid,
            "evse_id": evse.evse_id,
            "sticker": evse.sticker,
            "location_id": location.id,
            "location": location.name,
            "address": location.address,
            "status": evse.status,
            "startable": evse.startable,
            "for_scripts": evse.reserved_for_script,
            "connectors": [_show_connector(each) for each in evse.connectors],
            "plugged": _show_plug(evse),
            "session_id": evse.busy_with,
            "faults": evse.faults.listed(),
        }

    def _show_session(self, session: Session) -> Json:
        return words.session(session) | {"partner": session.partner_id, "ending": session.ending}


def _show_connector(it: Connector) -> Json:
    tariff_id = None if it.tariff_hidden else it.tariff_id
    return {"id": it.id, "standard": it.standard, "format": it.format, "kw": it.power_kw, "tariff_id": tariff_id}


def _show_plug(evse: Evse) -> Json | None:
    if evse.plug is None:
        return None
    car = evse.plug.car
    return {"connector_id": evse.plug.connector.id, "car": car.name, "soc": car.soc, "stranger": evse.plug.stranger}


def _show_command(it: Command) -> Json:
    return {
        "id": it.id,
        "command": it.name,
        "at": words.moment(it.at),
        "partner": it.partner_id,
        "authorization_reference": it.reference,
        "token_uid": it.token_uid,
        "answer": it.answer,
        "result": it.result,
        "session_id": it.session_id,
        "body": it.body,
    }


def _patience(value: Any) -> float:
    if not isinstance(value, int | Decimal) or value < 0:
        raise Mistake("plug_patience needs seconds, not below zero.")
    return float(value)


def _range(name: str, value: Any) -> tuple[float, float]:
    match value:
        case [int() | Decimal() as low, int() | Decimal() as high] if 0 <= low <= high:
            return float(low), float(high)
    raise Mistake(f"{name} needs a range of seconds: [low, high].")


def _car(asked: Any) -> Car:
    """`asked` overrides fields of an ordinary car: name, battery_kwh, soc, max_ac_kw, max_dc_kw."""
    if not isinstance(asked, dict) or not asked.keys() <= {each.name for each in fields(Car)}:
        raise Mistake(f"A car has {', '.join(each.name for each in fields(Car))}.")
    try:
        sizes = {name: Decimal(str(value)) for name, value in asked.items() if name != "name"}
    except InvalidOperation as error:
        raise Mistake("A car's sizes must be numbers.") from error
    car = Car(str(asked.get("name", "your car")), **sizes)
    if not (car.battery_kwh > 0 and car.max_ac_kw > 0 and car.max_dc_kw > 0 and 0 <= car.soc <= FULL):
        raise Mistake("A car needs sizes above zero and a soc from 0 to 100.")
    return car


async def _body(request: web.Request) -> Json:
    raw = await request.read()
    try:
        found = json.loads(raw or b"{}", parse_float=Decimal)
    except ValueError as error:
        raise Mistake(f"The body is not JSON: {error}") from error
    if not isinstance(found, dict):
        raise Mistake("The body must be a JSON object.")
    return found


def _wrapped(handler: Handler) -> Callable[[web.Request], Awaitable[web.Response]]:
    async def handle(request: web.Request) -> web.Response:
        try:
            body, status = await handler(request), 200
        except Mistake as mistake:
            body, status = {"error": mistake.sentence}, mistake.http
        return web.Response(body=encode(body), status=status, content_type="application/json")

    return handle
