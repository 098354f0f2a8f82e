"""Tariffs, sender interface: the list in pages."""

from collections.abc import Iterable, Sequence
from functools import partial

from sandbox.cpo.ocpi import words
from sandbox.cpo.ocpi.envelope import Answer, Call, Route, page
from sandbox.cpo.ocpi.versions import Module
from sandbox.cpo.ocpi.voice import Site
from sandbox.cpo.stations import Party
from sandbox.cpo.tariffs import Tariff


class TariffsModule:
    def __init__(self, site: Site, tariffs: Iterable[Tariff], parties: Sequence[Party]) -> None:
        self._site, self._tariffs, self._parties = site, list(tariffs), parties

    def module(self) -> Module:
        return Module("tariffs", "SENDER", (Route("GET", self._site.path("tariffs"), self._list),))

    async def _list(self, call: Call) -> Answer:
        objects = [
            (each.last_updated, partial(words.tariff, each, party))
            for party in self._parties
            for each in self._tariffs
            if call.concerns(party)
        ]
        return page(call, self._site, "tariffs", objects)
