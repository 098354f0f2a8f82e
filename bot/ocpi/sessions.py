"""Sessions in OCPI 2.2.1 words and as ours, both ways (2.2.1 mod_sessions)."""

from dataclasses import replace
from decimal import Decimal
from typing import Any, Final

from bot.domain.ids import ConnectorId, EvseUid, LocationId, Party, SessionId, TokenUid
from bot.domain.session import Session, SessionKey, SessionStatus
from bot.ocpi.errors import InvalidParameters
from bot.ocpi.periods import appended, in_kwh, read_periods, total_energy, write_periods
from bot.ocpi.reader import NOT_AVAILABLE, Fields, Notes, Source, read_patch
from bot.ocpi.tariffs import read_currency, read_price, write_price
from bot.ocpi.wire import stamp, without_none

MOST_KWH: Final = 2_000
"""No session of one car has more; a number beyond is an error of the operator."""

_METER: Final = {"kwh", "status", "last_updated", "end_date_time", "total_cost", "charging_periods"}
"""The fields of a session that change while it runs."""

_WORDS: Final = {status.value: status for status in SessionStatus} | {
    "RESERVED": SessionStatus.RESERVATION,  # so called in the specification's prose
}


def read_session(raw: object, source: Source, notes: Notes) -> Session:
    """Read a Session.

    Raises:
        InvalidParameters: without id, owner or a status we know, or with an impossible kwh, it says nothing.

    """
    fields = Fields.of(raw, notes)
    return _with_periods(_read_head(fields, source, sum_up=True), fields)


def patched(session: Session, patch: object, source: Source, notes: Notes) -> Session:
    """Apply a PATCH: given fields replace, charging_periods are added, and one told twice is not doubled.

    Raises:
        InvalidParameters: no `last_updated`, or what results says nothing.

    """
    fields = read_patch(patch, notes)
    moved = _metered(session, fields) if fields.raw.keys() <= _METER else _merged(session, fields, source)
    periods, repaired = appended(session.periods, read_periods(fields), moved.kwh)
    if repaired:
        fields.note("charging_periods", "energy was in Wh")
    return replace(moved, periods=periods)


def _metered(session: Session, fields: Fields) -> Session:
    """Nothing but the meter moved, as in nearly every PATCH: what it does not say is not read again."""
    told, kwh = fields.raw, fields.number("kwh", 0, MOST_KWH)
    cost = session.total_cost
    if "total_cost" in told:
        cost = read_price(fields, "total_cost", session.currency) if session.currency else None
    return replace(
        session,
        status=_read_status(fields) if "status" in told else session.status,
        kwh=session.kwh if kwh is None else kwh,
        last_updated=fields.needed_moment("last_updated"),
        end=fields.moment("end_date_time") if "end_date_time" in told else session.end,
        total_cost=cost,
    )


def _merged(session: Session, fields: Fields, source: Source) -> Session:
    """Read what we have again as it would be written, with the given fields in place of ours."""
    told = dict(fields.raw)
    if fields.number("kwh", 0, MOST_KWH) is None:
        told.pop("kwh", None)
    ours = write_session(replace(session, periods=()), session.key.party, session.contract_id or NOT_AVAILABLE)
    addressed = replace(source, party=session.key.party, object_id=session.key.id)
    return replace(_read_head(Fields(ours | told, fields.notes), addressed, sum_up=False), key=session.key)


def _read_head(fields: Fields, source: Source, *, sum_up: bool) -> Session:
    """Everything but the periods; without a kwh of its own the periods are summed up where they may be."""
    token = fields.child("cdr_token")
    uid = token.id("uid") if token else fields.id("auth_id")
    currency = _read_currency(fields)
    updated = fields.needed_moment("last_updated", source.received_at)
    party = fields.party(source)
    return Session(
        key=SessionKey(source.partner_id, party, SessionId(fields.needed_id("id", source.object_id))),
        status=_read_status(fields),
        start=fields.needed_moment("start_date_time", updated),
        kwh=_read_kwh(fields, sum_up=sum_up),
        last_updated=updated,
        currency=currency,
        end=fields.moment("end_date_time"),
        token_uid=TokenUid(uid) if uid else None,
        contract_id=token.id("contract_id") if token else None,
        reference=fields.id("authorization_reference"),
        location_id=LocationId(location) if (location := fields.id("location_id")) else None,
        evse_uid=EvseUid(evse) if (evse := fields.id("evse_uid")) else None,
        connector_id=ConnectorId(connector) if (connector := fields.id("connector_id")) else None,
        total_cost=read_price(fields, "total_cost", currency) if currency else None,
    )


def _read_status(fields: Fields) -> SessionStatus:
    word = fields.word("status")
    if word is None:
        raise fields.missing("status")
    if word not in _WORDS:
        raise InvalidParameters(f"{fields.path('status')} is no status of a session: {word[:40]}")
    return _WORDS[word]


def _read_kwh(fields: Fields, *, sum_up: bool) -> Decimal:
    if fields.raw.get("kwh") is not None or not sum_up:
        return fields.needed_number("kwh", 0, MOST_KWH)
    fields.note("kwh", "missing")
    total = total_energy(read_periods(Fields(fields.raw, Notes())))
    return total if 0 <= total <= MOST_KWH else Decimal(0)


def _read_currency(fields: Fields) -> str:
    try:
        return read_currency(fields)
    except InvalidParameters:
        fields.refuse("currency", "missing or no ISO 4217 code")
        return ""


def _with_periods(session: Session, fields: Fields) -> Session:
    periods, repaired = in_kwh(read_periods(fields), session.kwh)
    if repaired:
        fields.note("charging_periods", "energy was in Wh")
    return replace(session, periods=periods)


def write_session(session: Session, us: Party, contract_id: str = NOT_AVAILABLE) -> dict[str, Any]:
    """The Session as we have it stored; `us` and `contract_id` fill its cdr_token."""
    token = {
        "country_code": us.country_code,
        "party_id": us.party_id,
        "uid": session.token_uid or NOT_AVAILABLE,
        "type": "APP_USER",
        "contract_id": contract_id,
    }
    return without_none(
        {
            "country_code": session.key.party.country_code,
            "party_id": session.key.party.party_id,
            "id": session.key.id,
            "start_date_time": stamp(session.start),
            "end_date_time": stamp(session.end) if session.end else None,
            "kwh": session.kwh,
            "cdr_token": token,
            "auth_method": "COMMAND",
            "authorization_reference": session.reference,
            "location_id": session.location_id or NOT_AVAILABLE,
            "evse_uid": session.evse_uid or NOT_AVAILABLE,
            "connector_id": session.connector_id or NOT_AVAILABLE,
            "currency": session.currency or None,
            "charging_periods": write_periods(session.periods),
            "total_cost": write_price(session.total_cost),
            "status": session.status.value,
            "last_updated": stamp(session.last_updated),
        }
    )
