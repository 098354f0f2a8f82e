"""The decision cards: which one a charge gets, and that their steps come in the article's order."""

from dataclasses import replace

import pytest

from bot.domain.charge import Answer, State
from bot.domain.errors import Why
from bot.services.contacts import Hotline, Phone, hours_in
from handlers.cards.helping import help_card, where_card
from handlers.cards.troubles import Trouble, help_row, not_started, not_stopping, person, started_but, stuck, trouble
from handlers.texts import Words
from tests.handlers.cards.reading import actions, read
from tests.samples import a_charge, a_place, at

WORDS = Words()
OPERATOR = Phone("+31205550199", "City Charging")
HOTLINE = Hotline("+31205550100", hours_in("Mon-Fri 08:00-18:00 Europe/Amsterdam"))
NOW = at(0)
CARDS = (not_started, started_but, not_stopping, stuck, person)


def facts(state=State.CHARGING, operator=OPERATOR, hotline=HOTLINE, now=NOW, **changes):
    return Trouble(replace(a_charge(), state=state, **changes), operator, hotline, now)


def in_order(text, *pieces):
    places = [text.index(piece) for piece in pieces]
    return places == sorted(places)


def test_not_started_is_pass_then_another_station_then_the_operator():
    text = read(not_started(WORDS, facts(State.REFUSED)))
    assert in_order(
        text,
        "It has not started",
        "your charging card",
        "another station",
        "Call the operator",
        "City Charging says that its number is:\n+31205550199\n",
        "Our hotline:\n+31205550100\n",
    )
    assert "Fri: 08:00 to 18:00\nAnswered right now" in text


def test_started_but_wrong_is_unplug_then_operator_and_the_emergency_stop_only_at_the_end():
    text = read(started_but(WORDS, facts()))
    assert in_order(
        text,
        "It has started",
        "1. Unplug",
        "2. Call the operator",
        "+31205550199",
        "3. Only as a last resort",
        "out of service",
        "while the button stays pressed in",
    )


def test_not_stopping_is_ask_then_swipe_then_hotline():
    screen = not_stopping(WORDS, facts(State.STOPPING))
    text = read(screen)
    assert in_order(
        text,
        "It does not stop",
        "1. Ask the station again",
        "2. Swipe your charging card",
        "3. Call our hotline:\n+31205550100\n",
    )
    assert actions(screen)[0] == "charge.refresh"
    assert "help.person" in actions(screen)


@pytest.mark.parametrize(
    ("state", "title"),
    [
        (State.NEW, "It has not started"),
        (State.FENCED, "It has not started"),
        (State.REFUSED, "It has not started"),
        (State.UNCONFIRMED, "It has not started"),
        (State.CHARGING, "It has started, but something is wrong"),
        (State.STOPPING, "It does not stop"),
        (State.ENDED, "The cable is stuck"),
        (State.BILLED, "The cable is stuck"),
    ],
)
def test_the_state_of_the_charge_chooses_the_card(state, title):
    assert read(trouble(WORDS, facts(state))).startswith(title)


@pytest.mark.parametrize("card", CARDS)
@pytest.mark.parametrize("state", [*State, None])
@pytest.mark.parametrize(("operator", "hotline"), [(OPERATOR, HOTLINE), (None, Hotline())])
def test_no_driver_is_ever_offered_an_unlock_and_every_card_leads_on(card, state, operator, hotline):
    charge = None if state is None else replace(a_charge(), state=state)
    screen = card(WORDS, Trouble(charge, operator, hotline, NOW))
    assert not any("unlock" in action for action in actions(screen))
    assert actions(screen)
    assert len(screen.rows) <= 4
    assert read(screen)


@pytest.mark.parametrize("card", CARDS)
def test_without_a_number_nobody_is_said_to_have_one(card):
    text = read(card(WORDS, facts(operator=None, hotline=Hotline())))
    assert "hotline:" not in text
    assert "None" not in text


def test_only_a_running_charge_can_be_stopped_from_the_card():
    assert "charge.stop" in actions(started_but(WORDS, facts()))
    assert "charge.stop" not in actions(started_but(WORDS, Trouble(None, None, HOTLINE, NOW)))


def test_help_is_offered_on_the_live_card_as_soon_as_there_is_something_to_help_with():
    def offered(state, **changes):
        return [press.action for row in help_row(WORDS, replace(a_charge(), state=state, **changes)) for press in row]

    assert offered(State.NEW) == offered(State.FENCED, stage=2) == offered(State.BILLED) == []
    assert offered(State.FENCED, stage=3) == offered(State.CHARGING) == offered(State.STOPPING) == ["trouble.show"]
    assert offered(State.FENCED, result=Answer(Why.TIMEOUT)) == ["trouble.show"]
    assert offered(State.REFUSED) == offered(State.UNCONFIRMED) == ["trouble.show"]
    assert offered(State.ENDED) == ["trouble.stuck"]


def test_a_hostile_name_stays_words():
    hostile = facts(operator=Phone("+31205550199", "<b>\u202eX</b>"), place=a_place(title="<i>Y</i>"))
    assert "<b>X</b>" in read(started_but(WORDS, hostile))


def test_help_has_ten_steps_and_leads_to_every_card():
    screen = help_card(WORDS, HOTLINE, NOW)
    text = read(screen)
    assert all(f"\n{step}. " in text for step in range(1, 11))
    assert "Fri: 08:00 to 18:00\nAnswered right now" in text
    assert {"trouble.start", "trouble.running", "trouble.stop", "trouble.stuck", "help.where", "help.person"} == set(
        actions(screen)
    )
    assert "hotline" not in read(help_card(WORDS, Hotline(), NOW))
    assert actions(where_card(WORDS)) == ["networks.looked"]


def test_at_night_nobody_is_said_to_answer():
    night = person(WORDS, facts(now=at(10 * 3600)))
    assert "Not answered right now" in read(night)
