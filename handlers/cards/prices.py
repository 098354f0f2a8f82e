"""The price before the start: everything that can cost money, and the two buttons that may begin a charge."""

import json
from datetime import datetime, timedelta
from typing import Final

from bot.domain.tariffs.settlement import with_tax
from bot.domain.tariffs.tariff import Tariff
from bot.services.costs import Example
from bot.services.networks import About
from bot.services.offers import Offer
from handlers.cards.connectors import IDENTIFIER, NAME, subject
from handlers.cards.fees import example_with_fee, own_fee
from handlers.cards.order import how_to_start
from handlers.cards.screen import Press, Row, Screen, Style, lines
from handlers.cards.tariffs import components, limits
from handlers.escape import cut, esc
from handlers.texts import Html, Words

START_BUTTON: Final = timedelta(hours=24)
"""How long a press on it is understood. What it shows is agreed for two minutes only; then the price comes again."""

AGREED_FOR: Final = timedelta(minutes=2)

OPERATOR_WORDS: Final = 600
MOST_LINES: Final = 6
"""Lines of a price that are shown without a tap."""


def agreed(offer: Offer, shown_at: datetime) -> str:
    """What a start button stands for: this connector, at the price that was shown at that moment."""
    return json.dumps([*json.loads(subject(offer)), shown_at.isoformat()])


def price_card(
    words: Words, offer: Offer, about: About, example: Example | None, now: datetime, note: Html | None = None
) -> Screen:
    """The identifier was confirmed: all that can cost money, what comes first, and the start.

    `note` says why it is shown again.
    """
    words = words.at(offer.station.time_zone)
    head = _head(words, offer, note)
    if offer.tariff is None:
        return _unknown(words, offer, about, head)
    block = price_block(words, offer, about, example, now)
    text = lines(head, "", *block, start_by(words, offer, now), "", how_to_start(words, about))
    return Screen(text, _start_rows(words, words("⚡ Start charging"), offer, now, Style.SUCCESS))


def start_by(words: Words, offer: Offer, now: datetime) -> Html:
    """Until when what is shown is agreed by pressing start: two minutes, or sooner where the tariff ends."""
    ends = offer.tariff.end_date_time if offer.tariff else None
    until = now + AGREED_FOR
    return words("You can start at this price until {time}.", time=words.clock(min(until, ends) if ends else until))


def _head(words: Words, offer: Offer, note: Html | None) -> Html:
    identifier = cut(offer.identifier or "?", IDENTIFIER)
    where = words("✅ <b>{identifier}</b> · {name}", identifier=identifier, name=cut(offer.station.title, NAME))
    return where if note is None else lines(words("⚠ <b>{note}</b>", note=note), "", where)


def price_block(words: Words, offer: Offer, about: About, example: Example | None, now: datetime) -> list[Html | None]:
    """Every component, our own fee, the example, and who has the last word; long lists can be folded out."""
    tariff = offer.tariff
    if tariff is None:
        return [unknown_price(words), *own_fee(words, about)]
    parts = [
        *components(words, tariff, now),
        *(words("• {limit}", limit=limit) for limit in limits(words, tariff)),
        *own_fee(words, about),
    ]
    return [
        _heading(words, tariff),
        *_folded(parts),
        _operator_words(words, tariff),
        _example(words, example),
        _with_fee(words, about, example),
        _valid_until(words, tariff),
        _time_warning(words, tariff),
        words("The operator's record decides the final amount."),
    ]


def unknown_price(words: Words) -> Html:
    return words("<b>The price is unknown.</b> The operator has not told us any tariff for this connector.")


def _folded(parts: list[Html]) -> list[Html]:
    """A small screen shows a few lines; the rest is there for one tap, and read out as it stands."""
    if len(parts) <= MOST_LINES:
        return parts
    rest = Html("\n".join(parts[MOST_LINES - 1 :]))
    return [*parts[: MOST_LINES - 1], Html(f"<blockquote expandable>{rest}</blockquote>")]


def _with_fee(words: Words, about: About, example: Example | None) -> Html | None:
    total = example_with_fee(about, example)
    return words("With our fee: {price} incl. VAT.", price=words.money(total)) if total else None


def _valid_until(words: Words, tariff: Tariff) -> Html | None:
    if tariff.end_date_time is None:
        return None
    return words("This price is valid until {date}.", date=words.date(tariff.end_date_time))


def _heading(words: Words, tariff: Tariff) -> Html:
    """Every amount below is with VAT where the operator told the VAT; the others say "plus VAT" themselves."""
    known = all(
        with_tax(component.price, component, tariff).incl_vat is not None
        for element in tariff.elements
        for component in element.components
    )
    return words("<b>Price, VAT included</b>") if known else words("<b>Price</b>")


def _start_rows(words: Words, text: Html, offer: Offer, now: datetime, style: Style) -> tuple[Row, ...]:
    start = Press(str(text), "charge.start", agreed(offer, now), once=True, ttl=START_BUTTON, style=style)
    return (start,), back(words, subject(offer))


def back(words: Words, connector: str) -> Row:
    """From the price of a connector to the question whether it is this one."""
    return (Press(str(words("« Back")), "identify.again", connector),)


def _unknown(words: Words, offer: Offer, about: About, head: Html) -> Screen:
    text = lines(
        head,
        "",
        unknown_price(words),
        *own_fee(words, about),
        words("You would see the cost only afterwards, on the operator's record."),
    )
    go_on = Press(str(words("Go on without a price")), "price.unknown", subject(offer), style=Style.DANGER)
    return Screen(text, ((go_on,), back(words, subject(offer))))


def confirm_unknown(words: Words, offer: Offer, about: About, now: datetime) -> Screen:
    """The separate yes that an unknown price needs."""
    words = words.at(offer.station.time_zone)
    text = lines(
        words("<b>Start at an unknown price?</b>"),
        _head(words, offer, None),
        words("Time may cost money too: unplug as soon as you have finished."),
        "",
        how_to_start(words, about),
    )
    return Screen(text, _start_rows(words, words("Start, price unknown"), offer, now, Style.DANGER))


def _operator_words(words: Words, tariff: Tariff) -> Html | None:
    told = dict(tariff.alt_texts)
    text = told.get(words.reads) or told.get("en") or next(iter(told.values()), None)
    return words("The operator writes: <i>{text}</i>", text=Html(esc(text, OPERATOR_WORDS))) if text else None


def _example(words: Words, example: Example | None) -> Html | None:
    if example is None:
        return None
    facts = {
        "kwh": words.kwh(example.kwh),
        "span": words.duration(example.duration),
        "price": words.price(example.price),
    }
    if example.complete:
        return words("Example: {kwh} in {span} cost {price}.", **facts)
    return words("Example: {kwh} in {span} cost about {price}; part of this tariff cannot be reckoned.", **facts)


def _time_warning(words: Words, tariff: Tariff) -> Html | None:
    if not (tariff.is_time_based or tariff.has_parking_fee):
        return None
    return words("⏱ <b>Part of this price runs by the clock</b>: unplug as soon as you have finished.")
