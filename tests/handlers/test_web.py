import asyncio

import aiohttp
import pytest
from aiohttp import web

from handlers.web import PortTaken, build_web, read_body, serving


async def healthy():
    return {"status": "ok"}


async def ill():
    raise RuntimeError("the disk is gone")


async def echo(request):
    return web.Response(body=await read_body(request, 10, within=0.05))


async def test_health_is_told_and_illness_hides_its_reason():
    async with aiohttp.ClientSession() as session:
        for health, status, facts in ((healthy, 200, {"status": "ok"}), (ill, 503, {"status": "failing"})):
            async with serving(build_web([], health), "127.0.0.1", 0) as port:
                answer = await session.get(f"http://127.0.0.1:{port}/health")
                assert answer.status == status
                assert await answer.json() == facts


async def test_a_taken_port_is_one_clear_sentence():
    async with serving(build_web([], healthy), "127.0.0.1", 0) as port:
        with pytest.raises(PortTaken, match=f"Cannot listen on 127.0.0.1:{port} .*CHARGEBOT_LISTEN"):
            async with serving(build_web([], healthy), "127.0.0.1", port):
                pass


@pytest.mark.parametrize("chunked", [True, False])
async def test_a_body_over_the_limit_is_refused(chunked):
    async def pieces():
        for _ in range(5):
            yield b"12345"

    routes = [web.post("/", echo)]
    async with serving(build_web(routes, healthy), "127.0.0.1", 0) as port, aiohttp.ClientSession() as session:
        answer = await session.post(f"http://127.0.0.1:{port}/", data=pieces() if chunked else b"1" * 11)
        assert answer.status == 413


async def test_a_body_that_does_not_come_is_not_waited_for():
    async with serving(build_web([web.post("/", echo)], healthy), "127.0.0.1", 0) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nab")
        assert (await reader.readline()).startswith(b"HTTP/1.1 408")
        writer.close()
        await writer.wait_closed()
