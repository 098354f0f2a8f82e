from dataclasses import replace
from decimal import Decimal

import pytest

from bot.domain.charge import Answer, By, Fact, State, What
from bot.domain.errors import Why
from bot.domain.money import Price
from bot.domain.session import SessionStatus
from bot.domain.tariffs.tariff import Element, PriceComponent, Tariff
from bot.domain.tariffs.usage import ChargingPeriod
from handlers.cards.live import NEVER_SENT, live_card
from handlers.cards.screen import Press
from handlers.texts import Words
from tests.handlers.cards.reading import a_look, a_running, actions, read
from tests.samples import OUR_FEE, a_key, a_session, at

WORDS = Words()
ASKED = (1, What.FENCED)
RUNS = (10, What.SESSION_ACTIVE)
ENDED = (70, What.SESSION_ENDED)


def shown(look, **how):
    return read(live_card(WORDS, look, **how))


def test_before_anything_was_sent_it_only_gets_ready():
    assert shown(a_look(State.NEW)) == (
        "⏳ Getting ready to start…\n"
        "NL*CIT*E201*1 · Market square\n"
        "\n"
        "you pressed start 12:00:00\n"
        "[Cancel the start]\n"
        "[Refresh]"
    )


def test_an_accepted_start_is_not_called_charging():
    look = a_look(State.FENCED, ASKED, (2, What.ANSWERED), answer=Answer())
    assert shown(look) == (
        "⏳ Waiting for the station to start\n"
        "NL*CIT*E201*1 · Market square\n"
        "\n"
        "The operator has accepted and is asking the station.\n"
        "This takes from a few seconds to a few minutes.\n"
        "Last data from the station: none yet.\n"
        "\n"
        "you pressed start 12:00:00 · asked 12:00:01 · operator answered 12:00:02\n"
        "[Cancel the start]\n"
        "[Refresh]"
    )


@pytest.mark.parametrize(
    ("stage", "sentence"),
    [
        (0, "This takes from a few seconds to a few minutes."),
        (1, "A delay does not mean that your charge has not started: often only the data is late."),
        (2, "Please check that the cable is pushed in all the way"),
        (3, "If the station shows that it is charging, only the data is late."),
        (4, "If the station shows nothing either, unplug."),
        (5, "If the station shows nothing either, unplug."),
    ],
)
def test_the_waiting_driver_reads_another_sentence_at_each_stage(stage, sentence):
    look = a_look(State.FENCED, ASKED, stage=stage)
    assert sentence in shown(look)
    assert ("Our hotline: +31 20" in shown(look, hotline="+31 20")) is (stage >= 3)
    assert "start again" not in shown(look)


@pytest.mark.parametrize(
    ("facts", "changes", "sentence"),
    [
        ((), {}, "Asking the operator."),
        (((2, What.NO_ANSWER),), {}, "The operator gave no clear answer, so we keep asking"),
        ((), {"answer": Answer(), "result": Answer()}, "The station has accepted. No data from it yet."),
        ((), {"answer": Answer(), "result": Answer(Why.TIMEOUT)}, "The station did not react in time."),
        ((), {"answer": Answer(), "result": Answer(Why.FAILED)}, "We keep listening, in case it starts after all."),
        ((), {"answer": Answer(), "session_key": a_key()}, "has opened a session and prepares to charge"),
    ],
)
def test_the_newest_word_is_told_and_nothing_more(facts, changes, sentence):
    assert sentence in shown(a_look(State.FENCED, ASKED, *facts, **changes))


def test_a_wish_to_stop_before_the_start_is_clear_is_kept_in_sight():
    look = a_look(State.FENCED, ASKED, stop_wanted_at=at(5))
    assert "that will be sent as soon as the station confirms" in shown(look)
    assert actions(live_card(WORDS, look)) == ["charge.refresh"]
    pending = replace(look, charge=replace(look.charge, session_key=a_key()))
    assert "we ask the operator until it has stopped" in shown(pending)


