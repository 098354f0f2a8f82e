"""Killed at any moment between the arrival of an update and its acknowledgement, the bot loses none of them."""

import asyncio
import os
import signal
import sys
from contextlib import asynccontextmanager

import pytest

from tests.handlers.telegram.room import telegram_server

SAID = ["one", "two", "three", "four"]


@asynccontextmanager
async def victim(server, database, mode, crash_point=""):
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "tests.handlers.telegram.victim",
        server.url,
        f"sqlite:///{database}",
        mode,
        env={**os.environ, "CHARGEBOT_CRASH_POINT": crash_point},
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


@pytest.mark.storm
@pytest.mark.parametrize("mode", ["polling", "webhook"])
@pytest.mark.parametrize("point", ["update_in", "update_committed", "update_handled"])
async def test_killed_at_a_named_point_no_update_is_lost(tmp_path, mode, point):
    async with telegram_server() as (server, people):
        ada = await people.person("Ada")
        database = tmp_path / "bot.db"
        async with victim(server, database, mode, f"{point}:2") as process:
            await ada.say(SAID[0])
            await ada.wait_message(SAID[0], patience=20)
            for text in SAID[1:]:
                await ada.say(text)
            async with asyncio.timeout(20):
                assert await process.wait() == -signal.SIGKILL
        async with victim(server, database, mode):
            await ada.wait_message(SAID[-1], patience=20)
        answers = [message.text for message in await ada.messages() if not message.own]
    told = list(dict.fromkeys(answers))
    assert told == [f"{number}: {text}" for number, text in enumerate(SAID, start=1)]
    assert len(answers) - len(told) <= 1, "only what was answered and not yet stored comes twice"
