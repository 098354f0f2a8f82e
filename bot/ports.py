"""What the services need from the world, each method with its promise in one line.

A transaction is a function: `Database.write(work)` runs `work(uow)` alone and in order, and when it returns the
outcome is on the disk. `work` is not a coroutine, so a transaction can never be held across a wait on the network.
"""

from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import IntEnum, StrEnum
from typing import Protocol, TypeVar

from bot.domain.alert import Alert
from bot.domain.catalogue import DriverAnswer, Network, Question
from bot.domain.charge import Answer, Charge, Fact, State
from bot.domain.driver import Driver, Filters, Pass, PassStatus
from bot.domain.feedback import FaultReport, Rating
from bot.domain.ids import (
    CdrId,
    ChargeId,
    DriverId,
    EvseUid,
    PartnerId,
    Party,
    PassNumber,
    StationId,
    TariffId,
    TokenUid,
)
from bot.domain.network import Partner
from bot.domain.reservation import Reservation
from bot.domain.session import Cdr, Session, SessionKey
from bot.domain.station import Evse, Found, Point, Station
from bot.domain.tariffs.tariff import Tariff
from bot.domain.ticket import Cause, Relay, Ticket
from bot.domain.watch.readings import Reading

T = TypeVar("T")


# ── time and chance ──────────────────────────────────────────────────────────────────────────────────────────────


class Clock(Protocol):
    def now(self) -> datetime:
        """The time, in UTC and aware of it."""

    async def sleep(self, seconds: float) -> None:
        """Wait; in tests this is where virtual time passes."""


class Ids(Protocol):
    def charge_id(self) -> ChargeId:
        """A new lower-case UUIDv4."""

    def secret(self) -> str:
        """128 random bits, safe in a URL."""

    def token_uid(self) -> TokenUid:
        """A new OCPI token uid, at most 36 characters, never given before."""


# ── stores: all methods act inside the transaction that gave the store ───────────────────────────────────────────


class Partners(Protocol):
    def add(self, partner: Partner) -> Partner:
        """Store a new partner and give it back with its id (the id given in is ignored)."""

    def save(self, partner: Partner) -> None: ...

    def get(self, partner_id: PartnerId) -> Partner | None: ...

    def all(self) -> Sequence[Partner]: ...

    def by_token_hash(self, token_hash: str) -> Partner | None:
        """The partner that uses the token with this hash on us, whatever its state."""

    def remove(self, partner_id: PartnerId) -> None:
        """Forget the credential; stations of it are hidden, charges and bills stay."""


class Networks(Protocol):
    def get(self, party: Party) -> Network | None:
        """The description, if there is one."""

    def all(self) -> Sequence[Network]: ...

    def save(self, network: Network) -> None:
        """Store the description; one that switches its network on or off has its stations found accordingly."""

    def picture(self, party: Party) -> bytes | None:
        """Where its identifiers are printed, as a JPEG or PNG."""

    def save_picture(self, party: Party, content: bytes | None) -> None:
        """Of a network that is stored; None takes it away."""

    def startable_stations(self) -> Mapping[Party, int]:
        """How many visible stations of each party can be started from a chat; parties without one are left out."""

    def answers(self, party: Party) -> Mapping[Question, Mapping[str, int]]:
        """How many drivers gave which answer, for every question."""

    def answer_of(self, party: Party, question: Question, driver_id: DriverId) -> str | None:
        """What this driver said, empty if they were only asked; None if they never were."""

    def note_answer(self, answer: DriverAnswer) -> None:
        """Store it in place of an earlier one of the same driver."""

    def forget_driver(self, driver_id: DriverId) -> None: ...


@dataclass(frozen=True, slots=True)
class Ready:
    """A station of an operator's list made ready to be stored, maybe by another process: plain values only.

    `source` is the digest of the words it was read from, `body` its JSON; it is found by `rows` (plug, row of latitude
    and so on, as the table has them) and `forms` (identifier and charge point) and by the `words` of its name.
    """

    id: StationId
    partner_id: PartnerId
    party: str
    source: bytes
    digest: bytes
    body: str
    last_updated: datetime
    heard_at: datetime
    rows: tuple[Mapping[str, str | int | float | bool], ...]
    forms: tuple[tuple[str, str], ...]
    words: tuple[str, ...] = ()


