"""What the driver's handlers may ask for, as bot.app made it."""

from collections.abc import Callable
from dataclasses import dataclass, field

from bot.services.alerts import Alerts
from bot.services.charging import Charging
from bot.services.contacts import Contacts
from bot.services.drivers import Drivers
from bot.services.favourites import Favourites
from bot.services.feedback import Feedback
from bot.services.following import Following
from bot.services.history import History
from bot.services.networks import Networks
from bot.services.passes import Passes
from bot.services.personal import Personal
from bot.services.preferences import Preferences
from bot.services.stations import Stations
from bot.services.support import Support
from handlers.pictures.codes import Reader
from handlers.telegram.asking import Asking
from handlers.telegram.context import Context


@dataclass(frozen=True, slots=True)
class Services:
    """The services, and the few facts about ourselves that drivers read; `wake` has cards looked at at once."""

    charging: Charging
    drivers: Drivers
    following: Following
    stations: Stations
    networks: Networks
    passes: Passes
    preferences: Preferences
    personal: Personal
    hotline: str = ""
    wake: Callable[[], None] = lambda: None
    codes: Reader = field(default_factory=Reader)
    contacts: Contacts = field(kw_only=True)
    asking: Asking = field(kw_only=True)
    history: History = field(kw_only=True)
    feedback: Feedback = field(kw_only=True)
    favourites: Favourites = field(kw_only=True)
    support: Support = field(kw_only=True)
    alerts: Alerts = field(kw_only=True)


DriverContext = Context[Services]
