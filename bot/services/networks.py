"""Networks: what is known of each, by its description, by its live data, and by what drivers say."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from types import MappingProxyType
from typing import Final

from bot.domain.catalogue import (
    MOST_ANSWERS,
    DriverAnswer,
    Network,
    OwnFee,
    Question,
    Said,
    StartOrder,
    majority,
)
from bot.domain.ids import DriverId, Party
from bot.ports import Clock, Database, UnitOfWork
from bot.services.catalogue_file import Described, PictureTrouble, read_catalogue

COUNTED_FOR: Final = timedelta(seconds=10)
NO_NAMES: Final[Mapping[str, str]] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class About:
    """One network. `network` is None when nobody described it; `said` is what drivers agree on, by question."""

    party: Party
    network: Network | None
    connected: bool
    stations: int
    said: Mapping[Question, Said]

    @property
    def fee(self) -> OwnFee | None:
        return self.network.fee if self.network else None

    @property
    def name(self) -> str:
        return self.network.name if self.network else str(self.party)

    @property
    def countries(self) -> tuple[str, ...]:
        return self.network.countries if self.network and self.network.countries else (self.party.country_code,)

    @property
    def described_order(self) -> StartOrder:
        return self.network.start_order if self.network else StartOrder.UNKNOWN

    @property
    def order(self) -> StartOrder:
        """What comes first: as the description has it, else as drivers say."""
        said = self.said.get(Question.ORDER)
        if self.described_order is not StartOrder.UNKNOWN or said is None:
            return self.described_order
        return StartOrder(said.answer)


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import did with one network: new, changed or unchanged; and whether any partner has its party."""

    network: Network
    outcome: str
    connected: bool


class Networks:
    """`picture_trouble` judges the pictures of a file."""

    def __init__(self, db: Database, clock: Clock, picture_trouble: PictureTrouble) -> None:
        self._db = db
        self._clock = clock
        self._picture_trouble = picture_trouble
        self._counted: tuple[datetime, Mapping[Party, int]] | None = None

    # ── for drivers ──────────────────────────────────────────────────────────────────────────────────────────────

    async def about(self, party: Party) -> About:
        """What a driver needs to know before a start there; for that its stations are not counted.

        `connected` is not looked up either: whoever asks stands at one of its stations.
        """
        return await self._db.read(lambda uow: _about(uow, party, uow.networks.get(party), {party}, {}))

    async def counted(self, party: Party) -> About:
        """Likewise, with the number of its stations."""
        counts = await self._counts()
        return await self._db.read(lambda uow: _about(uow, party, uow.networks.get(party), _connected(uow), counts))

    async def _counts(self) -> Mapping[Party, int]:
        """Counting looks at the whole map, so it is not done for every driver who asks."""
        now = self._clock.now()
        if self._counted is None or not timedelta() <= now - self._counted[0] < COUNTED_FOR:
            self._counted = now, await self._db.read(lambda uow: uow.networks.startable_stations())
        return self._counted[1]

    async def picture(self, party: Party) -> bytes | None:
        return await self._db.read(lambda uow: uow.networks.picture(party))

    async def listed(self, wanted: str = "", country_names: Mapping[str, str] = NO_NAMES) -> tuple[About, ...]:
        """The networks a driver can use now, by name; only those whose name, party or country has `wanted` in it.

        `country_names` are the driver's own words for country codes.
        """
        counts = await self._counts()

        def work(uow: UnitOfWork) -> tuple[About, ...]:
            described = {network.party: network for network in uow.networks.all()}
            connected = _connected(uow)
            usable = (party for party in connected if party not in described or described[party].enabled)
            found = (_about(uow, party, described.get(party), connected, counts) for party in usable)
            return tuple(sorted(found, key=lambda one: one.name.casefold()))

        everything = await self._db.read(work)
        key = _folded(wanted)
        return tuple(one for one in everything if key in _searched(one, country_names)) if key else everything

    async def newest(self) -> date | None:
        """When the descriptions were last changed."""
        networks = await self._db.read(lambda uow: uow.networks.all())
        return max((network.updated for network in networks), default=None)

    async def answer(self, driver_id: DriverId, party: Party, question: Question, answer: str) -> None:
        """What this driver says; a second answer takes the place of the first."""
        noted = DriverAnswer(party, question, driver_id, answer, self._clock.now())
        await self._db.write(lambda uow: uow.networks.note_answer(noted))

    # ── for the people who run the bot ───────────────────────────────────────────────────────────────────────────

    async def everything(self) -> tuple[About, ...]:
        """All that are described or connected, switched off or not."""
        counts = await self._counts()

        def work(uow: UnitOfWork) -> tuple[About, ...]:
            described = {network.party: network for network in uow.networks.all()}
            connected = _connected(uow)
            parties = sorted(connected | described.keys(), key=str)
            return tuple(_about(uow, party, described.get(party), connected, counts) for party in parties)

        return await self._db.read(work)

    async def import_file(self, text: str, pictures: Mapping[str, bytes]) -> tuple[Imported, ...]:
        """Take the networks of a file, all or none; those it does not name stay as they are.

        Raises:
            CatalogueError: with every mistake of the file.

        """
        described = read_catalogue(text, pictures, self._picture_trouble, self._clock.now().date())

        def work(uow: UnitOfWork) -> tuple[Imported, ...]:
            connected = _connected(uow)
            return tuple(_take(uow, one, connected) for one in described)

        taken = await self._db.write(work)
        self._counted = None
        return taken


def worth_asking(uow: UnitOfWork, driver_id: DriverId, party: Party) -> bool:
    """Whether to ask this driver what comes first there: never twice, and not where it is known well enough."""
    network = uow.networks.get(party)
    if network is not None and network.start_order is not StartOrder.UNKNOWN:
        return False
    if uow.networks.answer_of(party, Question.ORDER, driver_id) is not None:
        return False
    return sum(uow.networks.answers(party)[Question.ORDER].values()) < MOST_ANSWERS


def _about(
    uow: UnitOfWork, party: Party, network: Network | None, connected: set[Party], counts: Mapping[Party, int]
) -> About:
    answers = uow.networks.answers(party)
    said = {question: agreed for question in Question if (agreed := majority(answers[question]))}
    return About(party, network, party in connected, counts.get(party, 0), said)


def _connected(uow: UnitOfWork) -> set[Party]:
    return {party for partner in uow.partners.all() if partner.connected for party in partner.parties}


def _take(uow: UnitOfWork, described: Described, connected: set[Party]) -> Imported:
    network, before = described.network, uow.networks.get(described.network.party)
    same_picture = uow.networks.picture(network.party) == described.picture
    if before is not None and same_picture and replace(network, updated=before.updated) == before:
        return Imported(before, "unchanged", network.party in connected)
    uow.networks.save(network)
    uow.networks.save_picture(network.party, described.picture)
    return Imported(network, "new" if before is None else "changed", network.party in connected)


def _searched(one: About, country_names: Mapping[str, str]) -> str:
    countries = (f"{code} {country_names.get(code, '')}" for code in one.countries)
    return _folded(" ".join([one.name, str(one.party), *countries]))


def _folded(text: str) -> str:
    return re.sub(r"\W+", " ", text.casefold()).strip()
