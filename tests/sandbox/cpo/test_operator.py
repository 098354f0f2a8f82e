import asyncio
import signal
import sys

import aiohttp
import pytest

from sandbox.cpo.operator import Operator
from sandbox.cpo.street import Street, StreetError
from tests.sandbox.cpo.provider import Provider


async def test_two_operators_stand_side_by_side():
    async with Operator(token_a="one") as one, Operator(token_a="two") as two, Provider() as provider:
        assert one.versions_url != two.versions_url
        assert (await provider.register(two.versions_url, "two")).code == 1000


async def test_a_public_url_is_what_peers_are_told():
    async with Operator(token_a="a", public_url="http://charging.example") as operator:
        assert operator.versions_url == "http://charging.example/ocpi/versions"


async def test_a_taken_port_is_said_at_once():
    async with Operator() as first:
        port = int(first.base_url.rpartition(":")[2])
        with pytest.raises(OSError, match="in use"):
            async with Operator(port=port):
                pass


async def test_an_operator_that_is_closed_in_mid_charge_leaves_nothing_running():
    before = asyncio.all_tasks()
    async with (
        Operator(token_a="a", speed=600) as operator,
        Provider() as provider,
        Street(operator.control_url) as street,
    ):
        await provider.register(operator.versions_url, "a")
        await street.plug("NL*HAV*E0421*1")
        await provider.start("HAV-0421", await street.evse("NL*HAV*E0421*1"))
        await provider.until_status("ACTIVE")
    assert asyncio.all_tasks() == before
    assert operator.crew.failures == []


async def test_the_street_is_entered_before_it_is_used():
    with pytest.raises(StreetError, match="async with"):
        await Street("http://127.0.0.1:9/control").evses()


async def run(*arguments):
    return await asyncio.create_subprocess_exec(
        sys.executable, "-m", "sandbox.cpo", *arguments, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
    )


async def test_it_runs_from_the_command_line_until_interrupted():
    process = await run("--port", "0", "--token-a", "SECRET", "--speed", "60", "--no-traffic")
    url = (await process.stdout.readline()).decode().split()[-1]
    async with aiohttp.ClientSession() as http, http.get(url, headers={"Authorization": "Token U0VDUkVU"}) as answer:
        assert answer.status == 200
    process.send_signal(signal.SIGTERM)
    assert await process.wait() == 0
    await process.communicate()


async def test_a_taken_port_on_the_command_line_is_one_sentence():
    async with Operator() as first:
        process = await run("--port", first.base_url.rpartition(":")[2])
        _, said = await process.communicate()
    assert process.returncode == 1
    assert said.decode().startswith("Cannot listen on 127.0.0.1:")
    assert said.count(b"\n") == 1
