"""Charges begun with the physical pass: they appear in chat like all others, with stop and receipt.

A session or a bill that no charge of ours claims may name a linked pass, by the card's uid or by the contract.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from bot.domain import charge as charges
from bot.domain.charge import Charge, Place
from bot.domain.driver import Pass, bare
from bot.domain.identifier import printed_on
from bot.domain.ids import ConnectorId, EvseUid, LocationId, PartnerId, Party, same, station_id
from bot.domain.pace import Pace
from bot.domain.session import Cdr, Session, Spot
from bot.domain.station import Connector, Station
from bot.domain.swiped import concerns, id_of_bill, id_of_session, swiped_charge
from bot.ports import Card, UnitOfWork
from bot.services import consequences, offers

CLOCKS_DIFFER: Final = timedelta(minutes=5)
NOWHERE: Final = Spot(LocationId(""))


def of_session(uow: UnitOfWork, session: Session, now: datetime, secret: Callable[[], str]) -> Charge | None:
    """The charge that this session is, made when there is none yet; None when no linked pass is named or none ran."""
    known = uow.charges.get(id_of_session(session.key))
    if known is not None or not session.status.ran:
        return known
    pass_ = _pass_of(uow, session)
    if pass_ is None:
        return None
    return _own_start(uow, pass_, session) or _made(uow, pass_, session, now, secret())


def _own_start(uow: UnitOfWork, pass_: Pass, session: Session) -> Charge | None:
    """The driver's own start that waits right there, where no card was read and only the contract names the pass."""
    if pass_.driver_id is None or (pass_.uid and bare(session.token_uid or "") == bare(pass_.uid)):
        return None
    waiting = uow.charges.claimed_by(pass_.driver_id)
    if waiting is None or waiting.session_key is not None or waiting.fenced_at is None:
        return None
    place, key = waiting.place, session.key
    there = (place.partner_id, place.party) == (key.partner_id, key.party) and same(place.evse_uid, session.evse_uid)
    return waiting if there and session.start >= waiting.fenced_at - CLOCKS_DIFFER else None


def of_bill(uow: UnitOfWork, cdr: Cdr, now: datetime) -> Charge | None:
    """The charge that this bill is of, likewise; its session may never come, so there is nothing to stop."""
    known = uow.charges.get(id_of_bill(cdr))
    if known is not None or cdr.credit:
        return known
    pass_ = _pass_of(uow, cdr)
    driver = uow.drivers.get(pass_.driver_id) if pass_ and pass_.driver_id else None
    if pass_ is None or driver is None:
        return None
    place, _ = _place(uow, cdr.partner_id, cdr.party, cdr.spot or NOWHERE, cdr.time_zone)
    made = swiped_charge(id_of_bill(cdr), driver, pass_, place, started_at=cdr.start, tariff=None, secret="", now=now)
    return _added(uow, replace(made, unplug_told=True))


def adopt_strays(uow: UnitOfWork, pass_: Pass, now: datetime, secret: Callable[[], str], pace: Pace) -> None:
    """A pass was linked just now: what it has running becomes its driver's to see and to stop."""
    for session in uow.sessions.strays():
        if session.status.final or _pass_of(uow, session) != pass_:
            continue
        charge = of_session(uow, session, now, secret)
        if charge is not None:
            uow.sessions.save(session, charge.id)
            consequences.follow(uow, charge, charges.heard(charge, session, now), now, pace)


def _pass_of(uow: UnitOfWork, heard: Session | Cdr) -> Pass | None:
    uid = heard.token_uid or ""
    pass_ = uow.drivers.pass_by_token(uid, heard.contract_id or uid)
    return pass_ if pass_ is not None and concerns(pass_, heard) else None


def _made(uow: UnitOfWork, pass_: Pass, session: Session, now: datetime, secret: str) -> Charge | None:
    driver = uow.drivers.get(pass_.driver_id) if pass_.driver_id else None
    if driver is None:
        return None
    spot = Spot(session.location_id or LocationId(""), session.evse_uid, session.connector_id)
    place, known = _place(uow, session.key.partner_id, session.key.party, spot)
    tariff = offers.tariff_of(uow, *known, min(session.start, now)) if known else None
    return _added(
        uow,
        swiped_charge(
            id_of_session(session.key),
            driver,
            pass_,
            place,
            started_at=session.start,
            tariff=tariff,
            secret=secret,
            now=now,
        ),
    )


def _added(uow: UnitOfWork, made: Charge) -> Charge:
    uow.charges.add(replace(made, news=()))
    uow.cards.save(Card(made.id, chat_id=made.driver_id, message_id=0))
    return made


def _place(
    uow: UnitOfWork, partner_id: PartnerId, party: Party, spot: Spot, zone: str = "UTC"
) -> tuple[Place, tuple[Station, Connector] | None]:
    """Where the operator says it is, as far as we know that place, and the plug if we know it."""
    station = uow.stations.get(station_id(partner_id, party, spot.location_id))
    evse = station.evse(spot.evse_uid) if station and spot.evse_uid else None
    if station is None or evse is None:
        return _unknown_place(partner_id, party, spot, station, zone), None
    named = evse.connector(spot.connector_id) if spot.connector_id else None
    connector = named or next(iter(evse.connectors), None)
    place = Place(
        station_id=station.id,
        partner_id=partner_id,
        party=party,
        location_id=station.location_id,
        evse_uid=evse.uid,
        connector_id=connector.id if connector else spot.connector_id or ConnectorId(""),
        identifier=printed_on(evse) or "",
        title=station.title,
        address=station.address,
        time_zone=station.time_zone,
        standard=connector.standard if connector else "",
        watts=connector.watts if connector else 0,
    )
    return place, (station, connector) if connector else None


def _unknown_place(partner_id: PartnerId, party: Party, spot: Spot, station: Station | None, zone: str) -> Place:
    """A charge point that is in no list of ours: what the operator writes of it, and its station if we know that."""
    return Place(
        station_id=station_id(partner_id, party, spot.location_id),
        partner_id=partner_id,
        party=party,
        location_id=spot.location_id,
        evse_uid=spot.evse_uid or EvseUid(""),
        connector_id=spot.connector_id or ConnectorId(""),
        identifier=spot.evse_id,
        title=station.title if station else spot.name or str(party),
        address=station.address if station else spot.address,
        time_zone=station.time_zone if station else zone,
    )
