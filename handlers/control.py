"""The door for the people who run the bot: a socket in the file system that only their own account can open.

A command reaches the running process here, since only one process may hold the database. Lines of JSON go back.
"""

import contextlib
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Final

import orjson
from aiohttp import web

BIGGEST_COMMAND: Final = 128 << 20
"""A catalogue of networks comes with a picture of each."""

Do = Callable[[str, dict[str, str]], AsyncIterator[str]]
"""Runs a command by its name and gives lines for people; what it raises has a sentence for them."""


@contextlib.asynccontextmanager
async def control_socket(path: Path, do: Do, expected: type[Exception]) -> AsyncIterator[None]:
    """Take commands at `path` while the context lasts; an `expected` error is told, others are logged by aiohttp."""

    async def handle(request: web.Request) -> web.StreamResponse:
        wanted = orjson.loads(await request.read())
        response = web.StreamResponse()
        await response.prepare(request)
        try:
            async for line in do(wanted["command"], wanted["arguments"]):
                await response.write(orjson.dumps({"say": line}) + b"\n")
            await response.write(orjson.dumps({"done": True}) + b"\n")
        except expected as error:
            await response.write(orjson.dumps({"error": str(error)}) + b"\n")
        return response

    application = web.Application(client_max_size=BIGGEST_COMMAND)
    application.add_routes([web.post("/", handle)])
    runner = web.AppRunner(application, access_log=None, shutdown_timeout=1, handle_signals=False)
    await runner.setup()
    _make_room(path)
    try:
        await web.UnixSite(runner, str(path)).start()
        path.chmod(0o600)
        yield
    finally:
        await runner.cleanup()


def _make_room(path: Path) -> None:
    """A process that was killed leaves its socket behind."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
