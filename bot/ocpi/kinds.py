"""The kinds of objects that cross the border, as far as any version says one of them in its own way."""

from enum import StrEnum
from typing import Any

Json = dict[str, Any]


class Kind(StrEnum):
    LOCATION = "location"
    EVSE = "evse"
    CONNECTOR = "connector"
    TARIFF = "tariff"
    SESSION = "session"
    CDR = "cdr"
    TOKEN = "token"  # noqa: S105  a kind of object
    AUTHORIZATION = "authorization"
    START = "start"
    RESERVE = "reserve"
    CREDENTIALS = "credentials"
    DETAILS = "details"
