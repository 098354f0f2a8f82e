from collections.abc import AsyncIterator

import pytest

from bot.domain.network import Partner
from bot.services.partners import OurToken
from tests.handlers.ocpi.room import CITY, RURAL, Room, open_room


@pytest.fixture
async def room() -> AsyncIterator[Room]:
    async with open_room() as opened:
        yield opened


@pytest.fixture
async def city(room: Room) -> tuple[Partner, OurToken]:
    return await room.connect("City", CITY)


@pytest.fixture
async def token(city: tuple[Partner, OurToken]) -> OurToken:
    """What the city's operator shows us."""
    return city[1]


@pytest.fixture
async def foreign_token(room: Room) -> OurToken:
    """What another operator shows us."""
    return (await room.connect("Rural", RURAL))[1]
