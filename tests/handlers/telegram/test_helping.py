"""Help at the door: /help and the cards behind it, with the numbers of the station and of us."""

from bot.domain.charge import Answer
from bot.domain.errors import Why
from bot.domain.ids import DriverId
from bot.ports import Lane
from tests.handlers.telegram.at_the_door import town

OPERATOR = {"help_phone": "+31 20 555 0199", "operator": "City Charging"}


async def test_help_explains_the_ten_steps_and_every_page_takes_the_place_of_the_one_before():
    async with town() as place:
        driver = await place.driver()
        await driver.say("/help")
        steps = await driver.wait_message("Ten steps to charge")
        for press, title in (
            ("Not started", "It has not started"),
            ("Charging, but…", "It has started, but something is wrong"),
            ("It does not stop", "It does not stop"),
            ("Cable is stuck", "The cable is stuck"),
            ("Talk to a human", "Talk to a human"),
        ):
            await driver.press(steps, steps.button_like(press))
            page = await driver.wait_message(title)
            assert page.id == steps.id
            await driver.press(page, page.button_like("Back to help"))
            steps = await driver.wait_message("Ten steps to charge")


async def test_a_running_charges_help_comes_beside_its_card_and_leads_back_to_it():
    async with town() as place:
        await place.change_station(**OPERATOR)
        driver = await place.driver()
        card, _ = await place.to_charging(driver)
        await driver.press(card, card.button_like("Help"))
        page = await driver.wait_message("It has started, but something is wrong")
        assert page.id != card.id
        assert "City Charging says that its number is:\n+31205550199" in page.text
        assert "Our hotline:\n+31205550100\nAnswered day and night" in page.text
        await driver.press(page, page.button_like("It does not stop"))
        stops = await driver.wait_message("Swipe your charging card")
        assert stops.id == page.id
        asked = len(place.gateway.pulls)
        await driver.press(stops, stops.button_like("Ask the station"))
        live = await driver.wait_message("⚡ Charging", where=lambda m: m.has_button("⏹ Stop charging"))
        assert live.id == page.id
        assert len(place.gateway.pulls) > asked, "a press asks the operator itself"


async def test_a_refused_start_offers_what_to_do_and_who_helps():
    async with town() as place:
        await place.change_station(**OPERATOR)
        driver = await place.driver()
        place.gateway.starting.append(Answer(Why.REJECTED))
        price = await place.to_price(driver)
        await driver.press(price, "⚡ Start charging")
        card = await driver.wait_message("It did not start")
        await driver.press(card, card.button_like("What can I do?"))
        page = await driver.wait_message("It has not started")
        assert page.id == card.id
        assert "+31205550199" in page.text
        await driver.press(page, page.button_like("Talk to a human"))
        human = await driver.wait_message("We help at our hotline:")
        assert "+31205550100" in human.text
        assert "Answered day and night" in human.text


async def test_help_without_a_charge_is_help_in_general_whoever_else_charges():
    async with town() as place:
        anna, ben = await place.driver("Anna"), await place.driver("Ben")
        _, charge = await place.to_charging(anna)
        await ben.say("/help")
        steps = await ben.wait_message("Ten steps to charge")
        await ben.press(steps, steps.button_like("It does not stop"))
        page = await ben.wait_message("Swipe your charging card")
        assert charge.place.title not in page.text
        assert not page.has_button("Ask the station")


async def test_where_the_number_is_printed_is_a_picture_that_can_be_put_away():
    async with town() as place:
        driver = await place.driver()
        await driver.say("/help")
        steps = await driver.wait_message("Ten steps to charge")
        await driver.press(steps, "Find the number")
        picture = await driver.wait_message("Where is the number of a connector?")
        assert picture.kind == "photo"
        await driver.press(picture, "Close the picture")
        assert await driver.wait_message("Ten steps to charge", anytime=True)


async def test_from_the_message_that_it_does_not_stop_one_tap_leads_to_what_to_do_and_whom_to_call():
    async with town() as place:
        await place.change_station(**OPERATOR)
        driver = await place.driver()
        _, charge = await place.to_charging(driver)
        charge = await place.charge(charge)
        await place.notice(driver, "stays_on", charge, lane=Lane.STOP)
        told = await driver.wait_message("The station does not stop.")
        await place.charging.stop(DriverId(driver.id), charge.id)
        await driver.press(told, told.button_like("Help"))
        page = await driver.wait_message("Try these, in this order:")
        assert "It does not stop" in page.text
        assert "+31205550199" in page.text
        assert "Our hotline" in page.text or "Call our hotline" in page.text


async def test_at_the_end_of_a_charge_a_cable_that_is_stuck_has_its_own_steps():
    async with town() as place:
        await place.change_station(**OPERATOR)
        driver = await place.driver()
        card, _ = await place.to_ended(driver)
        await driver.press(card, "Cable is stuck")
        page = await driver.wait_message("Unlock the car, with the key, several times")
        assert "Never pull with force" in page.text
        assert "+31205550199" in page.text
