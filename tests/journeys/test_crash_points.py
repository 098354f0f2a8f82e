"""SIGKILL at every named point of the road: no start twice, no stop lost, nobody untold.

The bot dies where it is told to, a supervisor starts it again, and the driver goes on as a person would.
"""

import signal

import pytest
import pytest_asyncio

from bot.crashpoints import NAMES
from tests.journeys.town import open_town

pytestmark = pytest.mark.asyncio(loop_scope="module")

NEVER_SENT = {"start_fenced"}
"""Where the bot has promised to send nothing more, and has sent nothing yet: the driver reads that and presses again."""

POINTS = [
    # The updates are: the number, yes, start, stop, stop now.
    *(f"{point}:{nth}" for point in ("update_in", "update_committed", "update_handled") for nth in (3, 5)),
    "charge_committed",
    "start_claimed",
    "start_fenced",
    "start_sent",
    "start_recorded",
    # The result of the start, then that of the stop.
    *(f"result_in:{nth}" for nth in (1, 2)),
    # The session is opened, it runs, it has a reading.
    *(f"{point}:{nth}" for point in ("session_in", "session_committed") for nth in (1, 2, 3)),
    # The waiting card, the running card, and what is told later.
    *(f"{point}:{nth}" for point in ("tell_before", "tell_sent") for nth in (1, 2, 5)),
    "stop_committed",
    "stop_before",
    "stop_sent",
    "stop_recorded",
    "cdr_in",
    "cdr_committed",
]
HANDSHAKE = ["credentials_sent", "credentials_stored"]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def town(tmp_path_factory):
    async with open_town(tmp_path_factory.mktemp("crash")) as town:
        yield town


@pytest.mark.parametrize("point", POINTS)
async def test_killed_on_the_road_the_bot_goes_on(town, point):
    world, driver = town.world, await town.driver()
    before = len(await town.starts())
    await world.kill_bot()
    await world.start_bot(CRASH_POINT=point)
    async with world.supervised() as deaths:
        await driver.charge()
        assert deaths == [-signal.SIGKILL], "the bot died exactly once, at the point"
    starts = await town.starts()
    assert set(starts.values()) == {1}, "no start is sent twice"
    assert len(starts) - before == driver.begun == len(await driver.sessions()) == 1
    assert driver.not_begun == (point in NEVER_SENT)
    assert await driver.stops(), "the stop went out"
    assert len([text for text in await driver.texts() if "Receipt" in text]) <= 2


async def test_every_point_is_killed_at():
    assert {point.partition(":")[0] for point in POINTS} | set(HANDSHAKE) == set(NAMES)
