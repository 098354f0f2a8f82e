"""Credentials: the handshake as its receiver, rotation and unregistration (OCPI 2.2.1 credentials)."""

import asyncio
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
from sandbox.cpo.ocpi.versions import VERSIONS_PATH, Module, path_of
from sandbox.cpo.partners import Credentials, Partner, new_token
from sandbox.cpo.push import Caller
from sandbox.cpo.stations import Party

PATH = path_of("credentials")
EXPECTED = (("sessions", "RECEIVER"), ("cdrs", "RECEIVER"))
"""What a provider must have for the operator to tell it about its drivers' charges and bill them."""


class CredentialsModule:
    def __init__(self, base_url: str, party: Party, caller: Caller) -> None:
        self._base_url, self._party, self._caller = base_url, party, caller
        self._one_at_a_time = asyncio.Lock()

    def module(self) -> Module:
        routes = (
            Route("GET", PATH, self._get, functional=False),
            Route("POST", PATH, self._post, functional=False),
            Route("PUT", PATH, self._put, functional=False),
            Route("DELETE", PATH, self._delete, functional=False),
        )
        return Module("credentials", "SENDER", PATH, routes)

    async def _get(self, call: Call) -> Answer:
        return Answer(self._ours(call.partner.invitation or call.partner.theirs_to_us or ""))

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
        theirs = _checked(await call.body())
        trial = Partner(call.partner.id, call.partner.name, ours_to_them=theirs["token"])
        endpoints = await self._endpoints(trial, theirs["url"])
        missing = [f"{name} {role}" for name, role in EXPECTED if (name, role) not in endpoints]
        if missing:
            raise Refusal(MISSING_ENDPOINTS, f"Endpoints are missing: {', '.join(missing)}.")
        partner = call.partner
        partner.ours_to_them, partner.versions_url = theirs["token"], theirs["url"]
        partner.roles, partner.endpoints = theirs["roles"], endpoints
        partner.invitation, partner.theirs_to_us = None, new_token()
        return Answer(self._ours(partner.theirs_to_us))

    async def _endpoints(self, partner: Partner, versions_url: str) -> dict[tuple[str, str], str]:
        versions = await self._fetch(partner, versions_url)
        try:
            offered = {each["version"]: str(each["url"]) for each in versions}
            if words.VERSION not in offered:
                raise Refusal(UNSUPPORTED_VERSION, f"We speak {words.VERSION} only.")
            details = await self._fetch(partner, offered[words.VERSION])
            return {(each["identifier"], each["role"]): str(each["url"]) for each in details["endpoints"]}
        except (KeyError, TypeError) as error:
            raise Refusal(UNUSABLE_API, "Your versions or version details are not as OCPI has them.") from error

    async def _fetch(self, partner: Partner, url: str) -> Any:
        push = await self._caller.call(partner, "GET", url, functional=False)
        if not push.delivered or push.data is None:
            raise Refusal(UNUSABLE_API, f"GET {url} failed: {push.error or f'HTTP {push.http}'}.")
        return push.data

    def _ours(self, token: str) -> Credentials:
        role = words.owner(self._party) | {"role": "CPO", "business_details": {"name": self._party.name}}
        return {"token": token, "url": self._base_url + VERSIONS_PATH, "roles": [role]}

    @staticmethod
    def _must_be_registered(partner: Partner) -> None:
        if not partner.registered:
            raise Refusal(INVALID, "You are not registered: use POST.", http=405)


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
