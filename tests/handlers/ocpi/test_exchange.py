import asyncio
import gzip

import pytest

from bot.domain.errors import StoreBusy
from bot.ocpi.headers import authorization
from tests.handlers.ocpi import samples
from tests.handlers.ocpi.room import CITY, Room, open_room, send_slowly

LOCATION = "/ocpi/2.2.1/locations/NL/CIT/LOC1"
SESSION = "/ocpi/2.2.1/sessions/NL/CIT/S1"


async def test_a_missing_unknown_or_broken_token_is_401_in_the_response_format(room, token):
    for header in (None, "", "Token", "Token nonsense", "Bearer abc", f"Basic {token}", f"Token {token}x"):
        headers = {} if header is None else {"Authorization": header}
        answer = await room.call("GET", LOCATION, token=None, headers=headers)
        assert answer.codes == (401, 2000)
        assert answer.json["timestamp"]
        assert "data" not in answer.json


async def test_a_token_is_taken_in_base64_and_raw(room, token):
    for base64 in (True, False):
        answer = await room.call("PUT", LOCATION, samples.location(), token=token, base64=base64)
        assert answer.json["status_code"] == 1000


async def test_an_invitation_opens_versions_and_credentials_and_nothing_else(room):
    invitation = await room.partners.invite("City")
    for path in ("/ocpi/versions", "/ocpi/2.2.1", "/ocpi/2.2.1/credentials"):
        assert (await room.call("GET", path, token=invitation)).codes == (200, 1000)
    for path in (LOCATION, SESSION, "/ocpi/2.2.1/tokens"):
        assert (await room.call("GET", path, token=invitation)).codes == (401, 2000)
    assert (await room.call("PUT", LOCATION, samples.location(), token=invitation)).codes == (401, 2000)


async def test_ids_are_echoed_and_made_up_for_a_peer_that_sends_none(room, token):
    sent = {"X-Request-ID": "request-1", "X-Correlation-ID": "correlation-1"}
    answer = await room.call("GET", "/ocpi/versions", token=token, headers=sent)
    assert answer.headers["X-Request-ID"] == "request-1"
    assert answer.headers["X-Correlation-ID"] == "correlation-1"
    answer = await room.call("GET", "/ocpi/versions", token=None)
    assert answer.headers["X-Request-ID"]
    assert answer.headers["X-Correlation-ID"]


async def test_functional_answers_go_back_to_the_party_that_asked_and_configuration_is_not_routed(room, token):
    sent = {
        "OCPI-from-party-id": "CIT",
        "OCPI-from-country-code": "NL",
        "OCPI-to-party-id": "CHB",
        "OCPI-to-country-code": "NL",
    }
    answer = await room.call("PUT", LOCATION, samples.location(), token=token, headers=sent)
    assert answer.headers["OCPI-from-party-id"] == "CHB"
    assert answer.headers["OCPI-to-party-id"] == "CIT"
    answer = await room.call("GET", "/ocpi/versions", token=token, headers=sent)
    assert "OCPI-from-party-id" not in answer.headers


async def test_a_path_that_does_not_exist_is_404_and_a_method_that_does_not_is_405(room, token):
    for path in ("/ocpi", "/ocpi/", "/ocpi/2.0/locations/NL/CIT/LOC1", "/ocpi/2.2.1/nothing", "/ocpi/2.2.1/cdrs/x"):
        assert (await room.call("GET", path, token=token)).codes == (404, 2000)
    for method, path in (("POST", LOCATION), ("DELETE", SESSION), ("PATCH", "/ocpi/2.2.1/tariffs/NL/CIT/T1")):
        assert (await room.call(method, path, token=token)).codes == (405, 2000)
    assert (await room.call("GET", "/ocpi/2.2.1/nothing", token=None)).codes == (401, 2000)


async def test_every_path_also_works_with_a_slash_at_its_end(room, token):
    assert (await room.call("PUT", LOCATION + "/", samples.location(), token=token)).codes == (201, 1000)
    assert (await room.call("GET", LOCATION, token=token)).codes == (200, 1000)


@pytest.mark.parametrize("session_id", ["S%00", "S%0A", "%E2%80%AE1", "x" * 256])
async def test_an_id_in_the_path_that_nothing_can_have_is_404_and_stores_nothing(room, token, session_id):
    before = await room.everything()
    body = samples.session(id=None)
    answer = await room.call("PUT", f"/ocpi/2.2.1/sessions/NL/CIT/{session_id}", body, token=token)
    assert answer.status in {400, 404}
    assert await room.everything() == before


async def test_country_and_party_in_the_path_are_compared_without_case(room, token):
    answer = await room.call("PUT", "/ocpi/2.2.1/locations/nl/cit/LOC1", samples.location(), token=token)
    assert answer.codes == (201, 1000)


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"{",
        b"nonsense",
        b'{"kwh": NaN}',
        b'{"a": 1, "a": 2}',
        b'{"a": Infinity}',
        b"\xff\xfe\x00",
        b"[" * 5000 + b"]" * 5000,
        b'{"kwh": ' + b"9" * 5000 + b"}",
    ],
    ids=["empty", "cut", "text", "NaN", "twice", "Infinity", "not utf-8", "deep", "huge number"],
)
async def test_what_is_no_json_is_400_with_2001_and_stores_nothing(room, token, raw):
    before = await room.everything()
    for method, path in (("PUT", SESSION), ("PUT", LOCATION), ("PATCH", SESSION), ("POST", "/ocpi/2.2.1/cdrs")):
        answer = await room.call(method, path, token=token, raw=raw)
        assert answer.codes == (400, 2001)
    assert await room.everything() == before


