from dataclasses import replace
from datetime import time, timedelta

import pytest

from bot.domain.catalogue import Opening
from bot.domain.driver import Filters
from bot.domain.hours import Hours, Span
from bot.domain.ids import ConnectorId, EvseUid
from bot.domain.station import Found, Point, Status
from bot.services.contacts import Phone
from bot.services.offers import Offer
from bot.services.stations import Nearby, StationView
from handlers.cards.connectors import MOST_CONNECTORS
from handlers.cards.stations import nearby, station_card, welcome
from handlers.texts import Words
from sandbox.telegram.parse_html import parse_html
from tests.fakes.clock import NOON
from tests.handlers.cards.reading import actions, read
from tests.samples import TARIFF, a_station, an_evse

WORDS = Words()
FREE = an_evse()
BUSY = an_evse(EvseUid("3257"), status=Status.CHARGING)
CARD_ONLY = an_evse(EvseUid("3258"), capabilities=frozenset())


def hit(*evses, metres=120.0, **changes):
    station = a_station(evses=evses, **changes)
    return Nearby(Found(station, metres), offers(station))


def offers(station, tariff=TARIFF):
    return tuple(Offer(station, evse, connector, tariff) for evse in station.present for connector in evse.connectors)


def view(*evses, **changes):
    station = a_station(evses=evses, **changes)
    return StationView(station, offers(station))


def test_the_first_question_greets_by_name():
    text = read(welcome(WORDS, "<Ana>"))
    assert text.startswith("Hello <Ana>. I start, watch and stop your charge from this chat.\n\nWhere is your car?\n")


def test_a_list_tells_distance_freedom_power_and_price():
    found = [hit(FREE, BUSY), hit(CARD_ONLY, metres=2345.0, name="Harbour")]
    assert read(nearby(WORDS, found, NOON, Filters(startable=False))) == (
        "Nearest stations\n"
        "\n"
        "1. Market square · 120 m\n"
        "1 of 2 free · up to 11 kW\n"
        "€0.5445/kWh\n"
        "Start from this chat\n"
        "\n"
        "2. Harbour · 2.3 km\n"
        "1 of 1 free · up to 11 kW\n"
        "€0.5445/kWh\n"
        "Card or terminal only: the operator lets nobody start from a chat\n"
        "[1. Market square]\n"
        "[2. Harbour]\n"
        "[Only startable here]\n"
        "[Filters]"
    )


def test_each_result_says_in_words_how_to_start_there_and_why_not_from_here():
    barred = replace(FREE, barred=True)
    said = [read(nearby(WORDS, [hit(evse)], NOON, Filters(startable=False))) for evse in (FREE, barred, CARD_ONLY)]
    assert "Start from this chat" in said[0].splitlines()
    assert "Card or terminal only: its network is not switched on here" in said[1].splitlines()
    assert "Card or terminal only: the operator lets nobody start from a chat" in said[2].splitlines()


def test_a_sixth_result_is_not_shown_but_says_that_there_are_more():
    hits = [hit(FREE, name=f"Place {n}") for n in range(6)]
    assert "[Show more]" not in read(nearby(WORDS, hits[:5], NOON, Filters()))
    text = read(nearby(WORDS, hits, NOON, Filters(), 5))
    assert "[10. Place 4]" in text
    assert "Place 5" not in text
    assert "[Show more]" in text


@pytest.mark.parametrize(
    ("statuses", "shown"),
    [
        (["AVAILABLE", "UNKNOWN"], "1 of 2 free, 1 unknown · up to 11 kW"),
        (["UNKNOWN"], "1 charge point, status unknown · up to 11 kW"),
        (["UNKNOWN", "UNKNOWN"], "2 charge points, status unknown · up to 11 kW"),
        (["CHARGING", "OUTOFORDER"], "0 of 2 free · up to 11 kW"),
        (["AVAILABLE", "REMOVED", "PLANNED"], "1 of 1 free · up to 11 kW"),
    ],
)
def test_what_nobody_knows_is_neither_free_nor_taken(statuses, shown):
    evses = [an_evse(EvseUid(str(n)), status=Status(status)) for n, status in enumerate(statuses)]
    assert shown in read(nearby(WORDS, [hit(*evses)], NOON, Filters())).splitlines()


