"""Handshakes with peers: we register with one, look at one that registers with us, renew the tokens, and part.

Our new token is on disk, and so accepted by whoever answers at our address, before it is sent. Whatever is cut short
can be begun again; what fails says in one sentence what happened and what a person can do.
"""

from typing import Any, Final

from bot.crashpoints import crash_point
from bot.domain.errors import AccessRevoked, NotSent, PartnerError, Unclear
from bot.domain.ids import PartnerId
from bot.domain.network import Endpoint, Partner
from bot.ocpi.credentials import (
    Credentials,
    Provider,
    read_credentials,
    read_details,
    read_versions,
    write_credentials,
)
from bot.ocpi.errors import InvalidParameters, MissingEndpoints, OcpiError, StatusCode, UnusableApi
from bot.ocpi.kinds import Kind
from bot.ocpi.paths import THEIR_ROLE, Module, versions_url
from bot.ocpi.reader import Notes
from bot.ocpi.versions import best_common, translation
from bot.services.partners import Discovery, Introduction, OurToken, Partners
from data.ocpi.client import Access, OcpiClient, PeerFailed, PeerSaidNo, Reply

NEEDED: Final = (Module.CREDENTIALS, Module.LOCATIONS, Module.COMMANDS)
"""Without these no driver can charge there; what else is missing only makes us know less."""

_GONE: Final = 404
_NOT_ALLOWED: Final = 405


class HandshakeFailed(PartnerError):
    """A handshake that did not come about; the text says to a person what happened and what to do."""


class TokenUnknown(HandshakeFailed):
    """The peer answers 401 to the token, however it is written."""


class Handshakes:
    """`client` should wait long for answers: a peer reads our whole interface before it answers our credentials."""

    def __init__(self, client: OcpiClient, partners: Partners, us: Provider) -> None:
        self._client = client
        self._partners = partners
        self._us = us

    async def register(self, versions_url_: str, token_a: str, name: str = "") -> Partner:
        """Connect to a peer that gave us this address and this TOKEN_A; its stations are pulled soon after.

        A peer we are registered with already is registered anew and keeps its place.

        Raises:
            HandshakeFailed: nothing changed, or it can be tried again.

        """
        url = versions_url_.strip()
        found = await self._look(url, token_a.strip())
        partner, token = await self._partners.begin(url, name)
        access = Access(token_a.strip(), found.base64_tokens)
        return await self._exchange("POST", access, found, partner, url, token)

    async def rotate(self, partner_id: PartnerId) -> Partner:
        """Renew the tokens of both sides, and read the peer's endpoints again.

        Raises:
            HandshakeFailed: the former tokens go on, unless the peer kept the new one; that is good too.

        """
        partner = await self._known(partner_id)
        try:
            found = await self._look(partner.versions_url, partner.their_token)
        except TokenUnknown:
            await self._partners.revoked(partner_id)
            raise HandshakeFailed(
                f"{partner.name} does not know us any more (HTTP 401): have it give a new token and add it again."
            ) from None
        token = await self._partners.offer(partner_id)
        if token is None:
            raise HandshakeFailed(f"There is no partner {partner_id}.")
        access = Access(partner.their_token, found.base64_tokens)
        return await self._exchange("PUT", access, found, partner, partner.versions_url, token)

    async def unregister(self, partner_id: PartnerId) -> None:
        """Tell the peer that we part, and forget it.

        Raises:
            HandshakeFailed: the peer could not be told; it is forgotten all the same.

        """
        partner = await self._known(partner_id)
        failure: HandshakeFailed | None = None
        try:
            url = partner.endpoint(Module.CREDENTIALS, THEIR_ROLE[Module.CREDENTIALS])
            if partner.connected and url:
                await self._client.request("DELETE", url, Access(partner.their_token, partner.base64_tokens))
        except (AccessRevoked, PeerSaidNo):
            pass
        except PartnerError as error:
            failure = HandshakeFailed(f"{partner.name} is removed here but could not be told: {error}.")
        await self._partners.remove(partner_id)
        if failure is not None:
            raise failure

    async def discover(self, versions_url: str, token: str, version: str) -> Discovery:
        """See bot.services.partners.PeerReader; here the sentences are for the peer's developers."""
        try:
            return await self._discover(versions_url, token, version)
        except AccessRevoked:
            raise UnusableApi("your versions or version details answer 401 to the token you gave us") from None
        except PartnerError as error:
            raise UnusableApi(f"your versions or version details could not be read: {error}") from None
        except InvalidParameters as error:
            raise UnusableApi(f"your versions or version details are not as OCPI has them: {error}") from None

    # ── looking ──────────────────────────────────────────────────────────────────────────────────────────────────

    async def _look(self, url: str, token: str) -> Discovery:
        """Discover, with sentences for the person who typed the address and the token."""
        try:
            return await self._discover(url, token)
        except AccessRevoked:
            raise TokenUnknown(
                f"The operator at {url} does not know this token (HTTP 401). A token can be used once: if an earlier "
                "attempt was cut short, ask the operator for a new one."
            ) from None
        except PeerSaidNo as no:
            raise HandshakeFailed(_no_document(url, no)) from None
        except NotSent as error:
            raise HandshakeFailed(f"The operator could not be reached ({error}). Check the address.") from None
        except Unclear as error:
            raise HandshakeFailed(
                f"The operator did not answer as OCPI has it ({error}). Check that the address is that of its OCPI "
                "versions, or try again later."
            ) from None
        except OcpiError as error:
            raise HandshakeFailed(f"We cannot connect to {url}: {error.message}.") from None

    async def _discover(self, url: str, token: str, wanted: str = "") -> Discovery:
        reply, base64_tokens = await self._in_either_form(url, token)
        link = best_common(read_versions(reply.data, Notes()), wanted)
        reply, base64_tokens = await self._in_either_form(link.url, token, first=base64_tokens)
        return Discovery(link.version, _complete(read_details(reply.one, Notes())), base64_tokens)

    async def _in_either_form(self, url: str, token: str, *, first: bool = True) -> tuple[Reply, bool]:
        """Base64 as the specification has it since 2.2-d2; older peers know the raw token only.

        Some take both for their versions and one for the rest, and not all say 401 to what they cannot read: the other
        form is tried after any refusal, and the first answer counts where that is refused too.
        """
        try:
            return await self._client.request("GET", url, Access(token, first)), first
        except (AccessRevoked, PeerSaidNo, PeerFailed) as refused:
            try:
                return await self._client.request("GET", url, Access(token, not first)), not first
            except PartnerError:
                raise refused from None

    # ── exchanging ───────────────────────────────────────────────────────────────────────────────────────────────

    async def _exchange(
        self, method: str, access: Access, found: Discovery, partner: Partner, url: str, token: OurToken
    ) -> Partner:
        """Send our credentials, take theirs; `token` is accepted already and given up if they say no."""
        theirs = await self._send(method, access, found, partner, token)
        crash_point("credentials_sent")
        peer = Introduction(url, theirs.name, theirs.operators, theirs.token, theirs.hub)
        registered = await self._partners.conclude(partner.id, token, peer, found)
        crash_point("credentials_stored")
        if registered is None:
            raise HandshakeFailed("The partner was removed while it answered: add it again with a new token.")
        return registered

    async def _send(
        self, method: str, access: Access, found: Discovery, partner: Partner, token: OurToken
    ) -> Credentials:
        words = translation(found.version)
        ours = words.theirs(Kind.CREDENTIALS, write_credentials(self._us, token, versions_url(self._us.public_url)))
        address = _endpoint(found.endpoints, Module.CREDENTIALS)
        try:
            reply = await self._client.request(method, address, access, ours)
        except (PeerSaidNo, NotSent) as error:
            await self._partners.withdraw(partner.id, token)
            raise HandshakeFailed(_refused(error)) from None
        except Unclear as error:
            if _failed_itself(error):
                await self._partners.withdraw(partner.id, token)
            raise HandshakeFailed(self._unclear(error)) from None
        try:
            return _operator(reply.one)
        except HandshakeFailed:
            await self._partners.withdraw(partner.id, token)
            raise

    def _unclear(self, error: Unclear) -> str:
        code = _failed_itself(error)
        if code == StatusCode.UNUSABLE_API:
            return (
                f"The operator could not read our versions at {versions_url(self._us.public_url)} ({error}): "
                "check that CHARGEBOT_PUBLIC_URL can be reached from outside and that chargebot is running."
            )
        if code:
            return f"The operator cannot connect to us ({error}): ask it what it misses."
        return (
            f"The operator gave no clear answer to our credentials ({error}). Try again; should it then not know the "
            "token, it has used it up: ask for a new one."
        )

    async def _known(self, partner_id: PartnerId) -> Partner:
        partner = await self._partners.get(partner_id)
        if partner is None:
            raise HandshakeFailed(f"There is no partner {partner_id}.")
        return partner


