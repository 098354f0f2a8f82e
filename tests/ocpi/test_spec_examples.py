"""Every JSON example of the specification, three versions of it, is read.

`spec/*.jsonl` holds each of them written anew: their shapes, numbers and slips, with names and ids of our own. A
second table, of the fields that each object must have, finds the examples that break the specification's own tables.
"""

import json
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from bot.domain.ids import Party
from bot.ocpi import hubs, locations, sessions, tariffs
from bot.ocpi.credentials import read_credentials, read_details, read_versions
from bot.ocpi.envelope import read_envelope
from bot.ocpi.errors import NotJson
from bot.ocpi.kinds import Kind
from bot.ocpi.reader import Fields, Notes, Source, read_patch
from bot.ocpi.tokens import write_token
from bot.ocpi.versions import SPOKEN, Translation
from bot.ocpi.wire import read_json, write_json
from tests.fakes.clock import NOON
from tests.ocpi.test_commands import US
from tests.samples import CITY, PARTY, a_charge, a_session, a_station

SOURCE = Source(CITY, NOON, PARTY)
NOWHERE = {"id": "L", "coordinates": {"latitude": "52.1", "longitude": "5.1"}, "last_updated": "2026-01-01T00:00:00Z"}


@dataclass(frozen=True)
class Example:
    version: str
    name: str
    kind: str
    body: Any
    trailing_comma: bool = False

    def __str__(self) -> str:
        return f"{self.version} {self.name}"


def examples() -> Iterator[Example]:
    for path in sorted((Path(__file__).parent / "spec").glob("*.jsonl")):
        for line in path.read_text().splitlines():
            yield Example(path.stem, **read_json(line.encode()))


EXAMPLES = list(examples())


# ── reading ──────────────────────────────────────────────────────────────────────────────────────────────────────


def read(example: Example, notes: Notes) -> object:
    """Read an example as the bot would; a fragment of an object inside the smallest object that can hold it."""
    return READERS[example.kind](SPOKEN[example.version], example.body, notes)


def whole_station(version: Translation, fragment: Any, notes: Notes) -> object:
    return version.read_station(NOWHERE | fragment, SOURCE, notes)


def patched_station(version: Translation, patch: Any, notes: Notes) -> object:
    station = a_station()
    return locations.patched_station(station, version.patch(Kind.LOCATION, patch, station.last_updated), SOURCE, notes)


def patched_evse(version: Translation, patch: Any, notes: Notes) -> object:
    station = a_station()
    changed = version.patch(Kind.EVSE, patch, station.last_updated)
    return locations.with_patched_evse(station, station.evses[0].uid, changed, SOURCE, notes)


def patched_connector(version: Translation, patch: Any, notes: Notes) -> object:
    station = a_station()
    changed = version.patch(Kind.CONNECTOR, patch, station.last_updated)
    evse = station.evses[0]
    return locations.with_patched_connector(station, evse.uid, evse.connectors[0].id, changed, SOURCE, notes)


def patched_session(version: Translation, patch: Any, notes: Notes) -> object:
    session = replace(a_session(), start=NOON, last_updated=NOON)
    return sessions.patched(session, version.patch(Kind.SESSION, patch, NOON), SOURCE, notes)


def patched_tariff(version: Translation, patch: Any, notes: Notes) -> object:
    fields = read_patch(version.patch(Kind.TARIFF, patch, NOON), notes)
    return tariffs.read_tariff({"id": "T", "currency": "EUR"} | dict(fields.raw), SOURCE, notes)


def our_token_instead(version: Translation, token: Any, _: Notes) -> object:
    """Tokens are objects that only a provider sends: of ours, none may have a field that the example does not know."""
    ours = version.theirs(Kind.TOKEN, write_token(a_charge(), US, "nl", valid=True, updated=NOON))
    known = set(REQUIRED[version.version, "token"]) | {"visual_number", "language"}
    assert set(ours) <= known
    assert version.version == "2.1.1" or set(REQUIRED[version.version, "token"]) <= set(ours)
    return token


def enveloped(read_data: Any) -> Any:
    def read_one(version: Translation, body: Any, notes: Notes) -> object:
        envelope = read_envelope(write_json(body), 200)
        assert envelope.success
        return read_data(version, envelope.data, notes)

    return read_one


def versions_read(_: Translation, raw: Any, notes: Notes) -> object:
    found = read_versions(raw, notes)
    assert len(found) == len(raw)
    return found


