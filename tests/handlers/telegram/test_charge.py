from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.charge import Answer, State
from bot.domain.errors import NotSent, Why
from bot.domain.pace import Pace
from bot.domain.tariffs.tariff import Element, PriceComponent
from handlers.cards.prices import START_BUTTON
from sandbox.telegram.people import SandboxError
from tests.handlers.telegram.at_the_door import STICKER, town, until
from tests.samples import CITY, PARTY, TARIFF, TARIFF_ID, an_evse

DEARER = replace(TARIFF, elements=(Element((PriceComponent("ENERGY", 2 * TARIFF.elements[0].components[0].price),)),))
NEIGHBOURS = "NL*CIT*E3257*1"


async def press_start(ana, price):
    await ana.press(price, "⚡ Start charging")


async def test_a_start_pressed_too_late_starts_nothing_and_asks_again():
    async with town() as t:
        ana = await t.driver()
        price = await t.to_price(ana)
        t.let_pass(121)
        await press_start(ana, price)
        again = await ana.wait_message("⚠ Some time has passed since you saw this, so nothing was started.")
        assert again.id == price.id
        assert "€0.5445 per kWh" in again.text
        assert await t.charges(ana) == []
        await press_start(ana, again)
        await ana.wait_message("is asking the station")
        assert [charge.state for charge in await t.charges(ana)] == [State.FENCED]


@pytest.mark.parametrize("hours", [1, 23])
async def test_also_hours_later_and_after_having_been_elsewhere(hours):
    async with town() as t:
        ana = await t.driver()
        price = await t.to_price(ana)
        await ana.start()
        await ana.wait_message("Where is your car?")
        t.let_pass(hours * 3600)
        await press_start(ana, price)
        await ana.wait_message("Some time has passed since you saw this")
        assert await t.charges(ana) == []


async def test_a_price_that_changed_between_seeing_and_pressing_is_shown_again():
    async with town() as t:
        ana = await t.driver()
        price = await t.to_price(ana)
        await t.change_tariff(DEARER)
        await press_start(ana, price)
        again = await ana.wait_message("⚠ The price has changed since you saw it.")
        assert "€0.90 per kWh" in again.text
        assert await t.charges(ana) == []
        await press_start(ana, again)
        await ana.wait_message("is asking the station")
        assert (await t.latest(ana)).tariff == DEARER


async def test_a_start_button_starts_what_it_was_shown_with_or_nothing():
    """The older of two price cards is pressed: its connector must be meant, at a price seen anew."""
    async with town() as t:
        ana = await t.driver()
        first = await t.to_price(ana)
        second = await t.to_price(ana, NEIGHBOURS)
        assert first.id != second.id
        await press_start(ana, first)
        again = await ana.wait_message("Some time has passed", where=lambda m: m.id == first.id)
        assert STICKER in again.text
        assert await t.charges(ana) == []
        await press_start(ana, again)
        await ana.wait_message("is asking the station", where=lambda m: m.id == first.id)
        assert [charge.place.identifier for charge in await t.charges(ana)] == [STICKER]


async def test_a_question_about_another_connector_in_between_does_not_change_what_starts():
    async with town() as t:
        ana = await t.driver()
        price = await t.to_price(ana)
        await ana.say(NEIGHBOURS)
        await ana.wait_message("Does the station say this?", where=lambda m: NEIGHBOURS in m.text)
        await press_start(ana, price)
        again = await ana.wait_message("Please confirm again.")
        assert STICKER in again.text
        assert await t.charges(ana) == []
        await press_start(ana, again)
        await ana.wait_message("is asking the station")
        assert [charge.place.identifier for charge in await t.charges(ana)] == [STICKER]


async def test_twenty_taps_start_once():
    async with town() as t:
        ana = await t.driver()
        price = await t.to_price(ana)
        taps = [await ana.press(price, "⚡ Start charging")]
        for _ in range(19):
            try:
                taps.append(await ana.press(price, "⚡ Start charging"))
            except SandboxError:
                break  # The card has changed under the thumb.
        assert all([(await tap.answer()).answered for tap in taps])
        await ana.wait_message("is asking the station", anytime=True)
        assert len(await t.charges(ana)) == 1
        assert list(t.gateway.starts.values()) == [1]


async def test_an_unknown_price_is_confirmed_by_itself():
    async with town() as t:
        await t.stations.remove_tariff(CITY, PARTY, TARIFF_ID)
        ana = await t.driver()
        await ana.say(STICKER)
        question = await ana.wait_message("Does the station say this?")
        await ana.press(question, "Yes, it says this")
        unknown = await ana.wait_message("The price is unknown.")
        assert not unknown.has_button("⚡ Start charging")
        await ana.press(unknown, "Go on without a price")
        sure = await ana.wait_message("Start at an unknown price?")
        assert await t.charges(ana) == []
        await ana.press(sure, "Start, price unknown")
        await ana.wait_message("is asking the station")
        assert (await t.latest(ana)).tariff is None


