"""The clock that only moves when told to, and the command that starts the server by itself."""

import asyncio
import socket

import pytest

from sandbox.clock import ManualClock, sleep
from sandbox.telegram.__main__ import main


def test_alarms_ring_in_order_each_at_its_own_instant_unless_taken_back():
    clock = ManualClock(100.0)
    rung = []
    clock.call_later(3, lambda: rung.append(("late", clock.time())))
    clock.call_later(1, lambda: rung.append(("early", clock.time())))
    clock.call_later(2, lambda: rung.append(("never", clock.time()))).cancel()
    clock.advance(2.5)
    assert (rung, clock.time()) == ([("early", 101.0)], 102.5)
    clock.advance(10)
    assert rung[-1] == ("late", 103.0)


async def test_a_sleeper_wakes_when_the_clock_gets_there():
    clock = ManualClock()
    sleeper = asyncio.get_running_loop().create_task(sleep(clock, 5))
    await asyncio.sleep(0)
    clock.advance(4.9)
    await asyncio.sleep(0)
    assert not sleeper.done()
    clock.advance(0.1)
    await sleeper
    await sleep(clock, 0)


def test_a_taken_port_and_an_odd_token_are_said_in_one_sentence():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(SystemExit, match=rf"^Cannot listen on 127.0.0.1:{port} .*; try another --port\.$"):
            main(["--port", str(port)])
    with pytest.raises(SystemExit, match=r"^A token looks like 1001:TEST, not like 'abc'\.$"):
        main(["--token", "abc"])
