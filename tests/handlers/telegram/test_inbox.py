import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.errors import StoreBusy, StoreFull
from bot.nursery import Nursery
from bot.ports import InboxUpdate
from handlers.telegram.wire.inbox import Arrival, Inbox, Unreadable, lane_of, person_of, read
from tests.fakes.clock import NOON, ManualClock
from tests.fakes.database import FakeDatabase
from tests.handlers.telegram.room import text_update

ADA = {"id": 7, "is_bot": False, "first_name": "Ada"}
GROUP = {"id": -100, "type": "supergroup"}


@pytest.mark.parametrize(
    ("event", "lane"),
    [
        ({"message": {"chat": {"id": 7}, "from": ADA}}, "7"),
        ({"callback_query": {"from": ADA, "message": {"chat": {"id": 7}}, "data": "x"}}, "7"),
        ({"callback_query": {"from": ADA, "inline_message_id": "9", "data": "x"}}, "7"),
        ({"inline_query": {"from": ADA, "query": ""}}, "7"),
        ({"pre_checkout_query": {"from": ADA}}, "7"),
        ({"message_reaction": {"chat": GROUP, "user": ADA}}, "-100"),
        ({"message": {"chat": GROUP, "from": ADA, "message_thread_id": 5}}, "-100"),
        ({"message": {"chat": GROUP, "from": ADA, "message_thread_id": 5, "is_topic_message": True}}, "-100/5"),
        ({"poll": {"id": "1"}}, "0"),
        ({"message": "nonsense"}, "0"),
        ({}, "0"),
    ],
)
def test_what_an_update_waits_for(event, lane):
    assert lane_of({"update_id": 1, **event}) == lane


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(),
        lambda inner: st.dictionaries(st.sampled_from(["message", "chat", "from", "id", "user", "data"]), inner),
    )
)
def test_no_update_is_too_strange_for_a_lane(event):
    update = {"update_id": 1, "message": event}
    arrival = Arrival(InboxUpdate(1, lane_of(update), b"", NOON), update)
    assert isinstance(arrival.chat_id, int)
    assert isinstance(person_of(update), int)
    assert arrival.dialogue_key


def test_a_person_in_a_group_has_a_dialogue_of_their_own():
    update = {"update_id": 1, "message": {"chat": GROUP, "from": ADA}}
    assert Arrival(InboxUpdate(1, "-100", b"", NOON), update).dialogue_key == "-100:7"
    assert Arrival(InboxUpdate(1, "7", b"", NOON), text_update(1)).dialogue_key == "7"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[1]",
        b"{}",
        b'{"update_id":"1"}',
        b'{"update_id":true}',
        b'{"update_id":-1}',
        b'{"update_id":NaN}',
        b'{"update_id":1e400}',
        b'{"update_id":' + b"9" * 5000 + b"}",
        b"[" * 200_000,
        b"\xff\xfe",
    ],
)
def test_what_is_no_update_is_unreadable_and_nothing_worse(body):
    with pytest.raises(Unreadable):
        read(body)


def test_half_a_character_is_no_reason_to_refuse():
    assert read(b'{"update_id":1,"message":{"text":"\\ud83d"}}')["update_id"] == 1


def inbox_of(database, nursery, handed, **how):
    return Inbox(database, ManualClock(), nursery, handed.append, **how)


async def test_what_comes_twice_is_handed_on_once_also_to_another_process():
    database, handed = FakeDatabase(), []
    async with Nursery() as nursery:
        inbox = inbox_of(database, nursery, handed)
        await inbox.take([text_update(1), text_update(2), text_update(1)])
        await inbox.take([text_update(2)])
        assert [arrival.row.id for arrival in handed] == [1, 2]
        later = []
        again = inbox_of(database, nursery, later)
        assert await again.resume() == 2
        await again.take([text_update(1)])
        assert [arrival.content for arrival in later] == [text_update(1), text_update(2)]


async def test_what_cannot_be_stored_is_not_handed_on():
    database, handed = FakeDatabase(), []
    async with Nursery() as nursery:
        inbox = inbox_of(database, nursery, handed)
        database.trouble = StoreFull("full")
        with pytest.raises(StoreFull):
            await inbox.take([text_update(1)])
        database.trouble = None
        assert handed == []
        await inbox.take([text_update(1)])
        assert len(handed) == 1


async def test_a_full_house_lets_nobody_in():
    async with Nursery() as nursery:
        inbox = inbox_of(FakeDatabase(), nursery, [], full=lambda: True)
        with pytest.raises(StoreBusy):
            await inbox.take([text_update(1)])
        assert await inbox.resume() == 0


async def test_a_polled_update_is_stored_even_if_it_cannot_be_written_as_utf8():
    database, handed = FakeDatabase(), []
    async with Nursery() as nursery:
        await inbox_of(database, nursery, handed).take([text_update(1, text="\ud83d")])
    assert json.loads(handed[0].row.body)["message"]["text"] == "\ud83d"
