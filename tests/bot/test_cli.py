"""Every command ends with 0, or with one sentence on stderr and 1; whether the bot runs or not."""

import asyncio
import contextlib
import os
import signal
import socket
import sys

import pytest
from aiohttp import web
from typer.testing import CliRunner

from bot import cli, logs
from bot.app import LONGEST_SOCKET, socket_path
from bot.office import OfficeError
from bot.settings import Settings
from handlers.control import control_socket
from sandbox.cpo.operator import Operator
from sandbox.cpo.street import Street

KEY = "0123456789abcdef0123456789abcdef"
TOKEN = "123456789:AAHcanary-canary-canary-canary-can"


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture
def environment(tmp_path):
    listen = f"127.0.0.1:{free_port()}"
    return {
        "CHARGEBOT_SECRET_KEYS": KEY,
        "CHARGEBOT_DATABASE_URL": f"sqlite:///{tmp_path / 'a.db'}",
        "CHARGEBOT_LISTEN": listen,
        "CHARGEBOT_PUBLIC_URL": f"http://{listen}",
        "CHARGEBOT_ALLOW_PRIVATE_ADDRESSES": "true",
    }


@pytest.fixture
def chargebot(environment, monkeypatch, capsys):
    """Run a command in this process; give its exit code and what it wrote to stdout and stderr."""
    for name in [name for name in os.environ if name.startswith("CHARGEBOT_")]:
        monkeypatch.delenv(name)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)

    monkeypatch.setattr(logs, "set_up", lambda: None)

    def run(*words):
        monkeypatch.setattr(sys, "argv", ["chargebot", *words])
        code = 0
        try:
            cli.main()
        except SystemExit as end:
            code = end.code or 0
        return code, *capsys.readouterr()

    return run


def sentence(result):
    """The one sentence of a command that failed."""
    code, printed, complained = result
    assert code == 1
    assert printed == ""
    assert complained.startswith("chargebot: ")
    assert complained.count("\n") == 1
    return complained.removeprefix("chargebot: ").strip()


# ── in this process ──────────────────────────────────────────────────────────────────────────────────────────────


def test_the_database_is_brought_up_to_date_as_often_as_one_likes(chargebot, tmp_path):
    for _ in range(2):
        assert chargebot("db", "upgrade") == (0, "The database is up to date.\n", "")
    assert (tmp_path / "a.db").stat().st_mode & 0o077 == 0


def test_without_partners_the_list_says_how_to_get_one(chargebot):
    code, printed, _ = chargebot("partners", "list")
    assert (code, printed) == (0, "No partner yet: chargebot partners add --versions-url URL --token TOKEN_A\n")


def test_an_invitation_has_an_address_and_a_token_and_is_listed(chargebot, environment):
    code, printed, _ = chargebot("partners", "invite", "--name", "Coast")
    assert code == 0
    url, token, _ = printed.splitlines()
    assert url == f"Versions URL: {environment['CHARGEBOT_PUBLIC_URL']}/ocpi/versions"
    assert len(token.split()[-1]) >= 32
    assert "Coast (no party yet" in chargebot("partners", "list")[1]


def test_the_doctor_looks_at_a_bot_that_does_not_run(chargebot):
    code, printed, complained = chargebot("doctor")
    said = {line[7:].partition(":")[0]: line for line in printed.splitlines()}
    assert code == 1
    assert said["token"].startswith("WRONG  token: CHARGEBOT_TELEGRAM_TOKEN is not set")
    assert said["operators"].startswith("WRONG ")
    assert said["our address"].startswith("ok ")
    assert said["database"].startswith("ok ")
    assert "of these are wrong, as said above" in complained


@pytest.mark.parametrize("command", ["sync", "rotate", "remove"])
def test_a_partner_that_is_not_there_is_said(chargebot, command):
    assert sentence(chargebot("partners", command, "NL-XXX")) == (
        "There is no partner NL-XXX: chargebot partners list shows them."
    )


def test_an_operator_that_cannot_be_reached_is_said(chargebot):
    said = sentence(
        chargebot("partners", "add", "--versions-url", f"http://127.0.0.1:{free_port()}/v", "--token", "canary-token")
    )
    assert "canary-token" not in said


def test_a_private_address_is_not_dialled(chargebot, monkeypatch):
    monkeypatch.setenv("CHARGEBOT_ALLOW_PRIVATE_ADDRESSES", "false")
    assert sentence(chargebot("partners", "add", "--versions-url", "https://127.0.0.1/v", "--token", "x"))


