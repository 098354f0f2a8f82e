"""The envelope around every OCPI answer: building ours, reading theirs even when half of it is missing."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from msgspec import MsgspecError, Raw, Struct
from msgspec.json import Decoder

from bot.ocpi.errors import NotJson, OcpiError, StatusCode
from bot.ocpi.wire import LARGEST, read_json, stamp, write_json

ABSENT: Final = object()
"""Stands for an envelope without `data`, where None would be sent as null."""

_OWN_FIELDS: Final = frozenset({"data", "status_code", "status_message", "timestamp"})
_CODES: Final = range(10_000)
_HTTP_OK: Final = range(200, 300)
_HTTP_CLIENT_ERROR: Final = range(400, 500)


@dataclass(frozen=True, slots=True)
class Envelope:
    """What a peer answered: its OCPI code, its data (None when absent), and its message for developers.

    `stated` is False where the peer gave no code and the HTTP status stands in.
    """

    status_code: int
    data: Any = None
    message: str = ""
    stated: bool = False

    @property
    def success(self) -> bool:
        return self.status_code // 1000 == 1


def success(at: datetime, data: object = ABSENT, *, message: str = "") -> bytes:
    """Build the body of a good answer; `data` is plain JSON values, Decimals allowed."""
    fields: dict[str, object] = {} if data is ABSENT else {"data": data}
    fields |= {"status_code": int(StatusCode.SUCCESS)}
    if message:
        fields["status_message"] = message
    return write_json(fields | {"timestamp": stamp(at)})


def failure(at: datetime, error: OcpiError) -> bytes:
    """Build the body that says no; its HTTP status is `error.http_status`."""
    return write_json({"status_code": int(error.status_code), "status_message": error.message, "timestamp": stamp(at)})


def read_envelope(body: bytes, http_status: int) -> Envelope:
    """Read a peer's answer. Where the envelope is incomplete the HTTP status stands in for the code.

    An empty body is an envelope without data; a list, or an object with no field of an envelope, is bare data.

    Raises:
        NotJson, TooLarge: the body cannot be read at all.

    """
    if not body.strip():
        return Envelope(_code_for(http_status))
    raw = read_json(body)
    if isinstance(raw, list) or (isinstance(raw, dict) and raw and not _OWN_FIELDS & raw.keys()):
        return Envelope(_code_for(http_status), raw)
    if not isinstance(raw, dict):
        raise NotJson("the answer is no OCPI envelope")
    code = _stated_code(raw)
    message = str(raw.get("status_message") or "")[:500]
    if code is None:
        return Envelope(_code_for(http_status), raw.get("data"), message)
    return Envelope(code, raw.get("data"), message, stated=True)


class _List(Struct):
    """A good answer with a list, its objects left as bytes."""

    status_code: int
    data: list[Raw]


_list_decoder: Final = Decoder(_List)


def unread_list(body: bytes) -> Envelope | None:
    """The envelope of a list with each object as `msgspec.Raw`; None for whatever needs a more patient reader.

    The objects are not checked here: each must go through `read_json` before anything of it is believed.
    """
    try:
        found = _list_decoder.decode(body)
    except (MsgspecError, RecursionError, UnicodeDecodeError):
        return None
    if found.status_code // 1000 != 1 or len(body) > LARGEST:
        return None
    return Envelope(found.status_code, found.data, stated=True)


def _stated_code(raw: Mapping[str, Any]) -> int | None:
    code = raw.get("status_code")
    if isinstance(code, str) and code.strip().isdecimal():
        code = int(code.strip()[:9])
    return code if type(code) is int and code in _CODES else None


def _code_for(http_status: int) -> StatusCode:
    if http_status in _HTTP_OK:
        return StatusCode.SUCCESS
    return StatusCode.CLIENT_ERROR if http_status in _HTTP_CLIENT_ERROR else StatusCode.SERVER_ERROR
