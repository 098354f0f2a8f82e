import asyncio
import logging
from contextlib import asynccontextmanager

import pytest
from aiohttp import web
from telegram import InputFile
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
    TimedOut,
)

from handlers.telegram.wire.api import Bot
from handlers.telegram.wire.limiter import Limiter, Rates
from handlers.telegram.wire.request import AiohttpRequest

TOKEN = "123456:SECRET-token_x"


@asynccontextmanager
async def api(answer):
    """A Bot API whose every call is answered by `answer(request)`."""
    application = web.Application()
    application.router.add_route("*", "/{path:.*}", answer)
    runner = web.AppRunner(application, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}/bot{TOKEN}/sendMessage"
    finally:
        await runner.cleanup()


def says(status, body):
    async def answer(_):
        return web.Response(status=status, body=body)

    return answer


async def test_plain_parameters_travel_as_json_on_one_kept_connection():
    seen, peers = [], set()

    async def answer(request):
        seen.append(await request.json())
        peers.add(request.transport.get_extra_info("peername"))
        return web.json_response({"ok": True, "result": {"message_id": 5}})

    async with api(answer) as url, AiohttpRequest() as request:
        for _ in range(3):
            assert await request.call(url, {"chat_id": 7, "text": "ü", "deep": [{"a": None}]}) == {"message_id": 5}
    assert seen == [{"chat_id": 7, "text": "ü", "deep": [{"a": None}]}] * 3
    assert len(peers) == 1


@pytest.mark.parametrize(
    ("status", "body", "error"),
    [
        (400, b'{"ok":false,"description":"Bad Request: chat not found"}', BadRequest),
        (401, b'{"ok":false,"description":"Unauthorized"}', InvalidToken),
        (403, b'{"ok":false,"description":"Forbidden: bot was blocked by the user"}', Forbidden),
        (404, b'{"ok":false,"description":"Not Found"}', InvalidToken),
        (409, b'{"ok":false,"description":"Conflict"}', Conflict),
        (429, b'{"ok":false,"description":"slow","parameters":{"retry_after":35}}', RetryAfter),
        (400, b'{"ok":false,"description":"up","parameters":{"migrate_to_chat_id":-1009}}', ChatMigrated),
        (502, b"<html>bad gateway</html>", NetworkError),
        (200, b"\xff not json", TelegramError),
        (200, b"[]", TelegramError),
    ],
)
async def test_answers_become_the_errors_of_the_framework(status, body, error):
    async with api(says(status, body)) as url, AiohttpRequest() as request:
        with pytest.raises(error) as raised:
            await request.call(url, {})
    assert type(raised.value) is error


async def test_half_a_character_in_an_answer_is_replaced():
    async with api(says(200, b'{"ok":true,"result":"a\xffb"}')) as url, AiohttpRequest() as request:
        assert await request.call(url, {}) == "a\ufffdb"


async def test_silence_is_a_timeout_and_no_error_shows_the_token(caplog):
    async def hang(_):
        await asyncio.sleep(1)

    caplog.set_level(logging.DEBUG)
    async with api(hang) as url, AiohttpRequest(read_timeout=0.02) as request:
        with pytest.raises(TimedOut) as timed_out:
            await request.call(url, {})
        logging.getLogger("test").error("it failed", exc_info=timed_out.value)
    async with AiohttpRequest() as request:
        with pytest.raises(NetworkError) as refused:
            await request.call(url, {})
        logging.getLogger("test").error("it failed", exc_info=refused.value)
        with pytest.raises(NetworkError) as senseless:
            await request.call(f"http://[/bot{TOKEN}/x", {})
        logging.getLogger("test").error("it failed", exc_info=senseless.value)
    assert "SECRET" not in caplog.text


async def test_a_full_pool_is_a_timeout_that_says_nothing_was_sent():
    async def slow(_):
        await asyncio.sleep(0.3)
        return web.json_response({"ok": True, "result": True})

    async with api(slow) as url, AiohttpRequest(pool_size=1, pool_timeout=0.02, connect_timeout=0.02) as request:
        first = asyncio.gather(request.call(url, {}), return_exceptions=True)
        await asyncio.sleep(0.01)
        with pytest.raises(TimedOut, match="not sent"):
            await request.call(url, {})
        assert await first == [True]


async def test_the_framework_uploads_files_through_it():
    parts = {}

    async def answer(request):
        if request.path.endswith("getMe"):
            return web.json_response({"ok": True, "result": {"id": 1, "is_bot": True, "first_name": "b"}})
        form = await request.post()
        parts.update({name: value.file.read() if hasattr(value, "file") else value for name, value in form.items()})
        message = {"message_id": 9, "date": 0, "chat": {"id": 7, "type": "private"}}
        return web.json_response({"ok": True, "result": message})

    async with api(answer) as url:
        bot = Bot(TOKEN, api_url=url.partition("/bot")[0], limiter=Limiter(Rates.unlimited()))
        async with bot:
            message = await bot.send_photo(7, InputFile(b"picture", "p.png"), caption="<b>hi</b>")
    assert message.message_id == 9
    assert parts["photo"] == b"picture"
    assert (parts["chat_id"], parts["caption"], parts["parse_mode"]) == ("7", "<b>hi</b>", "HTML")


async def test_it_must_be_opened_first_and_the_bot_hides_its_token(caplog):
    caplog.set_level(logging.DEBUG)
    with pytest.raises(NetworkError, match="not initialized"):
        await AiohttpRequest().call(f"http://127.0.0.1:1/bot{TOKEN}/x", {})
    bot = Bot(TOKEN, limiter=Limiter())
    assert "SECRET" not in repr(bot)
    assert "SECRET" not in str(bot)
    assert "SECRET" not in caplog.text
