"""Every field of every pushed object, replaced by what no honest operator sends: never a 5xx, never a stored lie."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.handlers.ocpi import samples

NASTY: list[Any] = [
    None,
    "",
    "#NA",
    "NaN",
    "\u0000\ud800 \u202e",
    "x" * 5000,
    -1,
    0,
    10**30,
    1e308,
    True,
    [],
    {},
    [[[]]],
    [None, 1, "x", {}],
    {"a": {"b": []}},
    "0000-00-00T00:00:00Z",
    "9999-12-31T23:59:59Z",
]
PUSHES = {
    "locations/NL/CIT/LOC1": ("PUT", samples.location),
    "locations/NL/CIT/LOC1/E1": ("PUT", samples.evse),
    "locations/NL/CIT/LOC1/E1/1": ("PUT", samples.connector),
    "tariffs/NL/CIT/T1": ("PUT", samples.tariff),
    "sessions/NL/CIT/S1": ("PUT", samples.session),
    "cdrs": ("POST", samples.cdr),
}
PATCHES = {path: ("PATCH", make) for path, (_, make) in PUSHES.items() if path.startswith(("loc", "ses"))}


def variants(value: Any) -> Iterator[Any]:
    """The object with one of its fields, at any depth, replaced by each nasty value."""
    if isinstance(value, dict):
        for name, inner in value.items():
            for nasty in NASTY:
                yield value | {name: nasty}
            if isinstance(inner, dict | list):
                for variant in variants(inner):
                    yield value | {name: variant}
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            for variant in variants(inner):
                yield [*value[:index], variant, *value[index + 1 :]]


@pytest.mark.parametrize(
    ("path", "method", "make"),
    [(path, method, make) for table in (PUSHES, PATCHES) for path, (method, make) in table.items()],
)
async def test_no_value_of_any_field_is_our_fault(room, token, path: str, method: str, make: Callable[..., Any]):
    for name, (first, whole) in PUSHES.items():
        await room.call(first, f"/ocpi/2.2.1/{name}", whole(), token=token)
    answers = set()
    for body in variants(make()):
        answer = await room.call(method, f"/ocpi/2.2.1/{path}", body, token=token)
        answers.add(answer.codes)
    assert answers <= {(200, 1000), (201, 1000), (200, 2001), (404, 2003), (404, 2000)}
    for name in PUSHES:
        if name != "cdrs":
            assert (await room.call("GET", f"/ocpi/2.2.1/{name}", token=token)).status in {200, 404}
