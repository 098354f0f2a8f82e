import pytest

from sandbox.cpo.street import StreetError
from tests.sandbox.cpo.provider import token

QUAY = "NL*HAV*E0421*1"


async def test_the_index_names_every_route(operator, stranger):
    async with stranger.http.get(operator.control_url) as answer:
        routes = (await answer.json())["routes"]
    assert len(routes) == 25
    assert "POST /control/evses/{evse}/plug - Plug a car in: {connector_id?, car?}." in routes


async def test_the_street_shows_every_evse_with_its_sticker(street):
    found = {each["evse_id"]: each for each in await street.evses()}
    assert len(found) > 80
    assert found[QUAY]["sticker"] == "0421-1"
    assert found[QUAY]["connectors"][0]["tariff_id"] == "AC-QUAY"
    assert found[QUAY]["startable"]


async def test_plugging_in_and_pulling_out(street):
    plugged = (await street.plug("nlhave04211", name="Zoe", soc=55, battery_kwh="41.5"))["plugged"]
    assert plugged == {"connector_id": "1", "car": "Zoe", "soc": 55, "stranger": False}
    with pytest.raises(StreetError, match="plugged in already: Zoe"):
        await street.plug(QUAY)
    assert (await street.unplug(QUAY))["status"] == "AVAILABLE"
    with pytest.raises(StreetError, match="No car is plugged in here"):
        await street.unplug(QUAY)


@pytest.mark.parametrize(
    ("car", "sentence"),
    [
        ({"wings": 2}, "A car has name, battery_kwh"),
        ({"soc": "half"}, "must be numbers"),
        ({"soc": 101}, "from 0 to 100"),
        ({"battery_kwh": 0}, "above zero"),
    ],
)
async def test_a_car_that_cannot_be_is_refused_in_one_sentence(street, car, sentence):
    with pytest.raises(StreetError, match=sentence):
        await street.plug(QUAY, **car)


async def test_what_is_not_there_is_said(street):
    with pytest.raises(StreetError, match="There is no EVSE 'NL\\*XXX'"):
        await street.evse("NL*XXX")
    with pytest.raises(StreetError, match="no such connector"):
        await street.plug(QUAY, "7")
    with pytest.raises(StreetError, match="There is no fault 'gremlins'"):
        await street.fault(QUAY, "gremlins")
    with pytest.raises(StreetError, match="count must be"):
        await street.fault(QUAY, "rejected", count=0)


async def test_a_body_that_is_not_json_is_said(operator, stranger):
    async with stranger.http.post(f"{operator.control_url}/evses/{QUAY}/plug", data=b"{") as answer:
        assert answer.status == 400
        assert "not JSON" in (await answer.json())["error"]


async def test_faults_are_set_listed_and_cleared(street):
    await street.fault(QUAY, "rejected", count=2)
    shown = await street.fault(QUAY, "late_session", seconds=5)
    assert shown["faults"] == [
        {"name": "rejected", "count": 2, "seconds": 0},
        {"name": "late_session", "count": None, "seconds": 5},
    ]
    assert [each["name"] for each in (await street.clear_fault(QUAY, "rejected"))["faults"]] == ["late_session"]
    assert (await street.clear_fault(QUAY))["faults"] == []


async def test_the_speed_and_the_pace_can_be_changed(operator, street):
    await street.speed(1200)
    assert operator.clock.speed == 1200
    assert (await street.pace(meter=(1, 2), plug_patience=5))["meter"] == [1, 2]
    with pytest.raises(StreetError, match="speed must be"):
        await street.speed(0)
    with pytest.raises(StreetError, match="There is no pace 'trot'"):
        await street.pace(trot=(1, 2))
    with pytest.raises(StreetError, match="meter needs"):
        await street.pace(meter=3)


async def test_the_commands_are_counted_by_reference_and_by_token(provider, street):
    evse = await street.evse(QUAY)
    for reference in ("one", "one", "two"):
        await provider.start("HAV-0421", evse, reference)
    counted = await street.commands()
    assert counted["starts_per_reference"] == {"one": 2, "two": 1}
    assert counted["starts_per_token"] == {"charge-token-1": 3}
    assert [each["command"] for each in counted["commands"]] == ["START_SESSION"] * 3


async def test_the_buttons_on_the_pole(provider, street):
    await street.plug(QUAY)
    await provider.start("HAV-0421", await street.evse(QUAY))
    await provider.until_status("ACTIVE")
    await street.press_emergency(QUAY)
    await provider.until_status("COMPLETED")
    assert (await street.evse(QUAY))["status"] == "INOPERATIVE"
    assert (await street.repair(QUAY))["status"] == "BLOCKED"
    assert (await street.sessions())[0]["ending"] == "Emergency stop."


async def push_card(provider, uid="card-1", **more):
    card = token(uid, type="RFID", **more)
    await provider.ask("PUT", f"{provider.endpoints['tokens']}/DE/CHB/{uid}", card)
    return card


async def test_a_whitelisted_card_starts_and_stops(provider, street):
    await push_card(provider, whitelist="ALLOWED")
    await street.plug(QUAY)
    assert await street.swipe(QUAY, "CARD-1") == "Welcome, please plug in."
    await provider.until_status("ACTIVE")
    (session,) = await street.sessions()
    assert (session["auth_method"], session["cdr_token"]["uid"]) == ("WHITELIST", "card-1")
    assert await street.swipe(QUAY, "another") == "This charge point is in use."
    assert await street.swipe(QUAY, "card-1") == "Goodbye."
    await provider.until_status("COMPLETED")
    assert provider.of("POST", "/results/") == []


async def test_a_card_that_must_be_asked_about_is_asked_about(provider, street):
    card = await push_card(provider, whitelist="NEVER")
    provider.cards["card-1"] = {"allowed": "ALLOWED", "token": card, "authorization_reference": "by-card"}
    await street.plug(QUAY)
    assert await street.swipe(QUAY, "card-1") == "Welcome, please plug in."
    await provider.until_status("ACTIVE")
    (session,) = await street.sessions()
    assert (session["auth_method"], session["authorization_reference"]) == ("AUTH_REQUEST", "by-card")
    (asked,) = provider.of("POST", "/authorize")
    assert asked.body == {"location_id": "HAV-0421", "evse_uids": [session["evse_uid"]]}


async def test_a_card_that_nobody_knows_or_allows_is_not_accepted(provider, street):
    assert await street.swipe(QUAY, "stolen") == "This card is not accepted."
    provider.cards["empty"] = {"allowed": "NO_CREDIT", "token": token("empty", type="RFID")}
    assert await street.swipe(QUAY, "empty") == "This card is not accepted."
    await push_card(provider, "lost", whitelist="ALWAYS", valid=False)
    assert await street.swipe(QUAY, "lost") == "This card is not accepted."


async def test_pushed_tokens_and_partners_are_shown(provider, street):
    await push_card(provider)
    assert [each["uid"] for each in await street.tokens()] == ["card-1"]
    assert [(each["registered"], each["roles"][0]["party_id"]) for each in await street.partners()] == [(True, "CHB")]
