"""The peers we hold a credential of, and what we know of their networks beside OCPI."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Final

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


OPERATOR: Final = "CPO"
CUT_OFF: Final = frozenset({"OFFLINE", "PLANNED", "SUSPENDED"})
"""What a hub says of a party to which nothing can be sent (OCPI ConnectionStatus)."""


@dataclass(frozen=True, slots=True)
class Client:
    """A party behind a hub, as the hub describes it: its role and whether it can be reached, in OCPI's words."""

    party: Party
    role: str
    status: str
    last_updated: datetime


@dataclass(frozen=True, slots=True)
class Partner:
    """A peer. `our_token_hash` is the HMAC of the token it uses on us; `their_token` (encrypted at rest) is used on it.

    A hub is one partner: `hub` is its own party, `clients` are those behind it, of which the operators are `parties`.
    `failures` counts those in a row, `last_failure` says what the last one was. `base64_tokens` says how the peer
    wants its token written (OCPI 2.2.1-d2: Base64; older peers: raw).
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
    last_reconciled_at: datetime | None = None
    failures: int = 0
    last_failure: str = ""
    hub: Party | None = None
    clients: tuple[Client, ...] = ()

    def endpoint(self, identifier: str, role: str) -> str | None:
        return next((e.url for e in self.endpoints if e.identifier == identifier and e.role == role), None)

    @property
    def connected(self) -> bool:
        return self.state is PartnerState.REGISTERED

    def reaches(self, party: Party) -> bool:
        """Whether something sent to this party can arrive, as far as a hub has told."""
        return not any(client.party == party and client.status in CUT_OFF for client in self.clients)

    def heard_of(self, client: Client) -> "Partner":
        """After the hub told of a client; what it told last counts, and an operator is a party of its from now on."""
        known = next((c for c in self.clients if (c.party, c.role) == (client.party, client.role)), None)
        if known is not None and known.last_updated > client.last_updated:
            return self
        others = tuple(c for c in self.clients if (c.party, c.role) != (client.party, client.role))
        is_new = client.role == OPERATOR and client.party not in self.parties
        parties = (*self.parties, client.party) if is_new else self.parties
        return replace(self, clients=(*others, client), parties=parties)
