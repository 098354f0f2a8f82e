"""Screens of the past: what was charged, what it cost as far as anybody says, and the timeline."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from bot.domain.charge import By, Fact, State, What
from bot.domain.ids import CdrId, ChargeId
from bot.domain.money import Price
from bot.domain.session import SessionStatus
from bot.services.costs import so_far
from bot.services.history import Entry, Evidence, Page, monthly
from handlers.cards.evidence import LINES_A_PAGE, SAID, evidence_card, evidence_lines
from handlers.cards.history import cost, entry_card, history_card, month_card, waiting_for_bill
from handlers.escape import plain
from handlers.texts import Words
from tests.handlers.cards.reading import actions, read
from tests.samples import OUR_FEE, a_cdr, a_charge, a_place, a_session, at

WORDS = Words()
CHARGE = replace(
    a_charge(),
    state=State.BILLED,
    started_at=at(5),
    ended_at=at(3605),
    session_status=SessionStatus.COMPLETED,
    place=a_place(time_zone="Europe/Amsterdam", address="Market 1"),
)
SESSION = a_session(SessionStatus.COMPLETED, kwh=Decimal(20), end=at(3605))


def entry(*cdrs, **changes):
    charge = replace(CHARGE, **({"state": State.BILLED if cdrs else State.ENDED} | changes))
    return Entry(charge, SESSION, cdrs, None if cdrs else so_far(charge, SESSION, at(3605)))


BILLED = entry(a_cdr())


def numbered(count):
    return tuple(replace(BILLED, charge=replace(CHARGE, id=ChargeId(f"{at_:036d}"))) for at_ in range(count))


def test_the_past_is_a_list_with_a_button_for_each_charge():
    screen = history_card(WORDS, Page(numbered(2), 0, 2, 8))
    assert read(screen) == (
        "Your charges\n"
        "Page 1 of 2\n"
        "\n"
        "1. 2 Mar 2026, 13:00 · Market square\n"
        "20.00 kWh · €10.89 incl. VAT\n"
        "\n"
        "2. 2 Mar 2026, 13:00 · Market square\n"
        "20.00 kWh · €10.89 incl. VAT\n"
        "[1]  [2]\n"
        "[Older →]\n"
        "[Months]  [All as a table]"
    )
    assert read(history_card(WORDS, Page((), 0, 1, 0))) == (
        "You have not charged with us yet. Your charges will be listed here."
    )


@pytest.mark.parametrize(
    ("found", "said"),
    [
        (entry(a_cdr()), "€10.89 incl. VAT"),
        (entry(), "about €10.89 incl. VAT, not billed yet"),
        (entry(tariff=None), "not billed yet"),
        (entry(session_status=SessionStatus.INVALID), "voided by the operator"),
        (entry(a_cdr(total_cost=Price(None))), "the bill states no total"),
        (entry(a_cdr(total_energy=Decimal(1500))), "the bill is being checked"),
        (entry(a_cdr(), a_cdr(id=CdrId("C2"))), "the bill is being checked"),
        (
            entry(
                a_cdr(),
                a_cdr(
                    id=CdrId("C2"),
                    credit=True,
                    credits_id=CdrId("C1"),
                    total_cost=Price.of("EUR", Decimal(-9), Decimal("-10.89")),
                ),
            ),
            "credited; €0.00 incl. VAT in all",
        ),
    ],
)
def test_the_cost_is_told_as_far_as_anybody_has_said_and_never_as_nothing(found, said):
    assert plain(cost(WORDS, found)) == said
    assert "free" not in said


def test_a_charge_leads_to_its_records_and_to_its_timeline():
    screen = entry_card(WORDS, BILLED, at(4000))
    assert read(screen).startswith(
        "NL*CIT*E201*1 · Market square\nMarket 1\n2 Mar 2026, 13:00, 1 h 00 min, 20.00 kWh\nCost: €10.89 incl. VAT"
    )
    assert actions(screen) == ["history.bill", "evidence.show", "fault.ask", "history.page"]


@pytest.mark.parametrize(
    ("waited", "said"),
    [
        (timedelta(minutes=5), "The receipt follows as soon as the operator's bill is here."),
        (timedelta(hours=3), "We are waiting for the operator's bill."),
        (timedelta(days=2), "after more than a day"),
        (timedelta(days=36), "no bill in more than 35 days"),
    ],
)
def test_how_long_a_bill_has_not_come_is_told_truly(waited, said):
    told = waiting_for_bill(WORDS, entry().charge, at(3605) + waited)
    assert told is not None
    assert said in told


def test_no_bill_is_awaited_where_it_has_come_or_none_will():
    assert waiting_for_bill(WORDS, CHARGE, at(9999)) is None
    assert waiting_for_bill(WORDS, entry(session_status=SessionStatus.INVALID).charge, at(9999)) is None


def test_a_month_has_its_energy_its_sums_and_its_average():
    [month] = monthly([BILLED, entry()])
    screen = month_card(WORDS, [month], 0)
    assert read(screen) == (
        "March 2026\n"
        "2 charges\n"
        "40.00 kWh in all\n"
        "Cost €10.89 incl. VAT\n"
        "€0.54 per kWh on average, with all fees\n"
        "1 charge has no final cost yet, so it is in no sum.\n"
        "[As a table]  [As a PDF]\n"
        "[All charges]"
    )
    assert "not charged" in read(month_card(WORDS, [], 0))


def test_business_and_private_charges_are_summed_apart_where_there_are_both():
    [month] = monthly([BILLED, entry(a_cdr(), business=True)])
    text = read(month_card(WORDS, [month], 0))
    assert "Cost €21.78 incl. VAT" in text
    assert "Business €10.89 incl. VAT\nPrivate €10.89 incl. VAT" in text


# ── the timeline ─────────────────────────────────────────────────────────────────────────────────────────────────────


def evidence(*facts, **changes):
    told = tuple(Fact(at(second), by, what, detail) for second, by, what, detail in facts)
    return Evidence(entry(a_cdr(), **changes), told, at(9000))


def test_the_timeline_tells_what_was_agreed_what_happened_and_what_the_operator_has_of_it():
    text = plain("\n".join(evidence_lines(WORDS, evidence(
        (0, By.DRIVER, What.PRESSED, "NL*CIT*E201*1"),
        (1, By.OPERATOR, What.ANSWERED, "rejected Call us"),
        (60, By.DRIVER, What.STOP_ASKED, ""),
    ))))  # fmt: skip
    assert "The price you agreed to, 2 Mar 2026, 13:00" in text
    assert "per kWh" in text
    assert "2 Mar 2026, 13:00:00 You pressed start for NL*CIT*E201*1." in text
    assert "2 Mar 2026, 13:00:01 The operator answered the start: rejected Call us." in text
    assert "2 Mar 2026, 13:01:00 You asked to stop." in text
    assert "S1: COMPLETED, 20.00 kWh" in text
    assert "C1: 20.00 kWh, €10.89 incl. VAT" in text


def test_every_entry_of_a_timeline_has_its_sentence():
    assert set(SAID) == set(What)


def test_a_long_timeline_is_told_page_by_page_and_nothing_is_left_out():
    facts = [(second, By.OPERATOR, What.STOP_ANSWERED, f"<i>{second}</i>") for second in range(3 * LINES_A_PAGE)]
    found = evidence(*facts)
    pages = [read(evidence_card(WORDS, found, number)) for number in range(5)]
    assert all(sum(f"<i>{second}</i>" in page for page in set(pages)) == 1 for second in range(3 * LINES_A_PAGE))
    assert actions(evidence_card(WORDS, found, 0)) == ["evidence.page", "evidence.pdf", "history.open"]


def test_without_a_price_that_too_was_agreed():
    assert "No price was known, and you agreed to that." in evidence_lines(WORDS, evidence(tariff=None))


def test_our_fee_is_in_what_a_charge_of_the_past_cost_and_in_its_timeline_by_its_parts():
    assert cost(WORDS, entry(a_cdr(), fee=OUR_FEE)) == "€11.66 incl. VAT"
    assert cost(WORDS, entry(fee=OUR_FEE)) == "about €11.66 incl. VAT, not billed yet"
    told = "\n".join(map(plain, evidence_lines(WORDS, Evidence(entry(a_cdr(), fee=OUR_FEE), (), at(9000)))))
    agreed = "• our fee: €0.35 per start\n• our fee: €0.01 per kWh\n• our fee: 2% of the operator's price\n"
    billed = "Our fee for the start: €0.35 incl. VAT\nOur fee for 20.00 kWh: €0.20 incl. VAT\n"
    assert agreed in told
    assert billed in told
    assert told.index(agreed) < told.index("What happened") < told.index(billed)
    assert "To pay in all €11.66 incl. VAT" in told
    assert "Our fee" not in "\n".join(map(plain, evidence_lines(WORDS, Evidence(BILLED, (), at(9000)))))
