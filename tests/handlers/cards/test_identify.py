from dataclasses import replace

import pytest

from bot.domain.catalogue import Network, Profile, Question, Said, Spot
from bot.domain.ids import ConnectorId, EvseUid
from bot.domain.station import Connector
from bot.services.costs import example
from bot.services.offers import Offer
from handlers.cards.connectors import subject
from handlers.cards.identify import ask_to_type, identify, where_to_look
from handlers.texts import Words
from tests.fakes.clock import NOON
from tests.handlers.cards.reading import actions, an_about, read
from tests.samples import PARTY, TARIFF, a_station, an_evse

WORDS = Words()


def an_offer(*others, tariff=TARIFF, **changes):
    evse = an_evse(**changes)
    return Offer(a_station(evses=(evse, *others)), evse, evse.connectors[0], tariff)


def asked(offer, words=WORDS):
    return read(identify(words, offer, an_about(), example(offer.tariff, NOON, "UTC"), NOON))


def network(**changes):
    return an_about(Network(PARTY, "City Power", NOON.date(), profile=Profile(**changes)))


def test_one_screen_asks_for_the_identifier_exactly_as_printed_and_tells_price_and_order():
    assert asked(an_offer(physical_reference="  a-1*O0 ", floor_level="-2")) == (
        "Does the station say this?\n"
        "\n"
        "  a-1*O0 \n"
        "(in full: NL*CIT*E3256*1)\n"
        "\n"
        "Type 2 socket, 11 kW, at Market square\n"
        "Floor: -2\n"
        "\n"
        "Price, VAT included\n"
        "• €0.5445 per kWh\n"
        "• no fee of our own\n"
        "Example: 20.00 kWh in 1 h 00 min cost €10.89 incl. VAT.\n"
        "The operator's record decides the final amount.\n"
        "\n"
        "🔌 Plug in, then press Start, unless the station says otherwise.\n"
        "Please follow the instructions on the charging station.\n"
        "[Yes, it says this]\n"
        "[No, something else]\n"
        "[Where do I find it?]\n"
        "[★ Add favourite]\n"
        "[« Back]"
    )


def test_nothing_can_be_started_before_the_yes():
    assert "charge.start" not in actions(identify(WORDS, an_offer(), an_about(), None, NOON))


def test_an_unknown_price_is_said_with_the_question():
    assert "The price is unknown." in asked(an_offer(tariff=None))


def test_an_identifier_that_nobody_told_is_not_made_up():
    text = asked(an_offer(evse_id=None, directions=(("en", "left of the door"),)))
    assert "The operator does not tell what is printed on this connector." in text
    assert "Which one: left of the door" in text
    assert "3256" not in text
    assert "[I am sure: this one]" in text
    assert "It looks like" not in read(where_to_look(WORDS, an_offer(evse_id=None), an_about()))


def test_two_plugs_behind_one_sticker_are_told_apart_by_the_plug():
    ccs = Connector(ConnectorId("2"), "IEC_62196_T2_COMBO", cable=True)
    text = asked(an_offer(connectors=(*an_evse().connectors, ccs)))
    assert "Several plugs share this identifier: this is about the Type 2 socket." in text


def test_a_neighbour_with_the_same_sticker_is_warned_of():
    twin = an_evse(EvseUid("9"), physical_reference="a1")
    assert "⚠ Another connector here carries the same identifier." in asked(an_offer(twin, physical_reference="A-1"))
    assert "same identifier" not in asked(an_offer(replace(twin, physical_reference="A-2"), physical_reference="A-1"))


def test_names_that_run_backwards_or_overflow_do_neither():
    station = a_station(name="\u202ekcaH" + "x" * 5000)
    offer = replace(an_offer(evse_id="NL*\u202eX*1"), station=station)
    assert "\u202e" not in asked(offer)


def test_help_tells_what_the_network_says_in_the_drivers_language_with_an_example():
    about = network(example="0421-1", where_printed=(("en", "On the blue plate."), ("nl", "Op het bordje.")))
    offer = an_offer(evse_id=None)
    assert "At City Power: On the blue plate." in read(where_to_look(WORDS, offer, about))
    assert "Bij City Power: Op het bordje." in read(where_to_look(Words("nl"), offer, about))
    assert "It looks like 0421-1." in read(where_to_look(WORDS, offer, about))


def test_the_four_places_are_named_in_words_beside_our_own_picture_only():
    assert "4. On the plug" in read(where_to_look(WORDS, an_offer(), network(example="1")))
    assert "4. On the plug" not in read(where_to_look(WORDS, an_offer(), network(has_picture=True)))


@pytest.mark.parametrize("spot", list(Spot))
def test_where_drivers_found_it_is_said(spot):
    about = an_about(said={Question.SPOT: Said(spot.value, 9, 12)})
    assert "Drivers found it on " in read(where_to_look(WORDS, an_offer(), about))
    assert "(9 of 12)." in read(where_to_look(WORDS, an_offer(), about))


def test_help_leads_back_to_the_same_question():
    offer = an_offer()
    for screen, action in (
        (where_to_look(WORDS, offer, an_about()), "identify.found"),
        (ask_to_type(WORDS, subject(offer)), "identify.again"),
    ):
        assert actions(screen) == [action]
        assert screen.rows[0][0].subject == subject(offer)
        assert read(screen)
