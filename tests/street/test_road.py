"""The road of a driver on the page, by clicks and by keys, with the real bot and a real browser."""

import re
from decimal import Decimal

import pytest

pytest.importorskip("playwright", reason="Playwright is not installed: make test installs it.")

from playwright.async_api import expect

from tests.street.visitor import Visitor

pytestmark = pytest.mark.asyncio(loop_scope="module")

HARBOUR = "Noorderhaven kade"
SQUARE = "Grote Bredeplaats"
SOUTH = "Zuiderhaven"


async def test_the_whole_road_by_clicks_from_start_to_the_receipt(town, window):
    visitor = await Visitor.comes(await window(), town.page.url, await town.newcomer("Road"))
    page = visitor.page
    await expect(page.locator("#guide")).to_have_text(re.compile("^Press Start in the chat"))
    await visitor.press_start()
    await visitor.share_location()
    await visitor.sees("Nearest stations")
    await visitor.confirm(HARBOUR, "0421-1")
    price = await visitor.sees("Price")
    await expect(price).to_contain_text("per kWh")
    await expect(price).to_contain_text(await visitor.point("0421-1").locator(".sticker b").inner_text())
    await visitor.plug("0421-1")
    await visitor.display_says("0421-1", "Cable is in")
    await visitor.press("Start charging")
    await expect(visitor.card_button("Stop charging")).to_be_visible()
    await visitor.display_says("0421-1", "Charging")
    await expect(page.locator(".pinned-bar")).to_contain_text("0421-1")
    card = await visitor.sees("Charging")
    before = _kwh(await card.inner_text())
    await expect(card).not_to_contain_text(f"{before} kWh")
    assert _kwh(await card.inner_text()) > before
    assert _kwh(await visitor.point("0421-1").locator(".display").inner_text()) > before
    await visitor.press("Stop charging")
    await visitor.press("Stop now")
    await visitor.sees("unplug your cable")
    await visitor.display_says("0421-1", "Finished")
    await visitor.plug("0421-1")
    await visitor.display_says("0421-1", "Free")
    receipt = await visitor.sees("Receipt")
    bill = (await town.world.street.cdrs())[-1]["total_cost"]["incl_vat"]
    await expect(receipt).to_contain_text(f"€{Decimal(str(bill)).quantize(Decimal('0.01'))}")
    await expect(page.locator("#guide")).to_have_text(re.compile("^That was the whole road"))
    assert visitor.complaints == []


async def test_a_sticker_is_photographed_into_the_chat_and_leads_to_its_question(town, window):
    visitor = await Visitor.comes(await window(), town.page.url, await town.newcomer("Photo"))
    await visitor.press_start()
    await visitor.page.get_by_role("button", name="Photograph the sticker 0421-2 into the chat").click()
    question = await visitor.sees("Does the station say this?")
    await expect(question).to_contain_text("0421-2")
    assert visitor.complaints == []


async def test_a_cable_in_the_wrong_connector_starts_nothing_until_it_is_dragged_to_the_right_one(town, window):
    visitor = await Visitor.comes(await window(), town.page.url, await town.newcomer("Wrong"))
    page = visitor.page
    await visitor.press_start()
    await visitor.say("0422-1")
    await visitor.press("Yes, it says this")
    await visitor.stand_at(SQUARE)
    await visitor.plug("0422-2")
    await visitor.display_says("0422-2", "Cable is in")
    await visitor.press("Start charging")
    await visitor.display_says("0422-1", "Plug in now")
    await visitor.display_says("0422-2", "Cable is in")
    await expect(visitor.card_button("Stop charging")).not_to_be_visible()
    plug = await page.locator(".car-plug").bounding_box()
    target = await visitor.point("0422-1").locator(".connector .face").bounding_box()
    await page.mouse.move(*_middle(plug))
    await page.mouse.down()
    await page.mouse.move(*_middle(target), steps=6)
    await expect(visitor.point("0422-1").locator(".connector")).to_have_class(re.compile("target"))
    await page.mouse.up()
    await visitor.display_says("0422-1", "Charging")
    await visitor.display_says("0422-2", "Free")
    await expect(visitor.card_button("Stop charging")).to_be_visible()
    await visitor.point("0422-1").locator(".emergency").click()
    await visitor.display_says("0422-1", "Out of order")
    await visitor.sees(re.compile("ended", re.IGNORECASE))
    await visitor.point("0422-1").locator(".repair").click()
    await visitor.plug("0422-1")
    await visitor.display_says("0422-1", "Free")
    assert visitor.complaints == []


async def test_a_fault_switched_on_at_the_charge_point_is_told_in_the_chat(town, window):
    visitor = await Visitor.comes(await window(), town.page.url, await town.newcomer("Fault"))
    page = visitor.page
    await visitor.stand_at(SOUTH)
    await visitor.point("0425-1").locator(".fault").click()
    await page.get_by_role("checkbox", name=re.compile("^rejected")).check()
    await page.get_by_role("button", name="Done").click()
    await expect(visitor.point("0425-1").locator(".fault")).to_have_text("1")
    await visitor.press_start()
    await visitor.say("0425-1")
    await visitor.press("Yes, it says this")
    await visitor.plug("0425-1")
    await visitor.press("Start charging")
    await visitor.sees("did not start")
    await visitor.display_says("0425-1", "Cable is in")
    await visitor.plug("0425-1")
    assert visitor.complaints == []


