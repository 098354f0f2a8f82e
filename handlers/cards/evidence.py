"""The timeline of a charge in words, for whoever doubts a bill: who said what, when, and what was agreed before."""

from collections.abc import Mapping
from typing import Final

from bot.domain.charge import By, Fact, What
from bot.services.history import Evidence
from handlers.cards.fees import agreed_fee, billed_fee
from handlers.cards.screen import Press, Row, Screen, lines
from handlers.cards.tariffs import components, limits
from handlers.texts import Html, Words, msg

LINES_A_PAGE: Final = 18

SAID: Final[Mapping[What, str]] = {
    What.PRESSED: msg("{time} You pressed start for {detail}."),
    What.SWIPED: msg("{time} You began with your pass at the station."),
    What.FENCED: msg("{time} We sent your start to the operator."),
    What.ANSWERED: msg("{time} The operator answered the start: {detail}."),
    What.NO_ANSWER: msg("{time} No clear answer to the start came back."),
    What.NOT_SENT: msg("{time} The start was not sent: {detail}."),
    What.RESULT: msg("{time} The operator reported how the start went: {detail}."),
    What.SESSION_PENDING: msg("{time} The operator opened session {detail}."),
    What.SESSION_ACTIVE: msg("{time} The operator reported that it is charging."),
    What.FIRST_METER: msg("{time} The meter showed energy for the first time."),
    What.OTHER_CONNECTOR: msg("{time} The operator reported another connector: {detail}."),
    What.SECOND_SESSION: msg("{time} The operator reported another session for the start of charge {detail}."),
    What.STOP_ASKED: msg("{time} A stop was asked for."),
    What.STOP_ANSWERED: msg("{time} The operator answered the stop: {detail}."),
    What.STOP_NO_ANSWER: msg("{time} No clear answer to the stop came back."),
    What.STOP_RESULT: msg("{time} The operator reported how the stop went: {detail}."),
    What.STAYS_ON: msg("{time} We told you that the station does not stop."),
    What.UNPLUG_TOLD: msg("{time} We asked you to unplug."),
    What.SESSION_ENDED: msg("{time} The operator reported the end."),
    What.SESSION_INVALID: msg("{time} The operator voided the session."),
    What.SESSION_FORGOTTEN: msg("{time} The operator no longer knew the session."),
    What.REFUSED: msg("{time} The start counted as refused: {detail}."),
    What.UNCONFIRMED: msg("{time} We gave up waiting for the start."),
    What.BILLED: msg("{time} The operator's bill came: {detail}."),
    What.LIMIT_SET: msg("{time} You set a limit."),
    What.LIMIT_REACHED: msg("{time} Your limit was reached."),
    What.NO_ENERGY: msg("{time} No energy had flowed for a while."),
    What.INTERRUPTED: msg("{time} Charging was interrupted."),
    What.PAUSED: msg("{time} Charging paused."),
    What.FULL: msg("{time} The battery was full."),
    What.FLOWS_AGAIN: msg("{time} Energy flowed again."),
    What.FEE_SOON: msg("{time} We warned you of a fee that would begin."),
    What.FEE_RUNNING: msg("{time} We told you that a fee was running."),
    What.SAYS_CHARGING: msg("{time} You said that it charges."),
    What.SAYS_STOPPED: msg("{time} You said that it has stopped."),
    What.NEIGHBOUR: msg("{time} A neighbouring connector began instead."),
    What.UNPLUG_REMINDED: msg("{time} We reminded you to unplug."),
    What.UNPLUGGED: msg("{time} The cable was out."),
    What.SUPPORT_ASKED: msg("{time} You asked Support for help."),
    What.AGENT_ACTED: msg("{time} Support did something for you: {detail}."),
}
_BY_DRIVER: Final = msg("{time} You asked to stop.")
_OTHER: Final = msg("{time} Noted: {detail}.")


