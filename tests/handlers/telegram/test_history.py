"""Looking back at the door: the past as screens that take each other's place, and as files."""

from decimal import Decimal

from bot.domain.charge import State
from bot.domain.ids import CdrId
from bot.domain.money import Price
from bot.domain.session import SessionStatus
from tests.handlers.telegram.at_the_door import town


async def charged(place, driver):
    """A charge that has ended and was billed."""
    _, charge = await place.to_ended(driver)
    await place.bill(charge)
    await driver.wait_message("🧾 Receipt")
    return charge


async def test_the_way_through_the_past_and_back():
    async with town() as place:
        driver = await place.driver()
        charge = await charged(place, driver)
        await driver.say("/history")
        past = await driver.wait_message("Your charges", where=lambda m: m.has_button("1"))
        await driver.press(past, "1")
        one = await driver.wait_message("Cost: €10.89 incl. VAT")
        assert one.id == past.id
        await driver.press(one, "Receipt C1")
        receipt = await driver.wait_message("Total €10.89 incl. VAT", where=lambda m: m.id == past.id)
        await driver.press(receipt, "Timeline")
        told = await driver.wait_message("You pressed start for")
        assert charge.id in told.text
        await driver.press(told, "Later →")
        later = await driver.wait_message("The operator's records", where=lambda m: m.id == past.id)
        await driver.press(later, "Back")
        one = await driver.wait_message("Cost: €10.89", where=lambda m: m.id == past.id)
        await driver.press(one, "All charges")
        past = await driver.wait_message("Your charges")
        await driver.press(past, "Months")
        month = await driver.wait_message("1 charge\n", where=lambda m: m.id == past.id)
        assert "in all" in month.text


async def test_every_file_comes_as_a_document_under_its_name():
    async with town() as place:
        driver = await place.driver()
        await charged(place, driver)
        receipt = await driver.wait_message("🧾 Receipt", anytime=True)
        await driver.press(receipt, "As a PDF")
        await driver.wait_message(where=lambda m: m.kind == "document")
        await driver.say("/history")
        past = await driver.wait_message("Your charges")
        await driver.press(past, "All as a table")
        await driver.wait_message(where=lambda m: m.kind == "document")
        await driver.press(past, "Months")
        month = await driver.wait_message("1 charge\n")
        for name in ("As a table", "As a PDF"):
            await driver.press(month, name)
            await driver.wait_message(where=lambda m: m.kind == "document")
        sent = await place.people.calls("sendDocument")
        assert len(sent) == 4


async def test_somebody_without_a_past_is_told_so():
    async with town() as place:
        driver = await place.driver()
        await driver.say("/history")
        await driver.wait_message("You have not charged with us yet.")


async def test_a_late_bill_changes_what_the_end_card_says_of_it():
    async with town() as place:
        driver = await place.driver()
        _, charge = await place.to_ended(driver)
        card = await driver.wait_message("The receipt follows", anytime=True)
        for hours in (0.2, 1, 3, 27):
            place.let_pass(hours * 3600)
            await place.quiet()
        late = await driver.wait_message("still waiting for the operator's bill", anytime=True)
        assert late.id == card.id
        assert (await place.charge(charge)).state is State.ENDED


async def test_a_corrected_bill_says_what_all_come_to():
    async with town() as place:
        driver = await place.driver()
        charge = await charged(place, driver)
        negative = Price.of("EUR", Decimal("-9.00"), Decimal("-10.89"))
        await place.bill(charge, id=CdrId("C2"), credit=True, credits_id=CdrId("C1"), total_cost=negative)
        await driver.wait_message("Credit note")
        await place.bill(charge, id=CdrId("C3"), total_cost=Price.of("EUR", Decimal("8.00"), Decimal("9.68")))
        corrected = await driver.wait_message("Corrected receipt")
        assert "With all bills and credits of this charge: €9.68 incl. VAT" in corrected.text


async def test_a_second_bill_is_held_and_the_past_says_that_it_is_being_checked():
    async with town() as place:
        driver = await place.driver()
        charge = await charged(place, driver)
        await place.bill(charge, id=CdrId("C2"))
        await driver.say("/history")
        past = await driver.wait_message("Your charges")
        assert "the bill is being checked" in past.text


async def test_a_voided_session_is_no_cost():
    async with town() as place:
        driver = await place.driver()
        _, charge = await place.to_charging(driver)
        await place.push(charge, SessionStatus.INVALID, end=place.clock.now())
        await driver.wait_message("The operator has voided this session", anytime=True)
        await driver.say("/history")
        past = await driver.wait_message("Your charges")
        assert "voided by the operator" in past.text
