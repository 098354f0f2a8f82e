"""Cards of our passes, as operators list them and ask about them in real time."""

from dataclasses import replace

import pytest

from bot.domain.driver import Pass, PassStatus
from bot.domain.ids import PassNumber
from tests.fakes.clock import NOON
from tests.samples import ANNA, a_driver

AUTHORIZE = "/ocpi/2.2.1/tokens/04a27f11/authorize?type=RFID"
CARD = Pass(PassNumber("CB-1"), ANNA, "NL-CHB-C1", PassStatus.ACTIVE, NOON, uid="04A27F11", code_hash="f00")


@pytest.fixture
async def save(room):
    async def save(pass_=CARD, **changes):
        await room.desk.db.write(lambda uow: uow.drivers.save_pass(replace(pass_, **changes)))

    await room.desk.db.write(lambda uow: uow.drivers.save(a_driver(ANNA)))
    return save


async def test_cards_are_listed_page_by_page_with_whether_they_are_good(room, token, save):
    await save()
    await save(number=PassNumber("CB-2"), uid="04A27F22", status=PassStatus.BLOCKED)
    await save(number=PassNumber("CB-3"), uid="04A27F33", status=PassStatus.RECEIVED)
    await save(number=PassNumber("CB-4"), uid="")
    listed = await room.call("GET", "/ocpi/2.2.1/tokens", token=token)
    assert [(t["uid"], t["type"], t["valid"]) for t in listed.data] == [
        ("04A27F11", "RFID", True),
        ("04A27F22", "RFID", False),
    ]
    assert listed.data[0]["contract_id"] == "NL-CHB-C1"
    second = await room.call("GET", "/ocpi/2.2.1/tokens?offset=1&limit=1", token=token)
    assert [t["uid"] for t in second.data] == ["04A27F22"]
    assert second.headers["X-Total-Count"] == "2"


@pytest.mark.parametrize(
    ("status", "allowed"),
    [
        (PassStatus.ACTIVE, "ALLOWED"),
        (PassStatus.BLOCKED, "BLOCKED"),
        (PassStatus.EXPIRED, "EXPIRED"),
        (PassStatus.ORDERED, "NOT_ALLOWED"),
        (PassStatus.RECEIVED, "NOT_ALLOWED"),
    ],
)
async def test_a_card_is_allowed_as_its_pass_stands(room, token, save, status, allowed):
    await save(status=status)
    answer = await room.call("POST", AUTHORIZE, {"location_id": "LOC1", "evse_uids": ["E1"]}, token=token)
    assert (answer.status, answer.data["allowed"]) == (200, allowed)
    assert answer.data["token"]["uid"] == "04A27F11"
    assert ("location" in answer.data) == (allowed == "ALLOWED")


async def test_the_card_of_a_banned_driver_is_blocked(room, token, save):
    await save()
    await room.desk.db.write(lambda uow: uow.drivers.save(a_driver(ANNA, banned=True)))
    assert (await room.call("POST", AUTHORIZE, token=token)).data["allowed"] == "BLOCKED"


async def test_an_unknown_card_is_404_with_2004(room, token):
    assert (await room.call("POST", AUTHORIZE, token=token)).codes == (404, 2004)
