"""Connections that say nothing, or too slowly, or are too many, cost nothing but a moment."""

import asyncio
from contextlib import asynccontextmanager

import aiohttp

from handlers.doorman import Limits
from handlers.web import build_web, serving

NOBODY = frozenset[str]()
LOOPBACK = frozenset({"127.0.0.1"})


async def healthy():
    return {"status": "ok"}


@asynccontextmanager
async def house(**limits):
    async with serving(build_web([], healthy), "127.0.0.1", 0, Limits(**limits)) as port:
        yield port


async def closed(reader, within=2):
    """Whether the other side hangs up in time; what it says before does not matter."""
    try:
        async with asyncio.timeout(within):
            while await reader.read(1000):
                pass
    except TimeoutError:
        return False
    except ConnectionError:
        pass
    return True


async def test_a_silent_connection_is_closed_at_the_deadline():
    async with house(head_within=0.05) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        assert await closed(reader)
        writer.close()


async def test_a_head_that_trickles_in_is_cut_off():
    async with house(head_within=0.1) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        ended = asyncio.ensure_future(closed(reader))  # noqa: TID251  the test's own watch
        for letter in b"GET /health HTTP/1.1\r\nHost: x\r\nX: " + b"a" * 100:
            if ended.done():
                break
            writer.write(bytes([letter]))
            await asyncio.sleep(0.01)
        assert await ended
        writer.close()


async def test_a_connection_that_has_asked_once_is_kept_beyond_the_deadline():
    async with house(head_within=0.1) as port, aiohttp.ClientSession() as session:
        url = f"http://127.0.0.1:{port}/health"
        async with session.get(url) as answer:
            assert answer.status == 200
        await asyncio.sleep(0.2)
        async with session.get(url) as answer:
            assert answer.status == 200
        assert len(session.connector._conns) == 1


async def test_a_head_in_two_pieces_at_its_very_end_is_whole():
    async with house(head_within=0.1) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"GET /health HTTP/1.1\r\nHost: x\r\n\r")
        await asyncio.sleep(0.01)
        writer.write(b"\n")
        assert (await reader.readline()).startswith(b"HTTP/1.1 200")
        assert not await closed(reader, within=0.2)
        writer.close()


async def connections(port, count):
    return [await asyncio.open_connection("127.0.0.1", port) for _ in range(count)]


async def test_one_address_holds_so_many_connections_and_gets_a_place_back_when_one_ends():
    async with house(per_address=3, proxies=NOBODY) as port:
        held = await connections(port, 3)
        [(refused, over)] = await connections(port, 1)
        assert await closed(refused)
        over.close()
        held[0][1].close()
        await asyncio.sleep(0.05)
        async with aiohttp.ClientSession() as session, session.get(f"http://127.0.0.1:{port}/health") as answer:
            assert answer.status == 200
        for _, writer in held:
            writer.close()


async def test_a_proxy_on_this_machine_speaks_for_many_but_not_for_ever_more():
    async with house(per_address=1, in_all=5, proxies=LOOPBACK) as port:
        held = await connections(port, 5)
        [(refused, over)] = await connections(port, 1)
        assert await closed(refused)
        for writer in (over, *(writer for _, writer in held)):
            writer.close()
