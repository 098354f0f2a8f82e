from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from bot.domain.ids import Party
from bot.domain.money import Price
from bot.domain.session import SessionStatus
from bot.domain.tariffs.usage import ChargingPeriod
from bot.ocpi import sessions
from bot.ocpi.errors import InvalidParameters
from bot.ocpi.reader import Notes
from bot.ocpi.wire import read_json, write_json
from tests.fakes.clock import NOON
from tests.ocpi import SOURCE, example
from tests.samples import CITY, PARTY, a_key, a_session, at

US = Party("NL", "CHB")
LATER = "2026-03-02T13:00:00Z"


def read(raw, notes=None):
    return sessions.read_session(raw, SOURCE, Notes() if notes is None else notes)


def period(seconds: float, kwh: str) -> ChargingPeriod:
    return ChargingPeriod(at(seconds), {"ENERGY": Decimal(kwh)})


def told(*periods: ChargingPeriod, kwh: str, wh: bool = False):
    volumes = [
        {
            "start_date_time": p.start_date_time.isoformat(),
            "dimensions": [{"type": "ENERGY", "volume": p.dimensions["ENERGY"] * (1000 if wh else 1)}],
        }
        for p in periods
    ]
    return {"kwh": Decimal(kwh), "charging_periods": volumes, "last_updated": LATER}


def patched(session, patch, notes=None):
    return sessions.patched(session, patch, SOURCE, Notes() if notes is None else notes)


def test_a_session_is_read_whole():
    session = read(example("session_pending"))
    assert session.key == a_key("S-101")
    assert (session.status, session.kwh, session.start) == (SessionStatus.PENDING, 0, at(9))
    assert (session.token_uid, session.reference) == ("A1B2C3D4E5F6A7B8C9D0", "6F1B2C3D-0A1B-4C2D-8E3F-123456789ABC")
    assert (session.location_id, session.evse_uid, session.connector_id) == ("LOC1", "3256", "1")
    assert session.total_cost == Price.of("EUR", Decimal("2.5"))


def test_energy_in_wh_is_taken_as_such_where_the_sum_could_not_be_kwh():
    notes = Notes()
    session = read(example("session_finished_in_wh"), notes)
    assert [p.dimensions.get("ENERGY") for p in session.periods] == [Decimal("0.12"), Decimal(41), None]
    assert session.periods[0].dimensions["MAX_CURRENT"] == 30
    assert session.periods[2].tariff_id == "12"
    assert [(n.path, n.reason, n.refused) for n in notes] == [("charging_periods", "energy was in Wh", False)]


def test_energy_in_kwh_is_left_alone_even_when_the_total_lags_behind():
    raw = example("session_pending") | told(period(0, "1.5"), period(60, "2"), kwh="0")
    assert [p.dimensions["ENERGY"] for p in read(raw).periods] == [Decimal("1.5"), 2]


def test_a_session_needs_little():
    session = read({"id": "S", "status": "active", "kwh": "1.5", "last_updated": LATER})
    assert (session.key, session.status, session.start) == (a_key("S"), SessionStatus.ACTIVE, at(3600))
    assert (session.currency, session.token_uid, session.total_cost) == ("", None, None)


def test_without_kwh_the_periods_are_summed_up():
    raw = {"id": "S", "status": "ACTIVE"} | told(period(0, "1.5"), period(60, "2"), kwh="0") | {"kwh": None}
    assert read(raw).kwh == Decimal("3.5")


def test_the_fillers_of_a_reservation_are_no_ids_and_its_prose_name_is_known():
    raw = example("session_pending") | {"status": "RESERVED", "connector_id": "#NA", "evse_uid": "#NA"}
    session = read(raw)
    assert (session.status, session.connector_id, session.evse_uid) == (SessionStatus.RESERVATION, None, None)


@pytest.mark.parametrize(
    "wrong",
    [
        {"id": None},
        {"status": None},
        {"status": "ON_FIRE"},
        {"kwh": "NaN"},
        {"kwh": Decimal("1E+400")},
        {"kwh": -1},
        {"kwh": 10_001},
        {"kwh": "much"},
    ],
)
def test_a_session_that_says_nothing_or_the_impossible_is_refused(wrong):
    with pytest.raises(InvalidParameters):
        read(example("session_pending") | wrong)


@pytest.mark.parametrize("garbage", ["x", 7, [], {"a": 1}, True])
def test_garbage_in_what_is_not_needed_costs_only_that(garbage):
    raw = example("session_pending") | dict.fromkeys(
        ["end_date_time", "total_cost", "cdr_token", "charging_periods"], garbage
    )
    session = read(raw)
    assert (session.end, session.token_uid, session.periods) == (None, None, ())


