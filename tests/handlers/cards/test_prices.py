from dataclasses import replace
from datetime import time, timedelta
from decimal import Decimal

import pytest

from bot.domain.catalogue import Network, OwnFee, Question, Said, StartOrder
from bot.domain.money import Price
from bot.domain.tariffs.restrictions import Restrictions
from bot.domain.tariffs.tariff import Element, PriceComponent, Tariff
from bot.services.costs import example
from bot.services.offers import Offer
from handlers.cards.identify import identify
from handlers.cards.prices import MOST_LINES, agreed, confirm_unknown, price_card
from handlers.texts import Words
from tests.fakes.clock import NOON
from tests.handlers.cards.reading import actions, an_about, read
from tests.samples import PARTY, TARIFF, a_station

WORDS = Words()
STATION = a_station()


def an_offer(tariff=TARIFF):
    evse = STATION.evses[0]
    return Offer(STATION, evse, evse.connectors[0], tariff)


def card(tariff=TARIFF, words=WORDS, note=None, about=None):
    worked = example(tariff, NOON, STATION.time_zone)
    return price_card(words, an_offer(tariff), about or an_about(), worked, NOON, note)


def test_all_that_can_cost_money_is_told_before_the_start():
    tariff = replace(
        TARIFF,
        elements=(
            Element(
                (
                    PriceComponent("ENERGY", Decimal("0.45"), Decimal(21)),
                    PriceComponent("FLAT", Decimal("0.35"), Decimal(21)),
                )
            ),
            Element((PriceComponent("PARKING_TIME", Decimal(6), Decimal(21)),)),
        ),
        max_price=Price.of("EUR", Decimal(40), Decimal("48.40")),
        alt_texts=(("nl", "Graag verplaatsen."), ("en", "Please move your car when it is full.")),
    )
    assert read(card(tariff)) == (
        "✅ NL*CIT*E3256*1 · Market square\n"
        "\n"
        "Price, VAT included\n"
        "• €0.5445 per kWh\n"
        "• €0.4235 per start\n"
        "• €7.26 per hour connected without charging\n"
        "• at most €48.40 incl. VAT for a charge\n"
        "• no fee of our own\n"
        "The operator writes: Please move your car when it is full.\n"
        "Example: 20.00 kWh in 1 h 00 min cost €11.31 incl. VAT.\n"
        "⏱ Part of this price runs by the clock: unplug as soon as you have finished.\n"
        "The operator's record decides the final amount.\n"
        "You can start at this price until 13:02:00.\n"
        "\n"
        "🔌 Plug in, then press Start, unless the station says otherwise.\n"
        "Please follow the instructions on the charging station.\n"
        "[⚡ Start charging]\n"
        "[« Back]"
    )


def test_the_operators_words_come_in_the_drivers_language_or_else_in_english_or_any():
    texts = (("nl", "Hallo"), ("en", "Hello"))
    assert "De exploitant schrijft: Hallo" in read(card(replace(TARIFF, alt_texts=texts), Words("nl")))
    assert "opérateur écrit\N{NO-BREAK SPACE}: Hello" in read(card(replace(TARIFF, alt_texts=texts), Words("fr")))
    assert "opérateur écrit\N{NO-BREAK SPACE}: Hallo" in read(card(replace(TARIFF, alt_texts=texts[:1]), Words("fr")))


def test_a_long_text_of_the_operator_about_its_price_is_not_cut_short():
    assert "last word" in read(card(replace(TARIFF, alt_texts=(("en", "word " * 100 + "last word"),))))


def test_a_free_charge_is_called_free():
    free = Tariff("T1", "EUR", (Element((PriceComponent("ENERGY", Decimal(0)),)),))
    assert "• free of charge" in read(card(free))
    assert "€" not in read(card(free)).replace("cost €0.00 incl. VAT", "")


def test_an_unknown_tax_is_never_called_included():
    text = read(
        card(replace(TARIFF, elements=(Element((PriceComponent("ENERGY", Decimal("0.45")),)),), tax_included="NO"))
    )
    assert "Price\n• €0.45 per kWh plus VAT" in text
    assert "VAT included" not in text


def test_an_example_that_leaves_something_out_says_so():
    partly = replace(TARIFF, elements=(*TARIFF.elements, Element((PriceComponent("HOLD_TIME", Decimal(2)),))))
    assert "cost about €10.89 incl. VAT; part of this tariff cannot be reckoned." in read(card(partly))


