import json
from contextlib import suppress
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.ocpi.errors import NotJson, TooLarge
from bot.ocpi.wire import read_json, stamp, without_none, write_json

texts = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=12)
json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**64 - 1)
    | texts
    | st.decimals(-(10**9), 10**9, allow_nan=False, places=4),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=20,
)


def test_fractions_stay_exact():
    assert read_json(b'{"a": 0.1, "b": 41.120}') == {"a": Decimal("0.1"), "b": Decimal("41.120")}
    assert str(read_json(b"[41.120]")[0]) == "41.120"


def test_decimals_are_written_as_numbers_with_their_digits():
    assert write_json({"a": Decimal("8.50")}) == b'{"a":8.50}'


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"   ",
        b"{",
        b"[1,2",
        b"NaN",
        b'{"kwh": Infinity}',
        b'{"kwh": -Infinity}',
        b"1e99999999999999999999",
        b"9" * 5000,
        b'"\xff"',
        b'"\xed\xa0\x80"',
        b'{"a": 1, "a": 2}',
        b'{"a": 1, "a" : 2}',
        b'{"a": {"b": 1, "c": 2, "b": 3}}',
        b'{"a": 1, "a": ":\\u003a"}',
        b'[{"a": "\\u003a", "a": 1}]',
        b"[" * 200_000,
        b'{"a":' * 200_000,
        b"<html>Bad gateway</html>",
        b"{'a': 1}",
    ],
)
def test_what_is_no_honest_json_is_refused_with_one_error(body):
    with pytest.raises(NotJson) as refused:
        read_json(body)
    assert refused.value.http_status == 400
    assert refused.value.status_code == 2001
    assert len(refused.value.message) < 200


def test_a_body_over_the_limit_is_refused_unread():
    with pytest.raises(TooLarge):
        read_json(b"[" + b"1," * 50 + b"1]", largest=100)


def test_a_byte_order_mark_and_blanks_before_colons_are_read():
    assert read_json(b'\xef\xbb\xbf{"a" : 1, "b"\n:\t2}') == {"a": 1, "b": 2}


def test_strings_full_of_colons_are_no_duplicate_keys():
    body = {":": '":"', "a": ':"x":', "url": "https://x.example:8443/a?b=c:d"}
    assert read_json(json.dumps(body).encode()) == body


def test_lone_surrogates_and_nuls_are_cleaned_away():
    assert read_json(b'{"a\\u0000": "x\\ud800y\\u0000z \\ud83d\\ude00"}') == {"a": "x\ufffdyz \U0001f600"}


@given(json_values)
@settings(deadline=None)
def test_what_we_write_reads_back_the_same(value):
    assert read_json(write_json(value)) == value
    assert read_json(json.dumps(value, default=str).encode()) == json.loads(json.dumps(value, default=str))


@given(st.binary(max_size=60))
def test_any_bytes_are_read_or_refused(body):
    with suppress(NotJson):
        read_json(body)


@given(
    st.lists(st.tuples(st.sampled_from(["a", "b", ":", '"', "\\", "a:"]), st.text(':"\\ \n', max_size=3)), max_size=5)
)
def test_a_key_there_twice_is_never_overlooked(pairs):
    for separator in (":", " : ", "\n:"):
        body = "{" + ",".join(f"{json.dumps(k)}{separator}{json.dumps(v)}" for k, v in pairs) + "}"
        if len({k for k, _ in pairs}) == len(pairs):
            assert read_json(body.encode()) == dict(pairs)
        else:
            with pytest.raises(NotJson):
                read_json(body.encode())


def test_a_stamp_is_utc_and_fits_ocpi():
    moment = datetime(2026, 3, 2, 13, 0, 0, 123456, tzinfo=timezone(timedelta(hours=1)))
    assert stamp(moment) == "2026-03-02T12:00:00.123Z"
    assert stamp(datetime(2026, 3, 2, 12, tzinfo=UTC)) == "2026-03-02T12:00:00Z"


def test_what_goes_out_says_neither_null_nor_an_empty_list_but_says_nought():
    assert without_none({"a": None, "b": [], "c": 0, "d": "", "e": False}) == {"c": 0, "d": "", "e": False}
