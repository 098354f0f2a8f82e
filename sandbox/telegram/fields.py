"""Reading the fields of a JSON object with the server's own complaints about missing or mistyped ones."""

import re
from collections.abc import Mapping
from typing import Any, cast

from sandbox.telegram.errors import BadRequestError

_INTEGER = re.compile(r"[+-]?\d+")


class Fields:
    """A JSON object that somebody sent."""

    def __init__(self, value: Mapping[str, Any]) -> None:
        self._value = value

    def __contains__(self, name: str) -> bool:
        return name in self._value

    def string(self, name: str) -> str:
        if name not in self._value:
            raise BadRequestError(f'Can\'t find field "{name}"')
        return self.optional_string(name)

    def optional_string(self, name: str) -> str:
        """Numbers are accepted as strings; anything else but a string is refused."""
        value = self._value.get(name, "")
        if isinstance(value, bool) or not isinstance(value, str | int | float):
            raise BadRequestError(f'Field "{name}" must be of type String')
        return str(value)

    def integer(self, name: str) -> int:
        if name not in self._value:
            raise BadRequestError(f'Can\'t find field "{name}"')
        value = self._value[name]
        if isinstance(value, str) and _INTEGER.fullmatch(value):
            return int(value)
        if isinstance(value, str):
            raise BadRequestError(f'Field "{name}" must be a valid Number')
        if isinstance(value, bool) or not isinstance(value, int):
            raise BadRequestError(f'Field "{name}" must be of type Number')
        return value

    def number(self, name: str) -> float:
        if name not in self._value:
            raise BadRequestError(f'Can\'t find field "{name}"')
        value = self._value[name]
        if isinstance(value, bool) or not isinstance(value, int | float | str):
            raise BadRequestError(f'Field "{name}" must be of type Number')
        try:
            return float(value)
        except ValueError as error:
            raise BadRequestError(f'Field "{name}" must be a valid Number') from error

    def flag(self, name: str) -> bool:
        value = self._value.get(name, False)
        if not isinstance(value, bool):
            raise BadRequestError(f'Field "{name}" must be of type Boolean')
        return value

    def object(self, name: str) -> "Fields":
        if name not in self._value:
            raise BadRequestError(f'Can\'t find field "{name}"')
        value = self._value[name]
        if not isinstance(value, dict):
            raise BadRequestError(f'Field "{name}" must be of type Object')
        return Fields(cast("dict[str, Any]", value))

    def array(self, name: str) -> list[Any]:
        """An absent array is an empty one; `null` is refused."""
        value = self._value.get(name, [])
        if not isinstance(value, list):
            raise BadRequestError(f'Field "{name}" must be of type Array')
        return value

    def raw(self, name: str) -> Any:
        return self._value.get(name)

    def all(self) -> Mapping[str, Any]:
        return self._value
