from dataclasses import replace

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.domain.identifier import LONGEST_CODE, MOST_CANDIDATES, candidates, normalised
from bot.domain.ids import ConnectorId, LocationId, Party, StationId, station_id
from bot.domain.links import LONGEST, NamedEvse, NamedStation, evse_payload, named, station_payload
from bot.domain.station import Connector
from tests.samples import CITY, an_evse

ALLOWED = set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-")


def test_a_connector_is_named_by_what_is_printed_and_by_its_number_where_it_has_neighbours():
    evse = an_evse(evse_id="NL*HAV*E0421*1")
    assert evse_payload(evse, evse.connectors[0]) == "e-N1HAVE04211"
    assert named("e-N1HAVE04211") == NamedEvse("N1HAVE04211")
    two = replace(evse, connectors=(*evse.connectors, Connector(ConnectorId("2"), "CHADEMO")))
    assert named(evse_payload(two, two.connectors[1])) == NamedEvse("N1HAVE04211", ConnectorId("2"))
    odd = replace(two.connectors[1], id=ConnectorId("<2>"))
    assert named(evse_payload(two, odd)) == NamedEvse("N1HAVE04211")
    assert evse_payload(an_evse(evse_id=None)) is None


@given(st.text(max_size=70))
@example("e-" + "A" * 62)
@example("s-____")
@example("s-a")
def test_whatever_a_payload_says_it_names_something_public_or_nothing(payload):
    target = named(payload)
    assert target is None or isinstance(target, NamedEvse | NamedStation)


@given(st.text(alphabet="abcNLx:*-0 é", min_size=1, max_size=36))
def test_a_station_comes_back_from_its_payload(location):
    named_station = station_id(CITY, Party("NL", "HAV"), LocationId(location))
    payload = station_payload(named_station)
    if payload is None:
        assert len(named_station.encode()) > 40
    else:
        assert len(payload) <= LONGEST
        assert set(payload) <= ALLOWED
        assert named(payload) == NamedStation(StationId(named_station))


@pytest.mark.parametrize(
    ("code", "likely"),
    [
        ("NL*HAV*E0421*1", "NL*HAV*E0421*1"),
        (" nlhave04211 ", "nlhave04211"),
        ("https://cpo.example/q/NL*HAV*E0421*1?lang=nl", "NL*HAV*E0421*1"),
        ("https://cpo.example/q/NL%2AHAV%2AE0421%2A1", "NL*HAV*E0421*1"),
        ("https://cpo.example/c?evseid=NL-HAV-E0421-1", "NL-HAV-E0421-1"),
        ("https://cpo.example/0421-1", "0421-1"),
        ("https://t.me/charge_bot?start=e-N1HAVE04211", "e-N1HAVE04211"),
        ("evse:DE*ABC*E12345", "DE*ABC*E12345"),
    ],
)
def test_an_identifier_is_found_in_what_a_code_says(code, likely):
    assert likely in candidates(code)


@given(st.text(max_size=3000))
@example("https://[broken/NL*HAV*E1")
@example("://" + "/a" * 900)
@example("https://x/?" + "a=1&" * 400)
def test_whatever_a_code_says_few_and_short_things_are_looked_for(code):
    found = candidates(code)
    assert len(found) <= MOST_CANDIDATES
    assert all(0 < len(normalised(part)) <= LONGEST for part in found)
    assert len(code) <= LONGEST_CODE or found == candidates(code[:5000])
