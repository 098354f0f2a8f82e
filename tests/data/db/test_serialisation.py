"""Whatever value the domain can hold comes back equal from its JSON form."""

from collections.abc import Mapping
from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.domain.catalogue import Network
from bot.domain.charge import Answer, Charge, Fact, Place
from bot.domain.driver import Driver, Pass
from bot.domain.ids import Party
from bot.domain.money import Money, Price
from bot.domain.network import Partner
from bot.domain.session import Cdr, Session, SessionKey
from bot.domain.station import Connector, Evse, Point, Station
from bot.domain.tariffs.restrictions import Restrictions
from bot.domain.tariffs.tariff import Element, PriceComponent, Tariff
from bot.domain.tariffs.usage import ChargingPeriod
from bot.ports import Notice
from data.db.columns import clean, micros
from data.db.serialisation import Form, digest, from_json, to_json
from tests.data.db.samples import NOW, evse, station

WORDS = st.text(max_size=8)
MOMENTS = st.datetimes(timezones=st.just(UTC))
PAUSES = st.timedeltas(timedelta(0), timedelta(days=400))
NUMBERS = st.decimals(-(10**9), 10**9, allow_nan=False)
PERCENT = st.none() | st.decimals(0, 30, allow_nan=False)
PARTIES = st.builds(Party.of, st.sampled_from(["NL", "DE"]), st.sampled_from(["CIT", "ABC"]))

st.register_type_strategy(str, WORDS)
st.register_type_strategy(datetime, MOMENTS)
st.register_type_strategy(timedelta, PAUSES)
st.register_type_strategy(Decimal, NUMBERS)
st.register_type_strategy(float, st.floats(-90, 90))
st.register_type_strategy(Party, PARTIES)
st.register_type_strategy(Money, st.builds(Money, NUMBERS, st.just("EUR")))


def few(kind: type) -> st.SearchStrategy[Any]:
    return st.lists(st.deferred(lambda: st.from_type(kind)), max_size=2).map(tuple)


SMALL = {"elements": few(Element), "tariffs": few(Tariff), "periods": few(ChargingPeriod)}


def full(kind: type) -> st.SearchStrategy[Any]:
    """Values with every field drawn, also those that have a default."""
    return st.builds(kind, **{field.name: SMALL.get(field.name, ...) for field in fields(kind)})


KINDS = [
    Answer,
    Charge,
    Driver,
    Pass,
    Partner,
    Cdr,
    Session,
    Evse,
    Connector,
    Point,
    Station,
    Tariff,
    ChargingPeriod,
    Network,
]
PARTS = [Restrictions, Element, Price, Tariff, ChargingPeriod, Connector, Evse, Answer, SessionKey, Place, Fact]

st.register_type_strategy(PriceComponent, st.builds(PriceComponent, WORDS, NUMBERS, PERCENT, st.integers(0, 9)))
st.register_type_strategy(Mapping, st.dictionaries(WORDS, NUMBERS, max_size=2))
for part in PARTS:
    st.register_type_strategy(part, full(part))


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
@settings(max_examples=20, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_every_value_comes_back_equal(kind: type, data: st.DataObject):
    value = data.draw(full(kind))
    form = Form(kind)
    text = form.write(value)
    again = form.read(text)
    assert {f.name: getattr(again, f.name) for f in fields(kind)} == {
        f.name: getattr(value, f.name) for f in fields(kind)
    }
    assert form.write(again) == text


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers(-(2**53), 2**53) | WORDS,
        lambda part: st.lists(part) | st.dictionaries(WORDS, part),
    )
)
def test_plain_json_comes_back_equal(value: object):
    assert from_json(to_json(value)) == value


def test_decimals_keep_every_digit():
    exact = Decimal("0.1000000000000000000000000000000000001")
    assert Form(Money).read(to_json(Money(exact, "EUR"))).amount.as_tuple() == exact.as_tuple()


def test_equal_values_give_equal_text_in_any_order_of_sets():
    names = [f"CAPABILITY_{n}" for n in range(20)]
    one, other = (station("S", Point(1, 2), evse(capabilities=frozenset(order))) for order in (names, reversed(names)))
    assert digest(to_json(one)) == digest(to_json(other))
    assert digest(to_json(one)) != digest(to_json(replace(one, name="other")))


def test_halves_of_surrogate_pairs_are_left_out():
    notice = Notice(1, "k\ud800", 0, NOW, facts={"a\udfffb": "\U0001f50c\ud83d"})
    assert Form(Notice).read(to_json(notice)) == replace(notice, kind="k", facts={"ab": "\U0001f50c"})


@given(st.text(alphabet=st.characters()))
def test_clean_text_can_be_stored_and_cleaning_it_again_changes_nothing(text: str):
    cleaned = clean(text)
    assert "\0" not in cleaned
    assert cleaned.encode().decode() == cleaned == clean(cleaned)


@given(MOMENTS, MOMENTS)
def test_microseconds_sort_as_moments_do(one: datetime, other: datetime):
    assert (micros(one) < micros(other)) == (one < other)


def test_a_naive_moment_is_refused():
    with pytest.raises(TypeError):
        micros(NOW.replace(tzinfo=None))