class Stations(Protocol):
    def put(self, stations: Iterable[Station]) -> int:
        """Store each whole, with its search rows and identifiers; give how many changed. Unchanged ones cost little."""

    def put_ready(self, ready: Sequence[Ready]) -> int:
        """As `put`, of stations whose `source` is to be remembered until a push changes them."""

    def sources(self, ids: Sequence[StationId]) -> Mapping[StationId, bytes]:
        """Of these, the visible ones that are as they were read, with the digest of the words they were read from."""

    def heard(self, ids: Sequence[StationId], at: datetime) -> None:
        """Their operator said again what it said before."""

    def get(self, station_id: StationId) -> Station | None:
        """None also for a hidden one, until it is put again."""

    def absent_since(self, partner_id: PartnerId, party: Party | None, pulled_at: datetime) -> int:
        """After a full pull: hide the stations not heard since `pulled_at`; give how many."""

    def near(self, point: Point, *, limit: int, filters: Filters) -> Sequence[Found]:
        """Visible stations by distance, nearest first; the search stops as soon as it has enough."""

    def by_words(self, words: Sequence[str], limit: int, near: Point | None = None) -> Sequence[Station]:
        """Visible stations in whose name or address a word begins with each of these (as by `words_of`).

        Those nearest to `near`; without it those first where the words are whole, as far as one look finds them.
        Where there is none, a word of five letters or more may be wrong by one after its second.
        """

    def by_identifier(self, normal: str, limit: int) -> Sequence[tuple[Station, Evse]]:
        """Charge points whose normalised identifier is `normal`; failing that, those it is a suffix of."""


class Tariffs(Protocol):
    def put(self, partner_id: PartnerId, tariffs: Iterable[tuple[Party, Tariff]]) -> int: ...

    def get(self, partner_id: PartnerId, party: Party, tariff_id: TariffId) -> Tariff | None: ...

    def remove(self, partner_id: PartnerId, party: Party, tariff_id: TariffId) -> bool:
        """Whether there was one."""


class Drivers(Protocol):
    def get(self, driver_id: DriverId) -> Driver | None: ...

    def save(self, driver: Driver) -> None: ...

    def passes(self, driver_id: DriverId) -> Sequence[Pass]: ...

    def save_pass(self, pass_: Pass) -> None: ...

    def pass_by_number(self, number: PassNumber) -> Pass | None: ...

    def pass_as_printed(self, typed: str) -> Pass | None:
        """The imported pass with this number, however it is typed."""

    def pass_by_token(self, uid: str, contract_id: str) -> Pass | None:
        """By the card's uid, else by the contract if all passes of it are one driver's; compared as `bare`."""

    def any_imported(self) -> bool:
        """Whether a pass was ever imported."""

    def count_passes(self) -> Mapping[PassStatus, int]:
        """How many passes there are by status, welcome passes too."""

    def cards(self, date_from: datetime | None, date_to: datetime | None, *, offset: int, limit: int) -> Sequence[Pass]:
        """Passes with a card that is or was good, changed in [date_from, date_to), the longest unchanged first."""

    def count_cards(self, date_from: datetime | None, date_to: datetime | None) -> int: ...


class Attempts(Protocol):
    """What somebody may do only so often: guesses, exports."""

    def add(self, subject: str, at: datetime) -> None: ...

    def count(self, subject: str, since: datetime) -> int: ...

    def prune(self, before: datetime) -> int:
        """Forget those before then."""


