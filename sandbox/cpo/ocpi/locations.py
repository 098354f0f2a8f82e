"""Locations, sender interface: the list in pages, and one location, EVSE or connector."""

from functools import partial

from sandbox.cpo.ocpi import words
from sandbox.cpo.ocpi.envelope import UNKNOWN_LOCATION, Answer, Call, Refusal, Route, page
from sandbox.cpo.ocpi.versions import Module, path_of
from sandbox.cpo.stations import City, Evse, Location, Party

PATH = path_of("locations")


class LocationsModule:
    def __init__(self, base_url: str, city: City, party: Party) -> None:
        self._url, self._city, self._party = base_url + PATH, city, party

    def module(self) -> Module:
        routes = (
            Route("GET", PATH, self._list),
            Route("GET", PATH + "/{location}", self._location),
            Route("GET", PATH + "/{location}/{evse}", self._evse),
            Route("GET", PATH + "/{location}/{evse}/{connector}", self._connector),
        )
        return Module("locations", "SENDER", PATH, routes)

    async def _list(self, call: Call) -> Answer:
        objects = [(each.last_updated, partial(words.location, each, self._party)) for each in self._city.locations]
        return page(call, self._url, objects)

    async def _location(self, call: Call) -> Answer:
        return Answer(words.location(self._find(call), self._party))

    async def _evse(self, call: Call) -> Answer:
        return Answer(words.evse(self._find_evse(call)))

    async def _connector(self, call: Call) -> Answer:
        connector = self._find_evse(call).connector(call.segment("connector"))
        if connector is None:
            raise Refusal(UNKNOWN_LOCATION, "There is no such connector.", http=404)
        return Answer(words.connector(connector))

    def _find(self, call: Call) -> Location:
        location = self._city.location(call.segment("location"))
        if location is None:
            raise Refusal(UNKNOWN_LOCATION, "There is no such location.", http=404)
        return location

    def _find_evse(self, call: Call) -> Evse:
        evse = self._find(call).evse(call.segment("evse"))
        if evse is None:
            raise Refusal(UNKNOWN_LOCATION, "There is no such EVSE.", http=404)
        return evse
