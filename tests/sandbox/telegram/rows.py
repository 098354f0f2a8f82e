"""The rows of the conformance tables, and how they are filled in from a scene."""

from typing import Any, NamedTuple


class Row(NamedTuple):
    """A call that is refused; "$name" stands for something of the scene, "$group" for its group."""

    rule: str
    method: str
    args: dict[str, Any]
    answer: str


def ids(table: list[Row]) -> list[str]:
    return [f"{row.method} {row.rule}" for row in table]


def filled(value, scene):
    if isinstance(value, str) and value.startswith("$"):
        return scene[value[1:]]
    if isinstance(value, list):
        return [filled(item, scene) for item in value]
    return {key: filled(item, scene) for key, item in value.items()} if isinstance(value, dict) else value


async def answers(api, table: list[Row], scene, clock=None) -> dict[str, str]:
    """What the server answers to each row, a second apart by `clock`, to be compared with `golden(table)` in one go.

    A refusal changes nothing, so that the rows of a table can share a scene.
    """
    found = {}
    for name, row in named(table):
        if clock is not None:
            clock.advance(1)
        found[name] = await api.refused(row.method, **filled(row.args, scene))
    return found


def golden(table: list[Row]) -> dict[str, str]:
    return {name: row.answer for name, row in named(table)}


def named(table: list[Row]) -> list[tuple[str, Row]]:
    assert len(set(ids(table))) == len(table), "every row has a name of its own"
    return list(zip(ids(table), table, strict=True))
