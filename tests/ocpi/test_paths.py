import re

import pytest

from bot.domain.ids import ChargeId
from bot.ocpi import paths
from bot.ocpi.paths import Module, Role

PUBLIC = "https://chargebot.example/"


@pytest.mark.parametrize("resource", paths.RESOURCES, ids=str)
def test_every_address_we_give_out_fits_the_pattern_it_is_served_by(resource):
    values = {part: f"{part}/ä *?" for part in resource.parts}
    url = resource.url(PUBLIC, "2.2.1", **values)
    pattern = re.sub(r"\{\w+\}", "[^/{}?#]+", resource.pattern("2.2.1"))
    assert re.fullmatch(re.escape("https://chargebot.example") + pattern, url)


def test_all_patterns_differ():
    assert len({resource.pattern("2.2.1") for resource in paths.RESOURCES}) == len(paths.RESOURCES)


def test_the_version_details_name_exactly_what_is_mounted():
    endpoints = paths.endpoints(PUBLIC, "2.2.1", (paths.LOCATION, paths.EVSE, paths.CDR, paths.TOKENS))
    assert [(e.identifier, e.role, e.url) for e in endpoints] == [
        ("locations", "RECEIVER", "https://chargebot.example/ocpi/2.2.1/locations"),
        ("cdrs", "RECEIVER", "https://chargebot.example/ocpi/2.2.1/cdrs"),
        ("tokens", "SENDER", "https://chargebot.example/ocpi/2.2.1/tokens"),
    ]
    assert all(resource.pattern("2.2.1").startswith("/ocpi/2.2.1/") for resource in paths.RESOURCES)


def test_of_each_module_we_are_one_side_and_they_the_other_but_for_credentials():
    for module in Module:
        opposite = Role.SENDER if paths.OUR_ROLE[module] is Role.RECEIVER else Role.RECEIVER
        assert paths.THEIR_ROLE[module] is (Role.SENDER if module is Module.CREDENTIALS else opposite)


def test_a_response_url_names_the_command_its_charge_and_a_secret():
    url = paths.response_url(PUBLIC, "2.2.1", "START_SESSION", ChargeId("id"), "s3cret")
    assert url == "https://chargebot.example/ocpi/2.2.1/commands/START_SESSION/id/s3cret"


@pytest.mark.parametrize("base", ["https://x.example/a", "https://x.example/a/"])
def test_what_is_appended_to_an_address_of_theirs_is_quoted(base):
    assert paths.below(base, "NL", "a/b c") == "https://x.example/a/NL/a%2Fb%20c"
    assert paths.below(base + "?k=1", "NL") == "https://x.example/a/NL?k=1"
