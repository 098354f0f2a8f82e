"""CDRs in OCPI 2.2.1 words (2.3.0's taxes are read too) and as ours, both ways: the only objects that bill.

Ids, currency and total are required; nothing about money is ever guessed.
"""

from dataclasses import replace
from typing import Any, Final

from bot.domain.ids import CdrId, ConnectorId, EvseUid, LocationId, Party, SessionId, TokenUid
from bot.domain.money import Price
from bot.domain.session import Cdr, Spot
from bot.ocpi.periods import in_kwh, read_periods, write_periods
from bot.ocpi.reader import NOT_AVAILABLE, Fields, Notes, Source
from bot.ocpi.sessions import MOST_KWH
from bot.ocpi.tariffs import read_currency, read_price, tariff_of, write_price, write_tariff
from bot.ocpi.wire import stamp, without_none

LONGEST_ID: Final = 39
LONGEST_EVSE_ID: Final = 48
_MOST_HOURS: Final = 24 * 366


def read_cdr(raw: object, source: Source, notes: Notes) -> Cdr:
    """Read a CDR; a start or end of 1970 is taken from its periods, else from `last_updated`.

    Raises:
        InvalidParameters: without ids, currency, total_cost or total_energy it cannot bill; nor can a credit that
            does not name what it credits.

    """
    fields = Fields.of(raw, notes)
    currency = read_currency(fields)
    updated = fields.needed_moment("last_updated", source.received_at)
    energy = fields.needed_number("total_energy", -MOST_KWH, MOST_KWH)
    periods, repaired = in_kwh(read_periods(fields), abs(energy))
    if repaired:
        fields.note("charging_periods", "energy was in Wh")
    begun = min((period.start_date_time for period in periods), default=updated)
    start = fields.needed_moment("start_date_time", begun)
    end = fields.needed_moment("end_date_time", max(updated, start))
    if end < start:
        fields.note("end_date_time", "before the start")
    cdr = Cdr(
        partner_id=source.partner_id,
        party=fields.party(source),
        id=CdrId(fields.needed_id("id", longest=LONGEST_ID)),
        start=start,
        end=max(end, start),
        currency=currency,
        total_cost=_read_total(fields, currency),
        total_energy=energy,
        last_updated=updated,
        total_hours=fields.number("total_time", -_MOST_HOURS, _MOST_HOURS),
        periods=periods,
        tariffs=fields.each("tariffs", lambda tariff: tariff_of(tariff, source)),
        spot=_read_spot(fields.child("cdr_location")),
    )
    return _with_links(cdr, fields)


def _read_total(fields: Fields, currency: str) -> Price:
    total = read_price(fields, "total_cost", currency)
    if total is None:
        raise fields.missing("total_cost")
    return total


def _read_spot(fields: Fields | None) -> Spot | None:
    location = fields.id("id") if fields else None
    if fields is None or location is None:
        return None
    uid, plug = fields.id("evse_uid"), fields.id("connector_id")
    return Spot(
        location_id=LocationId(location),
        evse_uid=EvseUid(uid) if uid else None,
        connector_id=ConnectorId(plug) if plug else None,
        evse_id=fields.id("evse_id", LONGEST_EVSE_ID) or "",
        name=fields.text("name") or "",
        address=", ".join(part for part in (fields.text("address"), fields.text("city")) if part),
    )


def _with_links(cdr: Cdr, fields: Fields) -> Cdr:
    """What ties it to a session, a token, and to the CDR it takes back."""
    token = fields.child("cdr_token")
    uid = token.id("uid") if token else fields.id("auth_id")
    session = fields.id("session_id")
    credited = fields.id("credit_reference_id", LONGEST_ID)
    credit = fields.flag("credit") is True
    if credit and credited is None:
        raise fields.missing("credit_reference_id")
    return replace(
        cdr,
        session_id=SessionId(session) if session else None,
        token_uid=TokenUid(uid) if uid else None,
        contract_id=token.id("contract_id") if token else None,
        reference=fields.id("authorization_reference"),
        credit=credit,
        credits_id=CdrId(credited) if credited and credit else None,
    )


def write_cdr(cdr: Cdr, us: Party, contract_id: str = NOT_AVAILABLE) -> dict[str, Any]:
    """The CDR as we have it stored; `us` and `contract_id` fill its cdr_token."""
    token = {
        "country_code": us.country_code,
        "party_id": us.party_id,
        "uid": cdr.token_uid or NOT_AVAILABLE,
        "type": "APP_USER",
        "contract_id": contract_id,
    }
    return without_none(
        {
            "country_code": cdr.party.country_code,
            "party_id": cdr.party.party_id,
            "id": cdr.id,
            "start_date_time": stamp(cdr.start),
            "end_date_time": stamp(cdr.end),
            "session_id": cdr.session_id,
            "cdr_token": token,
            "auth_method": "COMMAND",
            "authorization_reference": cdr.reference,
            "currency": cdr.currency,
            "tariffs": [write_tariff(cdr.party, tariff) for tariff in cdr.tariffs],
            "charging_periods": write_periods(cdr.periods),
            "total_cost": write_price(cdr.total_cost),
            "total_energy": cdr.total_energy,
            "total_time": cdr.total_hours,
            "credit": cdr.credit or None,
            "credit_reference_id": cdr.credits_id,
            "last_updated": stamp(cdr.last_updated),
        }
    )
