"""JSON as it crosses the border, both ways: numbers exact, nothing ambiguous, nothing that breaks a database.

The common, clean case is read by msgspec; whatever it cannot vouch for is read again by the careful reader below.
"""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, Final

import msgspec

from bot.ocpi.errors import NotJson, TooLarge

LARGEST: Final = 8 * 1024 * 1024

_decoder: Final = msgspec.json.Decoder(float_hook=Decimal)
_encoder: Final = msgspec.json.Encoder(decimal_format="number")
_ESCAPES: Final = (b"\\u003a", b"\\u003A", b"\\u0000")


def read_json(body: bytes, *, largest: int = LARGEST) -> Any:
    """Read JSON from a stranger; fractions become exact Decimals, lone surrogates and NULs are cleaned away.

    Raises:
        NotJson: malformed, not UTF-8, NaN or Infinity, a key twice in one object, or nested too deeply.
        TooLarge: more bytes than `largest`.

    """
    if len(body) > largest:
        raise TooLarge(f"the body is larger than {largest} bytes")
    body = body.removeprefix(b"\xef\xbb\xbf")
    try:
        value = _decoder.decode(body)
        if _nothing_was_dropped(value, body):
            return value
    except (ValueError, ArithmeticError, RecursionError):
        pass
    return _read_carefully(body)


def write_json(value: object) -> bytes:
    """Write plain values and Decimals; a Decimal becomes a JSON number with exactly its digits."""
    return _encoder.encode(value)


def stamp(moment: datetime) -> str:
    """An OCPI DateTime: UTC with Z, at most milliseconds, 25 characters or fewer."""
    moment = moment.astimezone(UTC)
    precision = "milliseconds" if moment.microsecond else "seconds"
    return moment.replace(tzinfo=None).isoformat(timespec=precision) + "Z"


def without_none(fields: Mapping[str, Any]) -> dict[str, Any]:
    """What goes out never says null, and never an empty optional list."""
    return {name: value for name, value in fields.items() if value is not None and value != []}


def _nothing_was_dropped(value: object, body: bytes) -> bool:
    """Whether no key can have been there twice: msgspec keeps the last and says nothing.

    Written again, the value has as many colons as the body, unless keys were dropped with theirs; a colon written
    as an escape would upset the count, so then, and for an escaped NUL, the careful reader is asked.
    """
    if b"\\u00" in body and any(escape in body for escape in _ESCAPES):
        return False
    return _encoder.encode(value).count(b":") == body.count(b":")


def _read_carefully(body: bytes) -> object:
    try:
        text = body.decode()
        value = json.loads(text, object_pairs_hook=_unique, parse_float=Decimal, parse_constant=_refuse_constant)
        return _cleaned(value)
    except (ValueError, ArithmeticError, RecursionError) as error:
        raise NotJson(f"not readable as JSON: {_why(error)}") from None


def _why(error: Exception) -> str:
    match error:
        case json.JSONDecodeError():
            return f"{error.msg} at character {error.pos}"
        case RecursionError():
            return "nested too deeply"
        case UnicodeDecodeError():
            return f"no UTF-8 at byte {error.start}"
        case ArithmeticError():
            return "a number without measure"
        case _:
            return str(error).partition(";")[0][:100]


def _unique(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a key is there twice in one object")
    return found


def _refuse_constant(word: str) -> object:
    raise ValueError(f"{word} is no number")


def _cleaned(value: object) -> object:
    match value:
        case str():
            return _clean_text(value)
        case list():
            return [_cleaned(item) for item in value]
        case dict():
            return {_clean_text(name): _cleaned(item) for name, item in value.items()}
        case _:
            return value


def _clean_text(text: str) -> str:
    if "\0" not in text and text.isascii():
        return text
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace").replace("\0", "")
