"""Meeting drivers: a pass of their own at once, and nobody else's ever."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.driver import PassStatus
from bot.domain.ids import DriverId
from bot.ports import Lane, Notice
from bot.services.drivers import Drivers
from tests.fakes.clock import NOON, ManualClock
from tests.fakes.database import FakeDatabase
from tests.samples import a_driver, a_pass

DORA = DriverId(7_000_000_001)


@pytest.fixture
def db():
    return FakeDatabase()


@pytest.fixture
def drivers(db):
    return Drivers(db, ManualClock(), "NL-CHB")


async def passes(db: FakeDatabase, driver_id: DriverId):
    return list(await db.read(lambda uow: uow.drivers.passes(driver_id)))


async def test_a_new_driver_gets_an_active_pass_at_once(db, drivers):
    driver = await drivers.meet(DORA, "Dora", "de")
    (pass_,) = await passes(db, DORA)
    assert (driver.met_at, driver.reachable) == (NOON, True)
    assert (pass_.status, pass_.number, pass_.contract_id) == (
        PassStatus.ACTIVE,
        "NL-CHB-C037RMAKH",
        "NL-CHB-C037RMAKH",
    )


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


async def test_drivers_whose_numbers_end_alike_have_passes_of_their_own(db, drivers):
    alike = [DriverId(12_345_678), DriverId(7_012_345_678), DriverId(112_345_678)]
    for driver_id in alike:
        await drivers.meet(driver_id, "Dora", "de")
    assert [len(await passes(db, driver_id)) for driver_id in alike] == [1, 1, 1]


@given(st.lists(st.integers(1, 36**8 - 1), min_size=2, max_size=20, unique=True))
def test_no_two_drivers_share_a_number_and_each_has_the_form_of_a_contract(driver_ids):
    drivers = Drivers(FakeDatabase(), ManualClock(), "NL-CHB")
    numbers = [drivers._app_pass(a_driver(DriverId(n))).number for n in driver_ids]
    assert len(set(numbers)) == len(numbers)
    assert all(len(number) == len("NL-CHB-C00000000") for number in numbers)
