"""How the operator's things are spelt in OCPI 2.2.1; another version would be another file like this one.

Absent optional fields are left out, never null. Numbers are Decimals and become JSON numbers.
"""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from sandbox.cpo.faults import OWN_WORDS
from sandbox.cpo.physics import reading
from sandbox.cpo.records import Cdr, Period, Session
from sandbox.cpo.stations import Connector, Evse, Hours, Location, Party
from sandbox.cpo.tariffs import Component, Element, Money, Tariff

VERSION = "2.2.1"
Json = dict[str, Any]


def moment(at: datetime) -> str:
    """DateTime: UTC with a Z and milliseconds."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.") + f"{at.microsecond // 1000:03}Z"


def present(**fields: Any) -> Json:
    return {name: value for name, value in fields.items() if value is not None}


def owner(party: Party) -> Json:
    return {"country_code": party.country_code, "party_id": party.party_id}


def text(words: str | None) -> list[Json] | None:
    return [{"language": "en", "text": words}] if words else None


def own(says: bool) -> Json:  # noqa: FBT001  whether there are any is all there is to say
    """The operator's own words beside an answer or a result, in its languages."""
    return {"message": [{"language": tag, "text": said} for tag, said in OWN_WORDS.items()]} if says else {}


def money(cost: Money | None) -> Json | None:
    return None if cost is None else {"excl_vat": cost.excl_vat, "incl_vat": cost.incl_vat}


# Locations


def connector(it: Connector) -> Json:
    return present(
        id=it.id,
        standard=it.standard,
        format=it.format,
        power_type=it.power_type,
        max_voltage=it.voltage,
        max_amperage=it.amperage,
        max_electric_power=int(it.power_kw * 1000),
        tariff_ids=None if it.tariff_hidden else [it.tariff_id],
        last_updated=moment(it.last_updated),
    )


def evse(it: Evse) -> Json:
    return present(
        uid=it.uid,
        evse_id=it.evse_id,
        status=it.status,
        capabilities=list(it.capabilities) or None,
        connectors=[connector(each) for each in it.connectors],
        floor_level=it.floor,
        physical_reference=it.sticker,
        parking_restrictions=list(it.restrictions) or None,
        last_updated=moment(it.last_updated),
    )


def location(it: Location) -> Json:
    return owner(it.owner) | present(
        id=it.id,
        publish=it.publish,
        name=it.name,
        address=it.address,
        city=it.city,
        postal_code=it.postal_code,
        country=it.country,
        coordinates={"latitude": it.latitude, "longitude": it.longitude},
        parking_type=it.parking_type,
        evses=[evse(each) for each in it.evses],
        directions=text(it.directions),
        operator={"name": it.owner.name},
        facilities=list(it.facilities) or None,
        time_zone=it.time_zone,
        opening_times=hours(it.hours),
        charging_when_closed=True,
        last_updated=moment(it.last_updated),
    )


def hours(it: Hours) -> Json:
    if not it.regular:
        return {"twentyfourseven": True}
    regular = [{"weekday": day, "period_begin": begin, "period_end": end} for day, begin, end in it.regular]
    return {"twentyfourseven": False, "regular_hours": regular}


# Tariffs


def component(it: Component) -> Json:
    return present(type=it.dimension, price=it.price, vat=it.vat, step_size=it.step_size)


def element(it: Element) -> Json:
    prices = [component(each) for each in it.components]
    return present(price_components=prices, restrictions=it.restrictions or None)


def tariff(it: Tariff, party: Party) -> Json:
    return owner(party) | present(
        id=it.id,
        currency=it.currency,
        tariff_alt_text=text(it.alt_text),
        min_price=money(it.min_price),
        max_price=money(it.max_price),
        elements=[element(each) for each in it.elements],
        last_updated=moment(it.last_updated),
    )


# Sessions and CDRs