@pytest.mark.parametrize("raw", [b"[]", b"1", b'"text"', b"null", b"{}", b"[{}]"])
async def test_json_of_the_wrong_shape_is_200_with_2001_and_stores_nothing(room, token, raw):
    before = await room.everything()
    for method, path in (("PUT", SESSION), ("PUT", LOCATION), ("POST", "/ocpi/2.2.1/cdrs")):
        answer = await room.call(method, path, token=token, raw=raw)
        assert answer.codes == (200, 2001)
    assert await room.everything() == before


async def test_a_body_over_its_cap_is_413_and_one_under_the_larger_cap_of_locations_is_taken(room, token):
    padding = "x" * (1024 * 1024)
    large = samples.session(private=padding)
    assert (await room.call("PUT", SESSION, large, token=token)).codes == (413, 2001)
    assert (await room.call("PUT", LOCATION, samples.location(private=padding), token=token)).codes == (201, 1000)
    larger = samples.location(private=padding * 4)
    assert (await room.call("PUT", LOCATION, larger, token=token)).codes == (413, 2001)


async def test_a_gzip_bomb_is_stopped_at_the_cap_and_broken_gzip_is_400(room, token):
    packed = {"Content-Encoding": "gzip"}
    bomb = gzip.compress(b" " * 50_000_000)
    assert (await room.call("PUT", SESSION, raw=bomb, token=token, headers=packed)).codes == (413, 2001)
    assert (await room.call("PUT", SESSION, raw=b"not gzip at all", token=token, headers=packed)).status == 400


async def test_a_body_that_trickles_in_is_cut_off_at_the_deadline():
    async with open_room(read_deadline=0.2) as room:
        _, token = await room.connect("City", CITY)
        head = (
            f"PUT {SESSION} HTTP/1.1\r\nHost: bot\r\nContent-Length: 1000\r\n"
            f"Authorization: {authorization(token, base64_tokens=True)}\r\n\r\n"
        )
        answer = await send_slowly(room.address, head.encode(), pause=0.05, pieces=100)
        assert answer.startswith(b"HTTP/1.1 408")


async def test_a_fault_of_ours_is_500_with_3000_names_a_reference_and_is_logged(room, token, caplog):
    room.db.trouble = StoreBusy("the disk is slow, and /var/secret is a path")
    answer = await room.call("PUT", SESSION, samples.session(), token=token, headers={"X-Request-ID": "ref-77"})
    assert answer.codes == (500, 3000)
    assert "ref-77" in answer.json["status_message"]
    assert "/var/secret" not in answer.body.decode()
    assert any("ref-77" in record.getMessage() and record.exc_info for record in caplog.records)


async def test_a_token_shows_neither_in_the_log_nor_in_an_answer(room, token, caplog):
    caplog.set_level("DEBUG")
    for path in (LOCATION, "/ocpi/nothing", "/ocpi/versions"):
        for shown in (token, token + "x"):
            answer = await room.call("GET", path, token=shown)
            assert token not in answer.body.decode()
    assert token not in caplog.text


async def test_pushes_are_noted_with_their_partner(room, city):
    partner, token = city
    await room.call("PUT", LOCATION, samples.location(), token=token)
    noted = await room.partners.get(partner.id)
    assert noted is not None
    assert noted.last_push_at == room.clock.now()


async def test_what_could_not_be_used_can_be_looked_up(room, city):
    _, token = city
    await room.call("PUT", LOCATION, samples.location(coordinates=None), token=token)
    untidy = samples.location(evses=[samples.evse(), {"status": "AVAILABLE"}])
    assert (await room.call("PUT", LOCATION, untidy, token=token)).codes == (201, 1000)
    await room.call("PUT", SESSION, token=token, raw=b"{")
    (health,) = await room.partners.health()
    reasons = {(o.module, o.object_id, o.reason.split(":")[0]) for o in health.objections}
    assert ("locations", "LOC1", "coordinates is missing or unusable") in reasons
    assert any(module == "locations" and reason.startswith("evses[1]") for module, _, reason in reasons)
    assert any(module == "sessions" and object_id == "S1" for module, object_id, _ in reasons)


async def test_many_pushes_at_once_are_each_answered_and_none_is_lost(room: Room, token):
    async def push(number: int) -> int:
        path = f"/ocpi/2.2.1/sessions/NL/CIT/S{number}"
        return (await room.call("PUT", path, samples.session(id=f"S{number}"), token=token)).status

    assert await asyncio.gather(*(push(number) for number in range(60))) == [201] * 60
    for number in range(60):
        assert (await room.call("GET", f"/ocpi/2.2.1/sessions/NL/CIT/S{number}", token=token)).status == 200
