"""Stations and tariffs of a tiny operator on loopback, read page by page."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from bot.domain.driver import Filters
from bot.domain.errors import AccessRevoked, PartnerError
from bot.domain.ids import PartnerId, TariffId, station_id
from bot.domain.network import Partner, PartnerState
from bot.domain.station import Point, Status
from bot.ocpi.credentials import Provider
from bot.ports import Job, JobKind
from bot.services.partners import Partners
from data.ocpi.client import OcpiClient
from data.ocpi.registration import Handshakes
from data.ocpi.sync import EVERY, JITTER, Progress, Sync
from sandbox.cpo.operator import Operator
from tests.data.ocpi.test_registration import free_address
from tests.fakes.clock import ManualClock
from tests.fakes.database import FakeDatabase
from tests.fakes.ids import SeededIds
from tests.handlers.ocpi import samples
from tests.handlers.ocpi.peer import Peer, open_peer
from tests.handlers.ocpi.room import CITY, US, open_room

HERE = Point(52.09, 5.12)


class Stage:
    """A partner to read and what it takes to read it."""

    def __init__(self, client: OcpiClient, peer: Peer) -> None:
        self.peer = peer
        self.clock = ManualClock()
        self.db = FakeDatabase()
        self.client = client
        self.partners = Partners(self.db, self.clock, ["a secret"])
        self.sync = Sync(client, self.db, self.partners, US, self.clock, chance=lambda: 0.5)

    async def introduce(self) -> None:
        """Register with the peer."""
        us = Provider(US, "Chargebot", "https://bot.example")
        await Handshakes(self.client, self.partners, us).register(self.peer.versions_url, "token-a")
        self.peer.asked.clear()

    async def partner(self) -> Partner:
        (only,) = await self.partners.all()
        return only

    async def pull(self, *, whole: bool = True, tell=lambda _: None):
        return await self.sync.pull(await self.partner(), whole=whole, tell=tell)

    async def names(self) -> set[str]:
        found = await self.db.read(lambda uow: uow.stations.near(HERE, limit=1000, filters=Filters(startable=False)))
        return {hit.station.location_id for hit in found}

    async def run(self, attempts: int = 1):
        partner = await self.partner()
        return await self.sync.run(Job(JobKind.SYNC, str(partner.id), self.clock.now(), attempts))


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    async with OcpiClient(SeededIds(5), allow_private=True) as client, open_peer() as peer:
        stage = Stage(client, peer)
        await stage.introduce()
        yield stage


def locations(*numbers: int, **changes):
    return [samples.location(id=f"LOC{n}", **changes) for n in numbers]


async def test_all_pages_of_tariffs_and_locations_are_stored_with_progress(stage):
    stage.peer.objects = {
        "tariffs": [samples.tariff(id=f"T{n}") for n in range(3)],
        "locations": locations(1, 2, 3, 4, 5),
    }
    told: list[Progress] = []
    pulled = await stage.pull(tell=told.append)
    assert [(p.module, p.pages, p.objects) for p in told] == [
        ("tariffs", 1, 2),
        ("tariffs", 2, 3),
        ("locations", 1, 2),
        ("locations", 2, 4),
        ("locations", 3, 5),
    ]
    assert pulled.locations == told[-1] == Progress("locations", 3, 5, 5, 0)
    assert await stage.names() == {f"LOC{n}" for n in range(1, 6)}
    partner = await stage.partner()
    tariff = await stage.db.read(lambda uow: uow.tariffs.get(partner.id, CITY, TariffId("T2")))
    assert tariff.elements[0].components[0].price == Decimal("0.49")
    assert partner.last_pull_at == stage.clock.now()


async def test_a_second_reading_of_the_same_changes_nothing(stage):
    stage.peer.objects = {"locations": locations(1, 2, 3)}
    await stage.pull()
    stage.clock.move(60)
    assert (await stage.pull()).locations.changed == 0
    assert await stage.names() == {"LOC1", "LOC2", "LOC3"}


async def test_a_whole_reading_hides_what_it_did_not_show_and_one_of_changes_hides_nothing(stage):
    stage.peer.objects = {"locations": locations(1, 2, 3)}
    await stage.pull()
    stage.clock.move(60)
    stage.peer.objects = {"locations": locations(1)}
    assert (await stage.pull(whole=False)).hidden == 0
    assert await stage.names() == {"LOC1", "LOC2", "LOC3"}
    assert (await stage.pull()).hidden == 2
    assert await stage.names() == {"LOC1"}
    stage.clock.move(60)
    stage.peer.objects = {"locations": locations(1, 3)}
    await stage.pull()
    assert await stage.names() == {"LOC1", "LOC3"}


async def test_a_reading_of_changes_asks_from_a_little_before_the_last_one(stage, monkeypatch):
    asked = []
    real = stage.client.request

    async def request(method, url, access, body=None, *, params=None, **more):
        asked.append(params)
        return await real(method, url, access, body, params=params, **more)

    monkeypatch.setattr(stage.client, "request", request)
    await stage.pull()
    stage.clock.move(timedelta(hours=1))
    await stage.pull(whole=False)
    assert asked == [None, None, *[{"date_from": "2026-03-02T11:50:00Z"}] * 2]


async def test_an_object_of_no_use_costs_neither_its_page_nor_itself_unnoticed(stage):
    good, bad = samples.location(id="GOOD"), samples.location(id="BAD", coordinates=None)
    stage.peer.objects = {"locations": ["nonsense", bad, good, samples.location(id="ODD", evses=[{}, samples.evse()])]}
    pulled = await stage.pull()
    assert await stage.names() == {"GOOD", "ODD"}
    assert pulled.locations.refused == 2
    (health,) = await stage.partners.health()
    refused = {(o.object_id, o.reason) for o in health.objections if o.module == "locations"}
    assert ("BAD", "coordinates is missing or unusable") in refused
    assert any(object_id == "ODD" for object_id, _ in refused)


async def test_objects_of_a_party_that_is_not_the_partners_are_left_out(stage):
    stage.peer.objects = {
        "locations": [samples.location(), samples.location(id="X", party_id="RUR", country_code="BE")],
        "tariffs": [samples.tariff(party_id="RUR", country_code="BE")],
    }
    pulled = await stage.pull()
    assert await stage.names() == {"LOC1"}
    assert (pulled.tariffs.refused, pulled.locations.refused) == (1, 1)


async def test_an_object_that_names_no_party_is_the_only_partys(stage):
    stage.peer.objects = {"locations": [samples.location(party_id=None, country_code=None)]}
    await stage.pull()
    partner = await stage.partner()
    station = await stage.db.read(lambda uow: uow.stations.get(station_id(partner.id, CITY, "LOC1")))
    assert station is not None


async def test_a_reading_that_breaks_off_keeps_its_pages_hides_nothing_and_counts_as_a_failure(stage):
    stage.peer.objects = {"locations": locations(1, 2, 3, 4)}
    await stage.pull()
    stage.clock.move(60)
    stage.peer.objects = {"locations": locations(8, 9, 1)}

    def break_off(offset: int) -> None:
        stage.peer.broken = offset == 2

    stage.peer.before_page = break_off
    with pytest.raises(PartnerError):
        await stage.pull()
    assert await stage.names() == {"LOC1", "LOC2", "LOC3", "LOC4", "LOC8", "LOC9"}
    assert (await stage.partner()).failures == 1


async def test_a_status_pushed_while_its_page_is_on_the_way_is_not_undone_by_the_page(stage):
    stage.peer.objects = {"locations": locations(1)}
    await stage.pull()
    stage.clock.move(60)
    partner = await stage.partner()
    key = station_id(partner.id, CITY, "LOC1")

    async def push() -> None:
        def work(uow) -> None:
            held = uow.stations.get(key)
            busy = replace(held.evses[0], status=Status.CHARGING)
            later = held.last_updated + timedelta(seconds=5)
            uow.stations.put([replace(held, evses=(busy,), last_updated=later, heard_at=stage.clock.now())])

        stage.clock.move(1)
        await stage.partners.pushed(partner)
        await stage.db.write(work)

    stage.peer.before_page = lambda _: push()
    await stage.pull()
    held = await stage.db.read(lambda uow: uow.stations.get(key))
    assert held.evses[0].status is Status.CHARGING
    stage.peer.before_page = None
    stage.clock.move(3600)
    await stage.pull()
    held = await stage.db.read(lambda uow: uow.stations.get(key))
    assert held.evses[0].status is Status.AVAILABLE


async def test_a_partner_without_tariffs_is_read_all_the_same(stage):
    partner = await stage.partner()
    without = tuple(endpoint for endpoint in partner.endpoints if endpoint.identifier != "tariffs")
    await stage.db.write(lambda uow: uow.partners.save(replace(partner, endpoints=without)))
    stage.peer.objects = {"locations": locations(1)}
    pulled = await stage.pull()
    assert pulled.tariffs.pages == 0
    assert await stage.names() == {"LOC1"}


# ── on a schedule ────────────────────────────────────────────────────────────────────────────────────────────────


async def test_a_job_reads_again_after_an_hour_and_some_jitter(stage):
    assert await stage.run() == stage.clock.now() + EVERY + JITTER / 2


async def test_a_job_of_a_partner_that_is_gone_or_not_connected_ends(stage):
    await stage.partners.revoked((await stage.partner()).id)
    assert await stage.run() is None
    assert await stage.sync.run(Job(JobKind.SYNC, str(PartnerId(99)), stage.clock.now())) is None
    assert stage.peer.asked == []


async def test_a_failing_partner_is_asked_less_and_less_often_and_wholly_once_it_is_back(stage):
    stage.peer.objects = {"locations": locations(1, 2)}
    await stage.run()
    stage.peer.statuses["/2.2.1/locations"] = 503
    pauses = []
    for _ in range(8):
        again = await stage.run()
        pauses.append((again - stage.clock.now()) / timedelta(minutes=1))
    assert pauses == [1, 2, 4, 8, 16, 32, 60, 60]
    stage.clock.move(60)
    stage.peer.statuses.clear()
    stage.peer.objects = {"locations": locations(2)}
    await stage.run()
    assert await stage.names() == {"LOC2"}
    assert (await stage.partner()).failures == 0


async def test_only_a_401_that_stays_means_that_we_are_forgotten(stage):
    stage.peer.tokens.clear()
    await stage.run()
    await stage.run()
    assert (await stage.partner()).connected
    with pytest.raises(AccessRevoked):
        await stage.pull()
    assert (await stage.partner()).state is PartnerState.REVOKED


# ── with the operator of the sandbox ─────────────────────────────────────────────────────────────────────────────


async def test_the_sandbox_city_is_read_whole():
    url, port = free_address()
    async with (
        OcpiClient(SeededIds(5), allow_private=True) as client,
        Operator(token_a="token-a", traffic=False) as operator,
        open_room(public_url=url, port=port) as room,
    ):
        handshakes = Handshakes(client, room.partners, Provider(US, "Chargebot", url))
        partner = await handshakes.register(operator.versions_url, "token-a")
        sync = Sync(client, room.db, room.partners, US, room.clock)
        pulled = await sync.pull(partner, whole=True)
        centre = operator.city.locations[0]
        here = Point(float(centre.latitude), float(centre.longitude))
        found = await room.db.read(lambda uow: uow.stations.near(here, limit=1000, filters=Filters(startable=False)))
        assert pulled.locations.objects == len(operator.city.locations)
        assert len(found) >= 30
        assert pulled.locations.refused == pulled.tariffs.refused == 0
        (health,) = await room.partners.health()
        assert health.objections == ()
