"""What the services need from the world, each method with its promise in one line.

A transaction is a function: `Database.write(work)` runs `work(uow)` alone and in order, and when it returns the
outcome is on the disk. `work` is not a coroutine, so a transaction can never be held across a wait on the network.
"""

from bot.ports.chance import Clock, Ids
from bot.ports.charges import Cdrs, Charges, Readings, Sessions
from bot.ports.memory import Database, UnitOfWork
from bot.ports.people import (
    PLACE,
    Alerts,
    Attempts,
    Button,
    Buttons,
    Dialogue,
    Dialogues,
    Drivers,
    Feedback,
    Personal,
    Tickets,
    place_is_old,
)
from bot.ports.places import Networks, Objection, Objections, Partners, Ready, Stations, Tariffs
from bot.ports.work import Card, Cards, Inbox, InboxUpdate, Job, JobKind, Jobs, Lane, Notice, Notices
from bot.ports.world import CpoGateway, DriverNotifier

__all__ = [
    "PLACE",
    "Alerts",
    "Attempts",
    "Button",
    "Buttons",
    "Card",
    "Cards",
    "Cdrs",
    "Charges",
    "Clock",
    "CpoGateway",
    "Database",
    "Dialogue",
    "Dialogues",
    "DriverNotifier",
    "Drivers",
    "Feedback",
    "Ids",
    "Inbox",
    "InboxUpdate",
    "Job",
    "JobKind",
    "Jobs",
    "Lane",
    "Networks",
    "Notice",
    "Notices",
    "Objection",
    "Objections",
    "Partners",
    "Personal",
    "Readings",
    "Ready",
    "Sessions",
    "Stations",
    "Tariffs",
    "Tickets",
    "UnitOfWork",
    "place_is_old",
]