def test_a_setting_that_cannot_be_used_is_one_sentence(chargebot, monkeypatch):
    monkeypatch.setenv("CHARGEBOT_LISTEN", "everywhere")
    for words in (("run",), ("db", "upgrade"), ("partners", "list")):
        assert sentence(chargebot(*words)).startswith("CHARGEBOT_LISTEN: write it as host:port")


@pytest.mark.parametrize(
    ("words", "missing"),
    [(("run",), "TELEGRAM_TOKEN"), (("db", "upgrade"), "SECRET_KEYS"), (("partners", "list"), "SECRET_KEYS")],
)
def test_a_setting_that_is_missing_is_one_sentence(chargebot, monkeypatch, words, missing):
    monkeypatch.delenv("CHARGEBOT_SECRET_KEYS")
    assert f"CHARGEBOT_{missing} is not set" in chargebot(*words)[2]


@pytest.mark.parametrize("content", [b"this is no database", b"SQLite format 3\0" + b"\xff" * 4000])
def test_a_file_that_is_no_database_is_left_as_it_is(chargebot, tmp_path, content):
    path = tmp_path / "a.db"
    path.write_bytes(content)
    sentence(chargebot("partners", "list"))
    assert path.read_bytes() == content


def test_a_folder_that_cannot_be_written_is_said(chargebot, monkeypatch, tmp_path):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("CHARGEBOT_DATABASE_URL", f"sqlite:///{tmp_path / 'file' / 'a.db'}")
    assert sentence(chargebot("partners", "list"))


def test_a_taken_port_stops_only_what_needs_it(chargebot, environment):
    host, port = environment["CHARGEBOT_LISTEN"].split(":")
    with socket.socket() as taken:
        taken.bind((host, int(port)))
        taken.listen()
        assert chargebot("partners", "list")[0] == 0
        said = sentence(chargebot("partners", "add", "--versions-url", "http://127.0.0.1:9/v", "--token", "x"))
        assert f"Cannot listen on 127.0.0.1:{port}" in said


def test_words_that_nobody_knows_are_answered_with_help():
    runner = CliRunner()
    for words in (["dance"], ["partners", "dance"], ["partners", "add"], ["partners", "sync"]):
        result = runner.invoke(cli.app, words)
        assert result.exit_code == 2
        assert "Traceback" not in result.output
    for words in (["--help"], ["partners", "--help"], ["db", "--help"]):
        assert runner.invoke(cli.app, words).exit_code == 0


# ── with an operator ─────────────────────────────────────────────────────────────────────────────────────────────


async def printed(capsys, environment, command, **arguments):
    await cli._ask(Settings.load(environment), command, arguments)
    return capsys.readouterr().out


async def test_a_partners_whole_life(environment, capsys):
    async with Operator(seed=1) as operator, Street(operator.control_url) as street:
        invitation = await street.invite("chargebot")
        url, token = invitation["versions_url"], invitation["token_a"]
        said = await printed(capsys, environment, "partners.add", versions_url=url, token=token, name="")
        assert said.startswith("Registered with ")
        assert "stations and" in said
        assert "(NL-HAV, OCPI 2.2.1, registered)" in await printed(capsys, environment, "partners.list")
        assert " tariffs read." in await printed(capsys, environment, "partners.sync", partner="nl-hav")
        assert "New tokens with" in await printed(capsys, environment, "partners.rotate", partner="1")
        assert "is no longer a partner" in await printed(capsys, environment, "partners.remove", partner="1")
        with pytest.raises(OfficeError):
            await cli._ask(Settings.load(environment), "partners.sync", {"partner": "1"})


async def test_a_token_that_was_used_is_refused_in_one_sentence(environment, capsys):
    async with Operator(seed=1) as operator, Street(operator.control_url) as street:
        invitation = await street.invite("chargebot")
        asked = {"versions_url": invitation["versions_url"], "token": "wrong", "name": ""}
        with pytest.raises(OfficeError) as refused:
            await cli._ask(Settings.load(environment), "partners.add", asked)
        assert "\n" not in str(refused.value)


# ── the running bot ──────────────────────────────────────────────────────────────────────────────────────────────


async def _told(path, command="partners.list", **arguments):
    return [line async for line in cli._remote(path, command, arguments)]


