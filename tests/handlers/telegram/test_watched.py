"""What buzzes, and the driver's own word, through the front door: each event once, each button as it says."""

from dataclasses import replace
from datetime import time
from decimal import Decimal

import pytest

from bot.domain.charge import What
from bot.domain.driver import Quiet
from bot.domain.ids import DriverId
from bot.domain.session import SessionStatus
from bot.domain.station import Status
from bot.domain.tariffs.usage import ChargingPeriod
from bot.domain.watch.care import LimitKind
from tests.handlers.telegram.at_the_door import STICKER, Town, town, until
from tests.samples import NEIGHBOUR, an_evse
from tests.services.test_guarding import BLOCKING


async def buzzing(person, text):
    """The messages that begin so; the live card begins otherwise."""
    return [message for message in await person.messages() if message.text.startswith(text)]


async def pass_minutes(t: Town, charge, minutes: int, kwh: str, **readings):
    """The operator keeps telling the same, a minute apart."""
    for _ in range(minutes):
        t.let_pass(60)
        told = {name: Decimal(value) for name, value in readings.items()}
        periods = (ChargingPeriod(t.clock.now(), told),) if told else ()
        await t.push(charge, kwh=Decimal(kwh), periods=periods)


async def test_a_limit_of_one_tap_is_told_and_charging_goes_on():
    async with town() as t:
        ana = await t.driver()
        card, charge = await t.to_charging(ana)
        await ana.press(card, "Limits")
        shown = await ana.wait_message("Limits of this charge")
        assert "No limit is set." in shown.text
        await ana.press(shown, "10 kWh")
        await ana.wait_message("🎯 10.00 kWh: then you are told", where=lambda m: m.id == shown.id)
        t.let_pass(60)
        await t.push(charge, kwh=Decimal("10.1"))
        told = await ana.wait_message("Your limit is reached: 10.00 kWh. Charging goes on.")
        assert told.buzz
        assert told.has_button("⏹ Stop charging")
        await ana.wait_message("🎯 10.00 kWh: reached at", where=lambda m: m.id == card.id)
        assert not t.gateway.stops


async def test_a_limit_that_stops_is_set_by_two_taps_and_can_be_taken_away():
    async with town() as t:
        ana = await t.driver()
        card, charge = await t.to_charging(ana)
        await ana.press(card, "Limits")
        shown = await ana.wait_message("Limits of this charge")
        await ana.press(shown, "Also stop then")
        shown = await ana.wait_message("at the limit the charge is stopped", where=lambda m: m.id == shown.id)
        await ana.press(shown, "€10.00")
        shown = await ana.wait_message("🎯 €10.00: then it is stopped", where=lambda m: m.id == shown.id)
        assert [limit.kind for limit in (await t.charge(charge)).care.limits] == [LimitKind.SPEND]
        await ana.press(shown, "No limits")
        await ana.wait_message("No limit is set.", where=lambda m: m.id == shown.id)
        await ana.press(shown, "30 min")
        await ana.wait_message("🎯 30 min: then you are told", where=lambda m: m.id == shown.id)
        assert not (await t.charge(charge)).care.limits[0].stop


async def test_who_types_no_limit_is_told_how_and_can_go_back():
    async with town() as t:
        ana = await t.driver()
        card, charge = await t.to_charging(ana)
        await ana.press(card, "Limits")
        await ana.press(await ana.wait_message("Limits of this charge"), "Own value")
        await ana.wait_message("Type your limit with its unit")
        await ana.say("a" * 4000)
        lost = await ana.wait_message("That is no limit I understand.")
        await ana.press(lost, "Back to the limits")
        await ana.wait_message("No limit is set.", where=lambda m: m.id == lost.id)
        await ana.say(STICKER)
        await ana.wait_message("Does the station say this?")
        assert not (await t.charge(charge)).care.limits


async def test_a_limit_in_percent_says_when_nobody_can_see_it():
    async with town() as t:
        ana = await t.driver()
        card, _ = await t.to_charging(ana)
        await ana.press(card, "Limits")
        await ana.press(await ana.wait_message("Limits of this charge"), "80 %")
        await ana.wait_message("The operator does not tell the battery's level", where=lambda m: m.id == card.id)


async def test_a_charge_without_energy_is_asked_about_once_and_can_be_stopped_from_there():
    async with town() as t:
        ana = await t.driver()
        await t.to_charging(ana, kwh=Decimal(0))
        t.let_pass(601)
        asked = await ana.wait_message("No energy has been reported so far.", where=lambda m: m.buzz)
        t.let_pass(1200)
        await t.quiet()
        assert len(await buzzing(ana, "⚠ No energy has been reported")) == 1
        await ana.press(asked, "⏹ Stop charging")
        await ana.press(await ana.wait_message("Stop charging?"), "⏹ Stop now")
        await until(lambda: t.gateway.stops)


async def test_a_pause_is_told_by_one_message_and_the_card_says_it_too():
    async with town() as t:
        ana = await t.driver()
        card, charge = await t.to_charging(ana)
        await pass_minutes(t, charge, 1, "3.0", POWER="11")
        await pass_minutes(t, charge, 8, "3.0", POWER="0")
        await ana.wait_message("Charging is paused", where=lambda m: m.buzz)
        await t.quiet()
        assert len(await buzzing(ana, "⏸ Charging is paused")) == 1
        card = next(m for m in await ana.messages() if m.id == card.id)
        assert "Paused: no energy flows." in card.text


