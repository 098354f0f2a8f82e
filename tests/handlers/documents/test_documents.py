"""Files to keep: a table that a spreadsheet reads and cannot be fooled by, and papers that can be printed."""

import csv
import io
import subprocess
import sys
from dataclasses import replace
from decimal import Decimal

import pytest

from bot.domain.charge import By, Fact, What
from bot.services.costs import compared
from bot.services.following import Bill
from bot.services.history import Evidence, monthly
from handlers.documents.papers import evidence_paper, month_paper, receipt_paper
from handlers.documents.table import table, written
from handlers.texts import Words
from tests.handlers.cards.test_history import BILLED, CHARGE, entry
from tests.handlers.documents.reader import pages
from tests.handlers.documents.reader import words as words_of
from tests.samples import OUR_FEE, a_cdr, a_place, at

WORDS = Words()


def rows(data):
    assert data.startswith(b"\xef\xbb\xbf"), "spreadsheets look for the mark"
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))


def test_a_table_has_a_charge_a_line_with_plain_numbers_and_the_stations_time():
    head, billed, waiting = rows(table(WORDS, [BILLED, entry()]))
    assert head[:4] == ["Begin", "End", "Minutes", "Station"]
    assert billed[:4] == ["2026-03-02T13:00:05+01:00", "2026-03-02T14:00:05+01:00", "60", "Market square"]
    assert billed[7:12] == ["20", "EUR", "9.00", "10.89", ""]
    assert waiting[8:12] == ["", "", "", "about €10.89 incl. VAT, not billed yet"]


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "＝"])  # noqa: RUF001  a wide sign
def test_no_cell_is_a_formula(start):
    place = a_place(title=f'{start}HYPERLINK("https://evil.example")')
    cells = rows(table(WORDS, [replace(BILLED, charge=replace(CHARGE, place=place))]))[1]
    assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r", "＝")) for cell in cells)  # noqa: RUF001  likewise


def test_cells_with_commas_quotes_and_line_ends_come_back_as_they_were():
    cells = ['a, "b"', "c\nd", Decimal("-1.50"), None, 3]
    data = written([cells])
    assert rows(data) == [['a, "b"', "c\nd", "-1.50", "", "3"]]
    assert data.endswith(b"\r\n")


def test_a_month_can_be_printed():
    place = a_place(title="Łódź Ωmega Straße İstanbul Київ " * 3)
    odd = replace(BILLED, charge=replace(CHARGE, place=place))
    [month] = monthly([odd] * 60)
    data = month_paper(WORDS, month)
    text = words_of(data)
    assert "Charges in March 2026" in text
    assert "60 charges" in text
    assert "Łódź Ωmega" in text
    assert "€653.40 incl. VAT" in text
    assert pages(data) > 1


def test_a_receipt_can_be_printed_in_the_drivers_language():
    cdr = a_cdr()
    bill = Bill(cdr, compared(CHARGE, cdr), None)
    text = words_of(receipt_paper(Words("de"), BILLED, bill, "@bot", corrected=False))
    assert "10,89" in text
    assert "C1" in text


def test_our_fee_is_in_the_table_and_on_every_paper():
    paid = entry(a_cdr(), fee=OUR_FEE)
    head, *lines = rows(table(WORDS, [paid, BILLED]))
    fees = [dict(zip(head, line, strict=True)) for line in lines]
    assert [(fee["Our fee without VAT"], fee["Our fee with VAT"]) for fee in fees] == [("0.64", "0.77"), ("", "")]
    assert fees[0]["Total with VAT"] == "10.89", "the operator's alone"
    bill = Bill(a_cdr(), compared(paid.charge, a_cdr()), None, ledger=paid.ledger, fee=paid.fee)
    papers = (
        receipt_paper(WORDS, paid, bill, "@bot", corrected=False),
        evidence_paper(WORDS, Evidence(paid, (), at(9000))),
        month_paper(WORDS, monthly([paid])[0]),
    )
    for data in papers:
        assert "€11.66 incl. VAT" in words_of(data)
    for data in papers[:2]:
        assert "Our fee for the start: €0.35 incl. VAT" in words_of(data)


def test_a_timeline_can_be_printed_whatever_an_operator_wrote_into_it():
    facts = tuple(Fact(at(n), By.OPERATOR, What.ANSWERED, "<b>😀 \u202eevil</b> " + "x" * 300) for n in range(80))
    text = words_of(evidence_paper(WORDS, Evidence(BILLED, facts, at(9000))))
    assert "Timeline of a charge" in text
    assert "The operator answered the start" in text


def test_the_printer_is_loaded_only_when_something_is_printed():
    script = "import handlers.documents.papers, sys; sys.exit('fpdf' in sys.modules or 'matplotlib' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0
