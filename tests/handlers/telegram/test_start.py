from decimal import Decimal

from bot.domain.charge import Answer
from bot.domain.errors import Why
from bot.domain.ids import DriverId
from tests.handlers.telegram.at_the_door import STICKER, town


async def driver_of(t, person):
    return await t.database.read(
        lambda uow: (uow.drivers.get(DriverId(person.id)), uow.drivers.passes(DriverId(person.id)))
    )


async def test_a_new_driver_is_greeted_and_gets_a_pass_once():
    async with town() as t:
        ana = await t.driver("Ana", "nl")
        for _ in range(2):
            await ana.start()
            await ana.wait_message("Hallo Ana.")
        driver, passes = await driver_of(t, ana)
        assert (driver.first_name, driver.language) == ("Ana", "nl")
        assert len(passes) == 1


async def test_a_driver_who_never_said_start_can_charge_all_the_same():
    async with town() as t:
        ana = await t.driver()
        await t.to_waiting(ana)
        _, passes = await driver_of(t, ana)
        assert len(passes) == 1


async def test_a_name_made_of_markup_is_only_a_name():
    async with town() as t:
        ana = await t.driver("<b>{0}</b>&")
        await ana.start()
        hello = await ana.wait_message("Hello <b>{0}</b>&.")
        assert "&lt;b&gt;" in hello.html


async def test_a_returning_driver_sees_the_running_charge_first_and_only_it():
    async with town() as t:
        ana = await t.driver()
        old, charge = await t.to_charging(ana)
        await ana.start()
        fresh = await ana.wait_message("⚡ Charging", where=lambda m: m.id > old.id)
        assert fresh.has_button("⏹ Stop charging")
        assert not any("Where is your car?" in m.text for m in await ana.messages())
        retired = await ana.wait_message("This charge is shown in another message.")
        assert (retired.id, retired.buttons) == (old.id, [])
        await t.push(charge, kwh=Decimal("2.25"))
        await ana.wait_message("2.25 kWh", where=lambda m: m.id == fresh.id)


async def test_the_pin_follows_the_card():
    async with town() as t:
        ana = await t.driver()
        old, _ = await t.to_charging(ana)
        await ana.wait_for(lambda chat: chat["pinned"] == [old.id])
        await ana.start()
        fresh = await ana.wait_message("⚡ Charging", where=lambda m: m.id > old.id)
        await ana.wait_for(lambda chat: chat["pinned"] == [fresh.id])


async def test_coming_back_after_deleting_the_chat_leaves_no_words_about_the_old_card():
    async with town() as t:
        ana = await t.driver()
        await t.to_charging(ana)
        await ana.delete_chat()
        await ana.start()
        await ana.wait_message("⚡ Charging")
        await t.quiet()
        assert not any("another message" in m.text for m in await ana.messages())


async def test_once_it_is_over_start_asks_where_the_car_is():
    async with town() as t:
        ana = await t.driver()
        await t.to_ended(ana)
        await ana.start()
        await ana.wait_message("Where is your car?")


async def test_after_a_start_that_failed_one_press_leads_to_the_next_station():
    async with town() as t:
        ana = await t.driver()
        t.gateway.starting.append(Answer(Why.REJECTED, message="<i>Wartung</i>"))
        price = await t.to_price(ana, STICKER)
        await ana.press(price, "⚡ Start charging")
        card = await ana.wait_message("✖ It did not start")
        assert "The operator writes: <i>Wartung</i>" in card.text
        await ana.press(card, "Look for a station")
        await ana.wait_message("Where is your car?")


async def test_only_start_greets_and_find_just_asks_where_the_car_is():
    async with town() as t:
        ana = await t.driver()
        await ana.start()
        await ana.wait_message("Hello Ana.")
        await ana.say("/find")
        await ana.wait_message("Where is your car?", where=lambda m: "Hello" not in m.text)
        assert await ana.keyboard() == [["📍 Share my location", "★ Favourites"]]
