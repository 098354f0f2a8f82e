"""Each module once through the front door: HTTP and OCPI codes, and what is stored afterwards."""

from decimal import Decimal

import pytest

from bot.domain.charge import State, What
from bot.domain.ids import CdrId, Party, SessionId, TariffId, station_id
from bot.domain.session import SessionKey, SessionStatus
from bot.domain.station import Status
from tests.handlers.ocpi import samples
from tests.handlers.ocpi.room import CITY, Room, add_charge, stamp

LOCATION = "/ocpi/2.2.1/locations/NL/CIT/LOC1"
EVSE = f"{LOCATION}/E1"
CONNECTOR = f"{EVSE}/1"
TARIFF = "/ocpi/2.2.1/tariffs/NL/CIT/T1"
SESSION = "/ocpi/2.2.1/sessions/NL/CIT/S1"
CDRS = "/ocpi/2.2.1/cdrs"
LATER = "2026-03-02T11:05:00Z"


# ── versions ─────────────────────────────────────────────────────────────────────────────────────────────────────


async def test_versions_lead_to_details_and_details_to_what_is_mounted(room, token):
    versions = await room.call("GET", "/ocpi/versions", token=token)
    spoken = ("2.3.0", "2.2.1", "2.1.1")
    assert versions.data == [{"version": v, "url": f"https://bot.example/ocpi/{v}"} for v in spoken]
    details = await room.call("GET", "/ocpi/2.2.1", token=token)
    assert details.data["version"] == "2.2.1"
    offered = {(e["identifier"], e["role"]): e["url"] for e in details.data["endpoints"]}
    assert set(offered) == {
        ("credentials", "SENDER"),
        ("locations", "RECEIVER"),
        ("tariffs", "RECEIVER"),
        ("sessions", "RECEIVER"),
        ("cdrs", "RECEIVER"),
        ("commands", "SENDER"),
        ("tokens", "SENDER"),
        ("hubclientinfo", "RECEIVER"),
    }
    for url in offered.values():
        assert url.startswith("https://bot.example/ocpi/2.2.1/")


@pytest.mark.parametrize("joined", ["", "/", "//"])
async def test_an_object_is_taken_however_a_peer_joins_its_path_to_our_endpoint(room, token, joined):
    details = await room.call("GET", "/ocpi/2.2.1", token=token)
    (endpoint,) = [e["url"] for e in details.data["endpoints"] if e["identifier"] == "sessions"]
    path = endpoint.removeprefix("https://bot.example") + joined + "NL/CIT/S1"
    assert (await room.call("PUT", path, samples.session(), token=token)).codes == (201, 1000)
    assert (await room.call("GET", SESSION, token=token)).data["id"] == "S1"
    foreign = endpoint.removeprefix("https://bot.example") + joined + "NL/RUR/S1"
    assert (await room.call("GET", foreign, token=token)).codes == (404, 2000)


# ── locations ────────────────────────────────────────────────────────────────────────────────────────────────────


async def held(room: Room, partner):
    station = await room.desk.stations.get(station_id(partner.id, CITY, "LOC1"))
    assert station is not None
    return station


async def test_a_location_is_created_replaced_and_shown(room, city):
    partner, token = city
    assert (await room.call("GET", LOCATION, token=token)).codes == (404, 2003)
    created = await room.call("PUT", LOCATION, samples.location(), token=token)
    assert created.codes == (201, 1000)
    assert "data" not in created.json
    assert (await room.call("PUT", LOCATION, samples.location(name="Hall"), token=token)).codes == (200, 1000)
    assert (await room.call("GET", LOCATION, token=token)).data["name"] == "Hall"
    assert (await held(room, partner)).title == "Hall"


async def test_a_location_without_coordinates_is_2001_and_not_stored(room, token):
    assert (await room.call("PUT", LOCATION, samples.location(coordinates=None), token=token)).codes == (200, 2001)
    assert (await room.call("GET", LOCATION, token=token)).status == 404


async def test_one_bad_evse_does_not_refuse_its_location(room, city):
    partner, token = city
    untidy = samples.location(evses=[{"status": "AVAILABLE"}, samples.evse(), "nonsense"])
    assert (await room.call("PUT", LOCATION, untidy, token=token)).codes == (201, 1000)
    assert [evse.uid for evse in (await held(room, partner)).evses] == ["E1"]


