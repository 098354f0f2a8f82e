"""Inline mode: public facts for any chat, one's own charge for oneself, and nothing that starts or stops."""

import pytest

from bot.domain.charge import State
from bot.domain.ids import DriverId
from handlers.telegram.wire import express
from tests.handlers.telegram.at_the_door import HARBOUR, STICKER, town, until

MARKET = "Market square"


def data_of(message, text):
    """What travels when this button is pressed."""
    return next(b["value"] for row in message.raw["buttons"] for b in row if b["text"] == text)


def from_elsewhere(person, data, number=888_888_888):
    """A press of such a button under a message in another chat, as a manipulated app could send it."""
    user = {"id": person.id, "is_bot": False, "first_name": person.name}
    query = {"id": "77", "from": user, "chat_instance": "1", "data": data, "inline_message_id": "elsewhere"}
    return {"update_id": number, "callback_query": query}


@pytest.mark.parametrize("typed", [MARKET, "market 1 amst", STICKER, f"  {STICKER.lower()} "])
async def test_a_name_an_address_or_an_identifier_gives_the_station(typed):
    async with town() as t:
        ana = await t.driver()
        answer = await ana.type_inline(typed)
        [offered] = answer.results
        assert MARKET in offered.title
        assert "of 2 free" in offered.description
        assert "€" in offered.description
        sent = await ana.choose(offered)
        assert "As of " in sent.text
        assert sent.buttons == [["Refresh", "Open in the bot"]]


async def test_with_nothing_typed_it_is_the_nearest_where_the_place_is_shared_else_the_way_into_the_chat():
    async with town() as t:
        ana = await t.driver()
        nearest = (await ana.type_inline("", near=(HARBOUR[0] + 0.01, HARBOUR[1]))).results
        assert MARKET in nearest[0].title
        assert " · 1.1 km" in nearest[0].title
        answer = await ana.type_inline("")
        assert answer.results == []
        assert answer.button == {"text": "Find a station in the chat", "start_parameter": "here"}
        await ana.start(answer.button["start_parameter"])
        await ana.wait_message("Where is your car?")


async def test_what_nobody_knows_leads_into_the_chat():
    async with town() as t:
        answer = await (await t.driver()).type_inline("Nowhere at all")
        assert answer.results == []
        assert answer.button["text"] == "No station found: search in the chat"


async def test_in_a_group_everybody_may_refresh_and_the_link_opens_the_station_in_ones_own_chat():
    async with town() as t:
        ana, ben = await t.driver("Ana"), await t.driver("Ben")
        group = await t.people.group("Friends", [ana, ben])
        sent = await ana.at(group).choose((await ana.at(group).type_inline(MARKET)).results[0])
        await t.change_station(address="Market 2")
        assert (await ben.at(group).press(sent, "Refresh")).action == "callback_data"
        await until(lambda: _says(group, "Market 2"))
        opened = await ben.at(group).press(sent, "Open in the bot")
        assert opened.value.startswith("https://t.me/")
        await ben.start(opened.value.partition("?start=")[2])
        await ben.wait_message("Market 2, Amsterdam")


async def test_a_second_refresh_at_once_waits_and_one_without_news_says_so():
    async with town() as t:
        ana, ben = await t.driver("Ana"), await t.driver("Ben")
        group = await t.people.group("Friends", [ana, ben])
        sent = await ana.at(group).choose((await ana.at(group).type_inline(MARKET)).results[0])
        said = await (await ana.at(group).press(sent, "Refresh")).answer()
        assert said.text == "Nothing has changed."
        said = await (await ben.at(group).press(sent, "Refresh")).answer()
        assert said.text == "That was refreshed just now. Please wait a moment."
        t.let_pass(6)
        assert (await (await ben.at(group).press(sent, "Refresh")).answer()).text == "Nothing has changed."


