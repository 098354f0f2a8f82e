"""Prices in words: one line for a list, and the whole card that a driver sees before starting."""

from datetime import datetime, timedelta
from decimal import Decimal

from bot.domain.restrictions import DAYS, Restrictions
from bot.domain.settlement import with_tax
from bot.domain.tariff import Applies, Dimension, Part, PriceComponent, Tariff
from bot.services.costs import Example
from bot.services.offers import Offer
from handlers.cards.screen import Press, Screen, Style, lines
from handlers.texts import Html, Words

START_BUTTON = timedelta(seconds=120)
_UNITS = {
    Dimension.ENERGY: "{amount} per kWh",
    Dimension.TIME: "{amount} per hour of charging",
    Dimension.PARKING_TIME: "{amount} per hour connected without charging",
    Dimension.FLAT: "{amount} per start",
}
_SHORT = {
    Dimension.ENERGY: "{amount}/kWh",
    Dimension.TIME: "{amount}/h",
    Dimension.PARKING_TIME: "{amount}/h parking",
    Dimension.FLAT: "{amount} start",
}
_DAY_NAMES = dict(zip(DAYS, ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"), strict=True))


def price_line(words: Words, offer: Offer | None, now: datetime) -> Html:
    """What counts right now, in a few words: "€0.45/kWh + €0.35 start"."""
    if offer is None or offer.tariff is None:
        return words("price unknown")
    tariff = offer.tariff
    if tariff.is_free:
        return words("free of charge")
    parts = [
        part for part in _charging_parts(tariff, now, words) if part.applies is Applies.NOW and part.component.price
    ]
    if not parts:
        return words("price depends: see the station")
    short = [
        words(_SHORT.get(Dimension(part.component.type), "{amount}"), amount=_amount(words, part.component, tariff))
        for part in parts
    ]
    line = Html(" + ".join(short))
    return words("{price}, more at other times", price=line) if _varies(tariff, now, words) else line


def _varies(tariff: Tariff, now: datetime, words: Words) -> bool:
    return any(part.applies in {Applies.LATER, Applies.DEPENDS} for part in _charging_parts(tariff, now, words))


def _charging_parts(tariff: Tariff, now: datetime, words: Words) -> list[Part]:
    return [
        part
        for part in tariff.parts(now, words.zone)
        if part.applies not in {Applies.SHADOWED, Applies.OVER}
        and (part.restrictions is None or part.restrictions.reservation is None)
    ]


def _amount(words: Words, component: PriceComponent, tariff: Tariff) -> Html:
    price = with_tax(component.price, component, tariff)
    best = price.best_known
    amount = words.rate(_short(best.amount if best else component.price), tariff.currency)
    return Html(amount) if price.incl_vat is not None else words("{amount} + VAT", amount=amount)


def _short(amount: Decimal) -> Decimal:
    """A rate to at most four decimals, as OCPI writes prices."""
    return round(amount, 4).normalize()


def price_card(words: Words, offer: Offer, example: Example | None, now: datetime) -> Screen:
    """Everything that can cost money, before anything starts."""
    words = words.at(offer.station.time_zone)
    head = lines(
        words("<b>{identifier}</b> · {name}", identifier=offer.identifier or "?", name=offer.station.title),
        "",
    )
    if offer.tariff is None:
        return _unknown(words, head)
    text = lines(
        head,
        _heading(words, offer.tariff),
        *_components(words, offer.tariff, now),
        *_limits(words, offer.tariff),
        _operator_words(words, offer.tariff),
        _example(words, example),
        _time_warning(words, offer.tariff),
        words("The operator's record decides the final amount."),
        *_how_to_start(words),
    )
    start = Press(str(words("⚡ Start charging")), "charge.start", once=True, ttl=START_BUTTON, style=Style.SUCCESS)
    return Screen(text, ((start,), (Press(str(words("« Back")), "identify.again"),)))


def _heading(words: Words, tariff: Tariff) -> Html:
    """Every amount below is with VAT where the operator told the VAT; the others say "+ VAT" themselves."""
    known = all(
        with_tax(component.price, component, tariff).incl_vat is not None
        for element in tariff.elements
        for component in element.components
    )
    return words("<b>Price, VAT included</b>") if known else words("<b>Price</b>")


def _how_to_start(words: Words) -> tuple[Html | str, ...]:
    return (
        "",
        words("<b>Plug the cable in</b> at the station and at the car, then press Start."),
        words("Please follow the instructions on the charging station."),
    )


def _unknown(words: Words, head: Html) -> Screen:
    text = lines(
        head,
        words("<b>The price is unknown.</b> The operator has not told us any tariff for this connector."),
        words("You would see the cost only afterwards, on the operator's record."),
    )
    go_on = Press(str(words("Go on without a price")), "price.unknown", style=Style.DANGER)
    return Screen(text, ((go_on,), (Press(str(words("« Back")), "identify.again"),)))


def confirm_unknown(words: Words, offer: Offer) -> Screen:
    """The separate yes that an unknown price needs."""
    words = words.at(offer.station.time_zone)
    text = lines(
        words("<b>Start at an unknown price?</b>"),
        words("{identifier} · {name}", identifier=offer.identifier or "?", name=offer.station.title),
        *_how_to_start(words),
    )
    start = Press(str(words("Start, price unknown")), "charge.start", once=True, ttl=START_BUTTON, style=Style.DANGER)
    return Screen(text, ((start,), (Press(str(words("« Back")), "identify.again"),)))


def _components(words: Words, tariff: Tariff, now: datetime) -> list[Html]:
    if tariff.is_free:
        return [words("• free of charge")]
    return [_component(words, part, tariff) for part in _charging_parts(tariff, now, words) if part.component.price]


def _component(words: Words, part: Part, tariff: Tariff) -> Html:
    unit = _UNITS.get(part.component.type, "{amount} for something we cannot reckon")  # type: ignore[call-overload]
    price = words(unit, amount=_amount(words, part.component, tariff))
    when = conditions(words, part.restrictions)
    if not when:
        return words("• {price}", price=price)
    if part.applies is Applies.NOW:
        return words("• {price} ({when}: now)", price=price, when=when)
    return words("• {price} ({when})", price=price, when=when)


def conditions(words: Words, limits: Restrictions | None) -> Html:
    """When a component counts: "22:00 to 06:00, Sat Sun, after 30 min"."""
    if limits is None:
        return Html("")
    said: list[Html] = []
    if limits.start_time or limits.end_time:
        begin, end = (f"{t:%H:%M}" if t else "00:00" for t in (limits.start_time, limits.end_time))
        said.append(words("{begin} to {end}", begin=begin, end=end))
    if limits.day_of_week:
        said.append(Html(" ".join(words(_DAY_NAMES.get(day, day.capitalize())) for day in limits.day_of_week)))
    if limits.start_date:
        said.append(words("from {date}", date=limits.start_date))
    if limits.end_date:
        said.append(words("until {date}", date=limits.end_date))
    if limits.min_duration:
        said.append(words("after {span}", span=words.duration(timedelta(seconds=limits.min_duration))))
    if limits.max_duration:
        said.append(words("in the first {span}", span=words.duration(timedelta(seconds=limits.max_duration))))
    said += _measured(words, limits)
    said += [words("under a condition we cannot judge: {name}", name=name) for name, _ in limits.unknown]
    return Html(", ".join(said))


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


def _limits(words: Words, tariff: Tariff) -> list[Html]:
    said = []
    if tariff.min_price and tariff.min_price.best_known:
        said.append(words("• at least {price} for a charge", price=words.price(tariff.min_price)))
    if tariff.max_price and tariff.max_price.best_known:
        said.append(words("• at most {price} for a charge", price=words.price(tariff.max_price)))
    return said


def _operator_words(words: Words, tariff: Tariff) -> Html | None:
    told = dict(tariff.alt_texts)
    text = told.get(words.locale.language) or told.get("en") or next(iter(told.values()), None)
    return words("The operator writes: <i>{text}</i>", text=text) if text else None


def _example(words: Words, example: Example | None) -> Html | None:
    if example is None:
        return None
    return words(
        "Example: {kwh} in {span} cost {price}.",
        kwh=words.kwh(example.kwh),
        span=words.duration(example.duration),
        price=words.price(example.price),
    )


def _time_warning(words: Words, tariff: Tariff) -> Html | None:
    if not (tariff.is_time_based or tariff.has_parking_fee):
        return None
    return words("⏱ <b>Part of this price runs by the clock</b>: unplug as soon as you have finished.")
