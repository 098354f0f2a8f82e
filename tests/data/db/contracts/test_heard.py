"""Sessions and bills: exact to the last digit, kept apart by operator, and a bill never changes."""

from dataclasses import replace
from decimal import Decimal

import pytest

from bot.domain.errors import Conflict, StoreError
from bot.domain.ids import CdrId, ChargeId, EvseUid, LocationId, PartnerId, Party, SessionId
from bot.domain.session import SessionKey, Spot
from bot.ports import Database
from tests.data.db.samples import NOW, PARTNER, PARTY, after, cdr, charge, session, session_key

CHARGE = charge().id


async def test_a_session_comes_back_to_the_last_digit_and_the_last_microsecond(database: Database):
    exact = session(kwh="12.3456789012345678901", last_updated=after(0.000001))
    await database.write(lambda uow: uow.sessions.save(exact, None))
    stored = await database.read(lambda uow: uow.sessions.get(session_key("s1")))
    assert stored == exact
    assert str(stored.kwh) == "12.3456789012345678901"


async def test_sessions_of_different_operators_with_one_id_are_different(database: Database):
    others = [
        SessionKey(PartnerId(2), PARTY, SessionId("S1")),
        SessionKey(PARTNER, Party.of("DE", "CIT"), SessionId("S1")),
    ]
    await database.write(lambda uow: uow.sessions.save(session(), CHARGE))
    for key in others:
        assert await database.read(lambda uow, key=key: uow.sessions.get(key)) is None


async def test_a_newer_session_replaces_the_older_and_may_find_its_charge(database: Database):
    await database.write(lambda uow: uow.sessions.save(session(), None))
    assert await database.read(lambda uow: uow.sessions.strays()) == [session()]
    await database.write(lambda uow: uow.sessions.save(session(kwh="2"), CHARGE))
    assert await database.read(lambda uow: uow.sessions.strays()) == []
    assert await database.read(lambda uow: uow.sessions.get(session_key())) == session(kwh="2")


@pytest.mark.parametrize("kwh", ["NaN", "Infinity", "-0.001", "2000.01"])
async def test_energy_no_car_can_take_is_refused(database: Database, kwh: str):
    with pytest.raises(StoreError):
        await database.write(lambda uow: uow.sessions.save(session(kwh=kwh), None))
    assert await database.read(lambda uow: uow.sessions.get(session_key())) is None


async def test_a_bill_comes_back_whole_and_only_once(database: Database):
    assert await database.write(lambda uow: uow.cdrs.add(cdr(), CHARGE, NOW))
    again = replace(cdr(), total_energy=Decimal("21.50"), id=CdrId("c1"))
    assert not await database.write(lambda uow: uow.cdrs.add(again, CHARGE, after(9)))
    assert await database.read(lambda uow: uow.cdrs.get(PARTNER, PARTY, CdrId("c1"))) == cdr()
    assert await database.read(lambda uow: uow.cdrs.get(PartnerId(2), PARTY, CdrId("C1"))) is None


async def test_where_a_bill_was_comes_back_too_and_is_no_other_content(database: Database):
    there = replace(cdr(), spot=Spot(LocationId("L1"), EvseUid("E1"), name="Dyke"))
    await database.write(lambda uow: uow.cdrs.add(there, CHARGE, NOW))
    assert not await database.write(lambda uow: uow.cdrs.add(cdr(), CHARGE, after(9)))
    [stored] = await database.read(lambda uow: uow.cdrs.of_charge(CHARGE))
    assert stored.spot == there.spot


async def test_a_bill_that_comes_again_with_other_content_is_a_conflict_and_the_first_stays(database: Database):
    await database.write(lambda uow: uow.cdrs.add(cdr(), CHARGE, NOW))
    with pytest.raises(Conflict):
        await database.write(lambda uow: uow.cdrs.add(cdr(cost="5.26"), CHARGE, NOW))
    assert await database.read(lambda uow: uow.cdrs.of_charge(CHARGE)) == [cdr()]


async def test_the_bills_of_a_charge_come_in_the_order_they_came_credits_too(database: Database):
    bills = [cdr("C9"), cdr("C1", cost="-5.25", credit=True, total_energy=Decimal("-21.5")), cdr("C5", cost="5.00")]
    for bill in bills:
        await database.write(lambda uow, bill=bill: uow.cdrs.add(bill, CHARGE, NOW))
    await database.write(lambda uow: uow.cdrs.add(cdr("C7"), None, NOW))
    assert await database.read(lambda uow: uow.cdrs.of_charge(CHARGE)) == bills


async def test_a_credit_that_was_nobodys_is_claimed_with_its_bill_and_no_other(database: Database):
    def early(number: str, credited: str, **changes: object):
        return cdr(number, cost="-5.25", credit=True, credits_id=CdrId(credited), **changes)

    credit, foreign = early("C9", "c1"), early("C9", "C1", party=Party.of("DE", "CIT"))
    for record in (credit, foreign, early("C8", "C2"), cdr("C7")):
        await database.write(lambda uow, record=record: uow.cdrs.add(record, None, NOW))
    await database.write(lambda uow: uow.cdrs.add(early("C6", "C1"), ChargeId("another"), NOW))
    await database.write(lambda uow: uow.cdrs.add(cdr("C1"), CHARGE, NOW))
    assert await database.write(lambda uow: uow.cdrs.claim_credits(cdr("C1"), CHARGE)) == [credit]
    assert await database.read(lambda uow: uow.cdrs.of_charge(CHARGE)) == [credit, cdr("C1")]
    assert await database.write(lambda uow: uow.cdrs.claim_credits(cdr("C1"), CHARGE)) == []
