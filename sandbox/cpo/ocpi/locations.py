"""Locations, sender interface: the list in pages, and one location, EVSE or connector."""

from functools import partial

from sandbox.cpo.ocpi import words
from sandbox.cpo.ocpi.envelope import UNKNOWN_LOCATION, Answer, Call, Refusal, Route, page
from sandbox.cpo.ocpi.versions import Module
from sandbox.cpo.ocpi.voice import Site
from sandbox.cpo.stations import City, Evse, Location


class LocationsModule:
    def __init__(self, site: Site, city: City) -> None:
        self._site, self._city = site, city

    def module(self) -> Module:
        path = self._site.path("locations")
        routes = (
            Route("GET", path, self._list),
            Route("GET", path + "/{location}", self._location),
            Route("GET", path + "/{location}/{evse}", self._evse),
            Route("GET", path + "/{location}/{evse}/{connector}", self._connector),
        )
        return Module("locations", "SENDER", routes)

    async def _list(self, call: Call) -> Answer:
        objects = [
            (each.last_updated, partial(words.location, each))
            for each in self._city.locations
            if call.concerns(each.owner)
        ]
        return page(call, self._site, "locations", objects)

    async def _location(self, call: Call) -> Answer:
        return Answer(words.location(self._find(call)), kind="location")

    async def _evse(self, call: Call) -> Answer:
        return Answer(words.evse(self._find_evse(call)), kind="evse")

    async def _connector(self, call: Call) -> Answer:
        connector = self._find_evse(call).connector(call.segment("connector"))
        if connector is None:
            raise Refusal(UNKNOWN_LOCATION, "There is no such connector.", http=404)
        return Answer(words.connector(connector), kind="connector")

    def _find(self, call: Call) -> Location:
        location = self._city.location(call.segment("location"))
        if location is None or not call.concerns(location.owner):
            raise Refusal(UNKNOWN_LOCATION, "There is no such location.", http=404)
        return location

    def _find_evse(self, call: Call) -> Evse:
        evse = self._find(call).evse(call.segment("evse"))
        if evse is None:
            raise Refusal(UNKNOWN_LOCATION, "There is no such EVSE.", http=404)
        return evse
