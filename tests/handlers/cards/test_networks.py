from datetime import date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from bot.domain.catalogue import Network, Opening, OwnFee, Profile, Question, Said, StartOrder, SupportHours
from bot.domain.ids import Party
from bot.services.networks import About
from handlers.cards.networks import A_PAGE, network_list, network_page, party_in
from handlers.texts import Words
from tests.fakes.clock import NOON
from tests.handlers.cards.reading import actions, read

WORDS = Words()
PARTY = Party("NL", "ABC")
FULL = Network(
    PARTY,
    "City Power",
    date(2026, 3, 1),
    countries=("NL", "BE"),
    start_order=StartOrder.START_FIRST,
    hotline="+31 20 555 0100",
    support_hours=SupportHours(
        week=(Opening(0, time(8), time(20)), Opening(6, time(22), time(2))), zone="Europe/Amsterdam"
    ),
    fee_text=(("", "We add nothing."),),
    profile=Profile("0421-1", "", (("", "On the plate."),)),
)


def about(number=1, network=FULL, **changes):
    facts = {"connected": True, "stations": number, "said": {}} | changes
    return About(Party("NL", f"A{number:02}"), network, **facts)


def listed(found, page=0, wanted="", newest=date(2026, 3, 1), words=WORDS):
    return network_list(words, found, page, wanted, newest, any_at_all=True)


def test_each_network_tells_country_identifier_order_hotline_and_how_many_stations():
    assert read(listed([about(37)])) == (
        "1 network\n"
        "\n"
        "City Power · Netherlands, Belgium\n"
        "37 stations start from this chat\n"
        "Identifier like 0421-1\n"
        "Start: press Start first\n"
        "Hotline +31 20 555 0100\n"
        "\n"
        "Descriptions last updated on 1 Mar 2026.\n"
        "More networks are to come. At all others, start by card or at the terminal.\n"
        "[City Power]\n"
        "[Search]"
    )


def test_a_network_nobody_described_is_listed_by_its_party():
    text = read(listed([about(1, None)]))
    assert "NL-A01 · Netherlands\n1 station starts from this chat\nStart: not known yet\n" in text
    assert "Hotline" not in text


def test_countries_come_in_the_drivers_language():
    assert "Niederlande, Belgien" in read(listed([about(1)], words=Words("de")))


def test_an_empty_catalogue_is_said_honestly():
    screen = network_list(WORDS, [], 0, "", None, any_at_all=False)
    assert read(screen).startswith("No network is connected yet.\n")
    assert actions(screen) == []


@pytest.mark.parametrize(
    ("page", "turns", "first"),
    [(0, ["Next »"], 1), (1, ["« Previous", "Next »"], 6), (2, ["« Previous"], 11), (99, ["« Previous"], 11)],
)
def test_a_long_list_is_paged(page, turns, first):
    screen = listed([about(n, None) for n in range(1, 13)], page)
    names = [button.text for row in screen.rows for button in row]
    assert names[0] == f"NL-A{first:02}"
    assert [name for name in names if "»" in name or "«" in name] == turns
    assert len([action for action in actions(screen) if action == "networks.show"]) <= A_PAGE
    assert f"Page {min(page, 2) + 1} of 3." in read(screen)


def test_a_search_without_a_hit_leads_on():
    screen = listed([], wanted="<b>Atlantis</b>")
    assert read(screen).startswith("No network fits <b>Atlantis</b>.\n")
    assert actions(screen) == ["networks.search", "networks.page"]


def test_one_network_tells_everything():
    assert read(network_page(WORDS, about(2), NOON)) == (
        "City Power · Netherlands, Belgium\n"
        "2 stations start from this chat\n"
        "\n"
        "Start: press Start first\n"
        "Identifier like 0421-1\n"
        "Where it is printed: On the plate.\n"
        "\n"
        "Our fee: We add nothing.\n"
        "Hotline +31 20 555 0100\n"
        "Mon: 08:00 to 20:00\n"
        "Sun: 22:00 to 02:00\n"
        "Answered right now\n"
        "\n"
        "Last updated on 1 Mar 2026.\n"
        "[Where do I find it?]\n"
        "[Only this network]\n"
        "[« All networks]"
    )


def test_one_that_nobody_described_says_so_and_what_drivers_say():
    said = {Question.ORDER: Said("plug_first", 12, 14)}
    text = read(network_page(WORDS, about(0, None, said=said), NOON))
    assert "No station can be started from this chat yet" in text
    assert "Start: plug in first\nDrivers say: plug in first (12 of 14)." in text
    assert "Nobody has described this network yet" in text


@pytest.mark.parametrize(
    ("day", "hour", "is_open"),
    [(2, 7, False), (2, 8, True), (2, 20, False), (1, 23, True), (2, 1, True), (2, 2, False), (3, 12, False)],
)
def test_hours_count_over_midnight(day, hour, is_open):
    local = datetime(2026, 3, day, hour, tzinfo=ZoneInfo("Europe/Amsterdam"))
    assert FULL.support_hours.open_at(local) is is_open


def test_names_with_tricks_are_shown_without_them():
    network = Network(PARTY, "\u202eETIHW<b>" + "😀" * 200, date(2026, 3, 1), fee=OwnFee("EUR"))
    for screen in (listed([about(1, network)] * 5), network_page(WORDS, about(1, network), NOON)):
        assert "\u202e" not in read(screen)


def test_a_button_names_a_party():
    assert party_in(str(PARTY)) == PARTY
