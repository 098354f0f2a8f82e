import asyncio
from datetime import timedelta

import pytest
from telegram import InlineKeyboardButton
from telegram.ext import CommandHandler

from bot.domain.ids import DriverId
from handlers.cards.screen import Press, Style
from handlers.telegram.buttons import ButtonHandler
from handlers.telegram.keyboards import Keyboards
from handlers.telegram.unhandled import (
    ELSEWHERE,
    EXPIRED_BUTTON,
    OLD_BUTTON,
    UNKNOWN_COMMAND,
    UNKNOWN_TEXT,
    UNKNOWN_THING,
    USED_BUTTON,
    UnhandledHandler,
)
from sandbox.telegram.people import Shown
from tests.fakes.clock import NOON, ManualClock
from tests.fakes.database import FakeDatabase
from tests.fakes.ids import SeededIds
from tests.handlers.telegram.room import WallClock, bot_running, room, telegram_server, text_update, until

ADA, BOB = DriverId(7), DriverId(8)


class Moving(WallClock):
    """A clock that can be put forward."""

    ahead = timedelta()

    def now(self):
        return super().now() + self.ahead


def handlers(acted):
    async def menu(update, context):
        rows = [
            [Press("Start", "start", "evse-1", once=True, ttl=timedelta(seconds=120), style=Style.SUCCESS)],
            [Press("Stop", "stop", "charge-1"), InlineKeyboardButton("Site", url="https://example.org/")],
            [Press("Price", "price"), Press("Anywhere", "anywhere"), Press("Nobody's", "nobody")],
        ]
        await context.reply("menu", rows)

    async def act(update, context):
        acted.append((context.driver_id, context.button.action, context.button.subject))
        await context.edit(f"did {context.button.action}")

    async def begin(update, context):
        acted.append((context.driver_id, context.button.action, context.button.subject))
        await context.reply("did start")

    async def price(update, context):
        acted.append((context.driver_id, "price", ""))
        await context.answer("0.49 a kWh", alert=True)

    async def current(update, context):
        await context.reply("you are here")

    return [
        CommandHandler("start", menu),
        ButtonHandler("start", begin),
        ButtonHandler("stop", act),
        ButtonHandler("price", price, answer=False),
        ButtonHandler("anywhere", act, anywhere=True),
        UnhandledHandler(current),
    ]


async def menu_of(person):
    await person.start()
    return await person.wait_message("menu")


async def test_a_press_is_answered_and_does_what_its_row_says():
    acted = []
    async with room(handlers(acted)) as here:
        ada = await here.people.person("Ada")
        menu = await menu_of(ada)
        press = await ada.press(menu, "Stop")
        assert press.value.startswith("v1:")
        assert "charge" not in press.value
        assert len(press.value.encode()) <= 64
        assert (await press.answer()).answered
        await ada.wait_message("did stop")
        assert (await ada.press(await menu_of(ada), "Price")) is not None
        assert acted[0] == (ada.id, "stop", "charge-1")


async def test_a_callback_may_answer_with_its_own_words():
    async with room(handlers([])) as here:
        ada = await here.people.person("Ada")
        answer = await (await ada.press(await menu_of(ada), "Price")).answer()
        assert (answer.text, answer.show_alert) == ("0.49 a kWh", True)


async def test_twenty_taps_act_once_and_every_one_is_answered():
    acted = []
    async with room(handlers(acted)) as here:
        ada = await here.people.person("Ada")
        menu = await menu_of(ada)
        data = menu.raw["buttons"][0][0]["value"]
        presses = await asyncio.gather(*(ada.press(menu, data=data) for _ in range(20)))
        answers = await asyncio.gather(*(press.answer() for press in presses))
        assert [answer.answered for answer in answers] == [True] * 20
        assert sum(answer.text == USED_BUTTON for answer in answers) == 19
        assert acted == [(ada.id, "start", "evse-1")]


async def test_another_driver_learns_no_more_than_from_a_guess():
    acted = []
    async with room(handlers(acted)) as here:
        ada, eve = await here.people.person("Ada"), await here.people.person("Eve")
        stolen = (await menu_of(ada)).raw["buttons"][1][0]["value"]
        for number, data in enumerate((stolen, "v1:AAAAAAAAAAAAAAAA", "v1:", "junk", ""), start=10**9):
            forged = text_update(number, chat=eve.id)
            message = forged.pop("message")
            query = {"id": str(number), "from": message["from"], "chat_instance": "1", "message": message, "data": data}
            await here.telegram.inbox.take([{**forged, "callback_query": query}])

        async def answers():
            return await here.people.calls("answerCallbackQuery")

        await until(lambda: _at_least(5, answers))
        calls = await answers()
        assert {(call["args"]["text"], call["args"]["show_alert"]) for call in calls} == {(OLD_BUTTON, "true")}
        assert acted == []


