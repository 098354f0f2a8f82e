"""The faults that are an operator's no: at once, as a result, or as a failure on the way; in words of its own."""

import pytest

from sandbox.cpo.faults import OWN_WORDS, START_RESULTS, STOP_RESULTS, STOP_SYNC_ANSWERS, SYNC_ANSWERS
from tests.sandbox.cpo.test_faults import QUAY, charging, refused, refused_at_once

STARTS_LOST = {
    "http_500_on_start": (500, 3000),
    "http_401_on_start": (401, 2000),
    "http_429_on_start": (429, 2000),
    "hub_cannot_deliver": (200, 4003),
}
STOPS_LOST = {
    "http_500_on_stop": (500, 3000),
    "http_401_on_stop": (401, 2000),
    "hub_cannot_deliver_stop": (200, 4003),
}
SPOKEN = {"with_words"}
TESTED_HERE = {*START_RESULTS, *STOP_RESULTS, *SYNC_ANSWERS, *STOP_SYNC_ANSWERS, *STARTS_LOST, *STOPS_LOST, *SPOKEN}


@pytest.mark.parametrize(("name", "word"), START_RESULTS.items())
async def test_a_starts_result_can_be_every_no(corner, name, word):
    await refused(corner, name, word)


@pytest.mark.parametrize(("name", "word"), STOP_RESULTS.items())
async def test_a_stops_result_can_be_every_no_and_charging_goes_on(corner, name, word):
    corner.evse.faults.set(name, count=1)
    corner.plug(battery_kwh=100)
    corner.start()
    await corner.clock.advance(100)
    corner.stop()
    await corner.clock.advance(100)
    assert corner.diary.of("result") == ["ACCEPTED", word]
    assert corner.session.status == "ACTIVE"
    corner.stop()
    await corner.clock.advance(3)
    assert corner.session.status == "COMPLETED"


@pytest.mark.parametrize(("name", "word"), SYNC_ANSWERS.items())
async def test_a_start_can_be_refused_at_once(provider, street, name, word):
    await refused_at_once(provider, street, name, word)


@pytest.mark.parametrize(("name", "word"), STOP_SYNC_ANSWERS.items())
async def test_a_stop_can_be_refused_at_once_and_charging_goes_on(provider, street, name, word):
    session_id = await running(provider, street)
    await street.fault(QUAY, name, count=1)
    assert (await stop(provider, session_id)).data["result"] == word
    assert (await street.sessions())[0]["status"] == "ACTIVE"


@pytest.mark.parametrize(("name", "answer"), STARTS_LOST.items())
async def test_a_start_can_be_lost_on_the_way(provider, street, name, answer):
    await street.fault(QUAY, name, count=1)
    reply = await provider.start("HAV-0421", await street.evse(QUAY))
    assert (reply.http, reply.code, reply.data) == (*answer, None)
    assert await street.sessions() == []


@pytest.mark.parametrize(("name", "answer"), STOPS_LOST.items())
async def test_a_stop_can_be_lost_on_the_way(provider, street, name, answer):
    session_id = await running(provider, street)
    await street.fault(QUAY, name, count=1)
    reply = await stop(provider, session_id)
    assert (reply.http, reply.code, reply.data) == (*answer, None)
    assert (await street.sessions())[0]["status"] == "ACTIVE"


async def test_answers_and_results_can_have_words_of_the_operators_own(provider, street):
    await street.fault(QUAY, "with_words")
    await street.fault(QUAY, "result_failed", count=1)
    reply = await provider.start("HAV-0421", await street.evse(QUAY))
    (result,) = await provider.until_received("POST", "/results/")
    spoken = [{"language": tag, "text": text} for tag, text in OWN_WORDS.items()]
    assert reply.data["message"] == result.body["message"] == spoken


async def running(provider, street):
    await charging(provider, street)
    await provider.until_status("ACTIVE")
    return (await street.sessions())[0]["id"]


async def stop(provider, session_id):
    return await provider.command("STOP_SESSION", session_id=session_id)
