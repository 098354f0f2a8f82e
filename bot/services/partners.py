"""Partners: who may call us, with which token, and what a handshake taught us about them.

A token of ours is 256 random bits; we keep its HMAC alone, so neither a stolen database nor the time a look-up takes
tells a token. It begins with its kind and the moment it was made, from which follows how long it stands beside others.
"""

import hmac
import secrets
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Final, NewType, Protocol

from bot.domain.ids import PartnerId, Party
from bot.domain.network import Client, Endpoint, Partner, PartnerState
from bot.ports import Clock, Database, JobKind, Objection, UnitOfWork

OurToken = NewType("OurToken", str)
"""A token that a peer shows us; said once to that peer and never kept."""

INVITATION_LIFE: Final = timedelta(hours=72)
OVERLAP: Final = timedelta(minutes=10)
"""How long a peer may go on using its former token after it got a new one: requests are under way, answers get lost."""

PUSH_NOTED_EVERY: Final = timedelta(seconds=30)
OBJECTIONS_SHOWN: Final = 20
RECONCILED_AFTER: Final = timedelta(minutes=1)
"""Sessions and bills of a partner are read soon after the handshake, its stations first."""

LONGEST_REASON: Final = 300

_INVITATION: Final = "A"
_LASTING: Final = "T"
_STAMP_DIGITS: Final = 11
_MOST_TOKENS: Final = 4
_PURPOSE: Final = b"tokens that partners show us"


@dataclass(frozen=True, slots=True)
class Introduction:
    """Who a peer says it is: the token it wants to be shown, and the operators it speaks for; `hub` if it is one."""

    versions_url: str
    name: str
    parties: tuple[Party, ...]
    their_token: str = field(repr=False)
    hub: Party | None = None


@dataclass(frozen=True, slots=True)
class Discovery:
    """What a peer's own interface showed: the version in common, its endpoints, and how it wants tokens written."""

    version: str
    endpoints: tuple[Endpoint, ...]
    base64_tokens: bool


class PeerReader(Protocol):
    """How we look at a peer's interface while it waits for our answer to its credentials."""

    async def discover(self, versions_url: str, token: str, version: str) -> Discovery:
        """Read versions and details with this token, of this version if the peer offers it, else of the best.

        Raises:
            OcpiError: 3001 its interface cannot be used, 3002 no version in common, 3003 an endpoint is missing.

        """


@dataclass(frozen=True, slots=True)
class Caller:
    """Who showed a token. `invited` marks TOKEN_A, which opens versions and credentials only."""

    partner: Partner
    invited: bool
    token: OurToken = field(repr=False)
    token_hash: str = field(repr=False)

    @property
    def registered(self) -> bool:
        """Whether the handshake with it has ended: only then may it use the functional modules."""
        return not self.invited and self.partner.state is not PartnerState.PENDING


@dataclass(frozen=True, slots=True)
class Health:
    """A partner with what of its objects we could not use, the newest first."""

    partner: Partner
    objections: tuple[Objection, ...]


