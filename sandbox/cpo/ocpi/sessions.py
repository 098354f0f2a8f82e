"""Sessions, sender interface: a partner's own sessions in pages, and charging preferences."""

from functools import partial

from sandbox.cpo.ocpi import words
from sandbox.cpo.ocpi.envelope import INVALID, Answer, Call, Refusal, Route, page
from sandbox.cpo.ocpi.versions import Module, path_of
from sandbox.cpo.records import Records
from sandbox.cpo.stations import Party

PATH = path_of("sessions")


class SessionsModule:
    def __init__(self, base_url: str, kept: Records, party: Party) -> None:
        self._url, self._kept, self._party = base_url + PATH, kept, party

    def module(self) -> Module:
        routes = (
            Route("GET", PATH, self._list),
            Route("PUT", PATH + "/{session}/charging_preferences", self._preferences),
        )
        return Module("sessions", "SENDER", PATH, routes)

    async def _list(self, call: Call) -> Answer:
        if call.moment("date_from") is None:
            raise Refusal(INVALID, "date_from is required for sessions.")
        objects = [
            (each.last_updated, partial(words.session, each, self._party))
            for each in self._kept.sessions.values()
            if each.partner_id == call.partner.id
        ]
        return page(call, self._url, objects)

    async def _preferences(self, call: Call) -> Answer:
        """No EVSE of this operator takes them, which is a 404 with 2001 (mod_sessions, ChargingPreferencesResponse)."""
        raise Refusal(INVALID, f"No charging preferences for session {call.segment('session')}.", http=404)