def test_a_power_that_nobody_told_is_left_out():
    weak = an_evse(connectors=(replace(FREE.connectors[0], watts=0),))
    assert "1 of 1 free" in read(nearby(WORDS, [hit(weak)], NOON, Filters())).splitlines()


def test_numbers_that_are_hours_old_show_their_age_in_the_list():
    text = read(nearby(WORDS, [hit(FREE)], NOON + timedelta(hours=5), Filters()))
    assert "told 5 h 00 min ago" in text
    assert "ago" not in read(nearby(WORDS, [hit(FREE)], NOON, Filters()))


def test_nothing_near_is_said_for_what_was_asked_and_offers_the_rest():
    none = nearby(WORDS, [], NOON, Filters())
    assert read(none) == (
        "I know no station within 80 km of there that you can start from this chat.\n[Show all stations]\n[Filters]"
    )
    assert (
        read(nearby(WORDS, [], NOON, Filters(startable=False))) == "I know no charging station within 80 km of there."
    )


def test_a_station_shows_each_connector_with_status_age_and_price():
    shown = view(FREE, BUSY, directions=(("en", "Behind the church."),), heard_at=NOON)
    assert read(station_card(WORDS, shown, NOON + timedelta(minutes=3))) == (
        "Market square\n"
        "Market 1, Amsterdam\n"
        "How to find it: Behind the church.\n"
        "\n"
        "NL*CIT*E3256*1 · Type 2 socket · 11 kW\n"
        "free, told 3 min ago\n"
        "€0.5445/kWh\n"
        "\n"
        "NL*CIT*E3257*1 · Type 2 socket · 11 kW\n"
        "in use, told 3 min ago\n"
        "€0.5445/kWh\n"
        "[⚡ Charge here]\n"
        "[Refresh]  [Directions]\n"
        "[★ Add favourite]  [Map pin]\n"
        "[« Back to the list]"
    )


def test_a_station_tells_its_floor_and_a_number_to_dial_with_whose_it_is():
    below = replace(FREE, floor_level="-2")
    told = read(station_card(WORDS, view(below, help_phone="0031 20 555 0142", operator="City <b>"), NOON))
    assert "Floor: -2\nCity <b> says that its number is:\n+31205550142\n" in told
    other = read(station_card(WORDS, view(below, BUSY, help_phone="press 1; or 2"), NOON))
    assert "Floor" not in other
    assert "number is" not in other


def test_where_the_station_tells_no_number_that_of_its_network_is_shown_as_such():
    hotline = Phone("+31205550188", "Network <b>")
    told = read(station_card(WORDS, replace(view(FREE), hotline=hotline), NOON))
    assert "Hotline of the network Network <b>:\n+31205550188\n" in told
    own = read(station_card(WORDS, replace(view(FREE, help_phone="+31 20 555 0142"), hotline=hotline), NOON))
    assert "+31205550142" in own
    assert "0188" not in own


def test_a_station_that_cannot_be_started_says_so_and_has_no_button_for_it():
    screen = station_card(WORDS, view(CARD_ONLY), NOON)
    assert "Not startable from this chat: use a card or the terminal there." in read(screen)
    assert "station.charge" not in actions(screen)


def test_days_with_the_same_hours_are_told_together():
    week = (
        *(Opening(day, time(8), time(20)) for day in range(5)),
        Opening(5, time(9), time(12)),
        Opening(5, time(13), time(16)),
    )
    told = read(station_card(WORDS, view(FREE, twentyfourseven=False, hours=Hours(week)), NOON))
    assert "Opening hours: Mon\u2013Fri: 08:00 to 20:00; Sat: 09:00 to 12:00; Sat: 13:00 to 16:00\n" in told
    assert "Not open all day" not in told


