from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from bot.domain.charge import By, State
from bot.domain.money import Money, Price
from bot.domain.tariffs.restrictions import Restrictions
from bot.domain.tariffs.tariff import Element, PriceComponent, Tariff
from bot.domain.tariffs.usage import ChargingPeriod
from bot.services.costs import Comparison, compared, example, so_far, zone_of
from tests.fakes.clock import NOON
from tests.samples import TARIFF, a_cdr, a_charge, a_session, at

ENERGY = PriceComponent("ENERGY", Decimal("0.45"), Decimal(21))


def tariff(*components, limits=None, **changes):
    return Tariff("T1", "EUR", (Element((ENERGY, *components)), *([limits] if limits else [])), **changes)


def euros(amount):
    return Money(Decimal(amount), "EUR")


def session(**changes):
    return a_session(**({"kwh": Decimal(10), "last_updated": at(60)} | changes))


# ── the worked example ───────────────────────────────────────────────────────────────────────────────────────────


def test_an_example_is_twenty_kwh_in_an_hour_from_now_by_the_stations_clock():
    worked = example(TARIFF, NOON, "Europe/Amsterdam")
    assert worked is not None
    assert (worked.kwh, worked.duration, worked.complete) == (Decimal(20), timedelta(hours=1), True)
    assert worked.price.best_known == euros("10.89")


def test_there_is_no_example_of_an_unknown_price():
    assert example(None, NOON, "UTC") is None


@pytest.mark.parametrize(
    "doubtful",
    [
        tariff(PriceComponent("HOLD_TIME", Decimal(2))),
        tariff(limits=Element((PriceComponent("TIME", Decimal(2)),), Restrictions(min_current=Decimal(5)))),
        tariff(limits=Element((PriceComponent("TIME", Decimal(2)),), Restrictions(unknown=(("min_soc", "80"),)))),
        tariff(tax_included="PERHAPS"),
    ],
)
def test_an_example_that_cannot_be_whole_says_so(doubtful):
    worked = example(doubtful, NOON, "UTC")
    assert worked is not None
    assert not worked.complete


def test_an_absurd_price_makes_no_example():
    assert (
        example(
            tariff(PriceComponent("FLAT", Decimal(10) ** 12 - 1), PriceComponent("TIME", Decimal(10) ** 12 - 1)),
            NOON,
            "UTC",
        )
        is None
    )


# ── so far ───────────────────────────────────────────────────────────────────────────────────────────────────────


def test_what_the_operator_tells_goes_before_what_we_reckon():
    told = Price.of("EUR", Decimal(3), Decimal("3.63"))
    cost = so_far(a_charge(), session(total_cost=told), at(60))
    assert cost is not None
    assert (cost.price, cost.by, cost.complete) == (told, By.OPERATOR, True)


def test_a_running_total_of_nothing_is_the_operators_word_and_an_empty_one_is_none():
    free = so_far(a_charge(), session(total_cost=Price.of("EUR", Decimal(0))), at(60))
    assert free is not None
    assert free.by is By.OPERATOR
    silent = so_far(a_charge(), session(total_cost=Price(None)), at(60))
    assert silent is not None
    assert (silent.by, silent.price.best_known) == (By.CHARGEBOT, euros("5.45"))


def test_nothing_is_said_without_a_session_or_a_tariff():
    assert so_far(a_charge(), None, at(60)) is None
    assert so_far(a_charge(tariff=None), session(), at(60)) is None


@pytest.mark.parametrize(
    ("priced", "periods", "complete"),
    [
        (tariff(), (), True),
        (tariff(PriceComponent("FLAT", Decimal(1))), (), True),
        (tariff(PriceComponent("TIME", Decimal(2))), (), False),
        (tariff(PriceComponent("PARKING_TIME", Decimal(2))), (), False),
        (tariff(PriceComponent("TIME", Decimal(2))), (ChargingPeriod(at(5), {"TIME": Decimal(1)}),), True),
        (tariff(PriceComponent("TIME", Decimal(2))), (ChargingPeriod(at(5), {"ENERGY": Decimal(1)}),), False),
        (tariff(), (ChargingPeriod(at(5), {"ENERGY": Decimal(1)}),), True),
        (tariff(PriceComponent("HOLD_TIME", Decimal(2))), (), False),
    ],
)
def test_an_estimate_is_complete_only_if_nothing_that_costs_was_assumed(priced, periods, complete):
    cost = so_far(a_charge(tariff=priced), session(periods=periods), at(3605))
    assert cost is not None
    assert cost.complete is complete


