from dataclasses import replace
from decimal import Decimal

from bot.domain.charge import Answer, State
from bot.domain.errors import Why
from bot.domain.session import SessionStatus
from tests.handlers.telegram.at_the_door import HARBOUR, STICKER, town, until


async def test_stopping_takes_two_presses_and_keeping_on_takes_one():
    async with town() as t:
        ana = await t.driver()
        card, charge = await t.to_charging(ana)
        await ana.press(card, "⏹ Stop charging")
        asked = await ana.wait_message("Stop charging?", where=lambda m: m.id == card.id)
        assert STICKER in asked.text
        assert "1.50 kWh so far" in asked.text
        await ana.press(asked, "Keep charging")
        await ana.wait_message("⚡ Charging", where=lambda m: m.id == card.id)
        assert (await t.charge(charge)).stop_wanted_at is None


async def test_while_the_driver_is_asked_new_data_leaves_the_question_on_the_card():
    async with town() as t:
        ana = await t.driver()
        card, charge = await t.to_charging(ana)
        await ana.press(card, "⏹ Stop charging")
        await ana.wait_message("Stop charging?")
        await t.push(charge, kwh=Decimal("2.75"))
        asked = await ana.wait_message("2.75 kWh so far")
        await ana.press(asked, "⏹ Stop now")
        await ana.wait_message("⏹ Stopping…")


async def test_a_yes_counts_whatever_was_typed_or_searched_in_between():
    async with town() as t:
        ana = await t.driver()
        card, charge = await t.to_charging(ana)
        await ana.press(card, "⏹ Stop charging")
        asked = await ana.wait_message("Stop charging?")
        await ana.share_location(*HARBOUR)
        await ana.wait_message("Nearest stations")
        await ana.say("NL*CIT*E3257*1")
        await ana.wait_message("Does the station say this?")
        await ana.press(asked, "⏹ Stop now")
        await ana.wait_message("⏹ Stopping…")
        assert (await t.charge(charge)).state is State.STOPPING


async def test_a_charge_that_ends_while_the_question_stands_shows_its_end():
    async with town() as t:
        ana = await t.driver()
        card, charge = await t.to_charging(ana)
        await ana.press(card, "⏹ Stop charging")
        asked = await ana.wait_message("Stop charging?")
        await t.push(charge, SessionStatus.COMPLETED, end=t.clock.now())
        await ana.wait_message("✅ Charging has ended", where=lambda m: m.id == asked.id)


async def test_yesterdays_stop_button_never_stops_todays_charge():
    async with town() as t:
        ana = await t.driver()
        _, old = await t.to_waiting(ana)
        t.let_pass(130)
        await ana.wait_message("❔ Your start was not confirmed.")
        await t.push(old)
        late = await ana.wait_message("⚡ It did start after all.")
        await t.push(old, SessionStatus.COMPLETED, end=t.clock.now())
        await ana.wait_message("✅ Charging has ended")
        _, new = await t.to_charging(ana)
        await ana.press(late, "⏹ Stop charging")
        ended = await ana.wait_message("✅ Charging has ended", where=lambda m: m.id == late.id)
        assert not ended.has_button("Stop charging")
        assert (await t.charge(new)).stop_wanted_at is None
        assert not t.gateway.stops


async def test_a_yes_that_comes_after_the_end_shows_the_end():
    async with town() as t:
        ana = await t.driver()
        card, charge = await t.to_charging(ana)
        await ana.press(card, "⏹ Stop charging")
        asked = await ana.wait_message("Stop charging?")
        before = t.charging.stop

        async def ends_first(*wish):
            await t.push(charge, SessionStatus.COMPLETED, end=t.clock.now())
            return await before(*wish)

        t.charging.stop = ends_first
        await ana.press(asked, "⏹ Stop now")
        await ana.wait_message("✅ Charging has ended", where=lambda m: m.id == card.id)
        await t.quiet()
        assert not any("ended already" in m.text for m in await ana.messages())


async def test_cancelling_before_the_answer_keeps_the_wish():
    async with town() as t:
        ana = await t.driver()
        card, charge = await t.to_waiting(ana)
        await ana.press(card, "Cancel the start")
        await ana.wait_message("You want to stop: that will be sent as soon as the station confirms.")
        await t.push(charge)
        await until(lambda: t.gateway.stops)
        await ana.wait_message("⏹ Stopping…")


