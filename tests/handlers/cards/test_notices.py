import inspect
import re
from dataclasses import replace

import pytest

from bot.domain.charge import State
from bot.services import consequences
from handlers.cards import events
from handlers.cards.notices import _TEXTS, notice
from handlers.texts import Words
from tests.handlers.cards.reading import a_running, actions, read
from tests.samples import a_charge, at

WORDS = Words()
RUNNING = replace(a_charge(), state=State.CHARGING)
STOPPING = replace(RUNNING, state=State.STOPPING, stop_wanted_at=at(60))
ENDED = replace(RUNNING, state=State.ENDED)


def shown(kind, charge=RUNNING, session=None, hotline=""):
    return read(notice(WORDS, kind, charge, session, hotline))


def test_every_kind_that_a_charge_can_cause_has_a_text():
    caused = set(re.findall(r"_notice\(uow, \w+, (.*?), Lane", inspect.getsource(consequences)))
    kinds = set(re.findall(r'"(\w+)"', " ".join(caused)))
    assert kinds == set(_TEXTS)
    assert {kind for kind, _ in consequences.EVENTS.values()} == set(events.TEXTS)


@pytest.mark.parametrize("kind", _TEXTS)
@pytest.mark.parametrize("state", State)
def test_every_kind_can_be_told_in_every_state_with_and_without_a_session(kind, state):
    charge = replace(a_charge(), state=state)
    for session in (None, a_running()):
        assert shown(kind, charge, session, "+31 20").count("NL*CIT*E201*1 · Market square") == 1


def test_a_late_start_offers_the_stop_unless_it_is_wanted_already():
    assert shown("started_late") == (
        "⚡ It did start after all. It is running now, and you can stop it.\n"
        "NL*CIT*E201*1 · Market square\n"
        "[⏹ Stop charging]"
    )
    assert shown("started_late", STOPPING) == (
        "⚡ It did start after all. You wanted to stop, so we are stopping it.\nNL*CIT*E201*1 · Market square"
    )


@pytest.mark.parametrize("kind", ["started_late", "other_connector", "second_session"])
def test_what_may_be_somebody_elses_car_can_be_stopped_at_once(kind):
    assert actions(notice(WORDS, kind, RUNNING, None, "")) == ["charge.stop"]
    assert actions(notice(WORDS, kind, STOPPING, None, "")) == []
    assert actions(notice(WORDS, kind, ENDED, None, "")) == []


def test_a_stop_that_is_only_accepted_is_not_an_end():
    assert shown("unplug", STOPPING, a_running()).startswith("🔌 The stop is accepted. Don't forget to unplug")


def test_the_end_names_the_energy_where_it_is_known():
    assert shown("unplug", ENDED, a_running("5.6")).startswith(
        "🔌 Charging has ended: 5.60 kWh. Please unplug your cable."
    )
    assert shown("unplug", ENDED).startswith("🔌 Charging has ended. Please unplug your cable.")


def test_who_cannot_stop_reads_what_to_do_and_whom_to_call():
    text = shown("stays_on", STOPPING, hotline="+31 20 555 0100")
    assert [line[:2] for line in text.splitlines()[1:4]] == ["1.", "2.", "3."]
    assert "Our hotline: +31 20 555 0100" in text
    assert "hotline" not in shown("stays_on", STOPPING)