def test_a_station_tells_its_hours_and_where_one_parks_as_far_as_they_are_known():
    told = read(station_card(WORDS, view(FREE, twentyfourseven=True, parking_type="UNDERGROUND_GARAGE"), NOON))
    assert "Open day and night\nIn an underground car park\n" in told
    assert "Not open all day" in read(station_card(WORDS, view(FREE, twentyfourseven=False), NOON))
    silent = read(station_card(WORDS, view(FREE, parking_type="MOON"), NOON))
    assert "pen " not in silent
    assert "MOON" not in silent


NINE_TO_FIVE = Hours(tuple(Opening(day, time(9), time(17)) for day in range(5)))


@pytest.mark.parametrize(
    ("now", "shown"),
    [
        (NOON, "Open now, until 17:00\nOpening hours: Mon\u2013Fri: 09:00 to 17:00\nCharging"),
        (NOON + timedelta(hours=6), "Closed now, opens Tue 09:00\nOpening hours: Mon\u2013Fri: 09:00 to 17:00\n"),
        (NOON + timedelta(hours=17), "Closed now, opens 09:00\nOpening hours: Mon\u2013Fri: 09:00 to 17:00\n"),
        (NOON + timedelta(days=5), "Closed now, opens Mon 09:00\nOpening hours: Mon\u2013Fri"),
    ],
)
def test_a_station_tells_in_words_whether_it_is_open_and_a_closed_one_can_be_started_all_the_same(now, shown):
    closed = view(FREE, twentyfourseven=False, hours=NINE_TO_FIVE, charging_when_closed=True)
    screen = station_card(WORDS, closed, now)
    assert shown in read(screen)
    assert "Charging goes on outside these hours too." in read(screen)
    assert "station.charge" in actions(screen)


def test_an_exception_is_told_by_the_clock_of_the_station():
    works = Hours(closings=(Span(NOON, NOON + timedelta(hours=3)),))
    told = read(station_card(WORDS, view(FREE, twentyfourseven=True, hours=works), NOON))
    assert "Closed now, opens 16:00\nHours today: 00:00\u201313:00, 16:00\u201300:00\n" in told
    gone = Hours(NINE_TO_FIVE.week, closings=(Span(NOON, NOON + timedelta(days=30)),))
    told = read(station_card(WORDS, view(FREE, hours=gone, charging_when_closed=False), NOON))
    assert (
        "Closed now\nHours today: 09:00\u201313:00\nOpening hours: Mon\u2013Fri: 09:00 to 17:00\nNo charging outside these hours.\n"
        in told
    )


def test_a_station_without_an_address_has_no_empty_line():
    assert ", " not in read(station_card(WORDS, view(FREE, address=""), NOON)).splitlines()[1]
    assert read(station_card(WORDS, view(FREE, address="", city=""), NOON)).splitlines()[1] == ""


def test_connectors_that_are_not_shown_are_counted():
    many = [an_evse(EvseUid(str(n)), connectors=(replace(FREE.connectors[0], id=ConnectorId("1")),)) for n in range(14)]
    text = read(station_card(WORDS, view(*many), NOON))
    assert f"… and {14 - MOST_CONNECTORS} more.\nYou can also type the identifier on the connector." in text


def test_the_way_there_is_made_of_numbers_only():
    link = station_card(WORDS, view(FREE, point=Point(52.37, -4.9)), NOON).rows[1][1]
    assert link.url == "https://www.google.com/maps/dir/?api=1&destination=52.37,-4.9"


def test_the_stations_own_clock_decides_what_counts_now():
    assert parse_html(station_card(WORDS, view(FREE, time_zone="Mars/Olympus"), NOON).text).text