async def test_cancelling_before_anything_was_sent_starts_nothing():
    async with town() as t:
        ana = await t.driver()
        t.charging.send_start = _never
        price = await t.to_price(ana)
        await ana.press(price, "⚡ Start charging")
        card = await ana.wait_message("Getting ready to start…")
        await ana.press(card, "Cancel the start")
        gone = await ana.wait_message("You cancelled before anything was sent to the station.")
        assert "Nothing is running and there is nothing to pay." in gone.text
        assert not t.gateway.starts


async def _never(charge_id):
    del charge_id


async def test_refresh_asks_the_operator_and_shows_what_it_says():
    async with town() as t:
        ana = await t.driver()
        card, charge = await t.to_charging(ana)
        session = await t.database.read(lambda uow: uow.sessions.get(uow.charges.get(charge.id).session_key))
        t.gateway.list(replace(session, kwh=Decimal("7.5"), last_updated=t.clock.now()))
        await ana.press(card, "Refresh")
        await ana.wait_message("7.50 kWh", where=lambda m: m.id == card.id)


async def test_a_stop_that_does_not_take_ends_in_words_about_what_to_do():
    async with town() as t:
        ana = await t.driver()
        t.gateway.usual_stop = Answer(Why.REJECTED)
        card, _ = await t.to_charging(ana)
        await ana.press(card, "⏹ Stop charging")
        await ana.press(await ana.wait_message("Stop charging?"), "⏹ Stop now")
        await until(lambda: t.gateway.stops)
        t.let_pass(16)
        told = await ana.wait_message("⚠ The station does not stop.", where=lambda m: m.buzz)
        assert "Our hotline: +31 20 555 0100" in told.text
        await ana.wait_message("⏹ Stopping…", where=lambda m: "Press stop at the station" in m.text)


async def test_stopping_from_a_new_message_makes_that_the_card():
    async with town() as t:
        ana = await t.driver()
        old, charge = await t.to_waiting(ana)
        t.let_pass(70)
        await t.push(charge, evse_uid="3257")
        warned = await ana.wait_message("reports another connector")
        await ana.press(warned, "⏹ Stop charging")
        await ana.wait_message("Stop charging?", where=lambda m: m.id == warned.id)
        await ana.wait_message("This charge is shown in another message.", where=lambda m: m.id == old.id)
        card = await t.card(charge)
        assert card is not None
        assert card.message_id == warned.id


async def test_a_progress_edit_of_the_same_instant_does_not_overwrite_the_question():
    async with town() as t:
        ana = await t.driver()
        card, charge = await t.to_charging(ana)
        put, pressed = t.notifier._put, []

        async def pressed_meanwhile(look, screen, lane):
            if not pressed:
                pressed.append(True)
                await ana.press(card, "⏹ Stop charging")
                await ana.wait_message("Stop charging?", where=lambda m: m.id == card.id)
            return await put(look, screen, lane)

        t.notifier._put = pressed_meanwhile
        await t.push(charge, kwh=Decimal("2.75"))
        await until(lambda: pressed)
        await t.quiet()
        shown = next(m for m in await ana.messages() if m.id == card.id)
        assert "Stop charging?" in shown.text
        await ana.press(shown, "⏹ Stop now")
        await ana.wait_message("⏹ Stopping…")


async def test_a_question_drawn_in_the_same_instant_does_not_come_back_after_keep_charging():
    async with town() as t:
        ana = await t.driver()
        card, charge = await t.to_charging(ana)
        await ana.press(card, "⏹ Stop charging")
        asked = await ana.wait_message("Stop charging?", where=lambda m: m.id == card.id)
        put, pressed = t.notifier._put, []

        async def pressed_meanwhile(look, screen, lane):
            if not pressed:
                pressed.append(True)
                await ana.press(asked, "Keep charging")
                await ana.wait_message("⚡ Charging", where=lambda m: m.id == card.id)
            return await put(look, screen, lane)

        t.notifier._put = pressed_meanwhile
        await t.push(charge, kwh=Decimal("2.75"))
        await until(lambda: pressed)
        await t.quiet()
        shown = next(m for m in await ana.messages() if m.id == card.id)
        assert "⚡ Charging" in shown.text
        assert "Stop charging?" not in shown.text
