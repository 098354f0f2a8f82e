"""What holds for every tariff and every session, and the engine against the calculator that lives second by second.

Energy flows at whole watt-hours a second, stretches last whole minutes and limits lie on multiples of 60 Wh: every
change then falls on a second, so that both calculators must agree but for the last digits of a division.
"""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.domain.tariffs.pricing import price
from bot.domain.tariffs.restrictions import DAYS, Restrictions
from bot.domain.tariffs.tariff import Element, PriceComponent, Tariff
from bot.domain.tariffs.usage import ChargingPeriod
from tests.domain.priced import AMSTERDAM, component, element, limit, local, tariff, totals
from tests.domain.slow_pricing import live_through, live_through_all

TOLERANCE = Fraction(1, 10**9)
KINDS = ("ENERGY", "FLAT", "TIME", "PARKING_TIME")
BEGINS = [local(text) for text in ("2024-06-10 11:50", "2024-06-10 23:50", "2024-03-31 01:50", "2024-10-27 02:40")]
TIMES = st.sampled_from([f"{hour:02}:{minute:02}" for hour in (0, 1, 2, 3, 11, 12, 23) for minute in (0, 30, 55)])

prices = st.decimals(0, 5, places=2)
vats = st.none() | st.sampled_from([Decimal(0), Decimal(10), Decimal("5.2"), Decimal(20)])
steps = st.sampled_from([0, 1, 7, 60, 500, 900])
components = st.builds(PriceComponent, st.sampled_from(KINDS), prices, st.none(), steps)
energies = st.none() | st.integers(1, 40).map(lambda n: Decimal(n * 60) / 1000)
durations = st.none() | st.integers(0, 1500)
amperes = st.none() | st.sampled_from([Decimal(16), Decimal(32)])
powers = st.none() | st.sampled_from([Decimal("3.6"), Decimal("7.2"), Decimal(11)])
hours = st.none() | TIMES.map(lambda text: local(f"2024-06-10 {text}").astimezone(AMSTERDAM).time())
dates = st.none() | st.sampled_from(
    [begin.astimezone(AMSTERDAM).date() + timedelta(n) for begin in BEGINS for n in (0, 1)]
)
days = st.just(()) | st.lists(st.sampled_from(DAYS), min_size=3, max_size=5, unique=True).map(tuple)
every = {
    "start_time": hours,
    "end_time": hours,
    "start_date": dates,
    "end_date": dates,
    "min_kwh": energies,
    "max_kwh": energies,
    "min_current": amperes,
    "max_current": amperes,
    "min_power": powers,
    "max_power": powers,
    "min_duration": durations,
    "max_duration": durations,
    "day_of_week": days,
}
restrictions = st.none() | st.lists(st.sampled_from(sorted(every)), max_size=3, unique=True).flatmap(
    lambda names: st.builds(Restrictions, **{name: every[name] for name in names})
)
elements = st.builds(Element, st.lists(components, min_size=1, max_size=3).map(tuple), restrictions)
tariffs = st.lists(elements, min_size=1, max_size=4).map(lambda several: Tariff("12", "EUR", tuple(several)))
stretches = st.lists(
    st.tuples(
        st.integers(1, 6).map(lambda minutes: minutes * 60),
        st.sampled_from([0, 1, 2, 3, 4, 5, 6]),
        st.sampled_from(["TIME", "TIME", "PARKING_TIME"]),
        st.sampled_from([10, 16, 32]),
    ),
    min_size=1,
    max_size=5,
)
begins = st.sampled_from(BEGINS)


def periods_of(lived, begin):
    at, periods = begin, []
    for length, power, kind, current in lived:
        dimensions = {
            "ENERGY": Decimal(power * length) / 1000,
            kind: Decimal(length) / 3600,
            "CURRENT": Decimal(current),
            "POWER": Decimal(power * 3600) / 1000,
        }
        periods.append(ChargingPeriod(at, dimensions))
        at += timedelta(seconds=length)
    return periods, at


def exact(bill):
    return sum((Fraction(line.amount.excl_vat.amount) for line in bill.lines), Fraction(0))


@settings(max_examples=150, deadline=None)
@given(tariffs, stretches, begins)
def test_the_engine_agrees_with_living_through_every_second(fee, lived, begin):
    periods, end = periods_of(lived, begin)
    bill = price(fee, periods, AMSTERDAM, begin, end)
    assert abs(exact(bill) - live_through(fee, lived, begin, AMSTERDAM)) < TOLERANCE


taxed_components = st.builds(PriceComponent, st.sampled_from(KINDS), prices, vats, steps)
kinds_of_reservation = st.sampled_from([None, None, "RESERVATION", "RESERVATION_EXPIRES"])
any_elements = st.builds(
    lambda parts, limits, kind: Element(parts, replace(limits or Restrictions(), reservation=kind) if kind else limits),
    st.lists(taxed_components, min_size=1, max_size=3).map(tuple),
    restrictions,
    kinds_of_reservation,
)
limits = st.none() | st.tuples(st.decimals(0, 3, places=2), st.decimals(0, 4, places=2)).map(lambda both: limit(*both))
any_tariffs = st.lists(
    st.builds(
        lambda several, least, most: Tariff("?", "EUR", tuple(several), min_price=least, max_price=most),
        st.lists(any_elements, min_size=1, max_size=4),
        limits,
        limits,
    ),
    min_size=1,
    max_size=2,
).map(lambda several: [replace(fee, id=str(number)) for number, fee in enumerate(several)])
reserved = st.lists(st.just((60, 0, "RESERVATION_TIME", 0)) | st.just((300, 0, "RESERVATION_TIME", 0)), max_size=2)


