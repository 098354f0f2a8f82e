"""Reading a file of networks (TOML): every mistake is told with its place, and what to write instead."""

import re
import tomllib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bot.domain.catalogue import Network, Opening, OwnFee, Profile, StartOrder, SupportHours, Told
from bot.domain.errors import ChargebotError
from bot.domain.identifier import LONGEST
from bot.domain.ids import Party
from bot.domain.patterns import fits, trouble_in

DAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
LONGEST_TEXT: Final = 300
LONGEST_NAME: Final = 60
MOST_PERCENT: Final = 100
MOST_FEE: Final = 1000

NOBODY: Final = Party.of("XX", "XXX")
"""In place of a party that cannot be read."""

_PARTY: Final = re.compile(r"([A-Za-z]{2})[-*]?([A-Za-z0-9]{3})")
_COUNTRY: Final = re.compile(r"[A-Z]{2}")
_CURRENCY: Final = re.compile(r"[A-Z]{3}")
_PHONE: Final = re.compile(r"\+[0-9][0-9 ()/.-]{4,28}[0-9]")
_HOURS: Final = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])-(24:00|[01][0-9]:[0-5][0-9]|2[0-3]:[0-5][0-9])")
_LANGUAGE: Final = re.compile(r"[a-z]{2}")
_HEAD: Final = re.compile(r"^\s*\[\[\s*networks\s*\]\]")

PictureTrouble = Callable[[bytes], str | None]
"""Why a picture is not taken, as the end of a sentence; None when it is good."""


class CatalogueError(ChargebotError):
    """The file was not taken; the text has a line for each mistake."""

    def __init__(self, mistakes: list[str]) -> None:
        count = "1 mistake" if len(mistakes) == 1 else f"{len(mistakes)} mistakes"
        super().__init__("\n".join([f"Nothing was imported: the file has {count}.", *mistakes]))
        self.mistakes = mistakes


@dataclass(frozen=True, slots=True)
class Described:
    """A network of the file with its picture."""

    network: Network
    picture: bytes | None = None


def pictures_named(text: str) -> tuple[str, ...]:
    """The pictures that the file names, as paths beside it; none in a file that cannot be read."""
    try:
        entries = tomllib.loads(text).get("networks", [])
    except (ValueError, RecursionError):
        return ()
    if not isinstance(entries, list):
        return ()
    identifiers = (entry.get("identifier") for entry in entries if isinstance(entry, dict))
    named = (part.get("picture") for part in identifiers if isinstance(part, dict))
    return tuple(dict.fromkeys(name for name in named if isinstance(name, str)))


def read_catalogue(
    text: str, pictures: Mapping[str, bytes], picture_trouble: PictureTrouble, today: date
) -> tuple[Described, ...]:
    """All networks of the file; `today` is the date of those that name none.

    Raises:
        CatalogueError: with every mistake.

    """
    try:
        data = tomllib.loads(text, parse_float=Decimal)
    except (ValueError, RecursionError) as error:
        raise CatalogueError([f"This is no TOML: {error}."]) from None
    entries = data.get("networks")
    stray = [f"{name}: this key means nothing here; write [[networks]] above each network." for name in data]
    if not isinstance(entries, list) or not entries or not all(isinstance(entry, dict) for entry in entries):
        raise CatalogueError([*stray, 'There is no network in it: begin each with [[networks]] and party = "NL-ABC".'])
    mistakes = [line for name, line in zip(data, stray, strict=True) if name != "networks"]
    places = _Places(text)
    found: list[Described] = []
    for number, entry in enumerate(entries, 1):
        reader = _Entry(entry, number, places, today)
        described = reader.read(pictures, picture_trouble)
        mistakes += reader.mistakes
        found.append(described)
    parties = [described.network.party for described in found if described.network.party != NOBODY]
    mistakes += [
        f"{party} is described twice: leave one of them." for party, times in Counter(parties).items() if times > 1
    ]
    if mistakes:
        raise CatalogueError(mistakes)
    return tuple(found)


class _Places:
    """Where in the text a key of the n-th network stands."""

    def __init__(self, text: str) -> None:
        self._lines = text.splitlines()
        self._heads = [index for index, line in enumerate(self._lines) if _HEAD.match(line)]

    def line(self, number: int, key: str) -> int | None:
        if number > len(self._heads):
            return None
        begin = self._heads[number - 1]
        end = self._heads[number] if number < len(self._heads) else len(self._lines)
        name = key.rpartition(".")[2]
        pattern = re.compile(rf"""^\s*(\[.*\b)?["']?{re.escape(name)}["']?\s*(=|\]|\.)""")
        found = (index for index in range(begin + 1, end) if pattern.match(self._lines[index]))
        return next(found, begin) + 1


