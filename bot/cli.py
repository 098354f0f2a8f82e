"""The command line. Every command ends with 0, or with one sentence on stderr and 1."""

import asyncio
import contextlib
import sys
from base64 import b64encode
from collections.abc import AsyncGenerator, Coroutine
from io import BytesIO
from pathlib import Path
from typing import Annotated, Any

import aiohttp
import orjson
import typer

from bot import logs
from bot.domain.errors import ChargebotError
from bot.settings import Settings, SettingsError
from bot.terminal import Lines

app = typer.Typer(
    name="chargebot",
    help="Charge an electric car at any network, from a Telegram chat.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
partners = typer.Typer(help="The operators we are connected with.", no_args_is_help=True)
networks = typer.Typer(help="What we know of networks beside OCPI.", no_args_is_help=True)
database = typer.Typer(help="Our own memory.", no_args_is_help=True)
passes = typer.Typer(help="The passes of our drivers.", no_args_is_help=True)
app.add_typer(partners, name="partners")
app.add_typer(passes, name="passes")
app.add_typer(networks, name="networks")
app.add_typer(database, name="db")


class CommandFailed(Exception):
    """A command that could not be done; the text is for the person at the terminal."""


@app.command()
def run() -> None:
    """Serve drivers and operators until stopped."""
    from bot.app import run as serve

    logs.set_up()
    settings = Settings.load()
    _loop(serve(settings))


@app.command()
def price(
    cdr: Annotated[str, typer.Option(help="A file with an OCPI CDR: our bill beside the operator's total.")] = "",
    tariff: Annotated[str, typer.Option(help="A file with an OCPI Tariff, or a list of them.")] = "",
    periods: Annotated[str, typer.Option(help="A file with charging_periods, such as a Session.")] = "",
    time_zone: Annotated[str, typer.Option(help="The station's time zone, such as Europe/Amsterdam.")] = "",
    json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,  # noqa: FBT002  a switch of the command line
) -> None:
    """Price a charge by its tariff, line by line, from files alone."""
    from bot import price as pricing

    priced = pricing.price_files(cdr, tariff, periods, time_zone)
    if json:
        print(pricing.to_json(priced))
    else:
        pricing.show(priced)


@database.command()
def upgrade() -> None:
    """Bring the database to this version of chargebot."""
    settings = Settings.load()
    settings.need("secret_keys")
    _loop(_upgrade(settings))
    print("The database is up to date.")


async def _upgrade(settings: Settings) -> None:
    from cryptography.fernet import Fernet, MultiFernet

    from data.db.engine import open_database

    cipher = MultiFernet([Fernet(key) for key in settings.fernet_keys])
    async with open_database(settings.database_url, cipher=cipher, migrate=True):
        pass


@database.command()
def backup(file: Annotated[Path, typer.Argument(help="Where the copy goes; it must not exist yet.")]) -> None:
    """Copy the SQLite database while the bot runs."""
    from data.db.backup import back_up

    settings = Settings.load()
    source = settings.sqlite_file
    if source is None:
        raise CommandFailed("Only SQLite is copied by chargebot: for PostgreSQL use pg_dump.")

    async def copy() -> None:
        size = await back_up(source, file)
        print(f"{file}: {size:,} bytes, checked.")

    _loop(copy())


Named = Annotated[str, typer.Argument(help="The partner's number, name, or party such as NL-HAV.")]


@partners.command()
def add(
    versions_url: Annotated[str, typer.Option(help="The operator's OCPI versions URL.")],
    token: Annotated[str, typer.Option(help="The TOKEN_A it gave us.")],
    name: Annotated[str, typer.Option(help="What to call it; its own name by default.")] = "",
) -> None:
    """Register with an operator and read its stations."""
    _office("partners.add", versions_url=versions_url, token=token, name=name)


@partners.command()
def invite(name: Annotated[str, typer.Option(help="Whom the invitation is for.")] = "") -> None:
    """Let an operator register with us: prints our versions URL and a token that works once."""
    _office("partners.invite", name=name)


@partners.command("list")
def list_partners() -> None:
    """Show the partners, and what of their data could not be used."""
    _office("partners.list")


@partners.command()
def sync(partner: Named) -> None:
    """Read all stations and tariffs of a partner now."""
    _office("partners.sync", partner=partner)


@partners.command()
def rotate(partner: Named) -> None:
    """Exchange the tokens of both sides for new ones."""
    _office("partners.rotate", partner=partner)


@partners.command()
def remove(partner: Named) -> None:
    """Part from a partner; its charges and bills stay."""
    _office("partners.remove", partner=partner)


@passes.command("import")
def import_passes(
    file: Annotated[Path, typer.Argument(help="A CSV file with the columns number, activation_code and status.")],
) -> None:
    """Take passes from a file; from the first one on, drivers link a pass instead of getting a welcome pass."""
    try:
        text = file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise CommandFailed(
            f"{file} cannot be read: {getattr(error, 'strerror', None) or 'it is not UTF-8'}."
        ) from None
    _office("passes.import", text=text)


@passes.command("list")
def list_passes() -> None:
    """Count the passes by state."""
    _office("passes.list")


@networks.command("import")
def import_networks(
    file: Annotated[Path, typer.Argument(help="A TOML file; docs/networks.example.toml shows all it may say.")],
) -> None:
    """Take the descriptions of networks from a file, all of them or none."""
    from bot.services.catalogue_file import pictures_named

    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise CommandFailed(
            f"{file} cannot be read: {getattr(error, 'strerror', None) or 'it is not UTF-8'}."
        ) from None
    pictures = {}
    for name in pictures_named(text):
        with contextlib.suppress(OSError, ValueError):
            pictures[name] = _picture(file.parent / name)
    _office("networks.import", text=text, pictures=orjson.dumps(pictures).decode())


BIGGEST_PICTURE = 2 << 20
"""More than is taken, so that whoever looks at it can say so."""


def _picture(path: Path) -> str:
    with path.open("rb") as file:
        return b64encode(file.read(BIGGEST_PICTURE)).decode()


@networks.command("list")
def list_networks() -> None:
    """Show the networks: described, connected, switched on."""
    _office("networks.list")


@app.command()
def reports() -> None:
    """Show what drivers said lately: faults of connectors, and how their charges went."""
    _office("reports.list")


@app.command()
def tickets() -> None:
    """Show what people look after: since when, why, how far it is, who has it."""
    _office("tickets.list")


@app.command()
def doctor() -> None:
    """Look at settings, Telegram, clock, database, operators: what is wrong, and how to mend it."""
    _office("doctor")


def _office(command: str, **arguments: str) -> None:
    settings = Settings.load()
    settings.need("secret_keys")
    _loop(_ask(settings, command, arguments))


async def _ask(settings: Settings, command: str, arguments: dict[str, str]) -> None:
    """Have the running bot do it, or do it here when none is running."""
    from bot.app import socket_path

    path = socket_path(settings)
    try:
        async with contextlib.aclosing(_remote(path, command, arguments)) as lines:
            with Lines() as shown:
                async for line in lines:
                    shown.say(line)
    except _NotRunning:
        await _here(settings, command, arguments)


class _NotRunning(Exception):
    """No bot takes commands."""


AS_LONG_AS_IT_TAKES = aiohttp.ClientTimeout(total=None)
"""A whole map may have to be read; whoever waits sees the lines come."""


async def _remote(path: Path, command: str, arguments: dict[str, str]) -> AsyncGenerator[str]:
    connector = aiohttp.UnixConnector(str(path))
    async with aiohttp.ClientSession(connector=connector, timeout=AS_LONG_AS_IT_TAKES) as session:
        body = orjson.dumps({"command": command, "arguments": arguments})
        try:
            response = await session.post("http://chargebot/", data=BytesIO(body))
        except aiohttp.ClientConnectorError:
            raise _NotRunning from None
        except aiohttp.ClientError:
            raise CommandFailed(_UNFINISHED) from None
        async with response:
            async for told in _told(response):
                if "error" in told:
                    raise CommandFailed(told["error"])
                if "done" in told:
                    return
                yield told.get("say", "")
    raise CommandFailed(_UNFINISHED)


_UNFINISHED = "The running bot did not finish the command; its log says why."


async def _told(response: aiohttp.ClientResponse) -> AsyncGenerator[dict[str, str]]:
    """Line by line; an answer that breaks off or is none of ours just ends."""
    try:
        async for raw in response.content:
            told = orjson.loads(raw)
            if isinstance(told, dict):
                yield told
    except (aiohttp.ClientError, orjson.JSONDecodeError):
        return


_WITH_PEERS = frozenset({"partners.add", "partners.rotate", "doctor"})
"""What asks us back on the way: our own web server must answer meanwhile."""


async def _here(settings: Settings, command: str, arguments: dict[str, str]) -> None:
    from bot.app import answering_peers, opened

    async with contextlib.AsyncExitStack() as rooms:
        house = await rooms.enter_async_context(opened(settings))
        if command in _WITH_PEERS:
            await rooms.enter_async_context(answering_peers(house))
        with Lines() as shown:
            async for line in house.office.do(command, arguments):
                shown.say(line)


def _loop(work: Coroutine[Any, Any, None]) -> None:
    """Run to the end, on uvloop where there is one."""
    try:
        import uvloop
    except ImportError:
        asyncio.run(work)
    else:
        uvloop.run(work)


def main() -> None:
    """Turn what is expected to go wrong into one sentence."""
    try:
        app()
    except (CommandFailed, SettingsError, ChargebotError) as error:
        _fail(error)
    except Exception as error:
        if type(error).__name__ not in _SENTENCES:
            raise
        _fail(error)


_SENTENCES = frozenset({"OfficeError", "PortTaken", "TokenRefused"})
"""Errors of rooms that are not imported before they are needed; their texts are sentences for people."""


def _fail(error: Exception) -> None:
    print(f"chargebot: {error}", file=sys.stderr)
    sys.exit(1)
