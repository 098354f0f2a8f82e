"""What the driver's handlers may ask for, as bot.app made it."""

from dataclasses import dataclass

from bot.services.charging import Charging
from bot.services.drivers import Drivers
from bot.services.following import Following
from bot.services.stations import Stations
from handlers.telegram.context import Context


@dataclass(frozen=True, slots=True)
class Services:
    """The services, and the few facts about ourselves that drivers read."""

    charging: Charging
    drivers: Drivers
    following: Following
    stations: Stations
    hotline: str = ""


DriverContext = Context[Services]
