"""We register with a tiny operator on loopback; every way it can go wrong is one sentence and can be mended."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from bot.domain.ids import PartnerId
from bot.domain.network import PartnerState
from bot.ocpi.credentials import Provider
from bot.ports import JobKind
from bot.services.partners import Partners
from data.db.engine import open_database
from data.ocpi.client import OcpiClient, Patience
from data.ocpi.registration import HandshakeFailed, Handshakes
from sandbox.cpo.operator import Operator
from tests.fakes.clock import ManualClock
from tests.fakes.database import FakeDatabase
from tests.fakes.ids import SeededIds
from tests.handlers.ocpi.peer import Peer, open_peer
from tests.handlers.ocpi.room import CITY, US, Room, open_room

OURS = Provider(US, "Chargebot", "https://bot.example")


@pytest.fixture
async def client() -> AsyncIterator[OcpiClient]:
    async with OcpiClient(SeededIds(5), allow_private=True) as opened:
        yield opened


@pytest.fixture
def partners() -> Partners:
    return Partners(FakeDatabase(), ManualClock(), ["a secret"])


@pytest.fixture
def handshakes(client, partners) -> Handshakes:
    return Handshakes(client, partners, OURS)


@pytest.fixture
async def peer() -> AsyncIterator[Peer]:
    async with open_peer() as opened:
        yield opened


async def sentence(handshakes: Handshakes, url: str, token: str = "token-a") -> str:
    with pytest.raises(HandshakeFailed) as failed:
        await handshakes.register(url, token)
    said = str(failed.value)
    assert "\n" not in said
    assert said.endswith(".")
    assert "token-a" not in said
    return said


# ── well ─────────────────────────────────────────────────────────────────────────────────────────────────────────


async def test_registering_stores_their_token_parties_and_endpoints_and_orders_a_pull(handshakes, partners, peer):
    partner = await handshakes.register(f" {peer.versions_url} ", " token-a ", "My city")
    assert partner == await partners.get(partner.id)
    assert partner.connected
    assert (partner.name, partner.version, partner.parties) == ("My city", "2.2.1", (CITY,))
    assert partner.their_token == "token-c"
    assert partner.endpoint("locations", "SENDER") == peer.address + "/2.2.1/locations"
    due = await partners._db.read(lambda uow: uow.jobs.next_due([JobKind.SYNC]))
    assert due is not None
    assert peer.given[0]["url"] == "https://bot.example/ocpi/versions"
    assert (await partners.authenticate([peer.given[0]["token"]])).registered


async def test_the_stations_of_a_new_partner_are_fetched_at_once_not_when_the_worker_next_looks(client, peer):
    woken: list[int] = []
    partners = Partners(FakeDatabase(), ManualClock(), ["a secret"], wake_worker=lambda: woken.append(1))
    await Handshakes(client, partners, OURS).register(peer.versions_url, "token-a")
    assert woken == [1]


async def test_a_partner_without_a_name_is_called_as_it_calls_itself(handshakes, peer):
    assert (await handshakes.register(peer.versions_url, "token-a")).name == "City Charging"


async def test_our_token_is_accepted_while_our_credentials_are_on_the_way(client):
    url, port = free_address()
    async with open_room(public_url=url, port=port) as room, open_peer(looks_back=True) as peer:
        us = Provider(US, "Chargebot", url)
        partner = await Handshakes(client, room.partners, us).register(peer.versions_url, "token-a")
    assert partner.connected


async def test_an_operator_that_wants_raw_tokens_gets_them(handshakes):
    async with open_peer(raw=True) as peer:
        partner = await handshakes.register(peer.versions_url, "token-a")
    assert not partner.base64_tokens
    assert peer.shown[-1] == "token-a"


async def test_an_operator_that_takes_either_form_for_its_versions_is_told_the_token_as_its_details_want_it(handshakes):
    async with open_peer(versions=("2.1.1",), raw=True, either_for_versions=True) as peer:
        partner = await handshakes.register(peer.versions_url, "token-a")
    assert partner.connected
    assert not partner.base64_tokens


@pytest.mark.parametrize("refusal", [403, 400, 500])
async def test_an_operator_that_does_not_say_401_to_a_token_it_cannot_read_gets_it_raw(handshakes, refusal):
    async with open_peer(raw=True, refusal=refusal) as peer:
        partner = await handshakes.register(peer.versions_url, "token-a")
    assert not partner.base64_tokens


@pytest.mark.parametrize(
    ("offered", "taken"),
    [
        (("2.0", "2.1.1", "2.2.1", "2.3.0"), "2.3.0"),
        (("2.3.0", "2.1.1"), "2.3.0"),
        (("2.1.1", "2.2.1", "3.0"), "2.2.1"),
        (("2.1.1",), "2.1.1"),
    ],
)
async def test_the_highest_version_in_common_is_taken(handshakes, offered, taken):
    async with open_peer(versions=offered) as peer:
        partner = await handshakes.register(peer.versions_url, "token-a")
    assert (partner.version, partner.parties) == (taken, (CITY,))
    assert partner.endpoint("locations", "SENDER") == f"{peer.address}/{taken}/locations"
    assert partner.endpoint("commands", "RECEIVER") == f"{peer.address}/{taken}/commands"


async def test_a_peer_of_2_1_1_gets_our_credentials_flat_and_its_token_raw(handshakes):
    async with open_peer(versions=("2.1.1",), raw=True) as peer:
        partner = await handshakes.register(peer.versions_url, "token-a")
    (given,) = peer.given
    assert (given["country_code"], given["party_id"], given["business_details"]) == ("NL", "CHB", {"name": "Chargebot"})
    assert "roles" not in given
    assert (partner.base64_tokens, partner.their_token) == (False, "token-c")


async def test_registering_anew_keeps_the_place_of_the_partner(handshakes, peer):
    first = await handshakes.register(peer.versions_url, "token-a")
    peer.tokens = {"token-aa"}
    again = await handshakes.register(peer.versions_url, "token-aa")
    assert again.id == first.id
    assert again.their_token == "token-cc"


# ── badly ────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("url", ["", "nonsense", "ftp://x/versions", "http://", "http://127.0.0.1:1/versions"])
async def test_an_address_that_is_none_or_where_nobody_listens(handshakes, partners, url):
    assert "could not be reached" in await sentence(handshakes, url)
    assert not await partners.all()


async def test_a_private_address_is_refused_unless_allowed(partners):
    async with OcpiClient(SeededIds(5)) as careful:
        said = await sentence(Handshakes(careful, partners, OURS), "https://127.0.0.1:443/versions")
    assert "public" in said


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"tokens": {"another"}}, "does not know this token"),
        ({"statuses": {"/versions": 404}}, "nothing at"),
        ({"statuses": {"/versions": 403}}, "refused to show"),
        ({"statuses": {"/versions": 500}}, "did not answer as OCPI has it"),
        ({"statuses": {"/2.2.1": 3000}}, "did not answer as OCPI has it"),
        ({"versions": ("2.0", "2.1")}, "no OCPI version in common"),
        ({"versions": ()}, "no OCPI version in common"),
        ({"modules": [("credentials", "SENDER"), ("commands", "RECEIVER")]}, "locations (SENDER)"),
        ({"modules": []}, "credentials (SENDER), locations (SENDER), commands (RECEIVER)"),
    ],
)
async def test_what_is_wrong_before_our_credentials_are_sent_leaves_nothing(handshakes, partners, changes, expected):
    async with open_peer(**changes) as peer:
        assert expected in await sentence(handshakes, peer.versions_url)
        assert peer.given == []
    assert not await partners.all()


async def test_an_operator_that_takes_too_long_is_said_to(partners):
    hasty = OcpiClient(SeededIds(5), allow_private=True, patience=Patience(total=0.1))
    async with hasty, open_peer(delay=0.3) as peer:
        assert "did not answer" in await sentence(Handshakes(hasty, partners, OURS), peer.versions_url)


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        (3001, "CHARGEBOT_PUBLIC_URL"),
        (3002, "cannot connect to us"),
        (3003, "cannot connect to us"),
        (2001, "refused our credentials"),
        (401, "ask it for a new one"),
        (405, "registered with it already"),
    ],
)
async def test_an_operator_that_says_no_to_our_credentials_leaves_nothing(handshakes, partners, code, expected):
    async with open_peer(statuses={"/2.2.1/credentials": code}) as peer:
        assert expected in await sentence(handshakes, peer.versions_url)
    assert not await partners.all()


async def test_an_unclear_answer_to_our_credentials_can_be_tried_again(handshakes, partners):
    async with open_peer(statuses={"/2.2.1/credentials": 500}) as peer:
        assert "no clear answer" in await sentence(handshakes, peer.versions_url)
        (pending,) = await partners.all()
        assert pending.state is PartnerState.PENDING
        peer.statuses.clear()
        partner = await handshakes.register(peer.versions_url, "token-a")
    assert partner.id == pending.id
    assert partner.connected


async def test_a_provider_is_not_an_operator(handshakes, partners):
    async with open_peer(role="EMSP") as peer:
        assert "neither CPO nor HUB" in await sentence(handshakes, peer.versions_url)
    assert not await partners.all()


# ── renewing and parting ─────────────────────────────────────────────────────────────────────────────────────────


async def test_rotating_renews_both_tokens_and_the_endpoints(handshakes, partners, peer):
    before = await handshakes.register(peer.versions_url, "token-a")
    peer.modules.append(("sessions", "SENDER"))
    after = await handshakes.rotate(before.id)
    assert after.id == before.id
    assert after.their_token == "token-cc"
    assert after.endpoint("sessions", "SENDER")
    assert after.our_token_hashes[0] != before.our_token_hashes[0]
    former, current = (given["token"] for given in peer.given)
    assert (await partners.authenticate([former])).registered
    assert (await partners.authenticate([current])).registered
    assert peer.asked[-1] == ("PUT", "/2.2.1/credentials")


async def test_a_rotation_refused_leaves_the_former_tokens(handshakes, partners, peer):
    before = await handshakes.register(peer.versions_url, "token-a")
    peer.statuses["/2.2.1/credentials"] = 2000
    with pytest.raises(HandshakeFailed, match="refused our credentials"):
        await handshakes.rotate(before.id)
    assert await partners.get(before.id) == before


async def test_rotating_with_an_operator_that_forgot_us_says_so(handshakes, partners, peer):
    partner = await handshakes.register(peer.versions_url, "token-a")
    peer.tokens.clear()
    with pytest.raises(HandshakeFailed, match="does not know us any more"):
        await handshakes.rotate(partner.id)
    assert (await partners.get(partner.id)).state is PartnerState.REVOKED


async def test_rotating_or_parting_with_nobody_is_a_sentence(handshakes):
    for act in (handshakes.rotate, handshakes.unregister):
        with pytest.raises(HandshakeFailed, match="no partner 99"):
            await act(PartnerId(99))


async def test_parting_tells_the_operator_and_forgets_it(handshakes, partners, peer):
    partner = await handshakes.register(peer.versions_url, "token-a")
    await handshakes.unregister(partner.id)
    assert peer.asked[-1] == ("DELETE", "/2.2.1/credentials")
    assert not await partners.all()


async def test_parting_from_an_operator_that_is_gone_forgets_it_all_the_same(handshakes, partners):
    async with open_peer() as peer:
        partner = await handshakes.register(peer.versions_url, "token-a")
    with pytest.raises(HandshakeFailed, match="removed here but could not be told"):
        await handshakes.unregister(partner.id)
    assert not await partners.all()


# ── dying on the way ─────────────────────────────────────────────────────────────────────────────────────────────

REGISTER = """
import asyncio, sys
from cryptography.fernet import Fernet
from bot.domain.ids import Party
from bot.ocpi.credentials import Provider
from bot.services.partners import Partners
from data.db.engine import open_database
from data.ocpi.client import OcpiClient
from data.ocpi.registration import Handshakes
from tests.fakes.clock import ManualClock
from tests.fakes.ids import SeededIds

