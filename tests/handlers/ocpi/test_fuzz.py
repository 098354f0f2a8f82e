"""Every receiver, sent what no honest operator sends: never a fault of ours, and what it says it took is what it has."""

import asyncio
import json
from contextlib import AsyncExitStack
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.ocpi.wire import write_json
from tests.handlers.ocpi import samples
from tests.handlers.ocpi.room import CITY, Room, open_room
from tests.ocpi.test_mutations import damaged, places, values

WHOLE = {
    "locations/NL/CIT/LOC1": samples.location,
    "locations/NL/CIT/LOC1/E1": samples.evse,
    "locations/NL/CIT/LOC1/E1/1": samples.connector,
    "tariffs/NL/CIT/T1": samples.tariff,
    "sessions/NL/CIT/S1": samples.session,
    "cdrs": samples.cdr,
    "tokens/TOKEN1/authorize": lambda: {"location_id": "LOC1", "evse_uids": ["E1"]},
    "commands/START_SESSION/00000000-0000-4000-8000-000000000001/secret1": lambda: {"result": "ACCEPTED"},
}
PUSHES = [("PUT", path) for path in WHOLE if path.count("/") > 2 and "commands" not in path]
PATCHES = [("PATCH", path) for _, path in PUSHES]
POSTS = [("POST", path) for path in WHOLE if path.startswith(("cdrs", "tokens", "commands"))]
NOT_OUR_FAULT = {200, 201, 400, 404, 405, 413}
versions = st.sampled_from(["2.2.1", "2.2.1", "2.3.0", "2.1.1"])


class Peer:
    """A room of ours, and an operator that talks to it, outside of any test's own loop."""

    def __init__(self) -> None:
        self.loop = asyncio.new_event_loop()
        self.doors = AsyncExitStack()
        self.room: Room = self.do(self.doors.enter_async_context(open_room()))
        self.token = self.do(self.room.connect("City", CITY))[1]

    def do(self, work):
        return self.loop.run_until_complete(work)

    def send(self, method, version, path, raw=None):
        return self.do(self.room.call(method, f"/ocpi/{version}/{path}", token=self.token, raw=raw))

    def close(self) -> None:
        self.do(self.doors.aclose())
        self.loop.close()


@pytest.fixture(scope="module")
def peer():
    peer = Peer()
    yield peer
    peer.close()


def a_damaged(data, whole):
    for _ in range(data.draw(st.integers(1, 3))):
        spots = sorted(places(whole), key=repr)
        whole = damaged(whole, data.draw(st.sampled_from(spots)), data.draw(values))
    return whole


def codes_of(answer):
    assert answer.status in NOT_OUR_FAULT, answer.body
    return answer.json["status_code"]


@pytest.mark.parametrize(("method", "path"), [*PUSHES, *PATCHES, *POSTS])
@settings(max_examples=40, deadline=None)
@given(version=versions, data=st.data())
def test_a_damaged_object_is_never_our_fault_and_leaves_only_what_can_be_read_back(peer, method, path, version, data):
    for other, make in WHOLE.items():
        if other.startswith("locations") and path.startswith(other) and method == "PATCH":
            peer.send("PUT", "2.2.1", other, write_json(make()))
    code = codes_of(peer.send(method, version, path, write_json(a_damaged(data, WHOLE[path]()))))
    assert code in {1000, 2000, 2001, 2002, 2003, 2004}
    if method in {"PUT", "PATCH"}:
        again = peer.send("GET", version, path)
        assert again.status in {200, 404}
        assert code != 1000 or again.status == 200 or "REMOVED" in str(again.json), again.body


@pytest.mark.parametrize(("method", "path"), [*PUSHES, *POSTS])
@settings(max_examples=25, deadline=None)
@given(data=st.data())
def test_damaged_bytes_are_never_our_fault(peer, method, path, data):
    raw = bytearray(json.dumps(WHOLE[path]()).encode())
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(raw) - 1))
        raw[at : at + data.draw(st.integers(0, 3))] = data.draw(st.binary(max_size=4))
    codes_of(peer.send(method, "2.2.1", path, bytes(raw)))


