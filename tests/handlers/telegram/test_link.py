from dataclasses import replace

import pytest

from bot.domain.ids import ConnectorId
from bot.domain.links import evse_payload, station_payload
from bot.domain.station import Connector
from handlers.telegram.driver.link import address
from tests.handlers.telegram.at_the_door import STICKER, town
from tests.samples import NEIGHBOUR, a_station, an_evse

PAYLOAD = evse_payload(an_evse())


async def test_a_link_to_a_connector_asks_about_it_and_starts_nothing():
    async with town() as t:
        ana = await t.driver()
        await ana.start(PAYLOAD)
        question = await ana.wait_message("Does the station say this?")
        assert STICKER in question.text
        assert await t.charges(ana) == []
        await ana.press(question, "Yes, it says this")
        await ana.wait_message("Price", where=lambda m: m.has_button("⚡ Start charging"))


async def test_a_link_to_one_of_several_plugs_means_that_one():
    async with town() as t:
        ccs = Connector(ConnectorId("2"), "IEC_62196_T2_COMBO", cable=True)
        evse = an_evse(connectors=(*an_evse().connectors, ccs))
        await t.change_station(evses=(evse,))
        ana = await t.driver()
        await ana.start(evse_payload(evse, ccs))
        await ana.wait_message("this is about the CCS cable")
        await ana.start(PAYLOAD)
        await ana.wait_message("Several connectors fit")


async def test_a_link_to_a_station_shows_it():
    async with town() as t:
        ana = await t.driver()
        await ana.start(station_payload(a_station().id))
        card = await ana.wait_message("Market 1")
        await ana.press(card, "⚡ Charge here")
        await ana.wait_message("Which connector at Market square?")


@pytest.mark.parametrize(
    "payload",
    ["e-NL", "e-N1C1TE99991", "s-AAAA", "s-____", "6f1b2c3d-0a1b-4c2d-8e3f-123456789abc", "x", "e-" + "A" * 62],
)
async def test_a_guessed_payload_gets_the_same_neutral_answer_and_leads_nowhere(payload):
    async with town() as t:
        ana = await t.driver()
        await ana.start(payload)
        answer = await ana.wait_message("This link leads to no connector that I know.")
        await ana.press(answer, "Look for a station")
        assert await t.charges(ana) == []


async def test_the_id_of_anothers_charge_opens_nothing():
    async with town() as t:
        ana, eve = await t.driver("Ana"), await t.driver("Eve")
        _, charge = await t.to_charging(ana)
        await eve.start(charge.id)
        await eve.wait_message("This link leads to no connector that I know.")
        assert not any("Charging" in message.text for message in await eve.messages())


async def test_a_running_charge_is_shown_first_and_the_question_after_it():
    async with town() as t:
        ana = await t.driver()
        await t.to_charging(ana)
        await ana.start(evse_payload(an_evse(NEIGHBOUR)))
        card = await ana.wait_message("⚡ Charging", where=lambda m: m.has_button("⏹ Stop charging"))
        question = await ana.wait_message("Does the station say this?")
        assert card.id < question.id


async def test_a_link_to_what_cannot_be_started_says_so():
    async with town() as t:
        await t.change_station(evses=(replace(an_evse(), capabilities=frozenset()),))
        ana = await t.driver()
        await ana.start(PAYLOAD)
        await ana.wait_message("This connector cannot be started from here")


def test_an_address_is_one_of_telegrams_own():
    assert address("@charge_bot", "e-N1") == address("charge_bot", "e-N1") == "https://t.me/charge_bot?start=e-N1"
