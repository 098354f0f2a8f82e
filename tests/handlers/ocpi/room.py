"""Our server on loopback with everything real behind it but the disk, and a caller that may send anything."""

import asyncio
import io
import json
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import aiohttp

from bot.domain.charge import Charge, Place, State
from bot.domain.driver import Driver, Pass, PassStatus
from bot.domain.errors import NotSent
from bot.domain.ids import (
    ChargeId,
    ConnectorId,
    DriverId,
    EvseUid,
    LocationId,
    PartnerId,
    Party,
    PassNumber,
    TokenUid,
    station_id,
)
from bot.domain.network import Partner
from bot.domain.pace import Pace
from bot.ocpi.credentials import Provider
from bot.ocpi.headers import authorization
from bot.services.charging import Charging
from bot.services.partners import Discovery, Introduction, OurToken, Partners, PeerReader
from bot.services.receipts import Receipts
from bot.services.stations import Stations
from handlers.ocpi.exchange import Desk
from handlers.ocpi.gate import Gate
from handlers.ocpi.routes import ocpi_routes
from handlers.web import build_web, serving
from tests.fakes.clock import ManualClock
from tests.fakes.database import FakeDatabase
from tests.fakes.ids import SeededIds

US = Party("NL", "CHB")
CITY = Party("NL", "CIT")
RURAL = Party("BE", "RUR")
DRIVER = DriverId(4711)


@dataclass(frozen=True)
class Answer:
    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def data(self) -> Any:
        return self.json["data"]

    @property
    def codes(self) -> tuple[int, int]:
        """HTTP and OCPI."""
        return self.status, self.json["status_code"]


class NobodyThere:
    """Peers and operators that cannot be asked."""

    async def discover(self, versions_url: str, token: str, version: str) -> Discovery:
        raise NotSent("nobody is there")

    def __getattr__(self, name: str) -> Callable[..., Any]:
        raise NotSent(f"nobody is there to {name}")


class Bell:
    rung = 0

    def wake(self) -> None:
        self.rung += 1


class Room:
    """`address` is the address of our server, `desk` what its handlers use."""

    desk: Desk
    http: aiohttp.ClientSession

    def __init__(self, db: FakeDatabase, clock: ManualClock) -> None:
        self.db, self.clock = db, clock
        self.address = ""
        self.ids = SeededIds()
        self.partners = Partners(db, clock, ["a secret"])
        self.bell = Bell()

    def make_desk(self, public_url: str, peers: PeerReader | None, read_deadline: float, gate: Gate) -> Desk:
        gateway: Any = NobodyThere()
        return Desk(
            us=Provider(US, "Chargebot", public_url),
            db=self.db,
            clock=self.clock,
            ids=self.ids,
            partners=self.partners,
            stations=Stations(self.db, gateway, self.clock),
            charging=Charging(self.db, gateway, self.clock, self.ids, self.bell, Pace()),
            receipts=Receipts(self.db, gateway, self.clock, self.bell, Pace()),
            peers=peers or gateway,
            gate=gate,
            read_deadline=read_deadline,
        )

    async def connect(self, name: str, *parties: Party) -> tuple[Partner, OurToken]:
        """A registered partner and the token it uses on us."""
        url = f"https://{name.lower()}.example/versions"
        begun, token = await self.partners.begin(url, name)
        partner = await self.partners.conclude(
            begun.id, token, Introduction(url, name, parties, "theirs"), Discovery("2.2.1", (), base64_tokens=True)
        )
        assert partner is not None
        return partner, token

    async def call(
        self,
        method: str,
        path: str,
        body: object = None,
        *,
        token: str | None,
        raw: bytes | None = None,
        base64: bool = True,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        sent = dict(headers or {})
        if token is not None:
            sent["Authorization"] = authorization(token, base64_tokens=base64)
        content = raw if raw is not None or body is None else json.dumps(body).encode()
        data = None if content is None else io.BytesIO(content)
        async with self.http.request(method, self.address + path, data=data, headers=sent) as response:
            return Answer(response.status, response.headers, await response.read())

    async def everything(self) -> str:
        """All that is stored, but for what authentication and being called leave behind."""
        tables = {name: rows for name, rows in self.db._tables.items() if name not in {"partners", "objections"}}
        return repr(sorted((name, sorted(map(repr, rows.items()))) for name, rows in tables.items()))


@asynccontextmanager
async def open_room(
    *,
    peers: PeerReader | None = None,
    read_deadline: float = 5,
    public_url: str = "https://bot.example",
    port: int = 0,
    per_second: float | None = None,
    db: Any = None,
) -> AsyncIterator[Room]:
    room = Room(db or FakeDatabase(), ManualClock())
    gate = Gate(room.clock, per_second=per_second)
    room.desk = room.make_desk(public_url, peers, read_deadline, gate)

    async def health() -> Mapping[str, object]:
        return {}

    async with serving(build_web(ocpi_routes(room.desk), health), "127.0.0.1", port) as taken:
        room.address = f"http://127.0.0.1:{taken}"
        async with aiohttp.ClientSession() as room.http:
            yield room


async def add_charge(
    room: Room, partner_id: PartnerId, number: int = 1, *, party: Party = CITY, state: State = State.FENCED
) -> Charge:
    """A charge of a driver of its own at LOC1, charge point E<number>."""
    driver = Driver(DriverId(DRIVER + number), "Ada", "de-AT", room.clock.now())
    pass_number = PassNumber(f"NL-CHB-C{number:08d}")
    place = Place(
        station_id=station_id(partner_id, party, "LOC1"),
        partner_id=partner_id,
        party=party,
        location_id=LocationId("LOC1"),
        evse_uid=EvseUid(f"E{number}"),
        connector_id=ConnectorId("1"),
        identifier=f"NL*CIT*E{number}",
        title="Town hall",
    )
    charge = Charge(
        id=ChargeId(f"00000000-0000-4000-8000-{number:012d}"),
        driver_id=driver.id,
        pass_number=pass_number,
        contract_id=pass_number,
        token_uid=TokenUid(f"TOKEN{number}"),
        callback_secret=f"secret{number}",
        place=place,
        made_at=room.clock.now(),
        fenced_at=room.clock.now(),
        state=state,
    )

    def work(uow):
        uow.drivers.save(driver)
        uow.drivers.save_pass(Pass(pass_number, driver.id, pass_number, PassStatus.ACTIVE, driver.met_at))
        uow.charges.add(charge)

    await room.db.write(work)
    return charge


def stamp(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


async def send_slowly(address: str, head: bytes, *, pause: float, pieces: int) -> bytes:
    """Send a request's head, then its body byte by byte; give the first line of the answer once there is one."""
    host, port = address.removeprefix("http://").split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    try:
        writer.write(head)
        for _ in range(pieces):
            try:
                return await asyncio.wait_for(reader.readline(), pause)
            except TimeoutError:
                writer.write(b" ")
        return b""
    finally:
        writer.close()
