"""Tokens, receiver interface: what a provider pushes about its drivers' tokens."""

from typing import Any

from sandbox.cpo.ocpi.envelope import INVALID, Answer, Call, Refusal, Route, read_moment, required
from sandbox.cpo.ocpi.versions import Module
from sandbox.cpo.ocpi.voice import Site
from sandbox.cpo.records import Records
from sandbox.cpo.stations import same

TYPES = ("AD_HOC_USER", "APP_USER", "OTHER", "RFID")
WHITELISTS = ("ALWAYS", "ALLOWED", "ALLOWED_OFFLINE", "NEVER")


class TokensModule:
    def __init__(self, site: Site, kept: Records) -> None:
        self._site, self._tokens = site, kept.tokens

    def module(self) -> Module:
        path = self._site.path("tokens") + "/{country_code}/{party_id}/{uid}"
        routes = (
            Route("GET", path, self._get),
            Route("PUT", path, self._put),
            Route("PATCH", path, self._patch),
        )
        return Module("tokens", "RECEIVER", routes)

    async def _get(self, call: Call) -> Answer:
        return Answer(self._find(call), kind="token")

    async def _put(self, call: Call) -> Answer:
        body = checked(await call.body("token"))
        for name in ("country_code", "party_id", "uid"):
            if not same(body[name], call.segment(name)):
                raise Refusal(INVALID, f"{name} in the URL is not the one in the token.")
        if call.voice.routed and body["type"] != call.request.query.get("type", "RFID"):
            raise Refusal(INVALID, "The type in the URL is not the one in the token.")
        key = self._key(call, body["type"])
        known = key in self._tokens
        self._tokens[key] = body
        return Answer(http=200 if known else 201)

    async def _patch(self, call: Call) -> Answer:
        token = self._find(call)
        body = await call.body()
        required(body, "last_updated")
        self._tokens[self._key(call)] = checked(token | body)
        return Answer()

    def _find(self, call: Call) -> dict[str, Any]:
        token = self._tokens.get(self._key(call))
        if token is None:
            raise Refusal(INVALID, "There is no such token here.", http=404)
        return token

    @staticmethod
    def _key(call: Call, kind: str = "") -> tuple[str, ...]:
        country_code, party_id = call.segment("country_code"), call.segment("party_id")
        if not call.partner.is_party(country_code, party_id):
            raise Refusal(INVALID, "You may push your own parties' tokens only.", http=404)
        kind = kind or call.request.query.get("type", "RFID")
        return key(country_code, party_id, call.segment("uid"), kind)


def key(country_code: str, party_id: str, uid: str, kind: str) -> tuple[str, ...]:
    return (country_code.casefold(), party_id.casefold(), uid.casefold(), kind)


def checked(token: Any) -> dict[str, Any]:
    """A Token with all its required fields (mod_tokens, Token object)."""
    if not isinstance(token, dict):
        raise Refusal(INVALID, "token must be an object.")
    words = ("country_code", "party_id", "uid", "type", "contract_id", "issuer", "whitelist", "last_updated")
    required(token, *words, "valid")
    wrong = [name for name in words if not isinstance(token[name], str)]
    if wrong or not isinstance(token["valid"], bool):
        raise Refusal(INVALID, f"Wrong type in the token: {', '.join(wrong) or 'valid'}.")
    if token["type"] not in TYPES or token["whitelist"] not in WHITELISTS:
        raise Refusal(INVALID, "The token's type or whitelist is not one that OCPI 2.2.1 knows.")
    read_moment(token["last_updated"], "last_updated")
    return token
