"""Readings: kept in order, one for each moment of a charge."""

from dataclasses import replace
from decimal import Decimal

from bot.domain.ids import ChargeId
from bot.domain.watch.readings import Reading
from bot.ports import Database
from tests.data.db.samples import after, charge

MINE, OTHER = charge(1).id, charge(2).id


async def test_readings_come_back_in_order_and_apart_by_charge(database: Database):
    late = Reading(after(60), Decimal("2.50"), Decimal("11.0"), Decimal(54))
    early = Reading(after(0.000001), Decimal("0.1"))
    for reading in (late, early):
        await database.write(lambda uow, reading=reading: uow.readings.add(MINE, reading))
    await database.write(lambda uow: uow.readings.add(OTHER, early))
    assert list(await database.read(lambda uow: uow.readings.of_charge(MINE))) == [early, late]
    assert list(await database.read(lambda uow: uow.readings.of_charge(OTHER))) == [early]
    assert list(await database.read(lambda uow: uow.readings.of_charge(ChargeId("unknown")))) == []


async def test_a_reading_of_the_same_moment_takes_the_place_of_the_other(database: Database):
    first = Reading(after(1), Decimal(1))
    for reading in (first, replace(first, kwh=Decimal(2))):
        await database.write(lambda uow, reading=reading: uow.readings.add(MINE, reading))
    assert [one.kwh for one in await database.read(lambda uow: uow.readings.of_charge(MINE))] == [Decimal(2)]
