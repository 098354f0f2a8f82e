import asyncio
import io
import logging
import sys

import pytest
from telegram.error import InvalidToken

from bot import logs
from bot.domain.errors import PartnerError
from bot.logs import redacted
from bot.nursery import Nursery
from handlers.telegram.wire.api import Bot
from handlers.telegram.wire.limiter import Limiter, Rates

TOKEN = "123456789:AAHcanary-canary_canary-canary-can"
OCPI = "c2VjcmV0LWNhbmFyeS10b2tlbg=="
CANARIES = (TOKEN.partition(":")[2], OCPI, "canary-password", "canary!$token")


@pytest.fixture
def written(monkeypatch):
    """All that was logged, as it stands on stderr."""
    stderr = io.StringIO()
    root = logging.getLogger()
    monkeypatch.setattr(sys, "stderr", stderr)
    monkeypatch.setattr(root, "handlers", [])
    monkeypatch.setattr(root, "level", root.level)
    logs.set_up()
    return stderr.getvalue


def fail_telling(error, cause=None):
    raise error from cause


@pytest.mark.parametrize(
    "line",
    [
        f"POST https://api.telegram.org/bot{TOKEN}/sendMessage",
        f"https://api.telegram.org/file/bot{TOKEN}/photos/1.jpg",
        f"The token `{TOKEN}` was rejected by the server.",
        f"Bot[{TOKEN}]",
        f"Authorization: Token {OCPI}",
        f"{{'Authorization': 'Token {OCPI}', 'Accept': '*/*'}}",
        f'"Authorization": "Token {OCPI}"',
        f"authorization=Token {OCPI}",
        f"Authorization: Bearer {OCPI}",
        f"token={OCPI}&x=1",
        "Token canary!$token",
        "postgresql+asyncpg://bot:canary-password@db:5432/charge",
    ],
)
def test_no_form_of_a_secret_is_written(line):
    for canary in CANARIES:
        assert canary not in redacted(line)
    assert "***" in redacted(line)


@pytest.mark.parametrize(
    "line",
    [
        "charge 6f1b2c3d-0a1b-4c2d-8e3f-123456789abc was stopped",
        "listening on http://127.0.0.1:8080",
        "the token of charge 6f1b was pushed",
        "2026-11-22T21:24:24.590143Z",
        "update U123456 is given up after 5 tries",
    ],
)
def test_what_is_no_secret_stays_readable(line):
    assert redacted(line) == line


def test_a_line_says_when_how_bad_and_who(written):
    logging.getLogger("bot.test").warning("charge %s waits", "C1")
    line = written()
    assert line.count("\n") == 1
    for part in ("warning", "charge C1 waits", "bot.test", "Z"):
        assert part in line


def test_tracebacks_are_redacted_too(written):
    inner = InvalidToken(f"The token `{TOKEN}` was rejected by the server.")
    try:
        fail_telling(PartnerError(f"GET /locations with Authorization: Token {OCPI}"), inner)
    except PartnerError:
        logging.getLogger("bot.test").exception("it failed")
    text = written()
    assert "Traceback" in text
    assert not [canary for canary in CANARIES if canary in text]


def test_a_name_can_neither_begin_a_line_of_its_own_nor_speak_to_the_terminal(written):
    logging.getLogger("bot.test").info("station %s", "x\n2026-01-01 [error] forged\r\x1b[2J\x9b")
    text = written()
    assert text.count("\n") == 1
    assert "\\x0a2026" in text
    assert not [character for character in text[:-1] if not character.isprintable()]


def test_the_chatter_of_libraries_is_left_out(written):
    for name in logs.QUIET:
        logging.getLogger(name).info("bot%s", TOKEN)
    assert written() == ""


async def test_a_task_that_fails_is_written_once_with_its_name_and_without_its_secret(written):
    async def fail():
        raise ValueError(f"https://api.telegram.org/bot{TOKEN}/getMe")

    async with Nursery() as nursery:
        nursery.start(fail(), "doomed")
        await asyncio.sleep(0)
        await asyncio.sleep(0)
    text = written()
    assert text.count("the task doomed failed") == 1
    assert "ValueError" in text
    assert TOKEN not in text


async def test_a_bot_never_shows_its_token(written):
    bot = Bot(TOKEN, api_url="http://127.0.0.1:9", limiter=Limiter(Rates.unlimited()))
    try:
        await bot.call("getMe")
    except Exception:
        logging.getLogger("bot.test").exception("no Telegram: %r", bot)
    await bot.shutdown()
    text = written()
    assert "no Telegram" in text
    assert CANARIES[0] not in text
