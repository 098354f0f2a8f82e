"""A driver's data and its end: an open charge is seen to its bill first, what bills stays under a pseudonym."""

import json
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.charge import State
from bot.domain.driver import Driver, PassStatus
from bot.domain.errors import Refused, Why
from bot.domain.session import SessionStatus
from bot.services.passes import MOST_TRIES
from bot.services.personal import KEEP_BILLS, MOST_A_DAY, WAIT_FOR_BILL, Personal, forget_old_bills
from tests.samples import ANNA, BOB, a_cdr, a_driver
from tests.services.house import Crash, House, MortalDatabase, running


@pytest.fixture
async def house():
    return await House().furnish()


@pytest.fixture
def personal(house):
    return Personal(house.db, house.clock, "key")


async def driver(house):
    return await house.db.read(lambda uow: uow.drivers.get(ANNA))


async def to_charging(house):
    charge = await house.press(ANNA)
    await house.work()
    await house.push(running(charge))
    return charge


async def test_the_document_is_json_and_only_so_many_a_day(house, personal):
    await house.press(ANNA)
    document = json.loads(await personal.export(ANNA))
    assert document["stored"]["drivers"]
    assert document["stored"]["charges"]
    for _ in range(2):
        await personal.export(ANNA)
    with pytest.raises(Refused) as refused:
        await personal.export(ANNA)
    assert refused.value.why is Why.TOO_MANY_REQUESTS
    house.clock.move(timedelta(days=1, seconds=1))
    assert await personal.export(ANNA)


async def test_who_has_nothing_open_is_forgotten_at_once_and_their_passes_are_blocked(house, personal):
    pass_ = (await house.db.read(lambda uow: uow.drivers.passes(ANNA)))[0]
    assert await personal.leave(ANNA)
    assert await driver(house) is None
    left = await house.db.read(lambda uow: uow.drivers.pass_by_number(pass_.number))
    assert (left.driver_id, left.status) == (None, PassStatus.BLOCKED)
    assert await house.db.read(lambda uow: uow.drivers.get(BOB)) is not None


async def test_a_running_charge_is_seen_to_its_bill_first_and_can_be_stopped(house, personal):
    charge = await to_charging(house)
    assert not await personal.leave(ANNA)
    assert (await driver(house)).leaving_at == house.clock.now()
    with pytest.raises(Refused) as refused:
        await house.press(ANNA)
    assert refused.value.why is Why.LEAVING
    await house.charging.stop(ANNA, charge.id)
    await house.work()
    await house.push(running(charge, SessionStatus.COMPLETED, last_updated=house.clock.now() + timedelta(minutes=1)))
    assert await personal.finish_leaving(ANNA) is not None
    await house.receipts.receive(a_cdr(reference=charge.id, token_uid=charge.token_uid))
    assert await personal.finish_leaving(ANNA) is None
    assert await driver(house) is None
    kept = await house.charge(charge)
    assert (kept.state, kept.driver_id) == (State.BILLED, personal.pseudonym(ANNA))
    assert kept.driver_id < 0
    assert len(await house.db.read(lambda uow: uow.cdrs.of_charge(charge.id))) == 1


async def test_a_bill_that_never_comes_does_not_hold_it_up_for_ever(house, personal):
    charge = await to_charging(house)
    await house.push(running(charge, SessionStatus.COMPLETED, last_updated=house.clock.now() + timedelta(minutes=1)))
    assert not await personal.leave(ANNA)
    house.clock.move(WAIT_FOR_BILL + timedelta(hours=1))
    assert await personal.finish_leaving(ANNA) is None
    assert await driver(house) is None


async def test_who_stays_after_all_is_not_forgotten(house, personal):
    charge = await to_charging(house)
    await personal.leave(ANNA)
    await personal.stay(ANNA)
    await house.push(running(charge, SessionStatus.COMPLETED, last_updated=house.clock.now() + timedelta(minutes=1)))
    await house.receipts.receive(a_cdr(reference=charge.id, token_uid=charge.token_uid))
    assert await personal.finish_leaving(ANNA) is None
    assert (await driver(house)).leaving_at is None


