"""/history: the charges there were, one of them closely, and what a month came to."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from bot.domain.charge import Charge, State
from bot.domain.session import Cdr, SessionStatus
from bot.services.history import Entry, Month, Page, Sum
from handlers.cards.screen import Press, Row, Screen, label, lines
from handlers.texts import Html, Words

NUMBERS_A_ROW: Final = 3
MOST_RECORDS: Final = 3
MOST_SUMS: Final = 6
SOON: Final = timedelta(hours=2)
LATE: Final = timedelta(hours=24)
VERY_LATE: Final = timedelta(days=35)


def history_card(words: Words, page: Page) -> Screen:
    """One page of charges, the newest first."""
    if not page.charges:
        return Screen(words("You have not charged with us yet. Your charges will be listed here."))
    text = lines(
        words("<b>Your charges</b>"),
        words("Page {page} of {pages}", page=page.number + 1, pages=page.pages) if page.pages > 1 else None,
        *(line for place, entry in enumerate(page.entries, 1) for line in ("", *_listed(words, place, entry))),
    )
    return Screen(text, (*_numbers(page), *_turning(words, page), _elsewhere(words)))


def _listed(words: Words, place: int, entry: Entry) -> tuple[Html, ...]:
    words = words.at(entry.charge.place.time_zone)
    return (
        words("<b>{number}.</b> {begin} · {name}", number=place, begin=words.date(entry.began), name=_name(entry)),
        words("{kwh} · {cost}", kwh=words.kwh(entry.kwh), cost=cost(words, entry)),
    )


def _name(entry: Entry) -> str:
    return entry.charge.place.title


def _numbers(page: Page) -> tuple[Row, ...]:
    presses = [
        Press(str(place), "history.open", entry.charge.id, ttl=None) for place, entry in enumerate(page.entries, 1)
    ]
    return tuple(tuple(presses[at : at + NUMBERS_A_ROW]) for at in range(0, len(presses), NUMBERS_A_ROW))


def _turning(words: Words, page: Page) -> tuple[Row, ...]:
    newer = Press(str(words("← Newer")), "history.page", str(page.number - 1), ttl=None)
    older = Press(str(words("Older →")), "history.page", str(page.number + 1), ttl=None)
    row = (*((newer,) if page.number else ()), *((older,) if page.number + 1 < page.pages else ()))
    return (row,) if row else ()


def _elsewhere(words: Words) -> Row:
    return (
        Press(str(words("Months")), "history.month", "0", ttl=None),
        Press(str(words("All as a table")), "history.csv", "", ttl=None),
    )


def cost(words: Words, entry: Entry) -> Html:
    """What it cost, as far as anybody has said; what nobody has said is never nothing."""
    if entry.cdrs:
        return _billed(words, entry)
    if entry.charge.session_status is SessionStatus.INVALID:
        return words("voided by the operator")
    if entry.estimate is not None:
        return words("about {amount}, not billed yet", amount=words.price(entry.estimate.paid))
    return words("not billed yet")


def _billed(words: Words, entry: Entry) -> Html:
    if entry.being_checked:
        return words("the bill is being checked")
    if entry.total is None:
        return words("the bill states no total")
    if entry.ledger.standing:
        return words.price(entry.paid or entry.total)
    return words("credited; {amount} in all", amount=words.price(entry.total))


def entry_card(words: Words, entry: Entry, now: datetime) -> Screen:
    """One charge closely, with the way to its records and to its timeline."""
    charge = entry.charge
    words = words.at(charge.place.time_zone)
    end = charge.ended_at
    text = lines(
        words("<b>{identifier}</b> · {name}", identifier=charge.place.identifier or "?", name=charge.place.title),
        words("{address}", address=charge.place.address) if charge.place.address else None,
        words(
            "{begin}, {span}, {kwh}",
            begin=words.date(entry.began),
            span=words.duration(end - entry.began),
            kwh=words.kwh(entry.kwh),
        )
        if end
        else words("{begin}, {kwh}", begin=words.date(entry.began), kwh=words.kwh(entry.kwh)),
        words("Cost: {cost}", cost=cost(words, entry)),
        waiting_for_bill(words, charge, now),
    )
    papers = tuple((_record(words, charge, cdr),) for cdr in entry.cdrs[:MOST_RECORDS])
    more: Row = (
        Press(str(words("Timeline")), "evidence.show", charge.id, ttl=None),
        Press(str(words("Report a fault")), "fault.ask", charge.id, ttl=None),
    )
    return Screen(text, (*papers, more, (Press(str(words("All charges")), "history.page", "0", ttl=None),)))


def _record(words: Words, charge: Charge, cdr: Cdr) -> Press:
    name = words("Credit note {id}", id=cdr.id) if cdr.credit else words("Receipt {id}", id=cdr.id)
    return Press(label(name), "history.bill", f"{charge.id} {cdr.id}", ttl=None)


def waiting_for_bill(words: Words, charge: Charge, now: datetime) -> Html | None:
    """What is true of a bill that has not come; None when it has, or none is expected."""
    if charge.state is not State.ENDED or charge.ended_at is None or charge.session_status is SessionStatus.INVALID:
        return None
    waited = now - charge.ended_at
    if waited < SOON:
        return words("The receipt follows as soon as the operator's bill is here.")
    if waited < LATE:
        return words("We are waiting for the operator's bill. We have asked for it, and ask again.")
    if waited < VERY_LATE:
        return words("We are still waiting for the operator's bill, after more than a day. We go on asking.")
    return words("The operator has sent no bill in more than 35 days. We ask from time to time; nobody has billed you.")


def month_card(words: Words, months: Sequence[Month], number: int) -> Screen:
    """What one month came to; `number` 0 is the newest."""
    if not months:
        return Screen(words("You have not charged with us yet. Your charges will be listed here."))
    number = min(max(0, number), len(months) - 1)
    month = months[number]
    text = lines(
        words("<b>{month}</b>", month=words.month(month.year, month.month)),
        words.many("{number} charge", "{number} charges", month.charges),
        words("{kwh} in all", kwh=words.kwh(month.kwh)),
        *(line for each in month.sums[:MOST_SUMS] for line in _sum(words, each)),
        *split(words, month),
        words.many(
            "{number} charge has no final cost yet, so it is in no sum.",
            "{number} charges have no final cost yet, so they are in no sum.",
            month.open,
        )
        if month.open
        else None,
    )
    newer = Press(str(words("← Newer")), "history.month", str(number - 1), ttl=None)
    older = Press(str(words("Older →")), "history.month", str(number + 1), ttl=None)
    turning = (*((newer,) if number else ()), *((older,) if number + 1 < len(months) else ()))
    key = f"{month.year}-{month.month}"
    files: Row = (
        Press(str(words("As a table")), "history.csv", key, ttl=None),
        Press(str(words("As a PDF")), "history.pdf", key, ttl=None),
    )
    back: Row = (Press(str(words("All charges")), "history.page", "0", ttl=None),)
    return Screen(text, (*((turning,) if turning else ()), files, back))


def split(words: Words, month: Month) -> list[Html]:
    """Business and private apart, where there are both."""
    if not (month.business and month.private):
        return []
    return [
        *(words("Business {price}", price=words.price(each.total)) for each in month.business[:MOST_SUMS]),
        *(words("Private {price}", price=words.price(each.total)) for each in month.private[:MOST_SUMS]),
    ]


def _sum(words: Words, each: Sum) -> list[Html]:
    told = words("Cost {price}", price=words.price(each.total))
    if each.per_kwh is None:
        return [told]
    average = words.money(each.per_kwh)
    return [told, words("{average} per kWh on average, with all fees", average=average)]
