"""Watching over a charge: limits, standstills, fees, the wrong connector and the cable, seen from what we hold.

`attend` runs inside the transaction of every step, so that what it finds is stored, told and stopped with that step.
"""

from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import Final

from bot.domain import charge as charges
from bot.domain.charge import OVER, RUNNING, By, Charge, Fact, What
from bot.domain.charge_record import cared
from bot.domain.pace import Pace
from bot.domain.session import Session
from bot.domain.station import Evse, Station
from bot.domain.tariffs import fees
from bot.domain.tariffs.fees import FeeStep
from bot.domain.tariffs.tariff import Dimension
from bot.domain.watch import flow, limits, neighbour, unplugging
from bot.domain.watch.care import LimitKind
from bot.domain.watch.readings import absurd, reading_of, worth_keeping
from bot.ports import UnitOfWork
from bot.services.costs import so_far, zone_of

PRICED_EACH_TIME: Final = 100
"""Charging periods up to which each push is priced for a limit; later only every two-hundredth part of the charge."""


def attend(
    uow: UnitOfWork, before: Charge, charge: Charge, now: datetime, pace: Pace, session: Session | None = None
) -> Charge:
    """The charge after all has been looked after that can be; `before` and `session` tell what is new in this step."""
    if neighbour.waits_for_a_car(charge, now):
        charge = _beside(uow, charge, now)
    elif charge.state in RUNNING:
        heard = session or (uow.sessions.get(charge.session_key) if charge.session_key else None)
        charge = charge if heard is None else _while_running(uow, before, charge, heard, now, pace)
    elif charge.state in OVER:
        charge = _after_the_end(uow, charge, now, pace)
    look_at = next_look(charge, now, pace)
    return charge if look_at == charge.care.look_at else replace(charge, care=replace(charge.care, look_at=look_at))


def next_look(charge: Charge, now: datetime, pace: Pace) -> datetime | None:
    """When the clock alone may change something, whoever is silent until then."""
    if charge.state in RUNNING:
        moments = [limits.next_by_clock(charge), _no_energy_at(charge, pace), _next_fee_at(charge, now, pace)]
        return min((moment for moment in moments if moment is not None and moment > now), default=None)
    return unplugging.next_reminder(charge, pace, _paid_from(charge, now))


# ── before it runs ───────────────────────────────────────────────────────────────────────────────────────────────


def _beside(uow: UnitOfWork, charge: Charge, now: datetime) -> Charge:
    station = uow.stations.get(charge.place.station_id)
    evse = neighbour.suspected(charge, station, now) if station else None
    return charge if evse is None else neighbour.asked(charge, evse, now)


# ── while it runs ────────────────────────────────────────────────────────────────────────────────────────────────


def _while_running(
    uow: UnitOfWork, before: Charge, charge: Charge, session: Session, now: datetime, pace: Pace
) -> Charge:
    if charge.care.running_at is None:
        # It ran before anybody looked after it.
        charge = replace(charge, care=replace(charge.care, running_at=now, moved_at=now, kwh=session.kwh))
    believed = not absurd(session)
    if believed and charge.heard_at != before.heard_at:
        charge = _read(uow, flow.seen(charge, session, now), session)
    if believed and flow.standstill(charge, session, pace, now):
        standing = flow.judged(charge, session, _evse(uow, charge), pace, now)
        charge = charge if standing is None else flow.told(charge, standing, now)
    care, earlier = charge.care, before.care
    anew = (care.read_at, care.limits) != (earlier.read_at, earlier.limits)
    priced = anew or len(session.periods) <= PRICED_EACH_TIME
    return _limits(_fees(charge, now, pace), session, now, priced=priced)


def _read(uow: UnitOfWork, charge: Charge, session: Session) -> Charge:
    """Keep a reading for the chart, now and then."""
    reading = reading_of(session)
    if not worth_keeping(reading, session.start, charge.care.read_at):
        return charge
    uow.readings.add(charge.id, reading)
    return replace(charge, care=replace(charge.care, read_at=reading.at))


def _limits(charge: Charge, session: Session, now: datetime, *, priced: bool) -> Charge:
    """Each limit is noted once; one that stops leaves the wish to stop in the same step."""
    if not charge.care.limits:
        return charge
    for limit in limits.crossed(charge, measured(charge, session, now, priced=priced)):
        charge = limits.reached(charge, limit, now)
        if limit.stop and charge.stop_wanted_at is None:
            charge = charges.wish_to_stop(charge, now, By.CHARGEBOT)
    return charge


