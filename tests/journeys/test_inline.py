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

    async def speaks_german():
        menu = {command["command"]: command["description"] for command in (await driver.person.chat())["commands"]}
        return menu.get("find") == "Eine Ladestation finden" and list(menu)[:2] == ["start", "find"]

    await until(speaks_german, driver.patience)


async def test_the_doctor_finds_a_bot_that_serves_in_good_health(town):
    said = (await town.world.command("doctor")).splitlines()
    assert all(line.startswith("ok ") for line in said), said
    assert {"token", "updates", "clock", "database", "our address"} <= {line[7:].partition(":")[0] for line in said}
