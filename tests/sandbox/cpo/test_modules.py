import pytest

from tests.sandbox.cpo.provider import Provider, token
from tests.sandbox.cpo.schema import check

TOKEN_PATH = "/DE/CHB/charge-token-1"
TYPE = "?type=AD_HOC_USER"


async def test_a_location_an_evse_and_a_connector_can_be_had_alone(provider):
    location = (await provider.get("locations", "/hav-0421")).data
    check("location", location)
    evse = location["evses"][0]
    assert (await provider.get("locations", f"/HAV-0421/{evse['uid']}")).data == evse
    assert (await provider.get("locations", f"/HAV-0421/{evse['uid']}/1/")).data == evse["connectors"][0]


@pytest.mark.parametrize("rest", ["/HAV-9999", "/HAV-0421/none", "/HAV-0421/{uid}/9"])
async def test_what_no_street_has_is_404(provider, street, rest):
    uid = (await street.evse("NL*HAV*E0421*1"))["uid"]
    reply = await provider.get("locations", rest.format(uid=uid))
    assert (reply.http, reply.code, reply.data) == (404, 2003, None)


async def test_all_tariffs_are_listed(provider):
    reply = await provider.get("tariffs")
    assert len(reply.data) == 9
    for each in reply.data:
        check("tariff", each)


async def test_a_new_token_is_201_and_a_known_one_200(provider):
    url = provider.endpoints["tokens"] + TOKEN_PATH + TYPE
    assert [(await provider.ask("PUT", url, token())).http for _ in range(2)] == [201, 200]
    assert (await provider.ask("GET", url)).data == token()


async def test_a_token_is_known_by_its_type_too(provider):
    await provider.ask("PUT", provider.endpoints["tokens"] + TOKEN_PATH + TYPE, token())
    assert (await provider.get("tokens", TOKEN_PATH)).http == 404


async def test_a_patch_changes_what_it_names(provider):
    url = provider.endpoints["tokens"] + TOKEN_PATH + TYPE
    await provider.ask("PUT", url, token())
    change = {"valid": False, "last_updated": "2026-07-02T00:00:00Z"}
    assert (await provider.ask("PATCH", url, change)).code == 1000
    assert (await provider.ask("GET", url)).data == token() | change


async def test_a_patch_without_last_updated_is_2001(provider):
    url = provider.endpoints["tokens"] + TOKEN_PATH + TYPE
    await provider.ask("PUT", url, token())
    reply = await provider.ask("PATCH", url, {"valid": False})
    assert (reply.http, reply.code) == (200, 2001)


async def test_a_patch_of_an_unknown_token_is_404(provider):
    reply = await provider.ask(
        "PATCH", provider.endpoints["tokens"] + TOKEN_PATH, {"last_updated": "2026-07-02T00:00:00Z"}
    )
    assert reply.http == 404


@pytest.mark.parametrize(
    "change",
    [
        {"uid": "another"},
        {"party_id": "XXX"},
        {"type": "RFID"},
        {"type": "CARD"},
        {"whitelist": "SOMETIMES"},
        {"valid": "yes"},
        {"issuer": None},
        {"contract_id": 7},
        {"last_updated": "now"},
    ],
)
async def test_a_token_that_is_not_right_is_2001(provider, change):
    reply = await provider.ask("PUT", provider.endpoints["tokens"] + TOKEN_PATH + TYPE, token() | change)
    assert (reply.http, reply.code) == (200, 2001)


async def test_another_partys_token_is_404(provider):
    url = provider.endpoints["tokens"] + "/DE/XXX/charge-token-1" + TYPE
    assert (await provider.ask("PUT", url, token(party_id="XXX"))).http == 404


async def test_sessions_need_a_date_from(provider):
    reply = await provider.get("sessions")
    assert (reply.http, reply.code) == (200, 2001)
    assert (await provider.get("sessions", "?date_from=2026-01-01T00:00:00Z")).data == []


async def test_charging_preferences_are_404_with_2001(provider):
    url = provider.endpoints["sessions"] + "/1/charging_preferences"
    reply = await provider.ask("PUT", url, {"profile_type": "FAST"})
    assert (reply.http, reply.code) == (404, 2001)


async def test_a_partner_sees_its_own_sessions_and_cdrs_only(operator, provider, street):
    evse = await street.evse("NL*HAV*E0421*1")
    await street.plug(evse["uid"])
    await provider.start(evse["location_id"], evse)
    await provider.until_status("ACTIVE")
    await street.press_stop(evse["uid"])
    await provider.until_received("POST", "/cdrs")
    rest = "?date_from=2026-01-01T00:00:00Z"
    (session,) = (await provider.get("sessions", rest)).data
    (cdr,) = (await provider.get("cdrs")).data
    check("session", session)
    check("cdr", cdr)
    assert cdr["session_id"] == session["id"]
    invited = await street.invite()
    async with Provider() as other:
        await other.register(invited["versions_url"], invited["token_a"])
        assert (await other.get("sessions", rest)).data == []
        assert (await other.get("cdrs")).data == []
        stop = await other.command("STOP_SESSION", session_id=session["id"])
        assert stop.data["result"] == "REJECTED"
