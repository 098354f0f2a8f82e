"""A pass by post, in a town of its own: from the first letter on, newcomers are not welcomed with a pass any more."""

import pytest

pytest.importorskip("playwright.async_api", reason="Playwright is not installed: make test installs it.")

from playwright.async_api import expect

from tests.street.visitor import Visitor

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_a_pass_comes_by_post_is_linked_and_its_card_starts_a_charge_that_the_chat_shows(town, window):
    visitor = await Visitor.comes(await window(), town.page.url, await town.newcomer("Letter"))
    page = visitor.page
    await visitor.press_start()
    reader = visitor.point("0421-2").locator(".pole-button.card")
    await expect(reader).to_be_hidden()
    await page.locator("#open-backstage").click()
    await page.get_by_role("tab", name="Your pass").click()
    await page.get_by_role("button", name="Order a pass").click()
    await expect(page.locator(".letter dd")).to_have_count(2)
    number, code = await page.locator(".letter dd").all_inner_texts()
    await page.keyboard.press("Escape")
    await visitor.say("/passes")
    await visitor.press("Link a pass")
    await visitor.say(number)
    await visitor.sees("activation code")
    await visitor.say(code)
    await visitor.sees(number)
    await visitor.plug("0421-2")
    await visitor.display_says("0421-2", "Cable is in")
    await reader.click()
    await expect(page.locator(".toast", has_text="Welcome")).to_be_visible()
    await visitor.display_says("0421-2", "Charging")
    await expect(visitor.card_button("Stop charging")).to_be_visible()
    assert visitor.complaints == []