class Charges(Protocol):
    def add(self, charge: Charge) -> None:
        """Store a new charge.

        Raises:
            Refused: ALREADY_CHARGING or CONNECTOR_TAKEN, when the driver or the charge point has one that claims it.

        """

    def save(self, charge: Charge) -> None:
        """Store the charge and append its `news` to its timeline."""

    def get(self, charge_id: ChargeId) -> Charge | None: ...

    def by_reference(self, partner_id: PartnerId, reference: str) -> Charge | None:
        """By authorization_reference, without regard to case, also when cut short to 36 characters."""

    def by_token(self, partner_id: PartnerId, uid: str) -> Charge | None:
        """By the token uid made for this charge alone."""

    def by_session(self, key: SessionKey) -> Charge | None: ...

    def of_driver(self, driver_id: DriverId, limit: int) -> Sequence[Charge]:
        """The driver's charges, newest first."""

    def claimed_by(self, driver_id: DriverId) -> Charge | None:
        """The driver's charge that keeps another from starting, if any."""

    def in_states(self, states: Iterable[State]) -> Sequence[Charge]: ...

    def started_since(self, since: datetime, *, driver_id: DriverId) -> int:
        """How many starts this driver has pressed since then."""

    def failed_since(self, since: datetime, station_id: StationId, evse_uid: EvseUid) -> int:
        """How many starts at this charge point were refused or not confirmed since then."""

    def timeline(self, charge_id: ChargeId) -> Sequence[Fact]:
        """All facts, oldest first."""

    def to_show(self, limit: int) -> Sequence[Charge]:
        """Charges whose live card shows an older version, the longest waiting first."""


class Sessions(Protocol):
    def get(self, key: SessionKey) -> Session | None: ...

    def save(self, session: Session, charge_id: ChargeId | None) -> None: ...

    def strays(self) -> Sequence[Session]:
        """Sessions that belong to no charge we know."""


class Cdrs(Protocol):
    def add(self, cdr: Cdr, charge_id: ChargeId | None, received_at: datetime) -> bool:
        """Store an immutable record; False if it is there already with equal content.

        Raises:
            Conflict: the same id is there with other content.

        """

    def get(self, partner_id: PartnerId, party: Party, cdr_id: CdrId) -> Cdr | None: ...

    def of_charge(self, charge_id: ChargeId) -> Sequence[Cdr]:
        """Records and credits of a charge, in the order they came."""

    def claim_credits(self, bill: Cdr, charge_id: ChargeId) -> Sequence[Cdr]:
        """The credits of this bill that were nobody's belong to this charge from now on; those, as they came."""


class Readings(Protocol):
    def add(self, charge_id: ChargeId, reading: Reading) -> None:
        """Keep a reading; another of the same moment takes its place."""

    def of_charge(self, charge_id: ChargeId) -> Sequence[Reading]:
        """Those kept, oldest first."""


class JobKind(StrEnum):
    START = "start"  # fence and send a start
    RESOLVE = "resolve"  # read sessions back until the start is clear
    STAGE = "stage"  # the next sentence for a waiting driver
    STOP = "stop"  # send a stop until the session has ended
    WATCH = "watch"  # ask when a running session is quiet
    BILL = "bill"  # ask for a bill that does not come
    GUARD = "guard"  # what the clock alone brings to a charge: limits, fees, a cable still in
    ALERT = "alert"  # look at a station that somebody waits for
    CARD = "card"  # tell an operator whether a card is good
    LEAVE = "leave"  # forget a driver once nothing is open
    SYNC = "sync"  # pull stations and tariffs of a partner
    TICKET = "ticket"  # remind people of a ticket that nobody has answered
    RECONCILE = "reconcile"  # pull sessions and bills of a partner


@dataclass(frozen=True, slots=True)
class Job:
    """Work that must happen at `due_at` or as soon as we live after it; one per (kind, key)."""

    kind: JobKind
    key: str
    due_at: datetime
    attempts: int = 0
    version: int = 0


class Jobs(Protocol):
    def put(self, kind: JobKind, key: str, due_at: datetime) -> None:
        """Schedule; an existing job of the same kind and key is moved to `due_at` if that is sooner."""

    def claim(self, now: datetime, kinds: Iterable[JobKind], owner: str, lease: timedelta, limit: int) -> Sequence[Job]:
        """Due jobs that nobody holds, the longest due first, now held by `owner` until now + lease."""

    def done(self, job: Job) -> None:
        """Remove a claimed job, unless it was put again meanwhile: then only let go of it."""

    def again(self, job: Job, due_at: datetime) -> None:
        """Let go of a claimed job until then, one attempt more; a sooner `put` meanwhile wins."""

    def drop(self, kind: JobKind, key: str) -> None: ...

    def next_due(self, kinds: Iterable[JobKind]) -> datetime | None:
        """When the next job nobody holds is due, or a lease ends."""

    def release(self, owner: str | None) -> None:
        """Let go of all jobs of this owner, or of every owner (this process just started and is alone)."""


