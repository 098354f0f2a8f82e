import asyncio
import gzip
import logging
import socket

import pytest
from aiohttp import web

from bot.domain.errors import AccessRevoked, NotSent, Unclear
from bot.domain.ids import Party
from bot.ocpi.headers import Route
from bot.ocpi.wire import read_json
from data.ocpi.client import Access, OcpiClient, Patience, PeerFailed, PeerSaidNo
from tests.data.ocpi import a_peer
from tests.fakes.ids import SeededIds
from tests.samples import a_partner

US, THEM, OTHER = Party("NL", "CHB"), Party("NL", "CIT"), Party("BE", "COA")
SECRET = "their-canary-token"
BASE64 = "dGhlaXItY2FuYXJ5LXRva2Vu"
ACCESS = Access(SECRET, route=Route(US, THEM))


@pytest.fixture
async def peer():
    async with a_peer() as peer:
        yield peer


@pytest.fixture
async def client():
    async with OcpiClient(
        SeededIds(), allow_private=True, patience=Patience(connect=0.3, total=0.3), largest=100_000
    ) as client:
        yield client


async def fails(client, peer, kind, method="POST", path="/x"):
    with pytest.raises(kind) as failed:
        await client.request(method, peer.url + path, ACCESS, {"a": 1} if method == "POST" else None)
    assert type(failed.value) in {kind, PeerFailed if kind is Unclear else kind}
    assert SECRET not in str(failed.value)
    assert BASE64 not in str(failed.value)
    return failed.value


async def test_a_good_answer_is_given_back(client, peer):
    peer.says("/x", {"result": "ACCEPTED"}, Link='<http://a.example/2>; rel="next"')
    reply = await client.request("POST", f"{peer.url}/x", ACCESS, {"kwh": 1})
    assert (reply.data, reply.envelope.status_code, reply.link) == ({"result": "ACCEPTED"}, 1000, "http://a.example/2")


async def test_a_request_carries_its_token_its_ids_its_route_and_its_body(client, peer):
    peer.says("/x")
    await client.request("PUT", f"{peer.url}/x", ACCESS, {"a": "ü"}, params={"type": "APP_USER"}, correlation_id="c-1")
    (heard,) = peer.heard
    assert (heard.method, heard.path, read_json(heard.body)) == ("PUT", "/x?type=APP_USER", {"a": "ü"})
    assert heard.headers["Authorization"] == f"Token {BASE64}"
    assert heard.headers["Content-Type"] == "application/json"
    assert heard.headers["X-Correlation-ID"] == "c-1"
    assert len(heard.headers["X-Request-ID"]) > 16
    assert [
        heard.headers[f"OCPI-{name}"]
        for name in ("from-party-id", "from-country-code", "to-party-id", "to-country-code")
    ] == ["CHB", "NL", "CIT", "NL"]


async def test_an_older_peer_gets_its_token_raw_and_registration_is_not_routed(client, peer):
    peer.says("/x")
    await client.request("GET", f"{peer.url}/x", Access(SECRET, base64_tokens=False))
    (heard,) = peer.heard
    assert heard.headers["Authorization"] == f"Token {SECRET}"
    assert not [name for name in heard.headers if name.upper().startswith("OCPI-")]
    assert "Content-Type" not in heard.headers


def test_access_goes_to_the_party_asked_or_else_to_the_only_one():
    assert Access.to(a_partner(parties=(THEM,)), US).route == Route(US, THEM)
    assert Access.to(a_partner(parties=(THEM, OTHER)), US).route == Route(US, None)
    assert Access.to(a_partner(parties=(THEM, OTHER)), US, OTHER).route == Route(US, OTHER)
    assert SECRET not in repr(ACCESS)


# ── provably not sent ────────────────────────────────────────────────────────────────────────────────────────────


async def test_a_closed_port_is_not_sent(client, peer):
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        peer.url = f"http://127.0.0.1:{closed.getsockname()[1]}"
        await fails(client, peer, NotSent)


async def test_a_connection_that_nobody_takes_is_not_sent(client, peer):
    with socket.create_server(("127.0.0.1", 0), backlog=0) as deaf:
        waiting = [socket.socket() for _ in range(4)]
        for one in waiting:
            one.setblocking(False)  # noqa: FBT003  it takes no name
            one.connect_ex(deaf.getsockname())
        peer.url = f"http://127.0.0.1:{deaf.getsockname()[1]}"
        patient = OcpiClient(SeededIds(), allow_private=True, patience=Patience(connect=0.1, total=5))
        async with patient:
            await fails(patient, peer, NotSent)
        for one in waiting:
            one.close()


