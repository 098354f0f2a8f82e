"""Every way a start or a stop can fail, reached at the operator and read by a driver as a text of its own.

All drivers go at once, each to a charge point that fails in one way; the town is theirs for a few seconds.
"""

import asyncio

import pytest
import pytest_asyncio

from bot.domain.errors import Why
from handlers.texts import REASONS, STOP_REASONS
from sandbox.cpo.faults import OWN_WORDS
from tests.journeys.town import open_town

pytestmark = pytest.mark.asyncio(loop_scope="module")

STARTS = {
    "rejected": Why.REJECTED,
    "result_rejected": Why.REJECTED,
    "sync_not_supported": Why.NOT_SUPPORTED,
    "result_not_supported": Why.NOT_SUPPORTED,
    "sync_unknown_session": Why.UNKNOWN_SESSION,
    "evse_occupied": Why.EVSE_OCCUPIED,
    "evse_inoperative": Why.EVSE_INOPERATIVE,
    "result_failed": Why.FAILED,
    "result_timeout": Why.TIMEOUT,
    "result_unknown_reservation": Why.UNKNOWN_RESERVATION,
    "result_canceled_reservation": Why.CANCELED_RESERVATION,
    "http_500_on_start": Why.NO_ANSWER,
    "http_401_on_start": Why.ACCESS_REVOKED,
    "hub_cannot_deliver": Why.NOT_SENT,
}
"""Each fault of a start, and what its driver is told."""

UNHEARD = {
    "accepted_then_nothing": "The operator accepted the start, but the station never reported back.",
    "no_session": "The station accepted the start, but no charge has appeared.",
}

STOPS = {
    "stop_sync_rejected": Why.REJECTED,
    "stop_rejected_once": Why.REJECTED,
    "stop_sync_not_supported": Why.NOT_SUPPORTED,
    "stop_sync_unknown_session": Why.UNKNOWN_SESSION,
    "stop_failed": Why.FAILED,
    "stop_timeout": Why.TIMEOUT,
    "stop_evse_occupied": Why.EVSE_OCCUPIED,
    "stop_evse_inoperative": Why.EVSE_INOPERATIVE,
    "stop_unknown_reservation": Why.UNKNOWN_RESERVATION,
    "stop_canceled_reservation": Why.CANCELED_RESERVATION,
    "http_500_on_stop": Why.NO_ANSWER,
    "http_401_on_stop": Why.ACCESS_REVOKED,
    "hub_cannot_deliver_stop": Why.NOT_SENT,
}

FOR_GOOD = 1000


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def town(tmp_path_factory):
    async with open_town(tmp_path_factory.mktemp("causes")) as town:
        yield town


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def not_started(town):
    """What the card said in the end, by fault."""
    return dict(await asyncio.gather(*(_not_started(town, name) for name in (*STARTS, *UNHEARD))))


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def not_stopped(town):
    """What the card says while the stop does not take, by fault."""
    return dict(await asyncio.gather(*(_not_stopped(town, name) for name in STOPS)))


async def _not_started(town, name):
    driver = await town.driver()
    await town.world.street.fault(driver.evse, name, count=1)
    await driver.press_start()
    card = await driver.see_card("Not confirmed", "It did not start")
    assert len(await driver.starts()) == 1
    return name, card


async def _not_stopped(town, name):
    driver = await town.driver()
    await town.world.street.fault(driver.evse, name, count=FOR_GOOD)
    await driver.start()
    await driver.stop()
    card = await driver.see_card(STOP_REASONS[STOPS[name]])
    await town.world.street.press_stop(driver.evse)
    await driver.see_end()
    return name, card


@pytest.mark.parametrize("name", STARTS)
async def test_each_cause_of_a_start_that_fails_is_told_as_its_own(not_started, name):
    text = not_started[name].text
    told = {why for why in set(STARTS.values()) if REASONS[why] in text}
    assert told == {STARTS[name]}


