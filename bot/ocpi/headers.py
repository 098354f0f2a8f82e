"""The headers of OCPI: whose token, which request, from which party to which."""

import base64
import binascii
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, Self

from bot.domain.ids import Party

REQUEST_ID: Final = "X-Request-ID"
CORRELATION_ID: Final = "X-Correlation-ID"
TO_PARTY: Final = "OCPI-to-party-id"
TO_COUNTRY: Final = "OCPI-to-country-code"
FROM_PARTY: Final = "OCPI-from-party-id"
FROM_COUNTRY: Final = "OCPI-from-country-code"
TOTAL_COUNT: Final = "X-Total-Count"
LIMIT: Final = "X-Limit"

_SCHEME: Final = re.compile(r"\s*token\s+(\S+)\s*", re.IGNORECASE)
_LINK: Final = re.compile(r"<([^<>]*)>([^<]*)")
_NEXT: Final = re.compile(r""";\s*rel\s*=\s*"?([^";,]*\s)?next(\s[^";,]*)?"?\s*(;|,|$)""", re.IGNORECASE)
_UNPRINTABLE: Final = re.compile(r"[^!-~]")
_LONGEST_ID: Final = 64


def usable_token(token: str) -> bool:
    """Whether it can stand in a header: printable ASCII without blanks."""
    return bool(token) and not _UNPRINTABLE.search(token)


def authorization(token: str, *, base64_tokens: bool) -> str:
    """The Authorization header's value as this peer wants it written."""
    return f"Token {base64.b64encode(token.encode()).decode() if base64_tokens else token}"


def tokens_in(header: str | None) -> tuple[str, ...]:
    """What the sender's token may be: the Base64 reading first, then the characters as they stand.

    Peers write it either way, and a raw token may happen to be valid Base64; so the caller tries both.
    """
    match = _SCHEME.fullmatch(header or "")
    if match is None:
        return ()
    raw = match[1]
    try:
        decoded = base64.b64decode(raw + "=" * (-len(raw) % 4), validate=True).decode().strip()
    except (binascii.Error, UnicodeDecodeError):
        return (raw,)
    return (decoded, raw) if usable_token(decoded) else (raw,)


@dataclass(frozen=True, slots=True)
class Trace:
    """X-Request-ID is new for every hop, X-Correlation-ID kept from end to end."""

    request_id: str
    correlation_id: str

    @classmethod
    def of(cls, headers: Mapping[str, str], otherwise: Callable[[], str]) -> Self:
        """Take them from a request; `otherwise` makes one for a peer that sends none. `headers` must ignore case."""
        request_id = _plain_id(headers.get(REQUEST_ID)) or otherwise()
        return cls(request_id, _plain_id(headers.get(CORRELATION_ID)) or request_id)

    def headers(self) -> dict[str, str]:
        return {REQUEST_ID: self.request_id, CORRELATION_ID: self.correlation_id}


@dataclass(frozen=True, slots=True)
class Route:
    """From which party to which; `to` None is open routing."""

    sender: Party | None
    to: Party | None

    @classmethod
    def of(cls, headers: Mapping[str, str]) -> Self:
        return cls(
            _party(headers.get(FROM_COUNTRY), headers.get(FROM_PARTY)),
            _party(headers.get(TO_COUNTRY), headers.get(TO_PARTY)),
        )

    def headers(self) -> dict[str, str]:
        found: dict[str, str] = {}
        if self.to is not None:
            found |= {TO_PARTY: self.to.party_id, TO_COUNTRY: self.to.country_code}
        if self.sender is not None:
            found |= {FROM_PARTY: self.sender.party_id, FROM_COUNTRY: self.sender.country_code}
        return found

    def answered_by(self, us: Party) -> "Route":
        """The route of the answer; where the request was openly routed, we say who we are."""
        return Route(self.to or us, self.sender)


def next_link(header: str | None) -> str | None:
    """The address of the next page in a Link header, as written."""
    for address, parameters in _LINK.findall(header or ""):
        if _NEXT.search(" ".join(parameters.split())):
            return str(address).strip()
    return None


def next_link_header(url: str) -> str:
    return f'<{url}>; rel="next"'


def _party(country_code: str | None, party_id: str | None) -> Party | None:
    return Party.of(country_code.strip(), party_id.strip()) if country_code and party_id else None


def _plain_id(text: str | None) -> str:
    return _UNPRINTABLE.sub("", text or "")[:_LONGEST_ID]
