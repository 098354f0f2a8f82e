"""CDRs, sender interface: a partner's own CDRs in pages."""

from functools import partial

from sandbox.cpo.ocpi import words
from sandbox.cpo.ocpi.envelope import Answer, Call, Route, page
from sandbox.cpo.ocpi.versions import Module, path_of
from sandbox.cpo.records import Records
from sandbox.cpo.stations import Party

PATH = path_of("cdrs")


class CdrsModule:
    def __init__(self, base_url: str, kept: Records, party: Party) -> None:
        self._url, self._kept, self._party = base_url + PATH, kept, party

    def module(self) -> Module:
        return Module("cdrs", "SENDER", PATH, (Route("GET", PATH, self._list),))

    async def _list(self, call: Call) -> Answer:
        objects = [
            (each.created, partial(words.cdr, each, self._party))
            for each in self._kept.cdrs.values()
            if each.session.partner_id == call.partner.id
        ]
        return page(call, self._url, objects)
