"""Linking, choosing and losing passes; who may charge, and what is said to who may not."""

import asyncio
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.driver import PassStatus
from bot.domain.errors import PartnerError, Refused, Why
from bot.ports import JobKind
from bot.services.passes import usable_pass
from tests.samples import ANNA, BOB, CITY
from tests.services.house import Crash, House, running

CODE = "AB0D-12L4"


@pytest.fixture
async def house():
    house = await House().furnish()

    def without_passes(uow):
        for driver_id in (ANNA, BOB):
            for pass_ in uow.drivers.passes(driver_id):
                uow.drivers.save_pass(replace(pass_, driver_id=None))

    await house.db.write(without_passes)
    return house


async def given_pass(house, status="received", number="CB-0001", uid="04A27F11"):
    await house.importing.take(f"number,activation_code,status,uid\n{number},{CODE},{status},{uid}\n")


async def refused(deed):
    with pytest.raises(Refused) as caught:
        await deed
    return caught.value.why


async def why_not(house, driver_id=ANNA):
    with pytest.raises(Refused) as caught:
        await house.db.read(lambda uow: usable_pass(uow, driver_id))
    return caught.value.why


@pytest.mark.parametrize(("number", "code"), [("CB-0001", CODE), (" cb oo01", "abod 1214"), ("CB0OO1", "ABOD12I4")])
async def test_a_received_pass_is_activated_by_number_and_code_however_they_are_typed(house, number, code):
    await given_pass(house)
    linked = await house.passes.link(ANNA, number, code)
    assert (linked.driver_id, linked.status) == (ANNA, PassStatus.ACTIVE)
    assert (await house.passes.wallet(ANNA)).used == linked.number
    assert (await house.press(ANNA)).contract_id == linked.contract_id


async def test_an_ordered_pass_is_linked_and_activated_once_it_is_there(house):
    await given_pass(house, "ordered")
    assert (await house.passes.link(ANNA, "CB-0001", CODE)).status is PassStatus.ORDERED
    assert await why_not(house) is Why.PASS_ORDERED
    await given_pass(house, "received")
    assert await why_not(house) is Why.PASS_NOT_ACTIVATED
    assert (await house.passes.link(ANNA, "CB-0001", CODE)).status is PassStatus.ACTIVE


@pytest.mark.parametrize(
    ("status", "why"),
    [("ordered", Why.PASS_ORDERED), ("blocked", Why.PASS_BLOCKED), ("expired", Why.PASS_EXPIRED)],
)
async def test_a_start_says_which_case_it_is(house, status, why):
    await given_pass(house)
    await house.passes.link(ANNA, "CB-0001", CODE)
    pass_ = await house.db.read(lambda uow: uow.drivers.pass_as_printed("CB-0001"))
    await house.db.write(lambda uow: uow.drivers.save_pass(replace(pass_, status=PassStatus(status))))
    assert await refused(house.press(ANNA)) is why
    assert await refused(house.press(BOB)) is Why.NO_PASS


async def test_a_banned_driver_cannot_start_but_can_stop(house):
    await given_pass(house, "active")
    await house.passes.link(ANNA, "CB-0001", CODE)
    charge = await house.press(ANNA)
    anna = await house.db.read(lambda uow: uow.drivers.get(ANNA))
    await house.db.write(lambda uow: uow.drivers.save(replace(anna, banned=True)))
    await house.charging.stop(ANNA, charge.id)
    assert (await house.charge(charge)).why is Why.CANCELLED
    assert await refused(house.press(ANNA)) is Why.BANNED


async def test_a_pass_that_ends_between_press_and_send_is_noticed_inside_the_fence(house):
    await given_pass(house, "active")
    linked = await house.passes.link(ANNA, "CB-0001", CODE)
    charge = await house.press(ANNA)
    await house.passes.report_lost(ANNA, linked.number)
    await house.work()
    assert (await house.charge(charge)).why is Why.PASS_BLOCKED
    assert not house.gateway.starts


async def test_whatever_does_not_fit_is_told_in_the_same_way(house):
    await given_pass(house)
    await house.passes.link(BOB, "CB-0001", CODE)
    await given_pass(house, number="CB-0002", uid="")
    for number, code in (("CB-9999", CODE), ("CB-0001", CODE), ("CB-0002", "WRONG"), ("", "")):
        assert await refused(house.passes.link(ANNA, number, code)) is Why.PASS_UNKNOWN
    assert (await house.passes.wallet(ANNA)).passes == ()


async def test_a_driver_has_five_wrong_tries_an_hour(house):
    await given_pass(house)
    for n in range(5):
        assert await refused(house.passes.link(ANNA, f"CB-8{n:03d}", "WRONG")) is Why.PASS_UNKNOWN
    assert await refused(house.passes.link(ANNA, "CB-0001", CODE)) is Why.TOO_MANY_TRIES
    assert (await house.passes.link(BOB, "CB-0001", CODE)).driver_id == BOB
    house.clock.move(timedelta(hours=1, seconds=1))
    assert await refused(house.passes.link(ANNA, "CB-0001", CODE)) is Why.PASS_UNKNOWN


@pytest.mark.parametrize("number", ["CB-0001", "CB-7777"])
async def test_a_number_has_five_wrong_tries_an_hour_whether_it_exists_or_not(house, number):
    await given_pass(house)
    for n in range(5):
        assert await refused(house.passes.link(ANNA + n + 10, number, "WRONG")) is Why.PASS_UNKNOWN
    assert await refused(house.passes.link(ANNA, number, CODE)) is Why.TOO_MANY_TRIES


