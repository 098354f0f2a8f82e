import asyncio

import pytest
from telegram import InlineKeyboardButton, InlineKeyboardMarkup
from telegram.error import BadRequest, NetworkError

from bot.ports import Lane
from handlers.telegram.wire import outgoing
from handlers.telegram.wire.limiter import Rates, Throttled
from handlers.telegram.wire.outgoing import FileKind, MessageGone, Unreachable
from sandbox.telegram.limits import Limits
from tests.handlers.telegram.room import bot_running, room, telegram_server, until

A_PICTURE = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + (40).to_bytes(4, "big") + (30).to_bytes(4, "big") + b"\x08\2\0\0\0"


async def test_a_message_is_html_with_no_preview_and_gives_its_id():
    async with room([]) as here:
        ada = await here.people.person("Ada")
        await ada.start()
        number = await here.kit.outgoing.send(ada.id, "<b>Hi</b> &amp; bye", silent=True)
        message = await ada.wait_message("Hi & bye")
        assert (message.id, message.buzz) == (number, False)
        assert "<b>Hi</b>" in message.html


async def test_a_document_arrives_under_its_name_with_its_caption_and_buttons():
    async with room([]) as here:
        ada = await here.people.person("Ada")
        await ada.start()
        keyboard = InlineKeyboardMarkup([[InlineKeyboardButton("More", callback_data="x")]])
        content = b'{"name": "Z\xc3\xbcrich"}'
        await here.kit.outgoing.send_file(
            ada.id, FileKind.DOCUMENT, "my-data.json", content, "<b>All</b> of it", keyboard
        )
        message = await ada.wait_message("All of it")
        document = message.raw["document"]
        assert (document["file_name"], document["mime_type"]) == ("my-data.json", "application/json")
        assert document["file_size"] == len(content)
        assert message.has_button("More")


async def test_a_picture_is_sent_as_one_and_tried_again_when_the_line_drops():
    async with room([]) as here:
        ada = await here.people.person("Ada")
        await ada.start()
        await here.people.fault("drop", method="sendPhoto", seconds=0.1)
        await here.kit.outgoing.send_file(ada.id, FileKind.PHOTO, "chart.png", A_PICTURE, "a chart")
        assert (await ada.wait_message("a chart")).raw["photo"]


async def test_an_edit_that_changes_nothing_is_a_success():
    async with room([]) as here:
        ada = await here.people.person("Ada")
        await ada.start()
        number = await here.kit.outgoing.send(ada.id, "same")
        await here.kit.outgoing.edit(ada.id, number, "same")
        await here.kit.outgoing.edit(ada.id, number, "other")
        await ada.wait_message("other")


async def test_an_edit_of_nothing_says_that_the_message_is_gone_and_a_rewrite_sends_it_anew():
    async with room([]) as here:
        ada = await here.people.person("Ada")
        await ada.start()
        with pytest.raises(MessageGone):
            await here.kit.outgoing.edit(ada.id, 999_999, "card")
        await here.kit.outgoing.rewrite(ada.id, 999_999, "card again")
        await ada.wait_message("card again")


async def test_markup_that_cannot_be_read_goes_out_as_plain_words():
    async with room([]) as here:
        ada = await here.people.person("Ada")
        await ada.start()
        await here.kit.outgoing.send(ada.id, "<b>3 kWh < 5</b>")
        assert (await ada.wait_message("3 kWh")).text == "3 kWh < 5"
        await here.kit.outgoing.send(ada.id, "<b>" + "x" * 5000 + "</b>")
        assert len((await ada.wait_message("xxx")).text) == 4096


async def test_a_driver_who_blocked_us_or_does_not_exist_is_unreachable():
    async with room([]) as here:
        ada = await here.people.person("Ada")
        await ada.start()
        await ada.block()
        with pytest.raises(Unreachable, match="blocked"):
            await here.kit.outgoing.send(ada.id, "hello?")
        with pytest.raises(Unreachable, match="not found"):
            await here.kit.outgoing.send(424_242, "hello?")
        assert await here.kit.outgoing.reply(ada.id, "hello?") is None


