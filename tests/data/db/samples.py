"""Plain values of the domain for the tests of the database, each with a way to change what matters."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from uuid import UUID

from bot.domain.charge import Charge, Place, begin, fence
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
    StationId,
    TariffId,
    TokenUid,
)
from bot.domain.money import Price
from bot.domain.network import Endpoint, Partner, PartnerState
from bot.domain.session import Cdr, Session, SessionKey, SessionStatus
from bot.domain.station import REMOTE_START, Connector, Evse, Point, Station, Status
from bot.domain.tariffs.tariff import Element, PriceComponent, Tariff
from data.db.store import Cipher

NOW = datetime(2026, 3, 2, 12, 0, 0, 123456, tzinfo=UTC)
DAM = Point(52.373, 4.893)
PARTY = Party.of("NL", "CIT")
PARTNER = PartnerId(1)


class Backwards:
    """Encryption good enough to see that it was applied."""

    def encrypt(self, msg: bytes) -> bytes:
        return b"x" + msg[::-1]

    def decrypt(self, msg: bytes) -> bytes:
        assert msg[:1] == b"x"
        return msg[:0:-1]


CIPHER: Cipher = Backwards()


def after(seconds: float) -> datetime:
    return NOW + timedelta(seconds=seconds)


def partner(name: str = "City Power", **changes: object) -> Partner:
    plain = Partner(
        id=PartnerId(0),
        name=name,
        state=PartnerState.REGISTERED,
        versions_url="https://cpo.example/versions",
        since=NOW,
        parties=(PARTY,),
        endpoints=(Endpoint("sessions", "SENDER", "https://cpo.example/sessions"),),
        our_token_hashes=("hash-1", "hash-2"),
        their_token="secret of theirs",
    )
    return replace(plain, **changes)


def evse(
    uid: str = "E1",
    *,
    status: Status = Status.AVAILABLE,
    plugs: tuple[tuple[str, int], ...] = (("IEC_62196_T2", 22_000),),
    startable: bool = True,
    **changes: object,
) -> Evse:
    connectors = tuple(
        Connector(ConnectorId(str(i)), standard, watts=watts, tariff_ids=(TariffId("T1"),))
        for i, (standard, watts) in enumerate(plugs, 1)
    )
    plain = Evse(
        uid=EvseUid(uid),
        status=status,
        last_updated=NOW,
        evse_id=f"NL*CIT*{uid}",
        capabilities=frozenset({REMOTE_START, "RFID_READER"} if startable else {"RFID_READER"}),
        connectors=connectors,
    )
    return replace(plain, **changes)


def station(location: str = "LOC1", point: Point = DAM, *evses: Evse, **changes: object) -> Station:
    plain = Station(
        partner_id=PARTNER,
        party=PARTY,
        location_id=LocationId(location),
        point=point,
        last_updated=NOW,
        name=f"Station {location}",
        evses=evses or (evse(f"{location}-1"),),
        directions=(("nl", "Om de hoek"), ("en", "Round the corner")),
    )
    return replace(plain, **changes)


def tariff(tariff_id: str = "T1", price: str = "0.25") -> Tariff:
    return Tariff(tariff_id, "EUR", (Element((PriceComponent("ENERGY", Decimal(price), Decimal(21)),)),))


def charge(number: int = 1, driver: int = 7, uid: str = "E1", **changes: object) -> Charge:
    """A charge that was just pressed; other numbers are other charges."""
    plain = Charge(
        id=ChargeId(str(UUID(int=number, version=4))),
        driver_id=DriverId(driver),
        pass_number=PassNumber("CB-1"),
        contract_id="NL-CBT-C00000001-X",
        token_uid=TokenUid(f"TOKEN{number:03}"),
        callback_secret="secret",
        place=Place(
            StationId("1:nl:cit:loc1"), PARTNER, PARTY, LocationId("LOC1"), EvseUid(uid), ConnectorId("1"), "A1", "Dam"
        ),
        made_at=after(number),
        tariff=tariff(),
    )
    return begin(replace(plain, **changes))


def fenced(number: int = 1, **changes: object) -> Charge:
    new = charge(number, **changes)
    return fence(new, new.made_at)


def session_key(session_id: str = "S1") -> SessionKey:
    return SessionKey(PARTNER, PARTY, SessionId(session_id))


def session(session_id: str = "S1", kwh: str = "1.250", **changes: object) -> Session:
    plain = Session(
        key=session_key(session_id),
        status=SessionStatus.ACTIVE,
        start=NOW,
        kwh=Decimal(kwh),
        last_updated=NOW,
        currency="EUR",
        total_cost=Price.of("EUR", Decimal("0.31")),
    )
    return replace(plain, **changes)


def cdr(cdr_id: str = "C1", cost: str = "5.25", **changes: object) -> Cdr:
    plain = Cdr(
        partner_id=PARTNER,
        party=PARTY,
        id=CdrId(cdr_id),
        start=NOW,
        end=after(3600),
        currency="EUR",
        total_cost=Price.of("EUR", Decimal(cost)),
        total_energy=Decimal("21.5"),
        last_updated=after(3700),
        tariffs=(tariff(),),
    )
    return replace(plain, **changes)
