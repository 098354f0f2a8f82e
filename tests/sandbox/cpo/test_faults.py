"""Every fault of the table, on a clock moved by hand where the charge point goes wrong, over HTTP where the wire does."""

import asyncio
import json
from itertools import pairwise

import pytest

from sandbox.cpo import faults
from sandbox.cpo.faults import KINDS, Faults
from sandbox.cpo.ocpi import words
from tests.sandbox.cpo.provider import eventually

QUAY = "NL*HAV*E0421*1"
SINCE = "?date_from=2026-01-01T00:00:00Z"


async def charging(provider, street, reference="charge-1"):
    """A car plugged in and a session that is active."""
    evse = await street.evse(QUAY)
    if not evse["plugged"]:
        await street.plug(QUAY, battery_kwh=100)
    reply = await provider.start("HAV-0421", evse, reference)
    assert reply.data["result"] == "ACCEPTED"


async def pulled(provider):
    return (await provider.get("sessions", SINCE)).data


async def test_a_fault_strikes_as_often_as_it_was_told():
    it = Faults()
    it.set("rejected", count=2)
    assert [it.take("rejected") is not None for _ in range(3)] == [True, True, False]


async def test_a_fault_without_a_count_is_for_good_until_cleared():
    it = Faults()
    it.set("no_cdr_push")
    it.set("rejected")
    assert all(it.take("rejected") for _ in range(5))
    it.clear("rejected")
    assert [each["name"] for each in it.listed()] == ["no_cdr_push"]
    it.clear()
    assert it.listed() == []


async def test_a_fault_that_says_once_strikes_once_unless_told_otherwise():
    it = Faults()
    assert it.set("stop_rejected_once").count == 1
    assert it.set("stop_rejected_once", count=3).count == 3


async def test_every_fault_has_a_sentence_and_every_session_long_one_is_in_the_table():
    assert all(kind.sentence.endswith(".") and kind.name == name for name, kind in KINDS.items())
    assert set(faults.SESSION_LONG) <= KINDS.keys()


async def test_every_fault_is_tested_here_or_among_the_refusals():
    from tests.sandbox.cpo.test_refusals import TESTED_HERE

    tested = {name.removeprefix("test_fault_") for name in globals() if name.startswith("test_fault_")}
    assert not tested & TESTED_HERE
    assert tested | TESTED_HERE == KINDS.keys()


async def refused(corner, name, result):
    corner.evse.faults.set(name, count=1)
    corner.plug()
    corner.start()
    await corner.clock.advance(200)
    assert corner.diary.of("result") == [result]
    assert corner.diary.of("session") == []
    corner.start()
    await corner.clock.advance(200)
    assert corner.diary.of("session") == ["PENDING", "ACTIVE"], "the next start works again"


async def test_fault_no_session(corner):
    await refused(corner, "no_session", "ACCEPTED")


async def test_fault_accepted_then_nothing(corner):
    corner.evse.faults.set("accepted_then_nothing")
    corner.plug()
    corner.start()
    await corner.clock.advance(3600)
    assert corner.diary.entries == [("evse", "BLOCKED")]
    assert corner.evse.busy_with is None


async def test_fault_no_result(corner):
    corner.evse.faults.set("no_result", count=1)
    corner.plug()
    corner.start()
    await corner.clock.advance(60)
    assert corner.diary.of("result") == []
    assert corner.diary.of("session") == ["PENDING", "ACTIVE"]


@pytest.mark.parametrize("speed", [1, 60])
async def test_fault_timeout_then_session(corner_at, speed):
    corner = corner_at(speed=speed)
    corner.evse.faults.set("timeout_then_session", seconds=8)
    corner.plug()
    corner.start()
    await corner.clock.advance(1 + 7.9 * speed)
    assert corner.diary.entries[1:] == [("result", "TIMEOUT")]
    await corner.clock.advance(0.1 * speed + 4)
    assert corner.diary.of("session") == ["PENDING", "ACTIVE"]


async def test_fault_late_session(corner):
    corner.evse.faults.set("late_session")
    corner.plug()
    corner.start()
    await corner.clock.advance(60)
    assert corner.diary.entries[1:] == [("result", "ACCEPTED")]
    corner.start("charge-2")
    await corner.clock.advance(10)
    assert corner.diary.of("result") == ["ACCEPTED", "EVSE_OCCUPIED"], "nobody else gets in between"
    assert corner.diary.of("session") == ["PENDING", "ACTIVE"]


