"""A hub tells who is behind it; nobody but a hub can, and what it told last counts."""

from dataclasses import replace

import pytest

from bot.domain.ids import Party
from tests.handlers.ocpi import samples

HUB = Party("NL", "HUB")
PATH = "/ocpi/2.2.1/hubclientinfo/DE/WAT"
CLIENT = {"country_code": "DE", "party_id": "WAT", "role": "CPO", "status": "CONNECTED", "last_updated": samples.STAMP}
LATER = "2026-03-02T11:05:00Z"


@pytest.fixture
async def hub(room):
    partner, token = await room.connect("Hub", HUB)
    await room.db.write(lambda uow: uow.partners.save(replace(uow.partners.get(partner.id), hub=HUB)))
    return partner, token


async def reached(room, hub) -> bool:
    return (await room.partners.get(hub[0].id)).reaches(Party("DE", "WAT"))


async def test_an_operator_behind_a_hub_may_push_once_the_hub_has_told_of_it(room, hub):
    _, token = hub
    location = samples.location(country_code="DE", party_id="WAT")
    path = "/ocpi/2.2.1/locations/DE/WAT/LOC1"
    assert (await room.call("PUT", path, location, token=token)).codes == (404, 2000)
    answer = await room.call("PUT", PATH, CLIENT, token=token)
    assert answer.codes == (201, 1000)
    assert not any(name.lower().startswith("ocpi-") for name in answer.headers)
    assert (await room.call("PUT", path, location, token=token)).codes == (201, 1000)
    assert (await room.call("GET", PATH, token=token)).data == CLIENT
    assert (await room.call("GET", PATH.replace("WAT", "ABC"), token=token)).codes == (404, 2000)


@pytest.mark.parametrize("status", ["OFFLINE", "PLANNED", "SUSPENDED"])
async def test_who_is_cut_off_is_not_reached_until_it_is_back(room, hub, status):
    _, token = hub
    assert await reached(room, hub)
    assert (await room.call("PUT", PATH, CLIENT | {"status": status.lower()}, token=token)).status == 201
    assert not await reached(room, hub)
    assert (await room.call("PUT", PATH, CLIENT | {"last_updated": LATER}, token=token)).status == 200
    assert await reached(room, hub)
    await room.call("PUT", PATH, CLIENT | {"status": status}, token=token)
    assert await reached(room, hub), "what was so before does not count any more"


async def test_a_word_for_the_connection_that_nobody_knows_cuts_nobody_off(room, hub):
    assert (await room.call("PUT", PATH, CLIENT | {"status": "FLOATING"}, token=hub[1])).codes == (201, 1000)
    assert await reached(room, hub)


async def test_nobody_but_a_hub_has_parties_behind_it(room, city):
    partner, token = city
    assert (await room.call("PUT", PATH, CLIENT, token=token)).codes == (200, 2001)
    assert (await room.partners.get(partner.id)).parties == partner.parties


@pytest.mark.parametrize("wrong", [{"party_id": "ABC"}, {"country_code": "NL"}, {"status": None}])
async def test_a_client_that_is_not_the_one_in_the_address_or_says_nothing_is_2001(room, hub, wrong):
    assert (await room.call("PUT", PATH, CLIENT | wrong, token=hub[1])).codes == (200, 2001)
    assert not (await room.partners.get(hub[0].id)).clients


async def test_2_1_1_knows_no_hubs(room, hub):
    assert (await room.call("PUT", PATH.replace("2.2.1", "2.1.1"), CLIENT, token=hub[1])).codes == (404, 2000)
