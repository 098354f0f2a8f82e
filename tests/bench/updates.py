"""How fast updates are answered: our durable bot beside the bare framework, in one run on one machine.

Same load for both, in turns; each bot is a process of its own, the Bot API and the load are this one.
"""

import argparse
import asyncio
import statistics
import sys
import time
from dataclasses import dataclass, field

from tests.bench.wire import Load, serve_api

WARM_UP = 300


@dataclass
class Figures:
    """Per round: processor seconds for 1,000 updates, and updates a second."""

    cpu: list[float] = field(default_factory=list)
    rate: list[float] = field(default_factory=list)

    def __str__(self) -> str:
        return f"{statistics.median(self.cpu):6.2f} s CPU per 1,000 updates   {statistics.median(self.rate):6.0f} updates/s"


class Contestant:
    """One bot under load."""

    def __init__(self, module: str, chats: int, in_flight: int) -> None:
        self._module = module
        self._chats = chats
        self._in_flight = in_flight
        self.figures = Figures()

    async def start(self) -> None:
        self._api = await serve_api(self._replied)
        address = f"http://127.0.0.1:{self._api.sockets[0].getsockname()[1]}"
        self._process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", self._module, address, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE
        )
        self._load = Load(int(await self._line()), self._chats)
        for _ in range(50):
            try:
                await self._load.connect(self._in_flight)
                break
            except ConnectionRefusedError:
                await asyncio.sleep(0.1)
        await self._load.run(WARM_UP)

    async def round(self, updates: int) -> None:
        cpu, begin = await self._seconds_used(), time.perf_counter()
        await self._load.run(updates)
        elapsed = time.perf_counter() - begin
        self.figures.cpu.append((await self._seconds_used() - cpu) / updates * 1000)
        self.figures.rate.append(updates / elapsed)

    async def stop(self) -> None:
        self._process.kill()
        await self._process.wait()
        self._api.close()
        if self._load.refused:
            raise SystemExit(f"{self._module} refused {self._load.refused} updates")

    def _replied(self) -> None:
        self._load.replied()

    async def _seconds_used(self) -> float:
        assert self._process.stdin is not None
        self._process.stdin.write(b"\n")
        return float(await self._line())

    async def _line(self) -> bytes:
        assert self._process.stdout is not None
        return await self._process.stdout.readline()


async def compare(updates: int, rounds: int, chats: int, in_flight: int) -> None:
    bare = Contestant("tests.bench.bare", chats, in_flight)
    durable = Contestant("tests.bench.durable", chats, in_flight)
    for contestant in (bare, durable):
        await contestant.start()
    for _ in range(rounds):
        for contestant in (bare, durable):
            await contestant.round(updates)
    for contestant in (bare, durable):
        await contestant.stop()
    cpu = statistics.median(bare.figures.cpu) / statistics.median(durable.figures.cpu)
    rate = statistics.median(durable.figures.rate) / statistics.median(bare.figures.rate)
    sys.stdout.write(
        f"webhook, one reply each, {chats} chats, {in_flight} in flight, median of {rounds} rounds of {updates}\n"
        f"bare framework   {bare.figures}\n"
        f"durable bot      {durable.figures}\n"
        f"the durable bot needs 1/{cpu:.2f} of the CPU and answers {rate:.2f} times as many updates a second\n"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--updates", type=int, default=3000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--chats", type=int, default=500)
    parser.add_argument("--in-flight", type=int, default=64)
    options = parser.parse_args()
    asyncio.run(compare(options.updates, options.rounds, options.chats, options.in_flight))


if __name__ == "__main__":
    main()