@settings(max_examples=150, deadline=None)
@given(any_tariffs, reserved, stretches | st.just([]), begins, st.data())
def test_the_engine_agrees_on_reservations_taxes_limits_and_several_tariffs_too(fees, waiting, charging, begin, data):
    lived = [*waiting, *charging]
    if not lived:
        return
    which = [data.draw(st.integers(0, len(fees) - 1)) for _ in lived]
    periods, end = periods_of(lived, begin)
    named = [replace(period, tariff_id=str(number)) for period, number in zip(periods, which, strict=True)]
    bill = price(fees, named, AMSTERDAM, begin, end)
    expected = live_through_all(fees, [(*s, n) for s, n in zip(lived, which, strict=True)], begin, AMSTERDAM)
    for side, amount in zip(("excl_vat", "incl_vat"), expected, strict=True):
        billed = sum((Fraction(getattr(line.amount, side).amount) for line in bill.lines), Fraction(0))
        assert abs(billed - amount) < TOLERANCE


@settings(max_examples=100, deadline=None)
@given(tariffs, stretches, begins, st.data())
def test_cutting_a_period_in_two_changes_nothing(fee, lived, begin, data):
    at = data.draw(st.integers(0, len(lived) - 1))
    length, *rest = lived[at]
    cut = data.draw(st.integers(1, length - 1))
    pieces = [*lived[:at], (cut, *rest), (length - cut, *rest), *lived[at + 1 :]]
    whole, end = periods_of(lived, begin)
    parts, same_end = periods_of(pieces, begin)
    assert end == same_end
    one, other = price(fee, whole, AMSTERDAM, begin, end), price(fee, parts, AMSTERDAM, begin, end)
    assert abs(exact(one) - exact(other)) < TOLERANCE


@settings(max_examples=100, deadline=None)
@given(tariffs, stretches, begins, st.none() | prices, st.none() | prices)
def test_nothing_costs_less_than_nothing_and_limits_hold(fee, lived, begin, least, most):
    floor = None if least is None else limit(least)
    ceiling = None if most is None else limit(most)
    periods, end = periods_of(lived, begin)
    bill = price(replace(fee, min_price=floor, max_price=ceiling), periods, AMSTERDAM, begin, end)
    excl, incl = bill.total.excl_vat.amount, bill.total.incl_vat.amount
    assert excl >= 0
    assert incl >= excl
    assert most is None or excl <= most
    assert least is None or excl >= min(least, excl if most is None else most)


@settings(max_examples=60, deadline=None)
@given(tariffs, stretches, begins)
def test_elements_of_different_dimensions_may_stand_in_any_order(fee, lived, begin):
    single = [Element((part,), each.restrictions) for each in fee.elements for part in each.components]
    by_dimension = tuple(sorted(single, key=lambda each: each.components[0].type))
    periods, end = periods_of(lived, begin)
    bills = [
        price(replace(fee, elements=some), periods, AMSTERDAM, begin, end) for some in (fee.elements, by_dimension)
    ]
    assert abs(exact(bills[0]) - exact(bills[1])) < TOLERANCE


def taxed(fee, vat):
    elements = tuple(
        replace(each, components=tuple(replace(part, vat=vat) for part in each.components)) for each in fee.elements
    )
    return replace(fee, elements=elements)


@settings(max_examples=60, deadline=None)
@given(tariffs, stretches, begins, vats)
def test_tax_changes_the_total_with_tax_only_and_none_is_as_good_as_zero(fee, lived, begin, vat):
    periods, end = periods_of(lived, begin)
    bare, zero, some = (
        price(each, periods, AMSTERDAM, begin, end).total for each in (fee, taxed(fee, Decimal(0)), taxed(fee, vat))
    )
    assert bare == zero
    assert some.excl_vat == bare.excl_vat
    assert some.incl_vat.amount >= bare.incl_vat.amount


@settings(max_examples=60, deadline=None)
@given(tariffs, stretches, begins)
def test_a_longer_session_never_costs_less_without_steps(fee, lived, begin):
    """Rounding up may move from one price to a lower one; use itself only ever adds."""
    stepless = replace(
        fee,
        elements=tuple(
            replace(each, components=tuple(replace(part, step_size=0) for part in each.components))
            for each in fee.elements
        ),
    )
    costs = []
    for count in range(1, len(lived) + 1):
        periods, end = periods_of(lived[:count], begin)
        costs.append(exact(price(stepless, periods, AMSTERDAM, begin, end)))
    assert all(later >= earlier - TOLERANCE for earlier, later in pairwise(costs))


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 4000), st.decimals(-1, 50, places=4), st.decimals(0, 3, places=4)), max_size=8),
    st.sampled_from([None, -60, 0, 5000]),
)
@example([(0, Decimal(0), Decimal(0)), (0, Decimal("0.0001"), Decimal(0))], 0)
def test_periods_that_contradict_the_clock_still_lose_no_energy(told, end):
    fee = tariff(
        element(component("ENERGY", "1", None, 0), start_time="12:00", end_time="12:10"),
        element(component("ENERGY", "1", None, 0), max_kwh="3"),
        element(component("ENERGY", "1", None, 0), min_duration=600),
        element(component("ENERGY", "1", None, 0)),
    )
    periods = [
        ChargingPeriod(BEGINS[0] + timedelta(seconds=at), {"ENERGY": kwh, "TIME": time}) for at, kwh, time in told
    ]
    bill = price(fee, periods, AMSTERDAM, BEGINS[0], None if end is None else BEGINS[0] + timedelta(seconds=end))
    assert totals(bill)[0] is not None
    assert abs(exact(bill) - sum(Fraction(kwh) for _, kwh, _ in told)) < TOLERANCE
