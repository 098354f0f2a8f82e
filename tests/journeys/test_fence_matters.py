"""The same kill, once with the fence and once without: these tests can fail, and the fence is why they do not."""

import pytest

from tests.journeys.driver import RUNNING
from tests.journeys.town import UNHURRIED, open_town

SLOWLY = {"result": (3000, 3000)}
"""Five seconds, six hundred times faster: no session tells a restarted bot in time that its start was taken."""


async def _starts_after_a_kill(folder, entry):
    async with open_town(folder, entry=entry) as town:
        world, driver = town.world, await town.driver()
        await world.street.pace(**SLOWLY)
        await world.kill_bot()
        await world.start_bot(CRASH_POINT="start_sent")
        async with world.supervised() as deaths:
            await driver.press_start()
            await driver.see_card(RUNNING)
            assert len(deaths) == 1
            return max((await town.starts()).values())


@pytest.mark.parametrize(("entry", "starts"), [(UNHURRIED, 1), ("tests.journeys.unfenced", 2)])
async def test_without_its_fence_the_bot_starts_twice(tmp_path, entry, starts):
    assert await _starts_after_a_kill(tmp_path, entry) == starts
