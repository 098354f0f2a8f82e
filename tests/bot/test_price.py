"""`chargebot price`: files of every shape are priced, and what cannot be is one sentence."""

import json
import os
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import pytest

from bot.domain.ids import Party
from bot.ocpi.periods import write_periods
from bot.ocpi.tariffs import write_tariff
from bot.ocpi.wire import stamp, write_json
from bot.price import PriceError, price_files, show, to_json
from tests.domain.priced import local, session
from tests.domain.test_pricing_spec_examples import WORKED

AMSTERDAM = "Europe/Amsterdam"
TARIFF = {
    "id": "12",
    "currency": "EUR",
    "elements": [{"price_components": [{"type": "TIME", "price": 2.00, "vat": 10.0, "step_size": 300}]}],
    "last_updated": "2024-02-02T14:15:01Z",
}
PERIODS = [{"start_date_time": "2024-06-29T21:39:09Z", "dimensions": [{"type": "TIME", "volume": 1.973}]}]
SESSION = {
    "start_date_time": "2024-06-29T21:39:09Z",
    "end_date_time": "2024-06-29T23:37:32Z",
    "charging_periods": PERIODS,
}
CDR = SESSION | {
    "country_code": "BE",
    "party_id": "BEC",
    "id": "12345",
    "currency": "EUR",
    "cdr_location": {"id": "LOC1", "country": "BEL"},
    "tariffs": [TARIFF],
    "total_cost": {"excl_vat": 4.00, "incl_vat": 4.40},
    "total_energy": 15.342,
    "total_time": 1.973,
}
CDR_OF_2_3_0 = CDR | {"total_cost": {"before_taxes": 4.00, "taxes": [{"name": "VAT", "amount": 0.40}]}}
CDR_OF_2_1_1 = {
    "id": "12345",
    "start_date_time": "2024-06-29T21:39:09Z",
    "stop_date_time": "2024-06-29T23:37:32Z",
    "auth_id": "DE8ACC12E46L89",
    "location": {"id": "LOC1", "country": "BEL"},
    "currency": "EUR",
    "tariffs": [
        TARIFF | {"elements": [{"price_components": [{"type": "TIME", "price": "2.00", "step_size": 300}]}]},
    ],
    "charging_periods": PERIODS,
    "total_cost": 4.00,
    "total_energy": 15.342,
}


@pytest.fixture
def put(tmp_path):
    def put(content, name="file.json"):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else write_json(content))
        return str(path)

    return put


@pytest.mark.parametrize("name", WORKED)
def test_every_worked_number_of_the_specification_comes_out_of_the_command(put, name):
    fee, begin, stretches, excl, incl = WORKED[name]
    periods, end = session(local(begin), *stretches)
    usage = {"start_date_time": stamp(local(begin)), "end_date_time": stamp(end)}
    told = json.loads(
        to_json(
            price_files(
                tariff=put(write_tariff(Party.of("NL", "TST"), fee), "tariff.json"),
                periods=put(usage | {"charging_periods": write_periods(periods)}),
                time_zone=AMSTERDAM,
            )
        )
    )
    assert (told["total_excl_vat"], told["total_incl_vat"], told["caveats"]) == (excl, incl, [])


@pytest.mark.parametrize("cdr", [CDR, CDR_OF_2_3_0, {"data": CDR, "status_code": 1000}, {"data": [CDR]}, [CDR]])
def test_our_bill_stands_beside_the_operators(put, cdr):
    told = json.loads(to_json(price_files(cdr=put(cdr))))
    assert told["currency"] == "EUR"
    assert (told["total_excl_vat"], told["total_incl_vat"]) == ("4.00", "4.40")
    assert (told["operator_total"], told["difference"]) == ("4.40", "0.00")
    [line] = told["lines"]
    assert (line["dimension"], line["volume"], Decimal(line["price"])) == ("TIME", "2", 2)
    assert (line["amount_excl_vat"], line["amount_incl_vat"]) == ("4.00", "4.40")
    assert line["reason"] == "charging_time_step_rounded"


