from datetime import date, time
from decimal import Decimal
from pathlib import Path

import pytest

from bot.domain.catalogue import Opening, OwnFee, StartOrder, SupportHours, said_in
from bot.domain.ids import Party
from bot.services.catalogue_file import CatalogueError, pictures_named, read_catalogue

TODAY = date(2026, 3, 2)
EXAMPLE = Path(__file__).parents[2] / "docs" / "networks.example.toml"
LEAST = '[[networks]]\nparty = "NL-ABC"\nname = "Abc"\n'


def read(text, pictures=None, trouble=None):
    return read_catalogue(text, pictures or {}, lambda _: trouble, TODAY)


def one(more=""):
    return read(LEAST + more)[0].network


def mistakes(text, **more):
    with pytest.raises(CatalogueError) as caught:
        read(text, **more)
    return caught.value.mistakes


def test_the_example_that_we_ship_is_taken_as_it_is():
    first, second = (described.network for described in read(EXAMPLE.read_text()))
    assert (first.party, first.start_order, first.updated) == (
        Party("NL", "HAV"),
        StartOrder.PLUG_FIRST,
        date(2026, 11, 1),
    )
    assert said_in(first.profile.where_printed, "nl").startswith("Op het blauwe plaatje")
    assert said_in(first.profile.where_printed, "pl").startswith("On the blue plate")
    assert first.support_hours.zone == "Europe/Amsterdam"
    assert second.fee == OwnFee("EUR", Decimal("0.35"), Decimal("0.02"), Decimal(0), Decimal(19), vat_included=True)
    assert second.support_hours == SupportHours(always=True)


def test_the_least_a_network_needs_is_a_party_and_a_name():
    network = one()
    assert (network.party, network.name, network.updated) == (Party("NL", "ABC"), "Abc", TODAY)
    assert network.enabled
    assert network.countries == ("NL",)
    assert network.start_order is StartOrder.UNKNOWN


def test_support_hours_are_a_week_or_words():
    assert one('support_hours = "Weekdays by mail"').support_hours.text == (("", "Weekdays by mail"),)
    week = one('[networks.support_hours]\nzone = "Europe/Paris"\nmon = "08:00-20:00"\nsun = "22:00-24:00"')
    assert week.support_hours.week == (Opening(0, time(8), time(20)), Opening(6, time(22), time(0)))


@pytest.mark.parametrize(
    ("more", "where", "instead"),
    [
        ("start_order = 'cable'", "line 4, network 1 (NL-ABC), start_order", '"plug_first"'),
        ("enabled = 1", "line 4, network 1 (NL-ABC), enabled", "true or false"),
        ("hotline = '555'", "hotline", "+31 20 555 0100"),
        ("countries = 'NL'", "countries", '["NL", "BE"]'),
        ("updated = '2026-01-01'", "updated", "2026-03-02"),
        ("colour = 'blue'", "colour", "known ones are"),
        ("fee_text = {xx1 = 'a'}", "fee_text", "one a language"),
        ("support_hours = 7", "support_hours", '"24/7"'),
        ("[networks.support_hours]\nmon = '08:00-20:00'", "support_hours.zone", "Europe/Amsterdam"),
        ("[networks.support_hours]\nzone = 'UTC'\nmon = '8-20'", "line 6, network 1 (NL-ABC), support_hours.mon", "08"),
        ("[networks.support_hours]\nzone = 'UTC'\nmoon = '24/7'", "support_hours.moon", "mon, tue"),
        ("fee = 3", "fee", "[networks.fee]"),
        ("[networks.fee]\ncurrency = 'euro'", "line 5, network 1 (NL-ABC), fee.currency", '"EUR"'),
        ("[networks.fee]\ncurrency = 'EUR'\nper_start = -1", "fee.per_start", "from 0"),
        ("[networks.fee]\ncurrency = 'EUR'\npercent = 'nan'", "fee.percent", "from 0 to 100"),
        ("[networks.fee]\ncurrency = 'EUR'\nper_hour = 1", "fee.per_hour", "per_kwh"),
        ("[networks.identifier]\npattern = '(a+)+'", "identifier.pattern", "class"),
        ("[networks.identifier]\npattern = '('", "identifier.pattern", "no regular expression"),
        ("[networks.identifier]\nexample = 'A1'\npattern = '[0-9]{2}'", "identifier.pattern", "A1"),
        ("[networks.identifier]\npicture = 'no.png'", "identifier.picture", "no.png"),
        ("[networks.identifier]\nwhere = 'there'", "identifier.where", "where_printed"),
    ],
)
def test_a_mistake_is_told_with_its_place_and_what_to_write_instead(more, where, instead):
    [told] = mistakes(LEAST + more)
    assert where in told
    assert instead in told


def test_every_mistake_is_told_at_once():
    told = mistakes('[[networks]]\nparty = "NLABCD"\nname = ""\n\n[[networks]]\nname = "B"\nstart_order = 1\n')
    assert [line.split(":")[0] for line in told] == [
        "line 2, network 1 (NLABCD), party",
        "line 3, network 1 (NLABCD), name",
        "line 5, network 2 (B), party",
        "line 7, network 2 (B), start_order",
    ]


@pytest.mark.parametrize("text", ["", "[networks]\n", "networks = []", "[[networks]\n", "x = 1", "\x00"])
def test_what_is_no_catalogue_is_said(text):
    assert mistakes(text)


def test_one_party_has_one_description():
    assert any("NL-ABC is described twice" in line for line in mistakes(LEAST + LEAST))


def test_a_picture_comes_with_its_network_or_says_why_not():
    text = LEAST + "[networks.identifier]\npicture = 'a/b.png'"
    assert pictures_named(text) == ("a/b.png",)
    [described] = read(text, {"a/b.png": b"PNG"})
    assert described.picture == b"PNG"
    assert described.network.profile.has_picture
    [told] = mistakes(text, pictures={"a/b.png": b"PNG"}, trouble="is too wide")
    assert "a/b.png is too wide" in told


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("a=" + "[" * 100_000, id="too deep"),
        pytest.param("a = " + "9" * 5000, id="a number of thousands of digits"),
        "networks = 5",
        'networks = ["NL-ABC"]',
        "\x00",
        "networks = [[]]",
    ],
)
def test_a_hostile_file_is_refused_in_words(text):
    assert mistakes(text)
    assert pictures_named(text) == ()
