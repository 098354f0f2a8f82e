"""A driver takes all their data along and is forgotten, down to the bytes in the database."""

import sqlite3

import pytest
import pytest_asyncio

from tests.journeys.town import open_town

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def town(tmp_path_factory):
    async with open_town(tmp_path_factory.mktemp("leaving")) as town:
        yield town


async def open_data(driver):
    await driver.person.say("/settings")
    await driver.press(await driver.see("Settings", button="My data"), "My data")
    return await driver.see("Your data", button="Delete account")


async def delete(driver):
    await driver.press(await open_data(driver), "Delete account")
    await driver.press(await driver.see("Delete your account?"), "Yes, delete it")
    await driver.press(await driver.see("Really delete it?"), "Delete for good")


def stored(town, *names):
    """Where in the database any of these words is, as table and row."""
    with sqlite3.connect(town.world.folder / "chargebot.db") as db:
        tables = [name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        rows = [(table, row) for table in tables for row in db.execute(f'SELECT * FROM "{table}"')]
    return [(table, row) for table, row in rows if any(name in str(row) for name in names)]


async def test_all_data_comes_as_a_document_and_after_two_questions_nothing_of_the_driver_is_left(town):
    driver = await town.driver("Zebedee")
    await driver.charge()
    await driver.press(await open_data(driver), "Send me all of it")
    document = await driver.see("All that we store about you")
    assert document.raw["document"]["file_name"] == "chargebot-my-data.json"
    assert any("Zebedee" in str(row) for _, row in stored(town, "Zebedee"))
    await delete(driver)
    await driver.see("Your account is deleted")
    bills = [table for table, _ in stored(town, (await driver.bill())["id"])]
    assert "cdrs" in bills
    left = [table for table, _ in stored(town, "Zebedee", str(driver.person.id))]
    assert set(left) <= {"inbox", "attempts"}, "the press, and used-up tries, until they are tidied away"


async def test_a_running_charge_is_finished_first(town):
    driver = await town.driver("Yolanda")
    await driver.start()
    await delete(driver)
    waiting = await driver.see("as soon as your charge has ended", button="Keep my account")
    await driver.press(waiting, "Keep my account")
    await driver.see("Your data", button="Delete account")
    await driver.stop()
    await driver.finish()
    await driver.person.say("/start")
    assert stored(town, "Yolanda")
