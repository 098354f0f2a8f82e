"""getUpdates: what a bot gets, when, and what happens to a second poller."""

import asyncio

import pytest

from tests.sandbox.telegram.conftest import TOKEN, until

CHAT = 501
OTHER = "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"


async def begin_poll(api, server, **args) -> asyncio.Task:
    """A long poll that the server is certainly waiting in."""
    polling = server._receiving[TOKEN]._polling
    before = polling._waiting
    poll = asyncio.get_running_loop().create_task(api("getUpdates", **args))

    async def waiting() -> bool:
        return polling._waiting not in (before, None)

    await until(waiting)
    return poll


@pytest.fixture
async def alice(alice, api, clock):
    """Hasty repetitions slow a bot down; these tests look at one poll at a time."""
    clock.advance(10)
    return alice


async def test_updates_are_given_until_confirmed_by_an_offset(api, alice, clock):
    await alice.say("one")
    await alice.say("two")
    ids = [update["update_id"] for update in await api.ok("getUpdates")]
    assert ids == [ids[0], ids[0] + 1, ids[0] + 2]
    assert [update["update_id"] for update in await api.ok("getUpdates", offset=ids[1])] == ids[1:]
    clock.advance(10)
    assert [update["update_id"] for update in await api.ok("getUpdates")] == ids[1:]
    assert [update["update_id"] for update in await api.ok("getUpdates", offset=-1)] == ids[2:]


async def test_a_limit_outside_1_to_100_is_clamped(api, alice, clock):
    for number in range(101):
        await alice.say(str(number))
    for limit, count in ((0, 1), (1000, 100), (7, 7)):
        clock.advance(10)
        assert len(await api.ok("getUpdates", limit=limit)) == count


async def test_a_long_poll_ends_with_the_first_update(api, alice, server):
    offset = (await api.ok("getUpdates"))[-1]["update_id"] + 1
    poll = await begin_poll(api, server, offset=offset, timeout=50)
    await alice.say("here")
    assert [update["message"]["text"] for update in (await poll)["result"]] == ["here"]


async def test_a_long_poll_ends_empty_after_its_timeout_of_at_most_50_seconds(api, alice, server, clock):
    offset = (await api.ok("getUpdates"))[-1]["update_id"] + 1
    poll = await begin_poll(api, server, offset=offset, timeout=500)
    clock.advance(49)
    await asyncio.sleep(0)
    assert not poll.done()
    clock.advance(1)
    assert (await poll)["result"] == []


async def test_the_first_of_two_pollers_is_told_of_the_conflict(api, alice, server, clock):
    offset = (await api.ok("getUpdates"))[-1]["update_id"] + 1
    first = await begin_poll(api, server, offset=offset, timeout=50)
    second = await begin_poll(api, server, offset=offset, timeout=50)
    body = await first
    assert (body["error_code"], body["description"]) == (409, OTHER)
    third = await begin_poll(api, server, offset=offset, timeout=50)
    await asyncio.sleep(0.01)
    assert not second.done(), "a further conflict within three seconds is told late"
    clock.advance(3)
    assert (await second)["description"] == OTHER
    await alice.say("for the third")
    assert len((await third)["result"]) == 1


async def test_a_webhook_ends_the_poll_and_forbids_others(api, alice, server, clock):
    offset = (await api.ok("getUpdates"))[-1]["update_id"] + 1
    poll = await begin_poll(api, server, offset=offset, timeout=50)
    await api.ok("setWebhook", url="http://127.0.0.1:9/hook")
    assert (await poll)["description"] == "Conflict: terminated by setWebhook request"
    clock.advance(10)
    active = (
        "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
    )
    assert await api.refused("getUpdates") == active
    await api.ok("deleteWebhook")
    await alice.say("polled again")
    assert len(await api.ok("getUpdates")) == 1


async def test_the_same_offset_again_within_half_a_second_brings_one_update(api, alice):
    await alice.say("more")
    assert len(await api.ok("getUpdates")) == 2
    assert len(await api.ok("getUpdates")) == 1


async def test_the_same_empty_offset_again_within_three_seconds_waits_three(api, alice, server, clock):
    offset = (await api.ok("getUpdates"))[-1]["update_id"] + 1
    assert await api.ok("getUpdates", offset=offset) == []
    clock.advance(1)
    poll = await begin_poll(api, server, offset=offset)
    clock.advance(3)
    assert (await poll)["result"] == []


async def test_kinds_are_filtered_when_they_come_in_and_the_choice_is_remembered(api, alice, clock):
    await api.ok("getUpdates", allowed_updates=["callback_query"], offset=-1)
    await alice.say("unheard")
    clock.advance(10)
    last = (await api.ok("getUpdates", allowed_updates=[]))[-1]
    await alice.say("heard")
    clock.advance(10)
    later = (await api.ok("getUpdates", offset=last["update_id"] + 1, allowed_updates="not json"))[-1]
    assert (last["message"]["text"], later["message"]["text"]) == ("/start", "heard")
    info = await api.ok("getWebhookInfo")
    assert "allowed_updates" not in info


async def test_updates_die_of_old_age_callbacks_first(api, alice, clock):
    markup = {"inline_keyboard": [[{"text": "b", "callback_data": "x"}]]}
    await api.ok("sendMessage", chat_id=CHAT, text="card", reply_markup=markup)
    await alice.press(await alice.wait_message("card"), "b")
    clock.advance(149)
    kinds = [set(update) - {"update_id"} for update in await api.ok("getUpdates")]
    assert kinds == [{"message"}, {"callback_query"}]
    clock.advance(1)
    assert len(await api.ok("getUpdates")) == 1
    clock.advance(24 * 3600)
    assert await api.ok("getUpdates", offset=1) == []


async def test_an_answer_holds_at_most_four_megabytes(api, alice, server):
    queue = server.world.bots[TOKEN].updates
    for _ in range(5):
        queue.push("message", {"text": "x" * (1 << 20)}, CHAT)
    assert len(await api.ok("getUpdates")) == 4
