from collections import Counter

import pytest

from sandbox.cpo import city, stations
from sandbox.cpo.ocpi import words
from sandbox.cpo.stations import Party
from sandbox.cpo.tariffs import TARIFFS
from tests.sandbox.cpo.schema import check

HAV = Party()


@pytest.fixture
def town():
    return city.build(1, (HAV,))


def evses(town, condition):
    return [evse for _, evse in town.evses() if condition(evse)]


def test_forty_stations_stand_in_the_town(town):
    assert len(town.locations) == 40


def test_every_location_is_spelt_as_the_specification_has_it(town):
    for location in town.locations:
        check("location", words.location(location))


def test_every_tariff_is_spelt_as_the_specification_has_it():
    for tariff in TARIFFS.values():
        check("tariff", words.tariff(tariff, HAV))


def test_no_two_things_share_an_identifier(town):
    everything = list(town.evses())
    ids = Counter(evse.uid for _, evse in everything) + Counter(evse.evse_id for _, evse in everything if evse.evse_id)
    ids += Counter(location.id for location in town.locations)
    ids += Counter((location.id, evse.sticker) for location, evse in everything if evse.sticker)
    assert set(ids.values()) == {1}


def test_the_town_has_what_makes_a_town_awkward(town):
    assert any(not location.publish for location in town.locations)
    assert evses(town, lambda evse: evse.sticker is None)
    assert evses(town, lambda evse: evse.evse_id is None)
    assert evses(town, lambda evse: not evse.startable)
    assert evses(town, lambda evse: evse.plug_first)
    assert evses(town, lambda evse: len(evse.connectors) == 2)
    assert evses(town, lambda evse: evse.shows_cost)
    assert len(evses(town, lambda evse: evse.status == stations.OUTOFORDER)) == 1
    assert len(evses(town, lambda evse: evse.plug is not None and evse.status == stations.CHARGING)) >= 10


def test_some_connectors_announce_no_tariff(town):
    hidden = [each for _, evse in town.evses() for each in evse.connectors if each.tariff_hidden]
    assert hidden
    assert all("tariff_ids" not in words.connector(each) for each in hidden)


def test_all_plugs_and_powers_are_there(town):
    found = {(each.standard, int(each.power_kw)) for _, evse in town.evses() for each in evse.connectors}
    assert found == {
        *(("IEC_62196_T2", kw) for kw in (3, 7, 11, 22)),
        *(("IEC_62196_T2_COMBO", kw) for kw in (50, 150, 300)),
        ("CHADEMO", 50),
    }


def test_every_tariff_is_asked_somewhere(town):
    assert {each.tariff_id for _, evse in town.evses() for each in evse.connectors} == set(TARIFFS)


def test_a_seed_gives_the_same_town_again():
    def portrait(seed):
        return [(evse.uid, evse.status, evse.plug) for _, evse in city.build(seed, (HAV,)).evses()]

    assert portrait(3) == portrait(3)
    assert portrait(3) != portrait(4)


def test_charge_points_for_scripts_are_free_whatever_the_seed():
    for seed in range(20):
        kept = evses(city.build(seed, (HAV,)), lambda evse: evse.reserved_for_script)
        assert {evse.status for evse in kept} == {stations.AVAILABLE}


@pytest.mark.parametrize("reference", ["NL*HAV*E0421*1", "nl*hav*e0421*1", "NLHAVE04211"])
def test_an_evse_is_found_by_what_is_printed_on_it(town, reference):
    location, evse = town.find(reference)
    assert (location.id, evse.sticker) == ("HAV-0421", "0421-1")
    assert town.find(evse.uid) == (location, evse)


def test_a_changed_evse_moves_its_location_on_too(town):
    location, evse = town.find("NL*HAV*E0421*1")
    before = evse.last_updated
    town.touch(before, location, evse)
    assert evse.last_updated > before
    assert location.last_updated >= evse.last_updated
