import asyncio
import re
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from types import SimpleNamespace

import pytest
from telegram.error import BadRequest

from bot.domain.charge import State
from bot.domain.driver import Quiet
from bot.domain.ids import CdrId, DriverId
from bot.domain.money import Price
from bot.domain.session import SessionStatus
from bot.ports import Lane
from tests.handlers.telegram.at_the_door import town, until


async def seen(ana, part):
    return [message for message in await ana.messages() if part in message.text]


def refuse(t, method, times, words="STRANGE"):
    """Telegram answers 400 with these words."""
    outgoing = t.notifier._outgoing
    true_call, left = outgoing._bot.call, [times]

    async def call(name, **parameters):
        if name == method and left[0]:
            left[0] -= 1
            raise BadRequest(words)
        return await true_call(name, **parameters)

    outgoing._bot = SimpleNamespace(call=call)


# ── the live card ────────────────────────────────────────────────────────────────────────────────────────────────


async def test_progress_is_one_message_edited_in_silence():
    async with town() as t:
        ana = await t.driver()
        card, charge = await t.to_charging(ana)
        for kwh in ("2.25", "3.50", "4.75"):
            await t.push(charge, kwh=Decimal(kwh))
            await ana.wait_message(f"{kwh} kWh", anytime=True, where=lambda m: m.id == card.id)
        await t.quiet()
        assert len(await seen(ana, "kWh")) == 1


async def test_the_latest_wins_and_nothing_is_shown_twice():
    async with town() as t:
        ana = await t.driver()
        _, charge = await t.to_charging(ana)
        await t.quiet()
        before = len(await t.people.calls("editMessageText"))
        for step in range(50):
            await t.push(charge, kwh=Decimal(step) / 10 + 2)
        await ana.wait_message("6.90 kWh", anytime=True)
        await t.quiet()
        edits = len(await t.people.calls("editMessageText")) - before
        assert edits < 50
        await asyncio.sleep(0.05)
        assert len(await t.people.calls("editMessageText")) == before + edits


async def test_a_message_that_the_driver_deleted_is_sent_anew():
    async with town() as t:
        ana = await t.driver()
        old, charge = await t.to_charging(ana)
        await t.quiet()
        refuse(t, "editMessageText", times=1, words="Message to edit not found")
        await t.push(charge, kwh=Decimal("2.25"))
        fresh = await ana.wait_message("2.25 kWh", anytime=True)
        assert fresh.id > old.id
        assert fresh.has_button("⏹ Stop charging")
        assert (await t.card(charge)).message_id == fresh.id


async def test_a_card_that_could_not_be_shown_is_shown_later():
    async with town() as t:
        ana = await t.driver()
        card, charge = await t.to_charging(ana)
        await t.people.fault("500", times=9, method="editMessageText")
        await t.push(charge, SessionStatus.COMPLETED, end=t.clock.now())
        await ana.wait_message("✅ Charging has ended", anytime=True, where=lambda m: m.id == card.id)


async def test_the_card_is_pinned_while_it_runs_and_no_longer():
    async with town() as t:
        ana = await t.driver()
        card, charge = await t.to_charging(ana)
        await ana.wait_for(lambda chat: chat["pinned"] == [card.id])
        await t.push(charge, SessionStatus.COMPLETED, end=t.clock.now())
        await ana.wait_for(lambda chat: chat["pinned"] == [])


async def test_a_chat_that_takes_no_pins_loses_nothing_else():
    async with town() as t:
        ana = await t.driver()
        refuse(t, "pinChatMessage", times=99)
        _, charge = await t.to_charging(ana)
        await t.push(charge, kwh=Decimal("2.25"))
        await ana.wait_message("2.25 kWh", anytime=True)
        await t.quiet()
        assert (await t.card(charge)).pinned, "it is not tried again with every step"


async def test_a_change_of_state_does_not_wait_behind_progress():
    async with town() as t:
        ana = await t.driver()
        card, charge = await t.to_charging(ana)
        await t.quiet()
        waiting = []
        t.notifier._outgoing.progress = lambda key, chat, show: waiting.append(key)
        await t.push(charge, kwh=Decimal("2.25"))
        await until(lambda: waiting)
        await t.push(charge, SessionStatus.COMPLETED, end=t.clock.now())
        await ana.wait_message("✅ Charging has ended", where=lambda m: m.id == card.id, anytime=True)


