"""OCPI 2.1.1, told as its differences to our words: names of fields, a location inside a session, prices before VAT.

What 2.1.1 cannot say is left out on the way out: authorization_reference, so that the token alone ties a session to
its charge; parties in objects; kinds of tokens for apps. Sources: the 2.1.1 pages of each module.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final
from uuid import UUID

from bot.ocpi.kinds import Json, Kind

_OTHER: Final = "OTHER"
_INT: Final = 2**31
_NO_TYPE: Final = frozenset({"OTHER", "UNKNOWN"})


# ── in ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def _renamed(raw: Json, names: Mapping[str, str]) -> Json:
    """With fields under our names; one that is there under both keeps ours."""
    renamed = {ours: raw[theirs] for theirs, ours in names.items() if theirs in raw and ours not in raw}
    return {name: value for name, value in raw.items() if name not in names} | renamed


def _each(raw: Json, name: str, change: Callable[[Json], Json]) -> Json:
    """With every object of a list changed; a single object counts as a list of one."""
    if name not in raw:
        return raw
    value = raw[name]
    items = [value] if isinstance(value, dict) else value
    if not isinstance(items, list):
        return raw
    return raw | {name: [change(item) if isinstance(item, dict) else item for item in items]}


def connector_in(raw: Json) -> Json:
    """voltage, amperage and the single tariff_id."""
    return _renamed(raw, {"voltage": "max_voltage", "amperage": "max_amperage", "tariff_id": "tariff_ids"})


def evse_in(raw: Json) -> Json:
    return _each(raw, "connectors", connector_in)


def location_in(raw: Json) -> Json:
    """`type` is our parking_type, which has no word for OTHER and UNKNOWN."""
    location = _each(_renamed(raw, {"type": "parking_type"}), "evses", evse_in)
    if str(location.get("parking_type")).upper() in _NO_TYPE:
        return location | {"parking_type": None}
    return location


def tariff_in(raw: Json) -> Json:
    """Prices are before VAT, of which nothing is said: whoever shows them must say so."""
    return {"tax_included": "NO"} | raw if "elements" in raw else raw


def session_in(raw: Json) -> Json:
    """The location in it is cut down to one EVSE and one connector, which is how it names them."""
    names = {"start_datetime": "start_date_time", "end_datetime": "end_date_time"}
    return _with_place(_renamed(raw, names))


def cdr_in(raw: Json) -> Json:
    """The location in it becomes our cdr_location, where EVSE and connector lie flat."""
    cdr = _each(_renamed(raw, {"stop_date_time": "end_date_time"}), "tariffs", tariff_in)
    location = _first(cdr.pop("location", None))
    return cdr if location is None else {"cdr_location": _flat(location)} | cdr


def _with_place(raw: Json) -> Json:
    location = _first(raw.get("location"))
    if location is None:
        return raw
    evse = _first(location.get("evses")) or {}
    connector = _first(evse.get("connectors")) or {}
    ids = {"location_id": location.get("id"), "evse_uid": evse.get("uid"), "connector_id": connector.get("id")}
    others = {name: value for name, value in raw.items() if name != "location"}
    return {name: value for name, value in ids.items() if value is not None} | others


def _flat(location: Json) -> Json:
    evse = _first(location.get("evses")) or {}
    connector = _first(evse.get("connectors")) or {}
    names = {"evse_uid": evse.get("uid"), "evse_id": evse.get("evse_id"), "connector_id": connector.get("id")}
    names |= {f"connector_{name}": connector.get(name) for name in ("standard", "format", "power_type")}
    whole = {name: value for name, value in location.items() if name != "evses"} | names
    return {name: value for name, value in whole.items() if value is not None}


def _first(value: object) -> Json | None:
    if isinstance(value, list):
        value = value[0] if value else None
    return value if isinstance(value, dict) else None


FROM_THEIRS: Final[Mapping[Kind, Callable[[Json], Json]]] = {
    Kind.CONNECTOR: connector_in,
    Kind.EVSE: evse_in,
    Kind.LOCATION: location_in,
    Kind.TARIFF: tariff_in,
    Kind.SESSION: session_in,
    Kind.CDR: cdr_in,
}


# ── out ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def _without(made: Json, *names: str) -> Json:
    return {name: value for name, value in made.items() if name not in names}


def token_out(made: Json) -> Json:
    """auth_id is what comes back in sessions and CDRs: the uid, which no other charge has."""
    token = _without(made, "country_code", "party_id", "contract_id")
    return token | {"type": _OTHER if made["type"] != "RFID" else "RFID", "auth_id": made["uid"]}


def start_out(made: Json) -> Json:
    start = _without(made, "connector_id", "authorization_reference")
    return start | {"token": token_out(made["token"])}


def reserve_out(made: Json) -> Json:
    """There the id of a reservation is a whole number; ours is folded into one."""
    reserve = _without(made, "authorization_reference")
    return reserve | {"token": token_out(made["token"]), "reservation_id": UUID(made["reservation_id"]).int % _INT}


def authorization_out(made: Json) -> Json:
    return _without(made, "token", "authorization_reference")


def credentials_out(made: Json) -> Json:
    """One party, flat."""
    return _without(made, "roles") | _without(made["roles"][0], "role")


def details_out(made: Json) -> Json:
    return made | {"endpoints": [_without(endpoint, "role") for endpoint in made["endpoints"]]}


def connector_out(made: Json) -> Json:
    """Volts and amperes are required there; we keep watts alone, and do not make the others up."""
    tariffs = made.get("tariff_ids") or []
    return _without(made, "tariff_ids", "max_electric_power") | ({"tariff_id": tariffs[0]} if tariffs else {})


def evse_out(made: Json) -> Json:
    return _each(_without(made, "parking"), "connectors", connector_out)


def location_out(made: Json) -> Json:
    left = ("country_code", "party_id", "publish", "parking_type", "help_phone", "parking_places")
    return _each(_without(made, *left), "evses", evse_out) | {"type": made.get("parking_type") or "UNKNOWN"}


def tariff_out(made: Json) -> Json:
    left = ("country_code", "party_id", "type", "min_price", "max_price", "tax_included")
    return _without(made, *left, "start_date_time", "end_date_time")


def session_out(made: Json) -> Json:
    names = {"start_date_time": "start_datetime", "end_date_time": "end_datetime"}
    return _without(_renamed(_record_out(made), names), "session_id")


def cdr_out(made: Json) -> Json:
    return _each(_renamed(_record_out(made), {"end_date_time": "stop_date_time"}), "tariffs", tariff_out)


def _record_out(made: Json) -> Json:
    """What a session and a CDR have in common: the token by its id, a plain total, the place as a location."""
    left = ("country_code", "party_id", "cdr_token", "authorization_reference", "location_id", "evse_uid")
    record = _without(made, *left, "connector_id", "credit", "credit_reference_id")
    total = made.get("total_cost")
    return record | {
        **({} if total is None else {"total_cost": total.get("excl_vat", total.get("incl_vat"))}),
        "auth_id": made["cdr_token"]["uid"],
        "auth_method": "AUTH_REQUEST",
        **_place_out(made),
    }


def _place_out(made: Json) -> dict[str, Any]:
    if "location_id" not in made:
        return {}
    evse = {"uid": made.get("evse_uid"), "connectors": [{"id": made.get("connector_id")}]}
    return {"location": {"id": made["location_id"], "evses": [evse]}}


FROM_OURS: Final[Mapping[Kind, Callable[[Json], Json]]] = {
    Kind.TOKEN: token_out,
    Kind.START: start_out,
    Kind.RESERVE: reserve_out,
    Kind.AUTHORIZATION: authorization_out,
    Kind.CREDENTIALS: credentials_out,
    Kind.DETAILS: details_out,
    Kind.CONNECTOR: connector_out,
    Kind.EVSE: evse_out,
    Kind.LOCATION: location_out,
    Kind.TARIFF: tariff_out,
    Kind.SESSION: session_out,
    Kind.CDR: cdr_out,
}
