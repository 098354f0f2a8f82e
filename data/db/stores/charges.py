"""Charges and their timelines; that a driver and a charge point have at most one that claims them is an index."""

import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Select, func, insert, or_, select, update
from sqlalchemy import bindparam as given
from sqlalchemy.exc import IntegrityError as Violated

from bot.domain.charge import FAILED_TO_START, By, Charge, Fact, State, What
from bot.domain.errors import Refused, Why
from bot.domain.ids import ChargeId, DriverId, EvseUid, PartnerId, StationId, folded
from bot.domain.session import SessionKey
from data.db.serialisation import Form
from data.db.store import Store, among, spread
from data.db.tables import cards, charges, one_per_driver, one_per_evse, timeline

_FORM = Form(Charge)
_REFERENCE_LENGTH = 36

_ADD = insert(charges)
_SAVE = update(charges).where(charges.c.id == given("charge"))
_TELL = insert(timeline)
_NEXT_TURN = select(func.coalesce(func.max(cards.c.turn), 0) + 1).where(cards.c.turn.is_not(None)).scalar_subquery()
_SHOW = (
    update(cards)
    .where(cards.c.charge_id == given("charge"), cards.c.turn.is_(None), cards.c.shown_version < given("newest"))
    .values(turn=_NEXT_TURN)
)
_BODY = select(charges.c.body)
_GET = _BODY.where(charges.c.id == given("charge"))
_BY_REFERENCE = _GET.where(charges.c.partner_id == given("partner"))
_BY_TOKEN = (
    _BODY.where(charges.c.token_uid == given("uid"), charges.c.partner_id == given("partner"))
    .order_by(charges.c.made_at.desc())
    .limit(1)
)
_BY_SESSION = (
    _BODY.where(
        charges.c.session_id == given("session"),
        charges.c.session_party == given("of_party"),
        charges.c.partner_id == given("partner"),
    )
    .order_by(charges.c.made_at.desc())
    .limit(1)
)
_OF_DRIVER = (
    _BODY.where(charges.c.driver_id == given("driver"))
    .order_by(charges.c.made_at.desc(), charges.c.id)
    .limit(given("most"))
)
_CLAIMED_BY = _BODY.where(charges.c.driver_id == given("driver"), charges.c.claims)
_CLAIMED_AT = _BODY.where(
    charges.c.station_id == given("station"), charges.c.evse_uid == given("evse"), charges.c.claims
)
_STARTED_SINCE = select(func.count()).where(
    charges.c.driver_id == given("driver"), charges.c.made_at >= given("since", type_=charges.c.made_at.type)
)
_FAILED_SINCE = select(func.count()).where(
    charges.c.station_id == given("station"),
    charges.c.evse_uid == given("evse"),
    charges.c.made_at >= given("since", type_=charges.c.made_at.type),
    charges.c.fenced,
    or_(*(charges.c.state == state for state in sorted(FAILED_TO_START))),
)
_TIMELINE = select(timeline).where(timeline.c.charge_id == given("charge")).order_by(timeline.c.position)
_TO_SHOW = (
    select(charges.c.body)
    .join(cards, cards.c.charge_id == charges.c.id)
    .where(cards.c.turn.is_not(None))
    .order_by(cards.c.turn)
    .limit(given("most"))
)


@cache
def _in_states(count: int) -> Select[Any]:
    return _BODY.where(among(charges.c.state, count)).order_by(charges.c.made_at, charges.c.id)


