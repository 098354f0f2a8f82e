"""What holds for every test: seeded, offline, and no waiting for a deadline that a busy machine could miss."""

import ipaddress
import os
import socket

import pytest
from hypothesis import HealthCheck, settings

from tests.required import Witness, is_whole

settings.register_profile("quick", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("storm", settings.get_profile("quick"), derandomize=False, max_examples=2_000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "quick"))

_connect = socket.socket.connect


def _only_home(self: socket.socket, address: object) -> None:
    """Refuse to leave this machine: no test may depend on anybody else's."""
    if self.family in {socket.AF_INET, socket.AF_INET6} and isinstance(address, tuple):
        try:
            home = ipaddress.ip_address(address[0]).is_loopback
        except ValueError:
            home = address[0] == "localhost"
        if not home:
            raise AssertionError(f"a test tried to reach {address[0]}")
    _connect(self, address)


@pytest.fixture(autouse=True, scope="session")
def _stay_home() -> None:
    socket.socket.connect = _only_home  # type: ignore[method-assign]


def pytest_configure(config: pytest.Config) -> None:
    """A whole run also answers for what docs/requirements.md says of it."""
    if is_whole(config):
        config.pluginmanager.register(Witness())


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """What a test measured is for eyes; with workers a print would be lost."""
    for report in terminalreporter.getreports("passed"):
        for name, value in report.user_properties:
            if name == "measured" and report.when == "call":
                terminalreporter.write_line(f"{report.nodeid.rpartition('::')[2]}: {value}")
