import asyncio

import pytest

from sandbox.cpo.operator import Operator
from tests.sandbox.cpo.conftest import TOKEN_A
from tests.sandbox.cpo.provider import MODULES, Provider, header
from tests.sandbox.cpo.schema import check


async def test_registration_fetches_the_peers_endpoints_while_its_post_is_open(operator, stranger):
    reply = await stranger.register(operator.versions_url, TOKEN_A)
    assert (reply.http, reply.code) == (200, 1000)
    check("credentials", reply.data)
    assert reply.data["token"] not in {TOKEN_A, stranger.token_b}
    assert reply.data["roles"][0]["role"] == "CPO"
    assert [each.path for each in stranger.received] == ["/versions", "/details"]
    assert (await stranger.get("locations")).http == 200


async def test_versions_lead_to_every_mounted_module(operator, provider):
    versions = await provider.ask("GET", operator.versions_url)
    assert versions.data == [{"version": "2.2.1", "url": f"{operator.base_url}/ocpi/2.2.1"}]
    details = await provider.ask("GET", versions.data[0]["url"])
    assert {(each["identifier"], each["role"]) for each in details.data["endpoints"]} == {
        ("credentials", "SENDER"),
        ("locations", "SENDER"),
        ("tariffs", "SENDER"),
        ("tokens", "RECEIVER"),
        ("commands", "RECEIVER"),
        ("sessions", "SENDER"),
        ("cdrs", "SENDER"),
    }


async def test_token_a_opens_nothing_but_the_handshake(operator, stranger):
    await stranger.discover(TOKEN_A)
    for module in ("locations", "tariffs", "cdrs"):
        assert (await stranger.ask("GET", stranger.endpoints[module], token=TOKEN_A)).http == 401
    assert (await stranger.ask("GET", stranger.endpoints["credentials"], token=TOKEN_A)).http == 200


async def test_token_a_is_dead_after_the_handshake(operator, provider):
    assert (await provider.ask("GET", operator.versions_url, token=TOKEN_A)).http == 401


@pytest.mark.parametrize("shown", [None, "", "Token", "Token unknown", "Bearer " + TOKEN_A, "Token %%%"])
async def test_a_missing_or_unknown_token_is_401(operator, stranger, shown):
    sent = {} if shown is None else {"Authorization": shown}
    async with stranger.http.get(operator.versions_url, headers=sent) as answer:
        assert answer.status == 401
        assert (await answer.json())["status_code"] == 2000


async def test_a_token_that_is_not_base64_is_taken_only_where_configured(operator, stranger):
    raw = {"Authorization": f"Token {TOKEN_A}"}
    assert (await stranger.ask("GET", operator.versions_url, headers=raw)).http == 401
    async with Operator(token_a=TOKEN_A, accept_raw=True, traffic=False) as lenient:
        assert (await stranger.ask("GET", lenient.versions_url, headers=raw)).http == 200
        assert (await stranger.ask("GET", lenient.versions_url, token=TOKEN_A)).http == 200


async def test_registering_twice_is_405(operator, provider):
    reply = await provider.ask("POST", provider.endpoints["credentials"], provider.credentials())
    assert (reply.http, reply.code) == (405, 2001)


@pytest.mark.parametrize("method", ["PUT", "DELETE"])
async def test_changing_a_registration_that_is_not_there_is_405(operator, stranger, method):
    await stranger.discover(TOKEN_A)
    reply = await stranger.ask(method, stranger.endpoints["credentials"], stranger.credentials(), token=TOKEN_A)
    assert reply.http == 405


async def test_rotation_gives_a_new_token_and_fetches_the_endpoints_again(operator, provider):
    old, provider.received = provider.token_c, []
    provider.token_b = "the-next-token-b"
    reply = await provider.ask("PUT", provider.endpoints["credentials"], provider.credentials())
    assert (reply.http, reply.code) == (200, 1000)
    assert [each.path for each in provider.received] == ["/versions", "/details"]
    assert (await provider.ask("GET", operator.versions_url, token=old)).http == 401
    assert (await provider.ask("GET", operator.versions_url, token=reply.data["token"])).http == 200


async def test_after_unregistering_the_token_is_dead_and_all_traffic_stops(operator, provider, street):
    reply = await provider.ask("DELETE", provider.endpoints["credentials"])
    assert (reply.http, reply.code) == (200, 1000)
    assert (await provider.get("locations")).http == 401
    before = len(provider.received)
    await street.plug("NL*HAV*E0421*1")
    await asyncio.sleep(0.02)
    assert len(provider.received) == before


async def test_a_provider_that_lost_everything_is_invited_again(operator, provider, street):
    invited = await street.invite("the same again")
    async with Provider() as reborn:
        reply = await reborn.register(invited["versions_url"], invited["token_a"])
    assert reply.code == 1000
    assert [each["registered"] for each in await street.partners()] == [True, True]


async def refused(operator, provider):
    reply = await provider.register(operator.versions_url, TOKEN_A)
    assert reply.http == 200
    assert reply.data is None
    assert (await provider.ask("GET", operator.versions_url, token=TOKEN_A)).http == 200, "TOKEN_A must stay usable"
    return reply.code


@pytest.mark.parametrize("piece", ["/versions", "/details"])
@pytest.mark.parametrize("answer", [500, 401, 3000])
async def test_a_peer_whose_api_fails_during_the_handshake_gets_3001(operator, stranger, piece, answer):
    stranger.refuse["GET", piece] = answer
    assert await refused(operator, stranger) == 3001


async def test_a_peer_that_cannot_be_reached_gets_3001(operator, stranger):
    await stranger.discover(TOKEN_A)
    theirs = stranger.credentials() | {"url": "http://127.0.0.1:9/versions"}
    reply = await stranger.ask("POST", stranger.endpoints["credentials"], theirs, token=TOKEN_A)
    assert (reply.http, reply.code) == (200, 3001)


async def test_a_peer_without_a_common_version_gets_3002(operator):
    async with Provider(version="2.1.1") as old:
        assert await refused(operator, old) == 3002


@pytest.mark.parametrize("missing", [("sessions", "RECEIVER"), ("cdrs", "RECEIVER")])
async def test_a_peer_that_could_not_be_billed_gets_3003(operator, missing):
    async with Provider(modules=[each for each in MODULES if each != missing]) as poor:
        assert await refused(operator, poor) == 3003


@pytest.mark.parametrize(
    "change",
    [
        {"token": None},
        {"token": "a b"},
        {"url": None},
        {"url": 7},
        {"roles": []},
        {"roles": "EMSP"},
        {"roles": [{"role": "EMSP"}]},
        {"roles": [{"role": "EMSP", "country_code": "DE", "party_id": "CHB", "business_details": {}}]},
        {"roles": [{"role": "EMSP", "country_code": "DE", "party_id": 1, "business_details": {"name": "Bot"}}]},
    ],
)
async def test_credentials_that_are_not_whole_are_2001(operator, stranger, change):
    await stranger.discover(TOKEN_A)
    theirs = stranger.credentials() | change
    reply = await stranger.ask("POST", stranger.endpoints["credentials"], theirs, token=TOKEN_A)
    assert (reply.http, reply.code) == (200, 2001)


async def test_the_operators_own_calls_carry_base64_and_no_routing_headers(operator, provider):
    for each in provider.received:
        assert each.headers["Authorization"] == header(provider.token_b)
        assert each.headers["X-Request-ID"]
        assert each.headers["X-Correlation-ID"]
        assert not [name for name in each.headers if name.lower().startswith("ocpi-")]
