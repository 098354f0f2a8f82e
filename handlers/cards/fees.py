"""Our own fee, beside the operator's price: as parts of it, and in words."""

from decimal import Decimal

from bot.domain.catalogue import OwnFee, said_in
from bot.domain.money import Money, Price
from bot.domain.own_fee import FeeBill, FeeLine, Part, in_all
from bot.services.costs import Cost, Example
from bot.services.networks import About
from handlers.texts import Html, Words


def own_fee(words: Words, about: About) -> list[Html]:
    """A line for each part, and the words that the description has for it; that there is none is said too."""
    network = about.network
    fee = network.fee if network else None
    text = said_in(network.fee_text, words.reads) if network else None
    parts = _parts(words, fee) if fee else []
    told = [words("Our fee: {text}", text=text)] if text else []
    return [*parts, *told] or [words("• no fee of our own")]


def _parts(words: Words, fee: OwnFee) -> list[Html]:
    said = []
    if fee.per_start:
        said.append(words("• our fee: {amount} per start", amount=_amount(words, fee, fee.per_start)))
    if fee.per_kwh:
        said.append(words("• our fee: {amount} per kWh", amount=_amount(words, fee, fee.per_kwh)))
    if fee.percent:
        said.append(words("• our fee: {share} of the operator's price", share=words.percent(fee.percent)))
    return said


def _amount(words: Words, fee: OwnFee, amount: Decimal) -> Html:
    paid = fee.with_vat(amount)
    if paid is not None:
        return Html(words.rate(round(paid, 4).normalize(), fee.currency))
    return words("{rate} plus VAT", rate=words.rate(amount, fee.currency))


def agreed_fee(words: Words, fee: OwnFee | None) -> list[Html]:
    """The fee that a charge was started with, a line for each part."""
    return _parts(words, fee) if fee else []


def with_fee(words: Words, cost: Cost | None) -> Html | None:
    """What a driver would pay so far; None where we ask nothing."""
    return words("With our fee: {price}", price=words.price(cost.paid)) if cost and cost.fee else None


def billed_fee(words: Words, operator: Price, fee: FeeBill | None) -> list[Html]:
    """Our fee by its parts below the operator's total, and what is to be paid in all."""
    if fee is None:
        return []
    return [
        *(_billed(words, line) for line in fee.lines),
        words("<b>To pay in all {price}</b>", price=words.price(in_all(operator, fee))),
    ]


def _billed(words: Words, line: FeeLine) -> Html:
    price = words.price(line.amount)
    if line.part is Part.START:
        return words("Our fee for the start: {price}", price=price)
    if line.part is Part.ENERGY:
        return words("Our fee for {kwh}: {price}", kwh=words.kwh(line.volume), price=price)
    return words("Our fee, {share} of the operator's price: {price}", share=words.percent(line.volume), price=price)


def example_with_fee(about: About, example: Example | None) -> Money | None:
    """What the worked example comes to with our fee; None where there is none, or it cannot be reckoned."""
    fee = about.network.fee if about.network else None
    if fee is None or example is None or not (fee.per_start or fee.per_kwh or fee.percent):
        return None
    paid = example.price.incl_vat
    if paid is None or paid.currency != fee.currency:
        return None
    base = paid if fee.vat_included else example.price.excl_vat
    if base is None:
        return None
    ours = fee.with_vat(fee.per_start + fee.per_kwh * example.kwh + base.amount * fee.percent / 100)
    return None if ours is None else Money(paid.amount + ours, paid.currency)
