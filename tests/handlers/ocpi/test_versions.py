"""The same road in 2.1.1 and 2.3.0: objects come in in the words of their version, and are ours from then on."""

from decimal import Decimal

from bot.domain.charge import State
from bot.domain.ids import CdrId, Party, SessionId, TariffId, station_id
from bot.domain.money import Price
from bot.domain.session import SessionKey, SessionStatus
from bot.domain.station import Status
from tests.handlers.ocpi import samples
from tests.handlers.ocpi.room import CITY, add_charge

STAMP = samples.STAMP
OLD = "/ocpi/2.1.1"
CONNECTOR = {
    "id": "1",
    "standard": "IEC_62196_T2",
    "format": "SOCKET",
    "power_type": "AC_3_PHASE",
    "voltage": 230,
    "amperage": 16,
    "tariff_id": "T1",
    "last_updated": STAMP,
}
EVSE = {
    "uid": "E1",
    "status": "AVAILABLE",
    "capabilities": ["REMOTE_START_STOP_CAPABLE"],
    "connectors": [CONNECTOR],
    "last_updated": STAMP,
}
LOCATION = {
    "id": "LOC1",
    "type": "ON_STREET",
    "address": "Main street 1",
    "city": "Utrecht",
    "postal_code": "3511",
    "country": "NLD",
    "coordinates": {"latitude": "52.090740", "longitude": "5.121420"},
    "evses": [EVSE],
    "last_updated": STAMP,
}
SESSION = {
    "id": "S1",
    "start_datetime": STAMP,
    "kwh": 1.5,
    "auth_id": "TOKEN1",
    "auth_method": "AUTH_REQUEST",
    "location": {"id": "LOC1", "evses": [{"uid": "E1", "connectors": [{"id": "1"}]}]},
    "currency": "EUR",
    "total_cost": 0.6,
    "status": "ACTIVE",
    "last_updated": STAMP,
}
CDR = {
    "id": "CDR1",
    "start_date_time": STAMP,
    "stop_date_time": "2026-03-02T11:30:00Z",
    "auth_id": "TOKEN1",
    "auth_method": "AUTH_REQUEST",
    "location": LOCATION,
    "currency": "EUR",
    "charging_periods": [{"start_date_time": STAMP, "dimensions": [{"type": "ENERGY", "volume": 12.5}]}],
    "total_cost": 6.13,
    "total_energy": 12.5,
    "total_time": 0.5,
    "last_updated": "2026-03-02T11:31:00Z",
}
TARIFF = {
    "id": "T1",
    "currency": "EUR",
    "elements": [{"price_components": [{"type": "ENERGY", "price": "0.49", "step_size": 1}]}],
    "last_updated": STAMP,
}


async def station_of(room, partner):
    return await room.desk.stations.get(station_id(partner.id, CITY, "LOC1"))


async def test_2_1_1_names_no_roles_and_answers_without_routing_headers(room, token):
    details = await room.call("GET", OLD, token=token, base64=False)
    offered = {endpoint["identifier"] for endpoint in details.data["endpoints"]}
    assert offered == {"credentials", "locations", "tariffs", "sessions", "cdrs", "commands", "tokens"}
    assert not any("role" in endpoint for endpoint in details.data["endpoints"])
    answer = await room.call("GET", OLD + "/tokens", token=token, base64=False)
    assert answer.codes == (200, 1000)
    assert not any(name.lower().startswith("ocpi-") for name in answer.headers)


async def test_a_2_1_1_location_is_a_station_with_watts_a_tariff_and_the_time_of_its_country(room, city):
    partner, token = city
    assert (await room.call("PUT", f"{OLD}/locations/NL/CIT/LOC1", LOCATION, token=token)).codes == (201, 1000)
    station = await station_of(room, partner)
    (connector,) = station.evses[0].connectors
    assert (connector.watts, connector.tariff_ids) == (11_040, (TariffId("T1"),))
    assert (station.parking_type, station.time_zone, station.party) == ("ON_STREET", "Europe/Amsterdam", CITY)
    shown = await room.call("GET", f"{OLD}/locations/NL/CIT/LOC1", token=token)
    assert (shown.data["type"], "party_id" in shown.data) == ("ON_STREET", False)
    assert shown.data["evses"][0]["connectors"][0]["tariff_id"] == "T1"
    assert shown.data["evses"][0]["status"] == "AVAILABLE"
    assert (await room.call("GET", f"{OLD}/locations/NL/CIT/LOC1/E1", token=token)).data["uid"] == "E1"
    assert (await room.call("GET", f"{OLD}/locations/NL/CIT/LOC1/E1/1", token=token)).data["id"] == "1"


