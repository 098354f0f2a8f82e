"""One of each thing, so that a test names only what it is about."""

from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from bot.domain.catalogue import OwnFee
from bot.domain.charge import Charge, Place, begin
from bot.domain.driver import Driver, Pass, PassStatus
from bot.domain.ids import (
    CdrId,
    ChargeId,
    ConnectorId,
    DriverId,
    EvseUid,
    LocationId,
    PartnerId,
    Party,
    PassNumber,
    SessionId,
    TariffId,
    TokenUid,
    station_id,
)
from bot.domain.money import Price
from bot.domain.network import Partner, PartnerState
from bot.domain.session import Cdr, Session, SessionKey, SessionStatus
from bot.domain.station import CONNECTOR_REQUIRED, REMOTE_START, Connector, Evse, Point, Station, Status
from bot.domain.tariffs.tariff import Element, PriceComponent, Tariff
from tests.fakes.clock import NOON

ANNA = DriverId(1001)
BOB = DriverId(1002)
CITY = PartnerId(1)
COAST = PartnerId(2)
PARTY = Party("NL", "CIT")
LOCATION = LocationId("LOC1")
EVSE = EvseUid("3256")
NEIGHBOUR = EvseUid("3257")
PLUG = ConnectorId("1")
REFERENCE = ChargeId("6f1b2c3d-0a1b-4c2d-8e3f-123456789abc")
TOKEN = TokenUid("A1B2C3D4E5F6A7B8C9D0")
SECRET = "c2VjcmV0LXNlY3JldA"  # a sample, used nowhere else
TARIFF_ID = TariffId("T1")
TARIFF = Tariff(TARIFF_ID, "EUR", (Element((PriceComponent("ENERGY", Decimal("0.45"), vat=Decimal(21)),)),))


def seconds(number: float) -> timedelta:
    return timedelta(seconds=number)


def at(number: float) -> datetime:
    """So many seconds after noon."""
    return NOON + seconds(number)


def a_place(**changes: Any) -> Place:
    place = Place(
        station_id=station_id(CITY, PARTY, LOCATION),
        partner_id=CITY,
        party=PARTY,
        location_id=LOCATION,
        evse_uid=EVSE,
        connector_id=PLUG,
        identifier="NL*CIT*E201*1",
        title="Market square",
    )
    return replace(place, **changes)


def a_charge(**changes: Any) -> Charge:
    """A charge just pressed at noon; its timeline has not been stored yet."""
    charge = Charge(
        id=REFERENCE,
        driver_id=ANNA,
        pass_number=PassNumber("NL-CHB-C00000RT"),
        contract_id="NL-CHB-C00000RT",
        token_uid=TOKEN,
        callback_secret=SECRET,
        place=a_place(),
        made_at=NOON,
        tariff=TARIFF,
    )
    return begin(replace(charge, **changes))


def a_key(session_id: str = "S1", partner_id: PartnerId = CITY, party: Party = PARTY) -> SessionKey:
    return SessionKey(partner_id, party, SessionId(session_id))


def a_session(status: SessionStatus = SessionStatus.ACTIVE, **changes: Any) -> Session:
    session = Session(
        key=a_key(),
        status=status,
        start=at(5),
        kwh=Decimal(0),
        last_updated=at(5),
        currency="EUR",
        token_uid=TOKEN,
        reference=REFERENCE,
        location_id=LOCATION,
        evse_uid=EVSE,
        connector_id=PLUG,
    )
    return replace(session, **changes)


OUR_FEE = OwnFee("EUR", Decimal("0.35"), Decimal("0.01"), Decimal(2), Decimal(21))
"""Of `a_cdr`: 0.35 for the start, 0.20 for 20 kWh and 0.22 of 10.89; in all 11.66."""


def a_cdr(**changes: Any) -> Cdr:
    cdr = Cdr(
        partner_id=CITY,
        party=PARTY,
        id=CdrId("C1"),
        start=at(5),
        end=at(3605),
        currency="EUR",
        total_cost=Price.of("EUR", Decimal("9.00"), Decimal("10.89")),
        total_energy=Decimal(20),
        last_updated=at(3700),
        session_id=SessionId("S1"),
        token_uid=TOKEN,
        reference=REFERENCE,
    )
    return replace(cdr, **changes)


def an_evse(uid: EvseUid = EVSE, **changes: Any) -> Evse:
    evse = Evse(
        uid=uid,
        status=Status.AVAILABLE,
        last_updated=NOON,
        evse_id=f"NL*CIT*E{uid}*1",
        capabilities=frozenset({REMOTE_START, CONNECTOR_REQUIRED}),
        connectors=(Connector(PLUG, "IEC_62196_T2", watts=11_000, tariff_ids=(TARIFF_ID,)),),
    )
    return replace(evse, **changes)


def a_station(**changes: Any) -> Station:
    station = Station(
        partner_id=CITY,
        party=PARTY,
        location_id=LOCATION,
        point=Point(52.37, 4.9),
        last_updated=NOON,
        name="Market square",
        address="Market 1",
        city="Amsterdam",
        time_zone="Europe/Amsterdam",
        evses=(an_evse(), an_evse(NEIGHBOUR)),
    )
    return replace(station, **changes)


def a_driver(driver_id: DriverId = ANNA, **changes: Any) -> Driver:
    return replace(Driver(driver_id, "Anna", "nl", NOON), **changes)


def a_pass(driver_id: DriverId = ANNA, **changes: Any) -> Pass:
    number = PassNumber(f"NL-CHB-C{driver_id:08d}")
    return replace(Pass(number, driver_id, number, PassStatus.ACTIVE, NOON), **changes)


def a_partner(partner_id: PartnerId = CITY, **changes: Any) -> Partner:
    partner = Partner(partner_id, "City", PartnerState.REGISTERED, "https://city.example/ocpi/versions", NOON)
    return replace(partner, **changes)
