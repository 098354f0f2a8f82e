"""Words for people: every sentence, number, amount and time, in the driver's language and the station's time zone.

`words("You asked {name}.", name=...)` looks the sentence up in the catalogue and escapes every fact put into it, so
that no text of a stranger can become markup. Sentences are whole: nothing is glued together from parts.
"""

from collections.abc import Mapping
from copy import copy
from datetime import date, datetime, timedelta
from decimal import Decimal
from gettext import NullTranslations
from typing import Final

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_datetime, format_time
from babel.numbers import format_currency, format_decimal, format_percent

from bot.domain.errors import Refused, Why
from bot.domain.money import Money, Price, minor_digits
from bot.services.costs import zone_of
from handlers.escape import esc
from handlers.locales import ENGLISH, LANGUAGES, catalogue

SECONDS_A_MINUTE = 60
MINUTES_AN_HOUR = 60
WATTS_A_KILOWATT = 1000
METRES_A_KILOMETRE = 1000
LONG = timedelta(days=2)
Day = date


class Html(str):
    """Text that is safe to send as Telegram HTML."""

    __slots__ = ()


def msg(message: str) -> str:
    """Marks a sentence of a table, so that the catalogue has it; it is looked up where it is said."""
    return message


def _safe(fact: object) -> Html:
    return fact if isinstance(fact, Html) else Html(esc(fact))


