"""Charges: one claim per driver and charge point, found by every name an operator may use, with their timeline."""

import asyncio
from dataclasses import replace

import pytest

from bot.domain.charge import Answer, State, What, answered, give_up, heard, wish_to_stop
from bot.domain.errors import Refused, Why
from bot.domain.ids import ChargeId, DriverId, EvseUid, PartnerId, SessionId, StationId
from bot.domain.pace import Pace
from bot.domain.session import SessionKey, SessionStatus
from bot.ports import Card, Database
from tests.data.db.samples import NOW, PARTNER, after, charge, fenced, session, session_key


async def add(database: Database, *charges):
    for new in charges:
        await database.write(lambda uow, new=new: uow.charges.add(new))


async def save(database: Database, *charges):
    for changed in charges:
        await database.write(lambda uow, changed=changed: uow.charges.save(changed))


async def test_a_charge_comes_back_whole_but_for_its_news(database: Database):
    running = heard(answered(fenced(), Answer(timeout=None, message="ok"), after(2)), session(), after(3))
    await add(database, running)
    stored = await database.read(lambda uow: uow.charges.get(running.id))
    assert stored == running
    assert stored.news == ()
    assert await database.read(lambda uow: uow.charges.get(ChargeId("unknown"))) is None


async def test_the_timeline_grows_by_the_news_of_each_save(database: Database):
    new = charge()
    await add(database, new)
    stored = await database.read(lambda uow: uow.charges.get(new.id))
    await save(database, wish_to_stop(replace(stored, state=State.FENCED), after(5)))
    facts = await database.read(lambda uow: uow.charges.timeline(new.id))
    assert [fact.what for fact in facts] == [What.PRESSED, What.STOP_ASKED]
    assert facts[1].at == after(5)
    assert await database.read(lambda uow: uow.charges.timeline(ChargeId("unknown"))) in ([], ())


async def test_a_driver_has_one_charge_at_a_time(database: Database):
    await add(database, charge(1, driver=7, uid="E1"))
    with pytest.raises(Refused) as refused:
        await add(database, charge(2, driver=7, uid="E2"))
    assert refused.value.why is Why.ALREADY_CHARGING
    claimed = await database.read(lambda uow: uow.charges.claimed_by(DriverId(7)))
    assert claimed == charge(1, driver=7, uid="E1")


async def test_a_charge_point_has_one_charge_at_a_time_whatever_the_case_of_its_uid(database: Database):
    await add(database, charge(1, driver=7, uid="abc"))
    with pytest.raises(Refused) as refused:
        await add(database, charge(2, driver=8, uid="ABC"))
    assert refused.value.why is Why.CONNECTOR_TAKEN


async def test_what_was_refused_or_came_late_claims_nothing(database: Database):
    refused = answered(fenced(1), Answer(Why.REJECTED), after(2))
    await add(database, refused, charge(2))
    late = heard(refused, session(), after(9))
    assert late.state is State.CHARGING
    await save(database, late)
    assert await database.read(lambda uow: uow.charges.claimed_by(DriverId(7))) == charge(2)


async def test_of_two_presses_at_one_moment_one_wins(database: Database):
    results = await asyncio.gather(
        *(database.write(lambda uow, n=n: uow.charges.add(charge(n, driver=n, uid="E1"))) for n in range(1, 9)),
        *(database.write(lambda uow, n=n: uow.charges.add(charge(n, driver=99, uid=f"F{n}"))) for n in range(11, 19)),
        return_exceptions=True,
    )
    assert [r for r in results if not isinstance(r, Refused)] == [None, None]
    assert {r.why for r in results[:8] if r} == {Why.CONNECTOR_TAKEN}
    assert {r.why for r in results[8:] if r} == {Why.ALREADY_CHARGING}


async def test_a_charge_is_found_by_its_reference_in_any_case(database: Database):
    await add(database, charge())

    def found(reference: str, partner_id: int = PARTNER):
        return database.read(lambda uow: uow.charges.by_reference(PartnerId(partner_id), reference))

    assert await found(charge().id.upper()) == charge()
    assert await found(f" {charge().id}-and-more") == charge()
    assert await found(charge().id[:-1]) is None
    assert await found(charge().id, partner_id=2) is None


async def test_a_charge_is_found_by_its_own_token(database: Database):
    await add(database, charge(1), charge(2, driver=8, uid="E2"))
    assert await database.read(lambda uow: uow.charges.by_token(PARTNER, "token002")) == charge(2, driver=8, uid="E2")
    assert await database.read(lambda uow: uow.charges.by_token(PartnerId(2), "TOKEN002")) is None


