"""The papers there are: a receipt, a month, and the timeline of a charge; each says the same as its screen."""

from bot.services.following import Bill
from bot.services.history import Entry, Evidence, Month
from handlers.cards.evidence import evidence_lines
from handlers.cards.history import cost, split
from handlers.cards.receipts import receipt
from handlers.documents.paper import Pair, Part, paper
from handlers.texts import Html, Words


def receipt_paper(words: Words, entry: Entry, bill: Bill, bot_name: str, *, corrected: bool) -> bytes:
    """One record of one charge."""
    screen = receipt(words, entry.charge, bill, bot_name, corrected=corrected, printed=True)
    title, _, rest = screen.text.partition("\n")
    return paper(Html(title), [Html(line) or None for line in rest.split("\n")], _foot(words), _tag(words))


def month_paper(words: Words, month: Month) -> bytes:
    """The charges of a month with what each came to, and the sums."""
    parts: list[Part] = [
        words.many("{number} charge", "{number} charges", month.charges),
        None,
        *(_line(words.at(entry.charge.place.time_zone), entry) for entry in month.entries),
        None,
        Pair(words("<b>In all</b>"), words("{kwh}", kwh=words.kwh(month.kwh))),
        *(Pair(words("Cost in {currency}", currency=each.currency), words.price(each.total)) for each in month.sums),
    ]
    parts += split(words, month)
    if month.open:
        parts.append(
            words.many(
                "{number} charge has no final cost yet, so it is in no sum.",
                "{number} charges have no final cost yet, so they are in no sum.",
                month.open,
            )
        )
    title = words("<b>Charges in {month}</b>", month=words.month(month.year, month.month))
    return paper(title, parts, _foot(words), _tag(words))


def evidence_paper(words: Words, evidence: Evidence) -> bytes:
    """All that is known of one charge."""
    title = words("<b>Timeline of a charge</b>")
    return paper(title, evidence_lines(words, evidence), _foot(words), _tag(words))


def _line(words: Words, entry: Entry) -> Pair:
    place = entry.charge.place
    left = words(
        "{begin} · {identifier} · {name}",
        begin=words.date(entry.began),
        identifier=place.identifier or "?",
        name=place.title,
    )
    return Pair(left, words("{kwh} · {cost}", kwh=words.kwh(entry.kwh), cost=cost(words, entry)))


def _foot(words: Words) -> Html:
    return words("The operator's records decide what a charge costs.")


def _tag(words: Words) -> str:
    return str(words.locale).replace("_", "-")
