"""Two things at one moment: whichever comes first, one stop goes out, one bill counts, and each is told once."""

import asyncio
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from bot.domain.charge import State
from bot.domain.errors import Refused, Why
from bot.domain.session import SessionStatus
from bot.domain.watch.care import Limit, LimitKind
from tests.samples import ANNA, PARTY, a_cdr
from tests.services.house import Crash, House, running

STOPPING_LIMIT = Limit(LimitKind.ENERGY, Decimal(10), stop=True)


@pytest.fixture
async def house():
    return await House().furnish()


async def charging(house):
    charge = await house.press()
    await house.work()
    await house.push(running(charge, kwh=Decimal(1)))
    return charge


def reading(house, charge, kwh, status=SessionStatus.ACTIVE):
    return running(charge, status, kwh=Decimal(kwh), last_updated=house.clock.now() + timedelta(minutes=1))


async def test_a_limit_reached_while_stop_is_pressed_is_one_stop(house):
    charge = await charging(house)
    await house.charging.limit(ANNA, charge.id, STOPPING_LIMIT)
    await asyncio.gather(
        house.charging.stop(ANNA, charge.id),
        house.push(reading(house, charge, "10.5")),
        house.charging.guard(charge.id),
    )
    await house.work()
    assert list(house.gateway.stops.values()) == [1]
    assert (await house.told()).count("limit") <= 1


async def test_a_charge_that_ends_while_a_limit_is_typed_takes_none_and_asks_for_no_stop(house):
    charge = await charging(house)
    await house.push(reading(house, charge, "12", SessionStatus.COMPLETED))
    with pytest.raises(Refused) as refused:
        await house.charging.limit(ANNA, charge.id, STOPPING_LIMIT)
    assert refused.value.why is Why.FINISHED
    await house.work()
    assert not house.gateway.stops


async def test_the_same_bill_from_two_sides_at_once_is_told_once(house):
    charge = await charging(house)
    await house.push(reading(house, charge, "12", SessionStatus.COMPLETED))
    bill = a_cdr(reference=charge.id, token_uid=charge.token_uid)
    await asyncio.gather(*(house.receipts.receive(bill) for _ in range(3)))
    assert (await house.told()).count("receipt") == 1
    assert (await house.charge(charge)).state is State.BILLED


async def test_a_network_switched_off_between_the_press_and_the_fence_starts_nothing(house):
    charge = await house.press()
    network = await house.db.read(lambda uow: uow.networks.get(PARTY))
    await house.db.write(lambda uow: uow.networks.save(replace(network, enabled=False)))
    await house.work()
    assert not house.gateway.starts
    assert (await house.charge(charge)).why is Why.NOT_STARTABLE


@pytest.mark.parametrize("steps", range(1, 7))
async def test_a_death_anywhere_around_a_limit_loses_neither_the_stop_nor_the_telling(house, steps):
    charge = await charging(house)
    await house.charging.limit(ANNA, charge.id, replace(STOPPING_LIMIT, amount=Decimal(30), kind=LimitKind.TIME))
    house.clock.move(31 * 60)
    house.fuse.left = steps
    with suppress(Crash):
        await house.charging.guard(charge.id)
        await house.work()
    await house.restart()
    await house.let_pass(5)
    key = (await house.charge(charge)).session_key
    assert house.gateway.stops[key] >= 1
    assert (await house.told()).count("limit") == 1
