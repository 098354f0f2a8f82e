"""One transaction's stores. The database begins and ends it; the stores only act in it."""

from sqlalchemy import Connection

from data.db.store import Cipher
from data.db.stores.alerts import SqlAlerts
from data.db.stores.attempts import SqlAttempts
from data.db.stores.charges import SqlCharges
from data.db.stores.dialogues import SqlButtons, SqlDialogues
from data.db.stores.drivers import SqlDrivers
from data.db.stores.feedback import SqlFeedback
from data.db.stores.inbox import SqlInbox
from data.db.stores.jobs import SqlJobs
from data.db.stores.networks import SqlNetworks
from data.db.stores.notices import SqlCards, SqlNotices
from data.db.stores.partners import SqlObjections, SqlPartners
from data.db.stores.personal import SqlPersonal
from data.db.stores.readings import SqlReadings
from data.db.stores.sessions import SqlCdrs, SqlSessions
from data.db.stores.stations import SqlStations
from data.db.stores.tariffs import SqlTariffs
from data.db.stores.tickets import SqlTickets


class SqlUnitOfWork:
    """The stores of bot.ports on one connection; it may serve one transaction after another."""

    def __init__(self, connection: Connection, cipher: Cipher, *, writing: bool) -> None:
        self.stations = SqlStations(connection, writing=writing)
        self.networks = SqlNetworks(connection, self.stations, writing=writing)
        self.partners = SqlPartners(connection, cipher, self.stations, writing=writing)
        self.tariffs = SqlTariffs(connection, writing=writing)
        self.drivers = SqlDrivers(connection, writing=writing)
        self.personal = SqlPersonal(connection, writing=writing)
        self.attempts = SqlAttempts(connection, writing=writing)
        self.charges = SqlCharges(connection, writing=writing)
        self.sessions = SqlSessions(connection, writing=writing)
        self.cdrs = SqlCdrs(connection, writing=writing)
        self.readings = SqlReadings(connection, writing=writing)
        self.jobs = SqlJobs(connection, writing=writing)
        self.notices = SqlNotices(connection, writing=writing)
        self.cards = SqlCards(connection, writing=writing)
        self.inbox = SqlInbox(connection, writing=writing)
        self.dialogues = SqlDialogues(connection, writing=writing)
        self.buttons = SqlButtons(connection, writing=writing)
        self.feedback = SqlFeedback(connection, writing=writing)
        self.alerts = SqlAlerts(connection, writing=writing)
        self.tickets = SqlTickets(connection, writing=writing)
        self.objections = SqlObjections(connection, writing=writing)