@pytest.mark.parametrize("fault", ["429", "500", "drop", "execute_then_drop"])
async def test_what_must_be_told_is_tried_again(fault):
    async with room([]) as here:
        ada = await here.people.person("Ada")
        await ada.start()
        await here.people.fault(fault, method="sendMessage", seconds=0.1)
        await here.kit.outgoing.send(ada.id, "told")
        await ada.wait_message("told")


@pytest.mark.parametrize("fault", ["500", "drop"])
async def test_progress_is_not_tried_again(fault):
    async with room([]) as here:
        ada = await here.people.person("Ada")
        await ada.start()
        await here.people.fault(fault, method="sendMessage")
        with pytest.raises(NetworkError):
            await here.kit.outgoing.send(ada.id, "1 kWh", lane=Lane.PROGRESS)


async def test_another_refusal_is_the_callers():
    async with room([]) as here:
        ada = await here.people.person("Ada")
        await ada.start()
        with pytest.raises(BadRequest, match="empty"):
            await here.kit.outgoing.send(ada.id, "")


async def test_a_group_that_moved_is_followed():
    async with room([]) as here:
        ada = await here.people.person("Ada")
        old = await here.people.request("POST", "groups", {"title": "G", "kind": "group", "members": [ada.id]})
        new = await here.people.request("POST", "groups", {"title": "G", "kind": "supergroup", "members": [ada.id]})
        await here.people.request("POST", f"chats/{old['id']}/membership", {"status": "left", "migrated_to": new["id"]})
        await here.kit.outgoing.send(old["id"], "still here")
        calls = await here.people.calls("sendMessage")
        assert [call["status"] for call in calls] == [400, 200]


async def test_an_answer_that_may_not_go_out_now_follows_by_itself(monkeypatch):
    monkeypatch.setattr(outgoing, "PATIENCE", 0.02)
    rates = Rates(chat=0.2, burst=1, overall=1e9)
    async with room([], rates=rates) as here:
        ada = await here.people.person("Ada")
        await ada.start()
        await here.kit.outgoing.send(ada.id, "first")
        with pytest.raises(Throttled):
            await here.kit.outgoing.send(ada.id, "no", patience=0.01)
        await here.people.fault("429", method="sendMessage", seconds=1)
        assert await here.kit.outgoing.reply(ada.id, "second") is None
        await ada.wait_message("second", patience=6)


async def test_progress_shows_the_latest_and_each_card_in_its_turn():
    shown = []
    async with room([], rates=Rates(chat=0.0, overall=20.0, burst=1)) as here:
        await here.kit.outgoing._limiter.turn(1, Lane.STOP)
        for version in range(5):
            for charge in ("a", "b", "c"):

                async def show(charge=charge, version=version):
                    shown.append((charge, version))

                here.kit.outgoing.progress(charge, 7, show)
        await until(lambda: len(shown) == 3)
        await asyncio.sleep(0.1)
    assert shown == [("a", 4), ("b", 4), ("c", 4)]


async def test_progress_that_fails_is_dropped_and_can_be_shown_again():
    shown = []
    async with telegram_server() as (server, people), bot_running(server, people, []) as here:

        async def gone():
            shown.append("gone")
            raise MessageGone

        for times in (1, 2):
            here.kit.outgoing.progress("a", 7, gone)
            await until(lambda times=times: len(shown) == times)


async def test_our_limits_keep_within_those_of_the_server():
    async with telegram_server(Limits()) as (server, people), bot_running(server, people, [], rates=Rates()) as here:
        drivers = [await people.person(f"D{number}") for number in range(12)]
        for driver in drivers:
            await driver.start()
        send = here.kit.outgoing.send
        await asyncio.gather(*(send(driver.id, f"{n}") for driver in drivers for n in range(4)))
        calls = await people.calls("sendMessage")
        assert len(calls) == 48
        assert {call["status"] for call in calls} == {200}
