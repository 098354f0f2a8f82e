"""Peers and their credentials. Their token lies encrypted, ours only as hashes."""

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache

from cryptography.fernet import InvalidToken
from sqlalchemy import Connection, delete, insert, select, update
from sqlalchemy import bindparam as given

from bot.domain.errors import StoreError
from bot.domain.ids import PartnerId
from bot.domain.network import Partner
from bot.ports import Objection
from data.db.serialisation import Form
from data.db.store import Cipher, Store
from data.db.stores.stations import SqlStations
from data.db.tables import objections, partner_tokens, partners

_FORM = Form(Partner)
_ADD = insert(partners).returning(partners.c.id)
_SAVE = update(partners).where(partners.c.id == given("partner_id"))
_REMOVE = delete(partners).where(partners.c.id == given("partner_id"))
_ADD_TOKENS = insert(partner_tokens)
_REMOVE_TOKENS = delete(partner_tokens).where(partner_tokens.c.partner_id == given("partner_id"))
_ALL = select(partners).order_by(partners.c.id)
_GET = select(partners).where(partners.c.id == given("partner_id"))
_BY_HASH = select(partners).join(partner_tokens).where(partner_tokens.c.token_hash == given("token_hash"))
_OBJECTIONS = (
    select(objections)
    .where(objections.c.partner_id == given("partner_id"))
    .order_by(objections.c.at.desc(), objections.c.module, objections.c.object_id, objections.c.reason)
    .limit(given("most"))
)


class SqlPartners(Store):
    def __init__(self, connection: Connection, cipher: Cipher, stations: SqlStations, *, writing: bool) -> None:
        super().__init__(connection, writing=writing)
        self._cipher = cipher
        self._stations = stations

    def add(self, partner: Partner) -> Partner:
        added = PartnerId(self._rows(_ADD, **self._columns(partner))[0].id)
        partner = replace(partner, id=added)
        self.save(partner)
        return partner

    def save(self, partner: Partner) -> None:
        self._run(_SAVE, {"partner_id": partner.id} | self._columns(partner))
        self._run(_REMOVE_TOKENS, {"partner_id": partner.id})
        hashes = dict.fromkeys(partner.our_token_hashes)
        if hashes:
            self._run(_ADD_TOKENS, [{"token_hash": token_hash, "partner_id": partner.id} for token_hash in hashes])

    def get(self, partner_id: PartnerId) -> Partner | None:
        row = self._row_to_change(_GET, partner_id=partner_id)
        return self._read(row.body, row.their_token) if row else None

    def all(self) -> Sequence[Partner]:
        return [self._read(row.body, row.their_token) for row in self._rows(_ALL)]

    def by_token_hash(self, token_hash: str) -> Partner | None:
        row = self._row(_BY_HASH, token_hash=token_hash)
        return self._read(row.body, row.their_token) if row else None

    def remove(self, partner_id: PartnerId) -> None:
        self._run(_REMOVE_TOKENS, {"partner_id": partner_id})
        self._run(_REMOVE, {"partner_id": partner_id})
        self._stations.hide_all(partner_id)

    def _columns(self, partner: Partner) -> dict[str, object]:
        return {
            "their_token": self._cipher.encrypt(partner.their_token.encode()),
            "body": _FORM.write(replace(partner, their_token="")),
        }

    def _read(self, body: str, their_token: bytes) -> Partner:
        return _opened(self._cipher, body, their_token)  # type: ignore[arg-type]  # a cipher is as good as its identity


@lru_cache(maxsize=256)
def _opened(cipher: Cipher, body: str, their_token: bytes) -> Partner:
    """A partner as stored; every request of one begins here, and the same bytes open to the same partner."""
    partner = _FORM.read(body)
    try:
        return replace(partner, their_token=cipher.decrypt(their_token).decode())
    except InvalidToken as error:
        raise StoreError(
            f"The token of {partner.name} does not open with the keys in CHARGEBOT_SECRET_KEYS: add the key it was "
            "stored with to the end of the list."
        ) from error


class SqlObjections(Store):
    def add(self, objections_: Sequence[Objection]) -> None:
        newest: dict[tuple[int, str, str, str], Objection] = {}
        for new in objections_:
            newest[new.partner_id, new.module, new.object_id, new.reason] = new
        self._put(
            objections,
            [
                {
                    "partner_id": new.partner_id,
                    "module": new.module,
                    "object_id": new.object_id,
                    "reason": new.reason,
                    "at": new.at,
                }
                for new in newest.values()
            ],
        )

    def of_partner(self, partner_id: PartnerId, limit: int) -> Sequence[Objection]:
        rows = self._rows(_OBJECTIONS, partner_id=partner_id, most=limit)
        return [Objection(PartnerId(r.partner_id), r.module, r.object_id, r.reason, r.at) for r in rows]
