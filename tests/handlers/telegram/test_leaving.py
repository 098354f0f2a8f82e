"""What is left of a driver who left: nobody is told anything any more, and who comes back begins anew."""

from decimal import Decimal

from bot.domain.money import Price
from tests.handlers.telegram.at_the_door import town


async def leave(t, driver):
    await driver.say("/settings")
    screen = await driver.wait_message("Settings")
    await driver.press(screen, screen.button_like("My data"))
    screen = await driver.wait_message(where=lambda m: m.has_button("Delete account"))
    await driver.press(screen, "Delete account")
    screen = await driver.wait_message(where=lambda m: m.has_button("Yes, delete it"))
    await driver.press(screen, "Yes, delete it")
    screen = await driver.wait_message(where=lambda m: m.has_button("Delete for good"))
    await driver.press(screen, "Delete for good")
    return await driver.wait_message(where=lambda m: m.id == screen.id and not m.has_button("Delete for good"))


async def chats(t, since=0):
    return {call["args"]["chat_id"] for call in (await t.people.calls())[since:] if "chat_id" in call["args"]}


async def test_a_bill_that_is_corrected_after_its_driver_left_is_told_to_nobody():
    async with town() as t:
        ana = await t.driver()
        _, charge = await t.to_ended(ana)
        await t.bill(charge)
        await ana.wait_message("Receipt")
        await t.quiet()
        await leave(t, ana)
        await t.quiet()
        before = len(await t.people.calls())
        await t.bill(
            charge,
            id="C2",
            credit=True,
            credits_id="C1",
            total_cost=Price.of("EUR", Decimal("-9.00"), Decimal("-10.89")),
        )
        await t.quiet()
        assert await chats(t) == {str(ana.id)}
        assert await chats(t, before) == set()
        assert await t.waiting_notices() == []


async def test_who_comes_back_finds_every_button_working_again():
    async with town() as t:
        ana = await t.driver()
        await ana.say("/settings")
        screen = await ana.wait_message("Settings")
        labels = [label for row in screen.buttons for label in row]
        await leave(t, ana)
        await t.quiet()
        await ana.start()
        await ana.wait_message("Where is your car?")
        for label in labels:
            await ana.say("/settings")
            screen = await ana.wait_message("Settings", where=lambda m: m.has_button(labels[0]))
            answer = await (await ana.press(screen, label)).answer()
            assert "old message" not in (answer.text or ""), label
