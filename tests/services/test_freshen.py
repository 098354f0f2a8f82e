"""Before a driver decides, the operator is asked how the station is: briefly, and not when it has just said so."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.errors import PartnerError
from bot.domain.station import Status
from bot.services import stations as service
from bot.services.stations import FRESH, Stations
from tests.samples import a_station
from tests.services.house import House


@pytest.fixture
async def station(house: House):
    """One of which nobody has said anything for an hour, though a car has come meanwhile."""
    held = replace(a_station(), heard_at=house.clock.now() - timedelta(hours=1))
    await house.db.write(lambda uow: uow.stations.put([held]))
    busy = replace(held.evses[0], status=Status.CHARGING)
    house.gateway.stations[held.id] = replace(held, evses=(busy, *held.evses[1:]), heard_at=house.clock.now())
    return held


async def status_of(house: House, station):
    found = await house.db.read(lambda uow: uow.stations.get(station.id))
    return found.evses[0].status


async def test_a_status_that_was_never_pushed_is_seen_before_the_price(house: House, station):
    await Stations(house.db, house.gateway, house.clock).freshen(station.id)
    assert await status_of(house, station) is Status.CHARGING


async def test_an_operator_that_has_just_spoken_is_not_asked(house: House, station):
    lately = house.clock.now() - FRESH / 2
    await house.db.write(lambda uow: uow.stations.put([replace(station, heard_at=lately)]))
    house.gateway.pulling.append(PartnerError("it was asked"))
    await Stations(house.db, house.gateway, house.clock).freshen(station.id)
    assert len(house.gateway.pulling) == 1


async def test_an_operator_that_cannot_be_asked_changes_nothing(house: House, station):
    house.gateway.pulling.append(PartnerError("503"))
    await Stations(house.db, house.gateway, house.clock).freshen(station.id)
    assert await status_of(house, station) is Status.AVAILABLE


async def test_nobody_waits_long_for_a_slow_operator(house: House, station, monkeypatch):
    monkeypatch.setattr(service, "FRESHEN_WITHIN", 0.02)

    async def never(_):
        await asyncio.sleep(60)

    monkeypatch.setattr(house.gateway, "refresh", never)
    async with asyncio.timeout(5):
        await Stations(house.db, house.gateway, house.clock).freshen(station.id)
    assert await status_of(house, station) is Status.AVAILABLE