async def test_a_pass_is_one_drivers_alone(house):
    await given_pass(house)
    await house.passes.link(ANNA, "CB-0001", CODE)
    assert await refused(house.passes.link(BOB, "CB-0001", CODE)) is Why.PASS_UNKNOWN
    assert (await house.passes.link(ANNA, "CB-0001", CODE)).driver_id == ANNA
    assert (
        await refused(house.passes.choose(BOB, (await house.passes.wallet(ANNA)).passes[0].number)) is Why.PASS_UNKNOWN
    )
    number = (await house.passes.wallet(ANNA)).passes[0].number
    assert await refused(house.passes.report_lost(BOB, number)) is Why.PASS_UNKNOWN


async def test_of_several_passes_the_chosen_one_is_used_and_after_its_loss_the_other(house):
    for number in ("CB-0001", "CB-0002"):
        await given_pass(house, "active", number, uid="")
        await house.passes.link(ANNA, number, CODE)
    assert (await house.passes.wallet(ANNA)).used == "CB-0001"
    await house.passes.choose(ANNA, (await house.passes.wallet(ANNA)).passes[1].number)
    assert (await house.passes.wallet(ANNA)).used == "CB-0002"
    await house.passes.report_lost(ANNA, (await house.passes.wallet(ANNA)).passes[1].number)
    assert (await house.passes.wallet(ANNA)).used == "CB-0001"


async def test_a_lost_card_is_told_to_the_operators_until_they_take_it(house):
    await given_pass(house, "active")
    linked = await house.passes.link(ANNA, "CB-0001", CODE)
    house.gateway.token_error = PartnerError("away")
    await house.passes.report_lost(ANNA, linked.number)
    await house.let_pass(timedelta(seconds=10))
    assert house.gateway.cards == []
    house.gateway.token_error = None
    await house.let_pass(timedelta(minutes=2))
    assert house.gateway.cards == [(CITY, "04A27F11", PassStatus.BLOCKED)]
    await house.let_pass(timedelta(hours=2))
    assert len(house.gateway.cards) == 1


async def test_a_running_charge_goes_on_when_its_pass_is_reported_lost_and_can_be_stopped(house):
    await given_pass(house, "active")
    linked = await house.passes.link(ANNA, "CB-0001", CODE)
    charge = await house.press(ANNA)
    await house.work()
    await house.push(running(charge))
    await house.passes.report_lost(ANNA, linked.number)
    assert (await house.charge(charge)).state == "CHARGING"
    await house.charging.stop(ANNA, charge.id)
    await house.work()
    assert sum(house.gateway.stops.values()) == 1


async def test_a_pass_that_expires_during_a_charge_lets_it_go_on_and_the_next_start_is_refused(house):
    await given_pass(house, "active")
    await house.passes.link(ANNA, "CB-0001", CODE)
    charge = await house.press(ANNA)
    await house.work()
    await house.push(running(charge))
    await given_pass(house, "expired")
    assert (await house.charge(charge)).state == "CHARGING"
    assert await refused(house.press(ANNA)) is Why.PASS_EXPIRED


async def test_two_drivers_who_link_the_same_pass_at_once_are_one_owner_and_one_refusal(house):
    await given_pass(house)
    done = await asyncio.gather(
        *(house.passes.link(driver_id, "CB-0001", CODE) for driver_id in (ANNA, BOB)), return_exceptions=True
    )
    assert [getattr(one, "why", None) for one in done] in ([None, Why.PASS_UNKNOWN], [Why.PASS_UNKNOWN, None])
    owners = [who for who in (ANNA, BOB) if await house.db.read(lambda uow, who=who: list(uow.drivers.passes(who)))]
    assert len(owners) == 1


async def test_a_pass_lost_between_the_press_and_the_fence_starts_nothing_though_there_is_another(house):
    await given_pass(house)
    await given_pass(house, number="CB-0002", uid="04A27F12")
    first, second = [await house.passes.link(ANNA, number, CODE) for number in ("CB-0001", "CB-0002")]
    await house.passes.choose(ANNA, first.number)
    charge = await house.press(ANNA)
    assert charge.pass_number == first.number
    await house.passes.report_lost(ANNA, first.number)
    await house.work()
    assert not house.gateway.starts
    assert (await house.charge(charge)).why is Why.PASS_BLOCKED
    assert (await house.press(ANNA)).pass_number == second.number


@pytest.mark.parametrize("steps", range(1, 4))
async def test_a_death_anywhere_in_linking_links_wholly_or_not_at_all(house, steps):
    await given_pass(house)
    house.fuse.left = steps
    with suppress(Crash):
        await house.passes.link(ANNA, "CB-0001", CODE)
    pass_ = await house.db.read(lambda uow: uow.drivers.pass_by_number("CB-0001"))
    told = await house.next_due(JobKind.CARD)
    assert (pass_.driver_id, pass_.status, told is not None) in {
        (None, PassStatus.RECEIVED, False),
        (ANNA, PassStatus.ACTIVE, True),
    }
    await house.restart()
    again = await house.passes.link(ANNA, "CB-0001", CODE)
    assert (again.driver_id, again.status) == (ANNA, PassStatus.ACTIVE)


@pytest.mark.parametrize("steps", range(1, 6))
async def test_a_death_anywhere_after_a_loss_still_has_every_operator_told(house, steps):
    await given_pass(house)
    pass_ = await house.passes.link(ANNA, "CB-0001", CODE)
    await house.work()
    await house.passes.report_lost(ANNA, pass_.number)
    house.fuse.left = steps
    await house.work()
    await house.restart()
    await house.let_pass(60)
    assert house.gateway.cards[-1] == (CITY, "04A27F11", PassStatus.BLOCKED)
