"""A start is quick because it imports only what it needs; how quick exactly is for `python -m tests.bench.start` to say."""

from sandbox.world import World
from tests.bench.start import HEAVY, imported


async def test_nothing_heavy_is_imported_before_the_first_update_is_served(tmp_path):
    async with World(tmp_path, traffic=False) as world:
        await world.command("db", "upgrade")
        packages = await imported(world)
    assert {"bot", "handlers", "data", "telegram"} <= packages
    assert not packages & HEAVY
