"""Required fields and their types, transcribed by hand from the tables of OCPI 2.2.1, to hold pushes against."""

import re
from decimal import Decimal
from typing import Any

STRING, NUMBER, INT, BOOL = "string", "number", "int", "bool"
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z?")

# A value is a primitive, the name of a class, or [one of them] for a list with at least one element.
REQUIRED: dict[str, dict[str, Any]] = {
    "location": {
        "country_code": STRING,
        "party_id": STRING,
        "id": STRING,
        "publish": BOOL,
        "address": STRING,
        "city": STRING,
        "country": STRING,
        "coordinates": "coordinates",
        "time_zone": STRING,
        "last_updated": MOMENT,
    },
    "coordinates": {
        "latitude": re.compile(r"-?[0-9]{1,2}\.[0-9]{5,7}"),
        "longitude": re.compile(r"-?[0-9]{1,3}\.[0-9]{5,7}"),
    },
    "evse": {
        "uid": STRING,
        "status": re.compile("AVAILABLE|BLOCKED|CHARGING|INOPERATIVE|OUTOFORDER|PLANNED|REMOVED|RESERVED|UNKNOWN"),
        "connectors": ["connector"],
        "last_updated": MOMENT,
    },
    "connector": {
        "id": STRING,
        "standard": re.compile("IEC_62196_T2|IEC_62196_T2_COMBO|CHADEMO"),
        "format": re.compile("SOCKET|CABLE"),
        "power_type": re.compile("AC_1_PHASE|AC_2_PHASE|AC_2_PHASE_SPLIT|AC_3_PHASE|DC"),
        "max_voltage": INT,
        "max_amperage": INT,
        "last_updated": MOMENT,
    },
    "tariff": {
        "country_code": STRING,
        "party_id": STRING,
        "id": STRING,
        "currency": re.compile("[A-Z]{3}"),
        "elements": ["element"],
        "last_updated": MOMENT,
    },
    "element": {"price_components": ["component"]},
    "component": {"type": re.compile("ENERGY|FLAT|PARKING_TIME|TIME"), "price": NUMBER, "step_size": INT},
    "session": {
        "country_code": STRING,
        "party_id": STRING,
        "id": STRING,
        "start_date_time": MOMENT,
        "kwh": NUMBER,
        "cdr_token": "cdr_token",
        "auth_method": re.compile("AUTH_REQUEST|COMMAND|WHITELIST"),
        "location_id": STRING,
        "evse_uid": STRING,
        "connector_id": STRING,
        "currency": STRING,
        "status": re.compile("ACTIVE|COMPLETED|INVALID|PENDING|RESERVATION"),
        "last_updated": MOMENT,
    },
    "cdr_token": {
        "country_code": STRING,
        "party_id": STRING,
        "uid": STRING,
        "type": re.compile("AD_HOC_USER|APP_USER|OTHER|RFID"),
        "contract_id": STRING,
    },
    "period": {"start_date_time": MOMENT, "dimensions": ["dimension"]},
    "dimension": {
        "type": re.compile("ENERGY|TIME|PARKING_TIME|POWER|STATE_OF_CHARGE"),
        "volume": NUMBER,
    },
    "price": {"excl_vat": NUMBER},
    "cdr": {
        "country_code": STRING,
        "party_id": STRING,
        "id": STRING,
        "start_date_time": MOMENT,
        "end_date_time": MOMENT,
        "cdr_token": "cdr_token",
        "auth_method": STRING,
        "cdr_location": "cdr_location",
        "currency": STRING,
        "charging_periods": ["period"],
        "total_cost": "price",
        "total_energy": NUMBER,
        "total_time": NUMBER,
        "last_updated": MOMENT,
    },
    "cdr_location": {
        "id": STRING,
        "address": STRING,
        "city": STRING,
        "country": STRING,
        "coordinates": "coordinates",
        "evse_uid": STRING,
        "evse_id": STRING,
        "connector_id": STRING,
        "connector_standard": STRING,
        "connector_format": STRING,
        "connector_power_type": STRING,
    },
    "credentials": {"token": STRING, "url": STRING, "roles": ["role"]},
    "role": {"role": STRING, "business_details": "business_details", "party_id": STRING, "country_code": STRING},
    "business_details": {"name": STRING},
    "command_response": {
        "result": re.compile("NOT_SUPPORTED|REJECTED|ACCEPTED|UNKNOWN_SESSION"),
        "timeout": INT,
    },
    "command_result": {
        "result": re.compile(
            "ACCEPTED|CANCELED_RESERVATION|EVSE_OCCUPIED|EVSE_INOPERATIVE|FAILED|NOT_SUPPORTED|REJECTED|TIMEOUT|UNKNOWN_RESERVATION"
        ),
    },
}
OPTIONAL = {
    "location": {"evses": ["evse"]},
    "session": {"charging_periods": ["period"], "total_cost": "price", "end_date_time": MOMENT},
    "cdr": {"tariffs": ["tariff"], "total_energy_cost": "price", "total_parking_cost": "price", "session_id": STRING},
    "tariff": {"min_price": "price", "max_price": "price"},
}
MAX_LENGTH = {
    "id": 36,
    "uid": 36,
    "evse_id": 48,
    "physical_reference": 16,
    "city": 45,
    "postal_code": 10,
    "party_id": 3,
}


def check(kind: str, found: Any, where: str = "") -> None:
    where = where or kind
    assert isinstance(found, dict), f"{where} is not an object"
    for name, wanted in REQUIRED[kind].items():
        assert name in found, f"{where} lacks {name}"
        _check_value(wanted, found[name], f"{where}.{name}")
    for name, wanted in OPTIONAL.get(kind, {}).items():
        if found.get(name):
            _check_value(wanted, found[name], f"{where}.{name}")
    for name, value in found.items():
        assert value is not None, f"{where}.{name} is null"
        assert not isinstance(value, str) or len(value) <= MAX_LENGTH.get(name, 512), f"{where}.{name} is too long"


def _check_value(wanted: Any, value: Any, where: str) -> None:
    if isinstance(wanted, list):
        assert isinstance(value, list), f"{where} is not a list"
        assert value, f"{where} is empty"
        for each in value:
            _check_value(wanted[0], each, where)
    elif isinstance(wanted, re.Pattern):
        assert isinstance(value, str), f"{where} is not a string: {value!r}"
        assert wanted.fullmatch(value), f"{where} is {value!r}"
    elif wanted in REQUIRED:
        check(wanted, value, where)
    else:
        types: Any = {STRING: str, NUMBER: (int, Decimal), INT: int, BOOL: bool}[wanted]
        assert isinstance(value, types), f"{where} is {value!r}"
        assert value != "", f"{where} is empty"
