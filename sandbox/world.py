"""The whole pretend world: a Bot API server, an operator, and the real bot as a process of its own between them.

async with World(folder) as world:
    await world.open_for_business()   # the bot is registered with the operator and serves
    alice = await world.telegram.person("Alice")
"""

import asyncio
import os
import secrets
import signal
import socket
import sys
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from types import TracebackType
from typing import Final, Self

import aiohttp

from sandbox.cpo.crew import Crew
from sandbox.cpo.operator import Operator
from sandbox.cpo.street import Street
from sandbox.telegram.limits import Limits
from sandbox.telegram.people import Telegram
from sandbox.telegram.server import TelegramServer

TOKEN: Final = "1001:pretend-bot-token-for-the-sandbox"  # noqa: S105  of a pretend bot, on loopback
READY_PATIENCE: Final = 20.0
STOP_PATIENCE: Final = 12.0
_POLL: Final = 0.02
NETWORKS: Final = Path(__file__).parents[1] / "docs" / "networks.example.toml"


class WorldError(Exception):
    """The pretend world could not be set up; the text says why."""


class World:
    """`speed` is how much faster cars charge; `pace` shortens the bot's own waiting; both make a short demo.

    `entry` is the module that is run as the bot; `version`, `dialect` and `hub` are how the operator speaks OCPI.
    """

    def __init__(
        self,
        folder: Path,
        *,
        speed: float = 60,
        pace: float = 0.2,
        seed: int = 1,
        mode: str = "polling",
        limits: Limits | None = None,
        traffic: bool = True,
        settings: Mapping[str, str] | None = None,
        entry: str = "bot",
        version: str = "2.2.1",
        dialect: Iterable[str] = (),
        hub: bool = False,
    ) -> None:
        self.folder = folder
        self.operator = Operator(seed=seed, speed=speed, traffic=traffic, version=version, dialect=dialect, hub=hub)
        self.server = TelegramServer([TOKEN], limits=limits)
        self.log = folder / "bot.log"
        self.bot: asyncio.subprocess.Process | None = None
        self._listen = f"127.0.0.1:{_free_port()}"
        self._pace = pace
        self._mode = mode
        self._entry = entry
        self._more = dict(settings or {})
        self._secret = secrets.token_hex(32)
        self._closing = AsyncExitStack()

    async def __aenter__(self) -> Self:
        self.folder.mkdir(parents=True, exist_ok=True)
        async with AsyncExitStack() as closing:
            await closing.enter_async_context(self.operator)
            await closing.enter_async_context(self.server)
            self.telegram = await closing.enter_async_context(Telegram(self.server.url))
            self.street = await closing.enter_async_context(Street(self.operator.control_url))
            closing.push_async_callback(self.stop_bot)
            self._closing = closing.pop_all()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._closing.aclose()

    @property
    def url(self) -> str:
        """Where the bot's own web server listens."""
        return f"http://{self._listen}"

    def environment(self, **more: str) -> dict[str, str]:
        """What the bot is told; nothing of the machine's own settings of a real bot gets in."""
        clean = {name: value for name, value in os.environ.items() if not name.startswith("CHARGEBOT_")}
        ours = {
            "TELEGRAM_TOKEN": TOKEN,
            "TELEGRAM_API_URL": self.server.url,
            "TELEGRAM_MODE": self._mode,
            "DATABASE_URL": f"sqlite:///{self.folder / 'chargebot.db'}",
            "LISTEN": self._listen,
            "PUBLIC_URL": self.url,
            "SECRET_KEYS": self._secret,
            "ALLOW_PRIVATE_ADDRESSES": "true",
            "BUSINESS_NAME": "Sandbox Charging",
            "HOTLINE": "+31 20 555 0100",
            "STARTS_PER_HOUR": "60",
            "PACE": str(self._pace),
        }
        return clean | {f"CHARGEBOT_{name}": value for name, value in (ours | self._more | more).items()}

    async def open_for_business(self) -> None:
        """Register the bot with the operator and start it."""
        invitation = await self.street.invite("Sandbox Charging")
        await self.command(
            "partners", "add", "--versions-url", invitation["versions_url"], "--token", invitation["token_a"]
        )
        await self.command("networks", "import", str(NETWORKS))
        await self.start_bot()

    async def command(self, *words: str, **environment: str) -> str:
        """Run `chargebot WORDS`; give what it printed.

        Raises:
            WorldError: with its error sentence, when it failed.

        """
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "bot",
            *words,
            env=self.environment(**environment),
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        printed, complained = await process.communicate()
        if process.returncode != 0:
            raise WorldError(complained.decode().strip() or f"chargebot {' '.join(words)} ended {process.returncode}")
        return printed.decode()

    async def start_bot(self, **environment: str) -> None:
        """Start the bot and wait until it serves.

        Raises:
            WorldError: when it ended instead, with the end of its log.

        """
        await self.launch_bot(**environment)
        await self.until_healthy()

    async def launch_bot(self, **environment: str) -> None:
        """Start the bot's process without waiting for it to serve."""
        with self.log.open("ab") as log:
            self.bot = await asyncio.create_subprocess_exec(
                sys.executable, "-m", self._entry, "run", env=self.environment(**environment), stdout=log, stderr=log
            )

    async def until_healthy(self) -> None:
        """Wait until the bot serves; an error as for `start_bot`."""
        async with asyncio.timeout(READY_PATIENCE), aiohttp.ClientSession() as session:
            while True:
                if self.bot is None or self.bot.returncode is not None:
                    raise WorldError(f"The bot ended: {self.log.read_text()[-2000:]}")
                try:
                    async with session.get(f"{self.url}/health") as answer:
                        if answer.ok:
                            return
                except aiohttp.ClientError:
                    pass
                await asyncio.sleep(_POLL)

    @asynccontextmanager
    async def supervised(self) -> AsyncIterator[list[int]]:
        """Start a bot that dies again for as long as this lasts; gives what each of them died of, as return codes."""
        deaths: list[int] = []
        supervisor = Crew()
        supervisor.start(self._start_again(deaths), "the supervisor")
        try:
            yield deaths
        finally:
            await supervisor.dismiss()

    async def _start_again(self, deaths: list[int]) -> None:
        while self.bot is not None:
            death = await self.bot.wait()
            await self.launch_bot()
            deaths.append(death)

    async def kill_bot(self) -> None:
        """SIGKILL: nothing is finished, nothing is said goodbye to."""
        if self.bot is not None and self.bot.returncode is None:
            self.bot.send_signal(signal.SIGKILL)
            await self.bot.wait()

    async def stop_bot(self) -> None:
        """SIGTERM, and SIGKILL when that is not heard."""
        if self.bot is None or self.bot.returncode is not None:
            return
        self.bot.terminate()
        try:
            async with asyncio.timeout(STOP_PATIENCE):
                await self.bot.wait()
        except TimeoutError:
            await self.kill_bot()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
