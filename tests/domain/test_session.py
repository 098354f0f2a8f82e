"""Which of two pictures of a session is kept: in any order, however often, whatever the clocks say."""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.ids import PartnerId, Party
from bot.domain.session import Session, SessionStatus, newer
from bot.domain.tariffs.usage import ChargingPeriod
from tests.samples import CITY, NEIGHBOUR, PARTY, a_key, a_session, at

PENDING, ACTIVE, COMPLETED, INVALID, RESERVATION = SessionStatus


def by_rank(status: SessionStatus) -> int:
    return [RESERVATION, PENDING, ACTIVE, COMPLETED, INVALID].index(status)


def test_the_first_picture_is_kept():
    assert newer(None, a_session(), at(6)) == a_session()


def test_an_older_picture_is_ignored():
    assert newer(a_session(last_updated=at(9)), a_session(last_updated=at(8), kwh=Decimal(1)), at(10)) is None


def test_a_newer_picture_replaces_all_of_it_also_when_the_energy_is_lower():
    lower = a_session(last_updated=at(9), kwh=Decimal(1), periods=())
    period = ChargingPeriod(at(5), {"ENERGY": Decimal(2)})
    assert newer(a_session(kwh=Decimal(2), periods=(period,)), lower, at(10)) == lower


def test_the_same_picture_again_tells_nothing():
    assert newer(a_session(), a_session(), at(6)) is None


@pytest.mark.parametrize("old", SessionStatus)
@pytest.mark.parametrize("new", SessionStatus)
def test_of_two_with_the_same_stamp_the_one_that_moves_on_is_kept(old, new):
    kept = newer(a_session(old), a_session(new), at(6))
    assert (kept is not None) == (by_rank(new) > by_rank(old))


@pytest.mark.parametrize("end", [COMPLETED, INVALID])
@pytest.mark.parametrize("zombie", [PENDING, ACTIVE, RESERVATION])
def test_a_session_that_has_ended_stays_ended(end, zombie):
    assert newer(a_session(end), a_session(zombie, last_updated=at(999)), at(999)) is None


def test_an_ended_session_may_still_be_corrected():
    assert newer(a_session(COMPLETED), a_session(COMPLETED, last_updated=at(99), kwh=Decimal(3)), at(99)) is not None


def test_a_stamp_from_the_future_never_blocks_later_truth():
    wild = newer(a_session(), a_session(last_updated=at(86_400), kwh=Decimal(9)), at(10))
    assert wild is not None
    assert newer(wild, a_session(last_updated=at(20), kwh=Decimal(1)), at(21)) is not None


def test_an_operator_whose_clock_runs_ahead_still_has_its_pictures_in_order():
    ahead = a_session(last_updated=at(1000), kwh=Decimal(2))
    assert newer(ahead, a_session(last_updated=at(990), kwh=Decimal(1)), at(100)) is None
    assert newer(ahead, a_session(last_updated=at(1010), kwh=Decimal(3)), at(100)) is not None


def test_an_operator_whose_clock_runs_behind_is_heard():
    behind = a_session(last_updated=datetime(2026, 3, 2, 11, 50, tzinfo=UTC))
    assert newer(behind, replace(behind, last_updated=datetime(2026, 3, 2, 11, 51, tzinfo=UTC)), at(60)) is not None


def test_what_a_later_picture_leaves_out_about_whose_it_is_stays_known():
    bare = a_session(
        last_updated=at(9), reference=None, token_uid=None, location_id=None, evse_uid=None, connector_id=None
    )
    assert newer(a_session(), bare, at(10)) == a_session(last_updated=at(9))


def test_what_a_later_picture_says_otherwise_is_believed():
    kept = newer(a_session(), a_session(last_updated=at(9), evse_uid=NEIGHBOUR), at(10))
    assert kept is not None
    assert kept.evse_uid == NEIGHBOUR


pictures = st.builds(
    a_session,
    st.sampled_from([PENDING, ACTIVE, COMPLETED, INVALID]),
    last_updated=st.integers(0, 200).map(at),
    kwh=st.integers(0, 5).map(Decimal),
)


def kept_of(order: list[Session]) -> Session | None:
    kept: Session | None = None
    for picture in order:
        kept = newer(kept, picture, at(300)) or kept
    return kept


@given(st.lists(pictures, min_size=1, max_size=8))
def test_in_any_order_an_end_stays_and_time_never_runs_back_before_it(order):
    kept: Session | None = None
    for picture in order:
        after = newer(kept, picture, at(300))
        if kept is not None and after is not None:
            assert after.status.final or not kept.status.final
            assert after.last_updated >= kept.last_updated
        kept = after or kept


@given(st.lists(pictures, min_size=1, max_size=8))
def test_hearing_everything_twice_changes_nothing(order):
    assert kept_of([p for p in order for _ in range(2)]) == kept_of(order)


@given(st.lists(pictures, min_size=1, max_size=6, unique_by=lambda p: p.last_updated), st.randoms())
def test_while_a_session_runs_the_order_of_arrival_does_not_matter(order, random):
    running = [replace(p, status=ACTIVE) for p in order]
    shuffled = random.sample(running, len(running))
    assert kept_of(shuffled) == kept_of(running)


def test_two_operators_may_use_the_same_id_and_letters_do_not_count():
    assert a_key("abc").names(a_key("ABC"))
    assert not a_key().names(a_key("S2"))
    assert not a_key().names(a_key(partner_id=PartnerId(2)))
    assert not a_key("S1", CITY, PARTY).names(a_key("S1", CITY, Party("NL", "TWN")))


def test_the_newest_reading_of_a_dimension_is_found_wherever_it_was_told():
    periods = (
        ChargingPeriod(at(0), {"STATE_OF_CHARGE": Decimal(20), "POWER": Decimal(40)}),
        ChargingPeriod(at(60), {"POWER": Decimal(38)}),
    )
    session = a_session(periods=periods)
    assert session.latest("POWER") == 38
    assert session.latest("STATE_OF_CHARGE") == 20
    assert session.latest("CURRENT") is None


def test_only_completed_and_invalid_are_final_and_only_active_and_completed_ran():
    assert [s for s in SessionStatus if s.final] == [COMPLETED, INVALID]
    assert [s for s in SessionStatus if s.ran] == [ACTIVE, COMPLETED]
