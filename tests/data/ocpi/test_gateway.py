import asyncio
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from bot.domain.charge import Answer
from bot.domain.errors import AccessRevoked, NotSent, PartnerError, StoreFull, Unclear, Why
from bot.domain.ids import Party
from bot.domain.network import Client, Endpoint, PartnerState
from bot.domain.reservation import Reservation
from bot.ocpi.cdrs import write_cdr
from bot.ocpi.credentials import Provider
from bot.ocpi.locations import write_station
from bot.ocpi.sessions import write_session
from bot.ocpi.wire import read_json
from data.ocpi.client import OcpiClient, Patience, PeerSaidNo
from data.ocpi.gateway import OcpiGateway
from tests.data.ocpi import a_peer
from tests.fakes.clock import NOON, ManualClock
from tests.fakes.database import FakeDatabase
from tests.fakes.ids import SeededIds
from tests.samples import (
    CITY,
    PARTY,
    REFERENCE,
    SECRET,
    TOKEN,
    a_cdr,
    a_charge,
    a_key,
    a_partner,
    a_place,
    a_session,
    a_station,
)

US = Provider(Party("NL", "CHB"), "Chargebot", "https://chargebot.example")
START, STOP = "/commands/START_SESSION", "/commands/STOP_SESSION"
TOKEN_PATH = f"/tokens/NL/CHB/{TOKEN}?type=APP_USER"
ROLES = {"locations": "SENDER", "sessions": "SENDER", "cdrs": "SENDER", "tokens": "RECEIVER", "commands": "RECEIVER"}


@pytest.fixture
async def peer():
    async with a_peer() as peer:
        yield peer


@pytest.fixture
async def database(peer):
    database = FakeDatabase()
    endpoints = tuple(Endpoint(name, role, f"{peer.url}/{name}/") for name, role in ROLES.items())
    partner = a_partner(parties=(PARTY,), endpoints=endpoints, their_token="secret")
    await database.write(lambda uow: uow.partners.add(partner))
    return database


@pytest.fixture
async def gateway(database):
    patience = Patience(connect=0.3, total=0.3)
    async with OcpiClient(SeededIds(), allow_private=True, patience=patience) as client:
        yield OcpiGateway(client, database, US, ManualClock())


async def change(database, **changes):
    def work(uow):
        uow.partners.save(replace(uow.partners.get(CITY), **changes))

    await database.write(work)


async def objections(database):
    return [o.reason for o in await database.read(lambda uow: uow.objections.of_partner(CITY, 10))]


async def all_of(pull):
    return [item async for item in pull]


# ── commands ─────────────────────────────────────────────────────────────────────────────────────────────────────────


async def test_a_start_says_who_where_and_how_to_answer(gateway, peer):
    peer.says(START, {"result": "ACCEPTED", "timeout": 30})
    charge = a_charge(place=a_place(send_connector=True))
    assert await gateway.start(charge, "nl-BE") == Answer(timeout=timedelta(seconds=30))
    (heard,) = peer.heard
    body = read_json(heard.body)
    assert body["response_url"] == f"https://chargebot.example/ocpi/2.2.1/commands/START_SESSION/{REFERENCE}/{SECRET}"
    assert (body["location_id"], body["evse_uid"], body["connector_id"]) == ("LOC1", "3256", "1")
    assert body["authorization_reference"] == REFERENCE
    token = body["token"]
    assert (token["uid"], token["type"], token["whitelist"], token["valid"]) == (TOKEN, "APP_USER", "NEVER", True)
    assert (token["contract_id"], token["visual_number"]) == (charge.contract_id, charge.pass_number)
    assert (token["issuer"], token["language"], token["last_updated"]) == ("Chargebot", "nl", "2026-03-02T12:00:00Z")
    assert heard.headers["OCPI-to-party-id"] == "CIT"
    assert heard.headers["X-Correlation-ID"] == REFERENCE


async def test_a_start_in_2_1_1_names_neither_connector_nor_reference_and_is_not_routed(gateway, peer, database):
    await change(database, version="2.1.1", base64_tokens=False)
    peer.says(START, {"result": "ACCEPTED"})
    assert await gateway.start(a_charge(place=a_place(send_connector=True)), "nl-BE") == Answer()
    (heard,) = peer.heard
    body = read_json(heard.body)
    assert body.keys() == {"response_url", "token", "location_id", "evse_uid"}
    assert "/ocpi/2.1.1/commands/START_SESSION/" in body["response_url"]
    assert (body["token"]["uid"], body["token"]["auth_id"], body["token"]["type"]) == (TOKEN, TOKEN, "OTHER")
    assert heard.headers["Authorization"] == "Token secret"
    assert not any(name.lower().startswith("ocpi-") for name in heard.headers)
    peer.says("/tokens/NL/CHB/" + TOKEN)
    await gateway.push_token(a_charge(), "nl")
    assert (peer.heard[-1].path, "country_code" in read_json(peer.heard[-1].body)) == (f"/tokens/NL/CHB/{TOKEN}", False)


