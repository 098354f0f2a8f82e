"""Sessions, sender interface: a partner's own sessions in pages, and charging preferences."""

from functools import partial

from sandbox.cpo.ocpi import words
from sandbox.cpo.ocpi.envelope import INVALID, Answer, Call, Refusal, Route, page
from sandbox.cpo.ocpi.versions import Module
from sandbox.cpo.ocpi.voice import Site
from sandbox.cpo.records import Records


class SessionsModule:
    def __init__(self, site: Site, kept: Records) -> None:
        self._site, self._kept = site, kept

    def module(self) -> Module:
        path = self._site.path("sessions")
        routes = (
            Route("GET", path, self._list),
            Route("PUT", path + "/{session}/charging_preferences", self._preferences),
        )
        return Module("sessions", "SENDER", routes)

    async def _list(self, call: Call) -> Answer:
        if call.moment("date_from") is None:
            raise Refusal(INVALID, "date_from is required for sessions.")
        objects = [
            (each.last_updated, partial(words.session, each))
            for each in self._kept.sessions.values()
            if each.partner_id == call.partner.id and call.concerns(each.location.owner)
        ]
        return page(call, self._site, "sessions", objects)

    async def _preferences(self, call: Call) -> Answer:
        """No EVSE of this operator takes them, which is a 404 with 2001 (mod_sessions, ChargingPreferencesResponse)."""
        raise Refusal(INVALID, f"No charging preferences for session {call.segment('session')}.", http=404)
