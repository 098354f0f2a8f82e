"""OCPI 2.1.1 as it differs from the 2.2.1 in which this operator thinks, written from the pages of 2.1.1."""

from typing import Any

Json = dict[str, Any]

NO_PARTY = ("country_code", "party_id")
RESULTS = ("NOT_SUPPORTED", "REJECTED", "ACCEPTED", "TIMEOUT", "UNKNOWN_SESSION")
DIMENSIONS = ("ENERGY", "FLAT", "MAX_CURRENT", "MIN_CURRENT", "PARKING_TIME", "TIME")
CONNECTOR = {"max_voltage": "voltage", "max_amperage": "amperage"}
SESSION = {"start_date_time": "start_datetime", "end_date_time": "end_datetime"}


def said(kind: str, body: Json) -> Json:
    spell = _SAID.get(kind)
    return body if spell is None else spell(body)


def heard(kind: str, body: Json, party: Json) -> Json:
    """A token names no party, and calls its contract auth_id."""
    if kind == "token":
        return _token(body, party)
    if kind == "START_SESSION" and isinstance(body.get("token"), dict):
        return body | {"token": _token(body["token"], party)}
    if kind == "credentials":
        role = {"role": "EMSP"} | {name: body.get(name) for name in (*NO_PARTY, "business_details")}
        return {"token": body.get("token"), "url": body.get("url"), "roles": [role]}
    return body


def _token(body: Json, party: Json) -> Json:
    owner = {name: party[name] for name in NO_PARTY}
    return owner | body | {"contract_id": body.get("auth_id")}


def _but(body: Json, *names: str, **renamed: str) -> Json:
    return {renamed.get(name, name): value for name, value in body.items() if name not in names}


def connector(body: Json) -> Json:
    spelt = _but(body, "tariff_ids", "max_electric_power", **CONNECTOR)
    return spelt | ({"tariff_id": body["tariff_ids"][0]} if "tariff_ids" in body else {})


def evse(body: Json) -> Json:
    return body | {"connectors": [connector(each) for each in body["connectors"]]}


def location(body: Json) -> Json:
    """There is no `publish`: what is not for all is not sent. The time zone is optional, and left out here."""
    spelt = _but(body, *NO_PARTY, "publish", "parking_type", "time_zone")
    return spelt | {
        "type": body.get("parking_type", "OTHER"),
        "evses": [evse(each) for each in body["evses"]],
    }


def tariff(body: Json) -> Json:
    """Neither VAT nor price limits, and no tariffs for reservations."""
    elements = [
        each | {"price_components": [_but(component, "vat") for component in each["price_components"]]}
        for each in body["elements"]
        if "reservation" not in each.get("restrictions", {})
    ]
    return _but(body, *NO_PARTY, "min_price", "max_price", "type") | {"elements": elements}


def periods(found: list[Json]) -> list[Json]:
    return [
        _but(each, "tariff_id") | {"dimensions": [d for d in each["dimensions"] if d["type"] in DIMENSIONS]}
        for each in found
    ]


def _record(body: Json) -> Json:
    """What a session, a PATCH of one and a CDR have in common."""
    spelt = _but(body, *NO_PARTY, "cdr_token", "authorization_reference", "session_id")
    if "cdr_token" in body:
        spelt["auth_id"] = body["cdr_token"]["contract_id"]
    if "auth_method" in body:
        spelt["auth_method"] = "WHITELIST" if body["auth_method"] == "WHITELIST" else "AUTH_REQUEST"
    if "total_cost" in body:
        spelt["total_cost"] = body["total_cost"]["excl_vat"]
    if "charging_periods" in body:
        spelt["charging_periods"] = periods(body["charging_periods"])
    return spelt


def session(body: Json) -> Json:
    spelt = _but(_record(body), "location_id", "evse_uid", "connector_id", **SESSION)
    where = {"uid": body["evse_uid"], "connectors": [{"id": body["connector_id"]}]}
    return spelt | {"location": {"id": body["location_id"], "evses": [where]}}


def session_patch(body: Json) -> Json:
    """No stamp is asked for in a PATCH, and the specification's own has none."""
    return _but(_record(body), "last_updated", "connector_id", **SESSION)


def cdr(body: Json) -> Json:
    costs = [name for name in body if name.startswith("total_") and name.endswith("_cost") and name != "total_cost"]
    left = ("cdr_location", "credit", "credit_reference_id", *costs)
    spelt = _but(_record(body), *left, end_date_time="stop_date_time")
    place = body["cdr_location"]
    plug = {"id": place["connector_id"], "standard": place["connector_standard"], "format": place["connector_format"]}
    where = {"uid": place["evse_uid"], "evse_id": place["evse_id"], "status": "AVAILABLE", "connectors": [plug]}
    kept = {name: value for name, value in place.items() if not name.startswith(("evse_", "connector_"))}
    return spelt | {
        "location": kept | {"type": "OTHER", "evses": [where], "last_updated": body["last_updated"]},
        "tariffs": [tariff(each) for each in body["tariffs"]],
    }


def command(body: Json) -> Json:
    """A word for the result and nothing else, neither a timeout nor a message."""
    return {"result": body["result"] if body["result"] in RESULTS else "REJECTED"}


def credentials(body: Json) -> Json:
    return _but(body, "roles") | _but(body["roles"][0], "role")


def details(body: Json) -> Json:
    return body | {"endpoints": [_but(each, "role") for each in body["endpoints"]]}


_SAID = {
    "connector": connector,
    "evse": evse,
    "evse_patch": lambda body: _but(body, "last_updated"),
    "location": location,
    "tariff": tariff,
    "session": session,
    "session_patch": session_patch,
    "cdr": cdr,
    "command": command,
    "result": command,
    "credentials": credentials,
    "details": details,
}