def a_reservation():
    charge = a_charge()
    return Reservation(
        charge.id,
        charge.driver_id,
        charge.pass_number,
        charge.contract_id,
        charge.token_uid,
        SECRET,
        charge.place,
        NOON,
        NOON + timedelta(minutes=30),
    )


async def test_a_reservation_says_until_when_and_is_the_reference_of_what_follows(gateway, peer):
    peer.says("/commands/RESERVE_NOW", {"result": "ACCEPTED", "timeout": 30})
    assert await gateway.reserve(a_reservation(), "nl") == Answer(timeout=timedelta(seconds=30))
    body = read_json(peer.heard[-1].body)
    assert (body["reservation_id"], body["authorization_reference"]) == (REFERENCE, REFERENCE)
    assert (body["location_id"], body["evse_uid"], body["expiry_date"]) == ("LOC1", "3256", "2026-03-02T12:30:00Z")
    assert (body["token"]["uid"], body["token"]["type"]) == (TOKEN, "APP_USER")
    assert body["response_url"].endswith(f"/ocpi/2.2.1/commands/RESERVE_NOW/{REFERENCE}/{SECRET}")
    peer.says("/commands/CANCEL_RESERVATION", {"result": "REJECTED"})
    assert (await gateway.cancel_reservation(a_reservation())).why is Why.REJECTED
    assert read_json(peer.heard[-1].body)["reservation_id"] == REFERENCE


async def test_2_1_1_numbers_its_reservations_and_cannot_cancel_one(gateway, peer, database):
    await change(database, version="2.1.1")
    peer.says("/commands/RESERVE_NOW", {"result": "ACCEPTED"})
    await gateway.reserve(a_reservation(), "nl")
    body = read_json(peer.heard[-1].body)
    assert (type(body["reservation_id"]), "authorization_reference" in body) == (int, False)
    assert 0 <= body["reservation_id"] < 2**31
    with pytest.raises(NotSent, match="cannot cancel"):
        await gateway.cancel_reservation(a_reservation())
    assert len(peer.heard) == 1


async def test_an_unlock_names_the_connector(gateway, peer):
    peer.says("/commands/UNLOCK_CONNECTOR", {"result": "NOT_SUPPORTED"})
    assert (await gateway.unlock(a_charge())).why is Why.NOT_SUPPORTED
    body = read_json(peer.heard[-1].body)
    assert (body["location_id"], body["evse_uid"], body["connector_id"]) == ("LOC1", "3256", "1")


@pytest.mark.parametrize("act", ["start", "reserve"])
async def test_to_a_party_that_its_hub_calls_offline_nothing_is_sent(gateway, peer, database, act):
    await change(database, hub=Party("NL", "HUB"), clients=(Client(PARTY, "CPO", "OFFLINE", NOON),))
    with pytest.raises(NotSent, match="cannot be reached"):
        await (gateway.start(a_charge(), "nl") if act == "start" else gateway.reserve(a_reservation(), "nl"))
    assert not peer.heard


async def test_a_timeout_said_at_once_by_2_1_1_is_no_answer_of_the_station(gateway, peer, database):
    await change(database, version="2.1.1")
    peer.says(START, {"result": "TIMEOUT"})
    assert (await gateway.start(a_charge(), "nl")).why is Why.TIMEOUT


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        (
            {"data": {"result": "REJECTED", "message": [{"language": "nl", "text": "dicht"}]}},
            Answer(Why.REJECTED, message="dicht"),
        ),
        ({"code": 2003, "message": "unknown location"}, Answer(Why.REJECTED, message="unknown location")),
        ({"status": 400, "code": 2001, "message": "bad"}, Answer(Why.REJECTED, message="bad")),
    ],
)
async def test_a_no_is_an_answer(gateway, peer, said, answer):
    peer.says(START, **said)
    assert await gateway.start(a_charge(), "nl") == answer
    assert len(peer.heard) == 1


@pytest.mark.parametrize("data", [None, {}, [], {"result": None}, "ACCEPTED"])
async def test_an_answer_without_a_result_is_unclear(gateway, peer, data):
    peer.says(START, data)
    with pytest.raises(Unclear):
        await gateway.start(a_charge(), "nl")


async def test_a_start_without_an_answer_is_unclear_and_was_sent_once(gateway, peer):
    done = asyncio.Event()

    async def silent(_):
        await done.wait()

    peer.answers[START] = silent
    with pytest.raises(Unclear):
        await gateway.start(a_charge(), "nl")
    assert len(peer.heard) == 1


async def test_a_word_nobody_knows_is_a_failure_and_is_written_down(gateway, peer, database):
    peer.says(START, {"result": "MAYBE"})
    assert await gateway.start(a_charge(), "nl") == Answer(Why.FAILED, message="MAYBE")
    assert await objections(database) == ["result: no result of a command that we know"]


async def test_a_full_disk_does_not_cost_the_answer(gateway, peer, database):
    peer.says(START, {"result": "MAYBE"})
    database.trouble = StoreFull("full")
    assert (await gateway.start(a_charge(), "nl")).why is Why.FAILED


