"""Whom a driver can call: the operator of a station, and us."""

from dataclasses import dataclass

from bot.domain.charge import Place
from bot.domain.phone import dialled
from bot.ports import Database, UnitOfWork


@dataclass(frozen=True, slots=True)
class Phone:
    """A number to dial, and whose it is."""

    number: str
    whose: str


@dataclass(frozen=True, slots=True)
class Hotline:
    """Our own number, "" while there is none, and when somebody answers it, as we wrote it down."""

    number: str = ""
    hours: str = ""


class Contacts:
    """`hotline` and `hours` are the settings, as the people who run the bot wrote them."""

    def __init__(self, db: Database, hotline: str = "", hours: str = "") -> None:
        self._db = db
        self.hotline = Hotline(dialled(hotline) or hotline, hours)

    async def operator(self, place: Place) -> Phone | None:
        """The operator's number for help at this place; None when it told us none that can be dialled."""
        return await self._db.read(lambda uow: phone_of(uow, place))


def phone_of(uow: UnitOfWork, place: Place) -> Phone | None:
    """What the station itself says, else what we know of its network; such numbers change, so the newest is read."""
    station, network = uow.stations.get(place.station_id), uow.networks.get(place.party)
    name = network.name if network else str(place.party)
    if station is not None and (own := dialled(station.help_phone)):
        return Phone(own, station.operator or name)
    known = dialled(network.hotline) if network else None
    return Phone(known, name) if known else None
