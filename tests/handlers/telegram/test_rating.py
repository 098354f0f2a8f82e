"""What a driver says afterwards: one tap on the receipt, and more for who wants."""

from bot.domain.feedback import FaultKind
from tests.handlers.telegram.at_the_door import town
from tests.handlers.telegram.test_history import charged


async def said(place):
    return await place.database.read(lambda uow: (uow.feedback.ratings(9), uow.feedback.reports(9)))


async def test_one_tap_rates_and_a_comment_may_follow():
    async with town() as place:
        driver = await place.driver()
        charge = await charged(place, driver)
        receipt = await driver.wait_message("How did it go?", anytime=True)
        await driver.press(receipt, "4")
        thanks = await driver.wait_message("Thank you: 4 of 5.")
        assert not thanks.has_button("Talk to a human")
        await driver.press(thanks, "Add a comment")
        await driver.wait_message("Please type it")
        await driver.say("NL*CIT*E3256*1 is fine <b>!")
        await driver.wait_message("that is noted")
        [rating], _ = await said(place)
        assert (rating.charge_id, rating.stars, rating.comment) == (charge.id, 4, "NL*CIT*E3256*1 is fine <b>!")


async def test_a_bad_rating_is_offered_a_human_and_a_second_tap_changes_it():
    async with town() as place:
        driver = await place.driver()
        await charged(place, driver)
        receipt = await driver.wait_message("How did it go?", anytime=True)
        await driver.press(receipt, "1")
        thanks = await driver.wait_message("We are sorry.")
        assert thanks.has_button("Talk to a human")
        await driver.press(receipt, "5")
        await driver.wait_message("Thank you: 5 of 5.")
        assert [rating.stars for rating in (await said(place))[0]] == [5]


async def test_the_question_is_asked_once():
    async with town() as place:
        driver = await place.driver()
        await charged(place, driver)
        receipt = await driver.wait_message("How did it go?", anytime=True)
        await driver.press(receipt, "3")
        await driver.wait_message("Thank you: 3 of 5.")
        await driver.say("/history")
        await driver.press(await driver.wait_message("Your charges"), "1")
        await driver.press(await driver.wait_message("Cost:"), "Receipt C1")
        again = await driver.wait_message("🧾 Receipt")
        assert "How did it go?" not in again.text
        assert not again.has_button("3")


async def test_a_fault_is_reported_with_its_connector_and_described():
    async with town() as place:
        driver = await place.driver()
        charge = await charged(place, driver)
        await driver.say("/history")
        await driver.press(await driver.wait_message("Your charges"), "1")
        await driver.press(await driver.wait_message("Cost:"), "Report a fault")
        question = await driver.wait_message("What is wrong here?")
        await driver.press(question, "Plug or cable broken")
        noted = await driver.wait_message("it is noted as report 1")
        await driver.press(noted, "Add a comment")
        await driver.wait_message("Please type it")
        await driver.say("the pin is bent")
        await driver.wait_message("that is noted")
        _, [report] = await said(place)
        assert (report.kind, report.comment) == (FaultKind.PLUG_BROKEN, "the pin is bent")
        assert report.evse_uid == charge.place.evse_uid
