"""Ratings and reports of faults."""

from dataclasses import replace

from bot.domain.feedback import FaultKind, FaultReport, Rating
from bot.domain.ids import ChargeId, DriverId, EvseUid, StationId
from bot.ports import Database
from tests.data.db.samples import NOW, after

ANNA, BOB = DriverId(5_000_000_000), DriverId(2)
RATING = Rating(ChargeId("c1"), ANNA, 4, NOW)
REPORT = FaultReport(ANNA, StationId("1:NL-CIT:L1"), EvseUid("E1"), "1234-1", "Quay", FaultKind.PLUG_BROKEN, NOW)


async def test_a_rating_is_kept_and_changed_and_the_newest_come_first(database: Database):
    later = Rating(ChargeId("c2"), BOB, 1, after(60), "the screen was dead")
    for rating in (RATING, later, replace(RATING, stars=5)):
        await database.write(lambda uow, rating=rating: uow.feedback.rate(rating))
    assert await database.read(lambda uow: uow.feedback.rating(ChargeId("c1"))) == replace(RATING, stars=5)
    assert await database.read(lambda uow: uow.feedback.rating(ChargeId("c3"))) is None
    assert await database.read(lambda uow: uow.feedback.ratings(10)) == [later, replace(RATING, stars=5)]
    assert await database.read(lambda uow: uow.feedback.ratings(1)) == [later]


async def test_a_report_gets_a_number_and_only_its_driver_describes_it(database: Database):
    first = await database.write(lambda uow: uow.feedback.report(REPORT))
    second = await database.write(lambda uow: uow.feedback.report(replace(REPORT, driver_id=BOB)))
    assert second > first
    await database.write(lambda uow: uow.feedback.describe(first, ANNA, "bent pin"))
    await database.write(lambda uow: uow.feedback.describe(second, ANNA, "not mine"))
    await database.write(lambda uow: uow.feedback.describe(99, ANNA, "nobody's"))
    newest, oldest = await database.read(lambda uow: uow.feedback.reports(10))
    assert newest == replace(REPORT, driver_id=BOB, id=second)
    assert oldest == replace(REPORT, id=first, comment="bent pin")
