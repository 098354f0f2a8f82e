"""A pretend town for a module of journeys: operator, Bot API server and the real bot, with a charge point for each driver."""

import asyncio
import signal
from contextlib import asynccontextmanager

import pytest

from sandbox.telegram.limits import Limits
from sandbox.world import World
from tests.journeys.driver import Driver

UNHURRIED = "tests.journeys.unhurried"
ORDER = "crash_point"
OPERATORS_TIMEOUT = 1
"""Seconds that the operator says a result may take; 30 in the sandbox, which no pace shortens."""


class Town:
    """`world` is open for business; every driver made here has a charge point of their own."""

    def __init__(self, world, evses):
        self.world = world
        self._free = [evse for evse in evses if _ordinary(evse)]

    async def driver(self, name="Ana", *, at=None, language="en"):
        """A new driver; `at` is the charge point of another one."""
        person = await self.world.telegram.person(name, language=language)
        return Driver(self.world, person, await self.world.street.evse(at.evse) if at else self._free.pop())

    async def doom(self, point):
        """Have the running bot die at this point, "name" or "name:3" for the third passage from now on."""
        await self.world.until_healthy()
        order = self.world.folder / ORDER
        order.write_text(point)
        self.world.bot.send_signal(signal.SIGUSR1)
        async with asyncio.timeout(5):
            while order.exists():  # noqa: ASYNC110  a file of another process wakes nobody
                await asyncio.sleep(0.005)

    async def starts(self):
        """How often each reference was asked to start."""
        return (await self.world.street.commands())["starts_per_reference"]


def _ordinary(evse):
    connectors = evse["connectors"]
    usable = evse["startable"] and evse["evse_id"] and evse["sticker"] and evse["status"] == "AVAILABLE"
    priced = len(connectors) == 1 and connectors[0]["tariff_id"] not in {None, "FREE"}
    return usable and priced and evse["location"] not in {"Werf Welgelegen", "Plan Zuid"}


@asynccontextmanager
async def open_town(folder, *, entry=UNHURRIED, speed=600, pace=0.02, **options):
    """The pretend world at its quickest; the bot's waiting and the operator's are shortened, its fence is not."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("sandbox.cpo.ocpi.commands.TIMEOUT", OPERATORS_TIMEOUT)
        options |= {"limits": Limits.off(), "traffic": False, "settings": {"CRASH_POINT_FILE": str(folder / ORDER)}}
        async with World(folder, entry=entry, speed=speed, pace=pace, **options) as world:
            await world.open_for_business()
            yield Town(world, await world.street.evses())
