"""The operator's record bills, once; corrections are told, contradictions refused."""

from decimal import Decimal

import pytest

from bot.domain.charge import State, What
from bot.domain.errors import Conflict, PartnerError
from bot.domain.ids import CdrId, SessionId
from bot.domain.ledger import Doubt
from bot.domain.money import Price
from bot.domain.session import SessionStatus
from bot.domain.tariffs.usage import ChargingPeriod
from bot.ports import JobKind
from bot.services.receipts import DOUBTS
from tests.domain.priced import component, element, tariff
from tests.samples import CITY, COAST, PARTY, a_cdr, at
from tests.services.house import House, running

MINUTE, HOUR, DAY = 60, 3600, 86_400
COMPLETED = SessionStatus.COMPLETED


@pytest.fixture
async def charge(house: House):
    """A charge that ended at noon and a minute."""
    pressed = await house.press()
    await house.work()
    await house.push(running(pressed))
    await house.let_pass(MINUTE)
    await house.push(running(pressed, COMPLETED, end=at(MINUTE), last_updated=at(MINUTE)))
    return pressed


async def bills_of(house: House, charge):
    return await house.db.read(lambda uow: list(uow.cdrs.of_charge(charge.id)))


def credit(**changes):
    cost = Price.of("EUR", Decimal("-9.00"), Decimal("-10.89"))
    return a_cdr(**{"id": CdrId("C1-CREDIT"), "total_cost": cost, "credit": True, "credits_id": CdrId("C1"), **changes})


async def test_a_bill_closes_its_charge_and_is_told_once(house: House, charge):
    bill = a_cdr(reference=charge.id)
    assert await house.receipts.receive(bill)
    assert (await house.charge(charge)).state is State.BILLED
    assert await house.told() == ["unplug", "receipt"]
    assert await bills_of(house, charge) == [bill]


async def test_the_same_bill_twice_bills_once(house: House, charge):
    assert await house.receipts.receive(a_cdr(reference=charge.id))
    assert not await house.receipts.receive(a_cdr(reference=charge.id))
    assert (await house.told()).count("receipt") == 1


async def test_the_same_bill_with_other_content_is_refused_and_the_first_stays(house: House, charge):
    bill = a_cdr(reference=charge.id)
    await house.receipts.receive(bill)
    with pytest.raises(Conflict):
        await house.receipts.receive(a_cdr(reference=charge.id, total_energy=Decimal(99)))
    assert await bills_of(house, charge) == [bill]
    assert (await house.told()).count("receipt") == 1


@pytest.mark.parametrize(
    "names",
    [
        {"session_id": SessionId("S1"), "reference": None, "token_uid": None},
        {"session_id": SessionId("s1"), "reference": None, "token_uid": None},
        {"session_id": None, "token_uid": None},
        {"session_id": None, "reference": None},
    ],
)
async def test_a_bill_finds_its_charge_by_session_reference_or_token(house: House, charge, names):
    facts = {"reference": charge.id.upper(), "token_uid": charge.token_uid, **names}
    await house.receipts.receive(a_cdr(**facts))
    assert (await house.charge(charge)).state is State.BILLED


async def test_a_bill_of_another_operator_with_the_same_ids_is_not_ours(house: House, charge):
    assert await house.receipts.receive(a_cdr(partner_id=COAST, reference=charge.id, token_uid=charge.token_uid))
    assert (await house.charge(charge)).state is State.ENDED


async def test_a_bill_that_names_nobody_of_ours_is_kept_and_told_to_nobody(house: House, charge):
    stranger = a_cdr(session_id=None, reference="other", token_uid=None)
    assert await house.receipts.receive(stranger)
    assert await house.db.read(lambda uow: uow.cdrs.get(CITY, PARTY, CdrId("c1"))) == stranger
    assert await house.told() == ["unplug"]


async def test_a_bill_before_the_end_of_the_session_closes_it_for_good(house: House):
    charge = await house.press()
    await house.work()
    await house.push(running(charge))
    await house.receipts.receive(a_cdr(reference=charge.id))
    await house.push(running(charge, last_updated=at(90)), running(charge, COMPLETED, last_updated=at(99)))
    assert (await house.charge(charge)).state is State.BILLED
    assert await house.told() == ["unplug", "receipt"]
    for kind in (JobKind.WATCH, JobKind.STOP, JobKind.STAGE, JobKind.RESOLVE):
        assert await house.next_due(kind) is None


async def test_an_end_that_its_bill_has_overtaken_is_in_the_timeline_once(house: House):
    charge = await house.press()
    await house.work()
    await house.push(running(charge))
    await house.receipts.receive(a_cdr(reference=charge.id))
    for moment in (90, 99):
        await house.push(running(charge, COMPLETED, end=at(80), last_updated=at(moment)))
    timeline = await house.db.read(lambda uow: uow.charges.timeline(charge.id))
    told = [fact.what for fact in timeline if fact.what in {What.BILLED, What.SESSION_ENDED}]
    assert told == [What.BILLED, What.SESSION_ENDED]
    assert await house.told() == ["unplug", "receipt"]


