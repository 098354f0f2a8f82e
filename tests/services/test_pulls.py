"""One pull serves all who wait for one; who comes while it runs shares the next."""

import asyncio

import pytest

from bot.domain.ids import PartnerId
from bot.services.pulls import Pulls
from tests.samples import CITY, COAST, a_key, at


class Operator:
    """Lists as long as `gate` is open, and remembers what it was asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[PartnerId, object]] = []
        self.gate = asyncio.Event()

    async def pull(self, partner_id, since):
        self.asked.append((partner_id, since))
        await self.gate.wait()
        return [a_key(f"S{len(self.asked)}")]


async def test_twenty_who_come_while_one_pull_runs_share_the_next():
    operator = Operator()
    pulls = Pulls(operator.pull)
    first = asyncio.gather(pulls.join(CITY, at(100)))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    rest = asyncio.gather(*(pulls.join(CITY, at(number)) for number in range(20)))
    await asyncio.sleep(0)
    operator.gate.set()
    assert await first == [[a_key("S1")]]
    assert await rest == [[a_key("S2")]] * 20
    assert operator.asked == [(CITY, at(100)), (CITY, at(0))]


async def test_operators_do_not_wait_for_each_other():
    operator = Operator()
    pulls = Pulls(operator.pull)
    both = asyncio.gather(pulls.join(CITY, at(0)), pulls.join(COAST, at(0)))
    for _ in range(3):
        await asyncio.sleep(0)
    assert [partner for partner, _ in operator.asked] == [CITY, COAST]
    operator.gate.set()
    await both


async def test_those_who_shared_a_pull_that_was_cancelled_are_not_left_waiting():
    operator = Operator()
    pulls = Pulls(operator.pull)
    running = asyncio.gather(pulls.join(CITY, at(0)))
    await asyncio.sleep(0)
    leader = asyncio.gather(pulls.join(CITY, at(1)))
    await asyncio.sleep(0)
    follower = asyncio.gather(pulls.join(CITY, at(2)))
    await asyncio.sleep(0)
    leader.cancel()
    assert await follower == [None]
    with pytest.raises(asyncio.CancelledError):
        await leader
    operator.gate.set()
    await running
    assert await pulls.join(CITY, at(3)) == [a_key("S2")]