def evidence_lines(words: Words, evidence: Evidence) -> list[Html]:
    """Everything, a line each: where, what was agreed, what happened, what the operator has of it."""
    charge = evidence.entry.charge
    words = words.at(charge.place.time_zone)
    return [
        words("{identifier} · {name}", identifier=charge.place.identifier or "?", name=charge.place.title),
        words("{address}", address=charge.place.address or "-"),
        words("Our reference {id}", id=charge.id),
        words("Operator {party}, times of {zone}", party=charge.place.party, zone=charge.place.time_zone),
        *_agreed(words, evidence),
        words("<b>What happened</b>"),
        *(_told(words, fact) for fact in evidence.timeline),
        *_session(words, evidence),
        *_bills(words, evidence),
        words("Written down {time}.", time=words.date(evidence.now)),
    ]


def _agreed(words: Words, evidence: Evidence) -> list[Html]:
    charge = evidence.entry.charge
    shown = words("<b>The price you agreed to</b>, {time}", time=words.date(charge.made_at))
    if charge.tariff is None:
        return [shown, words("No price was known, and you agreed to that."), *agreed_fee(words, charge.fee)]
    tariff = charge.tariff
    return [
        shown,
        words("Tariff {id}, as the operator had last changed it before", id=tariff.id),
        *components(words, tariff, charge.made_at),
        *(words("• {limit}", limit=limit) for limit in limits(words, tariff)),
        *agreed_fee(words, charge.fee),
    ]


def _told(words: Words, fact: Fact) -> Html:
    sentence = SAID.get(fact.what, _OTHER)
    if fact.what is What.STOP_ASKED and fact.by is By.DRIVER:
        sentence = _BY_DRIVER
    return words(sentence, time=words.exactly(fact.at), detail=fact.detail or fact.what.value)


def _session(words: Words, evidence: Evidence) -> list[Html]:
    session = evidence.entry.session
    if session is None:
        return []
    span = words(
        "from {begin} to {end}",
        begin=words.exactly(session.start),
        end=words.exactly(session.end) if session.end else "-",
    )
    return [
        words("<b>The operator's session, as last told</b>"),
        words("{id}: {status}, {kwh}", id=session.key.id, status=session.status.value, kwh=words.kwh(session.kwh)),
        span,
    ]


def _bills(words: Words, evidence: Evidence) -> list[Html]:
    cdrs = evidence.entry.cdrs
    if not cdrs:
        return [words("No bill has come.")]
    return [
        words("<b>The operator's records</b>"),
        *(
            words("{id}: {kwh}, {price}", id=cdr.id, kwh=words.kwh(cdr.total_energy), price=words.price(cdr.total_cost))
            for cdr in cdrs
        ),
        *(billed_fee(words, total, evidence.entry.fee) if (total := evidence.entry.total) else []),
    ]


def evidence_card(words: Words, evidence: Evidence, number: int) -> Screen:
    """One page of it."""
    told = evidence_lines(words, evidence)
    pages = -(-len(told) // LINES_A_PAGE)
    number = min(max(0, number), pages - 1)
    charge_id = evidence.entry.charge.id
    text = lines(
        words("<b>Timeline</b>"),
        words("Page {page} of {pages}", page=number + 1, pages=pages) if pages > 1 else None,
        *told[number * LINES_A_PAGE : (number + 1) * LINES_A_PAGE],
    )
    earlier = Press(str(words("← Earlier")), "evidence.page", f"{charge_id} {number - 1}", ttl=None)
    later = Press(str(words("Later →")), "evidence.page", f"{charge_id} {number + 1}", ttl=None)
    turning: Row = (*((earlier,) if number else ()), *((later,) if number + 1 < pages else ()))
    paper = Press(str(words("As a PDF")), "evidence.pdf", charge_id, ttl=None)
    back = Press(str(words("Back")), "history.open", charge_id, ttl=None)
    return Screen(text, (*((turning,) if turning else ()), (paper, back)))
