"""Stations as drivers see them, from whatever an operator left out."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.ids import ConnectorId, EvseUid, LocationId, PartnerId, Party, folded, same, station_id
from bot.domain.station import DISABLED, Connector, Parking, Point, Station, Status
from tests.samples import CITY, EVSE, NEIGHBOUR, NOON, PARTY, PLUG, a_station, an_evse


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("AVAILABLE", Status.AVAILABLE),
        (" available ", Status.AVAILABLE),
        ("Charging", Status.CHARGING),
        ("FREE", Status.UNKNOWN),
        ("", Status.UNKNOWN),
    ],
)
def test_a_status_we_do_not_know_reads_as_unknown(text, status):
    assert Status.read(text) is status


@pytest.mark.parametrize(
    ("one", "other", "metres"),
    [
        (Point(52.37, 4.9), Point(52.37, 4.9), 0),
        (Point(52.3731, 4.8926), Point(51.9244, 4.4777), 57_400),  # Amsterdam to Rotterdam
        (Point(0.0, 179.99), Point(0.0, -179.99), 2_224),  # across the date line
        (Point(90.0, 0.0), Point(90.0, 120.0), 0),  # at the pole every longitude is the same place
        (Point(0.0, 0.0), Point(0.0, 180.0), 20_015_100),  # the farthest there is
    ],
)
def test_distances_are_those_of_the_globe(one, other, metres):
    assert one.metres_to(other) == pytest.approx(metres, abs=max(1.0, metres * 0.005))
    assert other.metres_to(one) == pytest.approx(one.metres_to(other))


def test_removed_and_planned_charge_points_do_not_exist_for_drivers():
    station = a_station(evses=(an_evse(), an_evse(NEIGHBOUR, status=Status.REMOVED), an_evse(status=Status.PLANNED)))
    assert [e.uid for e in station.present] == [EVSE]


@pytest.mark.parametrize(
    ("station", "visible"),
    [
        (a_station(), True),
        (a_station(published=False), False),
        (a_station(evses=()), False),
        (a_station(evses=(an_evse(status=Status.REMOVED),)), False),
        (a_station(evses=(an_evse(status=Status.OUTOFORDER),)), True),
    ],
)
def test_a_station_is_seen_if_it_is_published_and_has_a_charge_point(station, visible):
    assert station.visible is visible


def test_an_unpublished_or_removed_charge_point_is_still_found_for_its_running_charges():
    assert a_station(published=False, evses=(an_evse(status=Status.REMOVED),)).evse(EVSE) is not None


def test_ids_are_found_in_any_letters():
    station = a_station(evses=(an_evse(EvseUid("aBc")),))
    evse = station.evse("AbC")
    assert evse is not None
    assert replace(evse, connectors=(Connector(ConnectorId("ccs-1"), "IEC_62196_T2_COMBO"),)).connector("CCS-1")
    assert station.evse("abd") is None
    assert evse.connector("9") is None
    assert same("X", "x")
    assert not same(None, None)


def test_a_station_has_one_id_in_any_letters_and_another_for_each_operator():
    assert station_id(CITY, PARTY, LocationId("Loc1")) == a_station().id == folded(a_station().id)
    assert station_id(PartnerId(2), PARTY, LocationId("LOC1")) != a_station().id
    assert station_id(CITY, Party("DE", "CIT"), LocationId("LOC1")) != a_station().id


def test_a_party_is_written_in_capitals():
    assert str(Party.of("nl", "cit")) == "NL-CIT"


@pytest.mark.parametrize(
    ("changes", "title"),
    [
        ({}, "Market square"),
        ({"name": None}, "Market 1"),
        ({"name": None, "address": ""}, "Amsterdam"),
        ({"name": "", "address": "", "city": ""}, "Charging station"),
    ],
)
def test_a_station_is_called_by_its_name_or_else_by_where_it_is(changes, title):
    assert a_station(**changes).title == title


def test_only_ids_a_place_and_a_status_are_needed_to_show_a_station():
    bare = Station(
        CITY, PARTY, LocationId("X"), Point(1.0, 2.0), NOON, evses=(an_evse(capabilities=frozenset(), connectors=()),)
    )
    (evse,) = bare.present
    assert bare.visible
    assert (evse.startable, evse.needs_connector, evse.watts, evse.free) == (False, False, 0, True)


def test_a_charge_point_is_as_strong_as_its_strongest_plug_and_says_what_it_can_do():
    evse = an_evse(
        connectors=(Connector(PLUG, "CHADEMO", watts=50_000), Connector(ConnectorId("2"), "CCS", watts=150_000))
    )
    assert (evse.watts, evse.startable, evse.needs_connector) == (150_000, True, True)
    assert not an_evse(status=Status.CHARGING).free


def test_when_a_station_was_heard_makes_it_no_other_station():
    assert a_station(heard_at=NOON) == a_station()


def test_the_age_of_a_status_is_that_of_its_own_charge_point_or_of_the_whole_station():
    first, second = an_evse(uid="E1", heard_at=NOON + timedelta(minutes=5)), an_evse(uid="E2")
    station = a_station(evses=(first, second), heard_at=NOON)
    assert station.told_at(first) == NOON + timedelta(minutes=5)
    assert station.told_at(second) == NOON
    assert station.last_heard_at == NOON + timedelta(minutes=5)
    unnoted = a_station(evses=(second,))
    assert unnoted.told_at(second) == second.last_updated
    assert unnoted.last_heard_at is None


def test_parking_for_people_with_disabilities_is_that_of_its_charge_points_where_that_is_told():
    place = Parking("P1", vehicle_types=(DISABLED,))
    marked, beside = an_evse(parking_restrictions=(DISABLED,)), an_evse(EvseUid("2"), parking=(("p1", "LEFT"),))
    other = an_evse(EvseUid("3"))
    assert a_station(evses=(marked, other)).accessible == (marked,)
    assert a_station(evses=(beside, other), parking_places=(place,)).accessible == (beside,)
    assert a_station(evses=(other,), parking_places=(place,)).accessible == (other,)
    assert a_station(evses=(other,)).accessible == ()
