"""The receipt: the operator's record to the cent, our lines beside it, and the difference from what was estimated."""

import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Final

from bot.domain.charge import By, Charge
from bot.domain.feedback import BEST
from bot.domain.money import Money
from bot.domain.session import Cdr
from bot.domain.tariffs.bill import Line, Reason
from bot.services.costs import Comparison, Cost, Gap
from bot.services.following import Bill
from handlers.cards.favourites import favourite_press
from handlers.cards.fees import billed_fee
from handlers.cards.rating import rating_row
from handlers.cards.screen import Press, Row, Screen, lines
from handlers.cards.settings import mark_button
from handlers.texts import Html, Words, msg

MOST_LINES: Final = 20
TWO: Final = 2
_LINES: Final[Mapping[Reason, str]] = {
    Reason.START_FEE: msg("Start fee"),
    Reason.ENERGY: msg("Energy"),
    Reason.CHARGING: msg("Charging time"),
    Reason.PARKING: msg("Connected without charging"),
    Reason.RESERVATION_FEE: msg("Reservation fee"),
    Reason.RESERVATION: msg("Reserved time"),
    Reason.EXPIRED_FEE: msg("Fee for an unused reservation"),
    Reason.EXPIRED: msg("Unused reserved time"),
    Reason.MIN_PRICE: msg("Up to the tariff's lowest price"),
    Reason.MAX_PRICE: msg("Down to the tariff's highest price"),
}

_ROUNDED: Final = "_step_rounded"


def receipt(
    words: Words, charge: Charge, bill: Bill, bot_name: str, *, corrected: bool = False, printed: bool = False
) -> Screen:
    """One bill of one charge; `corrected` when it is not the first, `printed` when nothing on it can be pressed."""
    words = words.at(charge.place.time_zone)
    cdr, compared = bill.cdr, bill.compared
    title = _title(words, cdr, corrected=corrected)
    asking = not (corrected or cdr.credit or bill.rated or printed)
    span = words.duration(cdr.end - cdr.start)
    text = lines(
        title,
        words("<b>{identifier}</b> · {name}", identifier=charge.place.identifier or "?", name=charge.place.title),
        words("{address}", address=charge.place.address) if charge.place.address else None,
        words("{begin}, {span}, {kwh}", begin=words.date(cdr.start), span=span, kwh=words.kwh(cdr.total_energy)),
        "",
        *_explained(words, compared),
        _total(words, bill)
        if compared.theirs
        else words("<b>The operator states no total</b>, so nobody knows yet what this costs."),
        _tax(words, cdr),
        _credit(words, cdr),
        *_in_all(words, bill),
        *_fee(words, bill),
        _doubts(words, charge, bill),
        "",
        *([] if cdr.credit else _estimate(words, bill)),
        words("💼 Marked as business") if charge.business else None,
        words("Bill {id} of {party}", id=cdr.id, party=cdr.party),
        words("Issued by {bot}. We never ask for card numbers in this chat.", bot=bot_name),
        words("How did it go? 1 is bad, {best} is great.", best=BEST) if asking else None,
    )
    return Screen(text, _rows(words, charge, cdr, asking=asking))


def _rows(words: Words, charge: Charge, cdr: Cdr, *, asking: bool) -> tuple[Row, ...]:
    record = f"{charge.id} {cdr.id}"
    papers: Row = (
        Press(str(words("Timeline")), "evidence.show", charge.id, ttl=None),
        Press(str(words("As a PDF")), "history.paper", record, ttl=None),
    )
    asked: tuple[Row, ...] = (rating_row(words, charge.id),) if asking else ()
    if cdr.credit:
        return (*asked, papers)
    place = charge.place
    favourite = favourite_press(words, json.dumps([place.station_id, place.evse_uid, place.connector_id]))
    return (*asked, papers, (mark_button(words, record, business=charge.business), favourite))


def _total(words: Words, bill: Bill) -> Html:
    price = words.price(bill.cdr.total_cost)
    if bill.fee is None:
        return words("<b>Total {price}</b>", price=price)
    return words("<b>The operator's total {price}</b>", price=price)


def _fee(words: Words, bill: Bill) -> list[Html]:
    """Ours follows the balance of all records, so that it stands below their sum."""
    sums = list(bill.ledger.balance.values())
    return billed_fee(words, sums[0], bill.fee) if len(sums) == 1 else []


def _title(words: Words, cdr: Cdr, *, corrected: bool) -> Html:
    if cdr.credit:
        return words("🧾 <b>Credit note</b>")
    return words("🧾 <b>Corrected receipt</b>") if corrected else words("🧾 <b>Receipt</b>")


