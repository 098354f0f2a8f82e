"""A charge is looked after while it runs and after it: each event told once, no limit lost, no alarm without reason."""

from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from bot.domain.charge import By, State, What
from bot.domain.errors import Refused, Why
from bot.domain.session import SessionStatus
from bot.domain.station import Status
from bot.domain.tariffs.restrictions import Restrictions
from bot.domain.tariffs.tariff import Element, PriceComponent, Tariff
from bot.domain.tariffs.usage import ChargingPeriod
from bot.domain.watch.care import Limit, LimitKind
from tests.samples import ANNA, BOB, CITY, EVSE, NEIGHBOUR, PARTY, TARIFF, TARIFF_ID, a_cdr, a_station, an_evse
from tests.services.house import Crash, House, running

MINUTE = 60
ENERGY = Limit(LimitKind.ENERGY, Decimal(10))
BLOCKING = Tariff(
    TARIFF_ID,
    "EUR",
    (
        Element((PriceComponent("ENERGY", Decimal("0.45")),)),
        Element((PriceComponent("TIME", Decimal(6)),), Restrictions(min_duration=4 * 3600)),
        Element((PriceComponent("PARKING_TIME", Decimal(3)),)),
    ),
)


async def charging(house: House, tariff: Tariff = TARIFF, **facts):
    """A charge that runs, with some energy on its meter."""
    if tariff is not TARIFF:
        await house.db.write(lambda uow: uow.tariffs.put(CITY, [(PARTY, tariff)]))
    charge = await house.press(tariff=tariff)
    await house.work()
    await meter(house, charge, "1", **facts)
    return charge


async def meter(house: House, charge, kwh: str, status=SessionStatus.ACTIVE, **facts):
    """The operator tells a reading, a second later."""
    house.clock.move(1)
    if power := facts.pop("power", None):
        readings = {"POWER": Decimal(power)} | {k: Decimal(v) for k, v in facts.pop("more", {}).items()}
        facts["periods"] = (ChargingPeriod(house.clock.now(), readings),)
    now = house.clock.now()
    await house.push(running(charge, status, kwh=Decimal(kwh), start=charge.made_at, last_updated=now, **facts))


async def told(house: House, *kinds: str) -> list[str]:
    return [kind for kind in await house.told() if kind in kinds]


# ── limits ───────────────────────────────────────────────────────────────────────────────────────────────────────


async def test_a_limit_is_told_once_and_charging_goes_on(house: House):
    charge = await charging(house)
    await house.charging.limit(ANNA, charge.id, ENERGY)
    await meter(house, charge, "9.9")
    assert await told(house, "limit") == []
    for kwh in ("10", "11", "12"):
        house.clock.move(30)
        await meter(house, charge, kwh)
    assert await told(house, "limit") == ["limit"]
    assert (await house.charge(charge)).stop_wanted_at is None


async def test_a_limit_that_stops_leaves_the_wish_in_the_step_that_reached_it(house: House):
    charge = await charging(house)
    await house.charging.limit(ANNA, charge.id, replace(ENERGY, stop=True))
    await meter(house, charge, "10.2")
    wanted = await house.charge(charge)
    assert wanted.state is State.STOPPING
    facts = await house.db.read(lambda uow: uow.charges.timeline(charge.id))
    assert [(f.by, f.what) for f in facts if f.what in {What.LIMIT_REACHED, What.STOP_ASKED}] == [
        (By.CHARGEBOT, What.LIMIT_REACHED),
        (By.CHARGEBOT, What.STOP_ASKED),
    ]
    await house.restart()
    await house.work()
    assert house.gateway.stops[wanted.session_key] == 1


async def test_a_limit_already_passed_when_it_is_set_stops_at_once(house: House):
    charge = await charging(house)
    await house.charging.limit(ANNA, charge.id, Limit(LimitKind.ENERGY, Decimal(1), stop=True))
    assert (await house.charge(charge)).state is State.STOPPING