def _operator(data: Any) -> Credentials:
    try:
        theirs = read_credentials(data, Notes())
    except InvalidParameters as error:
        raise HandshakeFailed(
            f"The operator accepted us but its credentials cannot be used: {error}. It has to unregister us and to "
            "give a new token."
        ) from None
    if not theirs.operators:
        raise HandshakeFailed(f"{theirs.name} is neither CPO nor HUB, and we can only connect to operators.")
    return theirs


def _refused(error: PartnerError) -> str:
    if isinstance(error, AccessRevoked):
        return "The operator does not know this token any more (HTTP 401): ask it for a new one."
    if isinstance(error, NotSent):
        return f"The operator's credentials module could not be reached ({error}). Try again later."
    if isinstance(error, PeerSaidNo) and error.http_status == _NOT_ALLOWED:
        return (
            "The operator says that we are registered with it already (HTTP 405): renew with `partners rotate`, or "
            "have it unregister us and give a new token."
        )
    return f"The operator refused our credentials ({error})."


def _no_document(url: str, no: PeerSaidNo) -> str:
    if no.http_status == _GONE:
        return f"There is nothing at {url} (HTTP 404): ask the operator for the exact address of its OCPI versions."
    return f"The operator at {url} refused to show its versions ({no})."


def _complete(endpoints: tuple[Endpoint, ...]) -> tuple[Endpoint, ...]:
    offered = {(endpoint.identifier, endpoint.role) for endpoint in endpoints}
    missing = [f"{module} ({THEIR_ROLE[module]})" for module in NEEDED if (module, THEIR_ROLE[module]) not in offered]
    if missing:
        raise MissingEndpoints(f"endpoints are missing without which nobody can charge: {', '.join(missing)}")
    return endpoints


def _endpoint(endpoints: tuple[Endpoint, ...], module: Module) -> str:
    return next(e.url for e in endpoints if e.identifier == module and e.role == THEIR_ROLE[module])


def _failed_itself(error: Unclear) -> int | None:
    """The code of a peer that says it could not finish the handshake on its side: 3000 to 3999."""
    code = error.status_code if isinstance(error, PeerFailed) else 0
    return code if StatusCode.SERVER_ERROR <= code < StatusCode.HUB_ERROR else None
