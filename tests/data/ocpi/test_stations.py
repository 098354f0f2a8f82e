"""A long list is read in a process of its own, and comes out as a short one does; whatever becomes of that process."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator

import pytest

from bot.domain.errors import AccessRevoked, NotSent, PartnerError, Unclear
from bot.domain.ids import PartnerId
from bot.ocpi.wire import write_json
from data.ocpi import stations
from data.ocpi.client import OcpiClient, PeerFailed
from data.ocpi.messages import Failed
from data.ocpi.reader import LocationReader
from tests.data.ocpi.test_sync import Stage, locations
from tests.fakes.clock import NOON
from tests.fakes.ids import SeededIds
from tests.handlers.ocpi import samples
from tests.handlers.ocpi.peer import open_peer
from tests.handlers.ocpi.room import CITY, RURAL


@pytest.fixture
async def stage(monkeypatch) -> AsyncIterator[Stage]:
    """A partner whose list counts as long from its third object on."""
    monkeypatch.setattr(stations, "LONGEST_HERE", 2)
    async with OcpiClient(SeededIds(5), allow_private=True) as client, open_peer(page_size=3) as peer:
        stage = Stage(client, peer)
        await stage.introduce()
        yield stage


async def test_a_long_list_is_read_elsewhere_to_the_same_end(stage):
    bad = samples.location(id="BAD", coordinates=None)
    foreign = samples.location(id="FOREIGN", country_code="BE", party_id="RUR")
    stage.peer.objects = {"locations": [*locations(*range(7)), bad, foreign]}
    told = []
    pulled = await stage.pull(tell=told.append)
    assert [(p.pages, p.objects, p.changed, p.refused) for p in told if p.module == "locations"] == [
        (1, 3, 3, 0),
        (2, 6, 6, 0),
        (3, 9, 7, 2),
    ]
    assert pulled.locations == told[-1]
    assert await stage.names() == {f"LOC{n}" for n in range(7)}
    noted = await stage.db.read(lambda uow: uow.objections.of_partner(PartnerId(1), 10))
    assert {o.object_id for o in noted} == {"BAD", str(RURAL)}


async def test_what_is_as_last_time_is_not_read_again_and_what_changed_or_is_gone_is_noticed(stage):
    stage.peer.objects = {"locations": locations(*range(7))}
    await stage.pull()
    stage.clock.move(60)
    assert (await stage.pull()).locations.changed == 0
    assert await stage.names() == {f"LOC{n}" for n in range(7)}
    stage.clock.move(60)
    stage.peer.objects = {"locations": [*locations(*range(5)), samples.location(id="LOC5", name="Renamed")]}
    pulled = await stage.pull()
    assert (pulled.locations.changed, pulled.hidden) == (1, 1)
    assert await stage.names() == {f"LOC{n}" for n in range(6)}


async def test_an_error_of_the_partner_is_the_same_as_if_it_were_read_here_and_the_pages_before_are_stored(stage):
    stage.peer.objects = {"locations": locations(*range(9))}

    def break_off(offset: int) -> None:
        stage.peer.broken = offset == 6

    stage.peer.before_page = break_off
    with pytest.raises(Unclear, match="502"):
        await stage.pull()
    assert await stage.names() == {f"LOC{n}" for n in range(6)}


async def test_a_reading_process_that_is_killed_is_a_reading_that_broke_off_and_the_next_one_goes_on(
    stage, monkeypatch
):
    stage.peer.objects = {"locations": locations(*range(9))}
    real = stations.asyncio.create_subprocess_exec
    started = []

    async def start(*words, **more):
        started.append(await real(*words, **more))
        return started[-1]

    monkeypatch.setattr(stations.asyncio, "create_subprocess_exec", start)

    def kill(offset: int) -> None:
        if offset == 6 and len(started) == 1:
            os.kill(started[0].pid, signal.SIGKILL)

    stage.peer.before_page = kill
    with pytest.raises(PartnerError, match="reading process has ended"):
        await stage.pull()
    assert await stage.names() == {f"LOC{n}" for n in range(6)}
    stage.clock.move(60)
    assert (await stage.pull()).locations.changed == 3
    assert all(process.returncode is not None for process in started)


async def test_the_reading_process_sees_none_of_our_secrets(stage, monkeypatch):
    monkeypatch.setenv("CHARGEBOT_SECRET_KEYS", "canary")
    seen = {}
    real = stations.asyncio.create_subprocess_exec

    async def start(*words, **more):
        seen.update(more["env"], words=words)
        return await real(*words, **more)

    monkeypatch.setattr(stations.asyncio, "create_subprocess_exec", start)
    stage.peer.objects = {"locations": locations(*range(4))}
    await stage.pull()
    assert seen
    assert "canary" not in str(seen)
    assert (await stage.partner()).their_token not in str(seen)


async def test_drivers_are_answered_while_a_long_list_is_read(stage):
    """The loop is never held for as long as a page takes to be read."""
    stage.peer.page_size = 200
    stage.peer.objects = {"locations": locations(*range(800))}
    longest, ended = 0.0, False

    async def watch() -> None:
        nonlocal longest
        loop = asyncio.get_running_loop()
        while not ended:
            began = loop.time()
            await asyncio.sleep(0)
            longest = max(longest, loop.time() - began)

    watching = asyncio.gather(watch())
    await stage.pull()
    ended = True
    await watching
    assert len(await stage.names()) == 800
    assert longest < 1


@pytest.mark.parametrize(
    "words",
    [b"{", b"[]", b'"x"', b"{}", b'{"id": 5}', b'{"id": "X", "id": "Y"}', b'{"id": NaN}', b"[" * 5000, b"\xff"],
)
def test_whatever_is_no_location_is_left_out_with_the_reason(words):
    reader = LocationReader(PartnerId(1), (CITY,), "2.2.1")
    good = write_json(samples.location())
    assert len(reader.marks([words, good])) == 2
    read = reader.read([words, good], NOON)
    assert (len(read.ready), read.refused) == (1, 1)
    assert read.notes


def test_a_glance_gives_the_same_name_as_reading_does():
    reader = LocationReader(PartnerId(1), (CITY,), "2.2.1")
    for changes in ({}, {"id": "  loc9 "}, {"country_code": "nl", "party_id": "cit"}, {"country_code": None}):
        words = write_json({k: v for k, v in samples.location(**changes).items() if v is not None})
        [mark] = reader.marks([words])
        [ready] = reader.read([words], NOON).ready
        assert mark.id in {ready.id, None}
        assert mark.source == ready.source
    assert reader.marks([write_json(samples.location(party_id="RUR"))])[0].id is None


@pytest.mark.parametrize("error", [AccessRevoked("401"), NotSent("refused"), Unclear("late"), PeerFailed("3000", 3000)])
def test_an_error_keeps_its_meaning_on_its_way_from_the_other_process(error):
    heard = Failed.of(error).error
    assert isinstance(error, type(heard))
    assert type(heard) is not PartnerError
    assert str(heard) == str(error)


def test_an_error_nobody_knows_is_the_partners():
    assert type(Failed("Whatever", "?").error) is PartnerError