class SqlCharges(Store):
    def add(self, charge: Charge) -> None:
        if charge.claims:
            self._refuse_second(charge)
        try:
            self._run(_ADD, _columns(charge))
        except (
            Violated,
            sqlite3.IntegrityError,
        ) as error:  # two at the same moment, where transactions run side by side
            raise _claim_refused(error) or error from error
        self._tell(charge)

    def _refuse_second(self, charge: Charge) -> None:
        if self._row(_CLAIMED_BY, driver=charge.driver_id):
            raise Refused(Why.ALREADY_CHARGING)
        if self._row(_CLAIMED_AT, station=charge.place.station_id, evse=folded(charge.place.evse_uid)):
            raise Refused(Why.CONNECTOR_TAKEN)

    def save(self, charge: Charge) -> None:
        self._run(_SAVE, {"charge": charge.id} | _columns(charge))
        self._tell(charge)
        self._run(_SHOW, {"charge": charge.id, "newest": charge.version})

    def _tell(self, charge: Charge) -> None:
        if charge.news:
            facts = [
                {"charge_id": charge.id, "at": f.at, "by": f.by.value, "what": f.what.value, "detail": f.detail}
                for f in charge.news
            ]
            self._run(_TELL, facts)

    def get(self, charge_id: ChargeId) -> Charge | None:
        return self._one(self._row_to_change(_GET, charge=folded(charge_id)))

    def by_reference(self, partner_id: PartnerId, reference: str) -> Charge | None:
        key = folded(reference.strip())[:_REFERENCE_LENGTH]
        return self._one(self._row_to_change(_BY_REFERENCE, charge=key, partner=partner_id))

    def by_token(self, partner_id: PartnerId, uid: str) -> Charge | None:
        return self._one(self._row_to_change(_BY_TOKEN, uid=folded(uid), partner=partner_id))

    def by_session(self, key: SessionKey) -> Charge | None:
        row = self._row_to_change(_BY_SESSION, session=folded(key.id), of_party=str(key.party), partner=key.partner_id)
        return self._one(row)

    def of_driver(self, driver_id: DriverId, limit: int) -> Sequence[Charge]:
        return [_FORM.read(row.body) for row in self._rows(_OF_DRIVER, driver=driver_id, most=limit)]

    def claimed_by(self, driver_id: DriverId) -> Charge | None:
        return self._one(self._row_to_change(_CLAIMED_BY, driver=driver_id))

    def in_states(self, states: Iterable[State]) -> Sequence[Charge]:
        wanted = sorted({state.value for state in states})
        rows = self._rows(_in_states(len(wanted)), **spread(charges.c.state, wanted)) if wanted else []
        return [_FORM.read(row.body) for row in rows]

    def started_since(self, since: datetime, *, driver_id: DriverId) -> int:
        return int(self._rows(_STARTED_SINCE, driver=driver_id, since=since)[0][0])

    def failed_since(self, since: datetime, station_id: StationId, evse_uid: EvseUid) -> int:
        rows = self._rows(_FAILED_SINCE, station=station_id, evse=folded(evse_uid), since=since)
        return int(rows[0][0])

    def timeline(self, charge_id: ChargeId) -> Sequence[Fact]:
        rows = self._rows(_TIMELINE, charge=charge_id)
        return [Fact(row.at, By(row.by), What(row.what), row.detail) for row in rows]

    def to_show(self, limit: int) -> Sequence[Charge]:
        return [_FORM.read(row.body) for row in self._rows(_TO_SHOW, most=limit)]

    def _one(self, row: Any | None) -> Charge | None:
        return None if row is None else _FORM.read(row.body)


def _columns(charge: Charge) -> dict[str, object]:
    key = charge.session_key
    return {
        "id": charge.id,
        "driver_id": charge.driver_id,
        "partner_id": charge.place.partner_id,
        "station_id": charge.place.station_id,
        "evse_uid": folded(charge.place.evse_uid),
        "token_uid": folded(charge.token_uid),
        "session_party": str(key.party) if key else None,
        "session_id": folded(key.id) if key else None,
        "state": charge.state.value,
        "claims": charge.claims,
        "made_at": charge.made_at,
        "fenced": charge.fenced_at is not None,
        "version": charge.version,
        "body": _FORM.write(replace(charge, news=())),
    }


def _claim_refused(error: Exception) -> Refused | None:
    """Which of the two unique indexes spoke: PostgreSQL names it, SQLite names its columns."""
    said = str(error)
    if str(one_per_driver.name) in said or "charges.driver_id" in said:
        return Refused(Why.ALREADY_CHARGING)
    if str(one_per_evse.name) in said or "charges.evse_uid" in said:
        return Refused(Why.CONNECTOR_TAKEN)
    return None
