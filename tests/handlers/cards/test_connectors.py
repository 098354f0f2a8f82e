from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.ids import ConnectorId, EvseUid
from bot.domain.station import Connector, Status
from bot.services.offers import Offer
from bot.services.stations import StationView
from handlers.cards.connectors import (
    choices,
    connector_in,
    connector_list,
    connector_subject,
    plug,
)
from handlers.texts import Words
from tests.fakes.clock import NOON
from tests.handlers.cards.reading import read
from tests.samples import TARIFF, a_station, an_evse

WORDS = Words()


@pytest.mark.parametrize(
    ("standard", "cable", "shown"),
    [
        ("IEC_62196_T2", False, "Type 2 socket"),
        ("IEC_62196_T2_COMBO", True, "CCS cable"),
        ("CHADEMO", True, "CHAdeMO cable"),
        ("DOMESTIC_F", False, "Domestic f socket"),
        ("A&B", True, "A&amp;b cable"),
    ],
)
def test_a_plug_is_called_as_drivers_call_it(standard, cable, shown):
    assert plug(WORDS, Connector(ConnectorId("1"), standard, cable=cable)) == shown


def test_of_several_connectors_each_has_a_button_that_tells_it_apart():
    busy = an_evse(EvseUid("2"), status=Status.OUTOFORDER)
    station = a_station(evses=(an_evse(), busy, an_evse(EvseUid("3"), capabilities=frozenset())))
    view = StationView(station, tuple(Offer(station, evse, evse.connectors[0], TARIFF) for evse in station.evses))
    text = read(connector_list(WORDS, view, NOON))
    assert "[NL*CIT*E3256*1 · Type 2 socket · free]\n[NL*CIT*E2*1 · Type 2 socket · out of order]\n[« Back]" in text
    assert "E3*1" not in text


def test_two_plugs_with_one_identifier_are_told_apart_by_the_plug():
    ccs = Connector(ConnectorId("2"), "IEC_62196_T2_COMBO", cable=True)
    evse = an_evse(connectors=(*an_evse().connectors, ccs))
    text = read(choices(WORDS, "3256", [(a_station(evses=(evse,)), evse)]))
    assert "[NL*CIT*E3256*1 · Type 2 socket]\n[NL*CIT*E3256*1 · CCS cable]" in text


def test_hits_at_several_stations_are_told_apart_by_the_place():
    found = [(a_station(name=name), an_evse()) for name in ("North", "South")]
    assert read(choices(WORDS, "3256", found)) == (
        "Several connectors fit 3256. Which one?\n[NL*CIT*E3256*1 · North]\n[NL*CIT*E3256*1 · South]"
    )


@pytest.mark.parametrize("hits", [[], [(a_station(), an_evse(connectors=()))]])
def test_nothing_that_fits_is_said_with_the_way_on(hits):
    text = read(choices(WORDS, "<b>Q7</b>", hits))
    assert text.startswith("I know no connector <b>Q7</b>.\n")
    assert "share your location" in text


@given(st.text(min_size=1), st.text(min_size=1))
def test_a_connectors_button_leads_back_to_it_whatever_its_ids_are_made_of(evse_uid, connector_id):
    station, evse = a_station(), an_evse(EvseUid(evse_uid))
    connector = replace(evse.connectors[0], id=ConnectorId(connector_id))
    subject = connector_subject(station, evse, connector)
    assert connector_in(subject) == (station.id, evse_uid, connector_id)
    assert subject.isascii()
    assert subject.isprintable()
