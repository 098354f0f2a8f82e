"""Bad habits of real operators, in one table; each is a switch. `make drive-all` goes the whole road in every one.

A habit changes objects on their way out (`object`), the envelope around answers (`envelope`), or it is asked for by
name where neither will do (voice.py, push.py).
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

Json = dict[str, Any]

_MOMENT: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z")
_OBJECTS: Final = frozenset(
    ("location", "evse", "connector", "tariff", "session", "session_patch", "evse_patch", "cdr", "command", "result")
)
_REFERENCES: Final = frozenset(
    (
        "authorization_reference",
        "uid",
        "auth_id",
        "contract_id",
        "location_id",
        "evse_uid",
        "connector_id",
        "session_id",
    )
)
_RECORDS: Final = frozenset(("session", "session_patch", "cdr"))
_ENUMS: Final = frozenset(("status", "type", "standard", "format", "power_type", "result", "parking_type", "role"))


@dataclass(frozen=True, slots=True)
class Manner:
    name: str
    sentence: str
    object: Callable[[str, Any], Any] | None = None
    envelope: Callable[[Json], Json] | None = None


# ── how values are written ───────────────────────────────────────────────────────────────────────────────────────


def _walk(value: Any, change: Callable[[str, Any], Any], name: str = "") -> Any:
    """Change every value, the parts of an object before the object; `name` is the field it is in."""
    if isinstance(value, dict):
        value = {key: _walk(part, change, key) for key, part in value.items()}
    elif isinstance(value, list):
        value = [_walk(part, change, name) for part in value]
    return change(name, value)


def _everywhere(change: Callable[[str, Any], Any], kinds: frozenset[str] = _OBJECTS) -> Callable[[str, Any], Any]:
    return lambda kind, body: _walk(body, change) if kind in kinds else body


def _moments(spell: Callable[[str], str]) -> Callable[[str, Any], Any]:
    def change(_: str, value: Any) -> Any:
        return spell(value) if isinstance(value, str) and _MOMENT.fullmatch(value) else value

    return _everywhere(change)


def _number_as_text(_: str, value: Any) -> Any:
    return str(value) if isinstance(value, int | Decimal) and not isinstance(value, bool) else value


def _upper_reference(name: str, value: Any) -> Any:
    return value.upper() if name in _REFERENCES and isinstance(value, str) else value


def _lower_enum(name: str, value: Any) -> Any:
    return value.lower() if name in _ENUMS and isinstance(value, str) else value


def _lower_country(name: str, value: Any) -> Any:
    return value.lower() if name in {"country_code", "party_id"} and isinstance(value, str) else value


def _scalar_for_list(_: str, value: Any) -> Any:
    return value[0] if isinstance(value, list) and len(value) == 1 else value


def _null_for_absent(_: str, value: Any) -> Any:
    """Nulls for the optional lists that a location, an EVSE or a connector may have."""
    if not isinstance(value, dict):
        return value
    optional = {"connectors": ("status_schedule", "images"), "standard": ("tariff_ids",), "coordinates": ("images",)}
    names = [name for mark, lists in optional.items() if mark in value for name in lists]
    return dict.fromkeys((*names, "energy_mix", "remark")) | value


def _over_long(name: str, value: Any) -> Any:
    long = {"name": 300, "address": 300, "text": 600, "remark": 300}.get(name)
    return (value + " " + "very long " * 60)[:long] if long and isinstance(value, str) else value


def _filled(_: str, value: Any) -> Any:
    """`#NA` for ids that are not there."""
    if not isinstance(value, dict):
        return value
    fillers = {}
    if "connectors" in value and "uid" in value:
        fillers = {"evse_id": "#NA", "physical_reference": "#NA", "floor_level": "#NA"}
    elif "kwh" in value and "id" in value:
        fillers = {"meter_id": "#NA", "authorization_reference": "#NA"}
    return fillers | value


def _private(_: str, value: Any) -> Any:
    return value | {"x_internal": {"row": 7, "tags": [None, True]}} if isinstance(value, dict) else value


def _tomorrow(name: str, value: Any) -> Any:
    """Words of a later version beside those we know."""
    if name == "capabilities" and isinstance(value, list):
        return [*value, "TELEPATHY"]
    if name == "dimensions" and isinstance(value, list):
        return [*value, {"type": "MOONLIGHT", "volume": 3}]
    return {"auth_method": "TELEPATHY", "parking_type": "ON_THE_MOON", "facilities": ["SAUNA"]}.get(name, value)


# ── what is left out or wrong ────────────────────────────────────────────────────────────────────────────────────


def _without(*names: str) -> Callable[[str, Any], Any]:
    def change(_: str, value: Any) -> Any:
        return {k: v for k, v in value.items() if k not in names} if isinstance(value, dict) else value

    return _everywhere(change)


def _bare_token(name: str, value: Any) -> Any:
    if name == "cdr_token" and isinstance(value, dict):
        return {key: part for key, part in value.items() if key in {"uid", "contract_id"}}
    return value


def _watt_hours(_: str, value: Any) -> Any:
    if isinstance(value, dict) and value.get("type") == "ENERGY" and "volume" in value:
        return value | {"volume": value["volume"] * 1000}
    return value


def _bare_envelope(fields: Json) -> Json:
    return {name: value for name, value in fields.items() if name not in {"status_code", "status_message", "timestamp"}}


def _sentinel(kind: str, body: Any) -> Any:
    """A CDR that does not know when it was."""
    return body | {"start_date_time": "1970-01-01T00:00:00Z"} if kind == "cdr" else body


def _wrapped(kind: str, body: Any) -> Any:
    """One object asked for comes as a list of one."""
    return [body] if kind in {"credentials", "command"} else body


MANNERS: Final = {
    manner.name: manner
    for manner in (
        Manner("raw_tokens", "Tokens are written as they are, and taken in no other way."),
        Manner("base64_newline", "Tokens are in Base64 together with a newline, as in the specification's sample."),
        Manner("plus_zero", "Times end in +00:00.", _moments(lambda it: it.removesuffix("Z") + "+00:00")),
        Manner("no_zone", "Times have no zone.", _moments(lambda it: it.removesuffix("Z"))),
        Manner("small_z", "Times are written in small letters, t and z.", _moments(str.lower)),
        Manner("numbers_as_text", "Numbers are in quotes.", _everywhere(_number_as_text)),
        Manner(
            "upper_ids", "Ids are in capitals where they refer to something.", _everywhere(_upper_reference, _RECORDS)
        ),
        Manner("no_reference", "authorization_reference never comes back.", _without("authorization_reference")),
        Manner("bare_cdr_token", "cdr_token has a uid and a contract alone.", _everywhere(_bare_token)),
        Manner("watt_hours", "ENERGY is in Wh, in sessions and in CDRs.", _everywhere(_watt_hours, _RECORDS)),
        Manner("wrong_total", "X-Total-Count is the length of the page."),
        Manner("no_link", "There are more pages, and no Link leads to them."),
        Manner("null_lists", "What is absent is null, lists too.", _everywhere(_null_for_absent)),
        Manner("scalars", "A list of one is written without its brackets.", _everywhere(_scalar_for_list)),
        Manner("tomorrow", "There are words in enumerations that nobody knows yet.", _everywhere(_tomorrow)),
        Manner("private_fields", "Every object has fields of the operator's own.", _everywhere(_private)),
        Manner("lower_enums", "Words of enumerations are in small letters.", _everywhere(_lower_enum)),
        Manner("no_envelope", "Answers are data and nothing else.", envelope=_bare_envelope),
        Manner(
            "code_as_text",
            "status_code is in quotes.",
            envelope=lambda it: it | {"status_code": str(it["status_code"])},
        ),
        Manner("refuses_with_200", "HTTP 200 whatever happens; only the status code says no."),
        Manner("no_tariff_ids", "Connectors name no tariff.", _without("tariff_ids", "tariff_id")),
        Manner("silent_statuses", "The status of an EVSE is never pushed."),
        Manner("put_only", "Everything is sent whole, with PUT."),
        Manner("repeated_periods", "A PATCH has all periods again, not only the new ones."),
        Manner("fillers", "#NA stands for what is not there.", _everywhere(_filled)),
        Manner("over_long", "Texts are longer than they may be.", _everywhere(_over_long)),
        Manner("lower_country", "Country codes and party ids are in small letters.", _everywhere(_lower_country)),
        Manner("trailing_slashes", "Every address ends in a slash."),
        Manner("token_first", "A start with a token that was not pushed before is refused."),
        Manner("no_request_ids", "Requests carry neither X-Request-ID nor X-Correlation-ID, nor routing headers."),
        Manner("sentinel_times", "A CDR begins in 1970.", _sentinel),
        Manner("list_of_one", "An object that was asked for comes as a list of one.", _wrapped),
    )
}
