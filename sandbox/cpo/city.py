"""Builds the city from the map: the seed gives the technical ids and says who is charging when the day begins."""

import random
from collections.abc import Iterator, Sequence
from decimal import Decimal

from sandbox.cpo import stations
from sandbox.cpo.physics import Car
from sandbox.cpo.places import PLACES, Place
from sandbox.cpo.stations import City, Connector, Evse, Hours, Location, Party, Plug

TOWN = "Havermonde"
BUSY_AT_FIRST = 0.25

# code: standard, format, power type, volts (line to neutral), amperes, kW
CONNECTORS = {
    "s3": ("IEC_62196_T2", "SOCKET", "AC_1_PHASE", 230, 16, "3.7"),
    "s7": ("IEC_62196_T2", "SOCKET", "AC_1_PHASE", 230, 32, "7.4"),
    "s11": ("IEC_62196_T2", "SOCKET", "AC_3_PHASE", 230, 16, "11"),
    "s22": ("IEC_62196_T2", "SOCKET", "AC_3_PHASE", 230, 32, "22"),
    "k11": ("IEC_62196_T2", "CABLE", "AC_3_PHASE", 230, 16, "11"),
    "k22": ("IEC_62196_T2", "CABLE", "AC_3_PHASE", 230, 32, "22"),
    "c50": ("IEC_62196_T2_COMBO", "CABLE", "DC", 500, 125, "50"),
    "c150": ("IEC_62196_T2_COMBO", "CABLE", "DC", 920, 375, "150"),
    "c300": ("IEC_62196_T2_COMBO", "CABLE", "DC", 920, 500, "300"),
    "h50": ("CHADEMO", "CABLE", "DC", 500, 125, "50"),
}

CARS = (
    Car("Renault Zoe", Decimal(52), max_ac_kw=Decimal(22), max_dc_kw=Decimal(46)),
    Car("Volkswagen ID.3", Decimal(58), max_ac_kw=Decimal(11), max_dc_kw=Decimal(120)),
    Car("Hyundai Ioniq 5", Decimal(73), max_ac_kw=Decimal(11), max_dc_kw=Decimal(230)),
    Car("Nissan Leaf", Decimal(39), max_ac_kw=Decimal("6.6"), max_dc_kw=Decimal(46)),
    Car("Tesla Model Y", Decimal(75), max_ac_kw=Decimal(11), max_dc_kw=Decimal(210)),
)


def build(seed: int, parties: Sequence[Party]) -> City:
    """All places belong to the one party, or in turns to those behind a hub."""
    dice = random.Random(seed)
    city = City(_location(place, parties[n % len(parties)], dice) for n, place in enumerate(PLACES))
    for _, evse in city.evses():
        if not evse.reserved_for_script and evse.status == stations.AVAILABLE and dice.random() < BUSY_AT_FIRST:
            evse.plug = Plug(dice.choice(evse.connectors), somebodys_car(dice), stranger=True)
            evse.status = evse.resting_status()
    return city


def somebodys_car(dice: random.Random) -> Car:
    model = dice.choice(CARS)
    soc = Decimal(dice.randint(10, 70))
    return Car(model.name, model.battery_kwh, soc, model.max_ac_kw, model.max_dc_kw)


def _location(place: Place, party: Party, dice: random.Random) -> Location:
    return Location(
        id=f"{party.party_id}-{place.number:04}",
        name=place.name,
        address=place.address,
        postal_code=place.postal_code,
        city=TOWN,
        latitude=place.latitude,
        longitude=place.longitude,
        evses=list(_evses(place, party, dice)),
        parking_type=place.parking_type,
        directions=place.directions,
        facilities=place.facilities,
        hours=Hours(place.hours),
        publish=place.publish,
        owner=party,
    )


def _evses(place: Place, party: Party, dice: random.Random) -> Iterator[Evse]:
    for index, codes in enumerate(place.evses, start=1):
        prefix = f"{party.country_code}*{party.party_id}*E{place.number:04}"
        connectors = [_connector(str(number), code, place) for number, code in enumerate(codes.split("+"), start=1)]
        yield Evse(
            uid=f"{dice.getrandbits(64):016x}",
            evse_id=f"{prefix}*{index}" if place.evse_ids else None,
            sticker=_sticker(place, index),
            connectors=connectors,
            capabilities=_capabilities(place, connectors),
            status=stations.OUTOFORDER if index in place.out_of_order else stations.AVAILABLE,
            floor=place.floor,
            restrictions=place.restrictions,
            shows_cost=place.shows_cost,
            plug_first=place.plug_first,
            reserved_for_script=place.for_scripts,
        )


def _connector(number: str, code: str, place: Place) -> Connector:
    standard, form, power_type, volts, amperes, kw = CONNECTORS[code]
    tariff_id = place.tariff_id
    if (power_type == "DC") != tariff_id.startswith("DC"):
        tariff_id = "DC-50" if power_type == "DC" else "AC-KWH"
    return Connector(number, standard, form, power_type, volts, amperes, Decimal(kw), tariff_id, place.tariff_hidden)


def _sticker(place: Place, index: int) -> str | None:
    styles = {"pole": f"{place.number:04}-{index}", "number": str(index), "letter": "ABCDEFGH"[index - 1], "none": None}
    return styles[place.stickers]


def _capabilities(place: Place, connectors: list[Connector]) -> tuple[str, ...]:
    found = ["RFID_READER"]
    if place.remote:
        found += ["REMOTE_START_STOP_CAPABLE", "UNLOCK_CAPABLE"]
    if len(connectors) > 1:
        found.append("START_SESSION_CONNECTOR_REQUIRED")
    return tuple(found)