async def test_a_2_1_1_patch_needs_no_stamp_and_counts_as_the_newest(room, city):
    partner, token = city
    path = f"{OLD}/locations/NL/CIT/LOC1"
    await room.call("PUT", path, LOCATION, token=token)
    assert (await room.call("PATCH", f"{path}/E1", {"status": "CHARGING"}, token=token)).codes == (200, 1000)
    assert (await room.call("PATCH", f"{path}/E1/1", {"tariff_id": "T2"}, token=token)).codes == (200, 1000)
    assert (await room.call("PATCH", path, {"name": "Town hall"}, token=token)).codes == (200, 1000)
    station = await station_of(room, partner)
    assert (station.evses[0].status, station.name) == (Status.CHARGING, "Town hall")
    assert station.evses[0].connectors[0].tariff_ids == (TariffId("T2"),)
    assert station.last_updated > station.evses[0].last_updated or station.last_updated.microsecond
    # what 2.2.1 asks for stays asked for there
    assert (await room.call("PATCH", "/ocpi/2.2.1/locations/NL/CIT/LOC1", {"name": "x"}, token=token)).codes == (
        200,
        2001,
    )


async def test_a_2_1_1_evse_and_connector_can_be_put_by_themselves(room, city):
    partner, token = city
    path = f"{OLD}/locations/NL/CIT/LOC1"
    await room.call("PUT", path, LOCATION, token=token)
    assert (await room.call("PUT", f"{path}/E2", EVSE | {"uid": "E2"}, token=token)).codes == (201, 1000)
    faster = CONNECTOR | {"amperage": 32}
    assert (await room.call("PUT", f"{path}/E2/1", faster, token=token)).codes == (200, 1000)
    assert (await station_of(room, partner)).evse("E2").watts == 22_080


async def test_a_2_1_1_tariff_says_that_its_prices_are_before_vat_and_can_be_patched(room, city):
    partner, token = city
    path = f"{OLD}/tariffs/NL/CIT/T1"
    assert (await room.call("PATCH", path, TARIFF, token=token)).codes == (404, 2000)
    assert (await room.call("PUT", path, TARIFF, token=token)).codes == (201, 1000)
    dearer = {"elements": [{"price_components": [{"type": "ENERGY", "price": 0.55, "step_size": 1}]}]}
    assert (await room.call("PATCH", path, dearer, token=token)).codes == (200, 1000)
    tariff = await room.desk.stations.tariff(partner.id, CITY, TariffId("T1"))
    assert (tariff.tax_included, tariff.elements[0].components[0].price) == ("NO", Decimal("0.55"))
    assert (await room.call("PATCH", path.replace("2.1.1", "2.2.1"), dearer, token=token)).codes == (405, 2000)
    shown = (await room.call("GET", path, token=token)).data
    assert "tax_included" not in shown
    assert shown["id"] == "T1"


async def test_a_2_1_1_session_moves_the_charge_of_its_token(room, city):
    partner, token = city
    charge = await add_charge(room, partner.id)
    path = f"{OLD}/sessions/NL/CIT/S1"
    assert (await room.call("PUT", path, SESSION, token=token)).codes == (201, 1000)
    found = await room.db.read(lambda uow: uow.charges.get(charge.id))
    assert (found.state, found.session_key.id) == (State.CHARGING, "S1")
    assert (await room.call("PATCH", path, {"kwh": 2.5, "total_cost": 1.0}, token=token)).codes == (200, 1000)
    session = await room.db.read(lambda uow: uow.sessions.get(SessionKey(partner.id, CITY, SessionId("S1"))))
    assert (session.kwh, session.evse_uid, session.location_id) == (Decimal("2.5"), "E1", "LOC1")
    assert session.total_cost == Price.of("EUR", Decimal("1.0"))
    shown = (await room.call("GET", path, token=token)).data
    assert shown["start_datetime"] == STAMP
    assert (shown["auth_id"], shown["total_cost"]) == ("TOKEN1", 1.0)
    assert shown["location"]["evses"][0]["uid"] == "E1"
    done = {"status": "COMPLETED", "end_datetime": "2026-03-02T11:30:00Z"}
    assert (await room.call("PATCH", path, done, token=token)).codes == (200, 1000)
    session = await room.db.read(lambda uow: uow.sessions.get(session.key))
    assert (session.status, session.end is not None) == (SessionStatus.COMPLETED, True)


