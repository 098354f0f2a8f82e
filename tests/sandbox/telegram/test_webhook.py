"""Webhook delivery: secret, order within a line, retries, answers that are calls, losses on request."""

import asyncio
from collections.abc import AsyncIterator

import orjson
import pytest
from aiohttp import web

from tests.sandbox.telegram.conftest import until

CHAT = 501
BUTTON = {"inline_keyboard": [[{"text": "b", "callback_data": "x"}]]}


class Receiver:
    """A bot's server that notes what it is sent and answers from a script, 200 when the script is over."""

    def __init__(self) -> None:
        self.updates = []
        self.headers = []
        self.script = []
        self.hold = asyncio.Event()
        self.hold.set()
        self.url = ""

    async def receive(self, request: web.Request) -> web.Response:
        self.headers.append(request.headers)
        self.updates.append(orjson.loads(await request.read()))
        answer = self.script.pop(0) if self.script else web.Response()
        await self.hold.wait()
        return answer

    async def wait(self, count: int) -> None:
        async def arrived() -> bool:
            return len(self.updates) >= count

        await until(arrived)

    def texts(self) -> list[str]:
        return [update["message"]["text"] for update in self.updates if "message" in update]


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    receiver = Receiver()
    app = web.Application()
    app.router.add_post("/hook", receiver.receive)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    receiver.url = f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
    yield receiver
    await runner.cleanup()


async def delivered(api) -> None:
    async def nothing_waits() -> bool:
        return not (await api.ok("getWebhookInfo"))["pending_update_count"]

    await until(nothing_waits)


async def failed(server, clock, text: str) -> None:
    """Wait until a failure is noted, so that the next attempt is already planned."""
    webhook = next(iter(server._receiving.values()))._webhook

    async def noted() -> bool:
        return text in webhook.last_error

    await until(noted)
    await asyncio.sleep(0.005)
    webhook.last_error = ""


async def test_updates_arrive_with_the_secret_and_are_then_gone(api, alice, receiver):
    await api.ok("setWebhook", url=receiver.url, secret_token="s3cret_-")
    await alice.say("hello")
    await receiver.wait(2)
    assert receiver.texts() == ["/start", "hello"]
    assert {headers["X-Telegram-Bot-Api-Secret-Token"] for headers in receiver.headers} == {"s3cret_-"}
    await delivered(api)


async def test_one_update_of_a_line_is_in_flight_while_other_lines_go_on(api, alice, receiver, telegram):
    await api.ok("sendMessage", chat_id=CHAT, text="card", reply_markup=BUTTON)
    card = await alice.wait_message("card")
    receiver.hold.clear()
    await api.ok("setWebhook", url=receiver.url)
    await alice.say("second")
    await alice.press(card, "b")
    bob = await telegram.person("Bob")
    await bob.say("mine")
    await receiver.wait(3)
    await asyncio.sleep(0.01)
    assert sorted(receiver.texts()) == ["/start", "mine"], "the second message waits for the first, nothing else does"
    assert "callback_query" in receiver.updates[1] or "callback_query" in receiver.updates[2]
    receiver.hold.set()
    await receiver.wait(4)
    assert receiver.texts()[-1] == "second"


async def test_a_refused_update_comes_again_at_once_then_after_2_and_4_seconds(api, alice, receiver, server, clock):
    receiver.script = [web.Response(status=500) for _ in range(4)]
    await api.ok("setWebhook", url=receiver.url)
    await receiver.wait(2)
    for count, pause in ((3, 2), (4, 4), (5, 8)):
        await failed(server, clock, "Wrong response from the webhook: 500 Internal Server Error")
        clock.advance(pause - 0.1)
        await asyncio.sleep(0.01)
        assert len(receiver.updates) == count - 1
        clock.advance(0.2)
        await receiver.wait(count)
    assert len({update["update_id"] for update in receiver.updates}) == 1
    await delivered(api)


async def test_retry_after_is_honoured_and_an_expired_update_dropped(api, alice, receiver, server, clock):
    await api.ok("sendMessage", chat_id=CHAT, text="card", reply_markup=BUTTON)
    await api.ok("setWebhook", url=receiver.url)
    await delivered(api)
    receiver.script = [web.Response(status=503, headers={"Retry-After": "100"}) for _ in range(2)]
    await alice.press(await alice.wait_message("card"), "b")
    await receiver.wait(2)
    await failed(server, clock, "503")
    assert (await api.ok("getWebhookInfo"))["pending_update_count"] == 1
    clock.advance(100)
    await receiver.wait(3)
    await delivered(api)
    assert len(receiver.updates) == 3, "a callback lives 150 seconds, so there was no third attempt"


async def test_an_answer_may_be_a_method_call(api, alice, receiver):
    receiver.script = [web.json_response({"method": "sendMessage", "chat_id": CHAT, "text": "by answer"})]
    await api.ok("setWebhook", url=receiver.url)
    assert await alice.wait_message("by answer", anytime=True)
    receiver.script = [web.json_response({"method": "deleteWebhook"})]
    await alice.say("do not obey this one")
    await receiver.wait(2)
    assert (await api.ok("getWebhookInfo"))["url"] == receiver.url


async def test_the_info_tells_the_settings_and_the_last_error(api, alice, server, clock):
    await api.ok("setWebhook", url="http://127.0.0.1:9/hook", max_connections=500, allowed_updates=["message"])
    await failed(server, clock, "Connection refused")
    server._receiving["1001:TEST"]._webhook.last_error = "Connection refused"
    info = await api.ok("getWebhookInfo")
    assert {
        key: info[key] for key in ("url", "max_connections", "ip_address", "allowed_updates", "pending_update_count")
    } == {
        "url": "http://127.0.0.1:9/hook",
        "max_connections": 100,
        "ip_address": "127.0.0.1",
        "allowed_updates": ["message"],
        "pending_update_count": 1,
    }
    assert (info["last_error_date"], info["last_error_message"]) == (int(clock.time()), "Connection refused")


async def test_a_webhook_may_be_set_once_a_second_and_can_drop_what_waits(api, alice, receiver, clock):
    await api.ok("setWebhook", url=receiver.url, drop_pending_updates=True)
    body = await api("setWebhook", url=receiver.url)
    assert (body["error_code"], body["parameters"]) == (429, {"retry_after": 1})
    clock.advance(1)
    await api.ok("setWebhook", url=receiver.url)
    await alice.say("only this")
    await receiver.wait(1)
    assert receiver.texts() == ["only this"]


async def test_23_hours_of_410_end_a_webhook(api, alice, receiver, server, clock):
    receiver.script = [web.Response(status=410) for _ in range(3)]
    await api.ok("setWebhook", url=receiver.url)
    await receiver.wait(2)
    await failed(server, clock, "410 Gone")
    clock.advance(23 * 3600 + 1)
    await receiver.wait(3)

    async def closed() -> bool:
        return not (await api.ok("getWebhookInfo"))["url"]

    await until(closed)


async def test_a_delivery_may_be_lost_doubled_or_vanish_on_request(api, alice, receiver, telegram):
    await api.ok("setWebhook", url=receiver.url)
    await delivered(api)
    for kind in ("lose", "duplicate", "vanish"):
        await telegram.fault(kind)
        await alice.say(kind)
        await delivered(api)
    assert receiver.texts() == ["/start", "lose", "duplicate", "duplicate"]