def test_a_record_of_2_1_1_knows_no_tax_and_is_compared_without(put):
    told = json.loads(to_json(price_files(cdr=put(CDR_OF_2_1_1))))
    assert (told["total_excl_vat"], told["total_incl_vat"]) == ("4.00", None)
    assert (told["operator_total"], told["difference"]) == ("4.00", "0.00")


def test_a_tariff_of_2_1_1_knows_no_tax_so_its_total_with_tax_is_unknown(put):
    without_tax = TARIFF | {"elements": [{"price_components": [{"type": "TIME", "price": 2.00, "step_size": 300}]}]}
    periods = put(SESSION, "periods.json")
    old = price_files(tariff=put(without_tax, "old.json"), periods=periods, time_zone=AMSTERDAM)
    assert json.loads(to_json(old))["total_incl_vat"] is None
    assert old.bill.total.excl_vat is not None
    owned = without_tax | {"country_code": "NL", "party_id": "CIT"}
    newer = price_files(tariff=put(owned, "newer.json"), periods=periods, time_zone=AMSTERDAM)
    assert newer.bill.total.incl_vat == newer.bill.total.excl_vat


def test_what_the_operator_asks_beyond_our_reckoning_is_the_difference(put, capsys):
    priced = price_files(cdr=put(CDR | {"total_cost": {"excl_vat": 5, "incl_vat": 5.5}}))
    assert json.loads(to_json(priced))["difference"] == "1.10"
    show(priced)
    assert "The operator asks 1.10 EUR more than we reckon." in capsys.readouterr().out


def test_a_record_without_tariffs_takes_those_of_another_file(put):
    bare = CDR | {"tariffs": []}
    with pytest.raises(PriceError, match="holds no tariff; give one with --tariff"):
        price_files(cdr=put(bare))
    told = json.loads(to_json(price_files(cdr=put(bare), tariff=put(TARIFF, "tariff.json"))))
    assert told["difference"] == "0.00"


@pytest.mark.parametrize("usage", [SESSION, PERIODS, {"charging_periods": PERIODS}, {"data": SESSION}, [SESSION], CDR])
@pytest.mark.parametrize("tariff", [TARIFF, [TARIFF], {"data": [TARIFF]}, {"data": TARIFF, "status_code": 1000}])
def test_tariffs_and_periods_are_found_in_whatever_holds_them(put, usage, tariff):
    priced = price_files(tariff=put(tariff, "tariff.json"), periods=put(usage), time_zone=AMSTERDAM)
    assert str(priced.bill.total.incl_vat.amount) == "4.40"


def test_each_period_is_priced_by_the_tariff_it_names_wherever_that_is_in_the_list(put):
    def per_kwh(name, price):
        return TARIFF | {"id": name, "elements": [{"price_components": [{"type": "ENERGY", "price": price}]}]}

    def of(name, minute):
        start = f"2024-06-29T21:{minute}:00Z"
        return {"start_date_time": start, "dimensions": [{"type": "ENERGY", "volume": "2"}], "tariff_id": name}

    told = price_files(
        tariff=put([per_kwh("A", 1), per_kwh("B", "0.5")], "tariff.json"),
        periods=put([of("A", 10), of("b", 20)]),
        time_zone=AMSTERDAM,
    )
    assert told.bill.total.excl_vat.amount == Decimal("3.00")


def test_watt_hours_are_read_as_such_where_the_total_tells(put):
    energy = TARIFF | {"elements": [{"price_components": [{"type": "ENERGY", "price": 0.5}]}]}
    period = {"start_date_time": "2024-06-29T21:00:00Z", "dimensions": [{"type": "ENERGY", "volume": 41000}]}
    usage = {"charging_periods": [period], "kwh": 41}
    priced = price_files(tariff=put(energy, "tariff.json"), periods=put(usage), time_zone=AMSTERDAM)
    assert priced.bill.total.excl_vat.amount == Decimal("20.50")
    assert any("watt-hours" in note for note in priced.notes)


