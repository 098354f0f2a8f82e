"""Every example, damaged in every way Hypothesis can think of: it is read or refused, and never anything else."""

from contextlib import suppress
from copy import deepcopy
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.ocpi import cdrs, commands, credentials, locations, sessions, tariffs, tokens
from bot.ocpi.errors import InvalidParameters, NotEnoughInformation
from bot.ocpi.objections import objections
from bot.ocpi.reader import Notes
from bot.ocpi.wire import read_json, write_json
from tests.fakes.clock import NOON
from tests.ocpi import SOURCE, example
from tests.samples import CITY, PARTY, a_session, a_station

US = PARTY

READERS = {
    "location": (locations.read_station, locations.write_station),
    "location_2_3_0": (locations.read_station, locations.write_station),
    "evse_put_untidy": (lambda raw, s, n: locations.with_evse(a_station(), raw, s, n), locations.write_station),
    "tariff_complex": (lambda raw, s, n: tariffs.read_tariff(raw, s, n)[1], lambda t: tariffs.write_tariff(PARTY, t)),
    "tariff_2_3_0": (lambda raw, s, n: tariffs.read_tariff(raw, s, n)[1], lambda t: tariffs.write_tariff(PARTY, t)),
    "session_finished_in_wh": (sessions.read_session, lambda s: sessions.write_session(s, US)),
    "session_patch_period": (
        lambda raw, s, n: sessions.patched(a_session(), raw, s, n),
        lambda s: sessions.write_session(s, US),
    ),
    "cdr": (cdrs.read_cdr, lambda c: cdrs.write_cdr(c, US)),
    "cdr_credit_2_3_0": (cdrs.read_cdr, lambda c: cdrs.write_cdr(c, US)),
    "credentials": (lambda raw, _, n: credentials.read_credentials(raw, n), lambda c: {"url": c.url}),
    "versions": (lambda raw, _, n: credentials.read_versions(raw, n), credentials.write_versions),
    "details": (lambda raw, _, n: credentials.read_details(raw, n), lambda e: credentials.write_details("2.2.1", e)),
    "session_pending": (lambda raw, _, n: commands.read_answer(raw, n), lambda a: {"message": a.message}),
    "location_home_not_published": (
        lambda raw, _, n: tokens.read_location_references(raw, n),
        lambda r: {"id": r and r.location_id},
    ),
}

nothings = [None, True, False, "", " ", "#NA", "NaN", [], {}, [[]], [None], [{}], {"": None}]
monsters = [0, -1, 10**30, Decimal("1E+400"), Decimal("-0.0"), Decimal("1E-400"), "\u202e", "x" * 5000]
nasty = st.sampled_from([*nothings, *monsters, "1970-01-01T00:00:00Z", "9999-12-31T23:59:59Z"])
values = nasty | st.text(max_size=5) | st.integers() | st.decimals(allow_nan=False, allow_infinity=False)


def places(value, path=()):
    """Every place in a JSON value, the whole included."""
    yield path
    children = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, child in children:
        yield from places(child, (*path, key))


def damaged(value, path, new):
    if not path:
        return new
    value = deepcopy(value)
    inner = value
    for key in path[:-1]:
        inner = inner[key]
    inner[path[-1]] = new
    return value


@pytest.mark.parametrize("name", READERS)
@given(data=st.data())
@settings(max_examples=60, deadline=None)
def test_a_damaged_object_is_read_or_refused_and_what_was_read_can_be_written(name, data):
    read, write = READERS[name]
    whole = example(name)
    for _ in range(data.draw(st.integers(1, 3))):
        spots = sorted(places(whole), key=repr)
        whole = damaged(whole, data.draw(st.sampled_from(spots)), data.draw(values))
    notes = Notes()
    with suppress(InvalidParameters, NotEnoughInformation):
        read_json(write_json(write(read(whole, SOURCE, notes))))
    for objection in objections(notes, CITY, "x", NOON):
        assert len(objection.object_id) <= 100
        assert objection.reason


@given(values, values)
@settings(deadline=None)
def test_a_damaged_patch_of_a_station_is_applied_or_refused(one, two):
    station = a_station()
    patch = {"name": one, "evses": two, "coordinates": one, "last_updated": "2026-03-02T13:00:00Z", "status": two}
    for apply in (
        lambda: locations.patched_station(station, patch, SOURCE, Notes()),
        lambda: locations.with_patched_evse(station, "3256", patch | {"connectors": one}, SOURCE, Notes()),
        lambda: locations.with_patched_connector(station, "3256", "1", patch | {"tariff_ids": one}, SOURCE, Notes()),
    ):
        with suppress(InvalidParameters):
            assert apply().id == station.id
