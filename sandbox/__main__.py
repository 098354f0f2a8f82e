"""`python -m sandbox`: the pretend world with the real bot in it, as a page; `--chat` for a chat in this terminal."""

import argparse
import asyncio
import contextlib
import os
import signal
import sys
import tempfile
import webbrowser
from pathlib import Path
from typing import Final

from sandbox.chat import HELP, Chat
from sandbox.street.bot_switch import BotSwitch
from sandbox.street.page import StreetPage
from sandbox.world import World, WorldError

PORT: Final = 8421
FIRST: Final = "Press Start in the chat: the bot asks where your car is. Then click a charge point to plug in."


async def _show_page(folder: Path, speed: float, port: int, *, browser: bool) -> None:
    _end_on_sigterm()
    async with World(folder, speed=speed) as world:
        switch = BotSwitch(world)
        async with StreetPage(world.operator, world.server.url, switch, port=port) as page:
            print(f"The street is open: {page.url}\n{FIRST}\nCtrl-C closes it.", flush=True)
            if browser and _has_screen():
                await asyncio.get_running_loop().run_in_executor(None, _open, page.url)
            await switch.start()
            if switch.trouble:
                raise WorldError(switch.trouble)
            await asyncio.Event().wait()


async def _chat(folder: Path, speed: float) -> None:
    print("Opening the street: an operator, a Bot API server and the bot...", flush=True)
    async with World(folder, speed=speed) as world:
        await world.open_for_business()
        print(HELP)
        await Chat(world, await world.telegram.person("You", language="en")).run()


def _end_on_sigterm() -> None:
    """As with Ctrl-C, the bot is stopped and nothing is left behind."""
    task = asyncio.current_task()
    assert task is not None, "it runs as a task"
    with contextlib.suppress(NotImplementedError):
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)


def _has_screen() -> bool:
    """Without one, a browser in text would take over this terminal."""
    return sys.platform in {"darwin", "win32"} or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def _open(url: str) -> None:
    with contextlib.suppress(Exception):
        webbrowser.open(url)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m sandbox", description=__doc__)
    parser.add_argument("--speed", type=float, default=60, help="how much faster than real cars charge (60)")
    parser.add_argument("--chat", action="store_true", help="chat in this terminal instead of on a page")
    parser.add_argument("--port", type=int, default=PORT, help=f"where the page is served ({PORT}, or any free one)")
    parser.add_argument("--no-browser", action="store_true", help="only print the page's address")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="chargebot-demo-") as name:
        folder = Path(name)
        visit = (
            _chat(folder, chosen.speed)
            if chosen.chat
            else _show_page(folder, chosen.speed, chosen.port, browser=not chosen.no_browser)
        )
        try:
            asyncio.run(visit)
        except WorldError as error:
            print(f"The pretend world could not be opened: {error}", file=sys.stderr)
            return 1
        except (KeyboardInterrupt, asyncio.CancelledError):
            pass
    print("The street is closed. Nothing was charged but pretend money.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
