from dataclasses import replace
from decimal import Decimal

from bot.domain.ids import EvseUid
from bot.domain.station import Status
from bot.domain.tariffs.tariff import Element, PriceComponent
from tests.handlers.telegram.at_the_door import HARBOUR, STICKER, town
from tests.samples import EVSE, TARIFF, an_evse


async def to_question(ana):
    await ana.say(STICKER)
    return await ana.wait_message("Does the station say this?")


async def test_a_station_with_one_connector_needs_no_list():
    async with town() as t:
        await t.change_station(evses=(an_evse(),))
        ana = await t.driver()
        await ana.share_location(*HARBOUR)
        found = await ana.wait_message("Nearest stations")
        await ana.press(found, "1. Market square")
        card = await ana.wait_message("Market 1")
        await ana.press(card, "⚡ Charge here")
        await ana.wait_message("Does the station say this?")


async def test_help_is_a_picture_under_the_question_and_goes_away_again():
    async with town() as t:
        ana = await t.driver()
        question = await to_question(ana)
        await ana.press(question, "Where do I find it?")
        help_ = await ana.wait_message("Where is the identifier?", where=lambda m: m.kind == "photo")
        assert "It looks like NL*CIT*E3256*1." in help_.text
        (sent,) = await t.people.calls("sendPhoto")
        assert "http" not in str(sent["args"]["photo"]), "a picture is ours, never an address"
        await ana.press(help_, "« Back to the question")
        await ana.wait_for(lambda chat: chat["messages"][-1]["id"] == question.id, 5)
        await ana.press(question, "Yes, it says this")
        await ana.wait_message("Price", where=lambda m: m.id == question.id)


async def test_where_no_picture_can_be_sent_the_words_come_alone():
    async with town() as t:
        ana = await t.driver()
        question = await to_question(ana)
        await t.people.fault("500", method="sendPhoto")
        await ana.press(question, "Where do I find it?")
        await ana.wait_message("Where is the identifier?", where=lambda m: m.kind == "text")


async def test_a_price_that_changed_between_the_question_and_the_yes_is_said():
    async with town() as t:
        ana = await t.driver()
        question = await to_question(ana)
        assert "€0.5445 per kWh" in question.text
        await t.change_tariff(replace(TARIFF, elements=(Element((PriceComponent("ENERGY", Decimal(1)),)),)))
        await ana.press(question, "Yes, it says this")
        await ana.wait_message("⚠ The price has changed since you saw it.")


async def test_what_the_sticker_says_instead_is_asked_about_in_turn():
    async with town() as t:
        ana = await t.driver()
        question = await to_question(ana)
        await ana.press(question, "No, something else")
        await ana.wait_message("Please type what the station says")
        await ana.say("q")
        await ana.wait_message("I know no connector q.")
        await ana.say("nl-cit-e3257-i")
        question = await ana.wait_message("NL*CIT*E3257*1")
        await ana.press(question, "Yes, it says this")
        await ana.wait_message("Price", where=lambda m: "NL*CIT*E3257*1" in m.text)


async def test_a_connector_that_vanishes_in_between_is_said_wherever_the_driver_is():
    async with town() as t:
        ana = await t.driver()
        for button in ("Yes, it says this", "Where do I find it?"):
            await t.change_station()
            question = await to_question(ana)
            await t.change_station(evses=(an_evse(EvseUid("other")),))
            await ana.press(question, button)
            gone = await ana.wait_message("This connector is no longer in the network.")
            assert gone.has_button("Look for a station")


async def test_a_station_that_lost_its_remote_start_says_so_when_it_is_chosen():
    async with town() as t:
        ana = await t.driver()
        await ana.share_location(*HARBOUR)
        found = await ana.wait_message("Nearest stations")
        await ana.press(found, "1. Market square")
        card = await ana.wait_message("Market 1")
        await t.change_station(evses=(an_evse(capabilities=frozenset()),))
        await ana.press(card, "⚡ Charge here")
        await ana.wait_message("This connector cannot be started from here")


async def test_a_busy_connector_can_still_be_chosen_since_the_own_cable_may_make_it_busy():
    async with town() as t:
        await t.change_station(evses=(an_evse(status=Status.CHARGING),))
        ana = await t.driver()
        question = await to_question(ana)
        await ana.press(question, "Yes, it says this")
        await ana.wait_message("Price")


async def test_a_yes_counts_for_the_connector_it_was_asked_about_and_no_other():
    async with town() as t:
        ana = await t.driver()
        first = await to_question(ana)
        await ana.say("NL*CIT*E3257*1")
        await ana.wait_message("NL*CIT*E3257*1")
        await ana.press(first, "Yes, it says this")
        price = await ana.wait_message("Price")
        assert (price.id, "NL*CIT*E3256*1" in price.text) == (first.id, True)
        await ana.press(price, "⚡ Start charging")
        await ana.wait_message("is asking the station")
        assert (await t.latest(ana)).place.evse_uid == EVSE


async def test_a_yes_counts_also_after_the_driver_has_been_elsewhere():
    async with town() as t:
        ana = await t.driver()
        question = await to_question(ana)
        await ana.start()
        await ana.wait_message("Where is your car?")
        await ana.press(question, "Yes, it says this")
        await ana.wait_message("Price")


async def test_the_identifier_is_confirmed_letter_for_letter():
    async with town() as t:
        await t.change_station(evses=(replace(an_evse(), physical_reference="a1-O0"),))
        ana = await t.driver()
        question = await to_question(ana)
        assert "\na1-O0\n" in question.text
