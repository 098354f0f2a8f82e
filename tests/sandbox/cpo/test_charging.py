from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import pairwise

import pytest

from sandbox.cpo.ocpi import words
from sandbox.cpo.records import Period, Session
from sandbox.cpo.stations import Party
from sandbox.cpo.tariffs import Money
from tests.sandbox.cpo.schema import check
from tests.sandbox.cpo.street_corner import NOON

HAV = Party()


def money(excl, incl):
    return Money(Decimal(excl), Decimal(incl))


async def test_a_whole_session_from_the_start_to_the_cdr(corner):
    corner.plug(battery_kwh=100, soc=20, max_ac_kw=22)
    corner.start()
    await corner.clock.advance(1 + 4)
    await corner.clock.advance(3600)
    corner.stop()
    await corner.clock.advance(2 + 10)
    assert corner.diary.entries[:-1] == [
        ("evse", "BLOCKED"),
        ("result", "ACCEPTED"),
        ("session", "PENDING"),
        ("session", "ACTIVE"),
        ("evse", "CHARGING"),
        ("result", "ACCEPTED"),
        ("session", "COMPLETED"),
        ("evse", "BLOCKED"),
    ]
    # An hour and two seconds at 22 kW: 22.0122 kWh, billed as 22.013 x 0.40 = 8.8052; x 1.21 = 10.654292
    assert corner.session.kwh == Decimal("22.0122")
    (cdr,) = corner.diary.cdrs
    assert cdr.bill.total() == money("8.81", "10.65")
    assert cdr.session.started == NOON + timedelta(seconds=5)
    assert cdr.session.ended == NOON + timedelta(seconds=3607)
    assert words.cdr(cdr)["total_time"] == Decimal("1.0006")


async def test_the_session_waits_for_the_plug(corner):
    corner.start()
    await corner.clock.advance(40)
    assert corner.diary.of("session") == ["PENDING"]
    corner.plug()
    await corner.clock.advance(3)
    assert corner.diary.of("session") == ["PENDING"]
    await corner.clock.advance(2)
    assert corner.diary.of("session") == ["PENDING", "ACTIVE"]
    assert corner.session.started == NOON + timedelta(seconds=44)


async def test_a_session_whose_car_never_comes_is_invalid_and_never_billed(corner):
    corner.start()
    await corner.clock.advance(62)
    assert corner.diary.entries == [("result", "ACCEPTED"), ("session", "PENDING"), ("session", "INVALID")]
    await corner.clock.advance(600)
    assert corner.diary.cdrs == []
    assert corner.evse.busy_with is None


async def test_people_get_their_own_seconds_to_plug_in_whatever_the_speed(corner_at):
    corner = corner_at(speed=60)
    corner.start()
    await corner.clock.advance(59 * 60)
    assert corner.diary.of("session") == ["PENDING"]
    await corner.clock.advance(3 * 60)
    assert corner.diary.of("session") == ["PENDING", "INVALID"]


async def test_the_speed_factor_accelerates_the_energy_and_not_the_wires_clock(corner_at):
    corner = corner_at(speed=60)
    corner.plug(battery_kwh=100, soc=20, max_ac_kw=22)
    corner.start()
    await corner.clock.advance(5 + 3600)
    assert corner.session.kwh == 22
    assert corner.session.read_at - corner.session.started == timedelta(seconds=60)
    assert {period.power_kw for period in corner.session.periods} == {22}
    assert corner.session.hours("charging") == Decimal("0.0167")