async def test_a_patch_changes_only_what_it_names_on_each_level(room, city):
    partner, token = city
    await room.call("PUT", LOCATION, samples.location(), token=token)
    patches = [
        (LOCATION, {"name": "Hall", "last_updated": LATER}),
        (EVSE, {"status": "CHARGING", "last_updated": LATER}),
        (CONNECTOR, {"tariff_ids": ["T2"], "last_updated": LATER}),
    ]
    for path, patch in patches:
        assert (await room.call("PATCH", path, patch, token=token)).codes == (200, 1000)
    station = await held(room, partner)
    assert (station.name, station.address) == ("Hall", "Main street 1")
    assert station.evses[0].status is Status.CHARGING
    assert station.evses[0].connectors[0].tariff_ids == (TariffId("T2"),)
    assert stamp(station.last_updated) == LATER
    assert (await room.call("GET", EVSE, token=token)).data["status"] == "CHARGING"
    assert (await room.call("GET", CONNECTOR, token=token)).data["tariff_ids"] == ["T2"]


async def test_a_patch_without_last_updated_is_2001_and_one_of_something_unknown_404(room, city):
    partner, token = city
    patch = {"status": "CHARGING", "last_updated": LATER}
    for path in (LOCATION, EVSE, CONNECTOR):
        assert (await room.call("PATCH", path, patch, token=token)).codes == (404, 2003)
    await room.call("PUT", LOCATION, samples.location(), token=token)
    for path in (LOCATION, EVSE, CONNECTOR):
        assert (await room.call("PATCH", path, {"status": "CHARGING"}, token=token)).codes == (200, 2001)
    for path in (f"{LOCATION}/E9", f"{LOCATION}/E9/1", f"{EVSE}/9"):
        assert (await room.call("PATCH", path, patch, token=token)).codes == (404, 2003)
        assert (await room.call("GET", path, token=token)).codes == (404, 2003)
    assert (await held(room, partner)).evses[0].status is Status.AVAILABLE


async def test_evses_and_connectors_are_added_and_replaced_by_put(room, city):
    partner, token = city
    assert (await room.call("PUT", EVSE, samples.evse(), token=token)).codes == (404, 2003)
    await room.call("PUT", LOCATION, samples.location(evses=[]), token=token)
    assert (await room.call("PUT", CONNECTOR, samples.connector(), token=token)).codes == (404, 2003)
    assert (await room.call("PUT", EVSE, samples.evse(connectors=[]), token=token)).codes == (201, 1000)
    assert (await room.call("PUT", EVSE, samples.evse(connectors=[]), token=token)).codes == (200, 1000)
    assert (await room.call("PUT", CONNECTOR, samples.connector(), token=token)).codes == (201, 1000)
    assert (await room.call("PUT", CONNECTOR, samples.connector(), token=token)).codes == (200, 1000)
    assert len((await held(room, partner)).evses[0].connectors) == 1


# ── tariffs ──────────────────────────────────────────────────────────────────────────────────────────────────────


async def test_a_tariff_is_created_replaced_shown_and_deleted(room, token):
    assert (await room.call("GET", TARIFF, token=token)).codes == (404, 2000)
    assert (await room.call("DELETE", TARIFF, token=token)).codes == (404, 2000)
    assert (await room.call("PUT", TARIFF, samples.tariff(), token=token)).codes == (201, 1000)
    assert (await room.call("PUT", TARIFF, samples.tariff(currency="DKK"), token=token)).codes == (200, 1000)
    assert (await room.call("GET", TARIFF, token=token)).data["currency"] == "DKK"
    assert (await room.call("DELETE", TARIFF, token=token)).codes == (200, 1000)
    assert (await room.call("GET", TARIFF, token=token)).status == 404


async def test_a_tariff_with_an_unreadable_price_is_2001_and_the_held_one_stays(room, token):
    await room.call("PUT", TARIFF, samples.tariff(), token=token)
    broken = samples.tariff(elements=[{"price_components": [{"type": "ENERGY", "price": "cheap", "step_size": 1}]}])
    assert (await room.call("PUT", TARIFF, broken, token=token)).codes == (200, 2001)
    shown = (await room.call("GET", TARIFF, token=token)).data
    assert shown["elements"][0]["price_components"][0]["price"] == 0.49


