"""Versions and version details: what is published is generated from what is mounted."""

from dataclasses import dataclass

from sandbox.cpo.ocpi import words
from sandbox.cpo.ocpi.envelope import Answer, Call, Route

VERSIONS_PATH = "/ocpi/versions"
DETAILS_PATH = f"/ocpi/{words.VERSION}"


@dataclass(frozen=True, slots=True)
class Module:
    """A mounted module: its identifier, the interface role it plays, and its routes below `path`."""

    identifier: str
    role: str
    path: str
    routes: tuple[Route, ...]


def path_of(identifier: str) -> str:
    return f"/ocpi/cpo/{words.VERSION}/{identifier}"


class Versions:
    def __init__(self, base_url: str, modules: list[Module]) -> None:
        self._base_url, self._modules = base_url, modules

    def routes(self) -> list[Route]:
        return [
            Route("GET", VERSIONS_PATH, self._versions, functional=False),
            Route("GET", DETAILS_PATH, self._details, functional=False),
        ]

    async def _versions(self, call: Call) -> Answer:  # noqa: ARG002  every handler takes the call
        return Answer([{"version": words.VERSION, "url": self._base_url + DETAILS_PATH}])

    async def _details(self, call: Call) -> Answer:  # noqa: ARG002  every handler takes the call
        endpoints = [
            {"identifier": module.identifier, "role": module.role, "url": self._base_url + module.path}
            for module in self._modules
        ]
        return Answer({"version": words.VERSION, "endpoints": endpoints})