async def test_a_charge_is_found_by_its_session_and_only_by_the_session_of_that_operator(database: Database):
    running = heard(fenced(), session("S-a"), after(3))
    await add(database, running)
    assert await database.read(lambda uow: uow.charges.by_session(session_key("s-A"))) == running
    other = SessionKey(PartnerId(2), session_key().party, SessionId("S-a"))
    assert await database.read(lambda uow: uow.charges.by_session(other)) is None


async def test_a_drivers_charges_come_newest_first(database: Database):
    over = [replace(charge(n), state=State.BILLED) for n in (1, 2, 3)]
    await add(database, over[1], over[0], over[2])
    newest = await database.read(lambda uow: uow.charges.of_driver(DriverId(7), 2))
    assert [c.id for c in newest] == [over[2].id, over[1].id]
    assert await database.read(lambda uow: uow.charges.of_driver(DriverId(8), 2)) == []


async def test_charges_are_found_by_state(database: Database):
    await add(database, charge(1), replace(charge(2), state=State.BILLED), fenced(3, driver=8, uid="E3"))
    found = await database.read(lambda uow: uow.charges.in_states([State.NEW, State.FENCED]))
    assert [c.state for c in found] == [State.NEW, State.FENCED]
    assert await database.read(lambda uow: uow.charges.in_states([])) == []


async def test_starts_are_counted_for_the_limits(database: Database):
    pace = Pace()
    refused = answered(fenced(1), Answer(Why.REJECTED), after(2))
    silent = give_up(fenced(2), pace, after(9_999))
    never_sent = wish_to_stop(charge(3), after(4))
    elsewhere = answered(fenced(4, uid="E9"), Answer(Why.REJECTED), after(5))
    await add(database, refused, silent, never_sent, elsewhere, charge(5))

    def failed(since: float):
        place = charge().place
        return database.read(lambda uow: uow.charges.failed_since(after(since), place.station_id, EvseUid("e1")))

    assert [await failed(since) for since in (0, 1, 2, 3)] == [2, 2, 1, 0]
    started = [
        await database.read(lambda uow, s=s: uow.charges.started_since(after(s), driver_id=DriverId(7)))
        for s in (0, 3, 6)
    ]
    assert started == [5, 3, 0]
    nobody = database.read(lambda uow: uow.charges.failed_since(NOW, StationId("other"), EvseUid("E1")))
    assert await nobody == 0


async def test_cards_that_show_an_older_version_queue_up_the_longest_waiting_first(database: Database):
    charges = [fenced(n, driver=n, uid=f"E{n}") for n in (1, 2, 3)]
    await add(database, *charges)
    for c in charges:
        await database.write(lambda uow, c=c: uow.cards.save(Card(c.id, 7, 70, shown_version=c.version)))
    assert await to_show(database) == []
    await save(database, *(replace(charges[i], version=9) for i in (2, 0)))
    await save(database, replace(charges[2], version=10))
    assert await to_show(database) == [charges[2].id, charges[0].id]
    assert await to_show(database, limit=1) == [charges[2].id]


async def test_a_card_shown_anew_leaves_the_queue_or_goes_to_its_end(database: Database):
    first, second = (fenced(n, driver=n, uid=f"E{n}") for n in (1, 2))
    await add(database, first, second)
    cards = [Card(c.id, 7, 70, shown_version=1) for c in (first, second)]
    for card in cards:
        await database.write(lambda uow, card=card: uow.cards.save(card))
    await save(database, replace(first, version=9), replace(second, version=9))
    await database.write(lambda uow: uow.cards.save(replace(cards[0], pinned=True)))
    assert await to_show(database) == [first.id, second.id]
    await database.write(lambda uow: uow.cards.save(replace(cards[0], shown_version=8)))
    assert await to_show(database) == [second.id, first.id]
    await database.write(lambda uow: uow.cards.save(replace(cards[0], shown_version=9)))
    assert await to_show(database) == [second.id]
    assert await database.read(lambda uow: uow.cards.get(first.id)) == replace(cards[0], shown_version=9)
    assert await database.read(lambda uow: uow.cards.get(ChargeId("unknown"))) is None


async def to_show(database: Database, limit: int = 10):
    return [c.id for c in await database.read(lambda uow: uow.charges.to_show(limit))]


async def test_a_finished_session_frees_driver_and_charge_point(database: Database):
    ended = heard(fenced(1), session(status=SessionStatus.COMPLETED, end=after(60)), after(61))
    await add(database, fenced(1))
    await save(database, ended)
    await add(database, charge(2))
    assert await database.read(lambda uow: uow.charges.claimed_by(DriverId(7))) == charge(2)
