"""The whole of a charge in a storm: any order, any answer, any crash, and yet never twice, never lost, never untold.

`HYPOTHESIS_PROFILE=storm` makes the storm long; otherwise it is short and always the same.
"""

import asyncio
import os
import shutil
from contextlib import AsyncExitStack
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from bot.domain.charge import Charge
from bot.domain.ids import ChargeId
from bot.services.charging import Charging
from data.db.engine import open_database
from data.db.sqlite import SqliteDatabase
from tests.data.db.samples import CIPHER
from tests.services.house import House
from tests.services.machine import ChargeMachine

STORM = os.environ.get("HYPOTHESIS_PROFILE") == "storm"
pytestmark = [pytest.mark.storm, pytest.mark.timeout(7200 if STORM else 120)]
SETTINGS = settings(
    max_examples=3000 if STORM else 100,
    stateful_step_count=60 if STORM else 40,
    derandomize=not STORM,
    phases=list(Phase) if STORM else [Phase.generate],
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
)

ChargeMachine.TestCase.settings = SETTINGS
TestChargeMachine = ChargeMachine.TestCase


def test_on_a_real_file_the_same_holds(tmp_path: Path):
    asyncio.run(_set_up(tmp_path / "new.db"))

    class OnSqlite(ChargeMachine):
        async def build(self) -> House:
            self.files = AsyncExitStack()
            file = shutil.copy(tmp_path / "new.db", tmp_path / "chargebot.db")
            db = await self.files.enter_async_context(open_database(f"sqlite:///{file}", cipher=CIPHER))
            assert isinstance(db, SqliteDatabase)
            db._writer.execute("PRAGMA synchronous = OFF")  # the power stays on here
            return await self.costly(House(db)).furnish()

        def close(self) -> None:
            self.loop.run_until_complete(self.files.aclose())
            for left in tmp_path.glob("chargebot.db*"):
                left.unlink()

    run_state_machine_as_test(OnSqlite, settings=settings(SETTINGS, max_examples=200 if STORM else 5))


async def _set_up(file: Path) -> None:
    async with open_database(f"sqlite:///{file}", cipher=CIPHER):
        pass


async def unfenced(self: Charging, charge_id: ChargeId) -> Charge | None:
    """What a fence would be that is not on the disk before the send."""
    charge = await self._db.read(lambda uow: uow.charges.get(charge_id))
    return charge and replace(charge, fenced_at=self._clock.now())


async def test_without_the_fence_a_kill_after_the_send_sends_again(house: House, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(Charging, "_fence", unfenced)
    charge = await house.press()
    house.crash_at("start_sent")
    await house.work()
    await house.restart()
    await house.work()
    assert house.gateway.starts == {charge.id: 2}


def test_without_the_fence_the_storm_finds_a_double_start(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(Charging, "_fence", unfenced)

    class Unfenced(ChargeMachine):
        every_charge_moves_on_and_none_is_parked = None
        every_driver_is_told_and_of_nothing_twice = None

        def when_all_has_calmed_down(self) -> None:
            """Only what happens before counts."""

    with pytest.raises(AssertionError, match="sent twice"):
        run_state_machine_as_test(Unfenced, settings=settings(SETTINGS, phases=[Phase.generate], max_examples=500))
