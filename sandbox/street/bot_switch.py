"""The bot's process as the page sees it: waking, awake or gone; and two switches, to kill it and to start it again."""

import asyncio
from typing import Final

from sandbox.street.letters import PostOffice
from sandbox.world import NETWORKS, TOKEN, World, WorldError

NAME: Final = "Sandbox Charging"


class BotSwitch:
    """`environment` is what the bot is told besides what the world tells it, as in `World.environment`."""

    def __init__(self, world: World) -> None:
        self.environment: dict[str, str] = {}
        self.letters = PostOffice(world)
        self._world = world
        self._turn = asyncio.Lock()
        self._registered = False
        self._starting = False
        self.trouble = ""
        world.server.world.bots[TOKEN].profile.set("name", "", NAME)

    @property
    def state(self) -> str:
        if self._starting:
            return "waking"
        process = self._world.bot
        return "awake" if process is not None and process.returncode is None else "gone"

    async def start(self) -> None:
        """Start it if it is not running; what goes wrong is kept as a sentence for the page."""
        async with self._turn:
            if self.state == "awake":
                return
            self._starting, self.trouble = True, ""
            try:
                await self._register()
                await self._world.start_bot(**self.environment)
            except (WorldError, TimeoutError) as error:
                self.trouble = str(error) or "The bot did not start in time."
            finally:
                self._starting = False

    async def _register(self) -> None:
        """Make bot and operator known to each other, once."""
        if not self._registered:
            invitation = await self._world.street.invite(NAME)
            known = ("--versions-url", invitation["versions_url"], "--token", invitation["token_a"])
            await self._world.command("partners", "add", *known)
            await self._world.command("networks", "import", str(NETWORKS))
            self._registered = True

    async def send_letter(self, driver: int) -> None:
        """A pass by post; as for `PostOffice.send`, once bot and operator know each other."""
        async with self._turn:
            await self.letters.send(driver)

    async def kill(self) -> None:
        """As a power cut would: nothing is finished."""
        async with self._turn:
            await self._world.kill_bot()
