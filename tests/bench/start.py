"""How long from the start of the process to the first update served; and what is not imported on the way.

The update waits at the Bot API server before the process exists, the database is there and up to date.
"""

import argparse
import asyncio
import os
import statistics
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from sandbox.world import World

LONGEST = 1.5
HEAVY = frozenset(
    {"alembic", "asyncpg", "fpdf", "hypothesis", "matplotlib", "numpy", "PIL", "pytest", "segno", "zxingcpp"}
)
"""Packages that a start has no use for."""


async def measured(world: World) -> float:
    """Seconds from the start of the process until its answer to a waiting /start is in the chat."""
    person = await world.telegram.person("Ana")
    await person.start()
    begin = time.perf_counter()
    await world.launch_bot()
    await person.wait_message("Where is your car?", patience=30)
    elapsed = time.perf_counter() - begin
    await world.stop_bot()
    return elapsed


async def imported(world: World) -> set[str]:
    """The packages that a start imports, as the interpreter itself tells them."""
    world.log.unlink(missing_ok=True)
    with _environment(PYTHONPROFILEIMPORTTIME="1"):
        await measured(world)
    lines = world.log.read_text().splitlines()
    modules = (line.rpartition("|")[2].strip() for line in lines if line.startswith("import time:"))
    return {module.partition(".")[0] for module in modules}


@contextmanager
def _environment(**variables: str) -> Iterator[None]:
    before = os.environ.copy()
    os.environ.update(variables)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


async def compare(runs: int) -> int:
    with TemporaryDirectory(prefix="chargebot-start-") as folder:
        async with World(Path(folder), traffic=False) as world:
            await world.command("db", "upgrade")
            heavy = await imported(world) & HEAVY
            times = [await measured(world) for _ in range(runs)]
    median = statistics.median(times)
    sys.stdout.write(
        f"process start to first update served: median {median:.2f} s of {runs} runs "
        f"({', '.join(f'{seconds:.2f}' for seconds in times)}); the aim is {LONGEST} s\n"
        f"imported without need: {', '.join(sorted(heavy)) or 'nothing'}\n"
    )
    return int(bool(heavy) or median > LONGEST)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=5)
    return asyncio.run(compare(parser.parse_args().runs))


if __name__ == "__main__":
    sys.exit(main())