def test_a_clock_that_runs_ahead_at_the_operator_never_makes_time_negative():
    timed = a_charge(tariff=Tariff("T1", "EUR", (Element((PriceComponent("TIME", Decimal(60)),)),)))
    cost = so_far(timed, session(start=at(900)), at(60))
    assert cost is not None
    assert cost.price.best_known == euros("0.00")


def test_a_finished_session_costs_no_more_as_time_goes_on():
    timed = a_charge(tariff=Tariff("T1", "EUR", (Element((PriceComponent("TIME", Decimal(60)),)),)), state=State.ENDED)
    costs = {so_far(timed, session(end=at(65)), at(later)).price.best_known for later in (65, 9999)}
    assert costs == {euros("1.00")}


# ── beside the bill ──────────────────────────────────────────────────────────────────────────────────────────────

WHOLE = (ChargingPeriod(at(5), {"ENERGY": Decimal(20), "TIME": Decimal(1)}),)


def test_a_bill_is_compared_with_its_own_tariff_before_the_one_that_was_shown():
    own = compared(
        a_charge(),
        a_cdr(
            periods=WHOLE,
            tariffs=(replace(TARIFF, elements=(Element((PriceComponent("ENERGY", Decimal("0.50"), Decimal(21)),)),)),),
        ),
    )
    assert own.difference == euros("-1.21")
    shown = compared(a_charge(), a_cdr(periods=WHOLE))
    assert shown.difference == euros("0.00")
    assert shown.agrees


def test_a_bill_without_tax_is_compared_without_tax():
    result = compared(a_charge(), a_cdr(periods=WHOLE, total_cost=Price.of("EUR", Decimal("9.00"))))
    assert result.difference == euros("0.00")


@pytest.mark.parametrize(
    ("gap", "agrees", "questionable"),
    [
        ("0.00", True, False),
        ("0.02", True, False),
        ("-0.02", True, False),
        ("0.03", False, False),
        ("0.51", False, True),
    ],
)
def test_two_cents_are_rounding_and_half_a_euro_is_a_question(gap, agrees, questionable):
    result = Comparison(euros(100), None, euros(gap))
    assert (result.agrees, result.questionable) == (agrees, questionable)


def test_more_than_a_hundredth_of_a_small_bill_is_a_question_too():
    assert Comparison(euros("2.00"), None, euros("0.05")).questionable
    assert not Comparison(euros("2.00"), None, None).questionable


def test_a_bill_without_a_total_is_not_a_bill_of_nothing():
    result = compared(a_charge(), a_cdr(periods=WHOLE, total_cost=Price(None)))
    assert (result.theirs, result.difference, result.agrees, result.questionable) == (None, None, False, False)


def test_a_credit_is_not_reckoned():
    result = compared(a_charge(), a_cdr(periods=WHOLE, credit=True, total_cost=Price.of("EUR", Decimal(-9))))
    assert (result.theirs, result.ours) == (euros(-9), None)


def test_nothing_to_reckon_with_leaves_the_operators_word_alone():
    assert compared(a_charge(tariff=None), a_cdr(periods=WHOLE)).ours is None
    dollars = a_cdr(periods=WHOLE, currency="USD", total_cost=Price.of("USD", Decimal(9)))
    assert compared(a_charge(), dollars).ours is None


@pytest.mark.parametrize("name", ["", "Mars/Olympus", "../etc/passwd", "\0", "Europe", "x" * 300])
def test_a_zone_nobody_knows_is_utc(name):
    assert zone_of(name).key == "UTC"