@dataclass
class _Entry:
    """One network of the file: each method reads one key, and notes a mistake instead of raising it."""

    data: dict[str, Any]
    number: int
    places: _Places
    today: date
    told: list[tuple[int, str]] = field(default_factory=list)
    known: set[str] = field(default_factory=set)

    @property
    def mistakes(self) -> list[str]:
        """In the order of their lines."""
        return [mistake for _, mistake in sorted(self.told)]

    def read(self, pictures: Mapping[str, bytes], picture_trouble: PictureTrouble) -> Described:
        party, picture = self._party(), self._picture(pictures, picture_trouble)
        network = Network(
            party=party,
            name=self._text("name", LONGEST_NAME) or str(party),
            updated=self._date("updated"),
            enabled=self._flag("enabled"),
            reservations=self._flag("reservations", otherwise=False),
            countries=self._countries(party),
            start_order=self._start_order(),
            hotline=self._hotline(),
            support_hours=self._support_hours(),
            fee_text=self._told("fee_text"),
            fee=self._fee(),
            profile=self._profile(has_picture=picture is not None),
        )
        self._strangers()
        return Described(network, picture)

    # ── keys ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def _party(self) -> Party:
        given = self._get("party")
        match = _PARTY.fullmatch(given) if isinstance(given, str) else None
        if match is None:
            self._wrong("party", 'write the country and the three letters of the operator, such as "NL-ABC"')
            return NOBODY
        return Party.of(*match.groups())

    def _countries(self, party: Party) -> tuple[str, ...]:
        given = self._get("countries", [party.country_code])
        if not isinstance(given, list) or not all(isinstance(c, str) and _COUNTRY.fullmatch(c) for c in given):
            self._wrong("countries", 'write a list of two-letter codes, such as ["NL", "BE"]')
            return ()
        return tuple(dict.fromkeys(given))

    def _start_order(self) -> StartOrder:
        given = self._get("start_order", StartOrder.UNKNOWN.value)
        try:
            return StartOrder(given)
        except ValueError:
            self._wrong("start_order", "write one of " + ", ".join(f'"{order.value}"' for order in StartOrder))
            return StartOrder.UNKNOWN

    def _hotline(self) -> str:
        given = self._get("hotline", "")
        if given and not (isinstance(given, str) and _PHONE.fullmatch(given)):
            self._wrong("hotline", 'write an international number, such as "+31 20 555 0100"')
            return ""
        return str(given)

    def _support_hours(self) -> SupportHours | None:
        given = self._get("support_hours")
        if given is None or given == "24/7":
            return None if given is None else SupportHours(always=True)
        if isinstance(given, str) or (isinstance(given, dict) and not ({*DAYS, "zone"} & given.keys())):
            return SupportHours(text=self._told("support_hours"))
        if not isinstance(given, dict):
            self._wrong("support_hours", 'write "24/7", a sentence, or a table of days such as mon = "08:00-20:00"')
            return None
        return SupportHours(zone=self._zone(given), week=tuple(self._week(given)))

    def _zone(self, given: dict[str, Any]) -> str:
        zone = given.get("zone")
        try:
            return str(ZoneInfo(zone if isinstance(zone, str) else "").key)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            self._wrong("support_hours.zone", 'name the time zone of these hours, such as "Europe/Amsterdam"')
            return "UTC"

    def _week(self, given: dict[str, Any]) -> Iterator[Opening]:
        for name, hours in given.items():
            if name == "zone":
                continue
            match = _HOURS.fullmatch(hours) if isinstance(hours, str) and hours != "24/7" else None
            if name not in DAYS:
                self._wrong(f"support_hours.{name}", "write the days as " + ", ".join(DAYS))
            elif hours == "24/7":
                yield Opening(DAYS.index(name), time(0), time(0))
            elif match is None:
                self._wrong(f"support_hours.{name}", 'write hours such as "08:00-20:00", or "24/7"')
            else:
                end = time(0) if match[3] == "24:00" else time.fromisoformat(match[3])
                yield Opening(DAYS.index(name), time(int(match[1]), int(match[2])), end)

    def _fee(self) -> OwnFee | None:
        given = self._get("fee")
        if given is None:
            return None
        if not isinstance(given, dict):
            self._wrong("fee", 'write a table: [networks.fee] with currency = "EUR" and per_start = "0.35"')
            return None
        self._strangers_in("fee", given, ("currency", "per_start", "per_kwh", "percent", "vat", "vat_included"))
        currency = given.get("currency", "")
        if not isinstance(currency, str) or not _CURRENCY.fullmatch(currency):
            self._wrong("fee.currency", 'write the three letters of the currency, such as "EUR"')
            currency = "XXX"
        included = given.get("vat_included", True)
        if not isinstance(included, bool):
            self._wrong("fee.vat_included", "write true or false")
        numbers = {name: self._number(given, name, MOST_FEE) for name in ("per_start", "per_kwh")}
        percent = self._number(given, "percent", MOST_PERCENT)
        vat = self._number(given, "vat", MOST_PERCENT) if "vat" in given else None
        return OwnFee(currency, **numbers, percent=percent, vat=vat, vat_included=included is not False)

    def _number(self, given: dict[str, Any], name: str, most: int) -> Decimal:
        value = given.get(name, 0)
        try:
            number = Decimal(str(value)) if not isinstance(value, bool) else Decimal("NaN")
        except ArithmeticError:
            number = Decimal("NaN")
        if not number.is_finite() or not 0 <= number <= most:
            self._wrong(f"fee.{name}", f'write a number from 0 to {most}, such as "0.35"')
            return Decimal(0)
        return number

    def _profile(self, *, has_picture: bool) -> Profile:
        given = self._get("identifier", {})
        if not isinstance(given, dict):
            self._wrong("identifier", 'write a table: [networks.identifier] with example = "0421-1"')
            return Profile()
        self._strangers_in("identifier", given, ("example", "pattern", "where_printed", "picture"))
        example, pattern = given.get("example", ""), given.get("pattern", "")
        if not isinstance(example, str) or len(example) > LONGEST:
            self._wrong("identifier.example", f'write an identifier of at most {LONGEST} characters, such as "0421-1"')
            example = ""
        trouble = trouble_in(pattern) if isinstance(pattern, str) else "is no text"
        if trouble:
            self._wrong("identifier.pattern", rf"it {trouble}; a good one is '\d{{4}}-\d'")
            pattern = ""
        elif pattern and example and not fits(pattern, example):
            self._wrong("identifier.pattern", f'it does not fit the example "{example}": change one of them')
        where = self._words("identifier.where_printed", given.get("where_printed"))
        return Profile(example, pattern, where, has_picture)

    def _picture(self, pictures: Mapping[str, bytes], picture_trouble: PictureTrouble) -> bytes | None:
        given = self._get("identifier", {})
        name = given.get("picture") if isinstance(given, dict) else None
        if name is None:
            return None
        content = pictures.get(name) if isinstance(name, str) else None
        if content is None:
            self._wrong("identifier.picture", f"there is no file {name} beside this one: write a path from here to it")
        elif trouble := picture_trouble(content):
            self._wrong("identifier.picture", f"{name} {trouble}")
        return content

    # ── kinds of values ──────────────────────────────────────────────────────────────────────────────────────────

    def _get(self, key: str, default: Any = None) -> Any:
        self.known.add(key)
        return self.data.get(key, default)

    def _text(self, key: str, longest: int) -> str:
        given = self._get(key)
        if not isinstance(given, str) or not given.strip() or len(given) > longest:
            self._wrong(key, f"write a text of at most {longest} characters")
            return ""
        return given.strip()

    def _flag(self, key: str, *, otherwise: bool = True) -> bool:
        given = self._get(key, default=otherwise)
        if not isinstance(given, bool):
            self._wrong(key, "write true or false")
            return otherwise
        return given

    def _date(self, key: str) -> date:
        given = self._get(key, self.today)
        if not isinstance(given, date) or isinstance(given, datetime):
            self._wrong(key, f"write a date without quotes, such as {self.today}")
            return self.today
        return given

    def _told(self, key: str) -> Told:
        return self._words(key, self._get(key))

    def _words(self, key: str, given: Any) -> Told:
        if given is None:
            return ()
        told = {"": given} if isinstance(given, str) else given
        good = isinstance(told, dict) and all(
            (name == "" or _LANGUAGE.fullmatch(name))
            and isinstance(text, str)
            and 0 < len(text.strip()) <= LONGEST_TEXT
            for name, text in told.items()
        )
        if not good:
            shape = f'a text of at most {LONGEST_TEXT} characters, or one a language: {{ en = "…", nl = "…" }}'
            self._wrong(key, f"write {shape}")
            return ()
        return tuple((name, text.strip()) for name, text in told.items())

    # ── mistakes ─────────────────────────────────────────────────────────────────────────────────────────────────

    def _strangers(self) -> None:
        for name in self.data.keys() - self.known:
            self._wrong(name, "this key means nothing here; the known ones are " + ", ".join(sorted(self.known)))

    def _strangers_in(self, table: str, given: dict[str, Any], known: tuple[str, ...]) -> None:
        for name in given.keys() - set(known):
            self._wrong(f"{table}.{name}", "this key means nothing here; the known ones are " + ", ".join(known))

    def _wrong(self, key: str, instead: str) -> None:
        line = self.places.line(self.number, key)
        name = self.data.get("party") or self.data.get("name") or ""
        who = f"network {self.number}" + (f" ({name})" if isinstance(name, str) and name else "")
        self.told.append((line or 0, (f"line {line}, " if line else "") + f"{who}, {key}: {instead}."))
