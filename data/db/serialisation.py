"""Domain values to JSON text and back, lossless: decimals as strings, sets and mappings in a fixed order.

Equal values give equal text, so that a change shows by comparing text (or its digest).
"""

from collections.abc import Mapping
from hashlib import blake2b
from typing import Any, Generic, TypeVar

from msgspec import json, to_builtins

from data.db.columns import clean

T = TypeVar("T")


class Form(Generic[T]):
    """The JSON form of one type of the domain."""

    def __init__(self, kind: type[T]) -> None:
        self._kind = kind
        self._decoder: json.Decoder[T] | None = None

    def write(self, value: T) -> str:
        return to_json(value)

    def read(self, body: str) -> T:
        if self._decoder is None:
            self._decoder = json.Decoder(self._kind)
        return self._decoder.decode(body)


def _plain(value: object) -> object:
    """What msgspec does not know: mappings that are no dicts."""
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(f"{type(value).__name__} has no JSON form")


_encoder = json.Encoder(enc_hook=_plain, order="deterministic")


def to_json(value: object) -> str:
    """JSON text; of words with halves of surrogate pairs, those are left out."""
    try:
        return _encoder.encode(value).decode()
    except UnicodeEncodeError:
        return _encoder.encode(_cleaned(to_builtins(value, enc_hook=_plain, order="deterministic"))).decode()


def from_json(body: str) -> Any:
    return json.decode(body)


def digest(body: str) -> bytes:
    return blake2b(body.encode(), digest_size=16).digest()


def _cleaned(value: object) -> object:
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, Mapping):
        return {_cleaned(key): _cleaned(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [_cleaned(part) for part in value]
    return value
