"""Our own fee, beside the operator's price: as parts of it, and in words."""

from decimal import Decimal

from bot.domain.catalogue import OwnFee, said_in
from bot.domain.money import Money
from bot.services.costs import Example
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