def measured(charge: Charge, session: Session, now: datetime, *, priced: bool = True) -> limits.Measured:
    """How far the charge has come, by each measure a limit may have; not `priced`, without what it costs so far.

    A reading that no car can reach says nothing of energy and money; the clock and the battery count all the same.
    """
    spent, believed = None, not absurd(session)
    if believed and priced and any(limit.kind is LimitKind.SPEND for limit in charge.care.limits):
        cost = so_far(charge, session, now)
        best = cost.paid.best_known if cost else None
        spent = best.amount if best else None
    began = charge.care.running_at or now
    minutes = Decimal(int((now - began).total_seconds())) / 60
    return limits.Measured(spent, session.kwh if believed else None, session.latest("STATE_OF_CHARGE"), minutes)


def _no_energy_at(charge: Charge, pace: Pace) -> datetime | None:
    care = charge.care
    if charge.metered or care.running_at is None or not flow.watched(charge):
        return None
    return (care.moved_at or care.running_at) + pace.no_energy


# ── fees ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def _fees(charge: Charge, now: datetime, pace: Pace) -> Charge:
    """Told while the session runs; after its end the reminders to unplug speak of them."""
    dimension, began = _counting(charge)
    if charge.tariff is None or began is None or not fees.clocked(charge.tariff):
        return charge
    zone = zone_of(charge.place.time_zone)
    if dimension is Dimension.PARKING_TIME and not charge.care.fee_running:
        price = fees.hourly(charge.tariff, dimension, began, now, zone)
        if price:
            return cared(charge, _fee(What.FEE_RUNNING, FeeStep(now, price, dimension), now), fee_running=True)
    step = fees.next_step(charge.tariff, dimension, began, now, zone)
    if step is None or step.at - now > pace.fee_warning or step.at == charge.care.fee_soon_for:
        return charge
    return cared(charge, _fee(What.FEE_SOON, step, now), fee_soon_for=step.at)


def _fee(what: What, step: FeeStep, now: datetime) -> Fact:
    return Fact(now, By.CHARGEBOT, what, f"{step.dimension} {step.per_hour} {step.at.isoformat()}")


def _counting(charge: Charge) -> tuple[Dimension, datetime | None]:
    """Which hours the tariff counts now, and since when they are counted."""
    idle = charge.state in OVER or flow.idle_since(charge) is not None
    return Dimension.PARKING_TIME if idle else Dimension.TIME, charge.care.running_at


def _next_fee_at(charge: Charge, now: datetime, pace: Pace) -> datetime | None:
    step = fee_step(charge, now)
    if step is None:
        return None
    warned = step.at == charge.care.fee_soon_for or step.at - pace.fee_warning <= now
    return step.at if warned else step.at - pace.fee_warning


def fee_step(charge: Charge, now: datetime) -> FeeStep | None:
    """When staying next becomes dearer."""
    dimension, began = _counting(charge)
    if charge.tariff is None or began is None or not fees.clocked(charge.tariff):
        return None
    return fees.next_step(charge.tariff, dimension, began, now, zone_of(charge.place.time_zone))


def fee_now(charge: Charge, now: datetime) -> Decimal:
    """What an hour of staying costs now, in the tariff's currency; 0 also where nobody knows."""
    dimension, began = _counting(charge)
    if charge.tariff is None or began is None:
        return Decimal(0)
    return fees.hourly(charge.tariff, dimension, began, now, zone_of(charge.place.time_zone))


# ── after the end ────────────────────────────────────────────────────────────────────────────────────────────────


def _after_the_end(uow: UnitOfWork, charge: Charge, now: datetime, pace: Pace) -> Charge:
    if charge.care.over_at is None:
        charge = replace(charge, care=replace(charge.care, over_at=now))
    if not unplugging.guarded(charge):
        return charge
    due = unplugging.next_reminder(charge, pace, _paid_from(charge, now))
    if due is None or due > now:
        return charge
    evse = _evse(uow, charge)
    if evse is not None and unplugging.proven(charge, evse):
        return unplugging.unplugged(charge, now, By.OPERATOR, evse.uid)
    return unplugging.reminded(charge, now, _price_of_staying(charge, now))


def _price_of_staying(charge: Charge, now: datetime) -> str:
    price = fee_now(charge, now)
    step = FeeStep(charge.care.over_at or now, price, Dimension.PARKING_TIME) if price else fee_step(charge, now)
    return _fee(What.UNPLUG_REMINDED, step, now).detail if step else ""


def _paid_from(charge: Charge, now: datetime) -> datetime | None:
    if not unplugging.guarded(charge):
        return None
    step = fee_step(charge, now)
    return step.at if step else None


def _evse(uow: UnitOfWork, charge: Charge) -> Evse | None:
    """The charge point as it was last told; `heard_at` is filled where it was told with its station."""
    station: Station | None = uow.stations.get(charge.place.station_id)
    evse = station.evse(charge.place.evse_uid) if station else None
    if station is None or evse is None:
        return None
    return replace(evse, heard_at=max(filter(None, (station.heard_at, evse.heard_at)), default=None))