async def test_the_second_of_two_running_charges_is_not_asked_about():
    async with town() as t:
        ana = await t.driver()
        card, charge = await t.to_charging(ana)
        key = (await t.charge(charge)).session_key
        await t.push(charge, key=replace(key, id="S-2"))
        second = await ana.wait_message("⚡ Charging", where=lambda m: m.id > card.id, anytime=True)
        await ana.press(card, "⏹ Stop charging")
        await ana.wait_message("Stop charging?", where=lambda m: m.id == card.id)
        other = next(c for c in await t.charges(ana) if c.id != charge.id)
        await t.push(other, kwh=Decimal("9.25"))
        shown = await ana.wait_message("9.25 kWh", where=lambda m: m.id == second.id)
        assert "Stop charging?" not in shown.text


# ── new messages ─────────────────────────────────────────────────────────────────────────────────────────────────


async def test_what_must_be_heard_buzzes_once_and_in_order():
    async with town() as t:
        ana = await t.driver()
        _, charge = await t.to_charging(ana)
        await t.push(charge, SessionStatus.COMPLETED, end=t.clock.now())
        await t.bill(charge)
        await ana.wait_message("🧾 Receipt")
        await t.quiet()
        loud = [message.text.split("\n")[0] for message in await ana.messages() if message.buzz]
        assert loud[-2:] == ["🔌 Charging has ended: 1.50 kWh. Please unplug your cable.", "🧾 Receipt"]
        assert (await t.charge(charge)).state is State.BILLED


async def test_a_message_that_fails_holds_back_those_behind_it_and_none_is_lost():
    async with town() as t:
        ana = await t.driver()
        _, charge = await t.to_charging(ana)
        await t.quiet()
        await t.people.fault("500", times=4, method="sendMessage")
        await t.notice(ana, "unplug", charge, lane=Lane.STOP)
        await until(lambda: t.notifier._held)
        await t.notice(ana, "stays_on", charge, lane=Lane.STOP)
        await asyncio.sleep(0.05)
        assert await t.waiting_notices() == ["unplug", "stays_on"]
        t.let_pass(6)
        await t.quiet()
        told = [m.text for m in await ana.messages() if m.buzz]
        assert "The stop is accepted." in told[-2]
        assert "The station does not stop." in told[-1]
        assert len(await seen(ana, "The stop is accepted.")) == 1


async def test_one_drivers_trouble_is_not_anothers():
    async with town() as t:
        ana, ben = await t.driver("Ana"), await t.driver("Ben")
        _, hers = await t.to_charging(ana)
        _, his = await t.to_charging(ben, "NL*CIT*E3257*1")
        t.notifier._held[DriverId(ana.id)] = t.clock.now().replace(year=2999)
        await t.notice(ana, "unplug", hers, lane=Lane.STOP)
        await t.notice(ben, "unplug", his, lane=Lane.STOP)
        await ben.wait_message("The stop is accepted.")
        assert await t.waiting_notices() == ["unplug"]


async def test_a_kind_that_this_version_does_not_know_does_not_silence_the_rest(caplog):
    async with town() as t:
        ana = await t.driver()
        _, charge = await t.to_charging(ana)
        await t.notice(ana, "from the future", charge, lane=Lane.STOP)
        await t.notice(ana, "unplug", charge, lane=Lane.STOP)
        await ana.wait_message("The stop is accepted.")
        assert await t.waiting_notices() == ["from the future"]
    assert "cannot be put into words" in caplog.text


async def test_a_message_that_telegram_will_not_take_does_not_silence_the_rest():
    async with town() as t:
        ana = await t.driver()
        _, charge = await t.to_charging(ana)
        await t.quiet()
        refuse(t, "sendMessage", times=1)
        await t.notice(ana, "unplug", charge, lane=Lane.STOP)
        await t.notice(ana, "stays_on", charge, lane=Lane.STOP)
        await ana.wait_message("The station does not stop.")
        t.let_pass(6)
        await ana.wait_message("The stop is accepted.")


async def test_a_driver_who_blocked_the_bot_is_marked_and_the_charge_goes_on():
    async with town() as t:
        ana = await t.driver()
        _, charge = await t.to_charging(ana)
        await ana.block()
        await t.push(charge, SessionStatus.COMPLETED, end=t.clock.now())
        await t.bill(charge)
        await t.quiet()
        driver = await t.database.read(lambda uow: uow.drivers.get(DriverId(ana.id)))
        assert driver is not None
        assert not driver.reachable
        assert (await t.charge(charge)).state is State.BILLED


