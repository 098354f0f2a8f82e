"""A map of made-up locations served over HTTP as an operator would: seeded, 3 to 5 KB each, page by page."""

import asyncio
import random
import sys
from collections.abc import Iterator
from typing import Any, ClassVar

import orjson

from tests.bench.child import ready

PAGE = 500
CITIES = [("Utrecht", 52.09, 5.12), ("Gent", 51.05, 3.72), ("Köln", 50.94, 6.96), ("Lyon", 45.76, 4.84)]
STANDARDS = [("IEC_62196_T2", "SOCKET", "AC_3_PHASE", 230, 32), ("IEC_62196_T2_COMBO", "CABLE", "DC", 800, 400)]
STAMP = "2026-03-01T06:00:00Z"


def location(number: int) -> dict[str, Any]:
    """The location of this number, always the same."""
    chance = random.Random(number)
    city, lat, lon = CITIES[number % len(CITIES)]
    evses = [_evse(number, n, chance) for n in range(chance.choice([2, 3, 3, 4]))]
    return {
        "country_code": "NL",
        "party_id": "BIG",
        "id": f"LOC{number:07d}",
        "publish": True,
        "name": f"{city} charging park {number}",
        "address": f"{chance.choice(['Harbour', 'Station', 'Market'])} street {number % 300}",
        "city": city,
        "postal_code": f"{chance.randint(1000, 9999)} AB",
        "country": "NLD",
        "coordinates": {
            "latitude": f"{lat + chance.uniform(-1, 1):.6f}",
            "longitude": f"{lon + chance.uniform(-1, 1):.6f}",
        },
        "parking_type": chance.choice(["ON_STREET", "PARKING_GARAGE", "PARKING_LOT"]),
        "operator": {"name": "Big Charging", "website": "https://big.example", "logo": _image("operator")},
        "directions": [{"language": "en", "text": "Behind the supermarket, second row of the car park. " * 2}],
        "facilities": chance.sample(["HOTEL", "RESTAURANT", "CAFE", "MALL", "SUPERMARKET", "WIFI"], 3),
        "images": [_image(str(n)) for n in range(2)],
        "time_zone": "Europe/Amsterdam",
        "opening_times": {"twentyfourseven": True},
        "energy_mix": {"is_green_energy": True, "energy_sources": [{"source": "WIND", "percentage": 100}]},
        "evses": evses,
        "last_updated": STAMP,
    }


def _evse(number: int, n: int, chance: random.Random) -> dict[str, Any]:
    standard, form, power, volts, amps = STANDARDS[n % 2]
    return {
        "uid": f"{number:07d}-{n}",
        "evse_id": f"NL*BIG*E{number:07d}*{n}",
        "physical_reference": f"{number % 1000:03d}{n}",
        "status": chance.choice(["AVAILABLE", "AVAILABLE", "CHARGING", "OUTOFORDER"]),
        "capabilities": ["REMOTE_START_STOP_CAPABLE", "RFID_READER", "RESERVABLE"],
        "directions": [{"language": "en", "text": "The charger by the lamp post with the green sign."}],
        "connectors": [
            {
                "id": str(c),
                "standard": standard,
                "format": form,
                "power_type": power,
                "max_voltage": volts,
                "max_amperage": amps,
                "tariff_ids": ["T1"],
                "last_updated": STAMP,
            }
            for c in (1, 2)
        ],
        "parking_restrictions": ["EV_ONLY"],
        "last_updated": STAMP,
    }


def _image(name: str) -> dict[str, Any]:
    url = f"https://big.example/pictures/{name}.jpg"
    return {"url": url, "thumbnail": url, "category": "LOCATION", "type": "jpeg", "width": 800, "height": 600}


def pages(count: int) -> Iterator[bytes]:
    for start in range(0, count, PAGE):
        data = [location(number) for number in range(start, min(start + PAGE, count))]
        yield orjson.dumps({"data": data, "status_code": 1000, "timestamp": STAMP})


class Map(asyncio.Protocol):
    """Answers GET with the page that its `offset` asks for; the pages are made once, before anybody asks."""

    made: ClassVar[list[bytes]] = []
    port = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._seen = b""

    def data_received(self, data: bytes) -> None:
        self._seen += data
        if b"\r\n\r\n" not in self._seen:
            return
        _, _, offset = self._seen.split(b" ", 2)[1].partition(b"offset=")
        self._seen = b""
        at = int(offset or 0) // PAGE
        link = b""
        if at + 1 < len(self.made):
            link = b'Link: <http://127.0.0.1:%d/locations?offset=%d>; rel="next"\r\n' % (self.port, (at + 1) * PAGE)
        body = self.made[at]
        head = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n%sContent-Length: %d\r\n\r\n"
        self._transport.write(head % (link, len(body)) + body)


async def serve(count: int) -> None:
    Map.made = list(pages(count))
    server = await asyncio.get_running_loop().create_server(Map, "127.0.0.1", 0)
    Map.port = server.sockets[0].getsockname()[1]
    ready(Map.port)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1])))