async def test_a_full_car_is_parking_and_the_split_is_exact(corner):
    corner.plug(battery_kwh=11, soc=50, max_ac_kw=22)
    corner.start()
    await corner.clock.advance(5 + 1200)
    charging = [each for each in corner.session.periods if each.doing == "charging"]
    parking = [each for each in corner.session.periods if each.doing == "parking"]
    # 5.5 kWh at 22 kW take 15 minutes, 5 minutes of parking follow.
    assert sum(each.kwh for each in charging) == Decimal("5.5")
    assert parking[0].start == NOON + timedelta(seconds=5 + 900)
    assert corner.session.hours("charging") == Decimal("0.25")
    assert corner.session.hours("parking") == Decimal("0.0833")
    corner.unplug()
    await corner.clock.advance(20)
    # 5.5 x 0.40 = 2.20 and 300 s are 5 minutes x 0.10 = 0.50; 0.0833 h are 299.88 s, billed as 300.
    assert corner.diary.cdrs[0].bill.total() == money("2.70", "3.27")


async def test_the_cdr_has_a_period_where_the_price_may_change_and_no_more(corner_at):
    corner = corner_at("NL*HAV*E0422*1")
    corner.plug(battery_kwh=11, soc=50, max_ac_kw=22)
    corner.start()
    await corner.clock.advance(5 + 1800)
    corner.unplug()
    await corner.clock.advance(20)
    (cdr,) = corner.diary.cdrs
    assert [(each.doing, each.start - cdr.session.started) for each in cdr.periods] == [
        ("charging", timedelta(0)),
        ("parking", timedelta(minutes=15)),
    ]


async def test_a_reading_falls_exactly_on_a_change_of_price(corner_at):
    corner = corner_at("NL*HAV*E0426*1", now=datetime(2026, 7, 1, 20, 59, 30, tzinfo=UTC))
    if corner.evse.plug:
        corner.unplug()
    corner.plug(battery_kwh=100, soc=20, max_ac_kw=11)
    corner.start()
    await corner.clock.advance(600)
    corner.unplug()
    await corner.clock.advance(20)
    (cdr,) = corner.diary.cdrs
    assert [each.start.strftime("%H:%M:%S") for each in cdr.periods] == ["20:59:35", "21:00:00"]
    # 25 s and 570 s at 11 kW: 0.0763 kWh at 0.44, 1.7417 at 0.28, and 1.818 kWh need no rounding up
    assert [each.kwh for each in cdr.periods] == [Decimal("0.0763"), Decimal("1.7417")]
    assert cdr.bill.total().excl_vat == Decimal("0.52")


async def test_volumes_add_up_to_the_sessions_totals(corner):
    corner.plug(battery_kwh=80, soc=11, max_ac_kw="7.3")
    corner.start()
    await corner.clock.advance(5 + 777.777)
    corner.unplug()
    await corner.clock.advance(20)
    session, cdr = corner.session, corner.diary.cdrs[0]
    for periods in (session.periods, cdr.periods, corner.diary.periods):
        assert sum(each.kwh for each in periods) == session.kwh
        assert sum(each.hours for each in periods) == session.hours("charging") + session.hours("parking")


async def test_state_of_charge_and_power_are_told_on_dc(corner_at):
    corner = corner_at("NL*HAV*E0450*1")
    corner.plug(battery_kwh=60, soc=30, max_dc_kw=120)
    corner.start()
    await corner.clock.advance(5 + 1200)
    first, last = corner.session.periods[0], corner.session.periods[-1]
    assert first.power_kw == 120
    assert last.power_kw < 60
    assert first.soc < last.soc <= 100
    spelt = words.session(corner.session)["charging_periods"][0]
    assert {each["type"] for each in spelt["dimensions"]} == {"ENERGY", "TIME", "POWER", "STATE_OF_CHARGE"}


async def test_last_updated_always_moves_on(corner):
    corner.plug(battery_kwh=30, soc=90)
    corner.start()
    await corner.clock.advance(3600)
    corner.unplug()
    await corner.clock.advance(20)
    assert all(before < after for before, after in pairwise(corner.diary.stamps))


async def test_the_stop_button_ends_the_session_while_the_cable_stays(corner):
    corner.plug()
    corner.start()
    await corner.clock.advance(100)
    corner.charging.press_stop(corner.evse)
    await corner.clock.advance(20)
    assert corner.session.status == "COMPLETED"
    assert corner.evse.status == "BLOCKED"
    assert words.cdr(corner.diary.cdrs[0])["remark"] == "Stopped at the charge point."
    corner.unplug()
    assert corner.diary.of("evse")[-1] == "AVAILABLE"


