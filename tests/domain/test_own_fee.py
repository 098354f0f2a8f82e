"""Our own fee: by its parts, on either side of the tax, and following every correction."""

from dataclasses import replace
from decimal import Decimal

import pytest

from bot.domain.catalogue import OwnFee
from bot.domain.ids import CdrId
from bot.domain.ledger import Ledger
from bot.domain.money import Money, Price
from bot.domain.own_fee import Part, fee_from_json, fee_to_json, in_all, of_ledger, reckon
from tests.samples import a_cdr

FEE = OwnFee("EUR", Decimal("0.35"), Decimal("0.01"), Decimal(2), Decimal(21))
BILL = a_cdr()
CREDIT = replace(
    BILL,
    id=CdrId("K1"),
    credit=True,
    credits_id=BILL.id,
    total_cost=Price.of("EUR", Decimal("-9.00"), Decimal("-10.89")),
    total_energy=Decimal(-20),
)
AGAIN = replace(
    BILL, id=CdrId("C2"), total_cost=Price.of("EUR", Decimal("4.50"), Decimal("5.45")), total_energy=Decimal(10)
)


def euros(amount):
    return Money(Decimal(amount), "EUR")


def test_each_part_is_rounded_once_so_that_the_lines_add_up():
    ours = reckon(FEE, Decimal(20), BILL.total_cost)
    told = {line.part: line.amount.incl_vat for line in ours.lines}
    assert told == {Part.START: euros("0.35"), Part.ENERGY: euros("0.20"), Part.SHARE: euros("0.22")}
    assert ours.total.incl_vat == euros("0.77")
    assert ours.total.excl_vat == sum((line.amount.excl_vat for line in ours.lines[1:]), ours.lines[0].amount.excl_vat)
    assert in_all(BILL.total_cost, ours).incl_vat == euros("11.66")


def test_a_fee_before_tax_takes_its_share_of_the_amount_before_tax():
    ours = reckon(replace(FEE, vat_included=False), Decimal(20), BILL.total_cost)
    assert ours.total.excl_vat == euros("0.73")
    assert [line.amount.incl_vat for line in ours.lines] == [euros("0.42"), euros("0.24"), euros("0.22")]


def test_a_tax_that_nobody_told_leaves_that_side_unknown():
    ours = reckon(replace(FEE, vat=None), Decimal(20), BILL.total_cost)
    assert (ours.total.excl_vat, ours.total.incl_vat) == (None, euros("0.77"))


def test_the_fee_follows_a_credit_and_the_bill_after_it():
    assert of_ledger(FEE, Ledger.of([BILL])).total.incl_vat == euros("0.77")
    assert of_ledger(FEE, Ledger.of([BILL, CREDIT])) is None
    corrected = of_ledger(FEE, Ledger.of([BILL, CREDIT, AGAIN]))
    assert [line.amount.incl_vat for line in corrected.lines] == [euros("0.35"), euros("0.10"), euros("0.11")]


def test_nothing_is_asked_where_records_are_doubtful_or_in_another_currency():
    assert of_ledger(FEE, Ledger.of([BILL, AGAIN])) is None
    assert of_ledger(FEE, Ledger.of([])) is None
    assert reckon(replace(FEE, currency="CHF"), Decimal(20), BILL.total_cost) is None
    assert reckon(OwnFee("EUR"), Decimal(20), BILL.total_cost) is None


@pytest.mark.parametrize("fee", [None, FEE, replace(FEE, vat=None, vat_included=False)])
def test_what_was_shown_is_remembered_whole(fee):
    assert fee_from_json(fee_to_json(fee)) == fee
