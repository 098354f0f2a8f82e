"""`python -m sandbox.street.screenshots`: pictures of the page for the README, taken on the way of a real charge.

Then the same road in every language, three moments of each side by side.
"""

import argparse
import asyncio
import re
import sys
import tempfile
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from sandbox.street.bot_switch import BotSwitch
from sandbox.street.browser import FLAGS, chromium
from sandbox.street.page import StreetPage
from sandbox.telegram.people import Person, Shown
from sandbox.world import World, WorldError

if TYPE_CHECKING:
    from playwright.async_api import Browser, Page, ViewportSize

PICTURES: Final = Path("docs/pictures")
WIDE: "Final[ViewportSize]" = {"width": 1400, "height": 860}
NARROW: "Final[ViewportSize]" = {"width": 360, "height": 740}
SPEED: Final = 240
PATIENCE_MS: Final = 15_000
SETTLING_MS: Final = 400
STICKER: Final = "0421-1"
LANGUAGES: Final = ("en", "fr", "de", "es", "it", "nl")
TALL: "Final[ViewportSize]" = {"width": 380, "height": 960}
COLOURS: Final = 96
GAP: Final = 12


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
                taken += [await _road(world, browser, street.url, folder, language) for language in LANGUAGES]
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


async def _road(world: World, browser: "Browser", url: str, folder: Path, language: str) -> Path:
    """Whatever the language, the first button is the one that leads on."""
    evse = next(evse for evse in await world.street.evses() if _ordinary(evse))
    ana = await world.telegram.person("Ana", language=language)
    page = await browser.new_page(viewport=TALL, color_scheme="light", reduced_motion="reduce")
    await page.goto(f"{url}/?driver={ana.id}")
    await ana.say(evse["evse_id"])
    question = await ana.wait_message(evse["sticker"], where=_leads_on)
    pictures = [await page.screenshot()]
    await world.street.plug(evse["uid"])
    price = await _lead_on(ana, question)
    running = await _lead_on(ana, price, "[1-9] kWh")
    pictures.append(await page.screenshot())
    await _lead_on(ana, await _lead_on(ana, running))
    await ana.wait_message("🧾", anytime=True)
    await page.wait_for_timeout(SETTLING_MS)
    pictures.append(await page.screenshot())
    await page.close()
    await world.street.unplug(evse["uid"])
    return _side_by_side(pictures, folder / f"road-{language}.png")


def _ordinary(evse: dict[str, Any]) -> bool:
    named = evse["sticker"] and evse["evse_id"] and evse["sticker"] != evse["evse_id"]
    priced = len(evse["connectors"]) == 1 and evse["connectors"][0]["tariff_id"] not in {None, "FREE"}
    return bool(named and priced and evse["startable"] and evse["status"] == "AVAILABLE" and evse["plugged"] is None)


def _leads_on(message: Shown) -> bool:
    return bool(message.buttons)


async def _lead_on(ana: Person, message: Shown, then: str = "") -> Shown:
    """Press the first button, and give the message as it is once it has changed and says this."""
    await ana.press(message, message.buttons[0][0])

    def changed(chat: dict[str, Any]) -> bool:
        now = next(Shown(raw) for raw in chat["messages"] if raw["id"] == message.id)
        return now.text != message.text and bool(re.search(then, now.text))

    chat = await ana.wait_for(changed)
    return next(Shown(raw) for raw in chat["messages"] if raw["id"] == message.id)


def _side_by_side(pictures: list[bytes], path: Path) -> Path:
    from PIL import Image

    parts = [Image.open(BytesIO(picture)).convert("RGB") for picture in pictures]
    whole = Image.new("RGB", (sum(part.width + GAP for part in parts) - GAP, parts[0].height), "white")
    for number, part in enumerate(parts):
        whole.paste(part, (number * (part.width + GAP), 0))
    whole.quantize(COLOURS).save(path, optimize=True)
    return path


async def _picture(page: "Page", path: Path) -> Path:
    await page.mouse.move(0, 0)
    await page.wait_for_timeout(SETTLING_MS)
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
