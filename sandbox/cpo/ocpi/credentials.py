"""Credentials: the handshake as its receiver, rotation and unregistration (OCPI 2.2.1 credentials)."""

import asyncio
from collections.abc import Sequence
from typing import Any

from sandbox.cpo.ocpi import words
from sandbox.cpo.ocpi.envelope import (
    INVALID,
    MISSING_ENDPOINTS,
    UNSUPPORTED_VERSION,
    UNUSABLE_API,
    Answer,
    Call,
    Refusal,
    Route,
    required,
    string,
)
from sandbox.cpo.ocpi.versions import VERSIONS_PATH, Module
from sandbox.cpo.ocpi.voice import Site
from sandbox.cpo.partners import Credentials, Partner, new_token
from sandbox.cpo.push import Caller
from sandbox.cpo.stations import Party

EXPECTED = (("sessions", "RECEIVER"), ("cdrs", "RECEIVER"))
"""What a provider must have for the operator to tell it about its drivers' charges and bill them."""


class CredentialsModule:
    def __init__(self, site: Site, parties: Sequence[Party], caller: Caller, hub: Party | None = None) -> None:
        self._site, self._parties, self._caller, self._hub = site, parties, caller, hub
        self._one_at_a_time = asyncio.Lock()

    def module(self) -> Module:
        path = self._site.path("credentials")
        routes = (
            Route("GET", path, self._get, functional=False),
            Route("POST", path, self._post, functional=False),
            Route("PUT", path, self._put, functional=False),
            Route("DELETE", path, self._delete, functional=False),
        )
        return Module("credentials", "SENDER", routes)

    async def _get(self, call: Call) -> Answer:
        return Answer(self._ours(call.partner.invitation or call.partner.theirs_to_us or ""), kind="credentials")

    async def _post(self, call: Call) -> Answer:
        async with self._one_at_a_time:
            if call.partner.registered:
                raise Refusal(INVALID, "You are registered already: use PUT.", http=405)
            return await self._learn(call)

    async def _put(self, call: Call) -> Answer:
        self._must_be_registered(call.partner)
        async with self._one_at_a_time:
            return await self._learn(call)

    async def _delete(self, call: Call) -> Answer:
        self._must_be_registered(call.partner)
        call.partner.forget()
        return Answer()

    async def _learn(self, call: Call) -> Answer:
        """Fetch what they offer with the token they just gave us; only if all goes well do tokens change."""
        theirs = _checked(await call.body("credentials"))
        trial = Partner(call.partner.id, call.partner.name, ours_to_them=theirs["token"])
        endpoints = await self._endpoints(trial, theirs["url"])
        missing = [f"{name} {role}" for name, role in EXPECTED if (name, role) not in endpoints]
        if missing:
            raise Refusal(MISSING_ENDPOINTS, f"Endpoints are missing: {', '.join(missing)}.")
        partner = call.partner
        partner.ours_to_them, partner.versions_url = theirs["token"], theirs["url"]
        partner.roles, partner.endpoints = theirs["roles"], endpoints
        partner.invitation, partner.theirs_to_us = None, new_token()
        return Answer(self._ours(partner.theirs_to_us), kind="credentials")

    async def _endpoints(self, partner: Partner, versions_url: str) -> dict[tuple[str, str], str]:
        versions = await self._fetch(partner, versions_url)
        try:
            offered = {each["version"]: str(each["url"]) for each in versions}
            version = self._site.voice.version
            if version not in offered:
                raise Refusal(UNSUPPORTED_VERSION, f"We speak {version} only.")
            details = await self._fetch(partner, offered[version])
            return {(it["identifier"], it.get("role") or _role(it)): str(it["url"]) for it in details["endpoints"]}
        except (KeyError, TypeError) as error:
            raise Refusal(UNUSABLE_API, "Your versions or version details are not as OCPI has them.") from error

    async def _fetch(self, partner: Partner, url: str) -> Any:
        push = await self._caller.call(partner, "GET", url, functional=False)
        if not push.delivered or push.data is None:
            raise Refusal(UNUSABLE_API, f"GET {url} failed: {push.error or f'HTTP {push.http}'}.")
        return push.data

    def _ours(self, token: str) -> Credentials:
        """Of a hub only the hub itself, which tells of its clients apart; in 2.3.0 they are roles of its."""
        url = self._site.voice.address(self._site.base_url + VERSIONS_PATH)
        roles = [_role_of(party, "CPO") for party in self._parties]
        if self._hub is None:
            return {"token": token, "url": url, "roles": roles}
        if self._site.voice.version == "2.3.0":
            hub_id = self._hub.country_code + self._hub.party_id
            return {"token": token, "url": url, "hub_party_id": hub_id, "roles": roles}
        return {"token": token, "url": url, "roles": [_role_of(self._hub, "HUB")]}

    @staticmethod
    def _must_be_registered(partner: Partner) -> None:
        if not partner.registered:
            raise Refusal(INVALID, "You are not registered: use POST.", http=405)


def _role_of(party: Party, role: str) -> Credentials:
    return words.owner(party) | {"role": role, "business_details": {"name": party.name}}


def _role(endpoint: Credentials) -> str:
    """The role that a provider has in a module, where a version names none."""
    return "SENDER" if endpoint["identifier"] in {"credentials", "tokens", "commands"} else "RECEIVER"


def _checked(body: Credentials) -> Credentials:
    required(body, "token", "url", "roles")
    roles = body["roles"]
    if not isinstance(roles, list) or not roles or not all(isinstance(role, dict) for role in roles):
        raise Refusal(INVALID, "roles must be a list with at least one role.")
    for role in roles:
        required(role, "role", "party_id", "country_code", "business_details")
        if not isinstance(role["business_details"], dict) or not isinstance(role["business_details"].get("name"), str):
            raise Refusal(INVALID, "business_details needs a name.")
        for name in ("role", "party_id", "country_code"):
            string(role, name)
    string(body, "url")
    if not isinstance(body["token"], str) or not all("!" <= sign <= "~" for sign in body["token"]):
        raise Refusal(INVALID, "token must be printable ASCII without spaces.")
    return body
