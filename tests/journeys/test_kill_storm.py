"""Kills at random moments while several drivers charge: no start twice, no stop lost, nobody untold. Counts are printed."""

import asyncio
import contextlib
import os
import random
import signal
import sys

import aiohttp
import pytest

from tests.journeys.town import open_town

LONG = os.environ.get("STORM") == "long"
SEED = 20260301
SERVING = 0.75
STORM_PATIENCE = 100
SLOW = {
    "answer": (0, 120),
    "result": (60, 300),
    "activation": (60, 300),
    "meter": (120, 300),
    "stop": (60, 300),
    "cdr": (60, 600),
}
"""Six hundred times faster on the clock: up to half a second for each step, so that many a kill strikes within one."""


class Storm:
    """`drivers` charge again and again until there were so many charges and so many kills."""

    def __init__(self, town, *, kills, charges, seed):
        self.town = town
        self.kills, self.charges = kills, charges
        self.dice = random.Random(seed)
        self.killed = self.charged = 0

    @property
    def over(self):
        return self.killed >= self.kills and self.charged >= self.charges

    async def blow(self, drivers):
        async with self.town.world.supervised() as deaths, asyncio.TaskGroup() as group:
            for driver in drivers:
                group.create_task(self._charge(driver))
            group.create_task(self._kill())
        return deaths

    async def _charge(self, driver):
        driver.patience = STORM_PATIENCE
        while not self.over:
            await driver.start()
            await asyncio.sleep(self.dice.uniform(0, 1))
            await driver.stop()
            await driver.finish()
            self.charged += 1

    async def _kill(self):
        """Most kills strike a bot that serves, the others one that starts or recovers from the last."""
        async with aiohttp.ClientSession(self.town.world.url) as client:
            while self.killed < self.kills:
                if self.dice.random() < SERVING:
                    await _until_serving(client)
                await asyncio.sleep(self.dice.uniform(0, 2))
                await self.town.world.kill_bot()
                self.killed += 1


async def _until_serving(client):
    while True:
        with contextlib.suppress(aiohttp.ClientError):
            async with client.get("/health") as answer:
                if answer.ok:
                    return
        await asyncio.sleep(0.02)


@pytest.mark.storm
@pytest.mark.timeout(900 if LONG else 120)
async def test_killed_at_random_moments_nothing_happens_twice_and_nothing_is_lost(tmp_path):
    async with open_town(tmp_path) as town:
        await town.world.street.pace(**SLOW)
        storm = Storm(town, kills=30 if LONG else 6, charges=20 if LONG else 6, seed=SEED)
        drivers = [await town.driver(name) for name in ("Ana", "Ben", "Cleo", "Dora")[: 4 if LONG else 3]]
        deaths = await storm.blow(drivers)
        starts = await town.starts()
        sessions = [session for driver in drivers for session in await driver.sessions()]
        stopped = [session for session in sessions if session["ending"] == "Stopped by the provider."]
        begun = sum(driver.begun for driver in drivers)
        receipts = [text for driver in drivers for text in await driver.texts() if "Receipt" in text]
        sys.stdout.write(
            f"\n{storm.killed} kills during {storm.charged} charges by {len(drivers)} drivers: {len(starts)} starts asked, "
            f"{sum(starts.values()) - len(starts)} of them twice; {begun} sessions begun, {len(stopped)} stopped as asked, "
            f"{begun - len(stopped)} stops lost; {sum(d.not_begun for d in drivers)} starts told as not taken; "
            f"{len(receipts)} receipts\n"
        )
    assert deaths == [-signal.SIGKILL] * storm.kills
    assert set(starts.values()) == {1}, "no start is sent twice"
    assert len(sessions) == begun == storm.charged, "every session was shown as charging"
    assert len(stopped) == begun, "every stop arrived"
    assert len({_bill_in(text) for text in receipts}) == begun, "every receipt was shown"


def _bill_in(receipt):
    return next(line for line in receipt.splitlines() if line.startswith("Bill "))