class Partners:
    """Credentials both ways. `secrets_` are ours: the first makes hashes, all of them recognise."""

    def __init__(
        self,
        db: Database,
        clock: Clock,
        secrets_: Sequence[str],
        *,
        new_secret: Callable[[], str] = lambda: secrets.token_urlsafe(32),
        wake_worker: Callable[[], None] = lambda: None,
    ) -> None:
        self._wake_worker = wake_worker
        self._db = db
        self._clock = clock
        self._keys = tuple(hmac.digest(secret.encode(), _PURPOSE, "sha256") for secret in secrets_)
        self._new_secret = new_secret
        self._used_up: set[str] = set()
        self._pushes: dict[PartnerId, datetime] = {}

    # ── whom we know ─────────────────────────────────────────────────────────────────────────────────────────────

    async def all(self) -> Sequence[Partner]:
        return await self._db.read(lambda uow: uow.partners.all())

    async def get(self, partner_id: PartnerId) -> Partner | None:
        return await self._db.read(lambda uow: uow.partners.get(partner_id))

    async def named(self, text: str) -> Partner | None:
        """The partner a person means by its number, its name, one of its parties or its versions URL."""
        wanted = text.strip().casefold()

        def means(partner: Partner) -> bool:
            names = {str(partner.id), partner.name, partner.versions_url, *map(str, partner.parties)}
            return wanted in {name.casefold() for name in names}

        return next((partner for partner in await self.all() if means(partner)), None)

    async def health(self) -> tuple[Health, ...]:
        """Every partner, with what went wrong with its objects."""

        def work(uow: UnitOfWork) -> tuple[Health, ...]:
            return tuple(
                Health(partner, tuple(uow.objections.of_partner(partner.id, OBJECTIONS_SHOWN)))
                for partner in uow.partners.all()
            )

        return await self._db.read(work)

    async def authenticate(self, candidates: Iterable[str]) -> Caller | None:
        """Whose token this is, tried in every reading of the header; None for nobody's, or one that is over."""
        now = self._clock.now()
        shown = [(token, token_hash) for token in candidates for token_hash in self._hashes(token)]

        def work(uow: UnitOfWork) -> Caller | None:
            for token, token_hash in shown:
                partner = uow.partners.by_token_hash(token_hash)
                if partner is not None and token_hash not in self._used_up:
                    return _stands(partner, token, token_hash, now)
            return None

        return await self._db.read(work)

    # ── handshakes ───────────────────────────────────────────────────────────────────────────────────────────────

    def issue_token(self) -> OurToken:
        """A new token of ours; it opens nothing until `conclude` or `begin` stores its hash."""
        return self._new(_LASTING)

    async def invite(self, name: str) -> OurToken:
        """TOKEN_A for a peer that will register with us, good for 72 hours; a known name is invited once more."""
        token = self._new(_INVITATION)
        now = self._clock.now()

        def work(uow: UnitOfWork) -> None:
            known = next((p for p in uow.partners.all() if p.name.casefold() == name.casefold()), None)
            if known is None:
                known = uow.partners.add(Partner(PartnerId(0), name, PartnerState.PENDING, "", now))
            self._offered(uow, known, token)

        await self._db.write(work)
        return token

    async def begin(self, versions_url: str, name: str = "") -> tuple[Partner, OurToken]:
        """Before we send our credentials: from here on the peer may read our versions with the token given back.

        A peer known by this address keeps its place, and if it is registered everything else that it has.
        """
        token = self.issue_token()
        now = self._clock.now()

        def work(uow: UnitOfWork) -> Partner:
            known = next((p for p in uow.partners.all() if p.versions_url == versions_url), None)
            if known is None:
                known = uow.partners.add(Partner(PartnerId(0), name, PartnerState.PENDING, versions_url, now))
            return self._offered(uow, replace(known, name=name or known.name), token)

        return await self._db.write(work), token

    async def offer(self, partner_id: PartnerId) -> OurToken | None:
        """Before we renew the credentials of a partner: the token it is about to get; None if there is no such one."""
        token = self.issue_token()

        def work(uow: UnitOfWork) -> OurToken | None:
            partner = uow.partners.get(partner_id)
            if partner is None:
                return None
            self._offered(uow, partner, token)
            return token

        return await self._db.write(work)

    def _offered(self, uow: UnitOfWork, partner: Partner, token: OurToken) -> Partner:
        """Beside the token in use comes one more; of a handshake that never ended nothing is kept."""
        pending = partner.state is PartnerState.PENDING
        kept = () if pending else partner.our_token_hashes[: _MOST_TOKENS - 1]
        partner = replace(partner, our_token_hashes=(*kept, self._hash(token)))
        uow.partners.save(partner)
        return partner

    async def withdraw(self, partner_id: PartnerId, token: OurToken) -> None:
        """The handshake failed for certain: the token offered in it is dead, a partner that never was one is gone."""
        offered = self._hash(token)

        def work(uow: UnitOfWork) -> None:
            partner = uow.partners.get(partner_id)
            if partner is None:
                return
            left = tuple(h for h in partner.our_token_hashes if h != offered)
            if partner.state is PartnerState.PENDING and not left:
                uow.partners.remove(partner_id)
            else:
                uow.partners.save(replace(partner, our_token_hashes=left))

        await self._db.write(work)

    async def conclude(
        self, partner_id: PartnerId, token: OurToken, peer: Introduction, found: Discovery
    ) -> Partner | None:
        """The handshake has ended well: the peer is registered, uses `token`, and its stations will be pulled.

        None when the partner was removed meanwhile.
        """
        now = self._clock.now()

        def work(uow: UnitOfWork) -> Partner | None:
            before = uow.partners.get(partner_id)
            if before is None:
                return None
            after = replace(
                before,
                name=before.name or peer.name,
                state=PartnerState.REGISTERED,
                versions_url=peer.versions_url,
                since=now,
                version=found.version,
                parties=peer.parties,
                hub=peer.hub,
                clients=(),
                endpoints=found.endpoints,
                our_token_hashes=_current(before, self._hash(token)),
                their_token=peer.their_token,
                base64_tokens=found.base64_tokens,
                failures=0,
                last_failure="",
            )
            if peer.hub is not None:
                for client in before.clients:
                    after = after.heard_of(client)
            uow.partners.save(after)
            uow.jobs.put(JobKind.SYNC, str(partner_id), now)
            uow.jobs.put(JobKind.RECONCILE, str(partner_id), now + RECONCILED_AFTER)
            return after

        concluded = await self._db.write(work)
        self._wake_worker()
        return concluded

    def use_up(self, caller: Caller) -> bool:
        """Close the invitation the caller came with; False if someone was faster."""
        if caller.token_hash in self._used_up:
            return False
        self._used_up.add(caller.token_hash)
        return True

    def give_back(self, caller: Caller) -> None:
        """Open it again: nothing came of it."""
        self._used_up.discard(caller.token_hash)

    @asynccontextmanager
    async def last_use(self, caller: Caller) -> AsyncIterator[None]:
        """The answer to a used-up invitation is sent in here; only when it has left the invitation is forgotten.

        Should it not leave, or we die before it has, the invitation lives: the peer must be able to ask again.
        """
        try:
            yield
        except BaseException:
            self.give_back(caller)
            raise
        await self._change(
            caller.partner.id,
            lambda p: replace(p, our_token_hashes=tuple(h for h in p.our_token_hashes if h != caller.token_hash)),
        )

    # ── how it goes on ───────────────────────────────────────────────────────────────────────────────────────────

    async def pushed(self, partner: Partner) -> None:
        """The partner sent something; written down at most every 30 seconds."""
        now = self._clock.now()
        last = self._pushes.get(partner.id, partner.last_push_at)
        if last is not None and now - last < PUSH_NOTED_EVERY:
            return
        self._pushes[partner.id] = now
        await self._change(partner.id, lambda p: replace(p, last_push_at=now))

    async def pulled(self, partner_id: PartnerId, began: datetime) -> None:
        """All its stations and tariffs were read, as they were when that began.

        After an outage its sessions and bills are read too: what it could not push meanwhile it will not push again.
        """
        now = self._clock.now()

        def work(uow: UnitOfWork) -> None:
            before = uow.partners.get(partner_id)
            if before is None:
                return
            uow.partners.save(replace(before, last_pull_at=began, failures=0, last_failure=""))
            if before.failures:
                uow.jobs.put(JobKind.RECONCILE, str(partner_id), now)

        await self._db.write(work)

    async def heard_of(self, partner_id: PartnerId, clients: Iterable[Client]) -> Partner | None:
        """A hub told of parties behind it; only a hub can. Gives the partner as it is now."""

        def work(uow: UnitOfWork) -> Partner | None:
            before = uow.partners.get(partner_id)
            if before is None or before.hub is None:
                return before
            after = before
            for client in clients:
                after = after.heard_of(client)
            if after != before:
                uow.partners.save(after)
            return after

        return await self._db.write(work)

    async def failed(self, partner_id: PartnerId, why: str = "") -> None:
        """It could not be asked, once more; `why` is for the people who run the bot."""
        told = why[:LONGEST_REASON]
        await self._change(partner_id, lambda p: replace(p, failures=p.failures + 1, last_failure=told))

    async def revoked(self, partner_id: PartnerId) -> None:
        """It answers 401: nothing can be asked of it until a new handshake; what it pushes is still taken."""
        await self._change(
            partner_id,
            lambda p: replace(p, state=PartnerState.REVOKED) if p.state is PartnerState.REGISTERED else p,
        )

    async def unregistered(self, partner_id: PartnerId) -> None:
        """It ended the connection: all tokens are dead, its stations hidden; charges and bills stay with it."""
        now = self._clock.now()

        def work(uow: UnitOfWork) -> None:
            partner = uow.partners.get(partner_id)
            if partner is not None:
                uow.partners.save(replace(partner, state=PartnerState.REVOKED, our_token_hashes=(), their_token=""))
                uow.stations.absent_since(partner_id, None, now)
                uow.jobs.drop(JobKind.SYNC, str(partner_id))
                uow.jobs.drop(JobKind.RECONCILE, str(partner_id))

        await self._db.write(work)

    async def remove(self, partner_id: PartnerId) -> None:
        """Forget the partner; stations of it are hidden, charges and bills stay."""

        def work(uow: UnitOfWork) -> None:
            uow.partners.remove(partner_id)
            uow.jobs.drop(JobKind.SYNC, str(partner_id))
            uow.jobs.drop(JobKind.RECONCILE, str(partner_id))

        await self._db.write(work)

    async def _change(self, partner_id: PartnerId, change: Callable[[Partner], Partner]) -> None:
        def work(uow: UnitOfWork) -> None:
            partner = uow.partners.get(partner_id)
            if partner is not None and (changed := change(partner)) != partner:
                uow.partners.save(changed)

        await self._db.write(work)

    # ── tokens of ours ───────────────────────────────────────────────────────────────────────────────────────────

    def _new(self, kind: str) -> OurToken:
        made = int(self._clock.now().timestamp() * 1000)
        return OurToken(f"{kind}{made:0{_STAMP_DIGITS}x}{self._new_secret()}")

    def _hash(self, token: OurToken) -> str:
        return self._hashes(token)[0]

    def _hashes(self, token: str) -> tuple[str, ...]:
        return tuple(hmac.digest(key, token.encode(), "sha256").hex() for key in self._keys)


def _current(partner: Partner, token_hash: str) -> tuple[str, ...]:
    others = (other for other in partner.our_token_hashes if other != token_hash)
    return (token_hash, *others)[:_MOST_TOKENS]


def _stands(partner: Partner, token: str, token_hash: str, now: datetime) -> Caller | None:
    """The token in use stands, one offered in a handshake whose end we never learned stands, a former one for a while.

    That end may be known to the peer alone, which then uses nothing else; an invitation stands until it is answered.
    """
    made = datetime.fromtimestamp(int(token[1 : 1 + _STAMP_DIGITS], 16) / 1000, UTC)
    invited = token.startswith(_INVITATION)
    if invited:
        stands = now - made <= INVITATION_LIFE
    else:
        in_use = partner.our_token_hashes[0] == token_hash
        stands = in_use or made > partner.since or now - partner.since <= OVERLAP
    return Caller(partner, invited, OurToken(token), token_hash) if stands else None
