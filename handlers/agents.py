"""What agents read in the topic of a ticket, in English: all they need to help, and nothing that is not theirs.

No telephone number, no payment, no pass number and no token is ever among it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from bot.domain.charge import OVER
from bot.domain.driver import Driver, PassStatus
from bot.domain.station import Point
from bot.domain.ticket import Cause, Stage, Ticket
from bot.services.history import Evidence
from handlers.cards.evidence import evidence_lines
from handlers.cards.screen import Press, Row, Screen, Style, lines
from handlers.escape import clean, cut, esc
from handlers.texts import Html, Words

LONGEST_NAME: Final = 100
LINES_A_MESSAGE: Final = 18
ENGLISH: Final = Words("en")
_MARKS: Final[Mapping[Stage, str]] = {
    Stage.OPEN: "🔴 new",
    Stage.CLAIMED: "🟡 taken",
    Stage.WAITING: "🔵 waits for the driver",
    Stage.ESCALATED: "🆘 escalated",
    Stage.CLOSED: "✅ closed",
}
_CAUSES: Final[Mapping[Cause, str]] = {
    Cause.ASKED: "The driver asked for a human.",
    Cause.STUCK_STOP: "By itself: the stop does not take.",
    Cause.UNCONFIRMED: "By itself: the start was never confirmed.",
    Cause.BILL: "By itself: the bill differs from what was agreed.",
}
_WORDS: Final[Mapping[str, str]] = {
    "came": "💬 The driver is in the talk: what is written here is read there.",
    "left": "💬 The driver has ended the talk. Writing here begins it again.",
    "unanswered": "⏰ Nobody has taken this on for 2 minutes.",
    "unanswered_long": "⏰ Nobody has taken this on for 10 minutes.",
    "blocked": "⚠ Not delivered: the driver has blocked the bot or is gone.",
    "not_copied": "⚠ Not delivered: this kind of message cannot be copied.",
    "is_closed": "⚠ Not delivered: this ticket is closed. Reopen it first.",
    "cause_stuck_stop": "⚠ The stop does not take.",
    "cause_unconfirmed": "⚠ The start was never confirmed.",
    "cause_bill": "⚠ The bill differs from what was agreed.",
}


TOLD: Final[Mapping[str, str]] = {
    "yours": "It is yours.",
    "taken": "{name} has it.",
    "escalated": "Escalated.",
    "closed": "Closed.",
    "open": "Open again.",
    "asked": "Asked; the first message says how it is.",
    "guide": "Guide {name} is on its way.",
    "note": "Begin a line with // and it stays here.",
    "stop": "The stop is on its way.",
    "accepted": "The station has accepted.",
    "no": "The station says no: {name}.",
}
"""What an agent reads for a moment after a press."""


@dataclass(frozen=True, slots=True)
class Briefing:
    """What is known of a ticket."""

    ticket: Ticket
    driver: Driver | None
    passes: Sequence[PassStatus]
    evidence: Evidence | None
    point: Point | None


def topic_name(brief: Briefing) -> str:
    """State, first name, station; what a driver calls themselves is cleaned and cut."""
    charge = brief.evidence.entry.charge if brief.evidence else None
    agent = brief.ticket.agent
    parts = [
        _MARKS[brief.ticket.stage],
        agent.name if agent and brief.ticket.open else "",
        brief.driver.first_name if brief.driver else "driver",
        charge.place.title if charge else "",
    ]
    return cut(" · ".join(clean(part) for part in parts if part), LONGEST_NAME)


def head(brief: Briefing) -> Screen:
    """The first message of a topic, with the buttons of the agents."""
    ticket, driver = brief.ticket, brief.driver
    agent = ticket.agent
    return Screen(
        lines(
            Html(f"<b>Ticket {ticket.id}: {_MARKS[ticket.stage]}</b>"),
            Html(f"Taken on by {esc(agent.name)}.") if agent else None,
            Html(_CAUSES[ticket.cause]),
            Html(f"Driver: {esc(driver.first_name)}, speaks {esc(driver.tongue)}.") if driver else None,
            Html(f"Pass: {', '.join(status.value for status in brief.passes) or 'none'}."),
            *_charge(brief),
            Html("It follows the topic that was deleted.") if ticket.topics > 1 else None,
            Html("Everything written here is sent to the driver, but for lines that begin with //."),
        ),
        _rows(brief),
    )


def _charge(brief: Briefing) -> list[Html]:
    if brief.evidence is None:
        return [Html("No charge is known with it.")]
    charge, point = brief.evidence.entry.charge, brief.point
    place = charge.place
    said = [
        Html(f"Station: {esc(place.title)}, {esc(place.address or '-')}"),
        Html(f"Connector: {esc(place.identifier or '?')}, {esc(place.standard or '?')} ({esc(place.connector_id)})"),
        Html(f"Charge: {charge.state.value.lower()}"),
    ]
    if point is not None:
        where = f"https://www.openstreetmap.org/?mlat={point.lat}&mlon={point.lon}#map=18"
        said.append(Html(f'<a href="{esc(where)}">On the map</a>'))
    return said


def papers(brief: Briefing) -> list[Html]:
    """The rest of what an agent needs: the price agreed to, and all that happened, in a few messages."""
    if brief.evidence is None:
        return []
    said = evidence_lines(ENGLISH, brief.evidence)
    return [lines(*said[n : n + LINES_A_MESSAGE]) for n in range(0, len(said), LINES_A_MESSAGE)]


def _rows(brief: Briefing) -> tuple[Row, ...]:
    ticket = brief.ticket
    if not ticket.open:
        return ((_do(ticket, "Reopen", "agent.reopen"),),)
    take = () if ticket.agent else (_do(ticket, "I take it", "agent.claim", style=Style.PRIMARY),)
    charge = brief.evidence.entry.charge if brief.evidence else None
    on_charge: tuple[Row, ...] = ()
    if charge is not None:
        unlock = _do(ticket, "Unlock…", "agent.unlock")
        stop = () if charge.state in OVER else (_do(ticket, "⏹ Stop…", "agent.stop", style=Style.DANGER),)
        on_charge = ((_do(ticket, "Ask the station", "agent.refresh"),), (*stop, unlock))
    guides = tuple(_do(ticket, f"Guide {letter}", "agent.guide", letter) for letter in "ABC")
    last = (_do(ticket, "Note", "agent.note"), _do(ticket, "Escalate", "agent.escalate"))
    close = (_do(ticket, "Close", "agent.close"),)
    return (*((take,) if take else ()), *on_charge, guides, last, close)


def sure(ticket: Ticket, verb: str) -> Screen:
    """A stop or an unlock moves something in the world: asked once more."""
    question = "Stop this driver's charge?" if verb == "stop" else "Unlock the connector? The cable may come free."
    label = "Yes, stop" if verb == "stop" else "Yes, unlock"
    yes = Press(label, f"agent.{verb}_yes", str(ticket.id), once=True, style=Style.DANGER)
    return Screen(Html(question), ((yes,),))


def word(name: str, detail: str = "") -> Html:
    return Html(_WORDS[name] + (f" {esc(detail)}" if detail else ""))


def _do(ticket: Ticket, label: str, action: str, more: str = "", style: Style | None = None) -> Press:
    return Press(label, action, f"{ticket.id} {more}".strip(), ttl=None, style=style)
