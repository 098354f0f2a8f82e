"""Tariffs, sender interface: the list in pages."""

from collections.abc import Iterable
from functools import partial

from sandbox.cpo.ocpi import words
from sandbox.cpo.ocpi.envelope import Answer, Call, Route, page
from sandbox.cpo.ocpi.versions import Module, path_of
from sandbox.cpo.stations import Party
from sandbox.cpo.tariffs import Tariff

PATH = path_of("tariffs")


class TariffsModule:
    def __init__(self, base_url: str, tariffs: Iterable[Tariff], party: Party) -> None:
        self._url, self._tariffs, self._party = base_url + PATH, list(tariffs), party

    def module(self) -> Module:
        return Module("tariffs", "SENDER", PATH, (Route("GET", PATH, self._list),))

    async def _list(self, call: Call) -> Answer:
        objects = [(each.last_updated, partial(words.tariff, each, self._party)) for each in self._tariffs]
        return page(call, self._url, objects)
