"""The providers that may talk to the operator: the tokens between us and what the handshake taught us about them."""

import secrets
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from sandbox.cpo.ocpi.voice import Voice
from sandbox.cpo.stations import Party

Credentials = dict[str, Any]


@dataclass(slots=True)
class Partner:
    """`invitation` is TOKEN_A; `theirs_to_us` is what they show us (TOKEN_C), `ours_to_them` what we show (TOKEN_B)."""

    id: str
    name: str
    invitation: str | None = None
    theirs_to_us: str | None = None
    ours_to_them: str | None = None
    versions_url: str | None = None
    roles: list[dict[str, Any]] = field(default_factory=list)
    endpoints: dict[tuple[str, str], str] = field(default_factory=dict)

    @property
    def registered(self) -> bool:
        return self.theirs_to_us is not None

    def endpoint(self, identifier: str, role: str) -> str | None:
        return self.endpoints.get((identifier, role)) if self.registered else None

    def is_party(self, country_code: str, party_id: str) -> bool:
        wanted = (country_code.casefold(), party_id.casefold())
        return any((str(r["country_code"]).casefold(), str(r["party_id"]).casefold()) == wanted for r in self.roles)

    def party(self) -> Party | None:
        """Whom to address when no object says it: their eMSP."""
        for role in sorted(self.roles, key=lambda role: role["role"] != "EMSP"):
            return Party(role["country_code"], role["party_id"], role["business_details"]["name"])
        return None

    def forget(self) -> None:
        self.invitation = self.theirs_to_us = self.ours_to_them = self.versions_url = None
        self.roles, self.endpoints = [], {}


class Caller(NamedTuple):
    partner: Partner
    by_invitation: bool


class Partners:
    """`accept_raw` also takes tokens that are not in Base64, as operators of older versions do."""

    def __init__(self, voice: Voice, *, accept_raw: bool = False) -> None:
        self._voice, self._accept_raw = voice, accept_raw
        self._all: dict[str, Partner] = {}

    def invite(self, name: str, token: str | None = None) -> Partner:
        """A new partner with a TOKEN_A."""
        partner = Partner(id=f"partner-{len(self._all) + 1}", name=name, invitation=token or new_token())
        self._all[partner.id] = partner
        return partner

    def all(self) -> list[Partner]:
        return list(self._all.values())

    def get(self, partner_id: str) -> Partner:
        return self._all[partner_id]

    def registered(self) -> list[Partner]:
        return [partner for partner in self._all.values() if partner.registered]

    def caller(self, authorization: str | None) -> Caller | None:
        """Whose Authorization header this is; None is an HTTP 401."""
        tokens = self._voice.shown(authorization or "", accept_raw=self._accept_raw)
        for partner in self._all.values():
            if partner.theirs_to_us in tokens:
                return Caller(partner, by_invitation=False)
            if partner.invitation in tokens:
                return Caller(partner, by_invitation=True)
        return None


def new_token() -> str:
    return secrets.token_urlsafe(32)
