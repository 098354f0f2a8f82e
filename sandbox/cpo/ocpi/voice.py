"""How this operator speaks: one version of OCPI, and its bad habits. All that leaves or enters goes through here.

Within, everything is spelt as OCPI 2.2.1 has it (words.py); here it becomes what the peer gets to see.
"""

import base64
import binascii
import contextlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from sandbox.cpo.ocpi import v211, v230
from sandbox.cpo.ocpi.manners import MANNERS, Manner

Json = dict[str, Any]
VERSIONS: Final = ("2.1.1", "2.2.1", "2.3.0")
_SAID: Final = {"2.1.1": v211.said, "2.3.0": v230.said}
_HEARD: Final = {"2.1.1": v211.heard}


class UnknownVoice(ValueError):
    """A version or a dialect that this operator does not have; the text names those there are."""


@dataclass(frozen=True, slots=True)
class Voice:
    """`version` is the one it offers; `manners` are its dialect."""

    version: str = "2.2.1"
    manners: tuple[Manner, ...] = ()

    @classmethod
    def of(cls, version: str = "2.2.1", dialect: Iterable[str] = ()) -> "Voice":
        """Raises UnknownVoice."""
        names = tuple(dialect)
        if version not in VERSIONS:
            raise UnknownVoice(f"There is no version {version}; there are {', '.join(VERSIONS)}.")
        if unknown := [name for name in names if name not in MANNERS]:
            raise UnknownVoice(f"There is no dialect {unknown[0]}; there are {', '.join(MANNERS)}.")
        return cls(version, tuple(MANNERS[name] for name in names))

    def has(self, name: str) -> bool:
        return any(manner.name == name for manner in self.manners)

    @property
    def routed(self) -> bool:
        """Whether this version knows routing headers."""
        return self.version != "2.1.1"

    # ── objects ──────────────────────────────────────────────────────────────────────────────────────────────────

    def say(self, kind: str, body: Any) -> Any:
        """Spell an object, or a list of them, for the peer."""
        if isinstance(body, list):
            return [self.say(kind, item) for item in body]
        if isinstance(body, dict) and self.version in _SAID:
            body = _SAID[self.version](kind, body)
        for manner in self.manners:
            if manner.object is not None:
                body = manner.object(kind, body)
        return body

    def hear(self, kind: str, body: Any, party: Json) -> Any:
        """An object of the peer, spelt as 2.2.1 has it; `party` is the peer's, for versions in which none is named."""
        if isinstance(body, dict) and self.version in _HEARD:
            return _HEARD[self.version](kind, body, party)
        return body

    def envelope(self, fields: Json) -> Json:
        for manner in self.manners:
            if manner.envelope is not None:
                fields = manner.envelope(fields)
        return fields

    def http(self, status: int) -> int:
        """The HTTP status of a refusal."""
        return 200 if self.has("refuses_with_200") and status != 401 else status  # noqa: PLR2004  HTTP

    def page(self, headers: dict[str, str], length: int) -> dict[str, str]:
        """The headers of a page of so many objects."""
        if self.has("wrong_total"):
            headers = headers | {"X-Total-Count": str(length)}
        if self.has("no_link"):
            headers = {name: value for name, value in headers.items() if name != "Link"}
        return headers

    def address(self, url: str) -> str:
        """An address as it is published."""
        return url + "/" if self.has("trailing_slashes") else url

    # ── tokens ───────────────────────────────────────────────────────────────────────────────────────────────────

    @property
    def raw(self) -> bool:
        return self.version == "2.1.1" or self.has("raw_tokens")

    def header(self, token: str) -> str:
        """The Authorization header with which we call a peer."""
        if self.raw:
            return f"Token {token}"
        written = token + "\n" if self.has("base64_newline") else token
        return "Token " + base64.b64encode(written.encode()).decode()

    def shown(self, authorization: str, *, accept_raw: bool) -> set[str]:
        """What token an Authorization header may mean."""
        scheme, _, shown = authorization.partition(" ")
        if scheme.casefold() != "token" or not shown:
            return set()
        if self.raw:
            return {shown}
        tokens = {shown} if accept_raw else set()
        with contextlib.suppress(binascii.Error, UnicodeDecodeError):
            tokens.add(base64.b64decode(shown, validate=True).decode())
        return tokens


@dataclass(frozen=True, slots=True)
class Site:
    """Where the modules of this operator are, and in which voice they speak."""

    base_url: str
    voice: Voice

    def path(self, identifier: str) -> str:
        return f"/ocpi/cpo/{self.voice.version}/{identifier}"

    def url(self, identifier: str) -> str:
        return self.base_url + self.path(identifier)
