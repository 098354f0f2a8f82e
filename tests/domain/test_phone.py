import pytest

from bot.domain.phone import dialled


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("+31 20 555 0100", "+31205550100"),
        ("0031-20-555.0100", "+31205550100"),
        ("+31 (0)20 5550100", "+31205550100"),
        ("tel:+31205550100", "+31205550100"),
        ("0800 1234", "08001234"),
        ("(020) 555 0100", "0205550100"),
    ],
)
def test_a_number_is_shown_as_it_is_dialled(written, number):
    assert dialled(written) == number


@pytest.mark.parametrize(
    "written",
    [
        "",
        None,
        "112",
        "call us",
        "+31 20 555 0100 ext 3",
        "https://pay.example/1",
        "+1234567890123456",
        "+",
        "@help",
        "\u202e0010555",
    ],
)
def test_what_is_not_one_number_is_not_shown(written):
    assert dialled(written) is None
