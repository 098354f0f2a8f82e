"""Whom a driver can call: the operator of a station, and us."""

import re
from dataclasses import dataclass
from datetime import time
from typing import Final

from bot.domain.catalogue import Opening, SupportHours
from bot.domain.charge import Place
from bot.domain.ids import Party
from bot.domain.phone import dialled
from bot.ports import Database, UnitOfWork

_DAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_CLOCK: Final = "(?:[01][0-9]|2[0-3]):[0-5][0-9]"
_WEEK: Final = re.compile(
    f"(?P<first>{'|'.join(_DAYS)})-(?P<last>{'|'.join(_DAYS)}) (?P<begin>{_CLOCK})-(?P<end>{_CLOCK})"
    "(?: (?P<zone>[A-Za-z_]+(?:/[A-Za-z_]+)*))?",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Phone:
    """A number to dial, whose it is, and when it is answered, if anybody told."""

    number: str
    whose: str
    hours: SupportHours | None = None


@dataclass(frozen=True, slots=True)
class Hotline:
    """Our own number, "" while there is none, and when somebody answers it."""

    number: str = ""
    hours: SupportHours | None = None


class Contacts:
    """`hotline` and `hours` are the settings, as the people who run the bot wrote them."""

    def __init__(self, db: Database, hotline: str = "", hours: str = "") -> None:
        self._db = db
        self.hotline = Hotline(dialled(hotline) or hotline, hours_in(hours))

    async def operator(self, place: Place) -> Phone | None:
        """The operator's number for help at this place; None when it told us none that can be dialled."""
        return await self._db.read(lambda uow: phone_of(uow, place))


def phone_of(uow: UnitOfWork, place: Place) -> Phone | None:
    """What the station itself says, else what we know of its network; such numbers change, so the newest is read."""
    station = uow.stations.get(place.station_id)
    name = _name(uow, place.party)
    if station is not None and (own := dialled(station.help_phone)):
        return Phone(own, station.operator or name)
    return hotline_of(uow, place.party)


def hotline_of(uow: UnitOfWork, party: Party) -> Phone | None:
    """The number of a whole network, as whoever described it told us."""
    network = uow.networks.get(party)
    known = dialled(network.hotline) if network else None
    return Phone(known, network.name, network.support_hours) if network and known else None


def _name(uow: UnitOfWork, party: Party) -> str:
    network = uow.networks.get(party)
    return network.name if network else str(party)


def hours_in(text: str) -> SupportHours | None:
    """What the setting says: "24/7", "Mon-Fri 08:00-18:00 Europe/Amsterdam", or hours in words of their own."""
    if not text.strip():
        return None
    if text.strip() == "24/7":
        return SupportHours(always=True)
    week = _WEEK.fullmatch(text.strip())
    if week is None:
        return SupportHours(text=(("", text.strip()),))
    first, last = (_DAYS.index(week[name].lower()) for name in ("first", "last"))
    days = [(first + day) % len(_DAYS) for day in range((last - first) % len(_DAYS) + 1)]
    begin, end = time.fromisoformat(week["begin"]), time.fromisoformat(week["end"])
    return SupportHours(week=tuple(Opening(day, begin, end) for day in days), zone=week["zone"] or "UTC")
