"""Too many messages, and misfortune on request."""

import asyncio

import aiohttp
import pytest

from sandbox.telegram.limits import Limits

CHAT = 501


class TestLimits:
    @pytest.fixture
    def limits(self) -> Limits:
        return Limits()

    async def test_a_chat_gets_a_small_burst_and_then_one_a_second(self, api, alice, clock):
        for _ in range(3):
            await api.ok("sendMessage", chat_id=CHAT, text="x")
        body = await api("sendMessage", chat_id=CHAT, text="x")
        assert body == {
            "ok": False,
            "error_code": 429,
            "description": "Too Many Requests: retry after 1",
            "parameters": {"retry_after": 1},
        }
        assert api.headers["Retry-After"] == "1"
        clock.advance(1)
        await api.ok("sendMessage", chat_id=CHAT, text="x")

    async def test_edits_count_answers_and_typing_do_not(self, api, alice):
        sent = await api.ok("sendMessage", chat_id=CHAT, text="0")
        for number in (1, 2):
            await api.ok("editMessageText", chat_id=CHAT, message_id=sent["message_id"], text=str(number))
        refused = await api.refused("editMessageText", chat_id=CHAT, message_id=sent["message_id"], text="3")
        assert refused == "Too Many Requests: retry after 1"
        await api.ok("sendChatAction", chat_id=CHAT, action="typing")

    async def test_a_group_gets_20_a_minute(self, api, alice, clock, telegram):
        group = await telegram.request("POST", "groups", {"title": "G", "members": [CHAT]})
        for _ in range(20):
            await api.ok("sendMessage", chat_id=group["id"], text="x")
            clock.advance(1)
        assert (await api("sendMessage", chat_id=group["id"], text="x"))["parameters"] == {"retry_after": 40}
        clock.advance(40)
        await api.ok("sendMessage", chat_id=group["id"], text="x")

    async def test_all_chats_together_get_30_a_second(self, api, telegram):
        people = [await telegram.person(f"P{number}") for number in range(31)]
        for person in people:
            await person.start()
        answers = [await api("sendMessage", chat_id=person.id, text="x") for person in people]
        assert [answer["ok"] for answer in answers] == [True] * 30 + [False]

    async def test_limits_can_be_changed_and_lifted(self, api, alice, telegram):
        await telegram.set_limits(chat_burst=1)
        await api.ok("sendMessage", chat_id=CHAT, text="x")
        assert not (await api("sendMessage", chat_id=CHAT, text="x"))["ok"]
        await telegram.set_limits()
        for _ in range(40):
            await api.ok("sendMessage", chat_id=CHAT, text="x")

    async def test_large_uploads_of_one_size_wait_for_each_other(self, api, alice, clock, telegram):
        await telegram.set_limits(chat_rate=None)
        big = bytes(100_001)
        for _ in range(5):
            await api.ok("sendDocument", chat_id=CHAT, document=big)
        sending = asyncio.get_running_loop().create_task(api("sendDocument", chat_id=CHAT, document=big))
        await asyncio.sleep(0.02)
        assert not sending.done()
        clock.advance(0.2)
        assert (await sending)["ok"]


async def test_a_planned_429_and_500_are_answered_without_executing(api, alice, telegram):
    await telegram.fault("429", seconds=7, method="sendMessage")
    await telegram.fault("500", times=2)
    assert await api.refused("sendMessage", chat_id=CHAT, text="x") == "Too Many Requests: retry after 7"
    assert api.headers["Retry-After"] == "7"
    assert await api.refused("sendMessage", chat_id=CHAT, text="x") == "Internal Server Error"
    assert await api.refused("getMe") == "Internal Server Error"
    assert (await api.ok("sendMessage", chat_id=CHAT, text="x"))["text"] == "x"
    assert [message.text for message in await alice.messages()] == ["/start", "x"]


async def test_a_fault_meets_only_the_method_and_chat_it_names(api, alice, telegram):
    bob = await telegram.person("Bob")
    await bob.start()
    await telegram.fault("500", method="editMessageText")
    await telegram.fault("500", chat_id=bob.id)
    await api.ok("sendMessage", chat_id=CHAT, text="x")
    assert await api.refused("sendMessage", chat_id=bob.id, text="x") == "Internal Server Error"
    await telegram.clear_faults()
    await api.refused("editMessageText", chat_id=CHAT, message_id=999, text="x")


@pytest.mark.parametrize(("kind", "executed"), [("drop", False), ("execute_then_drop", True)])
async def test_a_dropped_connection_leaves_the_caller_guessing(kind, executed, api, alice, telegram):
    await telegram.fault(kind)
    with pytest.raises(aiohttp.ClientError):
        await api("sendMessage", chat_id=CHAT, text="perhaps")
    assert ("perhaps" in [message.text for message in await alice.messages()]) is executed


@pytest.mark.parametrize(
    ("kind", "seen_at_once", "answered"), [("delay", False, True), ("execute_then_hang", True, False)]
)
async def test_a_hanging_call_is_executed_late_or_never_answered(
    kind, seen_at_once, answered, api, alice, telegram, clock
):
    await telegram.fault(kind, seconds=20)
    call = asyncio.get_running_loop().create_task(api("sendMessage", chat_id=CHAT, text="perhaps"))
    await asyncio.sleep(0.02)
    assert not call.done()
    assert ("perhaps" in [message.text for message in await alice.messages()]) is seen_at_once
    clock.advance(20)
    if answered:
        assert (await call)["ok"]
    else:
        with pytest.raises(aiohttp.ClientError):
            await call
    assert "perhaps" in [message.text for message in await alice.messages()]
