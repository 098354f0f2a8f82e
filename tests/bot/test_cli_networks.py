"""`chargebot networks import` and `list`, in this process, as a person at a terminal meets them."""

import shutil
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from tests.bot.test_cli import chargebot, environment

__all__ = ["chargebot", "environment"]

EXAMPLE = Path(__file__).parents[2] / "docs" / "networks.example.toml"
LEAST = '[[networks]]\nparty = "NL-ABC"\nname = "Abc"\n'


@pytest.fixture
def file(tmp_path):
    return tmp_path / "networks.toml"


def a_picture(width=64, height=64):
    content = BytesIO()
    Image.new("L", (width, height), 200).save(content, "PNG")
    return content.getvalue()


def test_the_example_is_imported_listed_and_imported_again(chargebot, file):
    assert "No network yet" in chargebot("networks", "list")[1]
    shutil.copy(EXAMPLE, file)
    code, printed, _ = chargebot("networks", "import", str(file))
    assert code == 0
    assert "NL-HAV Havermonde Laadnet: new\n    No partner brings NL-HAV yet" in printed
    listed = chargebot("networks", "list")[1]
    assert "NL-HAV Havermonde Laadnet: on, plug_first, updated 2026-11-01; no partner brings it" in listed
    assert "NL-HAV Havermonde Laadnet: unchanged" in chargebot("networks", "import", str(file))[1]


def test_every_mistake_is_told_and_nothing_is_imported(chargebot, file):
    file.write_text(LEAST + 'hotline = "555"\nstart_order = "x"\n')
    code, printed, complained = chargebot("networks", "import", str(file))
    assert (code, printed) == (1, "")
    first, *places = complained.splitlines()
    assert first == "chargebot: Nothing was imported: the file has 2 mistakes."
    assert [place.split(":")[0] for place in places] == [
        "line 4, network 1 (NL-ABC), hotline",
        "line 5, network 1 (NL-ABC), start_order",
    ]
    assert "No network yet" in chargebot("networks", "list")[1]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "there is no file help.png beside this one"),
        (b"GIF89a nothing", "it is no JPEG, PNG or WebP"),
        (a_picture()[:60], "it is"),
        (a_picture(4000, 20), "too wide or too high"),
        (b"\x89PNG" + bytes(2 << 20), "larger than 1 MB"),
        (a_picture(), None),
    ],
)
def test_a_picture_is_looked_at_before_it_is_taken(chargebot, file, content, said):
    if content is not None:
        (file.parent / "help.png").write_bytes(content)
    file.write_text(LEAST + '[networks.identifier]\npicture = "help.png"\n')
    code, _, complained = chargebot("networks", "import", str(file))
    if said is None:
        assert (code, complained) == (0, "")
    else:
        assert code == 1
        assert said in complained
        assert "line 5, network 1 (NL-ABC), identifier.picture" in complained


def test_a_file_that_cannot_be_read_is_said(chargebot, file):
    assert "cannot be read: No such file" in chargebot("networks", "import", str(file))[2]
    file.write_bytes(b"\xff\xfe\x00")
    assert "it is not UTF-8" in chargebot("networks", "import", str(file))[2]