async def test_after_an_emergency_the_evse_is_inoperative_until_repaired(corner):
    corner.plug()
    corner.start()
    await corner.clock.advance(100)
    corner.charging.press_emergency(corner.location, corner.evse)
    await corner.clock.advance(20)
    assert corner.session.status == "COMPLETED"
    assert corner.evse.status == "INOPERATIVE"
    corner.unplug()
    assert corner.evse.status == "INOPERATIVE"
    corner.charging.repair(corner.location, corner.evse)
    assert corner.diary.of("evse") == ["BLOCKED", "CHARGING", "INOPERATIVE", "AVAILABLE"]


async def test_a_pending_session_can_be_stopped(corner):
    corner.start()
    await corner.clock.advance(10)
    assert corner.stop().result is None
    await corner.clock.advance(5)
    assert corner.diary.of("result") == ["ACCEPTED", "ACCEPTED"]
    assert corner.session.status == "INVALID"


async def test_a_cable_pulled_before_charging_began_makes_the_session_invalid(corner):
    corner.plug()
    corner.start()
    await corner.clock.advance(3)
    corner.unplug()
    await corner.clock.advance(20)
    assert corner.diary.of("session") == ["PENDING", "INVALID"]


async def test_the_next_driver_can_start_before_the_last_cdr_is_out(corner):
    corner.plug()
    corner.start("charge-1")
    await corner.clock.advance(100)
    corner.unplug()
    corner.plug()
    corner.start("charge-2")
    await corner.clock.advance(30)
    first, second = corner.kept.sessions.values()
    assert (first.status, second.status) == ("COMPLETED", "ACTIVE")
    assert corner.evse.busy_with == second.id


async def test_a_stop_that_comes_after_the_end_is_rejected(corner):
    corner.plug()
    corner.start()
    await corner.clock.advance(100)
    corner.stop()
    corner.unplug()
    await corner.clock.advance(20)
    assert corner.diary.of("result") == ["ACCEPTED", "REJECTED"]


@pytest.mark.parametrize("shown", [True, False])
async def test_running_cost_is_shown_by_some_stations_only(corner, shown):
    corner.evse.shows_cost = shown
    corner.plug(battery_kwh=100, max_ac_kw=22)
    corner.start()
    await corner.clock.advance(5 + 600)
    spelt = words.session(corner.session)
    check("session", spelt)
    assert ("total_cost" in spelt) is shown


async def test_the_cdr_is_complete_and_keeps_session_only_dimensions_out(corner_at):
    corner = corner_at("NL*HAV*E0450*3")
    corner.plug(battery_kwh=60, soc=30)
    corner.start()
    await corner.clock.advance(300)
    corner.unplug()
    await corner.clock.advance(20)
    spelt = words.cdr(corner.diary.cdrs[0])
    check("cdr", spelt)
    assert {each["type"] for period in spelt["charging_periods"] for each in period["dimensions"]} == {"ENERGY", "TIME"}
    assert spelt["authorization_reference"] == "charge-1"
    assert spelt["total_fixed_cost"] == {"excl_vat": Decimal("0.50"), "incl_vat": Decimal("0.61")}


def test_rounded_periods_never_lose_a_watt_hour(corner):
    session = Session(
        "1", "p", corner.location, corner.evse, corner.evse.connectors[0], None, {}, "COMMAND", None, NOON, NOON
    )
    periods: list[Period] = [
        session.add_period(NOON, "charging", Decimal("0.00006"), Decimal("0.1")) for _ in range(100)
    ]
    assert sum(each.kwh for each in periods) == session.kwh == Decimal("0.006")
    assert sum(each.hours for each in periods) == session.hours("charging") == Decimal("0.0028")
