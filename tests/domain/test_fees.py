from datetime import UTC, datetime, time
from decimal import Decimal
from zoneinfo import ZoneInfo

from bot.domain.tariffs.fees import FeeStep, clocked, hourly, next_step
from bot.domain.tariffs.restrictions import Restrictions
from bot.domain.tariffs.tariff import Dimension, Element, PriceComponent, Tariff
from tests.samples import TARIFF, at, seconds

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
TIME, PARKING = Dimension.TIME, Dimension.PARKING_TIME


def a_tariff(*elements: tuple[Dimension, str, Restrictions | None]) -> Tariff:
    return Tariff("T", "EUR", tuple(Element((PriceComponent(d, Decimal(p)),), r) for d, p, r in elements))


AFTER_4_H = a_tariff((TIME, "6", Restrictions(min_duration=4 * 3600)))
BY_DAY = a_tariff((PARKING, "3", Restrictions(start_time=time(8), end_time=time(20))), (PARKING, "0", None))


def test_a_fee_after_some_hours_is_foreseen_to_the_second():
    assert next_step(AFTER_4_H, TIME, at(0), at(60), AMSTERDAM) == FeeStep(at(4 * 3600), Decimal(6), TIME)
    assert hourly(AFTER_4_H, TIME, at(0), at(4 * 3600) - seconds(1), AMSTERDAM) == 0
    assert hourly(AFTER_4_H, TIME, at(0), at(4 * 3600), AMSTERDAM) == 6
    assert next_step(AFTER_4_H, TIME, at(0), at(4 * 3600), AMSTERDAM) is None


def test_a_fee_by_day_begins_by_the_stations_clock():
    night = datetime(2026, 3, 2, 22, tzinfo=UTC)
    step = next_step(BY_DAY, PARKING, night, night, AMSTERDAM)
    assert step == FeeStep(datetime(2026, 3, 3, 7, tzinfo=UTC), Decimal(3), PARKING)


def test_a_price_that_only_falls_is_no_step():
    falling = a_tariff((TIME, "2", Restrictions(min_duration=3600)), (TIME, "6", None))
    assert next_step(falling, TIME, at(0), at(0), AMSTERDAM) is None


def test_the_dearer_of_two_elements_counts_in_the_order_of_the_tariff():
    first_wins = a_tariff((TIME, "1", None), (TIME, "6", Restrictions(min_duration=3600)))
    assert next_step(first_wins, TIME, at(0), at(0), AMSTERDAM) is None


def test_a_fee_is_told_with_its_tax():
    taxed = Tariff("T", "EUR", (Element((PriceComponent(PARKING, Decimal(3), vat=Decimal(21)),)),))
    assert hourly(taxed, PARKING, at(0), at(0), AMSTERDAM) == Decimal("3.63")


def test_energy_alone_is_not_by_the_clock_and_an_unknown_price_may_be():
    assert not clocked(TARIFF)
    assert clocked(AFTER_4_H)
    assert clocked(BY_DAY)
    assert clocked(None)
