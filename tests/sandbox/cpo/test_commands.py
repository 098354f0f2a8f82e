import pytest

from tests.sandbox.cpo.provider import token
from tests.sandbox.cpo.schema import check

QUAY = "NL*HAV*E0421*1"


@pytest.fixture
async def evse(street):
    return await street.evse(QUAY)


async def test_a_start_is_accepted_at_once_and_its_result_comes_later(provider, evse):
    reply = await provider.start("HAV-0421", evse)
    check("command_response", reply.data)
    assert (reply.http, reply.code, reply.data["result"]) == (200, 1000, "ACCEPTED")
    (result,) = await provider.until_received("POST", "/results/")
    check("command_result", result.body)
    assert result.body["result"] == "ACCEPTED"


async def test_the_result_keeps_the_correlation_id_and_is_addressed_to_the_provider(provider, evse):
    url = f"{provider.endpoints['commands']}/START_SESSION"
    body = {
        "response_url": f"{provider.url}/results/mine",
        "token": token(),
        "location_id": "HAV-0421",
        "evse_uid": evse["uid"],
    }
    await provider.ask("POST", url, body, headers={"X-Correlation-ID": "the-same-all-along"})
    (result,) = await provider.until_received("POST", "/results/mine")
    assert result.headers["X-Correlation-ID"] == "the-same-all-along"
    assert (result.headers["OCPI-to-country-code"], result.headers["OCPI-to-party-id"]) == ("DE", "CHB")
    assert (result.headers["OCPI-from-country-code"], result.headers["OCPI-from-party-id"]) == ("NL", "HAV")


@pytest.mark.parametrize("command", ["RESERVE_NOW", "CANCEL_RESERVATION"])
async def test_reservations_are_not_supported(provider, command):
    reply = await provider.command(command, reservation_id="1")
    assert (reply.http, reply.code, reply.data["result"]) == (200, 1000, "NOT_SUPPORTED")


async def test_a_command_that_ocpi_does_not_know_is_404(provider):
    assert (await provider.command("DANCE")).http == 404


async def test_an_unknown_location_is_2003(provider, evse):
    reply = await provider.start("HAV-9999", evse)
    assert (reply.http, reply.code) == (200, 2003)


@pytest.mark.parametrize(
    "change",
    [
        {"token": None},
        {"token": "abc"},
        {"token": token(uid=None)},
        {"token": token(type="CARD")},
        {"location_id": None},
        {"location_id": 421},
        {"evse_uid": "none"},
        {"evse_uid": None},
        {"connector_id": "9"},
        {"response_url": None},
        {"response_url": "file:///etc/passwd"},
    ],
)
async def test_a_start_that_is_not_right_is_2001(provider, evse, change):
    reply = await provider.start("HAV-0421", evse, **change)
    assert (reply.http, reply.code) == (200, 2001)


async def test_an_evse_with_two_cables_needs_to_know_which(provider, street):
    evse = await street.evse("NL*HAV*E0431*3")
    reply = await provider.start("HAV-0431", evse, connector_id=None)
    assert reply.code == 2001
    assert "connector_id" in reply.body["status_message"]


async def test_an_evse_that_no_app_can_start_says_so(provider, street):
    reply = await provider.start("HAV-0430", await street.evse("NL*HAV*E0430*1"))
    assert reply.data["result"] == "NOT_SUPPORTED"


async def test_another_providers_token_is_rejected(provider, evse):
    reply = await provider.start("HAV-0421", evse, token=token(party_id="XXX"))
    assert reply.data["result"] == "REJECTED"


async def test_without_an_evse_the_operator_chooses_one(provider, street):
    await provider.start("HAV-0421", {"uid": None, "connectors": [{"id": None}]})
    await provider.until_status("PENDING")
    assert (await street.sessions())[0]["location_id"] == "HAV-0421"


async def result_of(provider, street, evse_id, **more):
    evse = await street.evse(evse_id)
    reply = await provider.start(evse["location_id"], evse, **more)
    assert reply.data["result"] == "ACCEPTED"
    return (await provider.until_received("POST", "/results/"))[-1].body["result"]


async def test_the_charge_point_and_not_the_operator_refuses_an_invalid_token(provider, street):
    assert await result_of(provider, street, QUAY, token=token(valid=False)) == "REJECTED"


async def test_a_token_that_was_pushed_as_invalid_is_refused(provider, street):
    url = provider.endpoints["tokens"] + "/DE/CHB/charge-token-1?type=AD_HOC_USER"
    await provider.ask("PUT", url, token(valid=False))
    assert await result_of(provider, street, QUAY) == "REJECTED"


async def test_a_broken_evse_is_inoperative(provider, street):
    assert await result_of(provider, street, "NL*HAV*E0429*3") == "EVSE_INOPERATIVE"


async def test_an_evse_with_somebody_elses_car_is_occupied(provider, street):
    taken = next(each for each in await street.evses() if each["plugged"] and each["startable"] and each["evse_id"])
    assert await result_of(provider, street, taken["evse_id"]) == "EVSE_OCCUPIED"


async def test_a_charge_point_that_wants_the_plug_first_fails_without_it(provider, street):
    for each in ("NL*HAV*E0443*1", "NL*HAV*E0443*2"):
        evse = await street.evse(each)
        if evse["plugged"]:
            await street.unplug(each)
    assert await result_of(provider, street, "NL*HAV*E0443*1") == "FAILED"


async def test_a_second_start_at_the_same_evse_is_occupied(provider, street, evse):
    await result_of(provider, street, QUAY)
    await provider.start("HAV-0421", evse, "charge-2")
    results = await provider.until_received("POST", "/results/", 2)
    assert results[1].body["result"] == "EVSE_OCCUPIED"
    counted = await street.commands()
    assert counted["starts_per_reference"] == {"charge-1": 1, "charge-2": 1}
    assert counted["sessions_per_reference"] == {"charge-1": 1}


async def test_an_unknown_session_cannot_be_stopped(provider):
    reply = await provider.command("STOP_SESSION", session_id="never-was")
    assert reply.data["result"] == "UNKNOWN_SESSION"


async def test_a_completed_session_cannot_be_stopped(provider, street, evse):
    await street.plug(QUAY)
    await provider.start("HAV-0421", evse)
    await provider.until_status("ACTIVE")
    await street.unplug(QUAY)
    await provider.until_status("COMPLETED")
    reply = await provider.command("STOP_SESSION", session_id=(await street.sessions())[0]["id"])
    assert reply.data["result"] == "REJECTED"


async def test_unlocking_ends_the_session(provider, street, evse):
    await street.plug(QUAY)
    await provider.start("HAV-0421", evse)
    await provider.until_status("ACTIVE")
    reply = await provider.command("UNLOCK_CONNECTOR", location_id="HAV-0421", evse_uid=evse["uid"], connector_id="1")
    assert reply.data["result"] == "ACCEPTED"
    await provider.until_status("COMPLETED")
    assert (await street.sessions())[0]["ending"] == "The connector was unlocked."


async def test_an_evse_without_a_lock_to_open_says_so(provider, street):
    evse = await street.evse("NL*HAV*E0430*1")
    reply = await provider.command("UNLOCK_CONNECTOR", location_id="HAV-0430", evse_uid=evse["uid"], connector_id="1")
    assert reply.data["result"] == "NOT_SUPPORTED"