# ── sessions ─────────────────────────────────────────────────────────────────────────────────────────────────────


async def test_a_session_moves_the_charge_it_belongs_to(room, city):
    partner, token = city
    charge = await add_charge(room, partner.id)
    body = samples.session(authorization_reference=charge.id)
    assert (await room.call("PUT", SESSION, body, token=token)).codes == (201, 1000)
    after = await room.db.read(lambda uow: uow.charges.get(charge.id))
    assert after is not None
    assert after.state is State.CHARGING
    assert room.bell.rung > 0
    assert (await room.call("GET", SESSION, token=token)).data["kwh"] == 1.5


async def test_a_session_patch_adds_periods_once_and_updates_the_rest(room, city):
    partner, token = city
    await room.call("PUT", SESSION, samples.session(), token=token)
    period = {"start_date_time": LATER, "dimensions": [{"type": "ENERGY", "volume": 2.5}]}
    patch = {"kwh": 4.0, "charging_periods": [period], "last_updated": LATER}
    for _ in range(2):
        assert (await room.call("PATCH", SESSION, patch, token=token)).codes == (200, 1000)
    session = await room.db.read(lambda uow: uow.sessions.get(SessionKey(partner.id, CITY, SessionId("s1"))))
    assert session is not None
    assert session.kwh == Decimal(4)
    assert len(session.periods) == 1
    assert session.status is SessionStatus.ACTIVE


async def test_a_patch_of_an_unknown_session_is_404_and_one_without_last_updated_2001(room, token):
    patch = {"kwh": 4.0, "last_updated": LATER}
    assert (await room.call("PATCH", SESSION, patch, token=token)).codes == (404, 2000)
    await room.call("PUT", SESSION, samples.session(), token=token)
    assert (await room.call("PATCH", SESSION, {"kwh": 4.0}, token=token)).codes == (200, 2001)
    assert (await room.call("GET", SESSION, token=token)).data["kwh"] == 1.5


async def test_an_older_session_is_answered_well_and_changes_nothing(room, token):
    await room.call("PUT", SESSION, samples.session(kwh=5, last_updated=LATER), token=token)
    assert (await room.call("PUT", SESSION, samples.session(kwh=1), token=token)).codes == (200, 1000)
    assert (await room.call("GET", SESSION, token=token)).data["kwh"] == 5


@pytest.mark.parametrize("kwh", ["NaN", -1, "1e400", 10**7, None, "many"])
async def test_an_impossible_kwh_is_never_stored(room, token, kwh):
    await room.call("PUT", SESSION, samples.session(), token=token)
    answer = await room.call("PUT", SESSION, samples.session(kwh=kwh, last_updated=LATER), token=token)
    assert answer.status == 200
    assert 0 <= (await room.call("GET", SESSION, token=token)).data["kwh"] <= 10_000


# ── cdrs ─────────────────────────────────────────────────────────────────────────────────────────────────────────


async def test_a_cdr_is_taken_once_and_can_be_read_at_the_address_given(room, city):
    partner, token = city
    charge = await add_charge(room, partner.id)
    first = await room.call("POST", CDRS, samples.cdr(authorization_reference=charge.id), token=token)
    assert first.codes == (201, 1000)
    again = await room.call("POST", CDRS, samples.cdr(authorization_reference=charge.id), token=token)
    assert again.codes == (200, 1000)
    assert first.headers["Location"] == again.headers["Location"] == "https://bot.example/ocpi/2.2.1/cdrs/NL/CIT/CDR1"
    read = await room.call("GET", "/ocpi/2.2.1/cdrs/NL/CIT/CDR1", token=token)
    assert read.data["total_cost"] == {"excl_vat": 6.13, "incl_vat": 7.42}
    billed = await room.db.read(lambda uow: uow.charges.get(charge.id))
    assert billed is not None
    assert billed.state is State.BILLED
    notices = await room.db.read(lambda uow: uow.notices.due(room.clock.now(), 10))
    assert [notice.kind for notice in notices].count("receipt") == 1