async def test_a_message_stays_in_the_language_it_was_sent_in():
    async with town() as t:
        ana, ben = await t.driver("Ana", "de"), await t.driver("Ben", "fr")
        group = await t.people.group("Friends", [ana, ben])
        sent = await ana.at(group).choose((await ana.at(group).type_inline(MARKET)).results[0])
        assert "Stand " in sent.text
        await t.change_station(address="Market 2")
        await ben.at(group).press(sent, sent.buttons[0][0])
        await until(lambda: _says(group, "Market 2"))
        assert await _says(group, "Stand ")
        french = await ben.at(group).choose((await ben.at(group).type_inline(MARKET)).results[0])
        assert "État au " in french.text


async def test_my_shows_the_running_charge_to_its_driver_alone_without_money_or_a_button():
    async with town() as t:
        ana, ben = await t.driver("Ana"), await t.driver("Ben")
        answer = await ana.type_inline("my")
        assert (answer.results, answer.button["text"]) == ([], "No charge is running: open the chat")
        await t.to_charging(ana)
        mine = await ana.type_inline("My")
        assert not mine.remembered
        [offered] = mine.results
        assert (offered.title, "1.50 kWh" in offered.description) == ("My charge", True)
        sent = await ana.choose(offered)
        assert "⚡ Charging" in sent.text
        assert "€" not in sent.text
        assert sent.buttons == []
        assert (await ben.type_inline("my")).results == []
        assert not (await ana.type_inline("My")).remembered


async def test_no_button_of_a_drivers_own_does_anything_from_another_chat():
    async with town() as t:
        ana, ben = await t.driver("Ana"), await t.driver("Ben")
        card, charge = await t.to_charging(ana)
        await ana.press(card, "⏹ Stop charging")
        asked = await ana.wait_message("Stop charging?")
        stop = data_of(asked, "⏹ Stop now")
        for number, person in enumerate((ana, ben)):
            before = len(await t.people.calls("answerCallbackQuery"))
            await t.telegram.inbox.take([from_elsewhere(person, stop, 888_888_888 + number)])
            await until(lambda before=before: _more(t, before))
        said = [call["args"].get("text", "") for call in (await t.people.calls("answerCallbackQuery"))[-2:]]
        assert len(set(said)) == 1
        assert "from an old message" in said[0]
        assert (await t.charge(charge)).state is State.CHARGING
        assert (await t.charge(charge)).stop_wanted_at is None
        await ana.press(asked, "⏹ Stop now")
        await ana.wait_message("⏹ Stopping…")


async def _says(group, text):
    return any(text in message.text for message in await group.messages())


async def _more(t, before):
    return len(await t.people.calls("answerCallbackQuery")) > before


@pytest.mark.parametrize("data", ["@xx", "@ens-", "@ens-%%%", "@ens-" + "A" * 59, "@en" + "s-bm93aGVyZQ", "x" * 64, ""])
async def test_whatever_a_press_carries_is_answered_and_shows_nothing(data):
    async with town() as t:
        ana = await t.driver()
        await t.telegram.inbox.take([from_elsewhere(ana, data)])
        await until(lambda: _more(t, 0))
        assert await t.people.calls("editMessageText") == []


async def test_nothing_typed_elsewhere_is_ever_stored():
    async with town() as t:
        ana = await t.driver()
        before = await t.database.read(lambda uow: uow.inbox.waiting())
        assert (await ana.type_inline(MARKET)).answered
        assert await t.database.read(lambda uow: uow.inbox.waiting()) == before == []
        assert await t.database.read(lambda uow: uow.drivers.get(DriverId(ana.id))) is None


@pytest.mark.parametrize(("bound", "said"), [("TOO_OLD", "was not answered in time"), ("MOST", "was dropped")])
async def test_what_cannot_be_answered_at_once_is_dropped_and_the_chat_goes_on(monkeypatch, caplog, bound, said):
    caplog.set_level("INFO")
    async with town() as t:
        ana = await t.driver()
        with monkeypatch.context() as patched:
            patched.setattr(express, bound, 0)
            assert not (await ana.type_inline(MARKET, patience=0.2)).answered
        assert said in caplog.text
        await ana.start()
        await ana.wait_message("Where is your car?")
        assert (await ana.type_inline(MARKET)).answered
