"""What the records of a charge add up to, and what about them people must look at."""

from decimal import Decimal

import pytest

from bot.domain.ids import CdrId
from bot.domain.ledger import Doubt, Ledger
from bot.domain.money import Money, Price
from tests.domain.priced import component, element, tariff
from tests.samples import a_cdr


def bill(name="C1", excl="9.00", incl="10.89", **changes):
    cost = Price.of(changes.get("currency", "EUR"), Decimal(excl), None if incl is None else Decimal(incl))
    return a_cdr(**({"id": CdrId(name), "total_cost": cost} | changes))


def credit(of="C1", name="K1", excl="-9.00", incl="-10.89", **changes):
    return bill(name, excl, incl, credit=True, credits_id=CdrId(of), **changes)


def doubts(*records):
    return [(record.id, doubt) for record, doubt in Ledger.of(records).doubts()]


def balance(*records):
    found = Ledger.of(records).balance
    return {name: (price.excl_vat and str(price.excl_vat.amount)) for name, price in found.items()}


def test_one_bill_is_what_is_due():
    assert Ledger.of([bill()]).due == Money(Decimal("10.89"), "EUR")
    assert doubts(bill()) == []


def test_a_corrected_bill_is_due_alone():
    ledger = Ledger.of([bill(), credit(), bill("C2", "5.00", "6.05")])
    assert ledger.due == Money(Decimal("6.05"), "EUR")
    assert [standing.id for standing in ledger.standing] == ["C2"]
    assert ledger.doubts() == ()


def test_ids_are_one_whatever_their_case():
    assert Ledger.of([bill("c1"), credit("C1")]).standing == ()


def test_two_bills_without_a_credit_between_are_held_and_nothing_is_due():
    ledger = Ledger.of([bill(), bill("C2")])
    assert [held.id for held in ledger.held] == ["C2"]
    assert ledger.due is None
    assert doubts(bill(), bill("C2")) == [("C2", Doubt.SECOND_BILL)]
    assert doubts(bill(), bill("C2"), credit()) == []


def test_a_credit_that_came_first_waits_and_is_not_counted():
    assert balance(credit()) == {}
    assert doubts(credit()) == [("K1", Doubt.NO_BILL_YET)]
    assert balance(credit(), bill()) == {"EUR": "0.00"}
    assert doubts(credit(), bill()) == []


@pytest.mark.parametrize(
    ("record", "doubt"),
    [
        (credit(excl="-4.00", incl="-4.84"), Doubt.CREDIT_DIFFERS),
        (credit(excl="9.00", incl="10.89"), Doubt.NOT_NEGATIVE),
        (credit(currency="GBP"), Doubt.CREDIT_DIFFERS),
        (credit(currency="GBP"), Doubt.OTHER_CURRENCY),
        (bill("C2", currency="GBP"), Doubt.OTHER_CURRENCY),
        (bill("C2", "-1.00", "-1.21"), Doubt.NEGATIVE),
        (bill("C2", total_energy=Decimal(-1)), Doubt.NEGATIVE),
        (bill("C2", total_energy=Decimal(1001)), Doubt.TOO_MUCH_ENERGY),
        (
            bill("C2", tariffs=(tariff(element(component("ENERGY", "1")), currency="GBP"),)),
            Doubt.TARIFF_CURRENCY,
        ),
    ],
)
def test_what_is_doubtful_is_named_and_nothing_is_due(record, doubt):
    ledger = Ledger.of([bill(), record])
    assert doubt in ledger.about(record)
    assert ledger.due is None


def test_a_second_credit_for_one_bill_is_named():
    assert doubts(bill(), credit(), credit(name="K2")) == [("K2", Doubt.CREDITED_TWICE)]


def test_a_credit_may_differ_by_a_cent_of_rounding():
    assert doubts(bill(), credit(excl="-9.01")) == []


def test_amounts_of_two_currencies_are_never_added():
    assert balance(bill(), bill("C2", "1.00", None, currency="GBP")) == {"EUR": "9.00", "GBP": "1.00"}


def test_a_side_that_one_record_does_not_state_is_unknown_in_the_sum():
    [price] = Ledger.of([bill(), credit(incl=None)]).balance.values()
    assert price.excl_vat == Money(Decimal("0.00"), "EUR")
    assert price.incl_vat is None