async def test_nobody_without_the_key_finds_the_driver_of_a_pseudonym(house, personal):
    assert personal.pseudonym(ANNA) == Personal(house.db, house.clock, "key").pseudonym(ANNA)
    assert personal.pseudonym(ANNA) != Personal(house.db, house.clock, "other").pseudonym(ANNA)
    assert personal.pseudonym(ANNA) != personal.pseudonym(BOB)


async def test_bills_of_those_who_left_are_removed_after_the_legal_time(house, personal):
    charge = await to_charging(house)
    await house.receipts.receive(a_cdr(reference=charge.id, token_uid=charge.token_uid))
    assert await personal.leave(ANNA)
    for passed, left in ((KEEP_BILLS - timedelta(days=1), 1), (timedelta(days=2), 0)):
        house.clock.move(passed)
        await house.db.write(lambda uow: forget_old_bills(uow, house.clock.now()))
        assert len(await house.charges(personal.pseudonym(ANNA))) == left


async def test_a_ban_outlives_the_account_and_nothing_else_does(house, personal):
    anna = await driver(house)
    await house.db.write(lambda uow: uow.drivers.save(replace(anna, banned=True, business=True)))
    assert await personal.leave(ANNA)
    assert await driver(house) == Driver(ANNA, "", anna.language, anna.met_at, banned=True)
    assert await house.db.read(lambda uow: uow.drivers.passes(ANNA)) == []
    with pytest.raises(Refused) as refused:
        await house.press(ANNA)
    assert refused.value.why is Why.BANNED


async def test_leaving_and_coming_back_gives_no_new_tries(house, personal):
    for code in range(MOST_TRIES):
        with pytest.raises(Refused):
            await house.passes.link(ANNA, f"CB-{code}", "0000")
    assert await personal.leave(ANNA)
    await house.db.write(lambda uow: uow.drivers.save(a_driver(ANNA)))
    with pytest.raises(Refused) as refused:
        await house.passes.link(ANNA, "CB-9", "0000")
    assert refused.value.why is Why.TOO_MANY_TRIES
    for _ in range(MOST_A_DAY - 1):
        await personal.leave(ANNA)
    with pytest.raises(Refused):
        await personal.leave(ANNA)


async def test_who_leaves_between_the_press_and_the_fence_starts_nothing_and_is_forgotten(house, personal):
    charge = await house.press(ANNA)
    assert not await personal.leave(ANNA)
    await house.work()
    assert not house.gateway.starts
    assert (await house.charge(charge)).why is Why.LEAVING
    assert [shown.id for shown in await house.db.read(lambda uow: uow.charges.to_show(9))] == [charge.id]
    assert await personal.finish_leaving(ANNA) is None
    assert await driver(house) is None


@pytest.mark.parametrize("steps", range(1, 5))
async def test_a_death_anywhere_in_leaving_leaves_all_or_nothing(house, steps):
    charge = await to_charging(house)
    await house.push(running(charge, SessionStatus.COMPLETED, last_updated=house.clock.now() + timedelta(minutes=1)))
    await house.receipts.receive(a_cdr(reference=charge.id, token_uid=charge.token_uid))
    pass_ = (await house.db.read(lambda uow: uow.drivers.passes(ANNA)))[0]
    house.fuse.left = steps
    with suppress(Crash):
        await Personal(MortalDatabase(house.db, house.fuse), house.clock, "key").leave(ANNA)
    left = await house.db.read(lambda uow: uow.drivers.pass_by_number(pass_.number))
    whole = (await driver(house) is not None, left.driver_id == ANNA, bool(await house.charges(ANNA)))
    assert len(set(whole)) == 1, "half an account"
    await house.restart()
    await Personal(house.db, house.clock, "key").leave(ANNA)
    assert await driver(house) is None
    assert await house.charges(ANNA) == []
