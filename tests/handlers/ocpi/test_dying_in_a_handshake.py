"""Killed while a peer registers with us, at each step: the peer asks again with its invitation and is one partner."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import aiohttp
import pytest
from cryptography.fernet import Fernet

from bot.ocpi.credentials import Provider
from data.db.engine import open_database
from data.ocpi.client import OcpiClient
from data.ocpi.registration import Handshakes
from tests.fakes.ids import SeededIds
from tests.handlers.ocpi.peer import open_peer
from tests.handlers.ocpi.room import CITY, US, Room, open_room
from tests.handlers.ocpi.test_credentials import CREDENTIALS, Eyes

SERVE = """
import asyncio, sys
from cryptography.fernet import Fernet
from tests.handlers.ocpi.test_dying_in_a_handshake import a_room

async def main(database, key):
    async with a_room(database, Fernet(key)) as room:
        print(room.address, await room.partners.invite("City"), flush=True)
        await asyncio.Event().wait()

asyncio.run(main(*sys.argv[1:]))
"""


@asynccontextmanager
async def a_room(database: str, cipher: Fernet) -> AsyncIterator[Room]:
    """Our server over a database on disk, with the true reader of peers behind it."""
    eyes = Eyes()
    async with (
        open_database(database, cipher=cipher, migrate=True) as db,
        OcpiClient(SeededIds(9), allow_private=True) as client,
        open_room(peers=eyes, db=db) as room,
    ):
        eyes.handshakes = Handshakes(client, room.partners, Provider(US, "Chargebot", "https://bot.example"))
        yield room


@pytest.mark.parametrize("point", ["credentials_heard", "credentials_kept"])
async def test_after_a_kill_the_peer_registers_again_with_its_invitation(tmp_path, point):
    database, key = f"sqlite:///{tmp_path}/bot.db", Fernet.generate_key()
    environment = os.environ | {"CHARGEBOT_CRASH_POINT": point, "PYTHONPATH": str(Path(__file__).parents[3])}
    dying = await asyncio.create_subprocess_exec(
        sys.executable, "-c", SERVE, database, key.decode(), env=environment, stdout=subprocess.PIPE
    )
    address, invitation = (await dying.stdout.readline()).decode().split()
    async with open_peer(tokens={"token-b"}) as peer, aiohttp.ClientSession() as http:
        sent = {"Authorization": f"Token {invitation}"}
        with suppress(aiohttp.ClientError):
            await http.post(address + CREDENTIALS, json=peer.credentials("token-b"), headers=sent)
        assert await dying.wait() == -signal.SIGKILL
        async with a_room(database, Fernet(key)) as room:
            (left,) = await room.partners.all()
            assert left.connected is (point == "credentials_kept")
            answer = await room.call("POST", CREDENTIALS, peer.credentials("token-b"), token=invitation)
            assert answer.codes == (200, 1000)
            (partner,) = await room.partners.all()
            assert (partner.connected, partner.parties, partner.their_token) == (True, (CITY,), "token-b")
            assert (await room.call("GET", CREDENTIALS, token=answer.data["token"])).status == 200
            assert (await room.call("GET", CREDENTIALS, token=invitation)).status == 401
