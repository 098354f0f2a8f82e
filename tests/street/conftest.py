"""A street with the real bot in it, and the system's Chromium to visit it with; both are shared by a module."""

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from sandbox.cpo.operator import Operator
from sandbox.street.bot_switch import BotSwitch
from sandbox.street.browser import FLAGS, chromium
from sandbox.street.page import StreetPage
from sandbox.telegram.limits import Limits
from sandbox.telegram.people import Telegram
from sandbox.telegram.server import TelegramServer
from sandbox.world import World
from tests.street.bot_api import TOKEN, BotApi

SPEED = 240


class Town:
    """The world and its page; `newcomer` gives a driver of one's own, so that no test meets another's chat."""

    def __init__(self, world: World, page: StreetPage, switch: BotSwitch) -> None:
        self.world, self.page, self.switch = world, page, switch

    async def newcomer(self, name: str, language: str = "en") -> int:
        return (await self.world.telegram.person(name, language=language, phone_number="+31600000000")).id


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def town(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Town]:
    folder: Path = tmp_path_factory.mktemp("street")
    async with World(folder, speed=SPEED, traffic=False, limits=Limits.off()) as world:
        switch = BotSwitch(world)
        async with StreetPage(world.operator, world.server.url, switch) as page:
            await switch.start()
            assert switch.trouble == ""
            yield Town(world, page, switch)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser() -> AsyncIterator[Any]:
    path = chromium()
    if path is None:
        pytest.skip("There is no Chromium on this machine: apt-get install chromium, and this test runs.")
    playwright = pytest.importorskip(
        "playwright.async_api", reason="Playwright is not installed: make test installs it."
    )
    async with playwright.async_playwright() as driver:
        browser = await driver.chromium.launch(executable_path=path, args=list(FLAGS))
        yield browser
        await browser.close()


@pytest_asyncio.fixture(loop_scope="module")
async def window(browser: Any) -> AsyncIterator[Callable[..., Awaitable[Any]]]:
    """Opens windows that share nothing with each other, and closes them after the test."""
    opened = []

    async def open_window(width: int = 1300, height: int = 860, **more: Any) -> Any:
        context = await browser.new_context(viewport={"width": width, "height": height}, **more)
        opened.append(context)
        return context

    yield open_window
    for context in opened:
        await context.close()


class QuietTown:
    """A street and a Bot API server without a bot: the test is the bot."""

    def __init__(self, page: StreetPage, telegram: Telegram, bot: BotApi) -> None:
        self.page, self.telegram, self.bot = page, telegram, bot


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def quiet_town() -> AsyncIterator[QuietTown]:
    async with (
        Operator(traffic=False) as operator,
        TelegramServer([TOKEN], limits=Limits.off()) as server,
        Telegram(server.url) as telegram,
        BotApi(server.url) as bot,
        StreetPage(operator, server.url, support=True) as page,
    ):
        yield QuietTown(page, telegram, bot)
