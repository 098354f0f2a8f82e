"""What a passer-by sees of the operator's street: stations on the map, stickers, displays, cables, cars.

It reads the operator's own objects, as eyes read a display, and changes nothing.
"""

from collections.abc import Callable, Iterator
from decimal import ROUND_DOWN, Decimal
from typing import Any, Final

from sandbox.cpo import records
from sandbox.cpo.operator import Operator
from sandbox.cpo.physics import Car
from sandbox.cpo.records import Session
from sandbox.cpo.stations import BROKEN, Connector, Evse, Location, Plug

Json = dict[str, Any]
OwnerOf = Callable[[Car], int | None]

_HOUR: Final = Decimal(3600)
_DISPLAYED: Final = Decimal("0.01")
_TENTH: Final = Decimal("0.1")


def town(operator: Operator) -> list[Json]:
    """The stations, in the order of the map; nothing here ever changes."""
    return [_place(location) for location in operator.city.locations]


def _place(it: Location) -> Json:
    return {
        "id": it.id,
        "name": it.name,
        "address": it.address,
        "latitude": float(it.latitude),
        "longitude": float(it.longitude),
        "directions": it.directions,
        "floor": it.evses[0].floor,
        "hours": [list(day) for day in it.hours.regular],
        "evses": [evse.uid for evse in it.evses],
    }


class Eyes:
    """Sees every charge point, and afterwards only those that have changed since."""

    def __init__(self, operator: Operator, owner_of: OwnerOf) -> None:
        self._operator = operator
        self._owner_of = owner_of
        self._seen: dict[str, Json] = {}

    def look(self) -> list[Json]:
        changed = []
        for view in charge_points(self._operator, self._owner_of):
            if self._seen.get(view["uid"]) != view:
                self._seen[view["uid"]] = view
                changed.append(view)
        return changed


def charge_points(operator: Operator, owner_of: OwnerOf) -> Iterator[Json]:
    last = {session.evse.uid: session for session in operator.kept.sessions.values()}
    simulated = operator.clock.simulated()
    for location, evse in operator.city.evses():
        session = last.get(evse.uid)
        here = session if session is not None and _is_here(session, evse) else None
        yield {
            "uid": evse.uid,
            "place": location.id,
            "evse_id": evse.evse_id,
            "sticker": evse.sticker,
            "status": evse.status,
            "phase": _phase(evse, here),
            "remote": evse.startable,
            "connectors": [_connector(each) for each in evse.connectors],
            "plug": None if evse.plug is None else _plug(evse.plug, owner_of),
            "meter": None if here is None else _meter(here, simulated),
            "cost": _cost(here),
            "faults": [fault["name"] for fault in evse.faults.listed()],
        }


def _is_here(session: Session, evse: Evse) -> bool:
    """A session that is over stays on the display until the cable is out."""
    return session.live() or (session.plug is not None and session.plug is evse.plug)


def _phase(evse: Evse, session: Session | None) -> str:  # noqa: PLR0911  a display has as many faces
    """What the display is about, in one word."""
    if evse.status in BROKEN:
        return "broken"
    if session is None:
        if evse.plug is None:
            return "called" if evse.busy_with else "free"
        return "taken" if evse.plug.stranger else "plugged"
    if session.status == records.PENDING:
        return "called" if evse.plug is None else "starting"
    if session.status != records.ACTIVE:
        return "finished"
    if session.ending is not None:
        return "stopping"
    return "full" if session.plug is not None and session.plug.car.full else "charging"


def _connector(it: Connector) -> Json:
    return {"id": it.id, "standard": it.standard, "kw": str(it.power_kw)}


def _plug(it: Plug, owner_of: OwnerOf) -> Json:
    return {
        "connector": it.connector.id,
        "car": it.car.name,
        "driver": owner_of(it.car),
        "soc": str(it.car.soc.quantize(_TENTH, ROUND_DOWN)),
        "stranger": it.stranger,
    }


def _meter(session: Session, simulated: float) -> Json:
    """The meter between two of its readings: what was delivered, and what has flowed since, in kWh and kW."""
    kwh, kw = session.delivered, Decimal(0)
    if session.status == records.ACTIVE and session.ending is None and session.plug is not None:
        kw = session.plug.car.power(session.connector.power_kw, dc=session.connector.dc)
        kwh += kw * Decimal(max(simulated - session.read_simulated, 0)) / _HOUR
    return {"kwh": str(kwh.quantize(_DISPLAYED, ROUND_DOWN)), "kw": str(kw.quantize(_TENTH))}


def _cost(session: Session | None) -> str | None:
    """In euro with tax, on the few charge points that show it."""
    if session is None or not session.evse.shows_cost or not session.periods:
        return None
    return str(session.bill().total().incl_vat.quantize(_DISPLAYED))
