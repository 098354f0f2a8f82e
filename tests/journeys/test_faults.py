"""What an operator does wrong, a driver reads in words; and nothing is ever sent twice."""

import asyncio
from decimal import Decimal

import pytest
import pytest_asyncio

from tests.journeys.driver import RUNNING, kwh
from tests.journeys.town import open_town

pytestmark = pytest.mark.asyncio(loop_scope="module")

LATE = 3.5
"""Seconds: after the bot has given up waiting, which in this town takes two or three."""

NO = {
    "rejected": "The operator refused the start.",
    "sync_not_supported": "This station cannot be started from here",
    "evse_occupied": "The station says that the connector is in use.",
    "evse_inoperative": "The station says that this connector is out of order.",
}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def town(tmp_path_factory):
    async with open_town(tmp_path_factory.mktemp("faults")) as town:
        yield town


@pytest_asyncio.fixture(loop_scope="module")
async def driver(town):
    driver = await town.driver()
    yield driver
    assert set((await town.starts()).values()) <= {1}, "no start is ever sent twice"


@pytest.fixture
def fault(town, driver):
    """Switches a fault of the driver's charge point on."""

    async def switch_on(name, count=None, seconds=None):
        await town.world.street.fault(driver.evse, name, count, seconds)

    return switch_on


# ── starts ───────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(("name", "sentence"), NO.items())
async def test_a_refused_start_is_told_with_its_reason_and_can_be_pressed_anew(driver, fault, name, sentence):
    await fault(name, count=1)
    await driver.press_start()
    card = await driver.see_card("It did not start")
    assert sentence in card.text
    assert "We see no charge" in card.text
    assert card.has_button("Look for a station")
    await driver.charge()
    assert len(await driver.starts()) == 2


@pytest.mark.parametrize("name", ["accepted_then_nothing", "no_session"])
async def test_a_start_that_nobody_confirms_is_told_as_that_and_may_be_pressed_anew(driver, fault, name):
    await fault(name, count=1)
    await driver.press_start()
    card = await driver.see_card("Not confirmed")
    assert "We see no charge" in card.text
    news = await driver.see("Your start was not confirmed")
    assert news.buzz
    await driver.charge()
    assert len(await driver.starts()) == 2


async def test_a_start_answered_with_a_failure_counts_as_unclear_and_is_not_sent_again_by_itself(driver, fault):
    await fault("http_500_on_start", count=1)
    await driver.press_start()
    await driver.see_card("Not confirmed")
    assert len(await driver.starts()) == 1
    await driver.charge()
    assert len(await driver.starts()) == 2


async def test_a_timeout_is_told_and_the_session_that_comes_all_the_same_is_shown(driver, fault):
    await fault("timeout_then_session", count=1, seconds=1)
    await driver.press_start()
    waiting = await driver.see_card("did not react in time")
    assert "We keep listening" in waiting.text
    await driver.see_card(RUNNING)
    await driver.see_energy()
    await driver.stop()
    await driver.finish()
    assert len(await driver.starts()) == 1


@pytest.mark.parametrize("name", ["timeout_then_session", "late_session"])
async def test_a_session_after_all_hope_is_told_loudly_and_can_be_stopped_from_that_message(driver, fault, name):
    await fault(name, count=1, seconds=LATE)
    await driver.press_start()
    await driver.see_card("Not confirmed")
    news = await driver.see("It did start after all")
    assert news.buzz
    assert news.has_button("⏹ Stop charging")
    await driver.see_card(RUNNING)
    await driver.see_energy()
    await driver.stop()
    await driver.finish()
    assert len(await driver.starts()) == 1


async def test_a_start_that_the_driver_cancelled_and_that_comes_late_is_stopped_by_itself(driver, fault):
    await fault("timeout_then_session", count=1, seconds=LATE)
    await driver.press_start()
    waiting = await driver.see_card("did not react in time")
    await driver.press(waiting, "Cancel the start")
    await driver.see_card("You want to stop: that will be sent as soon as the station confirms")
    await driver.see("we are stopping it")
    await driver.finish()
    assert await driver.stops()


@pytest.mark.parametrize("name", ["late_session", "session_before_result", "no_result"])
async def test_the_session_decides_whenever_its_result_comes(driver, fault, name):
    await fault(name, count=1, seconds=1)
    await driver.charge()
    assert (driver.begun, driver.not_begun, len(await driver.starts())) == (1, 0, 1)


async def test_a_start_whose_answer_hangs_is_shown_by_its_session_and_not_sent_again(driver, fault):
    await fault("hang_on_start", count=1, seconds=2)
    await driver.charge()
    await asyncio.sleep(2)
    assert len(await driver.starts()) == 1
    assert "✅ Charging has ended" in (await driver.card()).text


# ── stops ────────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("name", ["stop_rejected_once", "stop_accepted_ignored_once"])
async def test_a_stop_that_does_not_take_is_sent_until_it_has_ended(driver, fault, name):
    await fault(name)
    await driver.charge()
    assert len(await driver.stops()) == 2


async def test_a_stop_that_never_takes_is_never_shown_as_done_and_the_driver_reads_what_to_do(driver, fault):
    await fault("stop_rejected_once", count=1000)
    await driver.start()
    await driver.stop()
    advice = await driver.see("The station does not stop. We keep trying")
    assert "Press its stop button" in advice.text
    assert "+31205550100" in advice.text
    assert "Charging has ended" not in (await driver.card()).text
    await driver.world.street.press_stop(driver.evse)
    await driver.finish()
    sent = len(await driver.stops())
    await asyncio.sleep(1)
    assert len(await driver.stops()) == sent, "no stop goes out after the end"


# ── pushes that are missing, doubled or shuffled ─────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("name", ["no_session_push", "no_cdr_push"])
async def test_what_is_never_pushed_is_found_by_asking(driver, fault, name):
    await fault(name)
    await driver.charge()
    assert (driver.begun, driver.not_begun) == (1, 0)


@pytest.mark.parametrize("name", ["duplicate_pushes", "out_of_order_pushes"])
async def test_doubled_and_shuffled_pushes_never_turn_the_meter_back(driver, fault, name):
    await fault(name)
    await driver.start()
    readings = [kwh((await driver.card()).text)]
    while len(set(readings)) < 5:
        await asyncio.sleep(0.05)
        readings.append(kwh((await driver.card()).text))
    assert readings == sorted(readings)
    await driver.stop()
    await driver.finish()
    energy = Decimal(str((await driver.bill())["total_energy"]))
    await driver.see_card(f"{energy:.2f} kWh")


async def test_without_our_reference_the_token_made_for_this_one_charge_tells_whose_it_is(town, driver, fault):
    other = await town.driver("Ben")
    for each in (driver, other):
        await town.world.street.fault(each.evse, "no_reference")
    await asyncio.gather(driver.charge(), other.charge())
    for mine, theirs in ((driver, other), (other, driver)):
        assert not any(theirs.place in text for text in await mine.texts())


async def test_volumes_in_the_wrong_unit_do_not_reach_the_cost_shown(driver, fault):
    await fault("wh_for_kwh")
    card = await driver.start()
    shown = Decimal(card.text.split("€")[1].split()[0])
    assert shown < kwh(card.text) * 3 + 2
    await driver.stop()
    await driver.finish()
