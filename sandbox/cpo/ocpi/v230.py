"""OCPI 2.3.0 as it differs from the 2.2.1 in which this operator thinks: taxes, parking places, a number to call.

Written from the 2.3.0 core pages of each module.
"""

from typing import Any

Json = dict[str, Any]

HELP = "+31 517 555 0112"


def said(kind: str, body: Json) -> Json:
    spell = _SAID.get(kind)
    return body if spell is None else spell(body)


def price(body: Json) -> Json:
    net, gross = body["excl_vat"], body.get("incl_vat")
    taxes = [] if gross is None else [{"name": "VAT", "percentage": 21, "amount": gross - net}]
    return {"before_taxes": net, "taxes": taxes}


def limit(body: Json) -> Json:
    after = {} if body.get("incl_vat") is None else {"after_taxes": body["incl_vat"]}
    return {"before_taxes": body["excl_vat"]} | after


def tariff(body: Json) -> Json:
    limits = {name: limit(body[name]) for name in ("min_price", "max_price") if name in body}
    return body | limits | {"tax_included": "NO"}


def record(body: Json) -> Json:
    """A session, a PATCH of one, or a CDR."""
    costs = {
        name: price(value) for name, value in body.items() if name.startswith("total_") and isinstance(value, dict)
    }
    tariffs = {"tariffs": [tariff(each) for each in body["tariffs"]]} if "tariffs" in body else {}
    return body | costs | tariffs


def location(body: Json) -> Json:
    """A place to park at each EVSE; the first is for people with disabilities."""
    numbered = list(enumerate(body["evses"], start=1))
    places = [
        {
            "id": f"P{number}",
            "physical_reference": f"{number}",
            "vehicle_types": ["DISABLED"] if number == 1 else ["PERSONAL_VEHICLE", "VAN"],
            "max_vehicle_height": 220,
            "restricted_to_type": number == 1,
            "reservation_required": False,
            "lighting": True,
        }
        for number, _ in numbered
    ]
    evses = [each | {"parking": [{"parking_id": f"P{n}", "evse_position": "LEFT"}]} for n, each in numbered]
    return body | {"parking_places": places, "evses": evses, "help_phone": HELP}


_SAID = {
    "tariff": tariff,
    "session": record,
    "session_patch": record,
    "cdr": record,
    "location": location,
}
