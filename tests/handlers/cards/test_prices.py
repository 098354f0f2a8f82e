from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

from bot.domain.money import Price
from bot.domain.tariff import Element, PriceComponent, Tariff
from bot.services.costs import example
from bot.services.offers import Offer
from handlers.cards.prices import agreed, confirm_unknown, price_card
from handlers.texts import Words
from tests.fakes.clock import NOON
from tests.handlers.cards.reading import actions, read
from tests.samples import TARIFF, a_station

WORDS = Words()
STATION = a_station()


def an_offer(tariff=TARIFF):
    evse = STATION.evses[0]
    return Offer(STATION, evse, evse.connectors[0], tariff)


def card(tariff=TARIFF, words=WORDS, note=None):
    return price_card(words, an_offer(tariff), example(tariff, NOON, STATION.time_zone), NOON, note)


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
        "NL*CIT*E3256*1 · Market square\n"
        "\n"
        "Price, VAT included\n"
        "• €0.5445 per kWh\n"
        "• €0.4235 per start\n"
        "• €7.26 per hour connected without charging\n"
        "• at most €48.40 incl. VAT for a charge\n"
        "The operator writes: Please move your car when it is full.\n"
        "Example: 20.00 kWh in 1 h 00 min cost €11.31 incl. VAT.\n"
        "⏱ Part of this price runs by the clock: unplug as soon as you have finished.\n"
        "The operator's record decides the final amount.\n"
        "\n"
        "Plug the cable in at the station and at the car, then press Start.\n"
        "Please follow the instructions on the charging station.\n"
        "[⚡ Start charging]\n"
        "[« Back]"
    )


def test_the_operators_words_come_in_the_drivers_language_or_else_in_english_or_any():
    texts = (("nl", "Hallo"), ("en", "Hello"))
    assert "The operator writes: Hallo" in read(card(replace(TARIFF, alt_texts=texts), Words("nl")))
    assert "The operator writes: Hello" in read(card(replace(TARIFF, alt_texts=texts), Words("fr")))
    assert "The operator writes: Hallo" in read(card(replace(TARIFF, alt_texts=texts[:1]), Words("fr")))


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
    second = confirm_unknown(WORDS, an_offer(None), NOON)
    assert read(second).startswith("Start at an unknown price?\nNL*CIT*E3256*1 · Market square\n")
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
    assert text.startswith("⚠ The price has changed since you saw it.\n\nNL*CIT*E3256*1")
