"""What the card says beside the meter, whole and in order."""

from dataclasses import replace
from decimal import Decimal

import pytest

from bot.domain.charge import Answer, State, What
from bot.domain.driver import Car
from bot.domain.tariffs.usage import ChargingPeriod
from bot.domain.watch.care import Care, Limit, LimitKind, Standing
from handlers.cards.events import TEXTS
from handlers.cards.limits import limits_card, read, subject
from handlers.cards.live import live_card
from handlers.cards.notices import notice
from handlers.texts import Words
from tests.handlers.cards.reading import a_look, a_running, actions
from tests.handlers.cards.reading import read as shown
from tests.samples import a_charge, at
from tests.services.test_guarding import BLOCKING

WORDS = Words()
ENERGY = Limit(LimitKind.ENERGY, Decimal(20))


def running(care: Care, now: float = 60, **session):
    periods = (ChargingPeriod(at(60), {"POWER": Decimal(10), "STATE_OF_CHARGE": Decimal(60)}),)
    facts = {"periods": periods} | session
    return a_look(State.CHARGING, session=a_running("10", **facts), heard_at=at(60), now=now, care=care, metered=True)


def card(look) -> str:
    return shown(live_card(WORDS, look))


def test_a_limit_is_foreseen_and_said_to_be_about():
    text = card(running(Care(running_at=at(0), limits=(ENERGY,))))
    assert "About 1 h 00 min until 20.00 kWh, at about 13:01" in text
    assert "🎯 20.00 kWh: then you are told" in text


def test_the_battery_of_the_drivers_car_tells_when_it_will_be_at_eighty_percent():
    look = running(Care(running_at=at(0)))
    car = Car("a car", "IEC_62196_T2", Decimal(50))
    look = replace(look, driver=replace(look.driver, cars=(car,)))
    assert "About 1 h 00 min until 80 %, at about 13:01" in card(look)


def test_a_reached_limit_says_when_and_one_that_stops_says_so():
    limits = (replace(ENERGY, reached_at=at(30)), Limit(LimitKind.TIME, Decimal(45), stop=True))
    text = card(running(Care(running_at=at(0), limits=limits)))
    assert "🎯 20.00 kWh: reached at 12:00:30" in text
    assert "🎯 45 min: then it is stopped" in text


def test_a_limit_in_money_without_a_known_cost_is_not_promised():
    look = a_look(
        State.CHARGING,
        session=a_running(),
        heard_at=at(60),
        tariff=None,
        care=Care(limits=(Limit(LimitKind.SPEND, Decimal(10)),)),
    )
    assert "a limit in money cannot be seen" in card(look)


@pytest.mark.parametrize("standing", Standing)
def test_a_standstill_is_on_the_card_and_no_time_is_foreseen(standing):
    text = card(running(Care(running_at=at(0), limits=(ENERGY,), standing=standing)))
    assert "About" not in text
    assert any(word in text for word in ("Paused", "Interrupted", "full", "No energy"))


def test_the_drivers_word_stands_apart_and_goes_when_the_operator_tells_more():
    care = Care(says_stopped_at=at(400))
    look = running(care, now=420)
    assert "You say it has stopped (12:06:40). The operator has not told so yet, and its record decides." in card(look)
    assert "You say" not in card(replace(look, charge=replace(look.charge, heard_at=at(410))))


def test_it_is_charging_can_be_said_after_a_minute_and_once():
    for stage, offered in ((1, False), (2, True), (4, True)):
        look = a_look(State.FENCED, (1, What.FENCED), stage=stage, answer=Answer())
        assert ("charge.says_charging" in actions(live_card(WORDS, look))) is offered
    said = a_look(State.FENCED, (1, What.FENCED), stage=3, care=Care(says_charging_at=at(65)), now=70)
    assert "charge.says_charging" not in actions(live_card(WORDS, said))
    assert "You say it is charging (12:01:05). The operator has told nothing yet." in card(said)


def test_nothing_to_start_anew_is_offered_before_two_minutes():
    for stage in range(3):
        look = a_look(State.FENCED, (1, What.FENCED), stage=stage, answer=Answer())
        assert not {"find.again", "charge.start"} & set(actions(live_card(WORDS, look)))
        assert "Another start" not in card(look)


def test_an_accepted_start_without_a_session_asks_for_the_cable_and_says_until_when():
    look = a_look(State.FENCED, (1, What.FENCED), fenced_at=at(1), answer=Answer(), result=Answer())
    assert "If the cable is not in yet, plug in now: we wait until 12:02." in card(look)


@pytest.mark.parametrize("kind", TEXTS)
def test_every_event_reads_well_for_a_charge_that_costs_by_time(kind):
    details = {
        "limit": "energy 20 stop",
        "fee_soon": "TIME 6 2026-03-02T12:10:00+00:00",
        "fee_running": "PARKING_TIME 3 2026-03-02T12:10:00+00:00",
        "unplug_again": "PARKING_TIME 3 2026-03-02T12:10:00+00:00",
    }
    charge = replace(a_charge(), state=State.CHARGING, tariff=BLOCKING)
    text = shown(notice(WORDS, kind, charge, a_running(), "", details.get(kind, "<b>B</b>")))
    assert "{" not in text
    assert "None" not in text


def test_the_end_warns_of_time_only_where_time_may_cost():
    ended = replace(a_charge(), state=State.ENDED)
    assert "Time may cost money" not in shown(notice(WORDS, "unplug", ended, a_running(), ""))
    assert "Time may cost money" in shown(notice(WORDS, "unplug", replace(ended, tariff=BLOCKING), a_running(), ""))
    assert "What staying costs is not known" in shown(
        notice(WORDS, "unplug", replace(ended, tariff=None), a_running(), "")
    )


def test_money_is_no_limit_where_no_price_is_known():
    offered = shown(limits_card(WORDS, replace(a_charge(), tariff=None), stop=False))
    assert "€" not in offered
    assert "20 kWh" in offered


def test_a_button_of_the_limits_says_all_that_it_means():
    assert read(subject("c", ENERGY, stop=True)) == ("c", True, replace(ENERGY, stop=True))
    assert read(subject("c", stop=False)) == ("c", False, None)