async def test_a_driver_who_comes_back_in_mid_charge_sees_the_card_again():
    async with town() as t:
        ana = await t.driver()
        _, charge = await t.to_charging(ana)
        await ana.block()
        await t.push(charge, kwh=Decimal("2.25"))
        await t.quiet()
        await ana.unblock()
        await ana.start()
        await ana.wait_message("2.25 kWh", where=lambda m: m.has_button("⏹ Stop charging"))
        await t.quiet()
        assert not await seen(ana, "further down")


async def test_a_notice_about_nothing_is_put_aside():
    async with town() as t:
        ana = await t.driver()
        await t.to_charging(ana)
        await t.notice(ana, "unplug", None, lane=Lane.STOP)
        await t.notice(ana, "receipt", await t.latest(ana), lane=Lane.RECEIPT, cdr="NEVER")
        await t.quiet()


async def test_a_correction_is_called_one():
    async with town() as t:
        ana = await t.driver()
        _, charge = await t.to_ended(ana)
        await t.bill(charge, id=CdrId("A"))
        await ana.wait_message("🧾 Receipt")
        credit = {"credit": True, "credits_id": CdrId("A"), "total_cost": Price.of("EUR", Decimal(-9))}
        await t.bill(charge, id=CdrId("B"), **credit)
        await ana.wait_message("🧾 Credit note", where=lambda m: "This takes back bill A." in m.text)
        await t.bill(charge, id=CdrId("C"))
        await ana.wait_message("🧾 Corrected receipt", where=lambda m: "@town_bot" in m.text)


@pytest.mark.parametrize("language", ["pl", "", "xx"])
async def test_everything_is_told_in_a_language_that_exists(language):
    async with town() as t:
        ana = await t.driver("Ana", language)
        _, charge = await t.to_ended(ana)
        await t.bill(charge)
        receipt = await ana.wait_message("🧾 Receipt")
        assert re.search(r"10[.,]89", receipt.text)


# ── a card that moves ────────────────────────────────────────────────────────────────────────────────────────────


async def test_a_card_that_moved_while_the_old_one_was_being_edited_stays_where_it_moved_to():
    async with town() as t:
        ana = await t.driver()
        old, charge = await t.to_charging(ana)
        await t.quiet()
        await t.people.fault("delay", seconds=0.3, times=1, method="editMessageText")
        await t.push(charge, kwh=Decimal("2.25"))
        await asyncio.sleep(0.1)
        await ana.start()
        fresh = await ana.wait_message("⚡ Charging", where=lambda m: m.id > old.id)
        await asyncio.sleep(0.4)
        await t.quiet()
        assert (await t.card(charge)).message_id == fresh.id


@pytest.mark.parametrize("quiet", [True, False])
async def test_in_quiet_hours_a_receipt_makes_no_sound_and_the_end_of_a_charge_does(quiet):
    async with town() as t:
        ana = await t.driver()
        _, charge = await t.to_charging(ana)
        now = t.clock.now()
        begin, end = (now + timedelta(hours=-1 if quiet else 1)).time(), (now + timedelta(hours=2)).time()
        driver = await t.database.read(lambda uow: uow.drivers.get(DriverId(ana.id)))
        await t.database.write(lambda uow: uow.drivers.save(replace(driver, quiet=Quiet(begin, end, "UTC"))))
        await t.push(charge, SessionStatus.COMPLETED)
        assert (await ana.wait_message("Please unplug your cable", anytime=True)).buzz
        await t.bill(charge)
        assert (await ana.wait_message("🧾 Receipt", anytime=True)).buzz is not quiet


async def test_a_receipt_that_came_while_the_driver_was_away_is_told_on_coming_back():
    async with town() as t:
        ana = await t.driver()
        _, charge = await t.to_ended(ana)
        await ana.block()
        bill = await t.bill(charge)
        await until(lambda: _away(t, ana))
        await t.quiet()
        assert not any(f"Bill {bill.id}" in message.text for message in await ana.messages())
        await ana.unblock()
        await ana.wait_message(f"Bill {bill.id}", anytime=True)
        assert not await _away(t, ana)


async def _away(t, person):
    driver = await t.database.read(lambda uow: uow.drivers.get(DriverId(person.id)))
    return driver is not None and not driver.reachable
