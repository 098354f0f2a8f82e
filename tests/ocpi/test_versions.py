"""Each version and ours, both ways: what is written is read back, what is damaged is refused at worst."""

from contextlib import suppress
from dataclasses import replace
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.ids import CdrId
from bot.domain.money import Price
from bot.domain.session import SessionStatus
from bot.ocpi.cdrs import write_cdr
from bot.ocpi.errors import InvalidParameters, NotEnoughInformation, NotJson
from bot.ocpi.kinds import Kind
from bot.ocpi.locations import write_station
from bot.ocpi.reader import Notes
from bot.ocpi.sessions import write_session
from bot.ocpi.tariffs import write_tariff
from bot.ocpi.versions import SPOKEN
from bot.ocpi.wire import read_json, write_json
from bot.ocpi.zones import _BY_COUNTRY, only_zone_of
from tests.ocpi import SOURCE
from tests.ocpi.test_mutations import damaged, places, values
from tests.ocpi.test_spec_examples import EXAMPLES, read
from tests.samples import PARTY, TARIFF, a_cdr, a_key, a_session, a_station

READ_HERE = [it for it in EXAMPLES if not it.kind.startswith(("token", "versions", "details", "refusal"))]


@given(data=st.data())
@settings(max_examples=300, deadline=None)
def test_a_damaged_example_of_any_version_is_read_or_refused(data):
    whole = data.draw(st.sampled_from(READ_HERE))
    body = whole.body
    for _ in range(data.draw(st.integers(1, 3))):
        spots = sorted((spot for spot in places(body) if spot), key=repr)
        if not spots:
            break
        body = damaged(body, data.draw(st.sampled_from(spots)), data.draw(values))
    if whole.kind == "evse":
        body = body | {"uid": str(body.get("uid"))}
    with suppress(InvalidParameters, NotEnoughInformation, NotJson):
        read(replace(whole, body=body), Notes())


def through(version, kind, written, reader):
    """Written in our words, said in theirs, sent, and read again."""
    theirs = read_json(write_json(version.theirs(kind, written)))
    return reader(theirs, SOURCE, Notes())


@pytest.mark.parametrize("version", SPOKEN.values(), ids=SPOKEN)
def test_what_each_version_says_of_ours_is_read_back_as_far_as_it_can_say_it(version):
    key = replace(a_key("S1"), party=PARTY)
    session = replace(a_session(SessionStatus.ACTIVE, key=key), currency="EUR", kwh=Decimal("2.5"))
    again = through(version, Kind.SESSION, write_session(session, PARTY), version.read_session)
    assert (again.key, again.status, again.kwh, again.start) == (key, session.status, session.kwh, session.start)
    assert (again.evse_uid, again.location_id) == (session.evse_uid, session.location_id)
    assert again.token_uid == session.token_uid

    cost = Price.of("EUR", Decimal("6.13"), Decimal("7.42"))
    cdr = replace(a_cdr(), id=CdrId("C1"), party=PARTY, currency="EUR", total_cost=cost)
    billed = through(version, Kind.CDR, write_cdr(cdr, PARTY), version.read_cdr)
    assert (billed.id, billed.start, billed.end, billed.total_energy) == (cdr.id, cdr.start, cdr.end, cdr.total_energy)
    assert billed.total_cost.excl_vat == cost.excl_vat
    assert version.version == "2.1.1" or billed.total_cost == cost

    station = through(version, Kind.LOCATION, write_station(a_station()), version.read_station)
    assert station.id == a_station().id
    assert [evse.uid for evse in station.evses] == [evse.uid for evse in a_station().evses]

    _, tariff = through(version, Kind.TARIFF, write_tariff(PARTY, TARIFF), version.read_tariff)
    assert (tariff.id, tariff.currency) == (TARIFF.id, TARIFF.currency)
    prices = [[component.price for component in element.components] for element in tariff.elements]
    assert prices == [[component.price for component in element.components] for element in TARIFF.elements]


def test_a_price_of_which_only_the_sum_with_tax_is_known_is_left_out_in_2_3_0():
    gross = replace(a_cdr(), total_cost=Price.of("EUR", None, Decimal("7.42")))
    assert "total_cost" not in SPOKEN["2.3.0"].theirs(Kind.CDR, write_cdr(gross, PARTY))


def test_the_country_gives_the_time_zone_only_where_it_has_but_one():
    assert only_zone_of("nld") == only_zone_of("NL") == "Europe/Amsterdam"
    for several in ("US", "ESP", "PT", None, "", "XX"):
        assert only_zone_of(several) is None
    for zone in _BY_COUNTRY.values():
        assert ZoneInfo(zone).key == zone
