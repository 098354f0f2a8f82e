"""Who may start what: every refusal has its reason and leaves nothing behind."""

import asyncio
from collections import Counter
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from bot.domain.catalogue import Network, OwnFee
from bot.domain.charge import Answer, State
from bot.domain.driver import PassStatus
from bot.domain.errors import NotSent, Refused, Why
from bot.domain.ids import ConnectorId, DriverId, EvseUid, StationId
from bot.domain.network import PartnerState
from bot.domain.session import SessionStatus
from bot.domain.station import Status
from bot.domain.tariffs.tariff import Element, PriceComponent
from bot.ports import Button
from bot.services import starting
from bot.services.charging import Wish
from tests.fakes.database import FakeDatabase
from tests.samples import (
    ANNA,
    BOB,
    CITY,
    EVSE,
    NEIGHBOUR,
    PARTY,
    TARIFF,
    TARIFF_ID,
    a_driver,
    a_key,
    a_partner,
    a_pass,
    a_station,
    an_evse,
    seconds,
)
from tests.services.house import STARTS, House, running

CAROL = DriverId(1003)


async def refusal(house: House, wish: Wish) -> Why:
    """Why this wish is refused; nothing may come of it."""
    with pytest.raises(Refused) as caught:
        await house.charging.start(wish)
    before = len(house.gateway.starts)
    await house.work()
    assert len(house.gateway.starts) == before
    return caught.value.why


async def test_of_two_drivers_at_one_connector_one_wins_and_the_other_is_told(house: House):
    outcomes = await asyncio.gather(house.press(ANNA), house.press(BOB), return_exceptions=True)
    refused = [outcome for outcome in outcomes if isinstance(outcome, Refused)]
    assert [r.why for r in refused] == [Why.CONNECTOR_TAKEN]
    await house.work()
    assert len(house.gateway.starts) == 1


async def test_of_twenty_taps_one_starts_and_all_are_answered(house: House):
    outcomes = await asyncio.gather(*(house.press() for _ in range(20)), return_exceptions=True)
    said = Counter(outcome.why if isinstance(outcome, Refused) else "started" for outcome in outcomes)
    assert said == {"started": 1, Why.ALREADY_CHARGING: 19}
    await house.let_pass(60)
    assert sum(house.gateway.starts.values()) == 1


async def a_button(house: House) -> str:
    button = Button("key", ANNA, "start", "", house.clock.now(), once=True)
    await house.db.write(lambda uow: uow.buttons.add([button]))
    return button.key


async def test_the_same_button_again_is_the_charge_it_began(house: House):
    key = await a_button(house)
    charge = await house.press(button=key)
    again = await house.press(button=key)
    assert again.id == charge.id
    assert len(await house.charges()) == 1


async def test_a_button_of_a_charge_that_is_over_begins_nothing_new(house: House):
    key = await a_button(house)
    charge = await house.press(button=key)
    await house.push(running(charge, SessionStatus.COMPLETED))
    assert await refusal(house, house.wish(button=key)) is Why.TOO_LATE


async def test_a_refused_press_does_not_wear_out_its_button(house: House):
    key = await a_button(house)
    assert await refusal(house, house.wish(button=key, tariff=None)) is Why.TARIFF_CHANGED
    await house.press(button=key)


async def test_a_second_charge_elsewhere_has_to_wait_for_the_first(house: House):
    charge = await house.press()
    await house.work()
    assert await refusal(house, house.wish(evse_uid=NEIGHBOUR)) is Why.ALREADY_CHARGING
    await house.push(running(charge, SessionStatus.COMPLETED))
    await house.press(evse_uid=NEIGHBOUR)


async def test_two_drivers_charge_side_by_side(house: House):
    await house.press(ANNA)
    await house.press(BOB, evse_uid=NEIGHBOUR)
    await house.work()
    assert len(house.gateway.starts) == 2


async def test_a_start_shown_too_long_ago_must_be_confirmed_again(house: House):
    wish = house.wish()
    house.clock.move(121)
    assert await refusal(house, wish) is Why.TOO_LATE
    house.clock.move(-1)
    await house.charging.start(wish)


