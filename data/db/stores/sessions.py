"""What operators say of charges: sessions, which grow, and charge detail records, which never change."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from functools import cache

from sqlalchemy import bindparam as given
from sqlalchemy import func, select, update

from bot.domain.errors import Conflict
from bot.domain.ids import CdrId, ChargeId, PartnerId, Party, folded
from bot.domain.money import Price
from bot.domain.session import Cdr, Session, SessionKey
from data.db.serialisation import Form
from data.db.store import Insert, InsertOf, Store
from data.db.tables import cdrs, sessions

_SESSION = Form(Session)
_CDR = Form(Cdr)
_GET = select(sessions.c.body).where(
    sessions.c.partner_id == given("partner"),
    sessions.c.party == given("of_party"),
    sessions.c.session_id == given("session"),
)
_STRAYS = (
    select(sessions.c.body)
    .where(sessions.c.charge_id.is_(None))
    .order_by(sessions.c.partner_id, sessions.c.party, sessions.c.session_id)
)
_LOCK_KEY = select(func.pg_advisory_xact_lock(func.hashtextextended(given("name"), 0)))
_GET_CDR = select(cdrs.c.body).where(
    cdrs.c.partner_id == given("partner"), cdrs.c.party == given("of_party"), cdrs.c.cdr_id == given("cdr")
)
_OF_CHARGE = select(cdrs.c.body).where(cdrs.c.charge_id == given("charge")).order_by(cdrs.c.position)
_CREDITS_OF_NOBODY = (
    select(cdrs.c.position, cdrs.c.body)
    .where(
        cdrs.c.charge_id.is_(None),
        cdrs.c.partner_id == given("partner"),
        cdrs.c.party == given("of_party"),
        cdrs.c.body.contains('"credit":true'),
    )
    .order_by(cdrs.c.position)
)
_CLAIM = update(cdrs).where(cdrs.c.position == given("record")).values(charge_id=given("charge"))


@cache
def _add_cdr(insert: InsertOf) -> Insert:
    return insert(cdrs).on_conflict_do_nothing(index_elements=["partner_id", "party", "cdr_id"])


class SqlSessions(Store):
    def get(self, key: SessionKey) -> Session | None:
        if self._locks:  # of a session that has no row yet, too: the older of two first pushes must not win
            self._row(_LOCK_KEY, name=f"session {key.partner_id} {key.party} {folded(key.id)}")
        row = self._row(_GET, partner=key.partner_id, of_party=str(key.party), session=folded(key.id))
        return _SESSION.read(row.body) if row else None

    def save(self, session: Session, charge_id: ChargeId | None) -> None:
        row = {
            "partner_id": session.key.partner_id,
            "party": str(session.key.party),
            "session_id": folded(session.key.id),
            "charge_id": charge_id,
            "kwh": session.kwh,
            "total_cost": _amount(session.total_cost),
            "body": _SESSION.write(session),
        }
        self._put(sessions, [row])

    def strays(self) -> Sequence[Session]:
        return [_SESSION.read(row.body) for row in self._rows(_STRAYS)]


class SqlCdrs(Store):
    def add(self, cdr: Cdr, charge_id: ChargeId | None, received_at: datetime) -> bool:
        row = {
            "partner_id": cdr.partner_id,
            "party": str(cdr.party),
            "cdr_id": folded(cdr.id),
            "charge_id": charge_id,
            "received_at": received_at,
            "total_energy": cdr.total_energy,
            "total_cost": _amount(cdr.total_cost),
            "currency": cdr.currency,
            "body": _CDR.write(cdr),
        }
        if self._run(_add_cdr(self._insert), row) == 1:
            return True
        first = self.get(cdr.partner_id, cdr.party, cdr.id)
        if first is None or replace(first, id=cdr.id) != cdr:
            raise Conflict(f"the bill {cdr.id} of {cdr.party} came again with other content")
        return False

    def get(self, partner_id: PartnerId, party: Party, cdr_id: CdrId) -> Cdr | None:
        row = self._row(_GET_CDR, partner=partner_id, of_party=str(party), cdr=folded(cdr_id))
        return _CDR.read(row.body) if row else None

    def of_charge(self, charge_id: ChargeId) -> Sequence[Cdr]:
        return [_CDR.read(row.body) for row in self._rows(_OF_CHARGE, charge=charge_id)]

    def claim_credits(self, bill: Cdr, charge_id: ChargeId) -> Sequence[Cdr]:
        rows = self._rows(_CREDITS_OF_NOBODY, partner=bill.partner_id, of_party=str(bill.party))
        found = [(row.position, cdr) for row in rows if (cdr := _CDR.read(row.body)).takes_back(bill)]
        if found:
            self._run(_CLAIM, [{"record": position, "charge": charge_id} for position, _ in found])
        return [cdr for _, cdr in found]


def _amount(price: Price | None) -> Decimal | None:
    best = None if price is None else price.best_known
    return None if best is None else best.amount