async def test_a_full_battery_and_its_parking_fee_are_one_message_each():
    async with town() as t:
        await t.change_tariff(BLOCKING)
        ana = await t.driver()
        _, charge = await t.to_charging(ana)
        await pass_minutes(t, charge, 1, "30", POWER="3", STATE_OF_CHARGE="99")
        await pass_minutes(t, charge, 9, "30", POWER="0", STATE_OF_CHARGE="100")
        await ana.wait_message("it seems to be full")
        fee = await ana.wait_message("A parking fee is running")
        assert "€3.00 an hour" in fee.text
        await t.quiet()
        assert len(await buzzing(ana, "🔋 The car takes no more energy")) == 1
        assert len(await buzzing(ana, "💶 A parking fee is running")) == 1


async def test_a_fee_is_told_before_it_begins():
    async with town() as t:
        await t.change_tariff(BLOCKING)
        ana = await t.driver()
        _, charge = await t.to_charging(ana)
        t.let_pass(4 * 3600 - 540)
        await t.push(charge, kwh=Decimal(40))
        soon = await ana.wait_message("Fee by the hour soon")
        assert "an hour costs €6.00" in soon.text
        assert soon.buzz


async def test_late_data_lets_the_driver_say_that_it_has_stopped_and_the_data_still_wins():
    async with town() as t:
        ana = await t.driver()
        card, charge = await t.to_charging(ana)
        t.let_pass(310)
        late = await ana.wait_message("The data is late.", where=lambda m: m.has_button("It has stopped"))
        assert late.id == card.id
        await ana.press(late, "It has stopped")
        said = await ana.wait_message("You say it has stopped")
        assert "Last data from the station" in said.text
        assert "you say it stopped" in said.text
        await t.push(charge, kwh=Decimal(7))
        shown = await ana.wait_message("7.00 kWh", where=lambda m: m.id == card.id)
        assert "You say it has stopped" not in shown.text


async def test_the_cable_is_asked_about_until_the_driver_has_unplugged():
    async with town() as t:
        await t.change_tariff(BLOCKING)
        ana = await t.driver()
        _, charge = await t.to_charging(ana)
        await t.push(charge, SessionStatus.COMPLETED, end=t.clock.now())
        first = await ana.wait_message("Please unplug your cable.", where=lambda m: m.buzz)
        assert first.has_button("I have unplugged")
        t.let_pass(301)
        again = await ana.wait_message("Is your cable out?", where=lambda m: m.buzz)
        assert "staying costs €3.00 an hour" in again.text
        assert "that may lag" in again.text
        await ana.press(again, "I have unplugged")
        await ana.wait_message("✅ Charging has ended", where=lambda m: "unplugged" in m.text and m.id != first.id)
        t.let_pass(4 * 3600)
        await t.quiet()
        assert await buzzing(ana, "🔌 Is your cable out?") == []
        facts = await t.database.read(lambda uow: uow.charges.timeline(charge.id))
        assert What.UNPLUGGED in [fact.what for fact in facts]


async def test_a_cable_in_the_neighbour_is_asked_about_and_no_means_no():
    async with town() as t:
        ana = await t.driver()
        _, charge = await t.to_waiting(ana)
        now = t.clock.now()
        mine = an_evse(heard_at=now, last_updated=now)
        other = an_evse(NEIGHBOUR, status=Status.CHARGING, heard_at=now, last_updated=now)
        await t.change_station(evses=(mine, other))
        t.let_pass(6)
        asked = await ana.wait_message("Did you plug into NL*CIT*E3257*1?")
        assert asked.buzz
        await ana.press(asked, "No")
        await ana.wait_message(f"We keep waiting for {STICKER}.")
        assert (await t.charge(charge)).stop_wanted_at is None


async def test_a_cable_in_the_neighbour_leads_to_its_own_confirmation():
    async with town() as t:
        ana = await t.driver()
        _, charge = await t.to_waiting(ana)
        now = t.clock.now()
        other = replace(an_evse(NEIGHBOUR), status=Status.CHARGING, heard_at=now, last_updated=now)
        await t.change_station(evses=(an_evse(heard_at=now, last_updated=now), other))
        t.let_pass(6)
        await ana.press(await ana.wait_message("Did you plug into"), "Yes, that one")
        question = await ana.wait_message("Does the station say this?")
        assert "NL*CIT*E3257*1" in question.text
        assert (await t.charge(charge)).stop_wanted_at is not None


@pytest.mark.parametrize(("kind", "buzzes"), [("full", False), ("fee_running", True)])
async def test_quiet_hours_hush_what_can_wait_and_never_a_fee(kind, buzzes):
    async with town() as t:
        await t.change_tariff(BLOCKING)
        ana = await t.driver()
        _, charge = await t.to_charging(ana)
        await t.database.write(
            lambda uow: uow.drivers.save(
                replace(uow.drivers.get(DriverId(ana.id)), quiet=Quiet(time(0), time(23, 59, 59), "UTC"))
            )
        )
        await pass_minutes(t, charge, 1, "30", POWER="3", STATE_OF_CHARGE="99")
        await pass_minutes(t, charge, 5, "30", POWER="0", STATE_OF_CHARGE="100")
        words = {"full": "🔋 The car takes no more energy", "fee_running": "💶 A parking fee is running"}
        told = await ana.wait_message(words[kind], anytime=True)
        assert told.buzz is buzzes


async def test_the_card_tells_about_how_long_until_the_limit():
    async with town() as t:
        ana = await t.driver()
        card, charge = await t.to_charging(ana)
        await ana.press(card, "Limits")
        await ana.press(await ana.wait_message("Limits of this charge"), "20 kWh")
        await ana.wait_message("🎯 20.00 kWh: then you are told", where=lambda m: m.id == card.id)
        await pass_minutes(t, charge, 1, "10", POWER=20)
        told = await ana.wait_message("About 30 min until 20.00 kWh, at about", where=lambda m: m.id == card.id)
        assert "⚡ Charging" in told.text