async def test_a_time_limit_stops_by_the_clock_though_the_operator_is_silent(house: House):
    charge = await charging(house)
    await house.charging.limit(ANNA, charge.id, Limit(LimitKind.TIME, Decimal(30), stop=True))
    await house.let_pass(29 * MINUTE)
    assert (await house.charge(charge)).state is State.CHARGING
    await house.let_pass(2 * MINUTE)
    assert (await house.charge(charge)).state is State.STOPPING
    assert await told(house, "limit") == ["limit"]


async def test_a_reading_that_no_car_can_reach_moves_no_limit_but_that_of_the_clock(house: House):
    charge = await charging(house)
    await house.charging.limit(ANNA, charge.id, replace(ENERGY, stop=True))
    await house.charging.limit(ANNA, charge.id, Limit(LimitKind.TIME, Decimal(30), stop=True))
    await meter(house, charge, "1500")
    assert (await house.charge(charge)).stop_wanted_at is None
    house.clock.move(1800)
    await meter(house, charge, "1501")
    assert (await house.charge(charge)).stop_wanted_at is not None
    readings = await house.db.read(lambda uow: uow.readings.of_charge(charge.id))
    assert all(reading.kwh < 1000 for reading in readings)


async def test_of_a_long_session_the_cost_is_reckoned_now_and_then_and_a_limit_is_met_all_the_same(house: House):
    charge = await charging(house)
    house.clock.move(3600)
    start = house.clock.now()
    periods = tuple(ChargingPeriod(start + timedelta(seconds=n), {"ENERGY": Decimal("0.05")}) for n in range(150))
    await meter(house, charge, "8.5", periods=periods)
    await house.charging.limit(ANNA, charge.id, Limit(LimitKind.SPEND, Decimal(5)))
    await meter(house, charge, "40", periods=periods)
    assert await told(house, "limit") == []
    house.clock.move(60)
    await meter(house, charge, "40.1", periods=periods)
    assert await told(house, "limit") == ["limit"]


async def test_a_limit_that_a_long_session_has_passed_is_told_as_soon_as_it_is_set(house: House):
    charge = await charging(house)
    house.clock.move(3600)
    start = house.clock.now()
    periods = tuple(ChargingPeriod(start + timedelta(seconds=n), {"ENERGY": Decimal("0.05")}) for n in range(150))
    await meter(house, charge, "40", periods=periods)
    house.clock.move(1)
    with suppress(Refused):
        await house.charging.limit(ANNA, charge.id, Limit(LimitKind.SPEND, Decimal(5)))
    assert await told(house, "limit") == ["limit"]


async def test_a_spending_limit_counts_what_the_charge_costs_by_the_tariff_shown(house: House):
    charge = await charging(house)
    await house.charging.limit(ANNA, charge.id, Limit(LimitKind.SPEND, Decimal(5)))
    await meter(house, charge, "9")
    assert await told(house, "limit") == []
    house.clock.move(30)
    await meter(house, charge, "9.3")
    assert await told(house, "limit") == ["limit"]


async def test_a_limit_in_percent_waits_for_an_operator_that_tells_the_level(house: House):
    charge = await charging(house)
    await house.charging.limit(ANNA, charge.id, Limit(LimitKind.PERCENT, Decimal(80)))
    await meter(house, charge, "20", power="11")
    assert await told(house, "limit") == []
    house.clock.move(30)
    await meter(house, charge, "21", power="11", more={"STATE_OF_CHARGE": "80"})
    assert await told(house, "limit") == ["limit"]


async def test_a_new_limit_of_a_kind_takes_the_place_of_the_old_one_and_all_can_be_taken_away(house: House):
    charge = await charging(house)
    await house.charging.limit(ANNA, charge.id, ENERGY)
    after = await house.charging.limit(ANNA, charge.id, replace(ENERGY, amount=Decimal(20)))
    assert [limit.amount for limit in after.care.limits] == [Decimal(20)]
    assert (await house.charging.no_limits(ANNA, charge.id)).care.limits == ()
    await meter(house, charge, "25")
    assert await told(house, "limit") == []


