"""Our receiver under pushes: everything as in the running bot, on a database file; each push is on the disk when answered."""

import asyncio
import logging
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import uvloop
from cryptography.fernet import Fernet

from bot.domain.ids import Party
from bot.domain.pace import Pace
from bot.ocpi.credentials import Provider
from bot.services.charging import Charging
from bot.services.partners import Discovery, Introduction, Partners
from bot.services.receipts import Receipts
from bot.services.stations import Stations
from data.db.engine import open_database
from handlers.ocpi.exchange import Desk
from handlers.ocpi.gate import Gate
from handlers.ocpi.routes import ocpi_routes
from handlers.web import build_web, serving
from tests.bench.child import ready
from tests.fakes.clock import ManualClock
from tests.fakes.ids import SeededIds
from tests.fakes.notifier import FakeNotifier


async def healthy() -> dict[str, Any]:
    return {"status": "ok"}


async def serve(folder: Path) -> None:
    clock, ids = ManualClock(), SeededIds()
    cipher = Fernet(Fernet.generate_key())
    async with open_database(f"sqlite:///{folder}/bench.db", cipher=cipher) as database:
        partners = Partners(database, clock, ["a secret"])
        begun, token = await partners.begin("https://cpo.example/versions", "CPO")
        cpo = Introduction("https://cpo.example/versions", "CPO", (Party("NL", "CIT"),), "theirs")
        await partners.conclude(begun.id, token, cpo, Discovery("2.2.1", (), base64_tokens=False))
        nobody: Any = None
        desk = Desk(
            us=Provider(Party("NL", "CHB"), "Chargebot", "https://bot.example"),
            db=database,
            clock=clock,
            ids=ids,
            partners=partners,
            stations=Stations(database, nobody, clock),
            charging=Charging(database, nobody, clock, ids, FakeNotifier(), Pace()),
            receipts=Receipts(database, nobody, clock, FakeNotifier(), Pace()),
            peers=nobody,
            gate=Gate(clock, per_second=None),
        )
        async with serving(build_web(ocpi_routes(desk), healthy), "127.0.0.1", 0) as port:
            sys.stdout.write(f"{token}\n")
            ready(port)
            await asyncio.Event().wait()


def main() -> None:
    logging.disable(logging.WARNING)
    with TemporaryDirectory() as folder:
        uvloop.run(serve(Path(folder)))


if __name__ == "__main__":
    main()