async def test_a_price_that_arrives_while_it_was_unknown_must_be_seen_first():
    async with town() as t:
        await t.stations.remove_tariff(CITY, PARTY, TARIFF_ID)
        ana = await t.driver()
        await ana.say(STICKER)
        await ana.press(await ana.wait_message("Does the station say this?"), "Yes, it says this")
        unknown = await ana.wait_message("The price is unknown.")
        await t.change_tariff(TARIFF)
        await ana.press(unknown, "Go on without a price")
        await ana.wait_message("The price has changed since you saw it.", where=lambda m: "€0.5445" in m.text)


async def test_somebody_else_was_faster():
    async with town() as t:
        ana, ben = await t.driver("Ana"), await t.driver("Ben")
        hers, his = await t.to_price(ana), await t.to_price(ben)
        await press_start(ana, hers)
        await ana.wait_message("is asking the station")
        await press_start(ben, his)
        no = await ben.wait_message("Somebody else is starting at this connector.")
        await ben.press(no, "« Back")
        await ben.wait_message("Does the station say this?")
        assert await t.charges(ben) == []


async def test_whoever_charges_already_is_brought_to_that_charge():
    async with town() as t:
        ana = await t.driver()
        card, _ = await t.to_charging(ana)
        price = await t.to_price(ana, NEIGHBOURS)
        await press_start(ana, price)
        await ana.wait_message("You have a charge under way already.")
        await ana.wait_message("⚡ Charging", where=lambda m: m.id > card.id)
        assert len(await t.charges(ana)) == 1


async def test_a_connector_that_lost_its_remote_start_at_the_last_moment_is_refused_with_its_reason():
    async with town() as t:
        ana = await t.driver()
        price = await t.to_price(ana)
        await t.change_station(evses=(an_evse(capabilities=frozenset()),))
        await press_start(ana, price)
        await ana.wait_message("This connector cannot be started from here")
        assert await t.charges(ana) == []


@pytest.mark.parametrize(
    ("turn", "words"),
    [
        (Answer(Why.REJECTED), "The operator refused the start."),
        (Answer(Why.NOT_SUPPORTED), "This station cannot be started from here"),
        (NotSent("refused"), "The operator could not be reached, so nothing was sent to the station."),
    ],
)
async def test_a_start_that_was_refused_says_why(turn, words):
    async with town() as t:
        ana = await t.driver()
        t.gateway.starting.append(turn)
        await press_start(ana, await t.to_price(ana))
        card = await ana.wait_message("✖ It did not start")
        assert words in card.text


async def test_the_waiting_driver_reads_on_and_is_told_when_nobody_confirms():
    async with town() as t:
        ana = await t.driver()
        await t.to_waiting(ana)
        t.let_pass(21)
        await ana.wait_message("A delay does not mean that your charge has not started")
        t.let_pass(40)
        await ana.wait_message("Please check that the cable is pushed in all the way")
        t.let_pass(60)
        await ana.wait_message("❔ Your start was not confirmed.", where=lambda m: m.buzz)
        await ana.wait_message("❔ Not confirmed", where=lambda m: m.has_button("Stop it if it starts"))


async def test_a_late_start_is_told_and_can_be_stopped_from_there():
    async with town() as t:
        ana = await t.driver()
        _, charge = await t.to_waiting(ana)
        t.let_pass(130)
        await ana.wait_message("❔ Your start was not confirmed.")
        await t.push(charge)
        late = await ana.wait_message("⚡ It did start after all.", where=lambda m: m.buzz)
        await ana.press(late, "⏹ Stop charging")
        asked = await ana.wait_message("Stop charging?", where=lambda m: m.id == late.id)
        await ana.press(asked, "⏹ Stop now")
        await until(lambda: t.gateway.stops)
        await t.push(charge, "COMPLETED", end=t.clock.now())
        await ana.wait_message("✅ Charging has ended", where=lambda m: m.id == late.id)


async def test_who_no_longer_wants_it_can_say_so_before_it_starts():
    async with town() as t:
        ana = await t.driver()
        _, charge = await t.to_waiting(ana)
        t.let_pass(130)
        card = await ana.wait_message("❔ Not confirmed")
        await ana.press(card, "Stop it if it starts")
        await ana.wait_message("that will be sent as soon as the station confirms", where=lambda m: m.id == card.id)
        await t.push(charge)
        await ana.wait_message("You wanted to stop, so we are stopping it.")
        await until(lambda: t.gateway.stops)


def test_two_minutes_is_what_the_service_takes_a_shown_price_for():
    assert Pace(0.1).start_button == timedelta(seconds=120) < START_BUTTON