@pytest.mark.parametrize("name", UNHEARD)
async def test_a_start_of_which_nothing_more_is_heard_says_how_far_it_came(not_started, name):
    assert UNHEARD[name] in not_started[name].text


@pytest.mark.parametrize("name", STOPS)
async def test_each_cause_of_a_stop_that_does_not_take_is_told_as_its_own(not_stopped, name):
    text = not_stopped[name].text
    told = {why for why in set(STOPS.values()) if STOP_REASONS[why] in text}
    assert told == {STOPS[name]}
    assert "Charging has ended" not in text


async def test_no_two_causes_share_a_text():
    for texts, causes in ((REASONS, STARTS), (STOP_REASONS, STOPS)):
        told = [texts[why] for why in set(causes.values())]
        assert len(set(told)) == len(told)


@pytest.mark.parametrize(("language", "spoken"), [("nl", "nl"), ("de-AT", "de"), ("pt-BR", "en")])
async def test_the_operators_own_words_are_shown_in_the_drivers_language_and_as_plain_words(town, language, spoken):
    driver = await town.driver(language=language)
    for fault in ("with_words", "evse_inoperative"):
        await town.world.street.fault(driver.evse, fault)
    await driver.person.say(driver.number)
    question = await driver.person.wait_message(driver.sticker, where=lambda m: m.buttons)
    await driver.person.press(question, question.buttons[0][0])
    price = await driver.person.wait_message(driver.place, where=lambda m: "⚡" in str(m.buttons))
    await driver.plug_in()
    driver.card_id = price.id
    await driver.press(price, "⚡")
    await driver.see_card(OWN_WORDS[spoken])


async def test_an_operator_that_cannot_be_reached_at_all_is_told_as_that(town):
    driver = await town.driver()
    price = await driver.ask_price()
    driver.card_id = price.id
    async with town.world.operator.closed():
        await driver.press(price, "Start charging")
        card = await driver.see_card("It did not start")
    assert REASONS[Why.NOT_SENT] in card.text
    assert not await driver.starts()


# ── what to do then: the three decision cards ────────────────────────────────────────────────────────────────────────


def in_order(text, *pieces):
    places = [text.index(piece) for piece in pieces]
    return places == sorted(places)


async def test_what_to_do_when_it_has_not_started(town):
    driver = await town.driver()
    await town.world.street.fault(driver.evse, "evse_inoperative", count=1)
    await driver.press_start()
    card = await driver.see_card("It did not start")
    await driver.press(card, "What can I do?")
    advice = await driver.see("It has not started", button="Free ones nearby")
    assert in_order(advice.text, "your charging card", "another station", "Call the operator", "+31205550100")
    await driver.press(advice, "Free ones nearby")
    others = await driver.see("Free right now", button="1. ")
    assert f"{driver.number} ·" not in others.text
    await driver.press(others, "1. ")
    await driver.see(others.buttons[0][0].removeprefix("1. ").partition(" · ")[0].rstrip("…"))


async def test_what_to_do_when_it_has_started_but_something_is_wrong(town):
    driver = await town.driver()
    running = await driver.start()
    await driver.press(running, "Help")
    advice = await driver.see("It has started, but something is wrong")
    assert in_order(advice.text, "Unplug", "Call the operator", "last resort", "emergency stop", "out of service")
    assert await driver.card(), "the live card stays where it is"
    await town.world.street.press_emergency(driver.evse)
    await driver.see_end()


async def test_what_to_do_when_it_does_not_stop(town):
    driver = await town.driver()
    await town.world.street.fault(driver.evse, "stop_failed", count=FOR_GOOD)
    await driver.start()
    await driver.stop()
    card = await driver.see_card("Stopping")
    await driver.press(card, "Help")
    advice = await driver.see("It does not stop", button="Ask the station")
    assert in_order(
        advice.text, "Ask the station again", "Swipe your charging card", "Call our hotline", "+31205550100"
    )
    await town.world.street.press_stop(driver.evse)
    driver.card_id = advice.id
    await driver.press(advice, "Ask the station")
    await driver.see_end()
