"""What Telegram shows of us anywhere: the menu beside the chat, and what is asked from other chats."""

import pytest
import pytest_asyncio

from tests.handlers.telegram.room import until
from tests.journeys.town import open_town

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def town(tmp_path_factory):
    async with open_town(tmp_path_factory.mktemp("inline")) as town:
        yield town


async def test_the_menu_of_commands_speaks_the_drivers_language(town):
    driver = await town.driver(language="de")

    async def menu():
        commands = (await driver.person.chat())["commands"]
        return {command["command"]: command["description"] for command in commands}

    await until(menu, driver.patience)
    shown = await menu()
    assert list(shown)[:2] == ["start", "find"]
    assert shown["find"] == "Eine Ladestation finden"