async def test_a_start_is_not_sent_to_who_is_not_connected(gateway, peer, database):
    for changes in (
        {"state": PartnerState.REVOKED},
        {"state": PartnerState.REGISTERED, "version": "1.0"},
        {"version": "2.2.1", "endpoints": ()},
    ):
        await change(database, **changes)
        with pytest.raises(NotSent):
            await gateway.start(a_charge(), "nl")
    with pytest.raises(NotSent):
        await gateway.start(a_charge(place=a_place(partner_id=99)), "nl")
    assert not peer.heard


async def test_a_revoked_token_is_told_apart(gateway, peer):
    peer.says(START, status=401)
    with pytest.raises(AccessRevoked):
        await gateway.start(a_charge(), "nl")


async def test_a_stop_names_the_session_and_its_own_way_to_answer(gateway, peer):
    peer.says(STOP, {"result": "UNKNOWN_SESSION"})
    assert await gateway.stop(a_charge(session_key=a_key())) == Answer(Why.UNKNOWN_SESSION)
    assert read_json(peer.heard[0].body) == {
        "response_url": f"https://chargebot.example/ocpi/2.2.1/commands/STOP_SESSION/{REFERENCE}/{SECRET}",
        "session_id": "S1",
    }


async def test_a_stop_without_a_session_is_not_sent(gateway, peer):
    with pytest.raises(NotSent):
        await gateway.stop(a_charge())
    assert not peer.heard


# ── tokens ───────────────────────────────────────────────────────────────────────────────────────────────────────────


async def test_a_token_is_put_where_its_owner_and_uid_say(gateway, peer):
    peer.says(TOKEN_PATH)
    await gateway.push_token(a_charge(), "nl")
    (heard,) = peer.heard
    assert (heard.method, read_json(heard.body)["uid"]) == ("PUT", TOKEN)


async def test_an_operator_that_takes_no_tokens_is_not_told_of_any(gateway, peer, database):
    await change(database, endpoints=())
    await gateway.push_token(a_charge(), "nl")
    assert not peer.heard


async def test_a_token_that_is_not_wanted_is_told(gateway, peer):
    peer.says(TOKEN_PATH, code=2001)
    with pytest.raises(PartnerError):
        await gateway.push_token(a_charge(), "nl")


# ── pulls ────────────────────────────────────────────────────────────────────────────────────────────────────────────


async def test_sessions_are_pulled_page_by_page_and_bad_ones_are_written_down(gateway, peer, database):
    one, two = a_session(), a_session(key=a_key("S2"), kwh=Decimal("1.5"))
    first = [write_session(one, US.party), {"id": "S9", "status": "ACTIVE", "kwh": "NaN"}]
    peer.says("/sessions/?date_from=2026-03-02T11:50:00Z", first, Link='<?offset=2>; rel="next"')
    peer.says("/sessions/?offset=2", [write_session(two, US.party)])
    assert await all_of(gateway.sessions(CITY, NOON - timedelta(minutes=10))) == [one, two]
    assert "kwh is missing or unusable" in await objections(database)


async def test_bills_are_pulled_likewise(gateway, peer):
    peer.says("/cdrs/?date_from=2026-03-02T12:00:00Z", [write_cdr(a_cdr(), US.party)])
    assert await all_of(gateway.cdrs(CITY, NOON)) == [a_cdr()]


async def test_nobody_bills_or_reports_for_another_party(gateway, peer):
    foreign = replace(a_cdr(), party=Party("BE", "RUR"))
    peer.says("/cdrs/?date_from=2026-03-02T12:00:00Z", [write_cdr(foreign, US.party), write_cdr(a_cdr(), US.party)])
    assert await all_of(gateway.cdrs(CITY, NOON)) == [a_cdr()]


async def test_a_pull_that_fails_is_told(gateway, peer):
    peer.says("/sessions/?date_from=2026-03-02T12:00:00Z", status=500)
    with pytest.raises(PartnerError):
        await all_of(gateway.sessions(CITY, NOON))


# ── stations ─────────────────────────────────────────────────────────────────────────────────────────────────────────


async def test_a_station_is_read_anew(gateway, peer):
    fresh = a_station(name="New name")
    peer.says("/locations/LOC1", write_station(fresh))
    assert await gateway.refresh(a_station()) == fresh


@pytest.mark.parametrize("said", [{"status": 404, "code": 2003}, {"status": 404, "code": 2000}, {"code": 2003}])
async def test_a_station_its_operator_no_longer_has_is_none(gateway, peer, said):
    peer.says("/locations/LOC1", **said)
    assert await gateway.refresh(a_station()) is None


async def test_an_operator_that_serves_no_single_stations_has_not_lost_this_one(gateway):
    with pytest.raises(PeerSaidNo):
        await gateway.refresh(a_station())


@pytest.mark.parametrize("data", [None, [], {}, {"id": "LOC2"}])
async def test_what_comes_back_must_be_that_station(gateway, peer, database, data):
    peer.says("/locations/LOC1", (write_station(a_station()) | data) if data else data)
    with pytest.raises(PartnerError):
        await gateway.refresh(a_station())
    assert len(await objections(database)) == 1
