"""The whole road in every version of OCPI, through a hub, and at operators with every bad habit there is."""

import asyncio
from decimal import Decimal

import pytest

from bot.domain.charge import State
from bot.domain.errors import Refused, Why
from bot.domain.ids import Party
from sandbox.cpo.ocpi.manners import MANNERS
from sandbox.cpo.ocpi.voice import VERSIONS
from sandbox.cpo.operator import Operator
from tests.roads.backend import Backend, open_backend

SPEED = 600


@pytest.fixture
async def backend():
    async with open_backend() as opened:
        yield opened


async def travel(backend: Backend, **how) -> None:
    """One road at an operator of its own, and what both sides must agree on at its end."""
    async with Operator(speed=SPEED, traffic=False, **how) as operator:
        partner = await backend.add(operator)
        charge = await backend.road(partner, operator)
        assert operator.crew.failures == []
        (cdr,) = operator.kept.cdrs.values()
        billed = await backend.db.read(lambda uow: list(uow.cdrs.of_charge(charge.id)))
        assert [str(it.id).casefold() for it in billed] == [cdr.id.casefold()]
        assert billed[0].total_energy == cdr.session.kwh
        total = cdr.bill.total()
        ours = billed[0].total_cost
        assert ours.excl_vat.amount == total.excl_vat
        assert operator.voice.version == "2.1.1" or ours.incl_vat.amount == total.incl_vat
        assert list(operator.kept.starts_per_token().values()) == [1]
        energy = sum((period.dimensions.get("ENERGY", Decimal(0)) for period in billed[0].periods), Decimal(0))
        assert abs(energy - cdr.session.kwh) < Decimal("0.01")


@pytest.mark.parametrize("version", VERSIONS)
async def test_the_whole_road_in_each_version(backend, version):
    await travel(backend, version=version)


@pytest.mark.parametrize("version", VERSIONS)
async def test_the_whole_road_in_every_dialect(backend, version):
    roads = (travel(backend, version=version, dialect=(name,)) for name in MANNERS)
    ends = await asyncio.gather(*roads, return_exceptions=True)
    failed = [f"{name}: {end!r}" for name, end in zip(MANNERS, ends, strict=True) if end is not None]
    assert not failed, "\n".join(failed)


@pytest.mark.parametrize("version", ["2.2.1", "2.3.0"])
async def test_the_whole_road_through_a_hub_to_each_of_its_operators(backend, version):
    async with Operator(speed=SPEED, traffic=False, version=version, hub=True) as hub:
        partner = await backend.add(hub)
        assert partner.hub == Party("NL", "HUB")
        members = {Party.of(it.country_code, it.party_id) for it in hub.hub.members}
        assert members <= set(partner.parties)
        charges = await asyncio.gather(*(backend.road(partner, hub, place) for place in startable_places(hub)))
        assert {charge.place.party for charge in charges} == members
        assert list(hub.kept.starts_per_token().values()) == [1, 1, 1]
        addressed = {(push.method, push.url.rsplit("/", 2)[1]) for push in hub.caller.log if "/sessions/" in push.url}
        assert {party for _, party in addressed} == {it.party_id for it in hub.hub.members}


def startable_places(hub: Operator) -> list[int]:
    """For each operator behind the hub a place with a charge point that an app can start."""
    found = {}
    for number, location in enumerate(hub.city.locations):
        evse = location.evses[0]
        if evse.startable and evse.status == "AVAILABLE" and evse.plug is None and location.publish:
            found.setdefault(location.owner.party_id, number)
    return list(found.values())


async def test_nothing_is_started_at_an_operator_that_its_hub_calls_offline(backend):
    async with Operator(speed=SPEED, traffic=False, hub=True) as hub:
        partner = await backend.add(hub)
        here, *others = startable_places(hub)
        station = await backend.station(partner, hub, here)
        owner = station.party
        hub.set_client(owner.party_id, "OFFLINE")
        await eventually(lambda: backend.partners.get(partner.id), lambda it: not it.reaches(owner))
        with pytest.raises(Refused) as refused:
            await backend.press(station, station.evses[0])
        assert refused.value.why is Why.NOT_CONNECTED
        assert not hub.kept.commands
        assert (await backend.road(partner, hub, others[0])).place.party != owner
        hub.set_client(owner.party_id, "CONNECTED")
        await eventually(lambda: backend.partners.get(partner.id), lambda it: it.reaches(owner))
        assert (await backend.road(partner, hub, here)).place.party == owner


