"""The peers we hold a credential of, and what we know of their networks beside OCPI."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from bot.domain.ids import PartnerId, Party


class PartnerState(StrEnum):
    PENDING = "pending"  # the handshake has begun
    REGISTERED = "registered"
    REVOKED = "revoked"  # the peer answers 401: it no longer knows our token


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One entry of a version's details: (module identifier, role SENDER or RECEIVER) and its address."""

    identifier: str
    role: str
    url: str


@dataclass(frozen=True, slots=True)
class Partner:
    """A peer. `our_token_hash` is the HMAC of the token it uses on us; `their_token` (encrypted at rest) is used on it.

    `base64_tokens` says how the peer wants its token written (OCPI 2.2.1-d2: Base64; older peers: raw).
    """

    id: PartnerId
    name: str
    state: PartnerState
    versions_url: str
    since: datetime
    version: str = "2.2.1"
    parties: tuple[Party, ...] = ()
    endpoints: tuple[Endpoint, ...] = ()
    our_token_hashes: tuple[str, ...] = ()
    their_token: str = field(default="", repr=False)
    base64_tokens: bool = True
    last_push_at: datetime | None = None
    last_pull_at: datetime | None = None
    failures: int = 0

    def endpoint(self, identifier: str, role: str) -> str | None:
        return next((e.url for e in self.endpoints if e.identifier == identifier and e.role == role), None)

    @property
    def connected(self) -> bool:
        return self.state is PartnerState.REGISTERED
