"""After a charge, with the real bot: its receipt, its rating, the past with its files, and what people hear of it."""

import csv
import io
from decimal import ROUND_HALF_UP, Decimal

import pytest
import pytest_asyncio

from sandbox.world import NETWORKS
from tests.handlers.documents.reader import words as words_of
from tests.journeys.town import open_town

CENT = Decimal("0.01")
WITH_A_FEE = """[[networks]]
party = "NL-HAV"
name = "Havermonde Laadnet"
[networks.fee]
currency = "EUR"
per_start = "0.35"
percent = "10"
vat = "21"
vat_included = true
"""

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def town(tmp_path_factory):
    async with open_town(tmp_path_factory.mktemp("after")) as town:
        yield town


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def driver(town):
    """Somebody who has charged once, and has the receipt."""
    driver = await town.driver()
    await driver.start()
    await driver.stop()
    await driver.see_end()
    driver.receipt = await driver.see_receipt()
    await driver.unplug()
    return driver


async def file_of(driver, message, button):
    """The bytes that a press brings."""
    await driver.press(message, button)
    sent = await driver.person.wait_message(where=lambda m: m.kind == "document", patience=driver.patience)
    return await driver.world.telegram.download(sent.raw["document"]["file_id"])


async def past(driver):
    await driver.person.say("/history")
    return await driver.see("Your charges", button="1")


async def test_the_receipt_names_the_bot_and_asks_how_it_went(driver):
    assert "We never ask for card numbers in this chat." in driver.receipt.text
    assert "How did it go?" in driver.receipt.text


async def test_one_tap_and_a_comment_reach_the_people_who_run_the_bot(driver):
    await driver.press(driver.receipt, "2")
    thanks = await driver.see("Thank you: 2 of 5.", button="Talk to a human")
    await driver.press(thanks, "Add a comment")
    await driver.see("Please type it")
    await driver.person.say("the screen was dark")
    await driver.see("that is noted")
    assert "2 of 5" in (listed := await driver.world.command("reports"))
    assert "the screen was dark" in listed


async def test_a_fault_of_the_connector_reaches_them_too(driver):
    await driver.press(await past(driver), "1")
    await driver.press(await driver.see("Cost:"), "Report a fault")
    await driver.press(await driver.see("What is wrong here?"), "Screen or reader dead")
    await driver.see("it is noted as report")
    assert f"screen_dead  {driver.sticker}" in await driver.world.command("reports")


async def test_the_past_as_a_table_has_the_operators_amount_to_the_cent(driver):
    head, row = list(
        csv.reader(io.StringIO((await file_of(driver, await past(driver), "All as a table")).decode("utf-8-sig")))
    )
    told = dict(zip(head, row, strict=True))
    bill = await driver.bill()
    assert Decimal(told["Total with VAT"]) == Decimal(str(bill["total_cost"]["incl_vat"])).quantize(CENT)
    assert Decimal(told["kWh"]) == Decimal(str(bill["total_energy"]))
    assert told["Bills"] == bill["id"]


async def test_the_month_and_the_receipt_can_be_printed(driver):
    await driver.press(await past(driver), "Months")
    month = await driver.see("1 charge\n", button="As a PDF")
    assert "Charges in" in words_of(await file_of(driver, month, "As a PDF"))
    bill = await driver.bill()
    assert bill["id"] in words_of(await file_of(driver, driver.receipt, "As a PDF"))


async def test_the_timeline_has_every_answer_of_the_operator_and_the_price_agreed_to(driver):
    await driver.press(await past(driver), "1")
    await driver.press(await driver.see("Cost:"), "Timeline")
    first = await driver.see("The price you agreed to", button="As a PDF")
    told = words_of(await file_of(driver, first, "As a PDF"))
    for sentence in (
        "You pressed start for",
        "The operator answered the start: accepted",
        "The operator reported that it is charging",
        "You asked to stop",
        "The operator answered the stop: accepted",
        "The operator reported the end",
        "The operator's bill came",
    ):
        assert sentence in told
    [session] = await driver.sessions()
    assert session["id"] in told


async def test_nobody_else_has_this_past(town, driver):
    del driver
    other = await town.driver("Ben")
    await other.person.say("/history")
    await other.see("You have not charged with us yet.")


async def test_our_fee_is_agreed_to_before_and_told_to_the_cent_after(town):
    file = town.world.folder / "networks.toml"
    file.write_text(WITH_A_FEE)
    await town.world.command("networks", "import", str(file))
    driver = await town.driver("Cem")
    try:
        price = await driver.ask_price()
        assert "our fee: €0.35 per start" in price.text
        assert "our fee: 10% of the operator's price" in price.text
        assert "With our fee: €" in (await driver.start()).text
        await driver.stop()
        receipt = await driver.see_receipt()
    finally:
        await town.world.command("networks", "import", str(NETWORKS))
    asked = Decimal(str((await driver.bill())["total_cost"]["incl_vat"]))
    share = (asked / 10).quantize(CENT, ROUND_HALF_UP)
    in_all = asked.quantize(CENT, ROUND_HALF_UP) + Decimal("0.35") + share
    assert "Our fee for the start: €0.35 incl. VAT" in receipt.text
    assert f"Our fee, 10% of the operator's price: €{share} incl. VAT" in receipt.text
    assert f"To pay in all €{in_all} incl. VAT" in receipt.text
    assert f"To pay in all €{in_all} incl. VAT" in words_of(await file_of(driver, receipt, "As a PDF"))
    table = (await file_of(driver, await past(driver), "All as a table")).decode("utf-8-sig")
    [told] = csv.DictReader(io.StringIO(table))
    assert Decimal(told["Our fee with VAT"]) == Decimal("0.35") + share
