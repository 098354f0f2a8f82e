"""How the operator speaks: its versions as their pages have them, its dialects as the documentation lists them."""

import re
from pathlib import Path

import pytest

from sandbox.cpo.ocpi import words
from sandbox.cpo.ocpi.manners import MANNERS
from sandbox.cpo.ocpi.voice import VERSIONS, UnknownVoice, Voice
from sandbox.cpo.operator import Operator
from sandbox.cpo.stations import Party

DOCUMENT = Path(__file__).parents[3] / "docs" / "operators.md"


@pytest.fixture
def location():
    return words.location(Operator(traffic=False).city.locations[0])


def test_every_dialect_is_in_the_documentation_with_its_sentence():
    told = dict(re.findall(r"^\| `(\w+)` \| (.+) \|$", DOCUMENT.read_text(), re.MULTILINE))
    assert told == {name: manner.sentence for name, manner in MANNERS.items()}


@pytest.mark.parametrize(("version", "dialect"), [("2.0", ()), ("2.2.1", ("mumbling",))])
def test_a_version_or_a_dialect_that_it_has_not_is_said(version, dialect):
    with pytest.raises(UnknownVoice, match=r"^There is no (version 2\.0|dialect mumbling); there are "):
        Voice.of(version, dialect)


def test_in_2_1_1_a_location_names_no_party_and_its_connectors_one_tariff(location):
    spelt = Voice.of("2.1.1").say("location", location)
    (connector,) = spelt["evses"][0]["connectors"]
    assert not {"country_code", "party_id", "publish"} & spelt.keys()
    assert {"voltage", "amperage", "tariff_id"} <= connector.keys()
    assert not {"max_voltage", "max_amperage", "max_electric_power", "tariff_ids"} & connector.keys()
    assert spelt["type"] == "ON_STREET"


def test_in_2_3_0_a_location_tells_who_may_park_and_whom_to_call(location):
    spelt = Voice.of("2.3.0").say("location", location)
    ids = {place["id"] for place in spelt["parking_places"]}
    assert {link["parking_id"] for evse in spelt["evses"] for link in evse["parking"]} == ids
    assert spelt["help_phone"]


@pytest.mark.parametrize("version", VERSIONS)
def test_a_token_is_written_as_its_version_has_it(version):
    voice = Voice.of(version)
    assert voice.header("secret") == ("Token secret" if version == "2.1.1" else "Token c2VjcmV0")
    assert voice.shown(voice.header("secret"), accept_raw=False) == {"secret"}


@pytest.mark.parametrize("name", [name for name, manner in MANNERS.items() if manner.object is not None])
def test_a_bad_habit_can_be_seen(location, name):
    """Else a road that is green in it would prove nothing."""
    voice = Voice.of("2.2.1", (name,))
    record = {
        "id": "S1",
        "kwh": 1,
        "cdr_token": {"uid": "a", "contract_id": "b", "type": "APP_USER"},
        "authorization_reference": "ref",
        "start_date_time": "2026-01-01T00:00:00Z",
        "auth_method": "COMMAND",
        "charging_periods": [{"dimensions": [{"type": "ENERGY", "volume": 2}]}],
    }
    said = [voice.say("location", location), voice.say("session", record), voice.say("cdr", record)]
    said.append(voice.say("command", {"result": "ACCEPTED", "timeout": 30}))
    plain = [location, record, record, {"result": "ACCEPTED", "timeout": 30}]
    assert said != plain


def test_parties_and_voices_do_not_mix():
    operator = Operator(traffic=False, hub=True, version="2.3.0")
    assert {location.owner for location in operator.city.locations} == set(operator.hub.members)
    assert operator.party == Party("NL", "HUB", "Friesland Roaming")