@pytest.mark.parametrize(
    "changes",
    [
        {"station_id": StationId("1:NL:CIT:nowhere")},
        {"evse_uid": EvseUid("9999")},
        {"connector_id": ConnectorId("9")},
    ],
)
async def test_what_is_no_longer_in_the_network_cannot_be_started(house: House, changes):
    assert await refusal(house, replace(house.wish(), **changes)) is Why.UNKNOWN_CONNECTOR


@pytest.mark.parametrize("status", [Status.REMOVED, Status.PLANNED])
async def test_a_charge_point_that_was_taken_away_meanwhile_cannot_be_started(house: House, status):
    wish = house.wish()
    await house.db.write(lambda uow: uow.stations.put([a_station(evses=(an_evse(status=status), an_evse(NEIGHBOUR)))]))
    assert await refusal(house, wish) is Why.UNKNOWN_CONNECTOR


@pytest.mark.parametrize("status", [Status.CHARGING, Status.OUTOFORDER, Status.UNKNOWN])
async def test_a_status_may_be_stale_and_keeps_nobody_from_starting(house: House, status):
    await house.db.write(lambda uow: uow.stations.put([a_station(evses=(an_evse(status=status),))]))
    await house.press()


async def test_a_charge_point_without_remote_start_cannot_be_started(house: House):
    station = a_station(evses=(an_evse(capabilities=frozenset()),))
    await house.db.write(lambda uow: uow.stations.put([station]))
    assert await refusal(house, house.wish()) is Why.NOT_STARTABLE


@pytest.mark.parametrize("state", [PartnerState.REVOKED, PartnerState.PENDING])
async def test_a_network_we_are_not_connected_to_cannot_be_started(house: House, state):
    await house.db.write(lambda uow: uow.partners.save(a_partner(state=state)))
    assert await refusal(house, house.wish()) is Why.NOT_CONNECTED


async def test_a_price_that_changed_since_it_was_shown_must_be_shown_again(house: House):
    wish = house.wish()
    dearer = replace(TARIFF, elements=(Element((PriceComponent("ENERGY", Decimal("0.99")),)),))
    await house.db.write(lambda uow: uow.tariffs.put(CITY, [(PARTY, dearer)]))
    assert await refusal(house, wish) is Why.TARIFF_CHANGED
    charge = await house.charging.start(house.wish(tariff=dearer))
    assert charge.tariff == dearer


async def test_a_fee_of_ours_that_changed_since_it_was_shown_must_be_shown_again(house: House):
    fee = OwnFee("EUR", Decimal("0.35"))
    wish = house.wish()
    await house.db.write(lambda uow: uow.networks.save(Network(PARTY, "City", date(2026, 1, 1), fee=fee)))
    assert await refusal(house, wish) is Why.TARIFF_CHANGED
    charge = await house.charging.start(house.wish(fee=fee))
    assert charge.fee == fee


async def test_a_price_that_became_known_or_unknown_has_changed(house: House):
    assert await refusal(house, house.wish(tariff=None)) is Why.TARIFF_CHANGED
    await house.db.write(lambda uow: uow.tariffs.remove(CITY, PARTY, TARIFF_ID))
    assert await refusal(house, house.wish()) is Why.TARIFF_CHANGED
    assert (await house.charging.start(house.wish(tariff=None))).tariff is None


@pytest.mark.parametrize(
    ("status", "why"),
    [(None, Why.NO_PASS), (PassStatus.BLOCKED, Why.PASS_BLOCKED), (PassStatus.EXPIRED, Why.PASS_EXPIRED)],
)
async def test_without_a_usable_pass_the_case_is_named(house: House, status, why):
    if status is not None:
        await house.db.write(lambda uow: uow.drivers.save_pass(a_pass(CAROL, status=status)))
    assert await refusal(house, house.wish(CAROL)) is why


async def test_one_good_pass_is_enough(house: House):
    spare = a_pass(ANNA, number="NL-CHB-C00000000", status=PassStatus.EXPIRED)
    await house.db.write(lambda uow: uow.drivers.save_pass(spare))
    assert (await house.press()).pass_number == a_pass(ANNA).number


