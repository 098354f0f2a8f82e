from dataclasses import replace
from decimal import Decimal

from bot.domain.bill import Reason
from bot.domain.charge import By, State
from bot.domain.ids import CdrId
from bot.domain.money import Price
from bot.domain.usage import ChargingPeriod
from bot.services.costs import Cost, compared
from handlers.cards.receipts import _LINES, _ROUNDED, receipt
from handlers.texts import Words
from tests.handlers.cards.reading import read
from tests.samples import a_cdr, a_charge, a_place, at

WORDS = Words()
CHARGE = replace(a_charge(), state=State.BILLED, place=a_place(time_zone="Europe/Amsterdam", address="Market 1"))
CDR = a_cdr(periods=(ChargingPeriod(at(5), {"ENERGY": Decimal(20), "TIME": Decimal(1)}),))


def euros(excl, incl=None):
    return Price.of("EUR", None if excl is None else Decimal(excl), None if incl is None else Decimal(incl))


def shown(cdr=CDR, estimate=None, **how):
    told = None if estimate is None else Cost(estimate, By.CHARGEBOT)
    return read(receipt(WORDS, CHARGE, cdr, compared(CHARGE, cdr), told, "@city_bot", **how))


def test_every_reason_of_a_bill_has_its_words():
    assert {reason.removesuffix(_ROUNDED) for reason in Reason} == {str(reason) for reason in _LINES}


def test_a_bill_that_agrees_is_explained_line_by_line():
    assert shown(estimate=euros("9.00", "10.89")) == (
        "🧾 Receipt\n"
        "NL*CIT*E201*1 · Market square\n"
        "Market 1\n"
        "2 Mar 2026, 13:00, 1 h 00 min, 20.00 kWh\n"
        "\n"
        "Energy: 20 kWh · €10.89\n"
        "Total €10.89 incl. VAT\n"
        "of which VAT €1.89; €9.00 without VAT\n"
        "\n"
        "Exactly as estimated at the end of the charge.\n"
        "Bill C1 of NL-CIT\n"
        "Issued by @city_bot. We never ask for card numbers in this chat."
    )


def test_a_bill_that_differs_is_not_explained_by_lines_that_do_not_add_up():
    text = shown(replace(CDR, total_cost=euros("10.00", "12.10")), euros("9.00", "10.89"))
    assert "By the tariff we reckon €10.89; the operator bills €12.10." in text
    assert "Energy:" not in text
    assert "€1.21 more than the estimate of €10.89." in text


def test_less_than_estimated_is_told_too():
    assert "€1.00 less than the estimate of €11.89." in shown(estimate=euros("9.83", "11.89"))


def test_an_estimate_without_tax_is_not_compared_with_a_bill_with_tax():
    assert "estimate" not in shown(replace(CDR, total_cost=euros(None, "10.89")), euros("9.00"))
    assert "Exactly as estimated" in shown(replace(CDR, total_cost=euros("9.00")), euros("9.00", "10.89"))


def test_a_bill_without_tax_says_that_none_is_stated():
    text = shown(replace(CDR, total_cost=euros("9.00")))
    assert "Total €9.00 (VAT not stated)" in text
    assert "of which VAT" not in text


def test_reckoned_and_billed_are_told_on_the_same_side_of_the_tax():
    text = shown(replace(CDR, total_cost=euros("12.00")))
    assert "By the tariff we reckon €9.00; the operator bills €12.00." in text


def test_a_missing_total_is_not_a_gift():
    text = shown(replace(CDR, total_cost=Price(None)), euros("9.00", "10.89"))
    assert "The operator states no total" in text
    assert "€" not in text


def test_a_credit_note_names_what_it_takes_back_and_is_not_reckoned():
    credit = replace(CDR, id=CdrId("C2"), total_cost=euros("-9.00", "-10.89"), credit=True, credits_id=CdrId("C1"))
    text = shown(credit, euros("9.00", "10.89"), corrected=True)
    assert text.startswith("🧾 Credit note\n")
    assert "Total -€10.89 incl. VAT" in text
    assert "This takes back bill C1." in text
    assert "we reckon" not in text
    assert "estimate" not in text


def test_a_later_bill_is_called_corrected():
    assert shown(corrected=True).startswith("🧾 Corrected receipt\n")


def test_a_step_worth_knowing_is_named():
    stepped = replace(CHARGE.tariff.elements[0].components[0], step_size=25_000)
    tariff = replace(CHARGE.tariff, elements=(replace(CHARGE.tariff.elements[0], components=(stepped,)),))
    cdr = replace(CDR, tariffs=(tariff,), total_cost=euros("11.25", "13.61"))
    assert "Energy, rounded up to the tariff's step: 25 kWh · €13.61" in shown(cdr)


def test_a_currency_that_does_not_fit_the_tariff_is_not_reckoned_across():
    dollars = replace(CDR, currency="USD", total_cost=Price.of("USD", Decimal(9), Decimal("10.89")))
    text = shown(dollars, euros("9.00", "10.89"))
    assert "Total $10.89 incl. VAT" in text
    assert "€" not in text
