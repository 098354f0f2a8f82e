"""What a driver may know of a charge, read in one go."""

from dataclasses import replace
from decimal import Decimal

import pytest

from bot.domain.charge import By, State, What
from bot.domain.ids import CdrId
from bot.domain.session import SessionStatus
from bot.services.following import Following
from tests.samples import ANNA, BOB, NEIGHBOUR, a_cdr, at
from tests.services.house import House, running


@pytest.fixture
async def following(house: House):
    return Following(house.db, house.clock)


async def test_a_look_shows_charge_session_cost_timeline_driver_and_card(house: House, following: Following):
    charge = await house.press(message_id=42)
    await house.work()
    await house.push(running(charge, kwh=Decimal(10), last_updated=at(60)))
    look = await following.look(charge.id)
    assert look is not None
    assert (look.charge.state, look.now) == (State.CHARGING, at(0))
    assert look.session is not None
    assert look.cost is not None
    assert (look.cost.by, look.cost.price.best_known.rounded().amount) == (By.CHARGEBOT, Decimal("5.45"))
    assert look.timeline[0].what is What.PRESSED
    assert look.driver is not None
    assert look.card is not None
    assert (look.driver.id, look.card.message_id) == (ANNA, 42)


async def test_there_is_nothing_to_see_of_a_charge_that_never_was(following: Following):
    assert await following.look("never-was") is None
    assert await following.of_driver(ANNA) is None
    assert await following.bill("never-was", CdrId("C1")) is None


async def test_a_returning_driver_sees_the_open_charge_and_never_anothers(house: House, following: Following):
    charge = await house.press()
    await house.work()
    found = await following.of_driver(ANNA)
    assert found is not None
    assert found.charge.id == charge.id
    assert await following.of_driver(BOB) is None
    await house.push(running(charge, SessionStatus.COMPLETED))
    assert await following.of_driver(ANNA) is None


async def test_of_two_open_charges_the_one_that_claims_is_seen_first(house: House, following: Following):
    late = await house.press()
    await house.let_pass(200)
    other = await house.press(evse_uid=NEIGHBOUR)
    await house.push(running(late, last_updated=house.clock.now()))
    first = await following.of_driver(ANNA)
    assert first is not None
    assert first.charge.id == other.id
    await house.push(running(other, SessionStatus.COMPLETED, "S2", last_updated=house.clock.now()))
    then = await following.of_driver(ANNA)
    assert then is not None
    assert then.charge.id == late.id


async def test_a_bill_is_read_beside_what_was_estimated(house: House, following: Following):
    charge = await house.press()
    await house.work()
    await house.push(running(charge, SessionStatus.COMPLETED, kwh=Decimal(20), end=at(3605)))
    await house.receipts.receive(a_cdr(reference=charge.id))
    bill = await following.bill(charge.id, CdrId("C1"))
    assert bill is not None
    assert bill.estimate is not None
    assert bill.estimate.price.best_known == bill.compared.theirs
    assert await following.bill(charge.id, CdrId("C9")) is None


async def test_what_was_shown_is_remembered(house: House, following: Following):
    charge = await house.press(message_id=42)
    look = await following.look(charge.id)
    assert look is not None
    assert look.card is not None
    await following.shown(replace(look.card, message_id=43, shown_version=look.charge.version))
    assert await house.db.read(lambda uow: uow.charges.to_show(9)) == []
