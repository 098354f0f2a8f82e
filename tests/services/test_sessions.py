"""Whatever order an operator's pictures of a session come in, a charge ends up where the session is."""

from dataclasses import replace
from decimal import Decimal

import pytest

from bot.domain.charge import Answer, State, What
from bot.domain.errors import PartnerError, Why
from bot.domain.ids import DriverId, Party
from bot.domain.session import SessionStatus
from bot.ports import JobKind
from tests.samples import ANNA, BOB, CITY, COAST, NEIGHBOUR, a_cdr, a_key, a_session, at, seconds
from tests.services.house import House, running

PENDING, ACTIVE, COMPLETED = SessionStatus.PENDING, SessionStatus.ACTIVE, SessionStatus.COMPLETED


async def started(house: House, driver_id: DriverId = ANNA, **changes):
    charge = await house.press(driver_id, **changes)
    await house.work()
    return charge


async def charging(house: House):
    charge = await started(house)
    await house.push(running(charge))
    return charge


async def test_a_session_before_or_without_any_result_is_charging_at_once(house: House):
    charge = await charging(house)
    after = await house.charge(charge)
    assert (after.state, after.session_key) == (State.CHARGING, a_key())
    assert await house.next_due(JobKind.RESOLVE) is None


async def test_a_session_that_was_over_before_we_heard_of_it_ends_the_charge(house: House):
    charge = await started(house)
    await house.push(running(charge, COMPLETED, end=at(50)))
    assert (await house.charge(charge)).state is State.ENDED
    assert await house.told() == ["unplug"]
    assert await house.next_due(JobKind.BILL) == at(60)


async def test_a_quiet_session_is_asked_for_every_minute_and_a_talking_one_is_not(house: House):
    charge = await charging(house)
    for minute in range(1, 6):
        await house.let_pass(50)
        await house.push(running(charge, kwh=Decimal(minute), last_updated=house.clock.now()))
    assert house.gateway.pulls == []
    await house.let_pass(150)
    assert [moment for moment, _, _ in house.gateway.pulls] == [at(310), at(370)]


async def test_a_lost_push_of_the_end_is_found_by_asking(house: House):
    charge = await charging(house)
    house.gateway.list(running(charge, COMPLETED, last_updated=at(30)))
    await house.let_pass(61)
    assert (await house.charge(charge)).state is State.ENDED


async def test_an_operator_that_cannot_be_asked_is_asked_again(house: House):
    charge = await charging(house)
    house.gateway.pulling.extend([PartnerError("503")] * 10)
    house.gateway.list(running(charge, COMPLETED, last_updated=at(30)))
    await house.let_pass(11 * 61)
    assert (await house.charge(charge)).state is State.ENDED


async def test_the_same_push_twice_is_nothing_new(house: House):
    charge = await charging(house)
    before = await house.charge(charge)
    await house.push(running(charge))
    assert await house.charge(charge) == before


async def test_an_older_push_is_ignored_and_a_newer_one_with_less_energy_believed(house: House):
    charge = await charging(house)
    await house.push(running(charge, kwh=Decimal(2), last_updated=at(60)))
    await house.push(running(charge, kwh=Decimal(9), last_updated=at(59)))
    assert (await house.db.read(lambda uow: uow.sessions.get(a_key()))).kwh == 2
    await house.push(running(charge, kwh=Decimal(1), last_updated=at(61)))
    assert (await house.db.read(lambda uow: uow.sessions.get(a_key()))).kwh == 1


async def test_a_push_from_the_future_blocks_nothing(house: House):
    charge = await charging(house)
    await house.push(running(charge, last_updated=at(86_400)))
    await house.push(running(charge, COMPLETED, last_updated=at(60)))
    assert (await house.charge(charge)).state is State.ENDED


async def test_a_zombie_push_reopens_nothing(house: House):
    charge = await charging(house)
    await house.push(running(charge, COMPLETED, last_updated=at(60)), running(charge, last_updated=at(90)))
    after = await house.charge(charge)
    assert (after.state, after.session_status) == (State.ENDED, COMPLETED)
    assert await house.next_due(JobKind.WATCH) is None


async def test_pushes_after_the_bill_move_and_tell_nothing(house: House):
    charge = await started(house)
    await house.let_pass(70)
    await house.receipts.receive(a_cdr(reference=charge.id))
    told = await house.told()
    for minute in range(5):
        await house.push(running(charge, last_updated=at(100 + minute)))
    after = await house.charge(charge)
    assert after.state is State.BILLED
    assert (await house.told()) == told == ["unplug", "receipt"]
    assert What.SESSION_ACTIVE not in await house.facts(charge)


async def test_a_patch_of_an_unknown_session_changes_nothing_and_says_so(house: House):
    assert await house.charging.hear(a_key("unheard"), lambda old: old and replace(old, kwh=Decimal(1))) is None
    assert await house.db.read(lambda uow: uow.sessions.strays()) == []


async def test_a_patch_is_made_of_the_session_we_hold(house: House):
    await charging(house)
    patched = await house.charging.hear(
        a_key(), lambda old: old and replace(old, kwh=Decimal("1.5"), last_updated=at(40))
    )
    assert patched is not None
    assert (patched.kwh, patched.status) == (Decimal("1.5"), ACTIVE)


@pytest.mark.parametrize(
    "names",
    [
        {"reference": None},
        {"token_uid": None},
        {"reference": "somebody-else"},
    ],
)
async def test_a_session_finds_its_charge_by_our_reference_or_by_the_token_made_for_it(house: House, names):
    charge = await started(house)
    await house.push(running(charge, **names))
    assert (await house.charge(charge)).state is State.CHARGING