async def test_a_peer_that_speaks_no_tls_is_not_sent_anything(client, peer):
    peer.url = peer.url.replace("http://", "https://")
    await fails(client, peer, NotSent)
    assert not peer.heard


@pytest.mark.parametrize(
    "host", ["https://127.0.0.1", "https://localhost:8443", "https://[::1]", "https://169.254.169.254"]
)
async def test_a_private_address_is_refused_when_it_is_dialled(host):
    async with OcpiClient(SeededIds()) as guarded:
        with pytest.raises(NotSent, match="not a public address"):
            await guarded.request("POST", f"{host}/x", ACCESS, {})


@pytest.mark.parametrize("url", ["http://127.0.0.1/x", "https://127.0.0.1:22/x", "nonsense", "https://u:p@127.0.0.1/x"])
async def test_an_address_that_may_not_be_asked_is_not_sent(url):
    async with OcpiClient(SeededIds()) as guarded:
        with pytest.raises(NotSent):
            await guarded.request("POST", url, ACCESS, {})


async def test_a_revoked_token_is_told_apart(client, peer):
    peer.says("/x", status=401, code=2000)
    await fails(client, peer, AccessRevoked)


@pytest.mark.parametrize("code", [4001, 4003])
async def test_a_hub_that_did_not_pass_it_on_has_not_sent_it(client, peer, code):
    peer.says("/x", code=code)
    await fails(client, peer, NotSent)


# ── unclear ──────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (500, 1000),
        (500, 2001),
        (502, 3000),
        (503, 2000),
        (200, 3000),
        (200, 3999),
        (200, 4000),
        (200, 4002),
        (400, 3000),
        (408, 2000),
        (302, 1000),
        (307, 2000),
        (200, 0),
        (200, 99),
    ],
)
async def test_an_answer_that_does_not_tell_whether_it_was_done_is_unclear(client, peer, status, code):
    peer.says("/x", status=status, code=code)
    await fails(client, peer, Unclear)
    assert len(peer.heard) == 1


@pytest.mark.parametrize(
    "body",
    [b"<html>500</html>", b'{"status_code":1000,"da', b"\x00\xff", b'"ok"', b'{"status_code":1000,"status_code":2000}'],
)
async def test_an_answer_nobody_can_read_is_unclear(client, peer, body):
    peer.answers_raw("/x", body)
    await fails(client, peer, Unclear)


async def test_a_late_answer_is_unclear(client, peer):
    done = asyncio.Event()

    async def late(_):
        await done.wait()
        return web.Response()

    peer.answers["/x"] = late
    await fails(client, peer, Unclear)
    assert len(peer.heard) == 1
    done.set()


async def test_a_slow_body_is_unclear(client, peer):
    async def drip(request):
        response = web.StreamResponse()
        await response.prepare(request)
        for _ in range(100):
            await response.write(b" ")
            await asyncio.sleep(0.02)
        return response

    peer.answers["/x"] = drip
    await fails(client, peer, Unclear)


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
async def test_a_connection_cut_before_the_answer_is_unclear_and_nothing_is_sent_again(client, peer, method):
    async def cut(request):
        request.transport.abort()
        return web.Response()

    peer.answers["/x"] = cut
    await fails(client, peer, Unclear, method)
    assert len(peer.heard) == 1


async def test_a_body_cut_in_the_middle_is_unclear(client, peer):
    async def half(request):
        response = web.StreamResponse(headers={"Content-Length": "1000"})
        await response.prepare(request)
        await response.write(b'{"status_code":1000')
        request.transport.close()
        return response

    peer.answers["/x"] = half
    await fails(client, peer, Unclear)


async def test_an_endless_body_is_left_unread(client, peer):
    peer.answers_raw("/x", b"[" + b"1," * 100_000 + b"1]")
    assert "larger" in str(await fails(client, peer, Unclear, "GET"))


async def test_a_bomb_of_nothing_is_left_packed(client, peer):
    peer.answers_raw("/x", gzip.compress(b" " * 50_000_000), **{"Content-Encoding": "gzip"})
    assert "larger" in str(await fails(client, peer, Unclear, "GET"))


