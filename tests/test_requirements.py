"""docs/requirements.md has every row, and names only tests that exist; that they pass is watched by a whole run."""

import ast
from pathlib import Path

import pytest

from tests.required import Witness, rows

ROAD = {f"R{number:02}" for number in range(1, 36)} | {"R15b"}
MUST = {
    *range(1, 9), 10, *range(13, 20), 21, *range(23, 31), 32, 34, 35, *range(38, 41), 42, *range(47, 51), 57, 61, 66, 67, 69,
}  # fmt: skip


def test_every_row_is_there_and_names_a_test():
    assert ROAD | {str(number) for number in MUST} <= set(rows())
    assert all(rows().values())


@pytest.mark.parametrize("row", rows())
def test_a_named_test_exists(row):
    for test in rows()[row]:
        path, _, name = test.partition("::")
        tree = ast.parse((Path(__file__).parents[1] / path).read_text())
        functions = {n.name for n in ast.walk(tree) if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef)}
        assert name in functions, test


def test_what_did_not_pass_proves_nothing():
    witness = Witness()
    assert {line.partition(" ")[0] for line in witness.unproven()} == set(rows())
    for test in {test for tests in rows().values() for test in tests}:
        witness.pytest_runtest_logreport(pytest.TestReport(f"{test}[x]", ("", 0, ""), {}, "passed", None, "call"))
    assert list(witness.unproven()) == []
    skipped = rows()["R20"][0]
    witness.pytest_runtest_logreport(pytest.TestReport(f"{skipped}[y]", ("", 0, ""), {}, "skipped", None, "setup"))
    assert f"R20 names {skipped}, which skipped" in list(witness.unproven())
