"""Objects as an operator sends them, as plain JSON; each function takes what shall differ."""

from typing import Any

STAMP = "2026-03-02T11:00:00Z"


def connector(**changes: Any) -> dict[str, Any]:
    return {
        "id": "1",
        "standard": "IEC_62196_T2",
        "format": "SOCKET",
        "power_type": "AC_3_PHASE",
        "max_voltage": 230,
        "max_amperage": 16,
        "tariff_ids": ["T1"],
        "last_updated": STAMP,
    } | changes


def evse(**changes: Any) -> dict[str, Any]:
    return {
        "uid": "E1",
        "evse_id": "NL*CIT*E1",
        "status": "AVAILABLE",
        "capabilities": ["REMOTE_START_STOP_CAPABLE"],
        "connectors": [connector()],
        "last_updated": STAMP,
    } | changes


def location(**changes: Any) -> dict[str, Any]:
    return {
        "country_code": "NL",
        "party_id": "CIT",
        "id": "LOC1",
        "publish": True,
        "name": "Town hall",
        "address": "Main street 1",
        "city": "Utrecht",
        "country": "NLD",
        "coordinates": {"latitude": "52.090740", "longitude": "5.121420"},
        "evses": [evse()],
        "time_zone": "Europe/Amsterdam",
        "last_updated": STAMP,
    } | changes


def tariff(**changes: Any) -> dict[str, Any]:
    return {
        "country_code": "NL",
        "party_id": "CIT",
        "id": "T1",
        "currency": "EUR",
        "elements": [{"price_components": [{"type": "ENERGY", "price": 0.49, "vat": 21, "step_size": 1}]}],
        "last_updated": STAMP,
    } | changes


def session(**changes: Any) -> dict[str, Any]:
    return {
        "country_code": "NL",
        "party_id": "CIT",
        "id": "S1",
        "start_date_time": STAMP,
        "kwh": 1.5,
        "cdr_token": {
            "country_code": "NL",
            "party_id": "CHB",
            "uid": "TOKEN1",
            "type": "APP_USER",
            "contract_id": "NL-CHB-C00000001",
        },
        "auth_method": "COMMAND",
        "location_id": "LOC1",
        "evse_uid": "E1",
        "connector_id": "1",
        "currency": "EUR",
        "status": "ACTIVE",
        "last_updated": STAMP,
    } | changes


def cdr(**changes: Any) -> dict[str, Any]:
    return {
        "country_code": "NL",
        "party_id": "CIT",
        "id": "CDR1",
        "start_date_time": STAMP,
        "end_date_time": "2026-03-02T11:30:00Z",
        "session_id": "S1",
        "cdr_token": session()["cdr_token"],
        "auth_method": "COMMAND",
        "cdr_location": {"id": "LOC1"},
        "currency": "EUR",
        "charging_periods": [{"start_date_time": STAMP, "dimensions": [{"type": "ENERGY", "volume": 12.5}]}],
        "total_cost": {"excl_vat": 6.13, "incl_vat": 7.42},
        "total_energy": 12.5,
        "total_time": 0.5,
        "last_updated": "2026-03-02T11:31:00Z",
    } | changes
