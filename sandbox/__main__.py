"""`python -m sandbox`: the pretend world with the real bot in it, and a chat in this terminal."""

import argparse
import asyncio
import sys
import tempfile
from pathlib import Path

from sandbox.chat import HELP, Chat
from sandbox.world import World, WorldError


async def _visit(folder: Path, speed: float) -> None:
    print("Opening the street: an operator, a Bot API server and the bot...", flush=True)
    async with World(folder, speed=speed) as world:
        await world.open_for_business()
        print(HELP)
        await Chat(world, await world.telegram.person("You", language="en")).run()


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m sandbox", description=__doc__)
    parser.add_argument("--speed", type=float, default=60, help="how much faster than real cars charge (60)")
    speed = parser.parse_args().speed
    with tempfile.TemporaryDirectory(prefix="chargebot-demo-") as folder:
        try:
            asyncio.run(_visit(Path(folder), speed))
        except WorldError as error:
            print(f"The pretend world could not be opened: {error}", file=sys.stderr)
            return 1
        except KeyboardInterrupt:
            pass
    print("The street is closed. Nothing was charged but pretend money.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
