"""The tests that docs/requirements.md names, and whether a whole run has seen all of them pass."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

PAGE = Path(__file__).parents[1] / "docs/requirements.md"
ROW = re.compile(r"^\| (R?\d+b?) \| ([^|]+) \| ([^|]+) \|$", re.MULTILINE)


def rows() -> dict[str, list[str]]:
    """Node ids by row, without parameters."""
    found: dict[str, list[str]] = {}
    for name, _, tests in ROW.findall(PAGE.read_text()):
        found.setdefault(name, []).extend(f"tests/{test}" for test in re.findall(r"`([^`]+)`", tests))
    return found


class Witness:
    """Listens to the reports of a run, those of all workers together."""

    def __init__(self) -> None:
        self._passed: set[str] = set()
        self._others: dict[str, str] = {}

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        name = report.nodeid.partition("[")[0]
        if report.when == "call" and report.passed:
            self._passed.add(name)
        elif not report.passed:
            self._others[name] = report.outcome

    def pytest_sessionfinish(self, session: pytest.Session, exitstatus: int) -> None:
        if exitstatus == pytest.ExitCode.OK and list(self.unproven()):
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        for line in self.unproven():
            terminalreporter.write_line(f"docs/requirements.md: {line}", red=True)

    def unproven(self) -> Iterator[str]:
        for row, tests in rows().items():
            for test in tests:
                if test not in self._passed or test in self._others:
                    yield f"{row} names {test}, which {self._others.get(test, 'did not run')}"


def is_whole(config: pytest.Config) -> bool:
    """Whether everything was asked for, in the process that gathers the reports."""
    part = config.option.keyword or config.option.markexpr or config.option.collectonly or config.getoption("lf")
    return not hasattr(config, "workerinput") and config.args_source is config.ArgsSource.TESTPATHS and not part
