from dataclasses import replace

from bot.domain.station import Parking
from bot.services.offers import Offer
from bot.services.stations import StationView
from handlers.cards.identify import identify
from handlers.cards.stations import station_card
from handlers.texts import Words
from tests.fakes.clock import NOON
from tests.handlers.cards.reading import an_about, read
from tests.samples import a_station, an_evse

WORDS = Words()
RESERVED = "Parking here is reserved for people with disabilities."
THERE_IS = "There is parking for people with disabilities."
FOR_ALL = Parking("P2", vehicle_types=("PERSONAL_VEHICLE",))
FOR_SOME = Parking("P1", vehicle_types=("DISABLED",), restricted_to_type=True)


def asked(evse, *places):
    station = a_station(evses=(evse,), parking_places=places)
    offer = Offer(station, evse, evse.connectors[0], None)
    card = read(station_card(WORDS, StationView(station, (offer,)), NOON))
    return read(identify(WORDS, offer, an_about(), None, NOON)), card


def test_a_place_for_people_with_disabilities_is_said_before_the_start_and_on_the_station():
    for evse, places in (
        (an_evse(parking_restrictions=("DISABLED",)), ()),
        (an_evse(parking=(("p1", "LEFT"),)), (FOR_SOME, FOR_ALL)),
    ):
        screen, card = asked(evse, *places)
        assert RESERVED in screen
        assert THERE_IS in card


def test_where_others_may_park_too_nobody_is_warned():
    evse = an_evse(parking=(("P1", "LEFT"), ("P2", "RIGHT")))
    screen, card = asked(evse, FOR_SOME, FOR_ALL)
    assert RESERVED not in screen
    assert THERE_IS in card
    screen, card = asked(an_evse(), replace(FOR_SOME, vehicle_types=("VAN",)))
    assert RESERVED not in screen
    assert THERE_IS not in card


def test_the_shortest_time_that_one_may_park_is_said():
    evse = an_evse(parking=(("P1", ""), ("P2", "")))
    screen, _ = asked(evse, replace(FOR_ALL, id="P1", time_limit=90), replace(FOR_ALL, time_limit=240))
    assert "Parking here is limited to 1 h 30 min." in screen