def period(it: Period, tariff_id: str, *, in_session: bool, watt_hours: bool = False) -> Json:
    """POWER and STATE_OF_CHARGE belong in sessions only (mod_cdrs, CdrDimensionType)."""
    energy = it.kwh * 1000 if watt_hours else it.kwh
    time = "TIME" if it.doing == "charging" else "PARKING_TIME"
    volumes: list[tuple[str, Decimal | None]] = [("ENERGY", energy), (time, it.hours)]
    if in_session:
        volumes += [("POWER", it.power_kw), ("STATE_OF_CHARGE", it.soc)]
    dimensions = [{"type": name, "volume": volume} for name, volume in volumes if volume is not None]
    return {"start_date_time": moment(it.start), "dimensions": dimensions, "tariff_id": tariff_id}


def session_periods(it: Session, periods: list[Period]) -> list[Json]:
    wrong = it.odd("wh_for_kwh")
    return [period(each, it.tariff.id, in_session=True, watt_hours=wrong) for each in periods]


def session(it: Session) -> Json:
    return owner(it.location.owner) | present(
        id=it.id,
        start_date_time=moment(it.started),
        end_date_time=moment(it.ended) if it.ended else None,
        kwh=it.kwh,
        cdr_token=it.cdr_token,
        auth_method=it.auth_method,
        authorization_reference=None if it.odd("no_reference") else it.reference,
        location_id=it.location.id,
        evse_uid=it.evse.uid,
        connector_id=it.connector.id,
        currency=it.tariff.currency,
        charging_periods=session_periods(it, it.periods),
        total_cost=money(it.bill().total()) if it.evse.shows_cost and it.periods else None,
        status=it.status,
        last_updated=moment(it.last_updated),
    )


def session_patch(it: Session, fields: tuple[str, ...], periods: list[Period]) -> Json:
    """The named fields, new periods to append, and last_updated (mod_sessions, PATCH)."""
    whole = session(it)
    patch = {name: whole[name] for name in (*fields, "last_updated") if name in whole}
    return patch | present(charging_periods=session_periods(it, periods) or None)


def cdr(it: Cdr) -> Json:
    done, parked = it.session, it.session.hours("parking")
    assert done.ended is not None, "a CDR is made of a session that ended"
    return owner(done.location.owner) | present(
        id=it.id,
        start_date_time=moment(done.started),
        end_date_time=moment(done.ended),
        session_id=done.id,
        cdr_token=done.cdr_token,
        auth_method=done.auth_method,
        authorization_reference=None if done.odd("no_reference") else done.reference,
        cdr_location=cdr_location(done.location, done.evse, done.connector),
        currency=done.tariff.currency,
        tariffs=[tariff(done.tariff, done.location.owner)],
        charging_periods=[period(each, done.tariff.id, in_session=False) for each in it.periods],
        total_cost=money(it.total()),
        credit=True if it.credits else None,
        credit_reference_id=it.credits.id if it.credits else None,
        total_fixed_cost=money(it.bill.part("FLAT")),
        total_energy=reading(done.delivered),
        total_energy_cost=money(it.bill.part("ENERGY")),
        total_time=done.hours("charging") + parked,
        total_time_cost=money(it.bill.part("TIME")),
        total_parking_time=parked,
        total_parking_cost=money(it.bill.part("PARKING_TIME")),
        remark=done.ending,
        last_updated=moment(it.created),
    )


def cdr_location(where: Location, which: Evse, plug: Connector) -> Json:
    return {
        "id": where.id,
        "name": where.name,
        "address": where.address,
        "city": where.city,
        "postal_code": where.postal_code,
        "country": where.country,
        "coordinates": {"latitude": where.latitude, "longitude": where.longitude},
        "evse_uid": which.uid,
        "evse_id": which.evse_id or "#NA",
        "connector_id": plug.id,
        "connector_standard": plug.standard,
        "connector_format": plug.format,
        "connector_power_type": plug.power_type,
    }