async def test_an_expired_button_shows_where_the_driver_is_now():
    acted, clock = [], Moving()
    async with room(handlers(acted), clock=clock) as here:
        ada = await here.people.person("Ada")
        menu = await menu_of(ada)
        clock.ahead = timedelta(seconds=121)
        assert (await (await ada.press(menu, "Start")).answer()).text == EXPIRED_BUTTON
        await ada.wait_message("you are here")
        assert acted == []


async def test_a_button_that_nobody_handles_shows_where_the_driver_is_now():
    async with room(handlers([])) as here:
        ada = await here.people.person("Ada")
        assert (await (await ada.press(await menu_of(ada), "Nobody's")).answer()).answered
        await ada.wait_message("you are here")


async def test_in_a_group_only_what_may_be_pressed_anywhere_acts():
    acted = []
    async with room(handlers(acted)) as here:
        ada = await here.people.person("Ada")
        group = await here.people.request("POST", "groups", {"title": "G", "kind": "supergroup", "members": [ada.id]})

        async def press(text):
            chat = await here.people.request("GET", f"chats/{group['id']}", query={"viewer": ada.id})
            menu = next(Shown(raw) for raw in chat["messages"] if raw["buttons"])
            body = {"from": ada.id, "message_id": menu.id, "text": text}
            pressed = await here.people.request("POST", f"chats/{group['id']}/press", body)
            return await here.people.request("GET", f"callbacks/{pressed['callback_id']}", query={"wait": 5})

        await here.people.request("POST", f"chats/{group['id']}/text", {"from": ada.id, "text": "/start"})
        await until(lambda: here.people.calls("sendMessage"))
        assert (await press("Stop"))["text"] == ELSEWHERE
        assert acted == []
        assert (await press("Anywhere"))["answered"]
        assert acted == [(ada.id, "anywhere", "")]


async def test_a_press_too_old_to_be_answered_still_acts():
    acted = []
    async with room(handlers(acted)) as here:
        ada = await here.people.person("Ada")
        menu = await menu_of(ada)
        await here.people.fault("drop", method="answerCallbackQuery")
        await ada.press(menu, "Stop")
        await ada.wait_message("did stop")
        assert len(acted) == 1


async def test_buttons_work_in_the_next_process():
    acted, database = [], FakeDatabase()
    async with telegram_server() as (server, people):
        ada = await people.person("Ada")
        async with bot_running(server, people, handlers(acted), database):
            menu = await menu_of(ada)
        async with bot_running(server, people, handlers(acted), database):
            await ada.press(menu, "Start")
            await ada.wait_message("did start")
    assert acted == [(ada.id, "start", "evse-1")]


@pytest.mark.parametrize(
    ("said", "told"), [("blah", UNKNOWN_TEXT), ("/blah", UNKNOWN_COMMAND), (b"%PDF", UNKNOWN_THING)]
)
async def test_whatever_nobody_understands_is_answered_in_one_sentence(said, told):
    async with room(handlers([])) as here:
        ada = await here.people.person("Ada")
        await (ada.send_file("document", said) if isinstance(said, bytes) else ada.say(said))
        await ada.wait_message(told)


async def test_the_same_button_shown_again_keeps_its_key_and_costs_nothing():
    database, clock = FakeDatabase(), ManualClock()
    keyboards = Keyboards(database, clock, SeededIds(), b"secret")
    rows = [
        [Press("Stop", "stop", "c1", ttl=None), Press("Go", "go", "c1", once=True)],
        [Press("Soon", "soon", ttl=timedelta(1))],
    ]

    def keys(markup):
        return [button.callback_data for row in markup.inline_keyboard for button in row]

    first = keys(await keyboards.keyboard(ADA, rows))
    database.write, written = _counting(database.write)
    stop = [[Press("Stop it", "stop", "c1", ttl=None)]]
    assert keys(await keyboards.keyboard(ADA, stop)) == first[:1]
    assert written == []
    second = keys(await keyboards.keyboard(ADA, rows))
    assert [one == other for one, other in zip(first, second, strict=True)] == [True, False, True]
    others = [
        await keyboards.keyboard(BOB, stop),
        await keyboards.keyboard(ADA, [[Press("Stop", "stop", "c2")]]),
        await keyboards.keyboard(ADA, [[Press("Stop", "stop", "c1", stage="2")]]),
        await Keyboards(database, clock, SeededIds(), b"other").keyboard(ADA, stop),
    ]
    assert len({first[0], *(keys(markup)[0] for markup in others)}) == 5
    stored = await database.read(lambda uow: uow.buttons.get(first[2].removeprefix("v1:")))
    assert stored.expires_at == NOON + timedelta(1)


async def _at_least(number, listed):
    return len(await listed()) >= number


def _counting(write):
    written = []

    async def counted(work):
        written.append(work)
        return await write(work)

    return counted, written
