"""Every mounted way in, each with every kind of stranger: nothing is read, nothing is changed. The count is printed.

The cases come from the routes as they are mounted, so that a new way in cannot be forgotten here.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from bot.domain.charge import State
from bot.domain.network import Partner
from bot.ocpi.paths import ROOT
from bot.services.partners import OurToken
from handlers.ocpi.routes import ocpi_routes
from tests.handlers.ocpi import samples
from tests.handlers.ocpi.room import CITY, RURAL, Answer, Room, add_charge

IDS = {
    "country_code": "NL",
    "party_id": "CIT",
    "location_id": "LOC1",
    "evse_uid": "E1",
    "connector_id": "1",
    "tariff_id": "T1",
    "session_id": "S1",
    "cdr_id": "CDR1",
    "token_uid": "TOKEN1",
    "command": "START_SESSION",
    "charge_id": "00000000-0000-4000-8000-000000000001",
    "secret": "secret1",
    "client_country": "DE",
    "client_party": "WAT",
}
OTHER = {"country_code": "BE", "party_id": "RUR"}
THIRD = {"country_code": "DE", "party_id": "CIT"}
RESULT = {"result": "ACCEPTED"}
IS_OPEN = re.compile(f"{ROOT}(/versions|/[0-9.]+|/[0-9.]+/credentials)?/?")
"""What is not one partner's own: versions, and credentials, which know only their caller."""

BODIES: dict[str, Callable[..., dict[str, Any]]] = {
    "location_id": samples.location,
    "evse_uid": samples.evse,
    "connector_id": samples.connector,
    "tariff_id": samples.tariff,
    "session_id": samples.session,
    "secret": lambda **changes: RESULT | changes,
    "client_party": lambda **changes: {"country_code": "DE", "party_id": "WAT", "status": "CONNECTED"} | changes,
    "cdrs": lambda **changes: samples.cdr(session_id=None, cdr_token=None) | changes,
}


@dataclass(frozen=True)
class Attempt:
    """A request nobody may have success with; `token` names whose it shows."""

    kind: str
    method: str
    path: str
    token: str
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)


def mounted(room: Room) -> Iterator[tuple[str, str]]:
    """Method and path pattern of every way in that is somebody's own."""
    for route in ocpi_routes(room.desk):
        if route.method != "*" and not route.path.endswith("/") and not IS_OPEN.fullmatch(route.path):
            yield route.method, route.path


def make_body(method: str, pattern: str, **changes: Any) -> Any:
    if method not in {"PUT", "PATCH", "POST"}:
        return None
    last = pattern.rpartition("/")[2].strip("{}")
    make = BODIES.get(last)
    return make(**changes) if make else {"location_id": "LOC1"}


def attempts(method: str, pattern: str) -> Iterator[Attempt]:
    def at(**changes: str) -> str:
        return pattern.format(**(IDS | changes))

    body = make_body(method, pattern)
    for token in ("rural", "invited", "unknown", ""):
        yield Attempt("another's credential", method, at(), token, body)
    yield Attempt("a forged route", method, at(), "rural", body, {"OCPI-from-party-id": "CIT"})
    if "{party_id}" in pattern:
        yield Attempt("another's credential and body", method, at(), "rural", make_body(method, pattern, **OTHER))
        for whose in (OTHER, THIRD, {"country_code": "NL", "party_id": "CHB"}):
            yield Attempt("another party in the path", method, at(**whose), "city", body)
            theirs = make_body(method, pattern, **whose)
            yield Attempt("another party in path and body", method, at(**whose), "city", theirs)
    if body is None or "{evse_uid}" in pattern or "{secret}" in pattern or "{token_uid}" in pattern:
        return
    for whose in (OTHER, THIRD):
        yield Attempt("another party in the body", method, at(), "city", make_body(method, pattern, **whose))
    if "{party_id}" in pattern:
        yield Attempt("another id in the body", method, at(), "city", make_body(method, pattern, id="ELSE"))


def wrong_ids(method: str, pattern: str) -> Iterator[Attempt]:
    """The right credential, with one id of the path that is not the object's."""
    body = make_body(method, pattern)
    if "{secret}" in pattern:
        for name, value in (("secret", "secret2"), ("charge_id", IDS["charge_id"][:-1] + "2"), ("command", "UNLOCK")):
            yield Attempt("a wrong secret", method, pattern.format(**(IDS | {name: value})), "city", body)


async def a_hub(room: Room) -> tuple[Partner, OurToken]:
    """The city's operator, which is a hub too, so that every way in is open to it."""
    city, token = await room.connect("City", CITY)
    await room.db.write(lambda uow: uow.partners.save(replace(city, hub=CITY)))
    return city, token


def succeeded(answer: Answer) -> bool:
    """Whether something was read or taken; an empty list of tokens is nothing."""
    found = answer.json if answer.body else {}
    return answer.status // 100 == 2 and found.get("status_code", 1000) // 1000 == 1 and found.get("data") != []


async def test_no_stranger_reads_or_writes_anything_by_any_mounted_way(room: Room, capsys):
    city, token = await a_hub(room)
    tokens = {
        "city": token,
        "rural": (await room.connect("Rural", RURAL))[1],
        "invited": await room.partners.invite("Newcomer"),
        "unknown": "a-token-nobody-has",
        "": None,
    }
    await add_charge(room, city.id, state=State.FENCED)
    for path, body in (("locations/NL/CIT/LOC1", samples.location()), ("tariffs/NL/CIT/T1", samples.tariff())):
        assert (await room.call("PUT", f"{ROOT}/2.2.1/{path}", body, token=token)).status == 201
    assert (await room.call("PUT", f"{ROOT}/2.2.1/sessions/NL/CIT/S1", samples.session(), token=token)).status == 201
    assert (await room.call("POST", f"{ROOT}/2.2.1/cdrs", BODIES["cdrs"](), token=token)).status == 201
    before = await room.everything()

    allowed, tried = [], 0
    for method, pattern in mounted(room):
        for attempt in (*attempts(method, pattern), *wrong_ids(method, pattern)):
            answer = await room.call(
                attempt.method, attempt.path, attempt.body, token=tokens[attempt.token], headers=attempt.headers
            )
            assert answer.status < 500, attempt
            tried += 1
            if succeeded(answer):
                allowed.append(attempt)
    with capsys.disabled():
        print(f"\ncross-party matrix: {len(allowed)} allowed of {tried}")  # noqa: T201  the count is for people
    assert allowed == []
    assert tried > 400
    assert await room.everything() == before


async def test_the_same_ways_are_open_to_whom_they_belong(room: Room):
    """Else a matrix that refuses everything would prove nothing."""
    city, token = await a_hub(room)
    await add_charge(room, city.id, state=State.FENCED)
    order = {"PUT": 0, "POST": 1, "PATCH": 2, "GET": 3, "DELETE": 4}
    ways = sorted(mounted(room), key=lambda way: (order[way[0]], way[1]))
    refused = []
    for method, pattern in ways:
        answer = await room.call(method, pattern.format(**IDS), make_body(method, pattern), token=token)
        if not succeeded(answer):
            refused.append((method, pattern, answer.codes))
    assert [way for way in refused if way[0] != "DELETE"] == []