async def test_a_command_is_done_by_the_running_bot_line_by_line(tmp_path):
    async def do(command, arguments):
        yield f"{command} {arguments}"
        yield "second {line}\n"

    async with control_socket(tmp_path / "s", do, OfficeError):
        assert await _told(tmp_path / "s", x="1") == ["partners.list {'x': '1'}", "second {line}\n"]
        assert (tmp_path / "s").stat().st_mode & 0o077 == 0


async def test_what_the_running_bot_cannot_do_comes_back_as_its_sentence(tmp_path):
    async def do(command, arguments):
        yield "begun"
        raise OfficeError("There is no partner 7.")

    async with control_socket(tmp_path / "s", do, OfficeError):
        with pytest.raises(cli.CommandFailed, match=r"^There is no partner 7\.$"):
            await _told(tmp_path / "s")


async def test_a_bot_that_fails_in_the_middle_is_said(tmp_path, caplog):
    async def do(command, arguments):
        yield "begun"
        raise LookupError("bug")

    async with control_socket(tmp_path / "s", do, OfficeError):
        with pytest.raises(cli.CommandFailed, match="did not finish the command; its log says why"):
            await _told(tmp_path / "s")


async def test_somebody_else_at_the_socket_is_said(tmp_path):
    async def anything(_):
        return web.Response(text="<html>hello</html>")

    application = web.Application()
    application.add_routes([web.post("/", anything)])
    runner = web.AppRunner(application)
    await runner.setup()
    await web.UnixSite(runner, str(tmp_path / "s")).start()
    with pytest.raises(cli.CommandFailed):
        await _told(tmp_path / "s")
    await runner.cleanup()


async def test_a_socket_that_a_killed_bot_left_behind_is_nobody(tmp_path):
    with socket.socket(socket.AF_UNIX) as dead:
        dead.bind(str(tmp_path / "s"))
    for path in (tmp_path / "s", tmp_path / "never"):
        with pytest.raises(cli._NotRunning):
            await _told(path)
    async with control_socket(tmp_path / "s", lambda *_: None, OfficeError):
        pass


def test_the_socket_is_beside_the_database_unless_that_is_too_deep(tmp_path):
    def at(url):
        return socket_path(Settings.load({"CHARGEBOT_DATABASE_URL": url}))

    assert at("sqlite:///var/a.db").name == "a.sock"
    deep = at(f"sqlite:////{'x' * 120}/a.db")
    assert len(os.fsencode(deep)) <= LONGEST_SOCKET
    assert deep != at(f"sqlite:////{'y' * 120}/a.db")
    assert str(at("postgresql://bot@db/charge")) == "var/chargebot.sock"


# ── as processes ─────────────────────────────────────────────────────────────────────────────────────────────────


async def _process(environment, *words):
    clean = {name: value for name, value in os.environ.items() if not name.startswith("CHARGEBOT_")}
    return await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "bot",
        *words,
        env=clean | environment,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )


async def test_while_the_bot_runs_it_takes_commands_and_it_ends_when_told_to(environment, tmp_path):
    """Also while Telegram cannot be reached: stopping must not wait for that."""
    running = environment | {
        "CHARGEBOT_TELEGRAM_TOKEN": TOKEN,
        "CHARGEBOT_TELEGRAM_API_URL": f"http://127.0.0.1:{free_port()}",
    }
    bot = await _process(running, "run")
    try:
        async with asyncio.timeout(20):
            while not (tmp_path / "a.sock").exists():  # noqa: ASYNC110  another process makes it
                await asyncio.sleep(0.02)
            command = await _process(environment, "partners", "list")
            out, err = await command.communicate()
            assert (command.returncode, err) == (0, b"")
            assert out.startswith(b"No partner yet")
            second = await _process(running, "run")
            _, err = await second.communicate()
            assert second.returncode == 1
            assert b"Traceback" not in err
            assert err.splitlines()[-1].startswith(b"chargebot: ")
            bot.send_signal(signal.SIGTERM)
            _, log = await bot.communicate()
    finally:
        with contextlib.suppress(ProcessLookupError):
            bot.kill()
    assert bot.returncode == 0
    assert b"Telegram is not ready for us" in log
    assert b"Traceback" not in log
    assert b"Unclosed" not in log
    assert TOKEN.partition(":")[2].encode() not in log


async def test_a_command_that_fails_is_one_sentence_of_a_process_too(environment):
    command = await _process(environment, "partners", "remove", "7")
    out, err = await command.communicate()
    assert (command.returncode, out) == (1, b"")
    assert err.splitlines()[-1] == b"chargebot: There is no partner 7: chargebot partners list shows them."
    assert b"Traceback" not in err
