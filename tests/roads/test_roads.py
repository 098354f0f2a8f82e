"""The whole road in every version of OCPI, through a hub, and at operators with every bad habit there is."""

import asyncio
from decimal import Decimal

import pytest

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


async def test_the_whole_road_in_every_dialect(backend):
    ends = await asyncio.gather(*(travel(backend, dialect=(name,)) for name in MANNERS), return_exceptions=True)
    failed = [f"{name}: {end!r}" for name, end in zip(MANNERS, ends, strict=True) if end is not None]
    assert not failed, "\n".join(failed)