def test_the_local_clock_of_a_record_is_that_of_its_country(put):
    night = {"start_time": "01:00", "end_time": "02:00"}
    elements = [{"price_components": [{"type": "FLAT", "price": 3}], "restrictions": night}]
    told = price_files(cdr=put(CDR | {"tariffs": [TARIFF | {"elements": elements}]}))
    assert told.bill.total.excl_vat.amount == Decimal("3.00")
    told = price_files(cdr=put(CDR | {"tariffs": [TARIFF | {"elements": elements}], "cdr_location": {}}))
    assert told.bill.total.excl_vat.amount == 0
    assert any("UTC was taken" in note for note in told.notes)


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        ({}, "Give either --cdr FILE"),
        ({"tariff": TARIFF}, "Give either --cdr FILE"),
        ({"periods": SESSION}, "Give either --cdr FILE"),
        ({"tariff": TARIFF, "periods": SESSION, "cdr": CDR}, "Give either --cdr FILE"),
        ({"tariff": TARIFF, "periods": SESSION, "time_zone": ""}, "--time-zone"),
        ({"tariff": TARIFF, "periods": SESSION, "time_zone": "Mars/Olympus"}, "is no time zone"),
        ({"tariff": TARIFF, "periods": SESSION, "time_zone": "../../etc/passwd"}, "is no time zone"),
        ({"tariff": b"{", "periods": SESSION}, "not readable as JSON"),
        ({"tariff": b'{"a": NaN}', "periods": SESSION}, "not readable as JSON"),
        ({"tariff": [], "periods": SESSION}, "holds no tariff"),
        ({"tariff": TARIFF, "periods": TARIFF}, "holds 0 objects with charging periods"),
        ({"tariff": TARIFF | {"currency": "€"}, "periods": SESSION}, "currency is missing or unusable"),
        (
            {"tariff": TARIFF | {"elements": [{"price_components": [{"type": "TIME"}]}]}, "periods": SESSION},
            "price_components\\[0\\].price is missing",
        ),
        ({"tariff": TARIFF | {"max_price": {"excl_vat": "much"}}, "periods": SESSION}, "max_price.excl_vat: no number"),
        (
            {"tariff": TARIFF, "periods": [{"start_date_time": "soon", "dimensions": []}]},
            "start_date_time: no date and time",
        ),
        ({"cdr": CDR | {"total_cost": None}}, "total_cost is missing"),
        ({"cdr": CDR | {"currency": "GBP"}}, "bills in GBP, but its tariff is in EUR"),
    ],
)
def test_what_cannot_be_priced_is_one_sentence(put, arguments, complaint):
    files = {
        name: value if name == "time_zone" else put(value, f"{name}.json")
        for name, value in ({"time_zone": AMSTERDAM} | arguments).items()
    }
    with pytest.raises(PriceError, match=complaint) as failed:
        price_files(**files)
    assert "\n" not in str(failed.value)


def test_the_command_needs_neither_settings_nor_a_database(put, tmp_path):
    bare = {"PATH": os.environ["PATH"], "PYTHONPATH": str(Path.cwd()), "COLUMNS": "100"}

    def run(*words):
        command = [sys.executable, "-m", "bot", "price", *words]
        return subprocess.run(command, env=bare, cwd=tmp_path, capture_output=True, text=True, check=False)

    table = run("--cdr", put(CDR))
    assert (table.returncode, table.stderr) == (0, "")
    assert "The operator's total is ours." in table.stdout
    told = run("--cdr", put(CDR), "--json")
    assert json.loads(told.stdout)["difference"] == "0.00"
    missing = run("--cdr", "nowhere.json")
    assert (missing.returncode, missing.stdout) == (1, "")
    assert missing.stderr == "chargebot: nowhere.json cannot be read: No such file or directory.\n"
    assert list(tmp_path.iterdir()) == [tmp_path / "file.json"]
