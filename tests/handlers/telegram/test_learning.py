from bot.domain.catalogue import DriverAnswer, Question
from tests.handlers.telegram.at_the_door import STICKER, town
from tests.samples import PARTY


async def said(t):
    return await t.database.read(lambda uow: uow.networks.answers(PARTY))


async def test_two_taps_after_a_charge_tell_the_next_driver():
    async with town() as t:
        ana, ben = await t.driver("Ana"), await t.driver("Ben")

        def earlier(uow):
            for question, answer in ((Question.ORDER, "plug_first"), (Question.SPOT, "plate")):
                for driver_id in (91, 92):
                    uow.networks.note_answer(DriverAnswer(PARTY, question, driver_id, answer, t.clock.now()))

        await t.database.write(earlier)
        _, charge = await t.to_ended(ana)
        await t.bill(charge)
        asked = await ana.wait_message("One tap for the next driver", anytime=True)
        assert not asked.buzz
        await ana.press(asked, "Plug came first")
        second = await ana.wait_message("where did you find the identifier?", where=lambda m: m.id == asked.id)
        await ana.press(second, "Plate on the side")
        await ana.wait_message("this helps those who come after you", where=lambda m: m.id == asked.id)
        assert await said(t) == {Question.ORDER: {"plug_first": 3}, Question.SPOT: {"plate": 3}}
        await ben.say(STICKER)
        question = await ben.wait_message("Does the station say this?")
        assert "🔌 Plug in first" in question.text
        assert "Drivers say: plug in first (3 of 3)." in question.text
        await ben.press(question, "Where do I find it?")
        await ben.wait_message("Drivers found it on a plate on the side (3 of 3).")


async def test_who_does_not_know_is_not_asked_again():
    async with town() as t:
        ana = await t.driver()
        _, charge = await t.to_ended(ana)
        await t.bill(charge)
        asked = await ana.wait_message("One tap for the next driver", anytime=True)
        await ana.press(asked, "I do not know")
        await ana.wait_message("Thank you", where=lambda m: m.id == asked.id)
        assert await said(t) == {Question.ORDER: {}, Question.SPOT: {}}
