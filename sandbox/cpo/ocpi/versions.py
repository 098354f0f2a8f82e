"""Versions and version details: what is published is generated from what is mounted."""

from dataclasses import dataclass

from sandbox.cpo.ocpi.envelope import Answer, Call, Route
from sandbox.cpo.ocpi.voice import Site

VERSIONS_PATH = "/ocpi/versions"


@dataclass(frozen=True, slots=True)
class Module:
    """A mounted module: its identifier, the interface role it plays, and its routes."""

    identifier: str
    role: str
    routes: tuple[Route, ...]


class Versions:
    def __init__(self, site: Site, modules: list[Module]) -> None:
        self._site, self._modules = site, modules
        self._details_path = f"/ocpi/{site.voice.version}"

    def routes(self) -> list[Route]:
        return [
            Route("GET", VERSIONS_PATH, self._versions, functional=False),
            Route("GET", self._details_path, self._details, functional=False),
        ]

    async def _versions(self, call: Call) -> Answer:  # noqa: ARG002  every handler takes the call
        url = self._site.voice.address(self._site.base_url + self._details_path)
        return Answer([{"version": self._site.voice.version, "url": url}], kind="versions")

    async def _details(self, call: Call) -> Answer:  # noqa: ARG002  every handler takes the call
        address = self._site.voice.address
        endpoints = [
            {"identifier": it.identifier, "role": it.role, "url": address(self._site.url(it.identifier))}
            for it in self._modules
        ]
        return Answer({"version": self._site.voice.version, "endpoints": endpoints}, kind="details")
