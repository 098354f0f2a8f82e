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


async def test_a_station_is_sent_into_a_chat_of_friends_who_refresh_it_and_open_it_in_their_own(town):
    ana, ben = await town.driver("Ana"), await town.driver("Ben")
    friends = await town.world.telegram.group("Friends", [ana.person, ben.person])
    answer = await ana.person.at(friends).type_inline(ana.number)
    [offered] = answer.results
    sent = await ana.person.at(friends).choose(offered)
    assert "As of " in sent.text
    await ana.plug_in()

    async def refreshed():
        await (await ben.person.at(friends).press(sent, "Refresh")).answer()
        return (await friends.messages())[-1].edited

    await until(refreshed, ben.patience)
    opened = await ben.person.at(friends).press(sent, "Open in the bot")
    await ben.person.start(opened.value.partition("?start=")[2])
    assert offered.title in (await ben.see(button="Charge here")).text
    assert not await ana.starts()


async def test_my_shows_a_running_charge_to_its_driver_and_to_nobody_else(town):
    ana, ben = await town.driver("Ana"), await town.driver("Ben")
    await ana.start()
    [mine] = (await ana.person.type_inline("my")).results
    assert mine.title == "My charge"
    assert (await ben.person.type_inline("my")).results == []
    sent = await ana.person.choose(mine)
    assert "kWh" in sent.text
    assert "€" not in sent.text
    await ana.stop()
    await ana.finish()
    assert (await ana.person.type_inline("my")).results == []
