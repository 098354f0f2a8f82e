import pytest

from bot.domain.ids import Party
from bot.domain.network import Endpoint
from bot.ocpi import paths
from bot.ocpi.credentials import (
    Provider,
    VersionLink,
    read_credentials,
    read_details,
    read_versions,
    write_credentials,
    write_details,
    write_versions,
)
from bot.ocpi.errors import InvalidParameters, UnsupportedVersion
from bot.ocpi.reader import Notes
from bot.ocpi.versions import best_common, translation
from tests.ocpi import example

US = Provider(Party("NL", "CHB"), "Chargebot", "https://chargebot.example")


def test_of_several_roles_the_operators_are_found_and_the_peer_is_named():
    read = read_credentials(example("credentials"), Notes())
    assert read.token == "9e80aca8-28be-11e9-b210-d663bd873d93"
    assert read.token not in repr(read)
    assert read.name == "City Charging"
    assert read.operators == (Party("NL", "CIT"), Party("BE", "COA"))


def test_a_hub_that_lists_only_itself_is_the_party_behind_it():
    raw = {"token": "t", "url": "https://h.example", "roles": {"role": "hub", "party_id": "hub", "country_code": "nl"}}
    assert read_credentials(raw, Notes()).operators == (Party("NL", "HUB"),)


def test_flat_credentials_of_2_1_1_are_those_of_one_operator():
    raw = {
        "token": "t",
        "url": "https://h.example",
        "party_id": "CIT",
        "country_code": "NL",
        "business_details": {"name": "City"},
    }
    read = read_credentials(raw, Notes())
    assert (read.operators, read.name) == ((Party("NL", "CIT"),), "City")


@pytest.mark.parametrize(
    "wrong",
    [
        {"token": None},
        {"token": "a b"},
        {"token": "a\r\nX: y"},
        {"url": "ftp://x"},
        {"url": "https://x y"},
        {"roles": []},
        {"roles": [{"role": "CPO"}]},
    ],
)
def test_credentials_without_token_address_or_party_are_refused(wrong):
    with pytest.raises(InvalidParameters):
        read_credentials(example("credentials") | wrong, Notes())


def test_ours_are_read_as_they_were_written():
    read = read_credentials(write_credentials(US, "secret", paths.versions_url(US.public_url)), Notes())
    assert (read.token, read.url, read.name) == ("secret", "https://chargebot.example/ocpi/versions", "Chargebot")
    assert [(role.role, role.party) for role in read.roles] == [("EMSP", US.party)]


def test_versions_with_unusable_addresses_are_left_out_and_the_best_common_one_is_taken():
    notes = Notes()
    links = read_versions(example("versions"), notes)
    assert [link.version for link in links] == ["2.1.1", "2.2.1"]
    assert len(notes) == 1
    assert best_common(links).url == "https://ocpi.cit.example/2.2.1/"
    assert read_versions(write_versions(links), Notes()) == links


def test_without_a_common_version_there_is_no_handshake():
    with pytest.raises(UnsupportedVersion) as refused:
        best_common([VersionLink("2.0", "https://x.example")])
    assert refused.value.status_code == 3002
    with pytest.raises(UnsupportedVersion):
        translation("2.0")


def test_endpoints_are_told_apart_by_role_except_for_credentials():
    notes = Notes()
    endpoints = read_details(example("details"), notes)
    assert Endpoint("credentials", "SENDER", "https://ocpi.cit.example/2.2.1/credentials") in endpoints
    assert {(e.identifier, e.role) for e in endpoints} >= {
        ("locations", "SENDER"),
        ("locations", "RECEIVER"),
        ("tokens", "RECEIVER"),
    }
    assert [note.path for note in notes] == ["endpoints[6]"]
    assert read_details(write_details("2.2.1", endpoints), Notes()) == endpoints


def test_of_an_endpoint_listed_twice_the_first_counts():
    twice = {"endpoints": [{"identifier": "cdrs", "role": "SENDER", "url": f"https://x.example/{n}"} for n in (1, 2)]}
    assert [e.url for e in read_details(twice, Notes())] == ["https://x.example/1"]


@pytest.mark.parametrize("raw", [None, [], "x", 7])
def test_details_that_are_no_object_are_refused(raw):
    with pytest.raises(InvalidParameters):
        read_details(raw, Notes())


def test_a_hub_of_2_2_1_is_a_role_and_one_of_2_3_0_a_field_beside_the_parties_behind_it():
    role = {"country_code": "NL", "party_id": "HUB", "role": "HUB", "business_details": {"name": "Hub"}}
    of_2_2_1 = read_credentials(example("credentials") | {"roles": [role]}, Notes())
    assert (of_2_2_1.hub, of_2_2_1.operators) == (Party("NL", "HUB"), (Party("NL", "HUB"),))
    members = [role | {"role": "CPO", "party_id": party} for party in ("ONE", "TWO")]
    of_2_3_0 = read_credentials(example("credentials") | {"roles": members, "hub_party_id": "nlhub"}, Notes())
    assert of_2_3_0.hub == Party("NL", "HUB")
    assert of_2_3_0.operators == (Party("NL", "ONE"), Party("NL", "TWO"))
    assert read_credentials(example("credentials") | {"hub_party_id": "NL"}, Notes()).hub is None


def test_an_endpoint_of_2_1_1_has_the_role_that_an_operator_has():
    raw = {
        "endpoints": [{"identifier": name, "url": f"https://x.example/{name}"} for name in ("Locations", "commands")]
    }
    notes = Notes()
    assert [(e.identifier, e.role) for e in read_details(raw, notes)] == [
        ("locations", "SENDER"),
        ("commands", "RECEIVER"),
    ]
    assert not len(notes)