async def test_a_reference_in_capitals_is_the_same_reference(house: House):
    charge = await started(house)
    await house.push(running(charge, reference=charge.id.upper(), token_uid=None))
    assert (await house.charge(charge)).state is State.CHARGING


async def test_a_session_that_names_nobody_of_ours_is_kept_apart_and_never_guessed(house: House):
    charge = await started(house)
    stranger = running(charge, reference="other", token_uid="other")
    await house.push(stranger)
    assert (await house.charge(charge)).state is State.FENCED
    assert await house.db.read(lambda uow: uow.sessions.strays()) == [stranger]


async def test_another_operator_cannot_move_our_charge_with_the_same_ids(house: House):
    charge = await charging(house)
    await house.push(running(charge, COMPLETED, key=a_key(partner_id=COAST), last_updated=at(60)))
    assert (await house.charge(charge)).state is State.CHARGING


async def test_the_same_session_id_at_two_operators_is_two_sessions(house: House):
    anna = await charging(house)
    bob = await started(house, BOB, evse_uid=NEIGHBOUR)
    key = a_key("S1", CITY, Party("NL", "TWN"))
    await house.push(running(bob, key=key, evse_uid=NEIGHBOUR))
    assert (await house.charge(anna)).session_key == a_key()
    assert (await house.charge(bob)).session_key == key


async def test_a_session_at_another_connector_is_followed_and_told_once(house: House):
    charge = await started(house)
    await house.push(running(charge, evse_uid=NEIGHBOUR), running(charge, evse_uid=NEIGHBOUR, last_updated=at(60)))
    assert (await house.charge(charge)).state is State.CHARGING
    assert await house.told() == ["other_connector"]


async def test_of_two_sessions_both_are_shown_and_told_once_and_each_can_be_stopped(house: House):
    first = await charging(house)
    for moment in (30, 60, 90):
        await house.push(running(first, session_id="S2", last_updated=at(moment)))
    second, also = await house.charges() if (await house.charges())[0].id != first.id else (await house.charges())[::-1]
    assert also.id == first.id
    assert (second.session_key, second.state, second.claims) == (a_key("S2"), State.CHARGING, False)
    assert (await house.charge(first)).claims
    assert await house.told() == ["second_session"]
    assert {c.id for c in await house.db.read(lambda uow: uow.charges.to_show(9))} == {first.id, second.id}
    await house.charging.stop(ANNA, second.id)
    await house.work()
    assert house.gateway.stops == {a_key("S2"): 1}
    await house.charging.stop(ANNA, first.id)
    await house.work()
    assert house.gateway.stops == {a_key("S2"): 1, a_key("S1"): 1}


async def test_two_sessions_end_and_are_billed_each_by_itself(house: House):
    first = await charging(house)
    await house.push(running(first, session_id="S2"))
    await house.push(running(first, COMPLETED, "S2", last_updated=at(60)))
    await house.receipts.receive(a_cdr(id="C2", session_id="S2", reference=first.id))
    states = {c.session_key.id: c.state for c in await house.charges()}
    assert states == {"S1": State.CHARGING, "S2": State.BILLED}


async def test_a_pending_session_replaced_by_another_that_runs_is_one_charge(house: House):
    charge = await started(house)
    await house.push(running(charge, PENDING), running(charge, session_id="S2"))
    assert [(c.state, c.session_key) for c in await house.charges()] == [(State.CHARGING, a_key("S2"))]
    await house.push(running(charge, PENDING, last_updated=at(60)))
    assert len(await house.charges()) == 1


async def test_a_second_session_that_never_runs_is_no_second_charge(house: House):
    charge = await charging(house)
    await house.push(running(charge, PENDING, "S2"), running(charge, SessionStatus.INVALID, "S2", last_updated=at(60)))
    assert len(await house.charges()) == 1


async def test_the_first_meter_reading_is_in_the_timeline_once(house: House):
    charge = await charging(house)
    for minute in (1, 2):
        await house.push(running(charge, kwh=Decimal(minute), last_updated=at(60 * minute)))
    facts = await house.facts(charge)
    assert facts.count(What.FIRST_METER) == 1
    assert facts[:3] == [What.PRESSED, What.FENCED, What.ANSWERED]


async def test_every_step_that_can_be_seen_waits_to_be_shown(house: House):
    charge = await charging(house)
    (waiting,) = await house.db.read(lambda uow: uow.charges.to_show(10))
    assert waiting.id == charge.id
    card = await house.db.read(lambda uow: uow.cards.get(charge.id))
    await house.db.write(lambda uow: uow.cards.save(replace(card, shown_version=waiting.version)))
    assert await house.db.read(lambda uow: uow.charges.to_show(10)) == []
    await house.push(running(charge, kwh=Decimal(1), last_updated=at(60)))
    assert await house.db.read(lambda uow: [c.id for c in uow.charges.to_show(10)]) == [charge.id]


async def test_the_teller_is_woken_by_every_push(house: House):
    charge = await started(house)
    before = house.notifier.wakes
    await house.push(running(charge))
    assert house.notifier.wakes == before + 1


async def test_an_operator_that_knows_nothing_of_a_start_is_believed_only_after_the_window(house: House):
    house.gateway.starting.append(Answer(Why.UNKNOWN_SESSION, timeout=seconds(30)))
    charge = await started(house)
    assert (await house.charge(charge)).state is State.REFUSED
    house.gateway.list(a_session(reference=charge.id))
    await house.let_pass(60)
    assert (await house.charge(charge)).state is State.CHARGING
