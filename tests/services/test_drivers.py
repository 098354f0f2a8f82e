"""Meeting drivers: a pass of their own at once, and nobody else's ever."""

import re

import pytest

from bot.domain.driver import Pass, PassStatus
from bot.domain.ids import DriverId, PassNumber
from bot.ports import Lane, Notice
from bot.services.drivers import Drivers
from tests.fakes.clock import NOON, ManualClock
from tests.fakes.database import FakeDatabase
from tests.fakes.ids import SeededIds
from tests.samples import a_pass

DORA = DriverId(7_000_000_001)
EMIL = DriverId(7_000_000_002)


@pytest.fixture
def db():
    return FakeDatabase()


@pytest.fixture
def drivers(db):
    return Drivers(db, ManualClock(), SeededIds(), "NL-CHB")


async def passes(db: FakeDatabase, driver_id: DriverId):
    return list(await db.read(lambda uow: uow.drivers.passes(driver_id)))


async def test_a_new_driver_gets_an_active_pass_at_once(db, drivers):
    driver = await drivers.meet(DORA, "Dora", "de")
    (pass_,) = await passes(db, DORA)
    assert (driver.met_at, driver.reachable) == (NOON, True)
    assert (pass_.status, pass_.contract_id) == (PassStatus.ACTIVE, pass_.number)
    assert re.fullmatch(r"NL-CHB-C[0-9A-Z]{8}", pass_.number)


async def test_meeting_again_notes_what_changed_and_gives_no_second_pass(db, drivers):
    await drivers.meet(DORA, "Dora", "de")
    again = await drivers.meet(DORA, "Dorothea", "fr")
    assert (again.first_name, again.language, again.met_at) == ("Dorothea", "fr", NOON)
    assert len(await passes(db, DORA)) == 1


async def test_a_driver_who_has_a_pass_already_gets_no_other(db, drivers):
    await db.write(lambda uow: uow.drivers.save_pass(a_pass(DORA, status=PassStatus.BLOCKED)))
    await drivers.meet(DORA, "Dora", "de")
    assert [p.status for p in await passes(db, DORA)] == [PassStatus.BLOCKED]


async def test_a_driver_who_blocked_us_is_reachable_again_on_coming_back(db, drivers):
    await drivers.meet(DORA, "Dora", "de")
    await drivers.unreachable(DORA)
    assert not (await db.read(lambda uow: uow.drivers.get(DORA))).reachable
    assert (await drivers.meet(DORA, "Dora", "de")).reachable


async def test_receipts_that_could_not_be_delivered_are_told_when_the_driver_is_back(db, drivers):
    await drivers.meet(DORA, "Dora", "de")
    receipts = [Notice(DORA, "receipt", Lane.RECEIPT, NOON), Notice(DORA, "started", Lane.START, NOON)]
    for notice in receipts:
        await db.write(lambda uow, notice=notice: uow.notices.add(notice))
    for notice in await db.read(lambda uow: uow.notices.due(NOON, 9)):
        await db.write(lambda uow, notice=notice: uow.notices.undeliverable(notice.id, NOON, "blocked"))
    await drivers.unreachable(DORA)
    await drivers.meet(DORA, "Dora", "de")
    assert [notice.kind for notice in await db.read(lambda uow: uow.notices.due(NOON, 9))] == ["receipt"]


async def test_somebody_we_never_met_cannot_become_unreachable(db, drivers):
    await drivers.unreachable(DORA)
    assert await db.read(lambda uow: uow.drivers.get(DORA)) is None


async def test_nobody_reads_from_a_contract_who_its_driver_is(db, drivers):
    await drivers.meet(DORA, "Dora", "de")
    (pass_,) = await passes(db, DORA)
    assert int(pass_.contract_id.removeprefix("NL-CHB-C"), 36) != DORA
    another = FakeDatabase()
    await Drivers(another, ManualClock(), SeededIds(2), "NL-CHB").meet(DORA, "Dora", "de")
    assert (await passes(another, DORA))[0].contract_id != pass_.contract_id


async def test_every_driver_has_a_contract_of_their_own(db, drivers):
    for number in range(1, 30):
        await drivers.meet(DriverId(number), "Dora", "de")
    contracts = [(await passes(db, DriverId(number)))[0].contract_id for number in range(1, 30)]
    assert len(set(contracts)) == len(contracts)


async def test_from_the_first_imported_pass_on_nobody_gets_a_welcome_pass(db, drivers):
    await drivers.meet(DORA, "Dora", "de")
    card = Pass(PassNumber("CB-1"), None, "NL-CHB-C1", PassStatus.RECEIVED, NOON, code_hash="f00")
    await db.write(lambda uow: uow.drivers.save_pass(card))
    await drivers.meet(EMIL, "Emil", "de")
    assert await passes(db, EMIL) == []
    assert [pass_.status for pass_ in await passes(db, DORA)] == [PassStatus.ACTIVE]
