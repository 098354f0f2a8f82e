from decimal import Decimal

import pytest

from bot.ocpi.envelope import Envelope, failure, read_envelope, success
from bot.ocpi.errors import InvalidParameters, NotFound, NotJson, OcpiError, StatusCode
from bot.ocpi.wire import read_json
from tests.fakes.clock import NOON


def test_a_good_answer_has_its_data_and_one_without_says_nothing_of_data():
    assert read_json(success(NOON, [{"kwh": Decimal("1.50")}])) == {
        "data": [{"kwh": Decimal("1.50")}],
        "status_code": 1000,
        "timestamp": "2026-03-02T12:00:00Z",
    }
    assert "data" not in read_json(success(NOON))
    assert read_json(success(NOON, None))["data"] is None


def test_a_no_carries_its_code_and_its_sentence():
    body = read_json(failure(NOON, NotFound("no such location", StatusCode.UNKNOWN_LOCATION)))
    assert body == {"status_code": 2003, "status_message": "no such location", "timestamp": "2026-03-02T12:00:00Z"}
    assert InvalidParameters("x").http_status == 200
    assert NotFound("x").status_code == 2000


def test_every_error_has_a_status_and_a_code_that_go_together():
    for kind in OcpiError.__subclasses__():
        error = kind("why")
        assert error.http_status in {200, 400, 401, 404, 405, 408, 413, 429, 500}
        assert 2000 <= error.status_code < 4000


@pytest.mark.parametrize(
    ("body", "status", "expected"),
    [
        (b'{"status_code":1000,"data":{"a":1},"timestamp":"x"}', 200, Envelope(1000, {"a": 1}, stated=True)),
        (b'{"status_code":"1000"}', 200, Envelope(1000, stated=True)),
        (b'{"status_code":2003,"status_message":"gone"}', 404, Envelope(2003, None, "gone", stated=True)),
        (b'{"data":[1]}', 200, Envelope(1000, [1])),
        (b'{"data":[1]}', 404, Envelope(2000, [1])),
        (b'{"status_code":null}', 503, Envelope(3000)),
        (b'{"status_code":%s}' % (b"9" * 4000), 200, Envelope(1000)),
        (b"", 204, Envelope(1000)),
        (b" \n", 500, Envelope(3000)),
        (b"[1,2]", 200, Envelope(1000, [1, 2])),
        (b'{"result":"ACCEPTED"}', 200, Envelope(1000, {"result": "ACCEPTED"})),
        (b"{}", 200, Envelope(1000)),
        (b'{"status_code":1901}', 200, Envelope(1901, stated=True)),
    ],
)
def test_an_incomplete_envelope_borrows_from_the_http_status(body, status, expected):
    assert read_envelope(body, status) == expected
    assert expected.success == (expected.status_code // 1000 == 1)


@pytest.mark.parametrize("body", [b"<html>", b'{"status_code":10', b'"ok"', b"7"])
def test_what_is_no_envelope_is_refused(body):
    with pytest.raises(NotJson):
        read_envelope(body, 200)
