"""A copy taken while the bot writes is whole."""

import asyncio
import stat

import pytest
from cryptography.fernet import Fernet, MultiFernet

from bot.domain.driver import Driver
from bot.domain.errors import StoreError
from bot.domain.ids import DriverId
from data.db.backup import back_up
from data.db.engine import open_database
from tests.fakes.clock import NOON

CIPHER = MultiFernet([Fernet(Fernet.generate_key())])


def _driver(number):
    return Driver(DriverId(number), "Ana", "en", NOON)


async def test_a_copy_taken_in_the_middle_of_writing_holds_everything_acknowledged_before_it(tmp_path):
    source, target = tmp_path / "bot.db", tmp_path / "copies" / "copy.db"
    async with open_database(f"sqlite:///{source}", cipher=CIPHER) as database:
        for number in range(1, 200):
            await database.write(lambda uow, number=number: uow.drivers.save(_driver(number)))
        copying = asyncio.gather(back_up(source, target))
        for number in range(200, 300):
            await database.write(lambda uow, number=number: uow.drivers.save(_driver(number)))
        [size] = await copying
    assert size == target.stat().st_size > 0
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    async with open_database(f"sqlite:///{target}", cipher=CIPHER) as copy:
        known = await copy.read(lambda uow: [uow.drivers.get(DriverId(number)) for number in range(1, 200)])
    assert known == [_driver(number) for number in range(1, 200)]


async def test_an_existing_file_is_never_written_over(tmp_path):
    target = tmp_path / "copy.db"
    target.write_text("mine")
    source = tmp_path / "bot.db"
    source.touch()
    with pytest.raises(StoreError, match="is there already"):
        await back_up(source, target)
    assert target.read_text() == "mine"


async def test_a_database_that_is_not_there_leaves_no_copy(tmp_path):
    with pytest.raises(StoreError, match="no database at"):
        await back_up(tmp_path / "nothing.db", tmp_path / "copy.db")
    assert list(tmp_path.iterdir()) == []


async def test_what_is_no_database_is_not_taken_for_one(tmp_path):
    source = tmp_path / "bot.db"
    source.write_text("this is a letter, not a database " * 100)
    with pytest.raises(StoreError, match="could not be copied"):
        await back_up(source, tmp_path / "copy.db")
    assert list(tmp_path.iterdir()) == [source]
