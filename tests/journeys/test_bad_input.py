"""Bad input anywhere gets one clear sentence, or the right HTTP code, and loses nothing."""

import asyncio
import io
import sqlite3
import sys

import aiohttp
import pytest
import pytest_asyncio

from bot.settings import Settings
from handlers.telegram.wire.webhook import SECRET_HEADER
from sandbox.world import World
from tests.journeys.town import open_town

pytestmark = pytest.mark.asyncio(loop_scope="module")

SETTINGS = {
    "PACE": "soon",
    "LISTEN": "everywhere",
    "SECRET_KEYS": "short",
    "DATABASE_URL": "mysql://localhost/chargebot",
}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def world(tmp_path_factory):
    """A world in which the bot does not run yet."""
    async with World(tmp_path_factory.mktemp("bad"), traffic=False) as world:
        yield world


async def _chargebot(world, *words, **environment):
    """Run a command; give its one sentence, having checked that it is one."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "bot",
        *words,
        env=world.environment(**environment),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    async with asyncio.timeout(20):
        printed, complained = await process.communicate()
    assert process.returncode == 1
    assert printed == b""
    assert b"Traceback" not in complained
    *_, sentence = complained.decode().splitlines()
    assert sentence.startswith("chargebot: ")
    return sentence.removeprefix("chargebot: ")


# ── settings and files ───────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(("name", "value"), SETTINGS.items())
async def test_a_setting_that_cannot_be_used_is_named(world, tmp_path, name, value):
    sentence = await _chargebot(world, "db", "upgrade", **{name: value})
    assert f"CHARGEBOT_{name}" in sentence
    assert "pydantic" not in sentence


async def test_a_webhook_without_an_address_of_ours_is_named(world):
    sentence = await _chargebot(world, "run", TELEGRAM_MODE="webhook", PUBLIC_URL="")
    assert "CHARGEBOT_PUBLIC_URL" in sentence


@pytest.mark.parametrize(("content", "said"), [(None, "No such file"), (b"\xff\xfe\xfa", "it is not text")])
async def test_a_secret_file_that_cannot_be_read_is_named(world, tmp_path, content, said):
    path = tmp_path / "key"
    if content is not None:
        path.write_bytes(content)
    sentence = await _chargebot(world, "db", "upgrade", SECRET_KEYS_FILE=str(path))
    assert str(path) in sentence
    assert said in sentence


@pytest.mark.parametrize(("token", "said"), [("", "@BotFather"), ("1001:wrong", "refuses")])
async def test_a_wrong_telegram_token_is_told_and_not_printed(world, tmp_path, token, said):
    sentence = await _chargebot(world, "run", TELEGRAM_TOKEN=token, DATABASE_URL=f"sqlite:///{tmp_path}/a.db")
    assert "CHARGEBOT_TELEGRAM_TOKEN" in sentence
    assert said in sentence
    assert "wrong" not in sentence


async def test_a_taken_port_is_named(world, tmp_path):
    taken = world.server.url.removeprefix("http://")
    sentence = await _chargebot(world, "run", LISTEN=taken, DATABASE_URL=f"sqlite:///{tmp_path}/a.db")
    assert taken in sentence
    assert "CHARGEBOT_LISTEN" in sentence


@pytest.mark.parametrize("change", ["newer", "strange", "damaged"])
async def test_a_database_that_is_not_for_us_is_left_as_it_is(world, tmp_path, change):
    path = tmp_path / "a.db"
    url = f"sqlite:///{path}"
    if change == "damaged":
        path.write_bytes(b"this was a database once" * 100)
    else:
        await world.command("db", "upgrade", DATABASE_URL=url)
        _alter(path, change)
    before = path.read_bytes()
    sentence = await _chargebot(world, "run", DATABASE_URL=url)
    assert str(path) in sentence
    assert {"newer": "newer", "strange": "no database of chargebot", "damaged": "database"}[change] in sentence
    assert path.read_bytes() == before


def _alter(path, change):
    with sqlite3.connect(path) as database:
        if change == "newer":
            database.execute("UPDATE alembic_version SET version_num = '9999'")
        else:
            database.execute("DROP TABLE alembic_version")
    database.close()


# ── what others send, in the middle of a charge ──────────────────────────────────────────────────────────────────────


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def town(tmp_path_factory):
    async with open_town(tmp_path_factory.mktemp("called"), mode="webhook") as town:
        yield town


def _requests(world):
    """Method, path, headers, body, and the HTTP code it deserves."""
    hook = Settings.load(world.environment()).mode
    (partner,) = world.operator.partners.registered()
    header = world.operator.voice.header
    sessions = partner.endpoint("sessions", "RECEIVER").removeprefix(world.url) + "/NL/HAV/made-up"
    known = {"Authorization": header(partner.ours_to_them), "Content-Type": "application/json"}
    telegram = {SECRET_HEADER: hook.secret, "Content-Type": "application/json"}
    return [
        ("GET", "/", {}, None, 404),
        ("PURGE", "/health", {}, None, 405),
        ("GET", hook.path, telegram, None, 405),
        ("POST", hook.path, {"Content-Type": "application/json"}, b'{"update_id": 1}', 403),
        ("POST", hook.path, {**telegram, SECRET_HEADER: "guessed"}, b'{"update_id": 1}', 403),
        ("POST", hook.path, {**telegram, "Content-Type": "text/plain"}, b'{"update_id": 1}', 415),
        ("POST", hook.path, telegram, b"{", 400),
        ("POST", hook.path, telegram, b"[" * 100_000, 400),
        ("POST", hook.path, telegram, b'{"update_id": true}', 400),
        ("POST", hook.path, telegram, b" " * 300_000, 413),
        ("PUT", sessions, {"Content-Type": "application/json"}, b"{}", 401),
        ("PUT", sessions, {**known, "Authorization": header("an unknown token")}, b"{}", 401),
        ("PUT", sessions, {**known, "Authorization": "Basic YTpi"}, b"{}", 401),
        ("PUT", sessions, known, b"{", 400),
        ("PUT", sessions, known, b"[" * 100_000, 400),
        ("PUT", sessions, known, b'{"kwh": NaN}', 400),
        ("PUT", sessions, known, b" " * 2_000_000, 413),
        ("PUT", sessions.replace("/HAV/", "/XYZ/"), known, b"{}", 404),
        ("PURGE", sessions, known, b"{}", 405),
        ("PATCH", sessions, known, b"{}", 404),
    ]


async def test_whatever_others_send_in_mid_charge_is_refused_in_order_and_the_charge_goes_on(town):
    driver = await town.driver()
    await driver.start()
    wrong = []
    async with aiohttp.ClientSession(town.world.url) as client:
        for method, path, headers, body, status in _requests(town.world):
            async with client.request(method, path, headers=headers, data=body and io.BytesIO(body)) as answer:
                text = await answer.text()
                assert "Traceback" not in text
                if answer.status != status:
                    wrong.append(f"{answer.status} for {method} {path} {(body or b'')[:20]!r}, not {status}")
    assert not wrong
    await driver.stop()
    await driver.finish()


async def test_a_second_process_is_refused_and_the_first_goes_on(town):
    driver = await town.driver()
    await driver.start()
    sentence = await _chargebot(town.world, "run")
    assert str(town.world.folder / "chargebot.db") in sentence
    assert "CHARGEBOT_DATABASE_URL" in sentence
    await driver.stop()
    await driver.finish()