# ── charging ─────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_running_charge_with_all_its_data():
    periods = (
        ChargingPeriod(at(5), {"POWER": Decimal("10.96"), "STATE_OF_CHARGE": Decimal("54.6"), "TIME": Decimal(0)}),
    )
    session = a_running(periods=periods, total_cost=Price.of("EUR", Decimal("1.12"), Decimal("1.36")))
    look = a_look(State.CHARGING, ASKED, RUNS, (58, What.FIRST_METER), session=session, heard_at=at(58))
    assert shown(look) == (
        "⚡ Charging\n"
        "NL*CIT*E201*1 · Market square\n"
        "\n"
        "2.50 kWh in 55 s\n"
        "Power 11.0 kW\n"
        "Battery at 55 %\n"
        "Cost so far €1.36 incl. VAT, says the operator\n"
        "Last data from the station 12:00:58 (just now)\n"
        "\n"
        "asked 12:00:01 · charging reported 12:00:10 · meter moved 12:00:58\n"
        "[⏹ Stop charging]\n"
        "[Refresh]  [Limits]\n"
        "[🛟 Help]"
    )


def test_what_the_operator_does_not_tell_is_left_out_or_called_our_reckoning():
    look = a_look(State.CHARGING, RUNS, session=a_running("0"), heard_at=at(58))
    text = shown(look)
    assert "0.00 kWh in 55 s" in text
    assert "Cost so far about €0.00 incl. VAT, by our reckoning" in text
    assert "Power" not in text
    assert "Battery" not in text


def test_a_reading_that_no_car_can_reach_is_not_told_as_a_fact():
    look = a_look(State.CHARGING, RUNS, session=a_running(kwh=Decimal(99_999)))
    text = shown(look)
    assert "The operator's meter reading cannot be right, so it is being checked." in text
    assert "kWh" not in text
    assert "Cost so far" not in text
    question = read(live_card(Words(), look, asking_stop=True))
    assert "being checked" in question
    assert "kWh" not in question


def test_without_tariff_and_total_the_cost_is_unknown_and_not_nothing():
    look = a_look(State.CHARGING, RUNS, session=a_running(), tariff=None, heard_at=at(58))
    assert "Cost so far unknown" in shown(look)


def test_before_any_data_nothing_is_claimed():
    assert "No data from the station yet." in shown(a_look(State.CHARGING, RUNS))


def test_late_data_is_called_late_and_not_stopped():
    look = a_look(State.CHARGING, RUNS, session=a_running(), heard_at=at(58), now=60 + 300)
    assert "Last data from the station 12:00:58 (5 min ago)" in shown(look)
    assert "That does not mean that charging has stopped." in shown(look)


def test_the_time_charged_is_told_by_the_operators_clock_alone():
    """Its clock is an hour ahead of ours."""
    session = a_running(start=at(3605), last_updated=at(3605 + 720))
    assert "2.50 kWh in 12 min" in shown(a_look(State.CHARGING, session=session, heard_at=at(58)))


def test_an_estimate_that_leaves_a_part_of_the_tariff_out_says_so():
    clocked = Tariff(
        "T1", "EUR", (Element((PriceComponent("ENERGY", Decimal("0.45")), PriceComponent("TIME", Decimal(2)))),)
    )
    look = a_look(State.CHARGING, RUNS, session=a_running(), heard_at=at(58), tariff=clocked)
    assert look.cost is not None
    assert not look.cost.complete
    assert "; part of the tariff is not in it" in shown(look)


def test_the_stop_question_names_what_would_be_stopped_and_offers_two_ways():
    look = a_look(State.CHARGING, RUNS, session=a_running(), heard_at=at(58))
    assert shown(look, asking_stop=True) == (
        "Stop charging?\n"
        "NL*CIT*E201*1 · Market square\n"
        "2.50 kWh so far\n"
        "Cost so far about €1.36 incl. VAT, by our reckoning\n"
        "[⏹ Stop now]\n"
        "[Keep charging]"
    )


def test_a_charge_that_has_ended_meanwhile_is_not_asked_about():
    look = a_look(State.ENDED, RUNS, ENDED, session=a_running(), ended_at=at(70))
    assert "Stop charging?" not in shown(look, asking_stop=True)