async def test_a_banned_driver_starts_nothing_and_can_still_stop(house: House):
    charge = await house.press()
    await house.work()
    await house.push(running(charge))
    await house.db.write(lambda uow: uow.drivers.save(a_driver(ANNA, banned=True)))
    await house.charging.stop(ANNA, charge.id)
    await house.work()
    assert house.gateway.stops == {a_key(): 1}
    await house.push(running(charge, SessionStatus.COMPLETED, last_updated=house.clock.now() + seconds(60)))
    assert await refusal(house, house.wish()) is Why.BANNED


async def test_a_pass_that_expires_during_a_charge_ends_only_the_next_start(house: House):
    charge = await house.press()
    await house.work()
    await house.push(running(charge))
    await house.db.write(lambda uow: uow.drivers.save_pass(a_pass(ANNA, status=PassStatus.EXPIRED)))
    await house.let_pass(3600)
    assert (await house.charge(charge)).state is State.CHARGING


async def test_starts_in_an_hour_are_limited_by_driver(house: House):
    for _ in range(STARTS):
        charge = await house.press()
        await house.charging.stop(ANNA, charge.id)
    with pytest.raises(Refused) as caught:
        await house.press()
    assert caught.value.why is Why.TOO_MANY_STARTS
    assert caught.value.facts == {"limit": STARTS}
    await house.press(BOB)
    house.clock.move(3601)
    await house.press(evse_uid=NEIGHBOUR)


async def test_failed_starts_in_an_hour_are_limited_by_charge_point(house: House):
    house.gateway.usual_start = Answer(Why.EVSE_INOPERATIVE)
    for number in range(starting.FAILURES_PER_HOUR):
        await house.press([ANNA, BOB][number % 2])
        await house.work()
    with pytest.raises(Refused) as caught:
        await house.press()
    assert caught.value.why is Why.CONNECTOR_FAILING
    await house.press(evse_uid=NEIGHBOUR)
    house.clock.move(3601)
    await house.press(BOB)


async def test_a_start_that_the_driver_cancelled_is_no_failure_of_the_charge_point(house: House):
    for number in range(starting.FAILURES_PER_HOUR + 1):
        driver_id = [ANNA, BOB][number % 2]
        charge = await house.press(driver_id)
        await house.charging.stop(driver_id, charge.id)


async def test_a_refused_start_frees_driver_and_connector_at_once(house: House):
    house.gateway.starting.append(NotSent("down"))
    await house.press()
    await house.work()
    await house.press()


async def test_a_full_disk_begins_nothing_new(house: House):
    assert isinstance(house.db, FakeDatabase)
    house.db.full = True
    assert await refusal(house, house.wish()) is Why.STORE_FULL
    assert await house.charges() == []


async def test_on_a_full_disk_a_running_charge_can_still_be_stopped(house: House):
    charge = await house.press()
    await house.work()
    await house.push(running(charge))
    assert isinstance(house.db, FakeDatabase)
    house.db.full = True
    await house.charging.stop(ANNA, charge.id)
    await house.work()
    assert house.gateway.stops == {a_key(): 1}


async def test_a_charge_remembers_the_connector_as_it_was_confirmed(house: House):
    charge = await house.press()
    await house.db.write(lambda uow: uow.stations.put([a_station(name="Renamed")]))
    place = (await house.charge(charge)).place
    assert (place.title, place.identifier, place.watts, place.send_connector) == (
        "Market square",
        f"NL*CIT*E{EVSE}*1",
        11_000,
        True,
    )


async def test_a_press_on_a_message_makes_it_the_live_card(house: House):
    charge = await house.press(message_id=42)
    card = await house.db.read(lambda uow: uow.cards.get(charge.id))
    assert (card.chat_id, card.message_id) == (ANNA, 42)
    assert [c.id for c in await house.db.read(lambda uow: uow.charges.to_show(9))] == [charge.id]


async def test_a_press_without_a_message_starts_all_the_same(house: House):
    charge = await house.press(message_id=None)
    await house.work()
    assert house.gateway.starts == {charge.id: 1}