class Lane(IntEnum):
    """What is told first."""

    STOP = 0
    START = 1
    RECEIPT = 2
    PROGRESS = 3


@dataclass(frozen=True, slots=True)
class Notice:
    """Something a driver must be told by a new message, at least once. `facts` are plain JSON values."""

    driver_id: DriverId
    kind: str
    lane: Lane
    made_at: datetime
    charge_id: ChargeId | None = None
    facts: Mapping[str, str | int | None] = field(default_factory=dict)
    silent: bool = False
    id: int = 0
    attempts: int = 0


class Notices(Protocol):
    def add(self, notice: Notice) -> None: ...

    def due(self, now: datetime, limit: int) -> Sequence[Notice]:
        """Those not told yet and not waiting for a retry, by lane and age."""

    def told(self, notice_id: int, now: datetime) -> None: ...

    def later(self, notice_id: int, due_at: datetime) -> None:
        """Try again then."""

    def undeliverable(self, notice_id: int, now: datetime, reason: str) -> None: ...

    def again(self, driver_id: DriverId, lane: Lane, since: datetime) -> int:
        """Take up again what could not be delivered to this driver in this lane since then; give how many."""


@dataclass(frozen=True, slots=True)
class Card:
    """The one live message of a charge (0 while there is none); `shown_version` is the version that it shows."""

    charge_id: ChargeId
    chat_id: int
    message_id: int
    shown_version: int = 0
    pinned: bool = False


class Cards(Protocol):
    def get(self, charge_id: ChargeId) -> Card | None: ...

    def save(self, card: Card) -> None: ...


@dataclass(frozen=True, slots=True)
class InboxUpdate:
    """One update of the messenger as it came; `lane` keys the order in which a driver's updates are handled."""

    id: int
    lane: str
    body: bytes
    received_at: datetime
    attempts: int = 0


class Inbox(Protocol):
    def add(self, updates: Sequence[InboxUpdate]) -> set[int]:
        """Store those never seen before; give their ids."""

    def waiting(self) -> Sequence[InboxUpdate]:
        """Those not finished, oldest first."""

    def finish(self, update_ids: Sequence[int], now: datetime) -> None: ...

    def failed(self, update_id: int, error: str, *, dead: bool) -> None:
        """Count a failed attempt; a dead one is kept for people and not tried again."""

    def prune(self, before: datetime) -> int:
        """Forget finished updates older than that."""


@dataclass(frozen=True, slots=True)
class Dialogue:
    """Which question a chat is being asked: a conversation's name, its state, and the answers so far (plain JSON)."""

    key: str
    conversation: str = ""
    state: str = ""
    memory: Mapping[str, object] = field(default_factory=dict)


PLACE = ("point", "point_at")
"""Where a driver stood, coarsely, and since when we know it: the only answers that hold a place."""


def place_is_old(memory: Mapping[str, object], before: datetime) -> bool:
    """Whether these answers hold a place that they had before then."""
    since = memory.get("point_at")
    return "point" in memory and not (isinstance(since, str) and datetime.fromisoformat(since) >= before)


class Dialogues(Protocol):
    def load(self, keys: Sequence[str]) -> Mapping[str, Dialogue]:
        """Those there are, by key."""

    def save(self, dialogues: Sequence[Dialogue]) -> None:
        """Store each; one without a conversation is removed."""

    def forget_places(self, before: datetime) -> int:
        """Drop `point`, where a driver stood, from the answers that have it since before then (`point_at`)."""


@dataclass(frozen=True, slots=True)
class Button:
    """What a press means; its `key` is all that travels.

    Only `driver_id` may press, until `expires_at`; `once` wears it out.
    """

    key: str
    driver_id: DriverId
    action: str
    subject: str
    shown_at: datetime
    expires_at: datetime | None = None
    once: bool = False
    used_at: datetime | None = None


