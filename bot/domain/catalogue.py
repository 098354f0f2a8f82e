"""What we know of a network beside OCPI: how to start there, what its stickers look like, whom to call, what we add.

A network is an OCPI party, whichever partner brings its stations. A party that nobody described has the defaults.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from enum import StrEnum
from typing import Final

from bot.domain.ids import Party

Told = tuple[tuple[str, str], ...]
"""Words by language, ("", text) where no language was named."""

DAYS_A_WEEK: Final = 7
ENOUGH_ANSWERS: Final = 3
"""So few drivers are no rumour any more."""

MOST_ANSWERS: Final = 25
"""With so many answers nobody needs to be asked."""

CLEAR_SHARE: Final = Decimal("0.7")


class StartOrder(StrEnum):
    """What comes first at the station: the cable or the start."""

    PLUG_FIRST = "plug_first"
    START_FIRST = "start_first"
    EITHER = "either"
    UNKNOWN = "unknown"


class Spot(StrEnum):
    """Where an identifier can be printed; the four panels of our own picture, in this order."""

    STICKER = "sticker"
    DISPLAY = "display"
    PLATE = "plate"
    PLUG = "plug"


class Question(StrEnum):
    """What drivers are asked about a network after a charge, one tap each."""

    ORDER = "order"
    SPOT = "spot"


@dataclass(frozen=True, slots=True)
class Profile:
    """Its identifiers: how one looks, `pattern` (a regular expression of the safe kind) that all follow, and where."""

    example: str = ""
    pattern: str = ""
    where_printed: Told = ()
    has_picture: bool = False


@dataclass(frozen=True, slots=True)
class OwnFee:
    """What we add to the operator's price. Amounts include VAT if `vat_included`; `vat` is in percent, if known."""

    currency: str
    per_start: Decimal = Decimal(0)
    per_kwh: Decimal = Decimal(0)
    percent: Decimal = Decimal(0)
    vat: Decimal | None = None
    vat_included: bool = True

    def with_vat(self, amount: Decimal) -> Decimal | None:
        """What a driver pays of it; None when nobody told the VAT that comes on top."""
        if self.vat_included:
            return amount
        return None if self.vat is None else amount * (1 + self.vat / 100)


@dataclass(frozen=True, slots=True)
class Opening:
    """Hours of one weekday (0 is Monday); an end at or before the begin is on the next day."""

    weekday: int
    begin: time
    end: time


@dataclass(frozen=True, slots=True)
class SupportHours:
    """When somebody answers the hotline: always, by the week, or in words."""

    always: bool = False
    week: tuple[Opening, ...] = ()
    text: Told = ()
    zone: str = "UTC"

    def open_at(self, local: datetime) -> bool | None:
        """Whether somebody answers at this time, by the clock of the zone; None where only words say so."""
        if self.always:
            return True
        if not self.week:
            return None
        return any(_open(opening, local) for opening in self.week)


def _open(opening: Opening, local: datetime) -> bool:
    today, now = local.weekday(), local.time()
    if opening.begin < opening.end:
        return opening.weekday == today and opening.begin <= now < opening.end
    if opening.weekday == today:
        return opening.begin <= now
    return opening.weekday == (today - 1) % DAYS_A_WEEK and now < opening.end


@dataclass(frozen=True, slots=True)
class Network:
    """One description. `enabled` False: its connectors are shown, and started only by card or at the terminal.

    `reservations`: charge points there may be reserved; what that costs is the operator's tariff.
    """

    party: Party
    name: str
    updated: date
    enabled: bool = True
    reservations: bool = False
    countries: tuple[str, ...] = ()
    start_order: StartOrder = StartOrder.UNKNOWN
    hotline: str = ""
    support_hours: SupportHours | None = None
    fee_text: Told = ()
    fee: OwnFee | None = None
    profile: Profile = Profile()


@dataclass(frozen=True, slots=True)
class DriverAnswer:
    """What one driver said of a network, once per question; empty when they were asked and have not answered."""

    party: Party
    question: Question
    driver_id: int
    answer: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Said:
    """What drivers say: most of them `answer`, `agreeing` of `asked`."""

    answer: str
    agreeing: int
    asked: int


def majority(answers: Mapping[str, int]) -> Said | None:
    """What drivers agree on, once enough of them have answered and most say the same."""
    asked = sum(answers.values())
    if asked < ENOUGH_ANSWERS:
        return None
    answer, agreeing = max(answers.items(), key=lambda item: (item[1], item[0]))
    return Said(answer, agreeing, asked) if agreeing >= CLEAR_SHARE * asked else None


def said_in(told: Told, language: str) -> str | None:
    """The words in this language, else those of no language, else English, else any."""
    words = dict(told)
    return words.get(language) or words.get("") or words.get("en") or next(iter(words.values()), None)
