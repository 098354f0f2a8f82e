"""Tariffs in words: one line for a list, and every component with its conditions. Nothing here reckons."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final

from bot.domain.tariffs.restrictions import DAYS, Restrictions
from bot.domain.tariffs.settlement import with_tax
from bot.domain.tariffs.tariff import Applies, Dimension, Part, PriceComponent, Tariff
from bot.services.offers import Offer
from handlers.escape import cut
from handlers.texts import Html, Words, msg

ROOM: Final = 2000
"""Characters that all components together may take of a message; the rest is counted."""

SHORT_LINE: Final = 4
MOST_CONDITIONS: Final = 6
UNKNOWN_NAME: Final = 40
WH_A_KWH: Final = 1000
STEP_WORTH_SAYING: Final = 60
"""Wh or seconds from which on rounding up can be felt."""

_UNITS: Final[dict[str, str]] = {
    Dimension.ENERGY: msg("{amount} per kWh"),
    Dimension.TIME: msg("{amount} per hour of charging"),
    Dimension.PARKING_TIME: msg("{amount} per hour connected without charging"),
    Dimension.FLAT: msg("{amount} per start"),
}
_SHORT: Final[dict[str, str]] = {
    Dimension.ENERGY: msg("{amount}/kWh"),
    Dimension.TIME: msg("{amount}/h"),
    Dimension.PARKING_TIME: msg("{amount}/h parking"),
    Dimension.FLAT: msg("{amount} start"),
}


def price_line(words: Words, offer: Offer | None, now: datetime) -> Html:
    """What counts right now, in a few words: "€0.45/kWh + €0.35 start"."""
    if offer is None or offer.tariff is None:
        return words("price unknown")
    tariff = offer.tariff
    if tariff.is_free:
        return words("free of charge")
    parts = _charging_parts(tariff, now, words)
    counting = [part.component for part in parts if part.applies is Applies.NOW and part.component.price]
    kinds = {part.applies for part in parts}
    if not counting:
        return _no_price_now(words, tariff, kinds)
    short = [_short(words, component, tariff) for component in counting[:SHORT_LINE]]
    line = Html(" + ".join(short))
    if Applies.DEPENDS in kinds:
        return words("{price}, more under some conditions", price=line)
    return words("{price}, other prices later", price=line) if Applies.LATER in kinds else line


def _no_price_now(words: Words, tariff: Tariff, kinds: set[Applies]) -> Html:
    if Applies.DEPENDS in kinds:
        return words("price depends on how you charge")
    if Applies.LATER in kinds:
        return words("nothing right now, a price later")
    return next(iter(limits(words, tariff)), words("nothing right now"))


def _short(words: Words, component: PriceComponent, tariff: Tariff) -> Html:
    return _priced(words, _SHORT.get(component.type, "{amount}"), component, tariff)


def components(words: Words, tariff: Tariff, now: datetime) -> list[Html]:
    """A line for each component of a kind that can cost anything, as many as there is room for."""
    if tariff.is_free:
        return [words("• free of charge")]
    parts = _charging_parts(tariff, now, words)
    costly = {part.component.type for part in parts if part.component.price}
    told = [part for part in parts if part.component.type in costly]
    said: list[Html] = []
    kinds: set[str] = set()
    for part in told:
        line = _component(words, part, tariff, again=part.component.type in kinds)
        if len(line) + sum(map(len, said)) > ROOM:
            rest = len(told) - len(said)
            more = words.many("• … and {number} more price", "• … and {number} more prices", rest)
            return [*said, more]
        said.append(line)
        kinds.add(part.component.type)
    return said


def _charging_parts(tariff: Tariff, now: datetime, words: Words) -> list[Part]:
    return [
        part
        for part in tariff.parts(now, words.zone)
        if part.applies not in {Applies.SHADOWED, Applies.OVER}
        and (part.restrictions is None or part.restrictions.reservation is None)
    ]


def _component(words: Words, part: Part, tariff: Tariff, *, again: bool) -> Html:
    """`again`: a component of the same kind came before it, and counts first."""
    price = _rate(words, part.component, tariff)
    when = conditions(words, part.restrictions) or (words("otherwise") if again else "")
    if not when:
        return words("• {price}", price=price)
    if part.applies is Applies.NOW:
        return words("• {price} ({when}: now)", price=price, when=when)
    return words("• {price} ({when})", price=price, when=when)


def _rate(words: Words, component: PriceComponent, tariff: Tariff) -> Html:
    unit = _UNITS.get(component.type, msg("{amount} for {name}, which we cannot reckon"))
    rate = _priced(words, unit, component, tariff)
    if component.type not in _UNITS:
        return rate
    if component.type == Dimension.FLAT or component.step_size < STEP_WORTH_SAYING:
        return rate
    if component.type == Dimension.ENERGY:
        step = words("{kwh} kWh", kwh=words.number(Decimal(component.step_size) / WH_A_KWH, 3, fixed=False))
    else:
        step = Html(words.duration(timedelta(seconds=component.step_size)))
    return words("{rate}, in steps of {step}", rate=rate, step=step)


def _priced(words: Words, unit: str, component: PriceComponent, tariff: Tariff) -> Html:
    """With VAT, or saying that it comes on top; to at most four decimals, as OCPI writes prices."""
    price = with_tax(component.price, component, tariff)
    best = price.best_known
    exact = best.amount if best else component.price
    amount = words.rate(round(exact, 4).normalize(), tariff.currency)
    rate = words(unit, amount=amount, name=cut(component.type, UNKNOWN_NAME))
    return rate if price.incl_vat is not None else words("{rate} plus VAT", rate=rate)


def conditions(words: Words, limits: Restrictions | None) -> Html:
    """When a component counts: "22:00 to 06:00, Sat Sun, after 30 min"."""
    if limits is None:
        return Html("")
    said = [*_by_the_calendar(words, limits), *_by_duration(words, limits), *_measured(words, limits)]
    said += [
        words("under a condition we cannot judge: {name}", name=cut(name, UNKNOWN_NAME)) for name, _ in limits.unknown
    ]
    more = [words("and more conditions")] if len(said) > MOST_CONDITIONS else []
    return Html(", ".join([*said[:MOST_CONDITIONS], *more]))


def _by_the_calendar(words: Words, limits: Restrictions) -> list[Html]:
    said: list[Html] = []
    if limits.start_time or limits.end_time:
        begin, end = (f"{t:%H:%M}" if t else "00:00" for t in (limits.start_time, limits.end_time))
        said.append(words("{begin} to {end}", begin=begin, end=end))
    if limits.day_of_week:
        said.append(_days(words, limits.day_of_week))
    if limits.start_date:
        said.append(words("from {date}", date=words.day(limits.start_date)))
    if limits.end_date:
        said.append(words("before {date}", date=words.day(limits.end_date)))
    return said


def _days(words: Words, days: Sequence[str]) -> Html:
    """Days of the week; a word that is none is shown as the operator wrote it."""
    known = [Html(words.weekday(number)) for number, day in enumerate(DAYS) if day in days]
    others = [words("{day}", day=cut(day, UNKNOWN_NAME)) for day in days if day not in DAYS]
    return Html(" ".join([*known, *others[:1]]))


def _by_duration(words: Words, limits: Restrictions) -> list[Html]:
    said = []
    if limits.min_duration:
        said.append(words("after {span}", span=words.duration(timedelta(seconds=limits.min_duration))))
    if limits.max_duration:
        said.append(words("in the first {span}", span=words.duration(timedelta(seconds=limits.max_duration))))
    return said


def _measured(words: Words, limits: Restrictions) -> list[Html]:
    ranges = (
        (limits.min_kwh, limits.max_kwh, "kWh"),
        (limits.min_power, limits.max_power, "kW"),
        (limits.min_current, limits.max_current, "A"),
    )
    said = []
    for low, high, unit in ranges:
        if low is not None:
            said.append(words("from {low} {unit} on", low=words.number(low, fixed=False), unit=unit))
        if high is not None:
            said.append(words("below {high} {unit}", high=words.number(high, fixed=False), unit=unit))
    return said


def limits(words: Words, tariff: Tariff) -> list[Html]:
    """The least and the most that a whole charge can cost."""
    said = []
    if tariff.min_price and tariff.min_price.best_known:
        said.append(words("at least {price} for a charge", price=words.price(tariff.min_price)))
    if tariff.max_price and tariff.max_price.best_known:
        said.append(words("at most {price} for a charge", price=words.price(tariff.max_price)))
    return said