@pytest.mark.parametrize("do", ["limit", "says_charging", "says_stopped", "unplugged", "no_limits"])
async def test_nobody_looks_after_anothers_charge(house: House, do):
    charge = await charging(house)
    more = [ENERGY] if do == "limit" else []
    with pytest.raises(Refused) as caught:
        await getattr(house.charging, do)(BOB, charge.id, *more)
    assert caught.value.why is Why.NOT_YOURS


# ── energy that stops flowing ────────────────────────────────────────────────────────────────────────────────────


async def test_a_session_without_energy_is_asked_about_once(house: House):
    charge = await house.press()
    await house.work()
    await meter(house, charge, "0")
    await house.let_pass(9 * MINUTE)
    assert await told(house, "no_energy") == []
    await house.let_pass(60 * MINUTE)
    assert await told(house, "no_energy") == ["no_energy"]


async def test_who_says_that_it_is_charging_is_not_asked_about_the_cable(house: House):
    charge = await house.press()
    await house.work()
    await meter(house, charge, "0")
    await house.charging.says_charging(ANNA, charge.id)
    await house.let_pass(60 * MINUTE)
    assert await told(house, "no_energy") == []


async def test_silence_of_the_operator_is_no_interruption(house: House):
    charge = await charging(house)
    await house.let_pass(3 * 60 * MINUTE)
    assert (await house.charge(charge)).state is State.CHARGING
    assert await told(house, "interrupted", "paused", "full", "no_energy") == []


async def stands_still(house: House, charge, kwh: str, minutes: int = 15, **facts):
    for _ in range(minutes):
        house.clock.move(MINUTE)
        await meter(house, charge, kwh, **facts)


async def test_power_that_falls_to_nothing_is_told_once_until_it_flows_again(house: House):
    charge = await charging(house, power="11")
    await stands_still(house, charge, "1", power="0.0")
    assert await told(house, "paused", "interrupted") == ["paused"]
    await meter(house, charge, "2", power="11")
    await stands_still(house, charge, "2", power="0.0")
    assert await told(house, "paused", "interrupted") == ["paused", "paused"]


async def test_a_meter_that_stands_still_without_a_word_is_an_interruption_only_after_ten_minutes(house: House):
    charge = await charging(house)
    await stands_still(house, charge, "1", minutes=9)
    assert await told(house, "interrupted") == []
    await stands_still(house, charge, "1", minutes=9)
    assert await told(house, "interrupted") == ["interrupted"]


async def test_a_meter_that_is_read_every_quarter_of_an_hour_is_no_interruption(house: House):
    charge = await charging(house)
    for kwh in range(2, 6):
        await stands_still(house, charge, str(kwh - 1), minutes=9)
        house.clock.move(6 * MINUTE)
        await meter(house, charge, str(kwh))
    await stands_still(house, charge, "5", minutes=25)
    assert await told(house, "interrupted") == []
    await stands_still(house, charge, "5", minutes=10)
    assert await told(house, "interrupted") == ["interrupted"]


async def test_a_flickering_charge_is_told_of_three_times_and_no_more(house: House):
    charge = await charging(house, power="11")
    for turn in range(1, 8):
        await meter(house, charge, str(turn), power="11")
        await stands_still(house, charge, str(turn), minutes=5, power="0.0")
    assert await told(house, "paused") == ["paused"] * 3


async def test_a_full_battery_is_full_at_once(house: House):
    charge = await charging(house, power="3", more={"STATE_OF_CHARGE": "99"})
    await stands_still(house, charge, "1", minutes=1, power="0.0", more={"STATE_OF_CHARGE": "100"})
    await stands_still(house, charge, "1", minutes=30, power="0.0", more={"STATE_OF_CHARGE": "100"})
    assert await told(house, "full", "paused", "interrupted") == ["full"]


async def test_energy_that_ends_after_growing_less_means_full(house: House):
    charge = await charging(house, power="11")
    for kwh, power in (("5", "11"), ("6", "7"), ("6.5", "4"), ("6.7", "2")):
        house.clock.move(MINUTE)
        await meter(house, charge, kwh, power=power)
    await stands_still(house, charge, "6.7", minutes=8, power="0.0")
    assert await told(house, "full", "paused", "interrupted") == ["full"]