@pytest.mark.parametrize("name", ["session_pending", "session_finished_in_wh"])
def test_a_session_written_is_read_back_the_same(name):
    session = read(example(name))
    written = sessions.write_session(session, US, "NL-CHB-C00000RT")
    assert read(read_json(write_json(written))) == session
    assert written["cdr_token"]["contract_id"] == "NL-CHB-C00000RT"


def test_a_patch_adds_periods_and_replaces_the_rest():
    session = a_session(periods=(period(0, "1"),), kwh=Decimal(1), total_cost=Price.of("EUR", Decimal(1)))
    after = patched(session, told(period(60, "2"), kwh="3"))
    assert after.periods == (period(0, "1"), period(60, "2"))
    assert (after.kwh, after.total_cost, after.last_updated) == (3, session.total_cost, at(3600))
    assert replace(after, kwh=session.kwh, periods=session.periods, last_updated=session.last_updated) == session


def test_a_patch_delivered_twice_doubles_nothing():
    patch = told(period(0, "1"), period(60, "2"), kwh="3")
    once = patched(a_session(), patch)
    assert patched(once, patch) == once


def test_a_period_told_again_gives_way_to_its_newer_telling():
    session = a_session(periods=(period(0, "1"), period(60, "0.5")), kwh=Decimal("1.5"))
    assert patched(session, told(period(60, "0.9"), kwh="1.9")).periods == (period(0, "1"), period(60, "0.9"))


def test_periods_in_wh_are_noticed_one_patch_at_a_time():
    notes = Notes()
    session = patched(a_session(), told(period(0, "7"), kwh="7", wh=True), notes)
    session = patched(session, told(period(60, "0.05"), kwh="7.05", wh=True), notes)
    assert session.periods == (period(0, "7"), period(60, "0.05"))
    assert len(notes) == 2


def test_the_patch_with_wh_of_the_specifications_kind_is_read():
    session = patched(a_session(), example("session_patch_period"))
    assert session.periods == (period(962, "2.2"),)
    assert session.total_cost == Price.of("EUR", Decimal("0.80"), Decimal("0.88"))


@pytest.mark.parametrize(
    "wrong", [{"kwh": 1}, {"kwh": 1, "last_updated": 0}, None, [], {"last_updated": LATER, "status": "ON_FIRE"}]
)
def test_a_patch_needs_its_date_and_a_status_we_know(wrong):
    with pytest.raises(InvalidParameters) as refused:
        patched(a_session(), wrong)
    assert refused.value.status_code == 2001


@pytest.mark.parametrize("other", [{"id": "S2"}, {"party_id": "OTH"}, {"country_code": "BE"}])
def test_a_patch_cannot_turn_a_session_into_another_one(other):
    with pytest.raises(InvalidParameters):
        patched(a_session(), other | {"last_updated": LATER})


def test_a_patch_with_an_impossible_kwh_leaves_the_last_believable_one():
    notes = Notes()
    assert patched(a_session(kwh=Decimal(5)), {"kwh": "NaN", "last_updated": LATER}, notes).kwh == 5
    assert [note.path for note in notes] == ["kwh"]


def test_the_key_of_a_patched_session_keeps_its_letters():
    session = patched(a_session(), {"id": "s1", "country_code": "nl", "party_id": "cit", "last_updated": LATER})
    assert session.key == a_key()
    assert (session.key.partner_id, session.key.party) == (CITY, PARTY)


def test_a_session_ends_by_patch():
    session = patched(a_session(), {"status": "COMPLETED", "end_date_time": LATER, "last_updated": LATER})
    assert (session.status, session.end) == (SessionStatus.COMPLETED, NOON + timedelta(hours=1))


def test_a_patch_of_the_meter_alone_and_one_that_says_more_come_to_the_same():
    session = a_session(contract_id="NL-CHB-C1", total_cost=Price.of("EUR", Decimal(1)))
    meter = {"kwh": "4.5", "status": "COMPLETED", "end_date_time": LATER, "last_updated": LATER, "total_cost": 2}
    alone = patched(session, meter)
    assert alone == patched(session, meter | {"currency": "EUR", "location_id": session.location_id})
    assert (alone.kwh, alone.status, alone.end) == (Decimal("4.5"), SessionStatus.COMPLETED, at(3600))
    assert (alone.total_cost, alone.contract_id) == (Price.of("EUR", Decimal(2)), "NL-CHB-C1")


@pytest.mark.parametrize("more", [{}, {"currency": "EUR"}])
def test_a_patch_keeps_whose_session_it_is_and_takes_back_what_it_calls_nothing(more):
    session = a_session(contract_id="NL-CHB-C1", end=at(60), total_cost=Price.of("EUR", Decimal(1)))
    after = patched(session, {"end_date_time": None, "total_cost": None, "kwh": "x", "last_updated": LATER} | more)
    assert (after.end, after.total_cost, after.kwh) == (None, None, session.kwh)
    assert after.contract_id == "NL-CHB-C1"