def details_read(_: Translation, raw: Any, notes: Notes) -> object:
    found = read_details(raw, notes)
    assert len(found) == len(raw["endpoints"])
    return found


def refusal_read(_: Translation, raw: Any, __: Notes) -> object:
    envelope = read_envelope(write_json(raw), 200)
    assert (envelope.success, envelope.status_code) == (False, 2001)
    return envelope


READERS = {
    "location": lambda version, raw, notes: version.read_station(raw, SOURCE, notes),
    "energy_mix": whole_station,
    "hours_whole": whole_station,
    "hours": lambda version, raw, notes: whole_station(version, {"opening_times": raw}, notes),
    "location_patch": patched_station,
    "evse_patch": patched_evse,
    "connector_patch": patched_connector,
    "evse": lambda version, raw, notes: locations.with_evse(
        a_station(), version.ours(Kind.EVSE, raw), replace(SOURCE, object_id=raw["uid"]), notes
    ),
    "tariff": lambda version, raw, notes: version.read_tariff(raw, SOURCE, notes),
    "tariff_patch": patched_tariff,
    "session": lambda version, raw, notes: version.read_session(raw, SOURCE, notes),
    "session_patch": patched_session,
    "cdr": lambda version, raw, notes: version.read_cdr(raw, SOURCE, notes),
    "credentials": lambda _, raw, notes: read_credentials(raw, notes),
    "versions": versions_read,
    "details": details_read,
    "versions_envelope": enveloped(versions_read),
    "details_envelope": enveloped(details_read),
    "refusal": refusal_read,
    "token": our_token_instead,
    "token_patch": our_token_instead,
    "token_one": enveloped(our_token_instead),
    "token_list": enveloped(our_token_instead),
    "display_text": lambda _, raw, notes: Fields({"texts": raw}, notes).display_texts("texts"),
    "client_info": lambda _, raw, notes: hubs.read_client(raw, replace(SOURCE, party=Party("NL", "CIT")), notes),
}


@pytest.mark.parametrize("example", EXAMPLES, ids=str)
def test_the_example_is_read_and_nothing_of_it_is_refused(example):
    notes = Notes()
    assert read(example, notes)
    assert not [note for note in notes if note.refused]


# ── their own tables ─────────────────────────────────────────────────────────────────────────────────────────────

OWNER = "country_code party_id "
REQUIRED = {
    ("2.2.1", "location"): OWNER + "id publish address city country coordinates time_zone last_updated",
    ("2.2.1", "evse"): "uid status connectors last_updated",
    ("2.2.1", "connector"): "id standard format power_type max_voltage max_amperage last_updated",
    ("2.2.1", "tariff"): OWNER + "id currency elements last_updated",
    ("2.2.1", "session"): OWNER
    + "id start_date_time kwh cdr_token auth_method location_id evse_uid connector_id currency status last_updated",
    ("2.2.1", "cdr"): OWNER
    + "id start_date_time end_date_time cdr_token auth_method cdr_location currency charging_periods total_cost "
    "total_energy total_time last_updated",
    ("2.2.1", "token"): OWNER + "uid type contract_id issuer valid whitelist last_updated",
    ("2.2.1", "credentials"): "token url roles",
    ("2.2.1", "client_info"): OWNER + "role status last_updated",
    ("2.2.1", "session_patch"): "last_updated",
    ("2.1.1", "location"): "id type address city postal_code country coordinates last_updated",
    ("2.1.1", "evse"): "uid status connectors last_updated",
    ("2.1.1", "connector"): "id standard format power_type voltage amperage last_updated",
    ("2.1.1", "tariff"): "id currency elements last_updated",
    ("2.1.1", "session"): "id start_datetime kwh auth_id auth_method location currency status last_updated",
    ("2.1.1", "cdr"): "id start_date_time stop_date_time auth_id auth_method location currency charging_periods "
    "total_cost total_energy total_time last_updated",
    ("2.1.1", "token"): "uid type auth_id issuer valid whitelist last_updated",
    ("2.1.1", "credentials"): "token url party_id country_code business_details",
}
REQUIRED |= {("2.3.0", kind): fields for (version, kind), fields in REQUIRED.items() if version == "2.2.1"}
REQUIRED[("2.3.0", "tariff")] += " tax_included"
REQUIRED = {key: fields.split() for key, fields in REQUIRED.items()}
TEXTS = {"physical_reference", "floor_level"}
NUMBERS = {"price", "vat", "step_size", "volume", "kwh", "total_energy"}
PARTS = {
    "evses": "evse",
    "connectors": "connector",
    "tariffs": "tariff",
    "elements": "element",
    "price_components": "component",
    "charging_periods": "period",
    "dimensions": "dimension",
}


