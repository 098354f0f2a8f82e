"""Whom we ask and what there is to charge at: partners, networks, stations, tariffs."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.domain.catalogue import DriverAnswer, Network, Question
from bot.domain.driver import Filters
from bot.domain.ids import (
    DriverId,
    PartnerId,
    Party,
    StationId,
    TariffId,
)
from bot.domain.network import Partner
from bot.domain.station import Evse, Found, Point, Station
from bot.domain.tariffs.tariff import Tariff


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