async def test_fault_session_before_result(corner):
    corner.evse.faults.set("session_before_result", count=1)
    corner.plug()
    corner.start()
    await corner.clock.advance(1)
    assert corner.diary.entries[1:] == [("session", "PENDING"), ("result", "ACCEPTED")]
    assert corner.evse.faults.listed() == []


async def test_fault_stop_accepted_ignored_once(corner):
    corner.evse.faults.set("stop_accepted_ignored_once")
    corner.plug(battery_kwh=100)
    corner.start()
    await corner.clock.advance(100)
    corner.stop()
    await corner.clock.advance(100)
    assert corner.diary.of("result") == ["ACCEPTED", "ACCEPTED"]
    assert corner.session.status == "ACTIVE"
    corner.stop()
    await corner.clock.advance(3)
    assert corner.session.status == "COMPLETED"


async def refused_at_once(provider, street, name, answer):
    await street.fault(QUAY, name, count=1)
    reply = await provider.start("HAV-0421", await street.evse(QUAY))
    assert (reply.http, reply.code, reply.data["result"]) == (200, 1000, answer)
    await street.plug(QUAY)
    await asyncio.sleep(0.02)
    assert provider.of("POST", "/results/") == []
    assert await street.sessions() == []


async def test_fault_hang_on_start(provider, street):
    await street.fault(QUAY, "hang_on_start", count=1, seconds=30)
    await street.plug(QUAY)
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.1):
            await provider.start("HAV-0421", await street.evse(QUAY))
    await provider.until_status("ACTIVE")
    assert (await street.commands())["sessions_per_reference"] == {"charge-1": 1}


async def test_fault_duplicate_pushes(provider, street):
    await street.fault(QUAY, "duplicate_pushes", count=1)
    await charging(provider, street)
    await provider.until_received("PATCH", "/sessions/", 6)
    news = provider.session_news()
    assert [each.method for each in news[:4]] == ["PUT", "PUT", "PATCH", "PATCH"]
    assert all(one.body == other.body for one, other in zip(news[:6:2], news[1:6:2], strict=True))


async def test_fault_out_of_order_pushes(provider, street):
    await street.fault(QUAY, "out_of_order_pushes", count=1)
    await charging(provider, street)
    patches = await provider.until_received("PATCH", "/sessions/", 4)
    stamps = [each.body["last_updated"] for each in patches[:4]]
    assert stamps[0] > stamps[1] < stamps[2] > stamps[3]
    await street.unplug(QUAY)
    await provider.until_status("COMPLETED")
    await provider.until_received("POST", "/cdrs")
    told = [each.body["last_updated"] for each in provider.of("PATCH", "/sessions/")]
    assert len(told) == len(set(told)), "out of order, and none lost or doubled"


async def test_fault_no_reference(provider, street):
    await street.fault(QUAY, "no_reference", count=1)
    await charging(provider, street)
    await provider.until_status("ACTIVE")
    await street.unplug(QUAY)
    (cdr,) = await provider.until_received("POST", "/cdrs")
    assert all("authorization_reference" not in each.body for each in provider.session_news())
    assert "authorization_reference" not in cdr.body
    assert "authorization_reference" not in (await pulled(provider))[0]
    assert cdr.body["cdr_token"]["uid"] == "charge-token-1"
    assert (await street.commands())["sessions_per_reference"] == {"charge-1": 1}, "the operator itself remembers"


async def test_fault_no_session_push(provider, street):
    await street.fault(QUAY, "no_session_push", count=1)
    await charging(provider, street)
    await provider.until_received("POST", "/results/")
    await provider.until_received("PATCH", "/locations/", 2)
    (session,) = await pulled(provider)
    assert session["status"] == "ACTIVE"
    assert provider.session_news() == []


async def test_fault_no_cdr_push(provider, street):
    await street.fault(QUAY, "no_cdr_push", count=1)
    await charging(provider, street)
    await provider.until_status("ACTIVE")
    await street.unplug(QUAY)
    await provider.until_status("COMPLETED")

    async def cdrs():
        return (await provider.get("cdrs")).data

    found = await eventually(cdrs)
    assert found[0]["authorization_reference"] == "charge-1"
    assert provider.of("POST", "/cdrs") == []