async def main(database, key, url):
    async with open_database(database, cipher=Fernet(key), migrate=True) as db, OcpiClient(
        SeededIds(), allow_private=True
    ) as client:
        partners = Partners(db, ManualClock(), ["a secret"])
        handshakes = Handshakes(client, partners, Provider(Party("NL", "CHB"), "Chargebot", "https://bot.example"))
        if known := await partners.all():
            await handshakes.rotate(known[0].id)
        else:
            await handshakes.register(url, "token-a")

asyncio.run(main(*sys.argv[1:]))
"""


async def died(point: str, *arguments: str) -> int | None:
    root = str(Path(__file__).parents[3])
    environment = os.environ | {"CHARGEBOT_CRASH_POINT": point, "PYTHONPATH": root}
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", REGISTER, *arguments, env=environment, stderr=subprocess.PIPE
    )
    await process.communicate()
    return process.returncode


@pytest.mark.parametrize("point", ["credentials_sent", "credentials_stored"])
async def test_after_a_kill_in_mid_handshake_adding_the_partner_again_works(client, peer, tmp_path, point):
    database, key = f"sqlite:///{tmp_path}/bot.db", Fernet.generate_key()
    assert await died(point, database, key.decode(), peer.versions_url) == -signal.SIGKILL
    async with open_database(database, cipher=Fernet(key)) as db:
        partners = Partners(db, ManualClock(), ["a secret"])
        (left,) = await partners.all()
        assert left.connected is (point == "credentials_stored")
        handshakes = Handshakes(client, partners, OURS)
        if not left.connected:
            assert "ask the operator for a new one" in await sentence(handshakes, peer.versions_url)
        peer.tokens = {"token-aa"}
        partner = await handshakes.register(peer.versions_url, "token-aa")
        assert partner.id == left.id
        assert partner.connected
        assert len(await partners.all()) == 1


@pytest.mark.parametrize("point", ["credentials_sent", "credentials_stored"])
async def test_after_a_kill_in_mid_rotation_the_operator_is_heard_whichever_token_it_uses(
    client, peer, tmp_path, point
):
    database, key = f"sqlite:///{tmp_path}/bot.db", Fernet.generate_key()
    async with open_database(database, cipher=Fernet(key), migrate=True) as db:
        before = await Handshakes(client, Partners(db, ManualClock(), ["a secret"]), OURS).register(
            peer.versions_url, "token-a"
        )
    assert await died(point, database, key.decode(), peer.versions_url) == -signal.SIGKILL
    former, offered = (given["token"] for given in peer.given)
    async with open_database(database, cipher=Fernet(key)) as db:
        partners = Partners(db, ManualClock(), ["a secret"])
        for token in (former, offered):
            assert (await partners.authenticate([token])).registered
        handshakes = Handshakes(client, partners, OURS)
        if point == "credentials_sent":
            with pytest.raises(HandshakeFailed, match="does not know us any more"):
                await handshakes.rotate(before.id)
            peer.tokens = {"token-aa"}
            renewed = await handshakes.register(peer.versions_url, "token-aa")
        else:
            renewed = await handshakes.rotate(before.id)
        assert (renewed.id, renewed.connected) == (before.id, True)
        assert renewed.their_token in peer.tokens


# ── with the operator of the sandbox ─────────────────────────────────────────────────────────────────────────────


def free_address() -> tuple[str, int]:
    """Our own address has to be known before we serve there: it is published."""
    with socket.create_server(("127.0.0.1", 0)) as door:
        port = door.getsockname()[1]
    return f"http://127.0.0.1:{port}", port


@pytest.mark.parametrize("raw", [False, True])
async def test_the_whole_handshake_with_the_sandbox_its_renewal_and_its_end(client, raw):
    url, port = free_address()
    async with (
        Operator(token_a="token-a", traffic=False, accept_raw=raw) as operator,
        open_room(public_url=url, port=port) as room,
    ):
        handshakes = Handshakes(client, room.partners, Provider(US, "Chargebot", url))
        partner = await handshakes.register(operator.versions_url, "token-a")
        assert partner.connected
        first = operator.partners.registered()[0].ours_to_them
        assert await registered(room, first)
        rotated = await handshakes.rotate(partner.id)
        second = operator.partners.registered()[0].ours_to_them
        assert second != first
        assert rotated.their_token != partner.their_token
        assert await registered(room, second)
        await handshakes.unregister(partner.id)
        assert operator.partners.registered() == []


async def registered(room: Room, token: str | None) -> bool:
    caller = await room.partners.authenticate([token or ""])
    return caller is not None and caller.registered
