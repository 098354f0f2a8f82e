"""Whatever is typed or sent at any question is answered soon and clearly, and the question is not lost in an error."""

import time

import pytest

from handlers.telegram import states
from tests.handlers.telegram.at_the_door import HARBOUR, town
from tests.handlers.telegram.raw import Raw, failures
from tests.samples import EVSE, PLUG, a_place

CONNECTOR = [a_place().station_id, EVSE, PLUG]
SOON = 1.0
"""Seconds in which one message is handled; nobody else may wait for it longer either."""

WORDS = {
    "not a number": "NaN",
    "huge number": "1e400",
    "infinite": "Infinity kWh",
    "negative": "-5",
    "nothing": "0 kWh",
    "arabic digit": "٣",
    "superscript": "² kWh",
    "long": "x" * 10_000,
    "long digits": "9" * 10_000,
    "long and spaced": "a" + " " * 2000 + "5" + " " * 2000 + "5",
    "dashes": "-" * 4096,
    "blank": " \u3000\u200b ",
    "turned round": "\u202e54321*LN",
    "half a pair": "a\ud83d",
    "nul": "a\x00b",
    "emoji": "🔌" * 50,
    "html": "<b>&amp;</b><a href='tg://user?id=1'>x</a>",
    "braces": "{fact} {0} %s %(x)s",
    "link": "https://t.me/other_bot?start=abc",
    "script": "javascript:alert(1)",
    "sql": "'; DROP TABLE drivers; --",
    "like": "%_%_%",
    "newlines": "1\n2\r\n3",
}
CONTENT = {
    "photo": {"photo": [{"file_id": "nothing", "file_unique_id": "u", "width": 10, "height": 10}]},
    "huge photo": {"photo": [{"file_id": "x", "file_unique_id": "u", "width": 100_000, "height": 100_000}]},
    "document": {"document": {"file_id": "x", "file_unique_id": "u", "mime_type": "image/png", "file_size": 1 << 40}},
    "paper": {"document": {"file_id": "x", "file_unique_id": "u", "mime_type": "text/csv"}},
    "place": {"location": {"latitude": HARBOUR[0], "longitude": HARBOUR[1]}},
    "pole": {"location": {"latitude": -90.0, "longitude": 180.0}},
    "contact": {"contact": {"phone_number": "+31201234567", "first_name": "Zoë"}},
    "sticker": {"dice": {"emoji": "🎲", "value": 6}},
}
LEAVING = ("/start", "/help", "/settings", "/find", "/favourites", "/networks", "/passes", "/history", "/nonsense")

QUESTIONS = {
    states.LOOKING: ("charging", lambda charge: {}),
    states.IDENTIFYING: ("charging", lambda charge: {"connector": CONNECTOR}),
    states.TYPING: ("charging", lambda charge: {"connector": CONNECTOR}),
    states.PRICED: ("charging", lambda charge: {"connector": CONNECTOR}),
    states.ASKING_STOP: ("stopping", lambda charge: {"charge": charge}),
    states.LINKING_NUMBER: ("linking", lambda charge: {}),
    states.LINKING_CODE: ("linking", lambda charge: {"number": "NL-CHB-C0000001"}),
    states.QUIET_HOURS: ("settings", lambda charge: {}),
    states.CAR_NAME: ("settings", lambda charge: {}),
    states.CAR_PLUG: ("settings", lambda charge: {"car": "Zoe"}),
    states.CAR_BATTERY: ("settings", lambda charge: {"car": "Zoe", "plug": "IEC_62196_T2"}),
    states.LIMITING: ("limiting", lambda charge: {"charge": charge, "stop": True}),
    states.SEARCHING: ("searching", lambda charge: {}),
    states.COMMENTING_RATING: ("commenting", lambda charge: {"charge": charge}),
    states.COMMENTING_FAULT: ("commenting", lambda charge: {"report": 1}),
}
"""Every question, as if the driver had just been asked it."""

questions = pytest.mark.parametrize("state", QUESTIONS)


def test_every_question_there_is_is_asked_here():
    assert set(QUESTIONS) == {state for name, state in vars(states).items() if name.isupper()}


async def at_question(t, app, state, charge):
    conversation, memory = QUESTIONS[state]
    await app.stand_in(conversation, state, memory(charge))


@questions
async def test_every_odd_word_and_thing_is_answered_soon(state):
    async with town() as t:
        ana = await t.driver()
        app = Raw(t, ana)
        _, charge = await t.to_charging(ana)
        for name, update in [(name, {"text": text}) for name, text in WORDS.items()] + list(CONTENT.items()):
            await at_question(t, app, state, charge.id)
            begun = time.monotonic()
            told = await app.say(**update)
            assert time.monotonic() - begun < SOON, name
            assert told, f"{name} was not answered"
            assert failures(t) == [], name
        assert (await t.charge(charge)).stop_wanted_at is None


@questions
async def test_every_command_is_obeyed_in_the_middle_of_it_and_a_stop_is_never_lost(state):
    async with town() as t:
        ana = await t.driver()
        app = Raw(t, ana)
        _, charge = await t.to_charging(ana)
        for text in LEAVING:
            await at_question(t, app, state, charge.id)
            said = {"text": text, "entities": [{"type": "bot_command", "offset": 0, "length": len(text)}]}
            assert await app.say(**said), text
        await at_question(t, app, state, charge.id)
        await app.press(await app.button("stop.yes", charge.id))
        assert (await t.charge(charge)).stop_wanted_at is not None
        assert failures(t) == []