# ── stopping ─────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({}, "Asking the operator to stop."),
        ({"stop_sent_at": at(62)}, "Asking the operator to stop, again and again until it has ended."),
        ({"stop_answer": Answer(Why.REJECTED), "stop_sent_at": at(62)}, "again and again until it has ended."),
        ({"stop_answer": Answer()}, "The operator has accepted the stop; waiting for the station to end the session."),
        ({"stop_answer": Answer(), "stays_on_told": True}, "The station does not stop. Press stop at the station"),
    ],
)
def test_a_stop_is_told_as_far_as_it_has_come(changes, sentence):
    look = a_look(State.STOPPING, RUNS, session=a_running(), stop_wanted_at=at(61), heard_at=at(58), **changes)
    text = shown(look, hotline="+31 20")
    assert sentence in text
    assert "⏹ Stopping…" in text
    assert "Don't forget to unplug your cable." in text
    assert "has ended" not in text.replace("until it has ended", "")
    assert ("Our hotline: +31 20" in text) is ("stays_on_told" in changes)
    assert actions(live_card(WORDS, look)) == ["charge.refresh", "charge.says_stopped", "trouble.show"]


# ── the end ──────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_end_card_says_what_was_charged_and_that_the_bill_decides():
    look = a_look(State.ENDED, ASKED, RUNS, ENDED, session=a_running("5.6"), ended_at=at(605), now=605)
    assert shown(look) == (
        "✅ Charging has ended\n"
        "NL*CIT*E201*1 · Market square\n"
        "\n"
        "5.60 kWh in 10 min\n"
        "About €3.05 incl. VAT; the operator's bill decides.\n"
        "Please unplug your cable.\n"
        "The receipt follows as soon as the operator's bill is here.\n"
        "\n"
        "you pressed start 12:00:00 · charging reported 12:00:10 · end reported 12:01:10\n"
        "[Cable is stuck]"
    )


def test_once_billed_the_card_leaves_the_money_to_the_receipt():
    look = a_look(State.BILLED, RUNS, ENDED, (90, What.BILLED), session=a_running("5.6"), ended_at=at(605))
    text = shown(look)
    assert "The operator's bill is here: see the receipt." in text
    assert "€" not in text
    assert "billed 12:01:30" in text


def test_a_bill_without_any_session_closes_the_card_too():
    assert "✅ Charging has ended" in shown(a_look(State.BILLED, (90, What.BILLED)))


def test_who_tells_the_cost_at_the_end_is_named():
    total = Price.of("EUR", Decimal("1.12"), Decimal("1.36"))
    look = a_look(State.ENDED, session=a_running(total_cost=total), ended_at=at(605))
    assert "€1.36 incl. VAT, says the operator; its bill decides." in shown(look)
    nobody = a_look(State.ENDED, session=a_running(), tariff=None, ended_at=at(605))
    assert "The cost is not known yet." in shown(nobody)


def test_a_voided_session_is_not_called_a_charge():
    look = a_look(State.ENDED, (70, What.SESSION_INVALID), session_status=SessionStatus.INVALID, ended_at=at(70))
    assert "The operator has voided this session" in shown(look)
    assert "voided 12:01:10" in shown(look)


def test_a_session_that_the_operator_forgot_is_not_said_to_have_ended():
    look = a_look(State.ENDED, (700, What.SESSION_FORGOTTEN), session=a_running(), ended_at=at(700))
    assert "❔ The operator no longer knows this charge" in shown(look)
    assert "Charging has ended" not in shown(look)


# ── when it does not start ───────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("why", Why)
def test_a_refusal_says_why_and_claims_no_more_than_is_known(why):
    look = a_look(State.REFUSED, ASKED, why=why, operator_message="<b>Defekt</b>")
    text = shown(look, hotline="+31 20")
    assert text.startswith("✖ It did not start\nNL*CIT*E201*1 · Market square\n\n")
    assert "The operator writes: <b>Defekt</b>" in text
    assert "Our hotline: +31 20" in text
    sure = "Nothing is running and there is nothing to pay." in text
    assert sure is (why in NEVER_SENT)
    assert ("Should it start after all" in text) is not sure
    assert actions(live_card(WORDS, look)) == ["find.again", "trouble.show"]


