"""Example objects in the shapes and with the slips of the specification's own, and whom they come from."""

from pathlib import Path

from bot.ocpi.reader import Source
from bot.ocpi.wire import read_json
from tests.fakes.clock import NOON
from tests.samples import CITY, PARTY

SOURCE = Source(CITY, NOON, PARTY)


def example(name: str):
    return read_json((Path(__file__).parent / "examples" / f"{name}.json").read_bytes())
