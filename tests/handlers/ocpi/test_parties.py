"""The cross-party matrix, generated from the table of routes: nobody reads or writes what is another party's."""

from collections.abc import Iterator

import pytest

from bot.ocpi.paths import Resource
from bot.ocpi.versions import SPOKEN
from handlers.ocpi.routes import HANDLERS
from tests.handlers.ocpi import samples
from tests.handlers.ocpi.room import Room, add_charge

IDS = {
    "location_id": "LOC1",
    "evse_uid": "E1",
    "connector_id": "1",
    "tariff_id": "T1",
    "session_id": "S1",
    "cdr_id": "CDR1",
}
BODIES = {
    "location_id": samples.location,
    "evse_uid": samples.evse,
    "connector_id": samples.connector,
    "tariff_id": samples.tariff,
    "session_id": samples.session,
}
ID_FIELDS = {"evse_uid": "uid"}
OWNED = [resource for resource in HANDLERS if "party_id" in resource.parts]


def cases(methods: set[str]) -> Iterator[tuple[str, str, Resource]]:
    for version in SPOKEN:
        for resource in OWNED:
            for method in HANDLERS[resource]:
                if method in methods:
                    yield version, method, resource


def path_of(version: str, resource: Resource, country: str = "NL", party: str = "CIT", **ids: str) -> str:
    return resource.url("", version, country_code=country, party_id=party, **{**IDS, **ids})


def body_of(resource: Resource, **changes: str) -> dict[str, object] | None:
    make = BODIES.get(resource.parts[-1])
    return make(**changes) if make else None


async def fill(room: Room, token: str) -> None:
    """Everything that the paths name exists, and is the city's."""
    for path, body in (
        ("locations/NL/CIT/LOC1", samples.location()),
        ("tariffs/NL/CIT/T1", samples.tariff()),
        ("sessions/NL/CIT/S1", samples.session()),
    ):
        assert (await room.call("PUT", f"/ocpi/2.2.1/{path}", body, token=token)).status == 201
    assert (await room.call("POST", "/ocpi/2.2.1/cdrs", samples.cdr(), token=token)).status == 201


async def test_a_stranger_is_404_on_every_path_of_another_party_and_changes_nothing(room, city, foreign_token):
    partner, token = city
    await add_charge(room, partner.id)
    await fill(room, token)
    before = await room.everything()
    tried = 0
    for version, method, resource in cases({"GET", "PUT", "PATCH", "DELETE"}):
        for changes in ({}, {"country_code": "BE", "party_id": "RUR"}):
            body = None if method in {"GET", "DELETE"} else body_of(resource, **changes)
            answer = await room.call(method, path_of(version, resource), body, token=foreign_token)
            assert answer.codes == (404, 2000), (method, resource)
            assert "data" not in answer.json
            tried += 1
    assert tried >= 2 * 15
    assert await room.everything() == before


async def test_the_same_ids_of_two_operators_are_two_objects(room, city, foreign_token):
    _, token = city
    await fill(room, token)
    for version, method, resource in cases({"GET"}):
        path = path_of(version, resource, "BE", "RUR")
        assert (await room.call(method, path, token=foreign_token)).status == 404
        assert (await room.call(method, path_of(version, resource), token=token)).status == 200


@pytest.mark.parametrize(
    "other", [{"country_code": "BE", "party_id": "RUR"}, {"country_code": "DE", "party_id": "CIT"}]
)
async def test_a_body_of_another_party_than_the_path_is_2001_and_changes_nothing(room, token, other):
    await fill(room, token)
    before = await room.everything()
    for version, method, resource in cases({"PUT", "PATCH"}):
        if resource.parts[-1] in {"evse_uid", "connector_id"}:
            continue  # these objects name no party
        answer = await room.call(method, path_of(version, resource), body_of(resource, **other), token=token)
        assert answer.codes == (200, 2001), (method, resource)
    assert await room.everything() == before


async def test_a_body_with_another_id_than_the_path_is_2001_and_changes_nothing(room, token):
    await fill(room, token)
    before = await room.everything()
    for version, method, resource in cases({"PUT", "PATCH"}):
        id_field = ID_FIELDS.get(resource.parts[-1], "id")
        answer = await room.call(
            method, path_of(version, resource), body_of(resource, **{id_field: "OTHER"}), token=token
        )
        assert answer.codes == (200, 2001), (method, resource)
    assert await room.everything() == before


async def test_no_functional_path_answers_without_a_token_or_to_an_invitation(room, token):
    await fill(room, token)
    invitation = await room.partners.invite("Newcomer")
    ids = {**IDS, "country_code": "NL", "party_id": "CIT", "token_uid": "TOKEN1", "command": "START_SESSION"}
    ids |= {"charge_id": "x", "secret": "y", "client_country": "NL", "client_party": "CIT"}
    for resource, handlers in HANDLERS.items():
        if resource.module == "credentials":
            continue
        for method in handlers:
            path = resource.url("", "2.2.1", **{part: ids[part] for part in resource.parts})
            for shown in (None, invitation):
                assert (await room.call(method, path, token=shown)).codes == (401, 2000)
