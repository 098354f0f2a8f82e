"""The file of passes: tolerant to how spreadsheets write it, strict about what it says, every bad line by its number."""

import pytest

from bot.domain.driver import PassStatus
from bot.domain.pass_file import read_pass_file

HEADER = "number,activation_code,status\n"


def test_a_plain_file():
    good, bad = read_pass_file(HEADER + "CB-0001,ABCD-1234,received\n")
    assert not bad
    (line,) = good
    assert (line.line, line.number, line.code, line.status) == (2, "CB-0001", "ABCD-1234", PassStatus.RECEIVED)


@pytest.mark.parametrize(
    "text",
    [
        "\ufeffnumber;activation_code;status\r\nCB-0001;ABCD-1234;Received\r\n",
        " Number , STATUS,activation_code\n CB-0001 ,received, ABCD-1234 \n\n",
        'number,activation_code,status\n"CB-0001","ABCD-1234",RECEIVED',
        "number,activation_code,status,uid,contract_id\nCB-0001,ABCD-1234,received,,\n",
    ],
)
def test_spreadsheets_write_it_in_many_ways(text):
    good, bad = read_pass_file(text)
    assert not bad
    assert [(line.number, line.code, line.status) for line in good] == [("CB-0001", "ABCD-1234", PassStatus.RECEIVED)]


@pytest.mark.parametrize(
    ("header", "said"),
    [
        ("", "lacks number, activation_code, status"),
        ("number,status", "lacks activation_code"),
        ("number,activation_code,status,price", "nobody knows: price"),
        ("number,activation_code,status,status", "twice"),
    ],
)
def test_without_a_usable_header_nothing_is_read(header, said):
    good, bad = read_pass_file(header + "\nCB-0001,ABCD-1234,received\n")
    assert not good
    assert [line.line for line in bad] == [1]
    assert said in bad[0].reason


def test_each_bad_line_is_named_and_the_good_ones_around_it_are_taken():
    lines = [
        "CB-0001,ABCD-1234,received",
        "CB,ABCD-1234,received",
        "CB-0003,A,received",
        "CB-0004,ABCD-1234,lost",
        "CB-0005,ABCD-1234",
        "cb ooo1,ABCD-9999,active",
        "CB-0007,AB\u202eCD-1234,active",
        "CB-0008,ABCD-1234,active",
    ]
    good, bad = read_pass_file(HEADER + "\n".join(lines))
    assert [line.number for line in good] == ["CB-0001", "CB-0008"]
    assert [line.line for line in bad] == [3, 4, 5, 6, 7, 8]
    assert "that of line 2" in bad[4].reason