def slips(example: Example) -> list[str]:
    """What of an example is not as its own table has it."""
    found = ["trailing comma"] if example.trailing_comma else []
    wrapped = isinstance(example.body, dict) and "data" in example.body
    body = example.body["data"] if wrapped else example.body
    kind = {"token_one": "token", "token_list": "token"}.get(example.kind, example.kind)
    for item in body if isinstance(body, list) else [body]:
        found += _slips(example.version, kind, item)
    if example.kind == "session" and energy(example.body) > example.body["kwh"] * 2:
        found.append("ENERGY in Wh")
    return found


def _slips(version: str, kind: str, body: dict[str, Any]) -> list[str]:
    found = [f"{kind} without {name}" for name in REQUIRED.get((version, kind), ()) if name not in body]
    found += [f"{kind}.{name} is no string" for name in sorted(TEXTS & body.keys()) if type(body[name]) is not str]
    found += [f"{kind}.{name} is no number" for name in sorted(NUMBERS & body.keys()) if type(body[name]) is str]
    if kind == "evse" and "floor" in body:
        found.append("evse.floor is no field")
    for name, part in PARTS.items():
        for item in body.get(name, ()):
            found += _slips(version, part, item)
    return found


def energy(body: dict[str, Any]) -> Any:
    dimensions = [d for period in body.get("charging_periods", ()) for d in period["dimensions"]]
    return sum(d["volume"] for d in dimensions if d["type"] == "ENERGY")


NO_RATING = ["connector without power_type", "connector without max_voltage", "connector without max_amperage"]
ERRATA = {
    "2.1.1 cdrs:0": ["component.price is no number"],
    "2.1.1 locations:3": [
        "evse without last_updated",
        "evse.floor_level is no string",
        "evse.physical_reference is no string",
        "connector without power_type",
        "connector without voltage",
        "connector without amperage",
        "connector without last_updated",
    ],
    "2.1.1 tariffs:0": ["tariff without last_updated"],
    "2.1.1 sessions:2": ["ENERGY in Wh"],
    "2.2.1 hub_client_info:0": ["trailing comma", "client_info without last_updated"],
    "2.2.1 location_put_add_evse": [
        "evse.physical_reference is no string",
        "evse.floor is no field",
        *NO_RATING,
        "connector without last_updated",
    ],
    "2.2.1 session_2_short_finished": ["ENERGY in Wh"],
    "2.2.1 tariff_put": ["tariff without last_updated"],
    "2.3.0 cdr": ["tariff without tax_included"],
    "2.3.0 tariff_put": ["tariff without last_updated"],
}
for _name in ("hub_client_info:0", "location_put_add_evse", "session_2_short_finished"):
    ERRATA["2.3.0 " + _name] = ERRATA["2.2.1 " + _name]


def test_the_examples_that_break_their_own_tables_are_those_we_know(capsys):
    broken = {str(example): found for example in EXAMPLES if (found := slips(example))}
    counts = Counter(example.version for example in EXAMPLES)
    told = ", ".join(f"{count} of {version}" for version, count in sorted(counts.items()))
    lines = [f"{len(EXAMPLES)} examples of the specification are read: {told}. {len(broken)} break its own tables:"]
    lines += [f"  {name}: {', '.join(found)}" for name, found in sorted(broken.items())]
    with capsys.disabled():
        sys.stdout.write("\n" + "\n".join(lines) + "\n")
    assert broken == ERRATA


def test_a_trailing_comma_is_no_json():
    with pytest.raises(NotJson):
        read_json(b'{"status": "PLANNED",}')


def test_energy_in_wh_is_brought_to_the_kwh_of_the_session():
    for example in EXAMPLES:
        if "ENERGY in Wh" in ERRATA.get(str(example), ()):
            session = SPOKEN[example.version].read_session(example.body, SOURCE, Notes())
            assert json.loads(str(session.kwh)) == pytest.approx(
                float(sum(period.dimensions.get("ENERGY", 0) for period in session.periods)), abs=0.2
            )
