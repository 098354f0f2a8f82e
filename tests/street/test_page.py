"""The page's server, without a browser: what drivers may do with their cars, and what an open page is told."""

import asyncio
import json
import os
import signal
import sys
from collections.abc import AsyncIterator

import aiohttp
import pytest

from sandbox.cpo.operator import Operator
from sandbox.street.page import StreetPage
from sandbox.telegram.server import TelegramServer


class Caller:
    def __init__(self, http: aiohttp.ClientSession, url: str) -> None:
        self._http, self.url = http, url
        self.ana = self.bram = 0

    async def get(self, path: str):
        async with self._http.get(f"{self.url}{path}") as answer:
            return await answer.json()

    async def post(self, path: str, **body: object):
        async with self._http.post(f"{self.url}{path}", json=body) as answer:
            return await answer.json()

    async def hears(self, socket: aiohttp.ClientWebSocketResponse, kind: str, fits=lambda facts: True):
        async with asyncio.timeout(5):
            async for message in socket:
                told = json.loads(message.data)
                if told["kind"] == kind and fits(told["facts"]):
                    return told["facts"]
        raise AssertionError(f"the page was never told of {kind}")

    def open_page(self, driver: int):
        return self._http.ws_connect(f"{self.url}/live?driver={driver}")


@pytest.fixture
async def operator() -> AsyncIterator[Operator]:
    async with Operator(traffic=False) as operator:
        yield operator


@pytest.fixture
async def street(operator: Operator) -> AsyncIterator[Caller]:
    async with (
        TelegramServer(["1001:page"]) as server,
        StreetPage(operator, server.url) as page,
        aiohttp.ClientSession() as http,
    ):
        caller = Caller(http, page.url)
        people = (await caller.get("/telegram"))["people"]
        caller.ana, caller.bram = (person["id"] for person in people[:2])
        for person in people:
            await caller.post("/street/arrive", driver=person["id"], name=person["first_name"])
        yield caller


def _uid(operator: Operator, sticker: str) -> str:
    return next(evse.uid for _, evse in operator.city.evses() if evse.sticker == sticker)


async def test_the_page_loads_nothing_from_elsewhere_and_says_so_to_the_browser(street):
    async with aiohttp.ClientSession() as http, http.get(street.url) as answer:
        text = await answer.text()
        policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "http://" not in text
    assert "https://" not in text


async def test_two_cars_cannot_share_a_connector_and_nobody_unplugs_the_others(street, operator):
    evse = _uid(operator, "0421-1")
    assert await street.post("/street/plug", driver=street.ana, evse=evse, connector="1") == {"done": True}
    refused = await street.post("/street/plug", driver=street.bram, evse=evse, connector="1")
    assert refused["error"].startswith("Another cable is in already")
    refused = await street.post("/street/unplug", driver=street.bram, evse=evse)
    assert "somebody else" in refused["error"]
    assert await street.post("/street/unplug", driver=street.ana, evse=evse) == {"done": True}


async def test_a_car_is_in_one_place_at_a_time(street, operator):
    here, there = _uid(operator, "0421-1"), _uid(operator, "0422-1")
    await street.post("/street/plug", driver=street.ana, evse=here, connector="1")
    refused = await street.post("/street/plug", driver=street.ana, evse=there, connector="1")
    assert refused["error"] == "Your car is still on the cable at Noorderhaven kade: unplug it there first."
    assert "Unplug the car" in (await street.post("/street/ride", driver=street.ana))["error"]
    assert (
        "Unplug the car"
        in (await street.post("/street/park", driver=street.ana, latitude=53.1, longitude=5.4))["error"]
    )


async def test_a_ride_empties_the_battery_but_never_quite(street):
    async with street.open_page(street.ana) as socket:
        assert (await street.hears(socket, "now"))["car"]["soc"] == "35.0"
        await street.post("/street/ride", driver=street.ana)
        await street.hears(socket, "now", lambda now: now["car"]["soc"] == "8.0")
        await street.post("/street/ride", driver=street.ana)
    async with street.open_page(street.ana) as socket:
        assert (await street.hears(socket, "now"))["car"]["soc"] == "8.0"


async def test_an_open_page_sees_the_whole_street_first_and_then_only_what_changes(street, operator):
    async with street.open_page(street.ana) as socket:
        everything = await street.hears(socket, "charge_points")
        assert len(everything) == len(list(operator.city.evses()))
        evse = _uid(operator, "0421-1")
        await street.post("/street/plug", driver=street.ana, evse=evse, connector="1")
        (changed,) = await street.hears(socket, "charge_points")
        assert (changed["uid"], changed["phase"], changed["plug"]["driver"]) == (evse, "plugged", street.ana)


async def test_what_a_page_asks_of_the_two_servers_comes_back_as_they_answered(street, operator):
    assert (await street.get("/operator/speed")) == {"speed": 1}
    assert (await street.post(f"/operator/evses/{_uid(operator, '0421-2')}/emergency"))["status"] == "INOPERATIVE"
    people = (await street.get("/telegram"))["people"]
    assert [person["first_name"] for person in people] == ["Ana", "Bram", "Clara"]
    assert "error" in await street.get("/telegram/chats/424242")


@pytest.mark.parametrize("body", [{}, {"driver": "x"}, {"driver": 1, "evse": "none", "connector": "1"}])
async def test_a_request_that_makes_no_sense_gets_a_sentence(street, body):
    assert (await street.post("/street/plug", **body))["error"].endswith(".")


async def test_a_port_that_is_taken_is_exchanged_for_a_free_one(operator, street):
    port = int(street.url.rpartition(":")[2])
    async with TelegramServer(["1001:page"]) as server, StreetPage(operator, server.url, port=port) as second:
        assert second.url != street.url


async def test_make_demo_shows_its_page_within_five_seconds_and_ends_cleanly():
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "sandbox",
        "--no-browser",
        "--port",
        "0",
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env=dict(os.environ),
    )
    try:
        async with asyncio.timeout(5):
            first = (await process.stdout.readline()).decode()
            assert (await process.stdout.readline()).startswith(b"Press Start in the chat")
            async with aiohttp.ClientSession() as http, http.get(first.split()[-1]) as answer:
                assert answer.status == 200
                assert "The street" in await answer.text()
    finally:
        process.send_signal(signal.SIGINT)
        async with asyncio.timeout(20):
            told, complained = await process.communicate()
    assert complained == b""
    assert b"The street is closed." in told
    assert process.returncode == 0
