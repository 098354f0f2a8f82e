import asyncio
from contextlib import asynccontextmanager

import aiohttp
import orjson
import pytest

from bot.domain.errors import StoreBusy
from bot.nursery import Nursery
from handlers.telegram.wire.inbox import Inbox
from handlers.telegram.wire.webhook import SECRET_HEADER, Webhook
from handlers.web import build_web, serving
from tests.fakes.clock import ManualClock
from tests.fakes.database import FakeDatabase
from tests.handlers.telegram.room import text_update

SECRET = "s3cret"
JSON = {"Content-Type": "application/json"}
GOOD = {**JSON, SECRET_HEADER: SECRET}


@asynccontextmanager
async def hook():
    database, handed = FakeDatabase(), []

    async def healthy():
        return {}

    async with Nursery() as nursery, aiohttp.ClientSession() as session:
        inbox = Inbox(database, ManualClock(), nursery, handed.append)
        webhook = Webhook(inbox, path="/random/path", secret=SECRET)
        async with serving(build_web([webhook.route()], healthy), "127.0.0.1", 0) as port:

            async def post(body, headers=GOOD):
                async with session.post(f"http://127.0.0.1:{port}/random/path", data=body, headers=headers) as answer:
                    return answer.status, await answer.text()

            yield post, database, handed, webhook


async def test_an_update_is_stored_before_it_is_acknowledged_and_twice_is_once():
    async with hook() as (post, database, handed, _):
        body = orjson.dumps(text_update(5))
        assert await asyncio.gather(*(post(body) for _ in range(5))) == [(200, "")] * 5
        assert len(handed) == 1
        assert [row.body for row in await database.read(lambda uow: uow.inbox.waiting())] == [body]


@pytest.mark.parametrize("secret", [None, "", "s3cre", "S3CRET", "ü"])
async def test_without_the_secret_nothing_is_read_or_told(secret):
    headers = JSON if secret is None else {**JSON, SECRET_HEADER: secret}
    async with hook() as (post, _, handed, webhook):
        status, text = await post(orjson.dumps(text_update(5)), headers)
        assert (status, handed, webhook.refused) == (403, [], 1)
        assert "hello" not in text


@pytest.mark.parametrize(
    ("body", "headers", "status"),
    [
        (b"{}", {**GOOD, "Content-Type": "text/plain"}, 415),
        (b"{}", GOOD, 400),
        (b"[" * 100_000, GOOD, 400),
        (b" " * (256 * 1024 + 1), GOOD, 413),
    ],
)
async def test_other_things_are_refused_without_a_trace(body, headers, status):
    async with hook() as (post, _, handed, _):
        answer = await post(body, headers)
        assert answer[0] == status
        assert "Traceback" not in answer[1]
        assert handed == []


async def test_a_busy_store_asks_telegram_to_come_again():
    async with hook() as (post, database, handed, _):
        database.trouble = StoreBusy("busy")
        assert (await post(orjson.dumps(text_update(5))))[0] == 503
        database.trouble = None
        assert (await post(orjson.dumps(text_update(5))))[0] == 200
        assert len(handed) == 1
