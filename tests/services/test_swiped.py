"""Charges begun with the physical pass: one for each session, whoever tells of it and whenever the pass was linked."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from bot.domain.charge import State, What
from bot.domain.ids import CdrId, EvseUid, LocationId, SessionId, TokenUid
from bot.domain.session import SessionStatus, Spot
from tests.samples import ANNA, BOB, EVSE, a_cdr, a_key, a_session, a_station
from tests.services.house import House

CARD = TokenUid("04A27F11")
FILE = "number,activation_code,status,uid\nCB-0001,ABCD-1234,active,04:a2:7f:11\n"


@pytest.fixture
async def house():
    house = await House().furnish()
    await house.importing.take(FILE)
    return house


async def link(house, driver_id=ANNA):
    return await house.passes.link(driver_id, "CB-0001", "ABCD-1234")


def swiped(status=SessionStatus.ACTIVE, session_id="S9", **changes):
    facts = {"key": a_key(session_id), "token_uid": CARD, "reference": None, **changes}
    return a_session(status, **facts)


async def test_a_session_with_a_linked_card_becomes_the_drivers_charge_told_by_one_notice(house):
    await link(house)
    await house.push(swiped(), swiped(), swiped(kwh=Decimal(1), last_updated=house.clock.now() + timedelta(minutes=1)))
    (charge,) = await house.charges()
    assert (charge.state, charge.swiped, charge.pass_number) == (State.CHARGING, True, "CB-0001")
    assert charge.place.identifier == "NL*CIT*E3256*1"
    assert charge.tariff is not None
    assert await house.told() == ["swiped"]
    assert (await house.facts(charge))[:2] == [What.SWIPED, What.SESSION_PENDING]


async def test_the_contract_is_enough_however_it_is_written(house):
    pass_ = await link(house)
    contract = pass_.contract_id.replace("-", "").lower()
    await house.push(swiped(token_uid=TokenUid("another"), contract_id=contract))
    assert len(await house.charges()) == 1


async def test_it_is_stopped_and_billed_like_any_other(house):
    await link(house)
    session = swiped()
    await house.push(session)
    (charge,) = await house.charges()
    await house.charging.stop(ANNA, charge.id)
    await house.work()
    assert house.gateway.stops == {session.key: 1}
    end = house.clock.now() + timedelta(minutes=5)
    await house.push(swiped(SessionStatus.COMPLETED, end=end, last_updated=end))
    await house.receipts.receive(a_cdr(session_id=SessionId("S9"), reference=None, token_uid=CARD))
    (charge,) = await house.charges()
    assert charge.state is State.BILLED
    assert "receipt" in await house.told()


async def test_it_does_not_keep_its_driver_from_a_start(house):
    await link(house)
    await house.push(swiped())
    charge = await house.press(ANNA, evse_uid=EVSE)
    assert charge.claims


async def test_our_own_session_stays_our_own_charge_even_though_it_names_the_same_contract(house):
    pass_ = await link(house)
    charge = await house.press(ANNA)
    await house.work()
    await house.push(a_session(token_uid=charge.token_uid, reference=charge.id, contract_id=pass_.contract_id))
    assert [c.id for c in await house.charges()] == [charge.id]


async def test_a_card_held_up_twice_is_two_charges(house):
    await link(house)
    await house.push(swiped(), swiped(SessionStatus.COMPLETED, last_updated=house.clock.now() + timedelta(hours=1)))
    await house.push(swiped(session_id="S10"))
    assert sorted(c.state for c in await house.charges()) == [State.CHARGING, State.ENDED]


async def test_a_session_that_runs_when_the_pass_is_linked_appears_then_and_only_once(house):
    await house.push(swiped())
    assert await house.charges() == []
    await link(house)
    await house.push(swiped(kwh=Decimal(2), last_updated=house.clock.now() + timedelta(minutes=1)))
    (charge,) = await house.charges()
    assert charge.state is State.CHARGING
    assert await house.told() == ["swiped"]


async def test_what_was_over_before_the_pass_was_linked_is_not_the_drivers(house):
    over = swiped(SessionStatus.COMPLETED, end=house.clock.now())
    await house.push(over)
    house.clock.move(timedelta(hours=1))
    await link(house)
    await house.push(replace(over, last_updated=house.clock.now()))
    await house.receipts.receive(
        a_cdr(session_id=SessionId("S9"), reference=None, token_uid=CARD, end=house.clock.now() - timedelta(hours=1))
    )
    assert await house.charges() == []


async def test_a_session_that_has_not_run_yet_is_nobodys_charge(house):
    await link(house)
    await house.push(swiped(SessionStatus.PENDING))
    assert await house.charges() == []
    await house.push(swiped(last_updated=house.clock.now() + timedelta(minutes=1)))
    assert len(await house.charges()) == 1


async def test_a_bill_alone_makes_a_billed_charge_without_a_call_to_unplug(house):
    await link(house)
    bill = a_cdr(session_id=SessionId("S9"), reference=None, token_uid=CARD)
    assert await house.receipts.receive(bill)
    assert not await house.receipts.receive(bill)
    await house.push(swiped(SessionStatus.COMPLETED, end=bill.end))
    (charge,) = await house.charges()
    assert charge.state is State.BILLED
    assert await house.told() == ["receipt"]


async def test_a_bill_without_a_session_is_taken_too(house):
    await link(house)
    await house.receipts.receive(a_cdr(id=CdrId("C77"), session_id=None, reference=None, token_uid=CARD))
    assert [c.state for c in await house.charges()] == [State.BILLED]


async def test_a_bill_alone_is_shown_at_our_station_that_it_names(house):
    await link(house)
    spot = Spot(LocationId("loc1"), EvseUid("3256"), name="Old name")
    await house.receipts.receive(a_cdr(session_id=None, reference=None, token_uid=CARD, spot=spot))
    (charge,) = await house.charges()
    station = a_station()
    assert (charge.place.station_id, charge.place.title) == (station.id, station.title)
    assert (charge.place.identifier, charge.place.time_zone) == ("NL*CIT*E3256*1", station.time_zone)
    assert charge.tariff is None, "nobody saw a price"


@pytest.mark.parametrize(
    ("spot", "shown"),
    [
        (None, ("NL-CIT", "", "")),
        (Spot(LocationId("L9"), evse_id="NL*CIT*E9", name="Dyke", address="Dyke 1"), ("Dyke", "Dyke 1", "NL*CIT*E9")),
        (Spot(LocationId("L9")), ("NL-CIT", "", "")),
        (Spot(LocationId("LOC1"), EvseUid("gone"), name="Dyke"), ("Market square", "Market 1", "")),
    ],
)
async def test_a_bill_alone_from_a_place_we_do_not_know_is_shown_as_it_names_it(house, spot, shown):
    await link(house)
    await house.receipts.receive(a_cdr(session_id=None, reference=None, token_uid=CARD, spot=spot))
    (charge,) = await house.charges()
    assert (charge.place.title, charge.place.address, charge.place.identifier) == shown


async def test_a_station_nobody_told_us_of_is_shown_by_its_operator(house):
    await link(house)
    await house.push(swiped(location_id="ELSEWHERE", evse_uid="77"))
    (charge,) = await house.charges()
    assert (charge.place.title, charge.place.identifier, charge.tariff) == ("NL-CIT", "", None)


async def test_a_charge_point_of_which_no_plug_is_known_is_named_all_the_same(house):
    await link(house)
    bare = a_station(evses=tuple(replace(evse, connectors=()) for evse in a_station().evses))
    await house.db.write(lambda uow: uow.stations.put([bare]))
    await house.push(swiped())
    (charge,) = await house.charges()
    assert charge.place.identifier == "NL*CIT*E3256*1"
    assert charge.tariff is None


async def test_an_unlinked_card_concerns_no_driver(house):
    await house.push(swiped())
    assert await house.charges(ANNA) == await house.charges(BOB) == []


async def test_an_operator_that_calls_our_start_by_the_contract_alone_makes_no_second_charge(house):
    pass_ = await link(house)
    charge = await house.press(ANNA)
    await house.work()
    nameless = {"token_uid": TokenUid("THEIRS"), "reference": None, "contract_id": pass_.contract_id}
    await house.push(swiped(start=house.clock.now(), **nameless))
    assert [(c.id, c.state) for c in await house.charges()] == [(charge.id, State.CHARGING)]
    assert "swiped" not in await house.told()


async def test_a_card_at_the_reader_is_a_charge_of_its_own_even_while_a_start_waits_there(house):
    await link(house)
    charge = await house.press(ANNA)
    await house.work()
    await house.push(swiped(start=house.clock.now()))
    assert {c.id == charge.id: c.state for c in await house.charges()} == {True: State.FENCED, False: State.CHARGING}


async def test_swiping_does_not_use_up_the_starts_of_the_hour(house):
    await link(house)
    for number in range(20):
        late = house.clock.now() + timedelta(seconds=number)
        await house.push(swiped(SessionStatus.COMPLETED, f"S{number + 20}", start=house.clock.now(), end=late))
    assert (await house.press(ANNA)).state is State.NEW