@pytest.mark.parametrize(
    ("change", "why"),
    [({"status": "OFFLINE"}, Why.NOT_SENT), ({"slow": True}, Why.NO_ANSWER)],
    ids=["4003", "4002"],
)
async def test_a_hub_that_could_not_pass_a_start_on_says_so(backend, change, why):
    """4003 and 4001 mean that nothing was done; after 4002 nobody knows, and the sessions are read."""
    async with Operator(speed=SPEED, traffic=False, hub=True) as hub:
        partner = await backend.add(hub)
        here = startable_places(hub)[0]
        station = await backend.station(partner, hub, here)
        client = hub.hub.client(station.party.party_id)
        client.status, client.slow = change.get("status", client.status), change.get("slow", False)
        charge = await backend.press(station, station.evses[0])
        if why is Why.NOT_SENT:
            charge = await backend.until(charge, lambda it: it.state is State.REFUSED)
            assert charge.why is why
        else:
            await asyncio.sleep(0.3)
            assert (await backend.until(charge, lambda _: True)).state is State.FENCED
        assert not hub.kept.sessions


async def eventually(look, holds):
    for _ in range(500):
        if holds(found := await look()):
            return found
        await asyncio.sleep(0.01)
    raise AssertionError("it never came true")


LEAVING_A_SESSION = {
    "timeout_then_session": 0.3,
    "late_session": 0.3,
    "hang_on_start": 0.3,
    "offline_in_mid_session": 0.3,
    "late_cdr": 0.3,
    "truncated_answer": None,
    "no_result": None,
    "session_before_result": None,
    "stop_rejected_once": None,
    "stop_rejected_completes": None,
    "stop_accepted_ignored_once": None,
    "http_500_on_stop": None,
    "duplicate_pushes": None,
    "out_of_order_pushes": None,
    "no_reference": None,
    "no_session_push": None,
    "no_cdr_push": None,
    "no_status_push": None,
    "wh_for_kwh": None,
    "cdr_differs": None,
    "credit_cdr": None,
}
"""Faults after which there is a charge all the same, with the seconds they take."""


async def test_the_road_goes_on_under_every_fault_that_leaves_a_session():
    async with open_backend(pace=0.02) as backend:
        roads = (faulty(backend, name, seconds) for name, seconds in LEAVING_A_SESSION.items())
        ends = await asyncio.gather(*roads, return_exceptions=True)
    failed = [f"{name}: {end!r}" for name, end in zip(LEAVING_A_SESSION, ends, strict=True) if end is not None]
    assert not failed, "\n".join(failed)


async def faulty(backend: Backend, name: str, seconds: float | None) -> None:
    async with Operator(speed=SPEED, traffic=False) as operator:
        partner = await backend.add(operator)
        operator.city.locations[0].evses[0].faults.set(name, count=1, seconds=seconds)
        charge = await backend.road(partner, operator)
        assert list(operator.kept.starts_per_token().values()) == [1]
        expected = 3 if name == "credit_cdr" else 1
        await eventually(
            lambda: backend.db.read(lambda uow: list(uow.cdrs.of_charge(charge.id))), lambda it: len(it) == expected
        )


async def test_a_session_that_stays_pending_can_be_stopped_and_costs_nothing(backend):
    async with Operator(speed=SPEED, traffic=False) as operator:
        partner = await backend.add(operator)
        operator.city.locations[0].evses[0].faults.set("pending_forever")
        station = await backend.station(partner, operator)
        charge = await backend.press(station, station.evses[0])
        charge = await backend.until(charge, lambda it: it.session_key is not None)
        await backend.charging.stop(charge.driver_id, charge.id)
        await backend.until(charge, lambda it: it.state not in {State.FENCED, State.CHARGING, State.STOPPING})
        assert not operator.kept.cdrs


async def test_support_can_have_a_connector_unlocked_and_the_session_ends(backend):
    async with Operator(speed=SPEED, traffic=False) as operator:
        partner = await backend.add(operator)
        station = await backend.station(partner, operator)
        charge = await backend.press(station, station.evses[0])
        backend.plug(operator, 0, station.evses[0])
        charge = await backend.until(charge, lambda it: it.state is State.CHARGING)
        assert (await backend.gateway.unlock(charge)).why is None
        await backend.until(charge, lambda it: it.state is State.BILLED)
        (command,) = (it for it in operator.kept.commands if it.name == "UNLOCK_CONNECTOR")
        assert command.result == "ACCEPTED"
        results = [push for push in operator.caller.log if "UNLOCK_CONNECTOR" in push.url]
        assert [(push.http, push.status_code) for push in results] == [(200, 1000)]


async def test_without_links_every_page_is_found_all_the_same(backend):
    async with Operator(speed=SPEED, traffic=False, dialect=("no_link",)) as operator:
        partner = await backend.add(operator)
        for number, location in enumerate(operator.city.locations):
            if location.publish:
                assert (await backend.station(partner, operator, number)).location_id == location.id
