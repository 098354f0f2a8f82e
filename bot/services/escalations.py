"""Tickets that open by themselves, and the sentences of ours in a ticket: what services write without an agent."""

from datetime import datetime
from typing import Final

from bot.domain.charge import Charge, What
from bot.domain.ids import ChargeId, DriverId
from bot.domain.pace import Pace
from bot.domain.ticket import Cause, Kind, Relay, Ticket, Way
from bot.ports import JobKind, UnitOfWork

CAUSES: Final = {What.STAYS_ON: Cause.STUCK_STOP, What.UNCONFIRMED: Cause.UNCONFIRMED}


def open_by_itself(uow: UnitOfWork, charge: Charge, cause: Cause, now: datetime, pace: Pace) -> None:
    """A charge needs a human: one ticket per cause, and a line in the one there is if the driver has one open."""
    if uow.tickets.of_cause(charge.id, cause) is not None:
        return
    mine = next((one for one in uow.tickets.open_of(charge.driver_id) if one.charge_id == charge.id), None)
    if mine is not None:
        say(uow, mine, Way.TO_AGENTS, f"cause_{cause}", now)
    else:
        open_ticket(uow, charge.driver_id, cause, charge.id, now, pace)


def watch(uow: UnitOfWork, charge: Charge, now: datetime, pace: Pace) -> None:
    """Open what the newest facts of a charge call for."""
    for fact in charge.news:
        if (cause := CAUSES.get(fact.what)) is not None:
            open_by_itself(uow, charge, cause, now, pace)


def open_ticket(
    uow: UnitOfWork, driver_id: DriverId, cause: Cause, charge_id: ChargeId | None, now: datetime, pace: Pace
) -> Ticket:
    """A new ticket; people are reminded of it as long as nobody takes it on."""
    ticket = uow.tickets.add(Ticket(0, driver_id, cause, now, charge_id))
    uow.jobs.put(JobKind.TICKET, str(ticket.id), now + pace.unanswered(0))
    return ticket


def say(uow: UnitOfWork, ticket: Ticket, way: Way, word: str, now: datetime, detail: str = "", key: str = "") -> None:
    """A sentence of ours, once for each version of the ticket or for each `key`."""
    relay = Relay(ticket.id, ticket.driver_id, way, Kind.WORD, now, text=word, entities=detail)
    uow.tickets.pass_on(relay, f"{ticket.id} {word} {key or now.isoformat()}")