async def test_a_bill_of_another_session_than_the_one_that_never_ran_is_the_bill_of_the_charge(house: House):
    charge = await house.press()
    await house.work()
    await house.push(running(charge, SessionStatus.PENDING))
    await house.receipts.receive(a_cdr(session_id="S2", reference=charge.id))
    await house.push(running(charge, COMPLETED, "S2", last_updated=at(99)))
    assert [c.state for c in await house.charges()] == [State.BILLED]
    assert await house.told() == ["unplug", "receipt"]


async def test_a_bill_of_another_session_does_not_close_the_one_that_runs(house: House):
    charge = await house.press()
    await house.work()
    await house.push(running(charge))
    await house.receipts.receive(a_cdr(session_id="S2", reference=charge.id))
    assert (await house.charge(charge)).state is State.CHARGING
    assert {c.state for c in await house.charges()} == {State.CHARGING, State.BILLED}


async def test_a_bill_that_names_the_ended_session_by_another_id_is_its_bill(house: House, charge):
    await house.receipts.receive(a_cdr(session_id="S1-as-billed", reference=charge.id))
    assert [c.state for c in await house.charges()] == [State.BILLED]


async def test_the_same_bill_again_makes_no_charge_of_it_though_its_session_was_heard_of_meanwhile(house: House):
    charge = await house.press()
    await house.work()
    bill = a_cdr(reference=charge.id)
    await house.receipts.receive(bill)
    await house.push(running(charge, session_id="S2"), running(charge, COMPLETED))
    assert not await house.receipts.receive(bill)
    assert {c.session_key.id: c.state for c in await house.charges()} == {"S1": State.BILLED, "S2": State.CHARGING}


async def test_a_bill_without_any_session_ever_is_a_charge(house: House):
    charge = await house.press()
    await house.let_pass(5 * MINUTE)
    await house.receipts.receive(a_cdr(session_id=None, reference=charge.id))
    assert (await house.charge(charge)).state is State.BILLED
    assert await house.told() == ["unplug", "unconfirmed", "receipt"]


async def test_a_bill_that_does_not_come_is_asked_for_at_1_5_30_minutes_2_and_24_hours_and_35_days(
    house: House, charge
):
    await house.let_pass(120 * DAY)
    pauses = [1, 5, 30, 120, 24 * 60, 35 * 24 * 60, 35 * 24 * 60, 35 * 24 * 60]
    moments = [at(MINUTE + 60 * sum(pauses[: number + 1])) for number in range(len(pauses))]
    assert house.gateway.bill_pulls == [moment for moment in moments if moment <= house.clock.now()]
    assert len(house.gateway.bill_pulls) == 8
    assert (await house.charge(charge)).state is State.ENDED


async def test_a_bill_whose_push_was_lost_is_found_by_asking(house: House, charge):
    house.gateway.bills.append(a_cdr(reference=charge.id))
    await house.let_pass(2 * MINUTE)
    assert (await house.charge(charge)).state is State.BILLED
    assert await house.told() == ["unplug", "receipt"]
    await house.let_pass(DAY)
    assert len(house.gateway.bill_pulls) == 1


async def test_an_operator_that_cannot_be_asked_for_bills_is_asked_again(house: House, charge):
    house.gateway.pulling.append(PartnerError("503"))
    house.gateway.bills.append(a_cdr(reference=charge.id))
    await house.let_pass(7 * MINUTE)
    assert (await house.charge(charge)).state is State.BILLED


async def test_a_contradicting_bill_in_the_list_does_not_hide_those_after_it(house: House, charge):
    await house.receipts.receive(a_cdr(id=CdrId("C0"), session_id=None, reference="other", token_uid=None))
    changed = a_cdr(id=CdrId("C0"), session_id=None, reference="other", token_uid=None, total_energy=Decimal(99))
    house.gateway.bills.extend([changed, a_cdr(reference=charge.id)])
    await house.let_pass(2 * MINUTE)
    assert (await house.charge(charge)).state is State.BILLED
    assert len(house.gateway.bill_pulls) == 1


async def test_a_credit_and_a_new_bill_are_told_as_corrections(house: House, charge):
    await house.receipts.receive(a_cdr(reference=charge.id))
    await house.receipts.receive(credit(reference=charge.id))
    await house.receipts.receive(a_cdr(id=CdrId("C2"), reference=charge.id))
    assert [cdr.id for cdr in await bills_of(house, charge)] == ["C1", "C1-CREDIT", "C2"]
    assert await house.told() == ["unplug", "receipt", "receipt_corrected", "receipt_corrected"]