@settings(max_examples=60, deadline=None)
@given(kwh=st.decimals(-10, 3000, places=4) | st.just(Decimal("1E+400")) | st.text(max_size=4))
def test_energy_that_was_taken_is_the_energy_that_was_said(peer, kwh):
    path = "sessions/NL/CIT/ENERGY"
    peer.room.clock.move(1)
    stamp = peer.room.clock.now().isoformat()
    body = samples.session(id="ENERGY", kwh=kwh, last_updated=stamp, status="ACTIVE")
    if codes_of(peer.send("PUT", "2.2.1", path, write_json(body))) == 1000:
        stored = json.loads(peer.send("GET", "2.2.1", path).body, parse_float=Decimal)["data"]["kwh"]
        assert Decimal(stored) == Decimal(kwh)


@settings(max_examples=60, deadline=None)
@given(
    price=st.decimals(-10, 100, places=4), vat=st.none() | st.decimals(-50, 200, places=1), step=st.integers(0, 9000)
)
def test_a_price_that_was_taken_is_the_price_that_was_said(peer, price, vat, step):
    part = {"type": "ENERGY", "price": price, "step_size": step} | ({} if vat is None else {"vat": vat})
    body = samples.tariff(id="PRICE", elements=[{"price_components": [part]}])
    assert codes_of(peer.send("PUT", "2.2.1", "tariffs/NL/CIT/PRICE", write_json(body))) == 1000
    told = json.loads(peer.send("GET", "2.2.1", "tariffs/NL/CIT/PRICE").body, parse_float=Decimal)["data"]
    [[stored]] = [element["price_components"] for element in told["elements"]]
    assert {name: Decimal(value) for name, value in stored.items() if name != "type"} == {
        name: Decimal(value) for name, value in part.items() if name != "type"
    }


@settings(max_examples=40, deadline=None)
@given(path=st.text(st.characters(exclude_characters="?#", codec="utf-8"), max_size=40), data=st.data())
def test_no_address_is_our_fault(peer, path, data):
    method = data.draw(st.sampled_from(["GET", "PUT", "PATCH", "POST", "DELETE"]))
    base = data.draw(st.sampled_from(["", *WHOLE, "locations/NL/CIT", "credentials", "tokens"]))
    query = data.draw(st.sampled_from(["", "?limit=0", "?offset=-1", "?date_from=x", "?limit=%00", "?a=" + "x" * 3000]))
    answer = peer.send(method, "2.2.1", f"{base}/{path}{query}".replace("\\", "/"))
    assert answer.status in NOT_OUR_FAULT | {401, 414}


@pytest.mark.parametrize(
    "raw",
    [
        b"[" * 200_000,
        b'{"a":' * 100_000,
        b'{"kwh": ' + b"9" * 5000 + b"}",
        b'{"kwh": 1e999999999}',
        b'{"kwh": NaN}',
        b'{"kwh": -Infinity}',
        b'{"kwh": 1, "kwh": 2}',
        b'{"id": "\\ud800"}',
        b'{"id": "a\\u0000b"}',
        b'{"id": "a\x00b"}',
        b"\xff\xfe{}",
        b"",
        b"null",
    ],
)
@pytest.mark.parametrize("path", ["locations/NL/CIT/LOC1", "tariffs/NL/CIT/T1", "sessions/NL/CIT/S1", "cdrs"])
def test_the_classics_are_never_our_fault_and_store_nothing(peer, path, raw):
    method = "POST" if path == "cdrs" else "PUT"
    before = peer.do(peer.room.everything())
    assert codes_of(peer.send(method, "2.2.1", path, raw)) in {2001, 2000, 2003}
    assert peer.do(peer.room.everything()) == before
