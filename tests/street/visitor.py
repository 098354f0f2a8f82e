"""A visitor of the page: clicks, keys and looks, with a list of what the browser's console complained about."""

import re
from typing import Self

from playwright.async_api import BrowserContext, Locator, Page, expect

PATIENCE = 15_000


class Visitor:
    def __init__(self, page: Page) -> None:
        self.page = page
        self.complaints: list[str] = []
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on(
            "console", lambda said: self.complaints.append(said.text) if said.type in {"error", "warning"} else None
        )
        page.set_default_timeout(PATIENCE)

    @classmethod
    async def comes(cls, context: BrowserContext, url: str, driver: int | None = None) -> Self:
        visitor = cls(await context.new_page())
        await visitor.page.goto(url if driver is None else f"{url}/?driver={driver}")
        await visitor.page.locator(".charge-point").first.wait_for(state="attached")
        return visitor

    # The chat

    def card_button(self, text: str) -> Locator:
        return self.page.locator(".message .inline-button", has_text=text).last

    async def press(self, text: str) -> None:
        await self.card_button(text).click()

    def bubble(self, text: str | re.Pattern[str]) -> Locator:
        return self.page.locator(".message.theirs:not(.service)", has_text=text).last

    async def sees(self, text: str | re.Pattern[str], patience: int = PATIENCE) -> Locator:
        await expect(self.bubble(text)).to_be_visible(timeout=patience)
        return self.bubble(text)

    async def press_start(self) -> None:
        await self.page.locator(".begin").click()
        await self.sees("Where is your car?")

    async def say(self, text: str) -> None:
        await self.page.locator(".composer textarea").fill(text)
        await self.page.keyboard.press("Enter")

    async def share_location(self) -> None:
        await self.page.locator(".reply-keyboard .inline-button", has_text="Share my location").click()
        await self.page.get_by_role("button", name="Where my car stands").click()

    async def confirm(self, station: str, connector: str) -> None:
        """From the list of stations to the price."""
        await self.press(station)
        await self.press("Charge here")
        await self.press(connector)
        await self.press("Yes, it says this")
        await self.sees("Price")

    # The street

    def point(self, sticker: str) -> Locator:
        return self.page.locator(f'.charge-point[aria-label*="{sticker}:"]')

    async def stand_at(self, station: str) -> None:
        await self.page.locator(".street-bar select").first.select_option(label=station)

    async def plug(self, sticker: str) -> None:
        await self.point(sticker).locator(".connector").click()

    async def display_says(self, sticker: str, text: str) -> None:
        await expect(self.point(sticker).locator(".display")).to_contain_text(text, timeout=PATIENCE)
