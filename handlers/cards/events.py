"""The events of a charge that buzz: a limit, a standstill, a fee, a cable still in, or in the wrong connector."""

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from typing import Final

from bot.domain.charge import Charge
from bot.domain.money import Money
from bot.domain.session import Session
from bot.domain.states import OVER, RUNNING
from bot.domain.tariffs.fees import clocked
from bot.domain.tariffs.tariff import Dimension
from bot.domain.watch import unplugging
from bot.domain.watch.care import Limit, LimitKind, Standing
from handlers.cards.screen import Press, Row, lines
from handlers.texts import Html, Words


def amount(words: Words, limit: Limit, charge: Charge) -> Html:
    """20.00 kWh, 80 %, 45 min, €15.00."""
    match limit.kind:
        case LimitKind.ENERGY:
            return Html(words.kwh(limit.amount))
        case LimitKind.PERCENT:
            return words("{level} %", level=words.number(limit.amount, 0))
        case LimitKind.TIME:
            return Html(words.minutes(limit.amount))
    if charge.tariff is None:
        return Html(words.number(limit.amount))
    return Html(words.money(Money(limit.amount, charge.tariff.currency)))


def _limit(words: Words, charge: Charge, session: Session | None, detail: str) -> Html:
    kind, value, *stop = detail.split()
    limit = Limit(LimitKind(kind), Decimal(value), bool(stop))
    reached = amount(words, limit, charge)
    if not stop:
        return words("🎯 <b>Your limit is reached: {limit}.</b> Charging goes on.", limit=reached)
    if session is not None and charge.state in OVER:
        return words("🎯 <b>Your limit is reached: {limit}.</b> Charging has been stopped.", limit=reached)
    return words("🎯 <b>Your limit is reached: {limit}.</b> We are stopping the charge, as you asked.", limit=reached)


def _no_energy(words: Words, charge: Charge, session: Session | None, detail: str) -> Html:
    del charge, session, detail
    return words("⚠ <b>No energy has been reported so far.</b> Is the cable in, at the station and at the car?")


def _interrupted(words: Words, charge: Charge, session: Session | None, detail: str) -> Html:
    del charge, session
    if detail == Standing.FAULT:
        return words("⚠ <b>Charging is interrupted:</b> the station reports that it is out of order.")
    return words("⚠ <b>Charging is interrupted:</b> no energy flows, and nobody says why. Please look at the station.")


def _paused(words: Words, charge: Charge, session: Session | None, detail: str) -> Html:
    del charge, session, detail
    return words(
        "⏸ <b>Charging is paused:</b> no energy flows and the station reports no fault. "
        "Often the car is full, waits, or has reached a limit of its own."
    )


def _full(words: Words, charge: Charge, session: Session | None, detail: str) -> Html:
    del charge, detail
    if session is not None:
        return words("🔋 <b>The car takes no more energy: it seems to be full</b> ({kwh}).", kwh=words.kwh(session.kwh))
    return words("🔋 <b>The car takes no more energy: it seems to be full.</b>")


def _fee(words: Words, charge: Charge, detail: str) -> tuple[str, Html, Html]:
    dimension, per_hour, when = detail.split()
    currency = charge.tariff.currency if charge.tariff else ""
    rate = Html(words.rate(round(Decimal(per_hour), 4).normalize(), currency)) if currency else Html(per_hour)
    return dimension, rate, Html(words.clock(datetime.fromisoformat(when)))


def _fee_soon(words: Words, charge: Charge, session: Session | None, detail: str) -> Html:
    del session
    dimension, rate, when = _fee(words, charge, detail)
    if dimension == Dimension.PARKING_TIME:
        return words("⏰ <b>Parking fee soon:</b> from {time} on, staying costs {rate} an hour.", time=when, rate=rate)
    return words("⏰ <b>Fee by the hour soon:</b> from {time} on, an hour costs {rate}.", time=when, rate=rate)


def _fee_running(words: Words, charge: Charge, session: Session | None, detail: str) -> Html:
    del session
    _, rate, when = _fee(words, charge, detail)
    return words(
        "💶 <b>A parking fee is running</b> since {time}: staying costs {rate} an hour. Unplug to end it.",
        time=when,
        rate=rate,
    )


def _unplug_again(words: Words, charge: Charge, session: Session | None, detail: str) -> Html:
    del session
    ended = charge.ended_at or charge.care.over_at
    return lines(
        words("🔌 <b>Is your cable out?</b> Staying plugged in may still cost money."),
        words("Charging ended at {time}.", time=words.clock(ended)) if ended else None,
        _price_of_staying(words, charge, detail),
        words("Nobody has told us yet that the connector is free; that may lag."),
    )


def _price_of_staying(words: Words, charge: Charge, detail: str) -> Html | None:
    """What an hour of it costs now, or from when on, as far as the tariff tells."""
    if charge.tariff is None:
        return words("Nobody has told us what staying costs here.")
    if not detail:
        return None
    _, rate, when = _fee(words, charge, detail)
    return words("By the tariff staying costs {rate} an hour from {time} on.", rate=rate, time=when)


def _neighbour(words: Words, charge: Charge, session: Session | None, detail: str) -> Html:
    del charge, session
    return words(
        "🔌 <b>Did you plug into {label}?</b> It has just come into use, and the one you chose is still free.",
        label=detail,
    )


TEXTS: Final[dict[str, Callable[[Words, Charge, Session | None, str], Html]]] = {
    "limit": _limit,
    "no_energy": _no_energy,
    "interrupted": _interrupted,
    "paused": _paused,
    "full": _full,
    "fee_soon": _fee_soon,
    "fee_running": _fee_running,
    "unplug_again": _unplug_again,
    "neighbour": _neighbour,
}


def may_cost(words: Words, charge: Charge) -> Html | None:
    """Where time may cost money, the cable is more than a courtesy to the next driver."""
    if charge.tariff is None:
        return words("What staying costs is not known here: unplug to be sure that nothing more is billed.")
    return words("Time may cost money here until the cable is out.") if clocked(charge.tariff) else None


def cable_rows(words: Words, charge: Charge) -> tuple[Row, ...]:
    """The driver's word that the cable is out, where somebody waits for it."""
    if not (unplugging.guarded(charge) or (charge.state not in OVER and clocked(charge.tariff))):
        return ()
    return ((Press(str(words("I have unplugged")), "charge.unplugged", charge.id, ttl=None),),)


def neighbour_rows(words: Words, charge: Charge) -> tuple[Row, ...]:
    if charge.care.neighbour is None or charge.state in OVER | RUNNING:
        return ()
    yes = Press(str(words("Yes, that one")), "neighbour.yes", charge.id, ttl=None)
    return ((yes,), (Press(str(words("No")), "neighbour.no", charge.id, ttl=None),))