async def test_two_browsers_on_two_drivers_see_each_their_own_chat_only(town, window):
    ana, bram = await town.newcomer("Anneke"), await town.newcomer("Brecht")
    at_ana = await Visitor.comes(await window(), town.page.url, ana)
    at_bram = await Visitor.comes(await window(), town.page.url, bram)
    await at_ana.press_start()
    await at_bram.press_start()
    await at_ana.sees("Hello Anneke")
    await at_bram.sees("Hello Brecht")
    await at_ana.say("a word of Anneke alone")
    await expect(at_ana.page.locator(".message.own").last).to_contain_text("a word of Anneke alone")
    await at_bram.page.locator("#open-backstage").click()
    await expect(at_bram.page.locator(".log-lines li").first).to_be_visible()
    assert "Anneke" not in await at_bram.page.locator("#chat").inner_text()
    assert "Anneke" not in await at_bram.page.locator("#backstage").inner_text()
    assert "Brecht" not in await at_ana.page.locator("#chat").inner_text()
    await at_ana.stand_at("Voorstraat")
    await at_bram.stand_at("Voorstraat")
    await at_ana.plug("0423-1")
    taken = at_bram.point("0423-1").locator(".connector")
    await expect(taken).to_have_attribute("aria-disabled", "true")
    await taken.click(force=True)
    await expect(at_bram.page.locator(".toast")).to_contain_text("Another cable is in already")
    await at_ana.plug("0423-1")


async def test_a_charge_is_started_and_stopped_with_the_keyboard_alone(town, window):
    visitor = await Visitor.comes(await window(), town.page.url, await town.newcomer("Keys"))
    page = visitor.page
    await _tab_to(page, "Start")
    await page.keyboard.press("Enter")
    await visitor.sees("Where is your car?")
    await page.locator(".composer textarea").focus()
    await page.keyboard.type("0421-2")
    await page.keyboard.press("Enter")
    await _tab_to(page, "Yes, it says this", backwards=True)
    await page.keyboard.press("Enter")
    await visitor.sees("Price")
    assert await _focused(page) != "", "the focus stays on the message when its buttons change"
    await page.locator(".street-bar select").first.focus()
    await page.keyboard.type(HARBOUR)
    await _tab_to(page, re.compile(r"Plug in: 0421-2"))
    await page.keyboard.press("Enter")
    await visitor.display_says("0421-2", "Cable is in")
    await _tab_to(page, "Start charging", backwards=True)
    await page.keyboard.press("Space")
    await expect(visitor.card_button("Stop charging")).to_be_visible()
    await _tab_to(page, "Stop charging", backwards=True)
    await page.keyboard.press("Enter")
    await _tab_to(page, "Stop now")
    await page.keyboard.press("Enter")
    await visitor.display_says("0421-2", "Finished")
    await _tab_to(page, re.compile(r"Unplug: 0421-2"))
    await page.keyboard.press("Enter")
    await visitor.display_says("0421-2", "Free")
    assert visitor.complaints == []


async def test_a_killed_bot_is_said_to_be_gone_and_still_knows_the_charge_when_it_is_started_again(town, window):
    visitor = await Visitor.comes(await window(), town.page.url, await town.newcomer("Kill"))
    page = visitor.page
    await visitor.press_start()
    await visitor.say("0425-2")
    await visitor.press("Yes, it says this")
    await visitor.stand_at(SOUTH)
    await visitor.plug("0425-2")
    await visitor.press("Start charging")
    await expect(visitor.card_button("Stop charging")).to_be_visible()
    await page.locator("#open-backstage").click()
    await page.get_by_role("tab", name="Trouble").click()
    await page.get_by_role("button", name="Kill the bot").click()
    await expect(page.locator(".status")).to_have_text(re.compile("gone"))
    await expect(page.locator("#guide")).to_contain_text("The bot is gone")
    await page.get_by_role("button", name="Start it again").click()
    await expect(page.locator(".status")).to_have_text(re.compile("awake"), timeout=20_000)
    await page.keyboard.press("Escape")
    await visitor.press("Stop charging")
    await visitor.press("Stop now")
    await visitor.display_says("0425-2", "Finished")
    await visitor.plug("0425-2")


def _kwh(text: str) -> Decimal:
    found = re.search(r"([\d.]+) kWh", text)
    assert found, text
    return Decimal(found.group(1))


def _middle(box):
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


async def _focused(page) -> str:
    return await page.evaluate(
        """() => {
            const node = document.activeElement;
            return node === document.body ? "" : (node.getAttribute("aria-label") ?? node.textContent);
        }"""
    )


async def _tab_to(page, name, *, backwards=False):
    """Tab until something of this name has the focus."""
    await page.get_by_role("button", name=name).last.wait_for()
    for _ in range(120):
        text = (await _focused(page)).strip()
        if name.search(text) if isinstance(name, re.Pattern) else name in text:
            return
        await page.keyboard.press("Shift+Tab" if backwards else "Tab")
    raise AssertionError(f"The keyboard does not reach {name}.")