async def test_a_station_that_goes_out_of_order_interrupts(house: House):
    charge = await charging(house, power="11")
    house.clock.move(MINUTE)
    broken = an_evse(status=Status.OUTOFORDER, heard_at=house.clock.now(), last_updated=house.clock.now())
    await house.db.write(lambda uow: uow.stations.put([a_station(evses=(broken, an_evse(NEIGHBOUR)))]))
    await stands_still(house, charge, "1", minutes=5)
    assert await told(house, "interrupted") == ["interrupted"]
    assert [f.detail for f in await facts(house, charge) if f.what is What.INTERRUPTED] == ["fault"]


async def facts(house: House, charge):
    return await house.db.read(lambda uow: uow.charges.timeline(charge.id))


# ── fees ─────────────────────────────────────────────────────────────────────────────────────────────────────────


async def test_a_fee_by_the_hour_is_told_ten_minutes_before_it_begins_and_once(house: House):
    charge = await charging(house, BLOCKING)
    for _ in range(229):
        await house.let_pass(MINUTE)
    assert await told(house, "fee_soon") == []
    await house.let_pass(3 * MINUTE)
    assert await told(house, "fee_soon") == ["fee_soon"]
    await house.let_pass(60 * MINUTE)
    assert await told(house, "fee_soon", "fee_running") == ["fee_soon"]
    assert (await house.charge(charge)).state is State.CHARGING


async def test_a_parking_fee_runs_from_when_the_car_is_full(house: House):
    charge = await charging(house, BLOCKING, power="3", more={"STATE_OF_CHARGE": "99"})
    await stands_still(house, charge, "1", minutes=20, power="0.0", more={"STATE_OF_CHARGE": "100"})
    assert sorted(await told(house, "full", "fee_running")) == ["fee_running", "full"]


async def test_a_tariff_by_energy_alone_warns_of_no_fee(house: House):
    charge = await charging(house, power="3", more={"STATE_OF_CHARGE": "99"})
    await stands_still(house, charge, "1", minutes=20, power="0.0", more={"STATE_OF_CHARGE": "100"})
    await house.let_pass(6 * 60 * MINUTE)
    assert await told(house, "fee_soon", "fee_running") == []


# ── the cable ────────────────────────────────────────────────────────────────────────────────────────────────────


async def ended(house: House, tariff: Tariff = BLOCKING):
    charge = await charging(house, tariff)
    house.clock.move(MINUTE)
    await meter(house, charge, "2", SessionStatus.COMPLETED, end=house.clock.now())
    return charge


async def test_a_cable_that_may_cost_money_is_reminded_of_at_most_six_times(house: House):
    await ended(house)
    await house.let_pass(4 * MINUTE)
    assert await told(house, "unplug", "unplug_again") == ["unplug"]
    await house.let_pass(2 * MINUTE)
    assert await told(house, "unplug_again") == ["unplug_again"]
    await house.let_pass(timedelta(hours=12))
    assert await told(house, "unplug_again") == ["unplug_again"] * 6


async def test_where_only_energy_costs_one_reminder_is_enough(house: House):
    await ended(house, TARIFF)
    await house.let_pass(timedelta(hours=12))
    assert await told(house, "unplug", "unplug_again") == ["unplug"]


async def test_who_has_unplugged_is_left_in_peace(house: House):
    charge = await ended(house)
    await house.charging.unplugged(ANNA, charge.id)
    await house.let_pass(timedelta(hours=12))
    assert await told(house, "unplug_again") == []


async def test_a_bill_ends_the_reminders(house: House):
    charge = await ended(house)
    bill = a_cdr(reference=charge.id, token_uid=charge.token_uid, session_id=None)
    await house.receipts.receive(bill)
    await house.let_pass(timedelta(hours=12))
    assert await told(house, "unplug_again") == []


