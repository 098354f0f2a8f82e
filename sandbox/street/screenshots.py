"""`python -m sandbox.street.screenshots`: pictures of the page for the README, taken on the way of a real charge."""

import argparse
import asyncio
import re
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Final

from sandbox.street.bot_switch import BotSwitch
from sandbox.street.browser import FLAGS, chromium
from sandbox.street.page import StreetPage
from sandbox.world import World, WorldError

if TYPE_CHECKING:
    from playwright.async_api import Browser, Page, ViewportSize

PICTURES: Final = Path("docs/pictures")
WIDE: "Final[ViewportSize]" = {"width": 1400, "height": 860}
NARROW: "Final[ViewportSize]" = {"width": 360, "height": 740}
SPEED: Final = 240
PATIENCE_MS: Final = 15_000
STICKER: Final = "0421-1"


async def take(folder: Path) -> list[Path]:
    """The pictures that were taken."""
    from playwright.async_api import async_playwright

    with tempfile.TemporaryDirectory(prefix="chargebot-pictures-") as name:
        async with World(Path(name), speed=SPEED, traffic=False) as world:
            switch = BotSwitch(world)
            async with StreetPage(world.operator, world.server.url, switch) as street, async_playwright() as driver:
                await switch.start()
                if switch.trouble:
                    raise WorldError(switch.trouble)
                browser = await driver.chromium.launch(executable_path=chromium(), args=list(FLAGS))
                taken = await _on_the_way(browser, street.url, folder)
                await browser.close()
    return taken


async def _on_the_way(browser: "Browser", url: str, folder: Path) -> list[Path]:
    page = await browser.new_page(viewport=WIDE, color_scheme="light", reduced_motion="reduce")
    page.set_default_timeout(PATIENCE_MS)
    await page.goto(url)
    await _begin_to_charge(page)
    await page.locator(".display-numbers", has_text=re.compile(r"^[3-9]\.")).wait_for()
    folder.mkdir(parents=True, exist_ok=True)
    taken = [await _picture(page, folder / "street.png")]
    await page.emulate_media(color_scheme="dark")
    taken.append(await _picture(page, folder / "street-dark.png"))
    await page.emulate_media(color_scheme="light")
    await page.set_viewport_size(NARROW)
    taken.append(await _picture(page, folder / "chat-narrow.png"))
    await page.click("#tab-street")
    taken.append(await _picture(page, folder / "street-narrow.png"))
    return taken


async def _begin_to_charge(page: "Page") -> None:
    await page.click(".begin")
    await page.click(".reply-keyboard .inline-button")
    await page.click(".question .primary")
    for words in ("Noorderhaven kade", "Charge here", STICKER, "Yes, it says this"):
        await page.locator(".inline-button", has_text=words).last.click()
    await page.locator(f'.charge-point[aria-label*="{STICKER}:"] .connector').click()
    await page.locator(".inline-button", has_text="Start charging").click()
    await page.locator(".inline-button", has_text="Stop charging").wait_for()


async def _picture(page: "Page", path: Path) -> Path:
    await page.mouse.move(0, 0)
    await page.wait_for_timeout(400)
    await page.screenshot(path=path)
    return path


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m sandbox.street.screenshots", description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path, default=PICTURES)
    folder = parser.parse_args().folder
    if chromium() is None:
        print("Pictures need Chromium: apt-get install chromium, then try again.", file=sys.stderr)
        return 1
    try:
        taken = asyncio.run(take(folder))
    except WorldError as error:
        print(f"No pictures: {error}", file=sys.stderr)
        return 1
    print(*taken, sep="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
