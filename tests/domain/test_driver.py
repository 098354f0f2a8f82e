"""What a driver wishes, as plain values."""

from datetime import UTC, datetime, time

import pytest

from bot.domain.driver import Quiet, bare
from tests.samples import a_driver

NIGHT = Quiet(time(22), time(7), "Europe/Amsterdam")
LUNCH = Quiet(time(12), time(13, 30), "UTC")


@pytest.mark.parametrize(
    ("quiet", "moment", "covered"),
    [
        (NIGHT, "2026-07-01T20:00Z", True),  # 22:00 in Amsterdam in summer
        (NIGHT, "2026-07-01T19:59Z", False),
        (NIGHT, "2026-01-01T20:30Z", False),  # 21:30 in winter
        (NIGHT, "2026-01-01T05:59Z", True),
        (NIGHT, "2026-01-01T06:00Z", False),
        (LUNCH, "2026-01-01T12:00Z", True),
        (LUNCH, "2026-01-01T13:30Z", False),
    ],
)
def test_quiet_hours_go_by_the_clock_of_their_zone_and_may_span_midnight(quiet, moment, covered):
    assert quiet.covers(datetime.fromisoformat(moment).astimezone(UTC)) is covered


def test_the_chosen_language_goes_before_the_one_of_the_messenger():
    assert a_driver(language="nl").tongue == "nl"
    assert a_driver(language="nl", chosen_language="fr").tongue == "fr"


def test_card_uids_and_contracts_are_compared_without_their_ornaments():
    assert bare("04:a2-7F 11") == "04A27F11"
    assert bare(" *\u2013*") == ""
