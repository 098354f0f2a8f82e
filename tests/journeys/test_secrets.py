"""What no log may hold is in none after a whole run, and a driver's own document holds no secret of ours."""

import json

import pytest
import pytest_asyncio

from sandbox.world import TOKEN
from tests.journeys.test_passes import Holder
from tests.journeys.town import open_town

pytestmark = pytest.mark.asyncio(loop_scope="module")

CODE, WRONG_CODE = "QX7L-20WA", "WR0N-GC0D"
NUMBER, UID = "CB-7301", "04A27F7301"
PLACE = (52.371305, 4.904217)
PHONE = "31655500177"
COMMENT = "the bay smelled of marzipan"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def town(tmp_path_factory):
    async with open_town(tmp_path_factory.mktemp("secrets")) as town:
        file = town.world.folder / "passes.csv"
        file.write_text(f"number,activation_code,status,uid\n{NUMBER},{CODE},received,{UID}\n")
        assert "1 new" in await town.world.command("passes", "import", str(file))
        yield town


async def export(driver):
    await driver.person.say("/settings")
    await driver.press(await driver.see("Settings", button="My data"), "My data")
    await driver.press(await driver.see("Your data", button="Send me all of it"), "Send me all of it")
    told = await driver.see("All that we store about you")
    return json.loads(await driver.world.telegram.download(told.raw["document"]["file_id"]))


async def test_a_whole_run_leaves_no_secret_in_the_log_nor_in_the_drivers_own_document(town):
    plain = await town.driver("Zebulon")
    driver = Holder(town.world, plain.person, await town.world.street.evse(plain.evse))
    await driver.person.share_location(*PLACE)
    await driver.see("station")
    await driver.person.send("contact", {"phone_number": PHONE, "first_name": "Zebulon"})
    await driver.see("I cannot read this")
    await driver.link(NUMBER, WRONG_CODE)
    await driver.see("do not belong together")
    await driver.link(NUMBER, CODE)
    await driver.see(f"Pass {NUMBER} is active")
    await driver.charge()
    receipt = await driver.see("Receipt")
    await driver.press(receipt, "2")
    await driver.press(await driver.see("Thank you: 2 of 5."), "Add a comment")
    await driver.see("Please type it")
    await driver.person.say(COMMENT)
    await driver.see("that is noted")
    document = await export(driver)

    [partner] = town.world.operator.partners.registered()
    keys = [partner.theirs_to_us, partner.ours_to_them, TOKEN, TOKEN.partition(":")[2], town.world._secret]
    [start] = await driver.starts()
    token = start["body"]["token"]["uid"]
    secrets = [*keys, CODE, WRONG_CODE, "QX7L20WA"]
    private = [NUMBER, UID, token, PHONE, COMMENT, "Zebulon", *(str(part)[:6] for part in PLACE)]
    log = town.world.log.read_text()
    assert [word for word in secrets + private if word in log] == []
    assert "is ready" in log
    assert "Traceback" not in log

    written = json.dumps(document)
    assert COMMENT in written
    assert NUMBER in written
    assert [word for word in secrets if word in written] == []
    names = set(_names(document))
    assert {name for name in names if "secret" in name or "hash" in name or name == "keys"} == set()


def _names(value):
    if isinstance(value, dict):
        for name, part in value.items():
            yield name
            yield from _names(part)
    elif isinstance(value, list):
        for part in value:
            yield from _names(part)