async def test_another_cdr_under_the_same_id_is_2001_and_the_first_one_stays(room, city):
    partner, token = city
    await room.call("POST", CDRS, samples.cdr(), token=token)
    dearer = samples.cdr(total_cost={"excl_vat": 99})
    assert (await room.call("POST", CDRS, dearer, token=token)).codes == (200, 2001)
    kept = await room.db.read(lambda uow: uow.cdrs.get(partner.id, CITY, CdrId("CDR1")))
    assert kept is not None
    assert kept.total_cost.excl_vat.amount == Decimal("6.13")
    (health,) = await room.partners.health()
    assert any("CDR1" in objection.reason for objection in health.objections)


async def test_a_cdr_of_a_foreign_party_is_2001(room, token):
    assert (await room.call("POST", CDRS, samples.cdr(party_id="RUR"), token=token)).codes == (200, 2001)
    assert (await room.call("GET", "/ocpi/2.2.1/cdrs/NL/CIT/CDR1", token=token)).codes == (404, 2000)


async def test_a_cdr_of_no_party_is_the_only_partys_and_nobodys_where_there_are_several(room, token):
    nobody = samples.cdr(country_code=None, party_id=None)
    assert (await room.call("POST", CDRS, nobody, token=token)).codes == (201, 1000)
    assert (await room.call("GET", "/ocpi/2.2.1/cdrs/NL/CIT/CDR1", token=token)).codes == (200, 1000)
    _, of_two = await room.connect("Both", Party("NL", "ONE"), Party("NL", "TWO"))
    assert (await room.call("POST", CDRS, nobody, token=of_two)).codes == (200, 2001)


async def test_a_cdr_without_a_total_is_not_free_but_2001(room, token):
    assert (await room.call("POST", CDRS, samples.cdr(total_cost=None), token=token)).codes == (200, 2001)


# ── command results ──────────────────────────────────────────────────────────────────────────────────────────────


def result_path(charge, command="START_SESSION", secret=None) -> str:
    return f"/ocpi/2.2.1/commands/{command}/{charge.id}/{secret or charge.callback_secret}"


async def test_a_result_is_noted_with_its_charge(room, city):
    partner, token = city
    charge = await add_charge(room, partner.id)
    message = [{"language": "en", "text": "Busy"}, {"language": "de", "text": "Besetzt"}]
    body = {"result": "EVSE_OCCUPIED", "message": message}
    assert (await room.call("POST", result_path(charge), body, token=token)).codes == (200, 1000)
    after = await room.db.read(lambda uow: uow.charges.get(charge.id))
    assert after is not None
    assert after.state is State.REFUSED
    assert after.operator_message == "Besetzt"


async def test_a_result_told_twice_is_written_down_once(room, city):
    partner, token = city
    charge = await add_charge(room, partner.id)
    for _ in range(2):
        assert (await room.call("POST", result_path(charge), {"result": "ACCEPTED"}, token=token)).status == 200
    facts = await room.db.read(lambda uow: uow.charges.timeline(charge.id))
    assert [fact.what for fact in facts].count(What.RESULT) == 1


async def test_the_result_of_an_unlock_changes_nothing_about_the_charge(room, city):
    partner, token = city
    charge = await add_charge(room, partner.id)
    path = result_path(charge, command="UNLOCK_CONNECTOR")
    assert (await room.call("POST", path, {"result": "FAILED"}, token=token)).codes == (200, 1000)
    assert await room.db.read(lambda uow: uow.charges.get(charge.id)) == charge
    wrong = result_path(charge, command="UNLOCK_CONNECTOR", secret="guessed")
    assert (await room.call("POST", wrong, {"result": "FAILED"}, token=token)).codes == (404, 2000)


async def test_a_result_with_a_wrong_secret_charge_command_or_credential_is_404_and_changes_nothing(
    room, city, foreign_token
):
    partner, token = city
    charge = await add_charge(room, partner.id)
    before = await room.everything()
    wrong = [
        (result_path(charge, secret="guessed"), token),
        (result_path(charge, command="RESERVE_NOW"), token),
        (result_path(charge).replace(charge.id, "00000000-0000-4000-8000-999999999999"), token),
        (result_path(charge), foreign_token),
    ]
    for path, shown in wrong:
        assert (await room.call("POST", path, {"result": "REJECTED"}, token=shown)).codes == (404, 2000)
    assert await room.everything() == before


async def test_a_result_without_a_result_is_2001(room, city):
    partner, token = city
    charge = await add_charge(room, partner.id)
    assert (await room.call("POST", result_path(charge), {"message": "?"}, token=token)).codes == (200, 2001)


