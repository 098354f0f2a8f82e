from dataclasses import replace
from decimal import Decimal

from bot.domain.catalogue import OwnFee
from bot.domain.charge import By, State
from bot.domain.ids import CdrId
from bot.domain.ledger import Ledger
from bot.domain.money import Price
from bot.domain.own_fee import of_ledger
from bot.domain.tariffs.bill import Reason
from bot.domain.tariffs.usage import ChargingPeriod
from bot.services.costs import Cost, Gap, compared
from bot.services.following import Bill
from handlers.cards.receipts import _LINES, _ROUNDED, receipt
from handlers.texts import Words
from tests.handlers.cards.reading import read
from tests.samples import a_cdr, a_charge, a_place, at

WORDS = Words()
CHARGE = replace(a_charge(), state=State.BILLED, place=a_place(time_zone="Europe/Amsterdam", address="Market 1"))
CDR = a_cdr(periods=(ChargingPeriod(at(5), {"ENERGY": Decimal(20), "TIME": Decimal(1)}),))


def euros(excl, incl=None):
    return Price.of("EUR", None if excl is None else Decimal(excl), None if incl is None else Decimal(incl))


def shown(cdr=CDR, estimate=None, before=(), gaps=(), **how):
    told = None if estimate is None else Cost(estimate, By.CHARGEBOT)
    bill = Bill(cdr, compared(CHARGE, cdr), told, ledger=Ledger.of([*before, cdr]), gaps=gaps)
    return read(receipt(WORDS, CHARGE, bill, "@city_bot", **how))


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
        "Issued by @city_bot. We never ask for card numbers in this chat.\n"
        "How did it go? 1 is bad, 5 is great.\n"
        "[1]  [2]  [3]  [4]  [5]\n"
        "[Timeline]  [As a PDF]\n"
        "[Mark as business]  [★ Add favourite]"
    )


def test_our_fee_stands_below_the_operators_total_by_its_parts_and_in_all():
    fee = OwnFee("EUR", Decimal("0.35"), Decimal("0.01"), Decimal(2), Decimal(21))
    ledger = Ledger.of([CDR])
    bill = Bill(CDR, compared(CHARGE, CDR), None, ledger=ledger, fee=of_ledger(fee, ledger))
    assert (
        "The operator's total €10.89 incl. VAT\n"
        "of which VAT €1.89; €9.00 without VAT\n"
        "Our fee for the start: €0.35 incl. VAT\n"
        "Our fee for 20.00 kWh: €0.20 incl. VAT\n"
        "Our fee, 2% of the operator's price: €0.22 incl. VAT\n"
        "To pay in all €11.66 incl. VAT\n"
    ) in read(receipt(WORDS, CHARGE, bill, "@city_bot"))


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


def test_a_bill_whose_session_and_station_nobody_told_shows_what_is_known():
    unknown = replace(CHARGE, place=a_place(identifier="", title="NL-CIT"), tariff=None, session_key=None)
    bill = Bill(CDR, compared(unknown, CDR), None, ledger=Ledger.of([CDR]))
    text = read(receipt(WORDS, unknown, bill, "@city_bot"))
    assert text.startswith(
        "🧾 Receipt\n? · NL-CIT\n2 Mar 2026, 12:00, 1 h 00 min, 20.00 kWh\n\nTotal €10.89 incl. VAT\n"
    )
    assert "estimate" not in text


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


def test_what_makes_the_difference_from_the_estimate_is_told_line_by_line():
    gap = Gap(Reason.ENERGY, (Decimal("19.5"), "kWh", Decimal("10.62")), (Decimal(20), "kWh", Decimal("10.89")))
    text = shown(estimate=euros("8.78", "10.62"), gaps=(gap,))
    assert "€0.27 more than the estimate of €10.62.\n• Energy: estimated 19.5 kWh for €10.62, billed 20 kWh for" in text


def test_a_difference_that_nothing_explains_is_said_to_be_that():
    assert "€0.27 more than the estimate of €10.62.\nThe operator does not say why." in shown(
        estimate=euros("8.78", "10.62")
    )


def test_an_estimate_that_was_the_operators_own_is_not_ours_to_explain():
    bill = Bill(CDR, compared(CHARGE, CDR), Cost(euros("8.78", "10.62"), By.OPERATOR), ledger=Ledger.of([CDR]))
    assert "The estimate was the operator's own, from before its bill." in read(receipt(WORDS, CHARGE, bill, "@b"))


def test_with_a_credit_the_sum_of_all_records_stands_below():
    credit = replace(CDR, id=CdrId("C2"), total_cost=euros("-9.00", "-10.89"), credit=True, credits_id=CdrId("C1"))
    assert "With all bills and credits of this charge: €0.00 incl. VAT" in shown(credit, before=[CDR])
    again = replace(CDR, id=CdrId("C3"), total_cost=euros("8.00", "9.68"))
    assert "With all bills and credits of this charge: €9.68 incl. VAT" in shown(again, before=[CDR, credit])


def test_absurd_amounts_are_being_checked():
    assert "looks wrong, so it is being checked" in shown(replace(CDR, total_energy=Decimal(1500)))
    assert "being checked" not in shown()


def test_a_bill_in_another_currency_than_the_price_shown_is_told_and_never_summed():
    dollars = replace(CDR, id=CdrId("C9"), currency="USD", total_cost=Price.of("USD", Decimal(9), Decimal("10.89")))
    text = shown(dollars, before=[CDR])
    assert "You saw a price in EUR and the bill is in USD, so they cannot be compared." in text
    assert "different currencies, so they are not added up" in text
