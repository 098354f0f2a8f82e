"""One credential may ask so much, one address may guess so often."""

from datetime import timedelta

import pytest

from bot.ocpi.errors import TooMany
from handlers.ocpi.gate import FORGET_BEYOND, Bucket, Gate
from tests.fakes.clock import ManualClock
from tests.handlers.ocpi import samples
from tests.handlers.ocpi.room import CITY, RURAL, open_room

LOCATION = "/ocpi/2.2.1/locations/NL/CIT/LOC1"
THERE = {"X-Forwarded-For": "spoofed, 203.0.113.7"}
ELSEWHERE = {"X-Forwarded-For": "203.0.113.8"}


async def test_a_partner_may_be_quick_for_a_while_and_then_keeps_the_pace():
    async with open_room(per_second=2) as room:
        _, token = await room.connect("City", CITY)
        _, other = await room.connect("Rural", RURAL)
        answers = [(await room.call("GET", LOCATION, token=token)).codes for _ in range(22)]
        assert answers == [(404, 2003)] * 20 + [(429, 2000)] * 2
        slowed = await room.call("PUT", LOCATION, samples.location(), token=token)
        assert slowed.status == 429
        assert slowed.headers["Retry-After"] == "5"
        assert (await room.call("GET", LOCATION, token=other)).status == 404
        room.clock.move(timedelta(seconds=1))
        answers = [(await room.call("GET", LOCATION, token=token)).status for _ in range(3)]
        assert answers == [404, 404, 429]


async def test_an_address_that_guesses_tokens_is_not_looked_at_for_a_while_and_others_are():
    async with open_room() as room:
        _, token = await room.connect("City", CITY)
        for _ in range(10):
            assert (await room.call("GET", LOCATION, token="guess", headers=THERE)).status == 401
        for shown in ("guess", token):
            assert (await room.call("GET", LOCATION, token=shown, headers=THERE)).codes == (429, 2000)
        assert (await room.call("GET", LOCATION, token=token, headers=ELSEWHERE)).status == 404
        assert (await room.call("GET", LOCATION, token=token)).status == 404
        room.clock.move(timedelta(seconds=6))
        assert (await room.call("GET", LOCATION, token=token, headers=THERE)).status == 404


async def test_a_right_token_is_never_held_against_its_address():
    async with open_room() as room:
        _, token = await room.connect("City", CITY)
        for _ in range(30):
            assert (await room.call("GET", LOCATION, token=token, headers=THERE)).status == 404


def test_callers_are_forgotten_before_they_fill_the_memory():
    bucket = Bucket(ManualClock(), 1, 1)
    for caller in range(FORGET_BEYOND + 500):
        assert bucket.take(caller)
    assert len(bucket._buckets) == FORGET_BEYOND
    assert bucket.take(0)
    assert not bucket.take(FORGET_BEYOND + 499)


def test_a_clock_that_goes_back_takes_nothing_away_and_gives_nothing():
    clock = ManualClock()
    gate = Gate(clock, per_second=1, seconds_at_once=1)
    gate.check_caller("a")
    clock.move(-timedelta(hours=1))
    with pytest.raises(TooMany):
        gate.check_caller("a")
    clock.move(timedelta(seconds=1))
    gate.check_caller("a")