# ── tokens ───────────────────────────────────────────────────────────────────────────────────────────────────────


async def test_the_tokens_of_open_charges_are_listed_page_by_page(room, city):
    partner, token = city
    for number in (1, 2, 3):
        await add_charge(room, partner.id, number)
        room.clock.move(60)
    await add_charge(room, partner.id, 4, state=State.REFUSED)
    first = await room.call("GET", "/ocpi/2.2.1/tokens?limit=2", token=token)
    assert [each["uid"] for each in first.data] == ["TOKEN1", "TOKEN2"]
    assert first.data[0]["valid"] is True
    assert first.data[0]["whitelist"] == "NEVER"
    assert first.data[0]["language"] == "de"
    assert first.headers["X-Total-Count"] == "3"
    assert first.headers["X-Limit"] == "100"
    link = first.headers["Link"]
    assert link == '<https://bot.example/ocpi/2.2.1/tokens?offset=2&limit=2>; rel="next"'
    second = await room.call("GET", "/ocpi/2.2.1/tokens?offset=2&limit=2", token=token)
    assert [each["uid"] for each in second.data] == ["TOKEN3"]
    assert "Link" not in second.headers


async def test_the_list_of_tokens_is_cut_by_dates_and_says_so_in_its_link(room, city):
    partner, token = city
    for number in (1, 2, 3):
        await add_charge(room, partner.id, number)
        room.clock.move(60)
    start = "2026-03-02T12:01:00Z"
    answer = await room.call("GET", f"/ocpi/2.2.1/tokens?date_from={start}&limit=1", token=token)
    assert [each["uid"] for each in answer.data] == ["TOKEN2"]
    assert "date_from=2026-03-02T12%3A01%3A00Z" in answer.headers["Link"]
    answer = await room.call("GET", f"/ocpi/2.2.1/tokens?date_to={start}", token=token)
    assert [each["uid"] for each in answer.data] == ["TOKEN1"]
    offset = await room.call("GET", "/ocpi/2.2.1/tokens?date_from=2026-03-02T13:01:00+01:00", token=token)
    assert [each["uid"] for each in offset.data] == ["TOKEN2", "TOKEN3"]


async def test_nonsense_in_the_query_is_2001(room, token):
    for query in ("date_from=yesterday", "offset=-1", "limit=all", "offset=" + "9" * 30, "limit=²"):
        assert (await room.call("GET", f"/ocpi/2.2.1/tokens?{query}", token=token)).codes == (200, 2001)


async def test_a_token_of_an_open_charge_is_allowed_where_the_charge_was_begun_and_nowhere_else(room, city):
    partner, token = city
    charge = await add_charge(room, partner.id)
    path = "/ocpi/2.2.1/tokens/token1/authorize?type=APP_USER"
    allowed = await room.call("POST", path, token=token)
    assert allowed.codes == (200, 1000)
    assert allowed.data["allowed"] == "ALLOWED"
    assert allowed.data["authorization_reference"] == charge.id
    assert allowed.data["token"]["uid"] == "TOKEN1"
    there = {"location_id": "loc1", "evse_uids": ["e1"]}
    answer = await room.call("POST", path, there, token=token)
    assert answer.data["allowed"] == "ALLOWED"
    assert answer.data["location"] == there
    for elsewhere in ({"location_id": "LOC2"}, {"location_id": "LOC1", "evse_uids": ["E9"]}):
        answer = await room.call("POST", path, elsewhere, token=token)
        assert answer.data["allowed"] == "NOT_ALLOWED"
        assert "location" not in answer.data
    assert (await room.call("POST", path, {"evse_uids": ["E1"]}, token=token)).codes == (200, 2002)


async def test_an_unknown_foreign_or_finished_token_is_404_with_2004(room, city, foreign_token):
    partner, token = city
    await add_charge(room, partner.id, 1)
    await add_charge(room, partner.id, 2, state=State.BILLED)
    for uid, shown in (("TOKEN9", token), ("TOKEN2", token), ("TOKEN1", foreign_token)):
        answer = await room.call("POST", f"/ocpi/2.2.1/tokens/{uid}/authorize", token=shown)
        assert answer.codes == (404, 2004)
        assert "data" not in answer.json
    assert (await room.call("GET", "/ocpi/2.2.1/tokens", token=foreign_token)).data == []
