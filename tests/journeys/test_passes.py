"""Passes as drivers meet them: no pass, linking one, the card at the reader, and losing it."""

import pytest
import pytest_asyncio

from tests.journeys.driver import Driver
from tests.journeys.town import open_town

pytestmark = pytest.mark.asyncio(loop_scope="module")

CODE = "QX7L-20WA"


class Holder(Driver):
    """A driver with a physical pass in a pocket."""

    async def link(self, number, code=CODE):
        await self.person.say("/passes")
        await self.press(await self.see("Your passes", button="Link a pass"), "Link a pass")
        await self.see("Which number is printed on it?")
        await self.person.say(number)
        await self.see("Now the activation code")
        await self.person.say(code)

    async def swipe(self, uid):
        return await self.world.street.swipe(self.evse, uid)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def town(tmp_path_factory):
    async with open_town(tmp_path_factory.mktemp("passes")) as town:
        states = {
            "1": "received",
            "2": "ordered",
            "3": "received",
            "4": "expired",
            "5": "received",
            "6": "received",
            "7": "active",
            "8": "active",
            "9": "received",
        }
        lines = [f"CB-000{n},{CODE},{state},04A27F{n}{n}" for n, state in states.items()]
        file = town.world.folder / "passes.csv"
        file.write_text("number,activation_code,status,uid\n" + "\n".join(lines))
        assert "9 new" in await town.world.command("passes", "import", str(file))
        yield town


@pytest_asyncio.fixture(loop_scope="module")
async def holder(town):
    driver = await town.driver()
    return Holder(town.world, driver.person, await town.world.street.evse(driver.evse))


async def test_without_a_pass_a_start_says_so_offers_the_next_step_and_works_after_it(holder):
    await holder.press_start()
    refusal = await holder.see("You have no pass yet", button="Link a pass")
    assert not await holder.starts()
    await holder.press(refusal, "Link a pass")
    await holder.see("Which number is printed on it?")
    await holder.person.say("cb ooo1")
    await holder.see("Now the activation code")
    await holder.person.say("qx7l 2OWA")
    await holder.see("Pass CB-0001 is active")
    await holder.charge()


async def test_an_ordered_pass_is_said_to_be_on_its_way(holder):
    await holder.link("CB-0002")
    await holder.see("It is still on its way")
    await holder.press_start()
    await holder.see("Your pass is still on its way to you", button="My passes")
    assert not await holder.starts()


async def test_wrong_foreign_and_unknown_passes_are_told_in_the_same_words(town, holder):
    other = Holder(
        town.world, (await town.driver("Ben")).person, {"uid": "", "evse_id": "", "sticker": "", "location": ""}
    )
    await other.link("CB-0007")
    await other.see("Pass CB-0007 is active")
    for number, code in (("CB-0007", CODE), ("CB-9999", CODE), ("CB-0003", "WRONG-CODE"), ("x" * 4000, CODE)):
        await holder.link(number, code)
        await holder.see("This number and this code do not belong together", button="Try again")
    await holder.link("CB-0004", "WRONG-CODE")
    await holder.link("CB-0003", CODE)
    await holder.see("That was tried 5 times")


async def test_a_charge_begun_with_the_card_appears_in_chat_is_stopped_there_and_billed(holder):
    await holder.link("CB-0005")
    await holder.see("Pass CB-0005 is active")
    await holder.plug_in()
    assert await holder.swipe("04A27F55") == "Welcome, please plug in."
    notice = await holder.see("A charge has begun with your pass CB-0005", button="Stop charging")
    assert notice.buzz
    await holder.press(notice, "Stop charging")
    question = await holder.see("Stop charging?", button="Stop now")
    holder.card_id = question.id
    await holder.press(question, "Stop now")
    await holder.finish()
    assert len(await holder.sessions()) == 1
    assert not await holder.starts()


async def test_a_lost_pass_starts_nothing_any_more_neither_here_nor_at_a_reader(holder):
    await holder.link("CB-0006")
    wallet = await holder.see("Pass CB-0006 is active")
    await holder.press(wallet, "Pass CB-0006")
    await holder.press(await holder.see(button="Report it lost"), "Report it lost")
    await holder.press(await holder.see("Block pass CB-0006?"), "Yes, block it")
    await holder.see("Pass CB-0006 is blocked")
    assert await holder.swipe("04A27F66") == "This card is not accepted."
    await holder.press_start()
    await holder.see("Your pass is blocked", button="My passes")
    assert not await holder.starts()


async def test_of_two_passes_the_driver_chooses_which_one_is_used(holder):
    await holder.link("CB-0008")
    await holder.see("Pass CB-0008 is active")
    await holder.link("CB-0009")
    wallet = await holder.see("CB-0008, used for your charges")
    await holder.press(wallet, "Pass CB-0009")
    await holder.press(await holder.see(button="Use this one"), "Use this one")
    await holder.see("CB-0009, used for your charges")
    await holder.charge()
    assert [start["body"]["token"]["visual_number"] for start in await holder.starts()] == ["CB-0009"]