async def test_fault_wh_for_kwh(provider, street):
    await street.fault(QUAY, "wh_for_kwh", count=1)
    await charging(provider, street)
    await provider.until_received("PATCH", "/sessions/", 3)
    (session,) = await pulled(provider)
    energies = [each["volume"] for period in session["charging_periods"] for each in period["dimensions"][:1]]
    assert sum(energies) == 1000 * session["kwh"] > 0


async def test_without_faults_pushes_are_single_and_in_order(provider, street):
    await charging(provider, street)
    await provider.until_received("PATCH", "/sessions/", 4)
    stamps = [each.body["last_updated"] for each in provider.session_news()]
    assert all(before < after for before, after in pairwise(stamps))


async def test_fault_dead_plug(corner):
    corner.evse.faults.set("dead_plug", count=1)
    corner.plug()
    corner.start()
    await corner.clock.advance(3600)
    (session,) = corner.kept.sessions.values()
    assert session.status == "ACTIVE"
    assert session.periods
    assert not sum(period.kwh for period in session.periods)
    assert {period.power_kw for period in session.periods} == {0}


async def test_fault_pending_forever(corner):
    corner.evse.faults.set("pending_forever", count=1)
    corner.plug()
    corner.start()
    await corner.clock.advance(3600)
    assert corner.diary.of("session") == ["PENDING"]
    corner.stop()
    await corner.clock.advance(3)
    assert corner.diary.of("session") == ["PENDING", "INVALID"]
    assert corner.diary.cdrs == []


async def test_fault_stop_rejected_completes(corner):
    corner.evse.faults.set("stop_rejected_completes")
    corner.plug()
    corner.start()
    await corner.clock.advance(120)
    corner.stop()
    await corner.clock.advance(30)
    assert corner.diary.of("result") == ["ACCEPTED", "REJECTED"]
    assert corner.session.status == "COMPLETED"
    assert len(corner.diary.cdrs) == 1


async def billed(corner, fault, **how):
    corner.evse.faults.set(fault, count=1, **how)
    corner.plug()
    corner.start()
    await corner.clock.advance(600)
    corner.stop()


async def test_fault_late_cdr(corner):
    await billed(corner, "late_cdr", seconds=300)
    await corner.clock.advance(290)
    assert corner.diary.cdrs == []
    await corner.clock.advance(60)
    assert len(corner.diary.cdrs) == 1


async def test_fault_cdr_differs(corner):
    await billed(corner, "cdr_differs")
    await corner.clock.advance(60)
    (cdr,) = corner.diary.cdrs
    assert cdr.total().incl_vat - cdr.bill.total().incl_vat == 2


async def test_fault_credit_cdr(corner):
    await billed(corner, "credit_cdr")
    await corner.clock.advance(60)
    wrong, credit, right = (words.cdr(cdr) for cdr in corner.diary.cdrs)
    assert (credit["credit"], credit["credit_reference_id"]) == (True, wrong["id"])
    assert credit["total_cost"]["incl_vat"] == -wrong["total_cost"]["incl_vat"]
    assert wrong["total_cost"]["incl_vat"] - right["total_cost"]["incl_vat"] == 2
    assert "credit" not in right
    assert len({wrong["id"], credit["id"], right["id"]}) == 3


async def test_fault_truncated_answer(provider, street):
    await street.fault(QUAY, "truncated_answer", count=1)
    await street.plug(QUAY)
    evse = await street.evse(QUAY)
    with pytest.raises(json.JSONDecodeError):
        await provider.start("HAV-0421", evse)
    await provider.until_status("ACTIVE")


async def test_fault_no_status_push(provider, street):
    await street.fault(QUAY, "no_status_push")
    await charging(provider, street)
    await provider.until_status("ACTIVE")
    assert not [each for each in provider.received if each.method == "PATCH" and "/locations/" in each.path]
    assert (await street.evse(QUAY))["status"] == "CHARGING"


async def test_fault_offline_in_mid_session(provider, street):
    await street.fault(QUAY, "offline_in_mid_session", seconds=0.3)
    await charging(provider, street)
    await provider.until(provider.session_news)
    await asyncio.sleep(0.15)
    assert [each.body.get("status") for each in provider.session_news()] == ["PENDING"]
    assert len(await pulled(provider)) == 1
    await provider.until(lambda: len(provider.session_news()) > 3)
