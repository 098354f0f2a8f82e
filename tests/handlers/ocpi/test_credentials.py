"""We are asked to register: by a tiny operator whose own interface we read while it waits."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import suppress

import aiohttp
import pytest

from bot.domain.errors import StoreBusy
from bot.domain.network import PartnerState
from bot.ocpi.credentials import Provider
from data.ocpi.client import OcpiClient
from data.ocpi.registration import Handshakes
from tests.fakes.ids import SeededIds
from tests.handlers.ocpi import samples
from tests.handlers.ocpi.peer import Peer, open_peer
from tests.handlers.ocpi.room import CITY, US, Room, open_room

CREDENTIALS = "/ocpi/2.2.1/credentials"
LOCATION = "/ocpi/2.2.1/locations/NL/CIT/LOC1"


class Eyes:
    """The real reader of peers, plugged in once there is a client."""

    handshakes: Handshakes

    async def discover(self, versions_url: str, token: str, version: str):
        return await self.handshakes.discover(versions_url, token, version)


@pytest.fixture
async def room() -> AsyncIterator[Room]:
    eyes = Eyes()
    async with OcpiClient(SeededIds(9), allow_private=True) as client, open_room(peers=eyes) as opened:
        us = Provider(US, "Chargebot", "https://bot.example")
        eyes.handshakes = Handshakes(client, opened.partners, us)
        yield opened


@pytest.fixture
async def peer() -> AsyncIterator[Peer]:
    async with open_peer(tokens={"token-b"}) as opened:
        yield opened


async def post(room: Room, peer: Peer, invitation: str):
    return await room.call("POST", CREDENTIALS, peer.credentials("token-b"), token=invitation)


async def test_a_peer_registers_and_uses_its_new_token_from_then_on(room, peer):
    invitation = await room.partners.invite("City")
    answer = await post(room, peer, invitation)
    assert answer.codes == (200, 1000)
    assert answer.data["url"] == "https://bot.example/ocpi/versions"
    assert [(role["role"], role["party_id"]) for role in answer.data["roles"]] == [("EMSP", "CHB")]
    token = answer.data["token"]
    assert token != invitation
    assert set(peer.shown) == {"token-b"}
    assert (await room.call("PUT", LOCATION, samples.location(), token=token)).codes == (201, 1000)
    (partner,) = await room.partners.all()
    assert partner.connected
    assert partner.name == "City"
    assert partner.parties == (CITY,)
    assert partner.their_token == "token-b"
    assert partner.versions_url == peer.versions_url
    assert partner.endpoint("commands", "RECEIVER") == peer.address + "/2.2.1/commands"


@pytest.mark.parametrize("version", ["2.1.1", "2.2.1", "2.3.0"])
async def test_the_version_whose_credentials_a_peer_uses_is_the_one_it_gets(room, version):
    offered = ("2.1.1",) if version == "2.1.1" else ("2.1.1", "2.2.1", "2.3.0")
    async with open_peer(tokens={"token-b"}, versions=offered) as peer:
        body = peer.credentials("token-b")
        invitation = await room.partners.invite("City")
        answer = await room.call("POST", f"/ocpi/{version}/credentials", body, token=invitation)
    assert answer.codes == (200, 1000)
    assert ("roles" in answer.data, "party_id" in answer.data) == (version != "2.1.1", version == "2.1.1")
    (partner,) = await room.partners.all()
    assert (partner.version, partner.parties) == (version, (CITY,))
    assert partner.endpoint("commands", "RECEIVER") == f"{peer.address}/{version}/commands"


async def test_the_invitation_is_dead_after_the_handshake(room, peer):
    invitation = await room.partners.invite("City")
    await post(room, peer, invitation)
    for method, path in (("GET", "/ocpi/versions"), ("GET", CREDENTIALS), ("POST", CREDENTIALS), ("PUT", LOCATION)):
        assert (await room.call(method, path, {}, token=invitation)).codes == (401, 2000)


async def test_two_registrations_at_once_with_one_invitation_make_one_partner_and_one_token(room, peer):
    invitation = await room.partners.invite("City")
    answers = await asyncio.gather(*(post(room, peer, invitation) for _ in range(4)))
    tokens = [answer.data["token"] for answer in answers if answer.status == 200]
    assert len(tokens) == 1
    assert {answer.status for answer in answers} == {200, 401}
    assert (await room.call("GET", CREDENTIALS, token=tokens[0])).status == 200
    assert len(await room.partners.all()) == 1


async def test_a_peer_that_wants_raw_tokens_is_noticed(room):
    async with open_peer(tokens={"token-b"}, raw=True) as peer:
        await post(room, peer, await room.partners.invite("City"))
    (partner,) = await room.partners.all()
    assert partner.connected
    assert not partner.base64_tokens


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"tokens": {"another"}}, 3001),
        ({"statuses": {"/versions": 500}}, 3001),
        ({"statuses": {"/versions": 404}}, 3001),
        ({"statuses": {"/2.2.1": 3000}}, 3001),
        ({"versions": ("2.0", "2.1")}, 3002),
        ({"versions": ()}, 3002),
        ({"modules": [("credentials", "SENDER"), ("locations", "SENDER")]}, 3003),
        ({"modules": [("credentials", "SENDER"), ("locations", "RECEIVER"), ("commands", "RECEIVER")]}, 3003),
    ],
)
async def test_a_peer_we_cannot_use_is_told_why_and_may_try_again_with_its_invitation(room, changes, code):
    invitation = await room.partners.invite("City")
    async with open_peer(**({"tokens": {"token-b"}} | changes)) as peer:
        answer = await post(room, peer, invitation)
        assert answer.codes == (200, code)
        assert answer.json["status_message"]
    (partner,) = await room.partners.all()
    assert partner.state is PartnerState.PENDING
    async with open_peer(tokens={"token-b"}) as mended:
        assert (await post(room, mended, invitation)).codes == (200, 1000)


async def test_a_peer_that_is_not_there_is_3001(room, peer):
    invitation = await room.partners.invite("City")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        nowhere = f"http://127.0.0.1:{taken.getsockname()[1]}/versions"
    body = peer.credentials("token-b") | {"url": nowhere}
    assert (await room.call("POST", CREDENTIALS, body, token=invitation)).codes == (200, 3001)


@pytest.mark.parametrize(
    "changes", [{"token": None}, {"token": "with blank"}, {"token": "x" * 0}, {"url": "ftp://x"}, {"roles": []}]
)
async def test_unusable_credentials_are_2001_and_nobody_is_asked(room, peer, changes):
    invitation = await room.partners.invite("City")
    body = peer.credentials("token-b") | changes
    assert (await room.call("POST", CREDENTIALS, body, token=invitation)).codes == (200, 2001)
    assert peer.asked == []


async def test_a_provider_is_no_operator_and_is_refused(room):
    invitation = await room.partners.invite("City")
    async with open_peer(tokens={"token-b"}, role="EMSP") as peer:
        assert (await post(room, peer, invitation)).codes == (200, 2001)


async def test_post_is_405_for_the_registered_and_put_and_delete_for_the_invited(room, peer):
    invitation = await room.partners.invite("City")
    for method in ("PUT", "DELETE"):
        answer = await room.call(method, CREDENTIALS, peer.credentials("token-b"), token=invitation)
        assert answer.codes == (405, 2000)
    token = (await post(room, peer, invitation)).data["token"]
    answer = await room.call("POST", CREDENTIALS, peer.credentials("token-b"), token=token)
    assert answer.codes == (405, 2000)


async def test_put_renews_both_tokens_and_the_former_one_goes_on_for_a_while(room, peer):
    token = (await post(room, peer, await room.partners.invite("City"))).data["token"]
    peer.tokens = {"token-bb"}
    answer = await room.call("PUT", CREDENTIALS, peer.credentials("token-bb"), token=token)
    assert answer.codes == (200, 1000)
    renewed = answer.data["token"]
    assert renewed != token
    for shown in (token, renewed):
        assert (await room.call("GET", CREDENTIALS, token=shown)).data["token"] == shown
    (partner,) = await room.partners.all()
    assert partner.their_token == "token-bb"
    room.clock.move(3600)
    assert (await room.call("GET", CREDENTIALS, token=token)).status == 401
    assert (await room.call("GET", CREDENTIALS, token=renewed)).status == 200


async def test_a_failed_put_leaves_everything_as_it_was(room, peer):
    token = (await post(room, peer, await room.partners.invite("City"))).data["token"]
    before = await room.partners.all()
    answer = await room.call("PUT", CREDENTIALS, peer.credentials("never told to the peer"[:5]), token=token)
    assert answer.codes == (200, 3001)
    assert await room.partners.all() == before


async def test_delete_ends_the_connection(room, peer):
    token = (await post(room, peer, await room.partners.invite("City"))).data["token"]
    assert (await room.call("DELETE", CREDENTIALS, token=token)).codes == (200, 1000)
    assert (await room.call("GET", "/ocpi/versions", token=token)).codes == (401, 2000)
    (partner,) = await room.partners.all()
    assert not partner.connected
    assert partner.their_token == ""


async def test_a_peer_whose_answer_got_lost_can_register_again_with_its_invitation(room, peer, monkeypatch):
    invitation = await room.partners.invite("City")

    async def lost(self, *_: object) -> None:
        raise ConnectionResetError("the peer is gone")

    with monkeypatch.context() as broken:
        broken.setattr("aiohttp.web.Response.write_eof", lost)
        with suppress(aiohttp.ClientError):
            await post(room, peer, invitation)
    assert (await post(room, peer, invitation)).codes == (200, 1000)
    assert len(await room.partners.all()) == 1


async def test_a_database_in_trouble_costs_nothing_but_another_try(room, peer):
    invitation = await room.partners.invite("City")
    room.db.trouble = StoreBusy("later")
    assert (await post(room, peer, invitation)).codes == (500, 3000)
    room.db.trouble = None
    assert (await post(room, peer, invitation)).codes == (200, 1000)


async def test_a_peer_that_left_can_be_invited_again_and_keeps_its_place(room, peer):
    first = await post(room, peer, await room.partners.invite("City"))
    token = first.data["token"]
    assert (await room.call("PUT", LOCATION, samples.location(), token=token)).codes == (201, 1000)
    assert (await room.call("DELETE", CREDENTIALS, token=token)).codes == (200, 1000)
    assert (await room.call("GET", LOCATION, token=token)).codes == (401, 2000)
    (left,) = await room.partners.all()
    again = await post(room, peer, await room.partners.invite("City"))
    assert again.codes == (200, 1000)
    (back,) = await room.partners.all()
    assert (back.id, back.connected, left.connected) == (left.id, True, False)
    assert (await room.call("PUT", LOCATION, samples.location(), token=again.data["token"])).codes[1] == 1000
    assert (await room.call("GET", LOCATION, token=again.data["token"])).codes == (200, 1000)


async def test_a_peer_moves_to_a_newer_version_with_a_put_there(room, peer):
    """Who is registered in 2.2.1 PUTs its credentials in 2.3.0 (credentials, updating to a newer version)."""
    token = (await post(room, peer, await room.partners.invite("City"))).data["token"]
    peer.versions = ("2.2.1", "2.3.0")
    moved = await room.call("PUT", "/ocpi/2.3.0/credentials", peer.credentials("token-b"), token=token)
    assert moved.codes == (200, 1000)
    (partner,) = await room.partners.all()
    assert partner.version == "2.3.0"
    assert partner.endpoint("commands", "RECEIVER") == peer.address + "/2.3.0/commands"
