import subprocess
import sys

import pytest

from bot import crashpoints
from bot.crashpoints import NAMES, crash_point

PASSES = "from bot.crashpoints import crash_point as cp\nfor n in range(5): print(n, flush=True); cp('tell_sent'); cp('stop_sent')"


def passed(point):
    """How far a process gets that is to die there, and how it ended."""
    ran = subprocess.run(
        [sys.executable, "-c", PASSES], env={"CHARGEBOT_CRASH_POINT": point}, capture_output=True, check=False
    )
    return len(ran.stdout.split()), ran.returncode


@pytest.mark.parametrize(
    ("point", "rounds", "code"),
    [("tell_sent", 1, -9), ("stop_sent:3", 3, -9), ("tell_sent:6", 5, 0), ("start_sent", 5, 0), ("", 5, 0)],
)
def test_the_process_dies_at_the_nth_passage_of_its_point_and_nowhere_else(point, rounds, code):
    assert passed(point) == (rounds, code)


def test_without_a_wish_a_point_does_nothing_at_all(monkeypatch):
    monkeypatch.setattr(crashpoints, "_wanted", "")
    crash_point("no such point")


def test_a_point_that_nobody_declared_is_a_mistake(monkeypatch):
    monkeypatch.setattr(crashpoints, "_wanted", "tell_sent:99")
    with pytest.raises(AssertionError, match="no such point is no crash point"):
        crash_point("no such point")


def test_there_are_enough_points_around_start_and_stop():
    assert len(NAMES) == len(set(NAMES))
    assert (
        sum(name.startswith(("start", "stop", "charge", "update", "tell", "session", "result")) for name in NAMES) >= 16
    )
