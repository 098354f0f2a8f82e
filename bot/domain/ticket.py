"""A ticket: a driver's trouble in the hands of people. Pure; what an agent does to a car is in the charge's timeline.

OPEN ─ claim ─▶ CLAIMED ─ the agent writes ─▶ WAITING ─ the driver writes ─▶ CLAIMED; any of them ─▶ ESCALATED, CLOSED.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from bot.domain.ids import ChargeId, DriverId


class Stage(StrEnum):
    OPEN = "open"
    CLAIMED = "claimed"
    WAITING = "waiting"  # for the driver
    ESCALATED = "escalated"
    CLOSED = "closed"


class Cause(StrEnum):
    """Why it was opened: by a driver, or by itself when a charge needs a human."""

    ASKED = "asked"
    STUCK_STOP = "stuck_stop"
    UNCONFIRMED = "unconfirmed"
    BILL = "bill"


@dataclass(frozen=True, slots=True)
class Agent:
    """Who acts for support; drivers read the first name and no more."""

    id: int
    name: str


@dataclass(frozen=True, slots=True)
class Ticket:
    """`topic_id` is its topic in the group `chat_id`, 0 while there is none; `head_id` the message with its buttons.

    `version` grows with what the topic should show, `shown` is what it does show; `answered` whether an agent has
    written to the driver; `topics` counts those that were made for it.
    """

    id: int
    driver_id: DriverId
    cause: Cause
    opened_at: datetime
    charge_id: ChargeId | None = None
    stage: Stage = Stage.OPEN
    agent: Agent | None = None
    answered: bool = False
    closed_at: datetime | None = None
    chat_id: int = 0
    topic_id: int = 0
    head_id: int = 0
    topics: int = 0
    version: int = 1
    shown: int = 0

    @property
    def open(self) -> bool:
        return self.stage is not Stage.CLOSED

    @property
    def unclaimed(self) -> bool:
        return self.open and self.agent is None


def claimed(ticket: Ticket, agent: Agent) -> Ticket:
    """Whoever comes first has it; for the others it stays as it is."""
    if not ticket.unclaimed:
        return ticket
    stage = Stage.CLAIMED if ticket.stage is Stage.OPEN else ticket.stage
    return _moved(ticket, stage, agent=agent)


def agent_wrote(ticket: Ticket, agent: Agent) -> Ticket:
    """Writing takes it on, if nobody has; then it is the driver's turn."""
    ticket = replace(claimed(ticket, agent), answered=True)
    return _moved(ticket, Stage.WAITING) if ticket.stage is Stage.CLAIMED else ticket


def driver_wrote(ticket: Ticket) -> Ticket:
    return _moved(ticket, Stage.CLAIMED) if ticket.stage is Stage.WAITING else ticket


def escalated(ticket: Ticket) -> Ticket:
    return _moved(ticket, Stage.ESCALATED) if ticket.open else ticket


def closed(ticket: Ticket, now: datetime) -> Ticket:
    return _moved(ticket, Stage.CLOSED, closed_at=now) if ticket.open else ticket


def reopened(ticket: Ticket) -> Ticket:
    """It waits for an agent again, whoever had it before."""
    return ticket if ticket.open else _moved(ticket, Stage.OPEN, closed_at=None, agent=None, answered=False)


def in_topic(ticket: Ticket, chat_id: int, topic_id: int) -> Ticket:
    """It has a topic of its own now."""
    return replace(ticket, chat_id=chat_id, topic_id=topic_id, head_id=0, topics=ticket.topics + 1)


def without_topic(ticket: Ticket) -> Ticket:
    """Its topic was deleted by hand: another must be made."""
    return _moved(replace(ticket, topic_id=0, head_id=0), ticket.stage)


def _moved(ticket: Ticket, stage: Stage, **changes: object) -> Ticket:
    return replace(ticket, stage=stage, version=ticket.version + 1, **changes)  # type: ignore[arg-type]


class Way(StrEnum):
    TO_AGENTS = "to_agents"
    TO_DRIVER = "to_driver"


class Kind(StrEnum):
    COPY = "copy"  # a message of the other side
    EDIT = "edit"  # a change of one that was copied
    WORD = "word"  # a sentence of our own, named by `text`


@dataclass(frozen=True, slots=True)
class Relay:
    """Something to be passed on at least once, in the order of its ticket, and never to anybody else.

    `chat_id` and `message_id` are of the message to copy; `sent_id` is that of the copy. For an edit `text` is the new
    text (of a `caption`, perhaps) and `entities` its markup as JSON; for a word they are its name and its detail.
    """

    ticket_id: int
    driver_id: DriverId
    way: Way
    kind: Kind
    made_at: datetime
    chat_id: int = 0
    message_id: int = 0
    text: str = ""
    entities: str = ""
    caption: bool = False
    id: int = 0
    attempts: int = 0
    sent_id: int = 0
