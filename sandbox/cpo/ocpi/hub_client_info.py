"""HubClientInfo, sender interface: who is behind the hub and whether they can be reached (mod_hub_client_info)."""

from functools import partial

from sandbox.cpo.hub import Client, Hub
from sandbox.cpo.ocpi import words
from sandbox.cpo.ocpi.envelope import Answer, Call, Route, page
from sandbox.cpo.ocpi.versions import Module
from sandbox.cpo.ocpi.voice import Site


class HubClientInfoModule:
    """A configuration module: it carries no routing headers."""

    def __init__(self, site: Site, hub: Hub) -> None:
        self._site, self._hub = site, hub

    def module(self) -> Module:
        path = self._site.path("hubclientinfo")
        return Module("hubclientinfo", "SENDER", (Route("GET", path, self._list, functional=False),))

    async def _list(self, call: Call) -> Answer:
        objects = [(it.last_updated, partial(spelt, it)) for it in self._hub.clients.values()]
        return page(call, self._site, "hubclientinfo", objects)


def spelt(client: Client) -> words.Json:
    told = {"role": "CPO", "status": client.status, "last_updated": words.moment(client.last_updated)}
    return words.owner(client.party) | told
