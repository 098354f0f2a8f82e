"""Every test of the services begins in a furnished house whose crash points are seen."""

import pytest

from tests.services.house import House


@pytest.fixture
async def house(monkeypatch: pytest.MonkeyPatch):
    house = await House().furnish()
    house.live_under(monkeypatch)
    yield house
    await house.nursery.close()
