"""What watching costs: many charges run at once, and each push moves its charge and all that looks after it.

The pushes go through the service as they do from the wire, on a database file: each with one more charging period, a
limit on the cost, a reading kept now and then, and a card that waits to be shown. BENCH_CHARGES says how many run.
"""

import argparse
import asyncio
import logging
import os
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from tempfile import TemporaryDirectory
from typing import Any
from uuid import UUID

import uvloop
from cryptography.fernet import Fernet

from bot.domain.charge import Charge, fence
from bot.domain.ids import ChargeId, DriverId, LocationId, TokenUid
from bot.domain.pace import Pace
from bot.domain.session import Session, SessionKey
from bot.domain.station import Station
from bot.domain.tariffs.usage import ChargingPeriod
from bot.domain.watch.care import Care, Limit, LimitKind
from bot.ports import Card, UnitOfWork
from bot.services.charging import Charging
from data.db.engine import open_database
from data.db.sqlite import SqliteDatabase
from handlers.telegram.notifier import AT_ONCE
from tests.fakes.clock import ManualClock
from tests.fakes.ids import SeededIds
from tests.fakes.notifier import FakeNotifier
from tests.samples import CITY, PARTY, TARIFF, a_charge, a_driver, a_key, a_partner, a_place, a_session, a_station, at

CHARGES = int(os.environ.get("BENCH_CHARGES", "500"))
EVERY = timedelta(seconds=15)
ROUNDS = 20
AT_A_TIME = 25
LOOKS = 20
MOST_GROWTH = 1.5
"""The statements of a push at the end beside those at the beginning."""


class Street:
    """So many running charges, each at a station of its own."""

    def __init__(self, charges: int) -> None:
        self.charges = [self._charge(n) for n in range(charges)]

    @staticmethod
    def _station(n: int) -> Station:
        return a_station(location_id=LocationId(f"L{n}"))

    def _charge(self, n: int) -> Charge:
        station = self._station(n)
        place = a_place(station_id=station.id, location_id=station.location_id)
        charge = a_charge(
            id=ChargeId(str(UUID(int=n + 1, version=4))),
            driver_id=DriverId(1000 + n),
            token_uid=TokenUid(f"T{n}"),
            place=place,
            care=Care(limits=(Limit(LimitKind.SPEND, Decimal(500)),)),
        )
        return fence(charge, at(1))

    def furnish(self, uow: UnitOfWork) -> None:
        uow.partners.add(a_partner())
        uow.tariffs.put(CITY, [(PARTY, TARIFF)])
        uow.stations.put(self._station(n) for n in range(len(self.charges)))
        for charge in self.charges:
            uow.drivers.save(a_driver(charge.driver_id))
            uow.charges.add(charge)
            uow.cards.save(Card(charge.id, charge.driver_id, message_id=0))

    def key(self, n: int) -> SessionKey:
        return a_key(f"S{n}")

    def begun(self, n: int) -> Session:
        charge = self.charges[n]
        return a_session(
            key=self.key(n), reference=charge.id, token_uid=charge.token_uid, location_id=charge.place.location_id
        )


def moved(session: Session | None, now: datetime) -> Session:
    """The session with a quarter of a minute more in it."""
    assert session is not None
    period = ChargingPeriod(now, {"ENERGY": Decimal("0.046"), "POWER": Decimal(11), "STATE_OF_CHARGE": Decimal(50)})
    return replace(session, kwh=session.kwh + Decimal("0.046"), last_updated=now, periods=(*session.periods, period))


class Pushes:
    """The operator's pushes to a street of running charges."""

    def __init__(self, database: SqliteDatabase, street: Street) -> None:
        self._database = database
        self._street = street
        self._clock = ManualClock()
        nobody: Any = None
        self._charging = Charging(database, nobody, self._clock, SeededIds(), FakeNotifier(), Pace())

    async def begin(self) -> None:
        self._clock.move(5)
        for n in range(len(self._street.charges)):
            session = self._street.begun(n)
            await self._charging.hear(session.key, lambda _, new=session: new)  # type: ignore[misc]

    async def round(self) -> tuple[float, float]:
        """Tell of every charge once: statements, and milliseconds of the processor, for one push."""
        said: list[str] = []
        now = self._clock.move(EVERY)
        self._database._writer.set_trace_callback(said.append)
        begin = time.process_time()
        keys = [self._street.key(n) for n in range(len(self._street.charges))]
        for some in batched(keys):
            await asyncio.gather(*(self._charging.hear(key, lambda session: moved(session, now)) for key in some))
        spent = time.process_time() - begin
        self._database._writer.set_trace_callback(None)
        return len(said) / len(keys), spent * 1000 / len(keys)

    async def look(self) -> float:
        """Milliseconds of the processor to see which cards wait to be shown."""
        begin = time.process_time()
        for _ in range(LOOKS):
            await self._database.read(lambda uow: uow.charges.to_show(AT_ONCE))
        return (time.process_time() - begin) * 1000 / LOOKS

    async def kept(self) -> int:
        """Readings kept of one charge."""
        one = self._street.charges[0].id
        return len(await self._database.read(lambda uow: uow.readings.of_charge(one)))


def batched(keys: list[SessionKey]) -> Iterator[list[SessionKey]]:
    return (keys[start : start + AT_A_TIME] for start in range(0, len(keys), AT_A_TIME))


async def measure(charges: int) -> int:
    street = Street(charges)
    cipher = Fernet(Fernet.generate_key())
    with TemporaryDirectory(prefix="chargebot-live-") as folder:
        async with open_database(f"sqlite:///{folder}/live.db", cipher=cipher) as database:
            assert isinstance(database, SqliteDatabase)
            await database.write(street.furnish)
            pushes = Pushes(database, street)
            await pushes.begin()
            rounds = [await pushes.round() for _ in range(ROUNDS)]
            look, kept = await pushes.look(), await pushes.kept()
    (first, ms), (last, later_ms) = rounds[0], rounds[-1]
    busy = charges / EVERY.total_seconds() * later_ms / 10
    sys.stdout.write(
        f"{charges} charges, each told of every {EVERY.seconds} s for {ROUNDS * EVERY.seconds // 60} minutes\n"
        f"statements a push {first:.1f}, at the end {last:.1f}; processor {ms:.2f} ms a push, at the end {later_ms:.2f}, "
        f"which is {busy:.1f} % of one core\n"
        f"a look at the cards that wait {look:.2f} ms; readings kept of one charge: {kept} of {ROUNDS} told\n"
    )
    return int(last > MOST_GROWTH * first)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--charges", type=int, default=CHARGES)
    logging.disable(logging.INFO)
    return uvloop.run(measure(parser.parse_args().charges))


if __name__ == "__main__":
    sys.exit(main())
