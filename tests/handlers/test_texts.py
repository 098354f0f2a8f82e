from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.charge import What
from bot.domain.errors import Refused, Why
from bot.domain.money import Money, Price
from handlers.cards.live import _IN_THE_END, _SHORT
from handlers.texts import Html, Words, reason, refusal
from sandbox.telegram.parse_html import parse_html

SPACE = "\N{NO-BREAK SPACE}"
THIN = "\N{NARROW NO-BREAK SPACE}"
NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


# ── sentences ────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("why", Why)
def test_there_is_one_sentence_for_every_reason(why):
    text = reason(Words(), why, limit=6)
    assert text.endswith((".", "?"))
    assert "{" not in text


def test_a_refusal_carries_its_facts_into_the_sentence():
    said = refusal(Words(), Refused(Why.TOO_MANY_STARTS, limit=20))
    assert said == "You have started 20 times within an hour. Please wait a little, or talk to support."


def test_every_entry_of_the_line_of_truth_has_a_text():
    assert set(_SHORT) <= set(What)
    assert set(_SHORT) >= _IN_THE_END
    assert all("{time}" in text for text in _SHORT.values())


@given(st.text())
def test_a_fact_can_neither_format_nor_break_the_sentence(fact):
    text = Words()("<b>{name}</b>: {{}} {name}", name=fact)
    parsed = parse_html(text)
    assert len(parsed.entities) <= 1


@pytest.mark.parametrize("fact", ["{0}", "{name}", "{", "}", "{name!r:>99999999}", "%s", "%(x)s", "<b>", "&lt;"])
def test_braces_tags_and_percents_in_a_fact_are_only_characters(fact):
    assert parse_html(Words()("{name}!", name=fact)).text == f"{fact}!"


def test_a_fact_that_is_ours_keeps_its_markup_and_an_operators_does_not():
    words = Words()
    assert words("{a} {b}", a=Html("<b>x</b>"), b="<b>x</b>") == "<b>x</b> &lt;b&gt;x&lt;/b&gt;"
    assert words.many("{number} <b>{x}</b>", "{number} of {x}", 2, x="<i>") == "2 of &lt;i&gt;"
    assert words.many("{number} day", "{number} days", 1) == "1 day"


# ── numbers and money ────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("language", "amount", "currency", "shown"),
    [
        ("en", "1234.5", "EUR", "€1,234.50"),
        ("de", "1234.5", "EUR", f"1.234,50{SPACE}€"),
        ("fr", "1234.5", "EUR", f"1{THIN}234,50{SPACE}€"),
        ("en", "0.005", "EUR", "€0.01"),
        ("en", "12.345", "EUR", "€12.35"),
        ("en", "-3", "EUR", "-€3.00"),
        ("en", "1234.5", "JPY", "¥1,235"),
        ("de", "1234.5", "JPY", f"1.235{SPACE}¥"),
        ("fr", "1.2345", "KWD", f"1,235{SPACE}KWD"),
        ("en", "2", "XQZ", f"XQZ{SPACE}2.00"),
    ],
)
def test_an_amount_is_rounded_half_up_and_written_as_people_there_write_it(language, amount, currency, shown):
    written = Words(language).money(Money(Decimal(amount), currency))
    assert written.replace(SPACE, "") == shown.replace(SPACE, "")


@pytest.mark.parametrize(
    ("amount", "currency", "shown"),
    [
        ("0.4525", "EUR", "€0.4525"),
        ("0.45", "EUR", "€0.45"),
        ("0.4500", "EUR", "€0.45"),
        ("12", "EUR", "€12.00"),
        ("1E+2", "EUR", "€100.00"),
        ("45", "JPY", "¥45"),
        ("45.5", "JPY", "¥45.5"),
        ("0.0125", "KWD", "KWD0.0125"),
        ("0.5", "KWD", "KWD0.500"),
        ("0", "EUR", "€0.00"),
    ],
)
def test_a_rate_has_all_its_decimals_and_at_least_those_of_its_currency(amount, currency, shown):
    assert Words("en").rate(Decimal(amount), currency).replace(SPACE, "") == shown


def test_a_price_says_what_is_known_of_the_tax():
    words = Words()
    assert words.price(Price.of("EUR", Decimal(9), Decimal("10.89"))) == "€10.89 incl. VAT"
    assert words.price(Price.of("EUR", Decimal(9))) == "€9.00 (VAT not stated)"
    assert words.price(Price(None)) == "unknown"


def test_numbers_follow_the_language():
    assert Words("en").kwh(Decimal("1234.567")) == "1,234.57 kWh"
    assert Words("de").kwh(Decimal("12.3")) == "12,30 kWh"
    assert Words("fr").kilowatts(7_400) == "7,4 kW"
    assert Words("en").kilowatts(150_000) == "150 kW"
    assert Words("en").number(Decimal("55.4"), 0) == "55"


@pytest.mark.parametrize(
    ("metres", "shown"), [(0, "0 m"), (3, "0 m"), (147, "150 m"), (994, "990 m"), (997, "1.0 km"), (12_340, "12.3 km")]
)
def test_a_distance_is_as_exact_as_it_can_be_told(metres, shown):
    assert Words("en").distance(metres) == shown


# ── time ─────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [
        (-5, "0 s"),
        (0, "0 s"),
        (59.9, "59 s"),
        (60, "1 min"),
        (3599, "59 min"),
        (3600, "1 h 00 min"),
        (4 * 3600 + 300, "4 h 05 min"),
        (47 * 3600, "47 h 00 min"),
        (48 * 3600, "2 days"),
    ],
)
def test_a_duration_is_told_in_the_two_units_that_matter(seconds, shown):
    assert Words().duration(timedelta(seconds=seconds)) == shown


def test_an_age_is_never_more_exact_than_it_stays_true():
    assert Words().ago(timedelta(seconds=59)) == "just now"
    assert Words().ago(timedelta(seconds=61)) == "1 min ago"
    assert Words().ago(timedelta(days=3)) == "3 days ago"


def test_the_clock_is_the_stations_also_across_summer_time():
    amsterdam = Words("en", "Europe/Amsterdam")
    assert amsterdam.clock(NOON) == "13:00:00"
    assert amsterdam.clock(NOON.replace(month=7)) == "14:00:00"
    assert Words().at("Asia/Tokyo").clock(NOON) == "21:00:00"
    assert amsterdam.date(NOON) == "2 Mar 2026, 13:00"
    assert Words("de").day(date(2026, 3, 2)) == "2 März 2026"


@pytest.mark.parametrize("zone", ["", "Mars/Olympus", "../../etc/passwd", "/etc/passwd", "\0", "x" * 5000, "Europe"])
def test_a_zone_that_nobody_knows_is_utc(zone):
    assert Words("en", zone).clock(NOON) == "12:00:00"


@pytest.mark.parametrize(
    ("language", "locale"),
    [
        ("", "en"),
        ("pt-br", "en"),
        ("de-AT", "de_AT"),
        ("DE_at", "de_AT"),
        ("de-XX", "de"),
        ("zh-hans", "en"),
        ("klingon", "en"),
        ("-", "en"),
        ("x" * 500, "en"),
        ("{0}", "en"),
    ],
)
def test_a_region_nobody_knows_falls_back_to_its_language_and_what_we_do_not_speak_to_english(language, locale):
    assert str(Words(language).locale) == locale


@given(st.text(max_size=12))
def test_no_language_tag_is_too_strange(language):
    words = Words(language)
    assert words.money(Money(Decimal(1), "EUR"))
    assert words.clock(NOON)
    assert words.rate(Decimal("0.45"), "EUR")
