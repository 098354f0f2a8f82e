"""`chargebot passes import` and `list`, in this process, as a person at a terminal meets them."""

from tests.bot.test_cli import chargebot, environment

__all__ = ["chargebot", "environment"]

FILE = "number,activation_code,status\nCB-0001,ABCD-1234,received\nCB-0002,ABCD-1234,active\n"


def test_a_file_is_imported_counted_and_imported_again(chargebot, tmp_path):
    assert "No pass yet" in chargebot("passes", "list")[1]
    file = tmp_path / "passes.csv"
    file.write_text(FILE)
    code, printed, _ = chargebot("passes", "import", str(file))
    assert (code, printed.strip()) == (0, "2 passes taken: 2 new, 0 changed, 0 as they were.")
    assert "0 new, 0 changed, 2 as they were" in chargebot("passes", "import", str(file))[1]
    assert chargebot("passes", "list")[1].split() == ["1", "received", "1", "active"]


def test_bad_lines_are_named_the_good_ones_are_stored_and_the_command_fails_with_one_sentence(chargebot, tmp_path):
    file = tmp_path / "passes.csv"
    file.write_bytes(b"\xef\xbb\xbfnumber;activation_code;status\r\nCB-0001;ABCD-1234;received\r\nCB-0002;;gone\r\n")
    code, printed, complained = chargebot("passes", "import", str(file))
    assert code == 1
    assert "line 3: the activation code must have" in printed
    assert complained.count("\n") == 1
    assert "1 lines could not be taken" in complained
    assert "1 received" in chargebot("passes", "list")[1]


def test_a_file_that_cannot_be_read_is_told(chargebot, tmp_path):
    assert "cannot be read: No such file" in chargebot("passes", "import", str(tmp_path / "none.csv"))[2]
    file = tmp_path / "passes.csv"
    file.write_bytes(b"number\xff\xff")
    assert "it is not UTF-8" in chargebot("passes", "import", str(file))[2]