async def test_a_2_1_1_cdr_bills_the_charge_of_its_token(room, city):
    partner, token = city
    charge = await add_charge(room, partner.id)
    await room.call("PUT", f"{OLD}/sessions/NL/CIT/S1", SESSION, token=token)
    answer = await room.call("POST", f"{OLD}/cdrs", CDR | {"tariffs": [TARIFF]}, token=token)
    assert answer.codes == (201, 1000)
    assert answer.headers["Location"] == "https://bot.example/ocpi/2.1.1/cdrs/NL/CIT/CDR1"
    cdr = await room.db.read(lambda uow: uow.cdrs.get(partner.id, CITY, CdrId("CDR1")))
    assert (cdr.end.minute, cdr.total_cost) == (30, Price.of("EUR", Decimal("6.13")))
    assert cdr.tariffs[0].tax_included == "NO"
    assert (await room.db.read(lambda uow: uow.charges.get(charge.id))).state is State.BILLED
    shown = (await room.call("GET", f"{OLD}/cdrs/NL/CIT/CDR1", token=token)).data
    assert (shown["stop_date_time"], shown["total_cost"], shown["auth_id"]) == ("2026-03-02T11:30:00Z", 6.13, "TOKEN1")


async def test_a_2_1_1_token_is_told_apart_by_its_auth_id_and_authorised_without_a_reference(room, city):
    partner, token = city
    await add_charge(room, partner.id)
    (told,) = (await room.call("GET", f"{OLD}/tokens", token=token)).data
    assert (told["uid"], told["auth_id"], told["type"], told["valid"]) == ("TOKEN1", "TOKEN1", "OTHER", True)
    assert not {"country_code", "party_id", "contract_id"} & told.keys()
    allowed = await room.call("POST", f"{OLD}/tokens/TOKEN1/authorize", token=token)
    assert allowed.data == {"allowed": "ALLOWED"}


async def test_a_2_1_1_result_tells_a_timeout(room, city):
    partner, token = city
    charge = await add_charge(room, partner.id)
    path = f"{OLD}/commands/START_SESSION/{charge.id}/{charge.callback_secret}"
    assert (await room.call("POST", path, {"result": "TIMEOUT"}, token=token)).codes == (200, 1000)


async def test_2_3_0_money_comes_and_goes_with_its_taxes(room, city):
    partner, token = city
    await add_charge(room, partner.id)
    money = {"before_taxes": 6.13, "taxes": [{"name": "VAT", "percentage": 21, "amount": 1.29}]}
    assert (await room.call("POST", "/ocpi/2.3.0/cdrs", samples.cdr(total_cost=money), token=token)).codes == (
        201,
        1000,
    )
    cdr = await room.db.read(lambda uow: uow.cdrs.get(partner.id, CITY, CdrId("CDR1")))
    assert cdr.total_cost == Price.of("EUR", Decimal("6.13"), Decimal("7.42"))
    shown = (await room.call("GET", "/ocpi/2.3.0/cdrs/NL/CIT/CDR1", token=token)).data
    assert shown["total_cost"] == {"before_taxes": 6.13, "taxes": [{"name": "VAT", "amount": 1.29}]}
    limits = {"min_price": {"before_taxes": 1, "after_taxes": 1.21}, "max_price": {"before_taxes": 9}}
    tariff = samples.tariff(tax_included="YES", **limits)
    path = "/ocpi/2.3.0/tariffs/NL/CIT/T1"
    assert (await room.call("PUT", path, tariff, token=token)).codes == (201, 1000)
    shown = (await room.call("GET", path, token=token)).data
    assert {name: shown[name] for name in limits} == limits
    assert shown["tax_included"] == "YES"


async def test_2_3_0_says_who_may_park_and_how_to_call_for_help(room, city):
    partner, token = city
    places = [
        {"id": "P1", "vehicle_types": ["DISABLED"], "restricted_to_type": True, "reservation_required": False},
        {"id": "P2", "vehicle_types": ["VAN", "A_WORD_OF_TOMORROW"], "max_vehicle_height": 220, "roofed": True},
        {"vehicle_types": ["BUS"]},
    ]
    evse = samples.evse(parking=[{"parking_id": "p1", "evse_position": "LEFT"}])
    location = samples.location(parking_places=places, help_phone="+31 30 555", evses=[evse])
    path = "/ocpi/2.3.0/locations/NL/CIT/LOC1"
    assert (await room.call("PUT", path, location, token=token)).codes == (201, 1000)
    station = await station_of(room, partner)
    assert station.help_phone == "+31 30 555"
    assert [(place.id, place.accessible, place.max_height) for place in station.parking_places] == [
        ("P1", True, None),
        ("P2", False, 220),
    ]
    assert [place.id for place in station.parking_at(station.evses[0])] == ["P1"]
    shown = (await room.call("GET", path, token=token)).data
    assert shown["parking_places"] == places[:2]
    assert shown["evses"][0]["parking"] == [{"parking_id": "p1", "evse_position": "LEFT"}]


async def test_a_party_of_2_1_1_is_taken_from_the_address(room, city):
    _, token = city
    await room.connect("Both", Party("NL", "ONE"), Party("NL", "TWO"))
    for path, body in (("locations/BE/RUR/LOC1", LOCATION), ("sessions/NL/ONE/S1", SESSION)):
        assert (await room.call("PUT", f"{OLD}/{path}", body, token=token)).codes == (404, 2000)