def test_a_start_that_we_were_too_slow_to_send_is_our_own_fault():
    assert "It took us too long to send your start, so it was not sent." in shown(
        a_look(State.REFUSED, why=Why.TOO_LATE)
    )


def test_an_unconfirmed_start_stays_open_in_both_directions():
    look = a_look(State.UNCONFIRMED, ASKED, (180, What.UNCONFIRMED), why=Why.NO_ANSWER)
    text = shown(look)
    assert "We see no charge." in text
    assert "We keep watching for a day" in text
    assert "It did not start" not in text
    assert actions(live_card(WORDS, look)) == ["charge.cancel", "find.again", "charge.says_charging", "trouble.show"]
    wanted = replace(look, charge=replace(look.charge, stop_wanted_at=at(200)))
    assert actions(live_card(WORDS, wanted)) == ["find.again", "trouble.show"]
    assert "that will be sent as soon as the station confirms" in shown(wanted)


# ── the line of truth ────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("what", What)
def test_no_entry_of_a_timeline_can_stop_a_card(state, what):
    assert shown(a_look(state, (9, what), session=a_running(), ended_at=at(70)))


def test_the_line_of_truth_has_the_newest_of_each_word_in_the_order_of_time():
    facts = ((3, What.STOP_ASKED), (4, What.STOP_NO_ANSWER), (20, What.STOP_ANSWERED), (30, What.STOP_NO_ANSWER))
    text = shown(a_look(State.STOPPING, *facts, session=a_running()))
    assert "operator answered the stop 12:00:20 · no answer to the stop 12:00:30" in text


def test_a_stop_by_somebody_else_is_not_put_into_the_drivers_mouth():
    look = a_look(State.STOPPING, session=a_running())
    look = replace(look, timeline=(Fact(at(5), By.AGENT, What.STOP_ASKED), Fact(at(4), By.DRIVER, What.PRESSED)))
    assert "\n\nstop asked 12:00:05" in shown(look)


def test_without_a_timeline_there_is_no_empty_line():
    assert not live_card(WORDS, replace(a_look(State.NEW), timeline=())).text.endswith("\n")


def test_the_card_speaks_by_the_stations_clock():
    look = a_look(State.NEW)
    place = replace(look.charge.place, time_zone="Europe/Amsterdam")
    assert "13:00:00" in shown(replace(look, charge=replace(look.charge, place=place)))


def test_buttons_of_a_charge_live_as_long_as_it_does():
    for state in State:
        for row in live_card(WORDS, a_look(state, session=a_running(), ended_at=at(70))).rows:
            assert all(isinstance(press, Press) and press.ttl is None for press in row)


def test_an_identifier_that_nobody_knows_is_a_question_mark():
    look = a_look(State.NEW)
    place = replace(look.charge.place, identifier="")
    assert "? · Market square" in shown(replace(look, charge=replace(look.charge, place=place)))


def test_our_fee_is_in_what_the_running_the_stopping_and_the_ended_card_say_it_costs():
    running = a_look(State.CHARGING, ASKED, RUNS, session=a_running("20"), fee=OUR_FEE)
    ended = a_session(SessionStatus.COMPLETED, kwh=Decimal(20), end=at(60))
    over = a_look(State.ENDED, ASKED, RUNS, ENDED, session=ended, ended_at=at(60), fee=OUR_FEE)
    cost = "Cost so far about €10.89 incl. VAT, by our reckoning\nWith our fee: €11.66 incl. VAT\n"
    assert cost in shown(running)
    assert cost in shown(running, asking_stop=True)
    assert "About €10.89 incl. VAT; the operator's bill decides.\nWith our fee: €11.66 incl. VAT\n" in shown(over)
    assert "our fee" not in shown(a_look(State.CHARGING, ASKED, RUNS, session=a_running("20")))
