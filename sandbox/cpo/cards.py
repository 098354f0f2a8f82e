"""A driver holds a card against the reader: whitelist or real-time authorisation, then a session, or its end.

(OCPI 2.2.1 mod_tokens, Real-time authorization.)
"""

from typing import Any

from sandbox.cpo.charging import Charging, Order
from sandbox.cpo.partners import Partner, Partners
from sandbox.cpo.push import Caller
from sandbox.cpo.records import Records
from sandbox.cpo.stations import Connector, Evse, Location, same

_FIELDS = ("country_code", "party_id", "uid", "type", "contract_id")


class CardReader:
    def __init__(self, kept: Records, partners: Partners, caller: Caller, charging: Charging) -> None:
        self._kept, self._partners, self._caller, self._charging = kept, partners, caller, charging

    async def swipe(self, location: Location, evse: Evse, uid: str) -> str:
        """What the display says. The card that started a session stops it."""
        running = self._kept.session(evse.busy_with or "")
        if running is not None:
            if not same(running.cdr_token["uid"], uid):
                return "This charge point is in use."
            self._charging.press_stop(evse)
            return "Goodbye."
        for partner in self._partners.registered():
            order = await self._order(partner, location, evse, uid)
            if order is not None:
                self._charging.start(order)
                return "Welcome, please plug in."
        return "This card is not accepted."

    async def _order(self, partner: Partner, location: Location, evse: Evse, uid: str) -> Order | None:
        connector = evse.plug.connector if evse.plug else evse.connectors[0]
        token = self._pushed(partner, uid)
        if token is not None and token["whitelist"] in ("ALWAYS", "ALLOWED"):
            return _order(partner, location, evse, connector, token, None, "WHITELIST") if token["valid"] else None
        info = await self._authorize(partner, location, evse, uid)
        if info is None or info.get("allowed") != "ALLOWED":
            return None
        return _order(
            partner, location, evse, connector, info["token"], info.get("authorization_reference"), "AUTH_REQUEST"
        )

    def _pushed(self, partner: Partner, uid: str) -> dict[str, Any] | None:
        for token in self._kept.tokens.values():
            if (
                same(token["uid"], uid)
                and token["type"] == "RFID"
                and partner.is_party(token["country_code"], token["party_id"])
            ):
                return token
        return None

    async def _authorize(self, partner: Partner, location: Location, evse: Evse, uid: str) -> dict[str, Any] | None:
        base = partner.endpoint("tokens", "SENDER")
        if base is None:
            return None
        url = f"{base.rstrip('/')}/{uid}/authorize?type=RFID"
        push = await self._caller.call(partner, "POST", url, {"location_id": location.id, "evse_uids": [evse.uid]})
        return push.data if push.delivered and isinstance(push.data, dict) else None


def _order(
    partner: Partner,
    location: Location,
    evse: Evse,
    connector: Connector,
    token: dict[str, Any],
    reference: str | None,
    auth_method: str,
) -> Order:
    cdr_token = {name: token[name] for name in _FIELDS}
    return Order(location, evse, connector, partner.id, cdr_token, reference, auth_method)
