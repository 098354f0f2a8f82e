"""SIGKILL at every named point of the road: no start twice, no stop lost, nobody untold.

The bot dies where it is told to, a supervisor starts it again, and the driver goes on as a person would.
"""

import asyncio
import os
import signal

import pytest
import pytest_asyncio

from bot.crashpoints import NAMES
from sandbox.world import World, WorldError
from tests.journeys.town import open_town

pytestmark = pytest.mark.asyncio(loop_scope="module")

NOT_SENT = {"start_fenced": {1}, "update_handled:3": {0, 1}, "tell_before": {0, 1}, "tell_sent": {0, 1}}
"""How often the driver reads that the start did not take: where the bot has promised to send nothing more and had sent
nothing yet. The last three are passed while another task is about to send."""

AT_UPDATES = ["update_in", "update_committed", "update_handled"]
POINTS = [
    # The updates are: the number, yes, start, stop, stop now.
    *(f"{point}:{nth}" for point in AT_UPDATES for nth in (3, 5)),
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
if os.environ.get("STORM") == "long":
    POINTS += [
        pytest.param(f"{point}:{nth}", marks=pytest.mark.storm)
        for point, passages in {
            **dict.fromkeys(AT_UPDATES, (1, 2, 4)),
            **dict.fromkeys(("session_in", "session_committed"), (4,)),
            **dict.fromkeys(("tell_before", "tell_sent"), (3, 4)),
        }.items()
        for nth in passages
    ]
HANDSHAKE = ["credentials_sent", "credentials_stored"]
IN_A_TALK = {"topic_made", "relay_before", "relay_sent"}
"""These are passed when a driver and an agent talk: test_support.py."""

ASKED_FOR_ONE = {"credentials_heard", "credentials_kept"}
"""These are passed when a peer registers with us: tests/handlers/ocpi/test_dying_in_a_handshake.py."""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def town(tmp_path_factory):
    async with open_town(tmp_path_factory.mktemp("crash")) as town:
        yield town


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def called_town(tmp_path_factory):
    """One that Telegram calls, instead of being asked."""
    async with open_town(tmp_path_factory.mktemp("called"), mode="webhook") as town:
        yield town


@pytest.mark.parametrize("point", POINTS)
async def test_killed_on_the_road_the_bot_goes_on(town, point):
    await _killed_at(point, town)


@pytest.mark.parametrize("point", [f"{point}:5" for point in AT_UPDATES])
async def test_killed_while_telegram_calls_it_the_bot_goes_on(called_town, point):
    await _killed_at(point, called_town)


async def _killed_at(point, town):
    world, driver = town.world, await town.driver()
    before = len(await town.starts())
    async with world.supervised() as deaths:
        await town.doom(point)
        await driver.charge()
        async with asyncio.timeout(5):
            while not deaths:  # noqa: ASYNC110  the driver may have read the last message before the bot is seen dead
                await asyncio.sleep(0.02)
        await world.until_healthy()
    assert deaths == [-signal.SIGKILL], "the bot died exactly once, at the point"
    starts = await town.starts()
    assert set(starts.values()) == {1}, "no start is sent twice"
    assert len(starts) - before == driver.begun == 1
    name = point.partition(":")[0]
    assert driver.not_begun in NOT_SENT.get(point, NOT_SENT.get(name, {0}))
    (session,) = await driver.sessions()
    assert session["ending"] == "Stopped by the provider.", "the stop went out"
    assert len([text for text in await driver.texts() if "Receipt" in text]) <= 2, "told once, or twice by the crash"


async def test_every_point_is_killed_at():
    points = {point.values[0] if isinstance(point, tuple) else point for point in POINTS}
    assert {point.partition(":")[0] for point in points} | set(HANDSHAKE) | ASKED_FOR_ONE | IN_A_TALK == set(NAMES)


@pytest.mark.parametrize("point", HANDSHAKE)
async def test_killed_in_the_handshake_a_registration_can_be_finished_or_made_anew(tmp_path, point):
    async with World(tmp_path, traffic=False) as world:
        invited = await _invitation(world)
        with pytest.raises(WorldError, match="-9"):
            await world.command(*invited, CRASH_POINT=point)
        with pytest.raises(WorldError, match=r"^chargebot: .* A token can be used once.*\Z"):
            await world.command(*invited)
        if point == "credentials_stored":
            assert "40 stations" in await world.command("partners", "sync", "1")
        else:
            assert "40 stations" in await world.command(*await _invitation(world))
            assert (await world.command("partners", "list")).count("NL-HAV") == 1


async def _invitation(world):
    invitation = await world.street.invite("Sandbox Charging")
    return "partners", "add", "--versions-url", invitation["versions_url"], "--token", invitation["token_a"]
