"""How fast session pushes are taken, each on the disk before it is answered: ours beside FastAPI with an ORM.

The same PATCHes over the same number of connections, in turns; each receiver is a process of its own with one core's
work. FastAPI and uvicorn are not needed for anything else: without them only our figures are shown.
"""

import argparse
import asyncio
import importlib.util
import os
import statistics
import sys
import time
from dataclasses import dataclass, field

import orjson

from tests.bench.wire import Exchange

AIM_RATE = 3000
AIM_RATIO = 10
SESSIONS = 500
ROUNDS = 3
PUSHES = int(os.environ.get("BENCH_PUSHES", "4000"))
BOTH_NEED = ("fastapi", "uvicorn")


@dataclass
class Figures:
    """Per round: pushes a second, and pushes for one second of the processor."""

    rate: list[float] = field(default_factory=list)
    per_cpu: list[float] = field(default_factory=list)

    def __str__(self) -> str:
        rate, per_cpu = statistics.median(self.rate), statistics.median(self.per_cpu)
        return f"{rate:7,.0f} pushes/s   {per_cpu:7,.0f} for one second of one core"


class Receiver:
    """One receiver and the operator that pushes to it, so many pushes unanswered at a time."""

    def __init__(self, module: str, in_flight: int) -> None:
        self._module = module
        self._in_flight = in_flight
        self._transports: list[asyncio.Transport] = []
        self._queue: list[bytes] = []
        self._unanswered = 0
        self._done = asyncio.Event()
        self._stamp = 0
        self.figures = Figures()
        self.refused = 0

    async def start(self) -> None:
        self._process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", self._module, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE
        )
        self._token = (await self._line()).strip()
        port = int(await self._line())
        loop = asyncio.get_running_loop()
        for _ in range(self._in_flight):
            _, protocol = await loop.create_connection(lambda: Exchange(self._answered), "127.0.0.1", port)
            self._transports.append(protocol.transport)
        await self._send([self._put(number) for number in range(SESSIONS)])
        await self._send([self._patch(number % SESSIONS) for number in range(SESSIONS)])

    async def round(self, pushes: int) -> None:
        requests = [self._patch(number % SESSIONS) for number in range(pushes)]
        cpu, begin = await self._seconds_used(), time.perf_counter()
        await self._send(requests)
        elapsed = time.perf_counter() - begin
        self.figures.rate.append(pushes / elapsed)
        self.figures.per_cpu.append(pushes / (await self._seconds_used() - cpu))

    async def stop(self) -> None:
        self._process.kill()
        await self._process.wait()
        if self.refused:
            raise SystemExit(f"{self._module} refused {self.refused} pushes")

    async def _send(self, requests: list[bytes]) -> None:
        self._queue = requests[::-1]
        self._unanswered = len(requests)
        self._done.clear()
        for transport in self._transports:
            self._next(transport)
        await self._done.wait()

    def _next(self, transport: asyncio.Transport) -> None:
        if self._queue:
            transport.write(self._queue.pop())

    def _answered(self, transport: asyncio.Transport, head: bytes) -> None:
        self.refused += not head.startswith((b"HTTP/1.1 200", b"HTTP/1.1 201"))
        self._unanswered -= 1
        self._next(transport)
        if not self._unanswered:
            self._done.set()

    def _request(self, method: str, number: int, body: dict[str, object]) -> bytes:
        content = orjson.dumps(body)
        head = (
            f"{method} /ocpi/2.2.1/sessions/NL/CIT/S{number} HTTP/1.1\r\nHost: 127.0.0.1\r\n"
            f"Authorization: Token {self._token.decode()}\r\nContent-Type: application/json\r\n"
            f"X-Request-ID: {self._stamp}\r\nX-Correlation-ID: {self._stamp}\r\n"
            f"OCPI-from-country-code: NL\r\nOCPI-from-party-id: CIT\r\n"
            f"OCPI-to-country-code: NL\r\nOCPI-to-party-id: CHB\r\nContent-Length: {len(content)}\r\n\r\n"
        )
        return head.encode() + content

    def _put(self, number: int) -> bytes:
        token = {"country_code": "NL", "party_id": "CHB", "uid": f"T{number}", "type": "APP_USER", "contract_id": "C"}
        return self._request(
            "PUT",
            number,
            {
                "country_code": "NL",
                "party_id": "CIT",
                "id": f"S{number}",
                "start_date_time": "2026-03-02T10:00:00Z",
                "kwh": 0,
                "cdr_token": token,
                "auth_method": "COMMAND",
                "location_id": "LOC1",
                "evse_uid": "E1",
                "connector_id": "1",
                "currency": "EUR",
                "status": "ACTIVE",
                "last_updated": "2026-03-02T10:00:00Z",
            },
        )

    def _patch(self, number: int) -> bytes:
        self._stamp += 1
        minutes, seconds = divmod(self._stamp // SESSIONS, 60)
        stamp = f"2026-03-02T10:{minutes:02}:{seconds:02}Z"
        return self._request("PATCH", number, {"kwh": self._stamp / 1000, "last_updated": stamp})

    async def _seconds_used(self) -> float:
        assert self._process.stdin is not None
        self._process.stdin.write(b"\n")
        return float(await self._line())

    async def _line(self) -> bytes:
        assert self._process.stdout is not None
        line = await self._process.stdout.readline()
        if not line:
            raise SystemExit(f"{self._module} did not start")
        return line


async def compare(pushes: int, in_flight: int) -> int:
    there = all(importlib.util.find_spec(name) for name in BOTH_NEED)
    ours = Receiver("tests.bench.push_ours", in_flight)
    theirs = Receiver("tests.bench.push_fastapi", in_flight)
    receivers = [ours, theirs] if there else [ours]
    for receiver in receivers:
        await receiver.start()
    for _ in range(ROUNDS):
        for receiver in receivers:
            await receiver.round(pushes if receiver is ours else max(200, pushes // 10))
    for receiver in receivers:
        await receiver.stop()
    sys.stdout.write(
        f"session PATCHes, {in_flight} in flight, durable, median of {ROUNDS} rounds of {pushes}\n"
        f"chargebot             {ours.figures}   (aim {AIM_RATE:,})\n"
    )
    best = statistics.median(ours.figures.per_cpu)
    if not there:
        sys.stdout.write("beside FastAPI with an ORM: not measured, for that pip install fastapi uvicorn\n")
        return 0
    ratio = best / statistics.median(theirs.figures.per_cpu)
    sys.stdout.write(
        f"FastAPI with an ORM   {theirs.figures}\nours takes {ratio:.1f} times as many (aim {AIM_RATIO})\n"
    )
    return int(ratio < AIM_RATIO)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pushes", type=int, default=PUSHES)
    parser.add_argument("--in-flight", type=int, default=64)
    options = parser.parse_args()
    return asyncio.run(compare(options.pushes, options.in_flight))


if __name__ == "__main__":
    sys.exit(main())