@pytest.mark.parametrize("location", ["http://127.0.0.1:9/y", "//127.0.0.1:9/y", "https://{host}/y", "", "http://[/y"])
@pytest.mark.parametrize("status", [301, 307, 308])
async def test_a_redirect_to_elsewhere_is_not_followed(client, peer, status, location):
    there = location.format(host=peer.url.removeprefix("http://"))
    peer.answers_raw("/x", b"", status, Location=there)
    await fails(client, peer, Unclear, "GET")
    assert [heard.path for heard in peer.heard] == ["/x"]


@pytest.mark.parametrize(("method", "status"), [("GET", 301), ("GET", 302), ("GET", 308), ("POST", 307), ("PUT", 308)])
async def test_a_redirect_within_the_server_is_followed_with_the_same_body(client, peer, method, status):
    peer.answers_raw("/x", b"", status, Location="/x/")
    peer.says("/x/", ["here"])
    body = None if method == "GET" else {"asked": "once"}
    reply = await client.request(method, f"{peer.url}/x", ACCESS, body)
    assert reply.data == ["here"]
    assert [(heard.method, heard.path) for heard in peer.heard] == [(method, "/x"), (method, "/x/")]
    assert peer.heard[0].body == peer.heard[1].body


@pytest.mark.parametrize("status", [301, 302, 303])
async def test_a_redirect_that_would_change_a_command_is_not_followed(client, peer, status):
    peer.answers_raw("/x", b"", status, Location="/y")
    await fails(client, peer, Unclear, "POST")
    assert [heard.path for heard in peer.heard] == ["/x"]


async def test_redirects_in_a_circle_end(client, peer):
    peer.answers_raw("/x", b"", 307, Location="/x")
    await fails(client, peer, Unclear, "GET")
    assert len(peer.heard) == 3


# ── an answer that is no ─────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("status", "code", "unknown"),
    [
        (200, 2001, False),
        (200, 2003, True),
        (404, 2003, True),
        (404, 2000, True),
        (404, 1000, True),
        (400, 2001, False),
        (403, 2000, False),
        (405, 2000, False),
        (429, 2000, False),
        (200, 2999, False),
    ],
)
async def test_a_no_is_an_answer(client, peer, status, code, unknown):
    peer.says("/x", status=status, code=code, message="because")
    no = await fails(client, peer, PeerSaidNo)
    assert (no.http_status, no.status_code, no.message, no.unknown_object) == (status, code, "because", unknown)


async def test_a_path_that_nobody_serves_is_not_an_object_that_is_gone(client, peer):
    no = await fails(client, peer, PeerSaidNo, path="/nowhere")
    assert (no.http_status, no.unknown_object) == (404, False)


@pytest.mark.parametrize(("status", "body"), [(204, b""), (200, b""), (201, b"{}"), (200, b'{"timestamp":"x"}')])
async def test_success_may_have_nothing_to_say(client, peer, status, body):
    peer.answers_raw("/x", body, status)
    assert (await client.request("PUT", f"{peer.url}/x", ACCESS, {})).data is None


# ── connections and logs ─────────────────────────────────────────────────────────────────────────────────────────


async def test_what_changes_something_goes_over_a_connection_of_its_own_and_reading_does_not(client, peer):
    peer.says("/x")
    for _ in range(3):
        await client.request("POST", f"{peer.url}/x", ACCESS, {})
    for _ in range(3):
        await client.request("GET", f"{peer.url}/x", ACCESS)
    assert len({heard.port for heard in peer.heard[:3]}) == 3
    assert len({heard.port for heard in peer.heard[3:]}) == 1
    assert not {heard.port for heard in peer.heard[:3]} & {heard.port for heard in peer.heard[3:]}


async def test_no_token_is_ever_written_down_even_when_the_peer_says_it_back(client, peer, caplog):
    caplog.set_level(logging.DEBUG)
    peer.says("/x", code=2001, message=f"bad token {SECRET} or {BASE64}")
    no = await fails(client, peer, PeerSaidNo)
    assert no.message == "bad token … or …"
    peer.says("/x", code=3000, message=f"bad token {SECRET} or {BASE64}")
    await fails(client, peer, Unclear)
    assert SECRET not in caplog.text
    assert BASE64 not in caplog.text


async def test_cookies_of_a_peer_are_forgotten(client, peer):
    peer.says("/x", **{"Set-Cookie": "a=b"})
    for _ in range(2):
        await client.request("GET", f"{peer.url}/x", ACCESS)
    assert "Cookie" not in peer.heard[1].headers