class Buttons(Protocol):
    def add(self, buttons: Sequence[Button]) -> None:
        """Store those whose key is new; refresh `shown_at` and `expires_at` of the others."""

    def get(self, key: str) -> Button | None: ...

    def use(self, key: str, now: datetime) -> bool:
        """Wear out a once-button; False if it was used before."""

    def prune(self, before: datetime) -> int:
        """Forget buttons that expired before then."""


@dataclass(frozen=True, slots=True)
class Objection:
    """An object of a partner that could not be used, and why; for the people who run the bot."""

    partner_id: PartnerId
    module: str
    object_id: str
    reason: str
    at: datetime


class Objections(Protocol):
    def add(self, objections: Sequence[Objection]) -> None:
        """Keep the newest per (partner, module, object, reason)."""

    def of_partner(self, partner_id: PartnerId, limit: int) -> Sequence[Objection]: ...


class Feedback(Protocol):
    def rate(self, rating: Rating) -> None:
        """Store it; another one of its charge is replaced."""

    def rating(self, charge_id: ChargeId) -> Rating | None: ...

    def ratings(self, limit: int) -> Sequence[Rating]:
        """The newest first."""

    def report(self, report: FaultReport) -> int:
        """Store it and give its number (the one in it is ignored)."""

    def describe(self, report_id: int, driver_id: DriverId, comment: str) -> None:
        """Put words beside a report of this driver; another's stays as it is."""

    def reports(self, limit: int) -> Sequence[FaultReport]:
        """The newest first."""


class Alerts(Protocol):
    def add(self, alert: Alert) -> None:
        """Store it; another one of the same driver and place is replaced."""

    def of_driver(self, driver_id: DriverId) -> Sequence[Alert]:
        """The next to end first."""

    def at(self, station_ids: Sequence[StationId]) -> Sequence[Alert]:
        """All that wait for one of these stations, the next to end first."""

    def remove(self, driver_id: DriverId, station_id: StationId, evse_uid: EvseUid) -> bool:
        """Whether there was one."""


class Tickets(Protocol):
    """What people look after, the topic of each, and what is on its way between them and drivers."""

    def add(self, ticket: Ticket) -> Ticket:
        """Store a new ticket and give it back with its number."""

    def save(self, ticket: Ticket) -> None: ...

    def get(self, ticket_id: int) -> Ticket | None: ...

    def by_topic(self, chat_id: int, topic_id: int) -> Ticket | None: ...

    def open_of(self, driver_id: DriverId) -> Sequence[Ticket]:
        """Those that are not closed, the newest first."""

    def of_cause(self, charge_id: ChargeId, cause: Cause) -> Ticket | None:
        """The newest with this cause, open or closed."""

    def before(self, ticket_id: int) -> int:
        """How many older ones wait for an agent."""

    def to_show(self, limit: int) -> Sequence[Ticket]:
        """Those whose topic shows an older version, the oldest first."""

    def latest(self, limit: int) -> Sequence[Ticket]:
        """The newest first."""

    def pass_on(self, relay: Relay, key: str) -> bool:
        """Have it passed on; False if one with this key is known already."""

    def on_their_way(self, now: datetime, limit: int) -> Sequence[Relay]:
        """Those not passed on and not waiting for a retry, the oldest first."""

    def passed_on(self, relay_id: int, sent_id: int, now: datetime) -> None:
        """It has arrived as this message; 0 if it never can."""

    def later(self, relay_id: int, due_at: datetime) -> None:
        """Try again then."""

    def copy_of(self, chat_id: int, message_id: int) -> Relay | None:
        """How this message was copied, on its way or arrived."""


class Personal(Protocol):
    """All that is stored of one driver, in whatever table it is."""

    def everything(self, driver_id: DriverId) -> Mapping[str, Sequence[Mapping[str, object]]]:
        """Rows by table, as plain JSON values, without secrets."""

    def erase(self, driver_id: DriverId, pseudonym: DriverId) -> None:
        """Forget it, but for passes (the caller unlinks them) and for what bills, which goes to the pseudonym.

        Attempts stay until they are pruned, a day later: nobody makes new ones by leaving and coming back.
        """

    def purge(self, before: datetime) -> int:
        """Remove charges of pseudonyms made before then, with all that belongs to them; give how many."""