def _explained(words: Words, compared: Comparison) -> list[Html]:
    """Our lines explain their total where both agree; otherwise the difference is what is said."""
    if compared.ours is None or compared.theirs is None:
        return []
    if compared.agrees:
        told = compared.ours.lines[:MOST_LINES]
        rest = [words("…")] if len(compared.ours.lines) > MOST_LINES else []
        return [*(_line(words, line, compared.ours.currency) for line in told), *rest]
    if compared.difference is None:
        return []
    return [
        words(
            "By the tariff we reckon {ours}; the operator bills {theirs}. Talk to support if that is not right.",
            ours=words.money(compared.theirs - compared.difference),
            theirs=words.money(compared.theirs),
        )
    ]


def _line(words: Words, line: Line, currency: str) -> Html:
    amount = line.amount.best_known or Money(Decimal(0), currency)
    return words(
        "{what}: {volume} {unit} · {amount}",
        what=_what(words, line),
        volume=words.number(line.volume, 3, fixed=False),
        unit=line.unit,
        amount=words.money(amount),
    )


def _what(words: Words, line: Line) -> Html:
    """A line's name; rounding to a tariff's step is said where the step is more than a Wh or a second."""
    name = words(_LINES[Reason(line.reason.removesuffix(_ROUNDED))])
    step = line.facts.get("step_size", 0)
    if not line.reason.endswith(_ROUNDED) or not isinstance(step, int) or step <= 1:
        return name
    return words("{what}, rounded up to the tariff's step", what=name)


def _tax(words: Words, cdr: Cdr) -> Html | None:
    cost = cdr.total_cost
    if cost.excl_vat is None or cost.incl_vat is None:
        return None
    vat = cost.incl_vat - cost.excl_vat
    return words("of which VAT {vat}; {net} without VAT", vat=words.money(vat), net=words.money(cost.excl_vat))


def _credit(words: Words, cdr: Cdr) -> Html | None:
    return words("This takes back bill {id}.", id=cdr.credits_id) if cdr.credit and cdr.credits_id else None


def _in_all(words: Words, bill: Bill) -> list[Html]:
    """What all records of the charge come to, where there is more than this one."""
    if len(bill.ledger.records) < TWO:
        return []
    sums = list(bill.ledger.balance.values())
    if len(sums) != 1:
        return (
            [words("The bills of this charge are in different currencies, so they are not added up.")] if sums else []
        )
    return [words("With all bills and credits of this charge: {price}", price=words.price(sums[0]))]


def _doubts(words: Words, charge: Charge, bill: Bill) -> Html | None:
    """What is not simply believed is said to be so."""
    if charge.tariff is not None and charge.tariff.currency != bill.cdr.currency:
        return words(
            "You saw a price in {shown} and the bill is in {billed}, so they cannot be compared. It is being checked.",
            shown=charge.tariff.currency,
            billed=bill.cdr.currency,
        )
    if bill.ledger.about(bill.cdr):
        return words("Something about this bill looks wrong, so it is being checked.")
    return None


def _estimate(words: Words, bill: Bill) -> list[Html]:
    """The difference, where both speak of the same side of the tax, and what makes it."""
    total, estimate = bill.cdr.total_cost, bill.estimate
    if estimate is None:
        return []
    sides = ((total.incl_vat, estimate.price.incl_vat), (total.excl_vat, estimate.price.excl_vat))
    billed, told = next(((ours, theirs) for ours, theirs in sides if ours and theirs), (None, None))
    if billed is None or told is None or told.currency != billed.currency:
        return []
    gap = billed.rounded() - told.rounded()
    if not gap.amount:
        return [words("Exactly as estimated at the end of the charge.")]
    if gap.amount > 0:
        said = words("{gap} more than the estimate of {told}.", gap=words.money(gap), told=words.money(told))
    else:
        said = words("{gap} less than the estimate of {told}.", gap=words.money(-gap), told=words.money(told))
    return [said, *_why(words, bill, estimate, billed.currency)]


def _why(words: Words, bill: Bill, estimate: Cost, currency: str) -> list[Html]:
    if estimate.by is By.OPERATOR:
        return [words("The estimate was the operator's own, from before its bill.")]
    if not estimate.complete:
        return [words("A part of the tariff could not be in the estimate.")]
    return [_gap(words, gap, currency) for gap in bill.gaps] or [words("The operator does not say why.")]


def _gap(words: Words, gap: Gap, currency: str) -> Html:
    then, now = gap.estimated, gap.billed
    return words(
        "• {what}: estimated {then} {unit} for {before}, billed {now} {unit} for {after}",
        what=words(_LINES[gap.reason]),
        unit=now[1] or then[1],
        then=words.number(then[0], 3, fixed=False),
        now=words.number(now[0], 3, fixed=False),
        before=words.money(Money(then[2], currency)),
        after=words.money(Money(now[2], currency)),
    )
