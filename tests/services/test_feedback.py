import pytest

from bot.domain.errors import Refused, Why
from bot.domain.feedback import LONGEST_COMMENT, FaultKind
from bot.services.feedback import Feedback
from tests.fakes.clock import NOON, ManualClock
from tests.fakes.database import FakeDatabase
from tests.samples import ANNA, BOB, REFERENCE, a_charge


@pytest.fixture
async def feedback():
    db = FakeDatabase()
    await db.write(lambda uow: uow.charges.add(a_charge()))
    return Feedback(db, ManualClock())


async def test_a_second_tap_changes_the_rating_and_keeps_its_comment(feedback):
    await feedback.rate(ANNA, REFERENCE, 2)
    await feedback.comment(ANNA, REFERENCE, "rain")
    await feedback.rate(ANNA, REFERENCE, 9)
    [rating], _ = await feedback.latest()
    assert (rating.stars, rating.comment, rating.at) == (5, "rain", NOON)


async def test_a_comment_without_a_rating_and_words_without_end_are_cut_short(feedback):
    await feedback.comment(ANNA, REFERENCE, "rain")
    assert await feedback.latest() == ([], [])
    await feedback.rate(ANNA, REFERENCE, 3)
    await feedback.comment(ANNA, REFERENCE, "x" * 10_000)
    [rating], _ = await feedback.latest()
    assert len(rating.comment) == LONGEST_COMMENT


async def test_a_report_names_the_connector_of_the_charge(feedback):
    number = await feedback.report(ANNA, REFERENCE, FaultKind.PLUG_BROKEN)
    await feedback.describe(ANNA, number, "bent pin")
    _, [report] = await feedback.latest()
    assert (report.identifier, report.kind, report.comment) == ("NL*CIT*E201*1", FaultKind.PLUG_BROKEN, "bent pin")


async def test_nobody_speaks_of_anothers_charge(feedback):
    for deed in (
        feedback.rate(BOB, REFERENCE, 1),
        feedback.comment(BOB, REFERENCE, "x"),
        feedback.report(BOB, REFERENCE, FaultKind.OTHER),
    ):
        with pytest.raises(Refused) as refused:
            await deed
        assert refused.value.why is Why.NOT_YOURS
    assert await feedback.latest() == ([], [])