def test_an_unknown_price_is_said_and_needs_a_yes_of_its_own():
    first = card(None)
    assert "The price is unknown." in read(first)
    assert "charge.start" not in actions(first)
    second = confirm_unknown(WORDS, an_offer(None), an_about(), NOON)
    assert read(second).startswith("Start at an unknown price?\n✅ NL*CIT*E3256*1 · Market square\n")
    assert actions(second) == ["charge.start", "identify.again"]


def test_a_start_button_stands_for_one_connector_at_one_moment_and_is_good_once():
    press = card().rows[0][0]
    assert press.once
    assert press.subject == agreed(an_offer(), NOON)
    assert press.subject != agreed(an_offer(), NOON + timedelta(seconds=1))
    other = replace(an_offer(), evse=STATION.evses[1])
    assert press.subject != agreed(other, NOON)


def test_why_it_is_shown_again_stands_first():
    text = read(card(note=WORDS("The price has changed since you saw it.")))
    assert text.startswith("⚠ The price has changed since you saw it.\n\n✅ NL*CIT*E3256*1")


def a_network(**changes):
    return an_about(Network(PARTY, "City Power", NOON.date(), **changes))


def test_our_own_fee_stands_with_the_price_part_by_part_and_in_the_example():
    fee = OwnFee("EUR", Decimal("0.50"), Decimal("0.02"), Decimal(10), Decimal(21), vat_included=False)
    text = read(card(about=a_network(fee=fee, fee_text=(("en", "It pays for this bot."),))))
    assert (
        "• €0.5445 per kWh\n"
        "• our fee: €0.605 per start\n"
        "• our fee: €0.0242 per kWh\n"
        "• our fee: 10% of the operator's price\n"
        "Our fee: It pays for this bot.\n"
    ) in text
    assert "cost €10.89 incl. VAT.\nWith our fee: €13.07 incl. VAT.\n" in text


def test_a_fee_in_another_currency_or_with_an_unknown_tax_is_told_and_not_added():
    dollars = read(card(about=a_network(fee=OwnFee("USD", Decimal(1)))))
    assert "our fee: $1.00 per start" in dollars.replace("US$", "$")
    assert "With our fee" not in dollars
    untaxed = read(card(about=a_network(fee=OwnFee("EUR", Decimal(1), vat_included=False))))
    assert "our fee: €1.00 plus VAT per start" in untaxed
    assert "With our fee" not in untaxed


@pytest.mark.parametrize(
    ("order", "said"),
    [
        (StartOrder.PLUG_FIRST, "🔌 Plug in first, at the station and at the car. Then press Start."),
        (StartOrder.START_FIRST, "▶ Press Start first. Plug in when the station asks for it."),
        (StartOrder.EITHER, "🔌 Plug in first or press Start first: here both work."),
        (StartOrder.UNKNOWN, "🔌 Plug in, then press Start, unless the station says otherwise."),
    ],
)
def test_what_comes_first_is_said_before_the_start_and_the_station_has_the_last_word(order, said):
    for screen in (card(about=a_network(start_order=order)), identify_card(about=a_network(start_order=order))):
        assert f"{said}\nPlease follow the instructions on the charging station.\n" in read(screen)


def test_where_nobody_described_it_drivers_say_what_comes_first():
    about = an_about(said={Question.ORDER: Said("plug_first", 12, 14)})
    assert "🔌 Plug in first, at the station and at the car. Then press Start.\n" in read(card(about=about))
    assert "Drivers say: plug in first (12 of 14)." in read(card(about=about))
    described = replace(about, network=Network(PARTY, "City", NOON.date(), start_order=StartOrder.START_FIRST))
    assert "Drivers say" not in read(card(about=described))


def identify_card(about):
    return identify(WORDS, an_offer(), about, example(TARIFF, NOON, STATION.time_zone), NOON)


def test_a_long_price_is_whole_and_folded_to_what_a_phone_shows():
    dear = tuple(PriceComponent("ENERGY", Decimal(n) / 100, Decimal(21)) for n in range(1, 31))
    elements = tuple(
        Element((component,), Restrictions(start_time=time(n % 24), end_time=time((n + 1) % 24)))
        for n, component in enumerate(dear)
    )
    screen = card(replace(TARIFF, elements=elements, alt_texts=(("en", "w" * 3000),)))
    assert screen.text.count("<blockquote expandable>") == 1
    before = screen.text.split("<blockquote")[0]
    assert before.count("•") == MOST_LINES - 1
    assert "• no fee of our own" in read(screen)


def test_the_end_of_a_price_is_told_by_the_stations_clock():
    assert "This price is valid until 2 Mar 2026, 14:00." in read(
        card(replace(TARIFF, end_date_time=NOON + timedelta(hours=1)))
    )