async def test_a_credit_that_comes_before_its_bill_waits_for_it(house: House, charge):
    await house.receipts.receive(credit(reference=charge.id))
    assert (await house.charge(charge)).state is State.ENDED
    assert await house.told() == ["unplug"]
    await house.receipts.receive(a_cdr(reference=charge.id))
    assert (await house.charge(charge)).state is State.BILLED
    assert await house.told() == ["unplug", "receipt"]
    assert len(await bills_of(house, charge)) == 2


NAMELESS = {"session_id": None, "reference": None, "token_uid": None}


async def test_a_credit_that_names_only_its_bill_and_comes_before_it_waits_for_it_too(house: House, charge):
    await house.receipts.receive(credit(**NAMELESS))
    assert await bills_of(house, charge) == []
    await house.receipts.receive(a_cdr(reference=charge.id))
    assert await bills_of(house, charge) == [credit(**NAMELESS), a_cdr(reference=charge.id)]
    assert await house.told() == ["unplug", "receipt"]
    assert await objections(house) == [("cdrs", "C1-CREDIT", "belongs to no charge of ours")]


async def test_a_credit_that_waited_unknown_is_doubted_once_its_bill_is_here(house: House, charge):
    await house.receipts.receive(credit(**NAMELESS, total_cost=Price.of("EUR", Decimal("-1.00"), Decimal("-1.21"))))
    await house.receipts.receive(a_cdr(reference=charge.id))
    assert ("cdrs", "C1-CREDIT", DOUBTS[Doubt.CREDIT_DIFFERS]) in await objections(house)


async def objections(house: House):
    found = await house.db.read(lambda uow: uow.objections.of_partner(CITY, 100))
    return [(o.module, o.object_id, o.reason) for o in found]


async def test_a_second_bill_is_held_back_until_a_credit_clears_the_first(house: House, charge):
    await house.receipts.receive(a_cdr(reference=charge.id))
    await house.receipts.receive(a_cdr(id=CdrId("C2"), reference=charge.id))
    assert (await house.told()).count("receipt") == 1
    assert "receipt_corrected" not in await house.told()
    [(module, bill, reason)] = await objections(house)
    assert (module, bill) == ("cdrs", "C2")
    assert "second bill" in reason
    await house.receipts.receive(credit(reference=charge.id))
    assert await house.told() == ["unplug", "receipt", "receipt_corrected", "receipt_corrected"]


async def test_a_credit_for_a_bill_that_was_held_back_is_none_of_the_drivers_concern(house: House, charge):
    await house.receipts.receive(a_cdr(reference=charge.id))
    await house.receipts.receive(a_cdr(id=CdrId("C2"), reference=charge.id))
    await house.receipts.receive(credit(reference=charge.id, credits_id=CdrId("C2")))
    assert await house.told() == ["unplug", "receipt"]


async def test_a_bill_that_came_again_with_other_content_is_written_down_for_people(house: House, charge):
    await house.receipts.receive(a_cdr(reference=charge.id))
    with pytest.raises(Conflict):
        await house.receipts.receive(a_cdr(reference=charge.id, total_energy=Decimal(99)))
    assert await objections(house) == [("cdrs", "C1", "came again with other content")]


@pytest.mark.parametrize(
    ("asked", "flagged"),
    [("10.00", False), ("10.09", False), ("10.11", True), ("9.89", True), ("60.00", True)],
)
async def test_a_bill_more_than_a_hundredth_beside_its_tariff_is_written_down_for_people(
    house: House, charge, asked, flagged
):
    fee = tariff(element(component("ENERGY", "0.50", None, 0)))
    used = (ChargingPeriod(at(5), {"ENERGY": Decimal(20)}),)
    cost = Price.of("EUR", Decimal(asked), Decimal(asked))
    await house.receipts.receive(a_cdr(reference=charge.id, tariffs=(fee,), periods=used, total_cost=cost))
    expected = [("cdrs", "C1", f"asks {asked} EUR; by the tariff it is 10.00 EUR")] if flagged else []
    assert await objections(house) == expected
    assert await house.told() == ["unplug", "receipt"]


async def test_a_credit_that_names_only_its_bill_belongs_to_the_charge_of_that(house: House, charge):
    await house.receipts.receive(a_cdr(reference=charge.id))
    nameless = credit(**NAMELESS)
    await house.receipts.receive(nameless)
    assert await bills_of(house, charge) == [a_cdr(reference=charge.id), nameless]


async def test_a_bill_of_nobody_is_written_down_for_people(house: House):
    await house.receipts.receive(a_cdr(session_id=None, reference="other", token_uid=None))
    assert await objections(house) == [("cdrs", "C1", "belongs to no charge of ours")]
