"""An operator in a hurry, a provider registered with it, and somebody in the street."""

import pytest

from sandbox.cpo.operator import Operator
from sandbox.cpo.street import Street
from tests.sandbox.cpo.provider import Provider
from tests.sandbox.cpo.street_corner import Corner

TOKEN_A = "invitation-for-the-tests"


@pytest.fixture
async def operator():
    async with Operator(seed=7, speed=600, token_a=TOKEN_A, traffic=False) as running:
        yield running
        assert running.crew.failures == []


@pytest.fixture
async def stranger(operator):
    """A provider that has not registered yet."""
    async with Provider() as provider:
        provider.versions_url = operator.versions_url
        yield provider


@pytest.fixture
async def provider(operator, stranger):
    await stranger.register(operator.versions_url, TOKEN_A)
    return stranger


@pytest.fixture
async def street(operator):
    async with Street(operator.control_url) as client:
        yield client


@pytest.fixture
async def corner_at():
    """Makes street corners: `corner_at("NL*HAV*E0450*1", speed=60)`."""
    made = []

    def make(*args, **more):
        made.append(Corner(*args, **more))
        return made[-1]

    yield make
    for each in made:
        await each.close()


@pytest.fixture
def corner(corner_at):
    return corner_at()