class UnitOfWork(Protocol):
    """One transaction: everything done through its stores becomes true together, or not at all."""

    @property
    def partners(self) -> Partners: ...
    @property
    def networks(self) -> Networks: ...
    @property
    def stations(self) -> Stations: ...
    @property
    def tariffs(self) -> Tariffs: ...
    @property
    def drivers(self) -> Drivers: ...
    @property
    def personal(self) -> Personal: ...
    @property
    def attempts(self) -> Attempts: ...
    @property
    def charges(self) -> Charges: ...
    @property
    def sessions(self) -> Sessions: ...
    @property
    def cdrs(self) -> Cdrs: ...
    @property
    def readings(self) -> Readings: ...
    @property
    def jobs(self) -> Jobs: ...
    @property
    def notices(self) -> Notices: ...
    @property
    def cards(self) -> Cards: ...
    @property
    def inbox(self) -> Inbox: ...
    @property
    def dialogues(self) -> Dialogues: ...
    @property
    def buttons(self) -> Buttons: ...
    @property
    def feedback(self) -> Feedback: ...
    @property
    def alerts(self) -> Alerts: ...
    @property
    def tickets(self) -> Tickets: ...
    @property
    def objections(self) -> Objections: ...


class Database(Protocol):
    async def write(self, work: Callable[[UnitOfWork], T]) -> T:
        """Run `work` in a transaction of its own; what it raises undoes it alone and reaches the caller.

        It may be run anew when the first run was undone, so it should change nothing but through `uow`.

        Raises:
            StoreFull: the disk has no room. StoreBusy: another process holds the database. Nothing was changed.

        """

    async def read(self, work: Callable[[UnitOfWork], T]) -> T:
        """Run `work` on a consistent picture; it may not write."""

    @property
    def full(self) -> bool:
        """Whether the disk had no room lately: then nothing new should begin, and what is left is for stops."""


# ── the world outside ────────────────────────────────────────────────────────────────────────────────────────────


class CpoGateway(Protocol):
    """Operators, spoken to in their own version of OCPI. Every method asks once and never retries by itself."""

    async def start(self, charge: Charge, language: str) -> Answer:
        """Send the start of a fenced charge, exactly once.

        Raises:
            NotSent: provably nothing reached the operator. Unclear: it may have acted.

        """

    async def stop(self, charge: Charge) -> Answer:
        """Ask to stop the session of the charge.

        Raises:
            NotSent, Unclear: as for start; a stop is safe to repeat.

        """

    async def unlock(self, charge: Charge) -> Answer:
        """Ask to open the lock of the charge's connector; for people at a help desk, never for a driver.

        Raises:
            NotSent, Unclear: as for start.

        """

    async def reserve(self, reservation: Reservation, language: str) -> Answer:
        """Ask to keep the charge point free until then; asked again with the same id, the end moves.

        Raises:
            NotSent, Unclear: as for start.

        """

    async def cancel_reservation(self, reservation: Reservation) -> Answer:
        """Ask to give it up; what it has cost until then may be billed.

        Raises:
            NotSent, Unclear: as for start; NotSent also where the operator's version of OCPI has no such command.

        """

    async def push_token(self, charge: Charge, language: str) -> None:
        """Make the charge's token known to the operator, if it takes tokens.

        Raises:
            PartnerError: it could not be told; a start may work all the same.

        """

    async def push_card(self, partner_id: PartnerId, card: Pass, language: str) -> None:
        """Tell an operator that takes tokens whether this card is good.

        Raises:
            PartnerError: it could not be told.

        """

    def sessions(self, partner_id: PartnerId, since: datetime) -> AsyncIterator[Session]:
        """All sessions changed since then, page by page; what cannot be read is recorded as an Objection.

        Raises:
            PartnerError: the operator could not be asked.

        """

    def cdrs(self, partner_id: PartnerId, since: datetime) -> AsyncIterator[Cdr]:
        """All bills changed since then, likewise."""

    async def refresh(self, station: Station) -> Station | None:
        """The station as its operator has it now, or None if it no longer has it.

        Raises:
            PartnerError: the operator could not be asked.

        """


class DriverNotifier(Protocol):
    def wake(self) -> None:
        """There may be something to tell; never waits and never raises."""
