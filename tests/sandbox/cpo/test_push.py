import asyncio

import pytest

from sandbox.cpo import push
from tests.sandbox.cpo.provider import eventually, header
from tests.sandbox.cpo.schema import check

QUAY = "NL*HAV*E0421*1"


async def charge(provider, street):
    await street.plug(QUAY, battery_kwh=100)
    await provider.start("HAV-0421", await street.evse(QUAY))


async def settled(street, what, count=1):
    async def enough():
        found = [each for each in await street.pushes() if what in each["url"]]
        return found if len(found) >= count else None

    return await eventually(enough)


async def test_all_that_is_pushed_is_whole_and_addressed(provider, street):
    await charge(provider, street)
    await provider.until_received("PATCH", "/sessions/", 3)
    await street.unplug(QUAY)
    (cdr,) = await provider.until_received("POST", "/cdrs")
    check("cdr", cdr.body)
    (put,) = provider.of("PUT", "/sessions/")
    check("session", put.body)
    assert put.path == f"/sessions/NL/HAV/{put.body['id']}"
    told = [each for each in provider.received if each.path not in {"/versions", "/details"}]
    for each in told:
        assert each.headers["Authorization"] == header(provider.token_b)
        assert (each.headers["OCPI-to-country-code"], each.headers["OCPI-to-party-id"]) == ("DE", "CHB")
        assert (each.headers["OCPI-from-country-code"], each.headers["OCPI-from-party-id"]) == ("NL", "HAV")
        assert each.headers["Content-Type"] == "application/json"
        assert each.headers["X-Correlation-ID"]
        if each.method == "PATCH":
            assert each.body["last_updated"]
    assert len({each.headers["X-Request-ID"] for each in told}) == len(told)


async def test_put_and_patches_together_are_the_session_that_a_pull_shows(provider, street):
    await charge(provider, street)
    await provider.until_received("PATCH", "/sessions/", 4)
    await street.unplug(QUAY)
    await provider.until_status("COMPLETED")
    put, *patches = provider.session_news()
    mine = dict(put.body)
    for patch in patches:
        periods = mine["charging_periods"] + patch.body.get("charging_periods", [])
        mine |= patch.body | {"charging_periods": periods}
    assert mine == (await provider.get("sessions", "?date_from=2026-01-01T00:00:00Z")).data[0]


async def test_a_status_is_pushed_to_the_evse(provider, street):
    evse = await street.plug(QUAY)
    (patch,) = await provider.until_received("PATCH", "/locations/")
    assert patch.path == f"/locations/NL/HAV/HAV-0421/{evse['uid']}"
    assert patch.body.keys() == {"status", "last_updated"}
    assert patch.body["status"] == "BLOCKED"


@pytest.mark.parametrize("answer", [404, 500, 2003])
async def test_a_peer_that_refuses_a_status_gets_the_whole_location(provider, street, answer):
    provider.refuse["PATCH", "/locations/"] = answer
    await street.plug(QUAY)
    (put,) = await provider.until_received("PUT", "/locations/")
    check("location", put.body)
    assert put.path == "/locations/NL/HAV/HAV-0421"


@pytest.mark.parametrize("answer", [404, 2001])
async def test_a_peer_that_refuses_a_patch_gets_the_whole_session(provider, street, answer):
    provider.refuse["PATCH", "/sessions/"] = answer
    await charge(provider, street)
    puts = await provider.until_received("PUT", "/sessions/", 2)
    check("session", puts[1].body)


async def test_a_cdr_is_tried_again_until_it_is_taken(provider, street, monkeypatch):
    monkeypatch.setattr(push, "CDR_RETRIES", (0.01, 0.01, 0.01))
    provider.refuse["POST", "/cdrs"] = 500
    await charge(provider, street)
    await provider.until_status("ACTIVE")
    await street.unplug(QUAY)
    await provider.until_received("POST", "/cdrs", 2)
    provider.refuse.clear()
    tries = await settled(street, "/cdrs", 3)
    assert [each["http"] for each in tries] == [500, 500, 200]
    assert (await street.cdrs())[0]["receiver_url"] == f"{provider.url}/cdrs/1"


async def test_a_cdr_that_nobody_takes_is_left_to_a_pull(provider, street, monkeypatch):
    monkeypatch.setattr(push, "CDR_RETRIES", (0.001, 0.001, 0.001))
    provider.refuse["POST", "/cdrs"] = 500
    await charge(provider, street)
    await provider.until_status("ACTIVE")
    await street.unplug(QUAY)
    await provider.until_received("POST", "/cdrs", 4)
    await asyncio.sleep(0.02)
    assert len(provider.of("POST", "/cdrs")) == 4
    assert len((await provider.get("cdrs")).data) == 1


async def test_charging_goes_on_while_the_peer_is_gone_and_the_log_says_so(provider, street):
    await charge(provider, street)
    await provider.until_status("ACTIVE")
    await provider.close_shop()
    lost = [each for each in await settled(street, "/sessions/", 5) if each["error"]]
    assert lost
    await provider.open_shop(provider.port)
    before = len(provider.session_news())
    patches = await provider.until(lambda: provider.session_news()[before:])
    assert patches[0].method == "PATCH"
    (session,) = (await provider.get("sessions", "?date_from=2026-01-01T00:00:00Z")).data
    assert session["status"] == "ACTIVE"
    assert session["kwh"] > 0


async def test_a_full_lane_drops_what_is_new_and_stays_in_order(operator):
    lanes, ran, gate = push.Lanes(operator.crew), [], asyncio.Event()

    def job(number):
        async def work():
            await gate.wait()
            ran.append(number)

        return work

    for number in range(push.LANE_LENGTH + 50):
        lanes.add("one", job(number))
    lanes.add("another", job("beside"))
    gate.set()
    await asyncio.sleep(0.01)
    ran.remove("beside")
    assert ran == list(range(push.LANE_LENGTH))
