"""CDRs, sender interface: a partner's own CDRs in pages."""

from functools import partial

from sandbox.cpo.ocpi import words
from sandbox.cpo.ocpi.envelope import Answer, Call, Route, page
from sandbox.cpo.ocpi.versions import Module
from sandbox.cpo.ocpi.voice import Site
from sandbox.cpo.records import Records


class CdrsModule:
    def __init__(self, site: Site, kept: Records) -> None:
        self._site, self._kept = site, kept

    def module(self) -> Module:
        return Module("cdrs", "SENDER", (Route("GET", self._site.path("cdrs"), self._list),))

    async def _list(self, call: Call) -> Answer:
        objects = [
            (each.created, partial(words.cdr, each))
            for each in self._kept.cdrs.values()
            if each.session.partner_id == call.partner.id and call.concerns(each.session.location.owner)
        ]
        return page(call, self._site, "cdrs", objects)