async def test_the_station_is_asked_before_a_reminder_and_a_free_charge_point_is_proof(house: House):
    charge = await ended(house)
    house.clock.move(MINUTE)
    free = a_station(heard_at=house.clock.now(), evses=(an_evse(heard_at=house.clock.now()), an_evse(NEIGHBOUR)))
    house.gateway.stations[free.id] = free
    await house.let_pass(timedelta(hours=12))
    assert await told(house, "unplug_again") == []
    said = [fact for fact in await facts(house, charge) if fact.what is What.UNPLUGGED]
    assert [(fact.by, fact.detail) for fact in said] == [(By.OPERATOR, EVSE)]


async def test_reminders_survive_a_restart(house: House):
    await ended(house)
    await house.restart()
    await house.let_pass(6 * MINUTE)
    assert await told(house, "unplug_again") == ["unplug_again"]


# ── the wrong connector ──────────────────────────────────────────────────────────────────────────────────────────


async def beside(house: House, **neighbour):
    facts = {"status": Status.CHARGING, "last_updated": house.clock.now(), "heard_at": house.clock.now()} | neighbour
    mine = an_evse(heard_at=house.clock.now(), last_updated=house.clock.now())
    await house.db.write(lambda uow: uow.stations.put([a_station(evses=(mine, an_evse(NEIGHBOUR, **facts)))]))


async def test_a_neighbour_that_comes_into_use_while_ours_stays_free_is_asked_about_once(house: House):
    charge = await house.press()
    await house.work()
    house.clock.move(20)
    await beside(house)
    await house.let_pass(120)
    assert await told(house, "neighbour") == ["neighbour"]
    assert (await house.charge(charge)).care.neighbour == NEIGHBOUR


async def test_a_neighbour_in_use_long_before_says_nothing(house: House):
    await beside(house)
    house.clock.move(300)
    await house.press()
    await house.let_pass(120)
    assert await told(house, "neighbour") == []


async def test_where_ours_is_taken_too_nothing_is_asked(house: House):
    await house.press()
    await house.work()
    house.clock.move(20)
    taken = an_evse(status=Status.CHARGING, heard_at=house.clock.now(), last_updated=house.clock.now())
    other = an_evse(NEIGHBOUR, status=Status.CHARGING, heard_at=house.clock.now(), last_updated=house.clock.now())
    await house.db.write(lambda uow: uow.stations.put([a_station(evses=(taken, other))]))
    await house.let_pass(120)
    assert await told(house, "neighbour") == []


# ── the driver's own word ────────────────────────────────────────────────────────────────────────────────────────


async def test_a_drivers_it_has_stopped_ends_nothing_in_our_books_and_calms_the_reminder(house: House):
    charge = await charging(house)
    await house.charging.stop(ANNA, charge.id)
    after = await house.charging.says_stopped(ANNA, charge.id)
    assert after.state is State.STOPPING
    await house.let_pass(30 * MINUTE)
    assert await told(house, "stays_on") == []
    assert house.gateway.stops[after.session_key] > 1
    assert What.SAYS_STOPPED in await house.facts(charge)


# ── death ────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("steps", range(1, 16))
async def test_a_death_anywhere_in_a_reminder_neither_loses_nor_doubles_it(house: House, steps):
    await ended(house)
    house.clock.move(5 * MINUTE)
    house.fuse.left = steps
    await house.work()
    await house.restart()
    await house.let_pass(MINUTE)
    assert await told(house, "unplug_again") == ["unplug_again"]


@pytest.mark.parametrize("steps", range(1, 8))
async def test_a_death_anywhere_in_a_push_that_crosses_a_limit_never_loses_the_stop(house: House, steps):
    charge = await charging(house)
    await house.charging.limit(ANNA, charge.id, replace(ENERGY, stop=True))
    session = running(charge, kwh=Decimal(11), start=charge.made_at, last_updated=house.clock.now() + timedelta(1))
    house.fuse.left = steps
    with suppress(Crash):
        await house.push(session)
    await house.restart()
    await house.push(session)
    await house.work()
    after = await house.charge(charge)
    assert after.stop_wanted_at is not None
    assert house.gateway.stops[after.session_key] == 1
    assert await told(house, "limit") == ["limit"]