class Words:
    """Speaks one language and reads one clock.

    `language` is the driver's, an IETF tag; `locale` is what we speak of it, English where we know no better.
    """

    def __init__(self, language: str = ENGLISH, zone: str = "UTC", sentences: NullTranslations | None = None) -> None:
        self.locale = _locale(language)
        self.zone = zone_of(zone)
        self.reads = _first(language) or ENGLISH
        """The driver's own language, two or three letters: an operator may write it even where we do not."""
        self._catalogue = sentences or catalogue(self.locale.language)

    def at(self, zone: str) -> "Words":
        """The same words by another station's clock."""
        words = copy(self)
        words.zone = zone_of(zone)
        return words

    def __call__(self, message: str, **facts: object) -> Html:
        """The sentence with its facts; facts that are Html already stay as they are."""
        text = self._catalogue.gettext(message)
        return Html(text.format(**{name: _safe(fact) for name, fact in facts.items()}) if facts else text)

    def many(self, one: str, more: str, number: int, **facts: object) -> Html:
        """The sentence in the plural form that `number` asks for; `{number}` is given."""
        text = self._catalogue.ngettext(one, more, number)
        return Html(text.format(number=number, **{name: _safe(fact) for name, fact in facts.items()}))

    # ── numbers ──────────────────────────────────────────────────────────────────────────────────────────────────

    def number(self, value: Decimal | int, digits: int = 2, *, fixed: bool = True) -> str:
        """A number with `digits` decimals, or at most so many."""
        exact = round(Decimal(value), digits)
        return str(format_decimal(exact, "#,##0." + ("0" if fixed else "#") * digits, locale=self.locale))

    def percent(self, value: Decimal) -> str:
        """5% for 5, at most two decimals."""
        return str(
            format_percent(
                value / 100, "#,##0.##" + self.locale.percent_formats[None].pattern[len("#,##0") :], self.locale
            )
        )

    def kwh(self, value: Decimal) -> str:
        return f"{self.number(value)} kWh"

    def kilowatts(self, watts: int) -> str:
        return f"{self.number(Decimal(watts) / WATTS_A_KILOWATT, 1, fixed=False)} kW"

    def money(self, money: Money) -> str:
        """An amount rounded once (by Money) to the currency's minor unit: €12.34."""
        rounded = money.rounded()
        return str(format_currency(rounded.amount, rounded.currency, locale=self.locale))

    def rate(self, amount: Decimal, currency: str) -> str:
        """A price per unit, with as many decimals as it has (at least those of an amount to pay): €0.4525."""
        digits = max(minor_digits(currency), -int(amount.normalize().as_tuple().exponent))
        pattern = self.locale.currency_formats["standard"].pattern.replace(
            "0.00", ("0." + "0" * min(digits, 6)).rstrip(".")
        )
        return str(format_currency(amount, currency, pattern, locale=self.locale, currency_digits=False))

    def price(self, price: Price) -> Html:
        """An amount as a driver pays it, saying what is known of the tax."""
        if price.incl_vat is not None:
            return self("{amount} incl. VAT", amount=self.money(price.incl_vat))
        if price.excl_vat is not None:
            return self("{amount} (VAT not stated)", amount=self.money(price.excl_vat))
        return self("unknown")

    def distance(self, metres: float) -> str:
        tens = round(metres / 10) * 10
        if tens < METRES_A_KILOMETRE:
            return f"{tens} m"
        return f"{self.number(Decimal(metres) / METRES_A_KILOMETRE, 1)} km"

    # ── time ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def clock(self, when: datetime) -> str:
        """14:02:10 by the station's clock."""
        return str(format_time(when.astimezone(self.zone), "HH:mm:ss", locale=self.locale))

    def short_clock(self, when: datetime) -> str:
        """14:02 by the station's clock, where seconds would pretend too much."""
        return str(format_time(when.astimezone(self.zone), "HH:mm", locale=self.locale))

    def date(self, when: datetime) -> str:
        """2 Mar 2026, 14:02 by the station's clock."""
        return str(format_datetime(when.astimezone(self.zone), "d MMM y, HH:mm", locale=self.locale))

    def exactly(self, when: datetime) -> str:
        """2 Mar 2026, 14:02:10 by the station's clock."""
        return str(format_datetime(when.astimezone(self.zone), "d MMM y, HH:mm:ss", locale=self.locale))

    def month(self, year: int, month: int) -> str:
        """March 2026."""
        return str(format_date(date(year, month, 1), "LLLL y", locale=self.locale))

    def day(self, when: Day) -> str:
        """2 Mar 2026."""
        return str(format_date(when, "d MMM y", locale=self.locale))

    def weekday(self, number: int) -> str:
        """Mon for 0."""
        return str(self.locale.days["stand-alone"]["abbreviated"][number])

    def duration(self, span: timedelta) -> str:
        """3 days, 4 h 05 min, 12 min, 8 s."""
        seconds = max(0, int(span.total_seconds()))
        if span >= LONG:
            return str(self.many("{number} day", "{number} days", span.days))
        hours, minutes = divmod(seconds // SECONDS_A_MINUTE, MINUTES_AN_HOUR)
        if hours:
            return str(self("{h} h {m:0>2} min", h=str(hours), m=str(minutes)))
        return str(self("{m} min", m=minutes) if minutes else self("{s} s", s=seconds))

    def minutes(self, number: Decimal) -> str:
        """A span given in minutes."""
        return self.duration(timedelta(seconds=int(number * SECONDS_A_MINUTE)))

    def short_minutes(self, number: Decimal) -> str:
        """The same for a small button: minutes however many they are."""
        return str(self("{m} min", m=self.number(number, 0)))

    def short_kwh(self, value: Decimal) -> str:
        """An energy somebody chose, for a small button: only the decimals it has."""
        return f"{self.number(value, fixed=False)} kWh"

    def ago(self, span: timedelta) -> Html:
        """How old something is, to the minute: an exact age would be wrong a moment later."""
        if span < timedelta(seconds=SECONDS_A_MINUTE):
            return self("just now")
        return self("{span} ago", span=self.duration(span))


def _first(language: str) -> str:
    return language.replace("_", "-").partition("-")[0].lower()


def _locale(language: str) -> Locale:
    """The region's own numbers where it is one of our languages: a sentence and its numbers are of one language."""
    first = _first(language)
    for tag in (language.replace("-", "_"), first) if first in LANGUAGES else ():
        try:
            return Locale.parse(tag)
        except (UnknownLocaleError, ValueError):
            continue
    return Locale.parse(ENGLISH)


REASONS: Final[Mapping[Why, str]] = {
    Why.NO_PASS: msg("You have no pass yet, so nothing can be started."),
    Why.PASS_ORDERED: msg("Your pass is still on its way to you. Once it is there, activate it here."),
    Why.PASS_NOT_ACTIVATED: msg("Your pass is not activated yet. That takes the code that came with it."),
    Why.PASS_BLOCKED: msg("Your pass is blocked, so nothing can be started with it."),
    Why.PASS_EXPIRED: msg("Your pass has expired, so nothing can be started with it."),
    Why.PASS_UNKNOWN: msg("This number and this code do not belong together. Please look at both again."),
    Why.TOO_MANY_TRIES: msg("That was tried {limit} times. Please wait an hour and try again."),
    Why.TOO_MANY_REQUESTS: msg("That is possible {limit} times a day. Please try again tomorrow."),
    Why.TOO_MANY_ALERTS: msg("I look after {limit} places for you already. Please remove one first."),
    Why.BANNED: msg("Your account is closed for new charges. Please talk to support."),
    Why.LEAVING: msg("Your account is being deleted, so nothing new can be started."),
    Why.UNKNOWN_STATION: msg("This station is no longer in the network."),
    Why.UNKNOWN_CONNECTOR: msg("This connector is no longer in the network."),
    Why.NOT_STARTABLE: msg("This connector cannot be started from here: use a card or the terminal at the station."),
    Why.NOT_CONNECTED: msg("We are not connected to this network right now. Please choose another station."),
    Why.ALREADY_CHARGING: msg("You have a charge under way already."),
    Why.CONNECTOR_TAKEN: msg("Somebody else is starting at this connector. Please choose another."),
    Why.TOO_MANY_STARTS: msg(
        "You have started {limit} times within an hour. Please wait a little, or talk to support."
    ),
    Why.CONNECTOR_FAILING: msg(
        "Starting has failed here {limit} times within an hour. Please choose another connector."
    ),
    Why.TARIFF_CHANGED: msg("The price has changed since you saw it. Please look at it again."),
    Why.TOO_LATE: msg("Some time has passed since you saw this, so nothing was started. Please confirm again."),
    Why.NOT_YOURS: msg("I do not know this charge."),
    Why.FINISHED: msg("This charge has ended already."),
    Why.CANCELLED: msg("You cancelled before anything was sent to the station."),
    Why.STARTS_PAUSED: msg("Starting is paused for everyone right now. Running charges can be stopped as always."),
    Why.STORE_FULL: msg("We cannot start anything new at the moment. Running charges can be stopped as always."),
    Why.REJECTED: msg("The operator refused the start. Try your charging card at the reader, or another station."),
    Why.NOT_SUPPORTED: msg("This station cannot be started from here: use a card or the terminal at the station."),
    Why.UNKNOWN_SESSION: msg("The operator does not know this charge. Please start again, or use your charging card."),
    Why.UNKNOWN_RESERVATION: msg("The connector is reserved for somebody else. Please choose another."),
    Why.EVSE_OCCUPIED: msg("The station says that the connector is in use. Please choose another."),
    Why.EVSE_INOPERATIVE: msg("The station says that this connector is out of order. Please choose another."),
    Why.FAILED: msg("The station tried to start and could not. Is the cable pushed in all the way?"),
    Why.TIMEOUT: msg("The station did not react in time. Was the cable plugged in?"),
    Why.CANCELED_RESERVATION: msg("The reservation of this connector was cancelled. Please start again."),
    Why.NOT_SENT: msg(
        "The operator could not be reached, so nothing was sent to the station. Please try again in a few minutes."
    ),
    Why.NO_ANSWER: msg("The operator gave no clear answer. Please look at the station: is it charging?"),
    Why.ACCESS_REVOKED: msg(
        "The operator does not accept our access right now, so nothing was sent to the station. "
        "Please use your charging card there."
    ),
}
"""Why something was not done, and for a start what to do about it."""

STOP_REASONS: Final[Mapping[Why, str]] = {
    Why.REJECTED: msg("The operator refused to stop it. Press stop at the station, or swipe your card there."),
    Why.NOT_SUPPORTED: msg("This station cannot be stopped from here. Press stop there, or swipe your card."),
    Why.UNKNOWN_SESSION: msg("The operator says that it does not know this charge. We compare that with its list."),
    Why.UNKNOWN_RESERVATION: msg("The operator did not stop it, and speaks of an unknown reservation. We ask again."),
    Why.CANCELED_RESERVATION: msg("The operator did not stop it, and speaks of a cancelled reservation. We ask again."),
    Why.EVSE_OCCUPIED: msg("The station says that it is busy, and goes on. We ask it again."),
    Why.EVSE_INOPERATIVE: msg("The station says that it is out of order. Unplug at the car, if the car lets you."),
    Why.FAILED: msg("The station tried to stop and could not. Press stop there, or unplug at the car."),
    Why.TIMEOUT: msg("The station did not react to the stop in time. We ask again; you can press stop there too."),
    Why.NO_ANSWER: msg("The operator gave no clear answer to the stop. We ask again; you can press stop there too."),
    Why.NOT_SENT: msg("The operator cannot be reached, so the stop is not there yet. Press stop at the station."),
    Why.ACCESS_REVOKED: msg(
        "The operator does not accept our access right now, so it was not asked to stop. Press stop at the station."
    ),
}
"""Why a stop has not stopped it (yet), and what to do at the station."""


def reason(words: Words, why: Why, **facts: object) -> Html:
    """The one sentence for a reason."""
    return words(REASONS[why], **facts)


def stop_reason(words: Words, why: Why) -> Html:
    """The one sentence for a reason why a stop does not take."""
    return words(STOP_REASONS.get(why, REASONS[why]))


def refusal(words: Words, refused: Refused) -> Html:
    return reason(words, refused.why, **refused.facts)
