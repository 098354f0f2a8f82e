from decimal import Decimal

import pytest

from bot.domain.money import CurrencyMismatch, Money, Price, UnusableNumber, minor_digits


def euro(amount):
    return Money(Decimal(amount), "EUR")


@pytest.mark.parametrize(
    ("amount", "currency", "rounded"),
    [
        ("5.625", "EUR", "5.63"),
        ("5.6249999", "EUR", "5.62"),
        ("-5.625", "EUR", "-5.63"),
        ("5", "EUR", "5.00"),
        ("10.5", "JPY", "11"),
        ("1.2345", "KWD", "1.235"),
        ("1.00005", "CLF", "1.0001"),
        ("1.005", "XXX", "1.01"),
    ],
)
def test_an_amount_is_rounded_half_up_to_the_minor_unit_of_its_currency(amount, currency, rounded):
    assert str(Money(Decimal(amount), currency).rounded().amount) == rounded


def test_a_hair_below_zero_is_plain_zero():
    assert str(euro("-0.001").rounded().amount) == "0.00"


@pytest.mark.parametrize(
    "operation",
    [
        lambda a, b: a + b,
        lambda a, b: a - b,
        lambda a, b: a < b,
        lambda a, b: a <= b,
        lambda a, b: a > b,
        lambda a, b: a >= b,
        Price,
    ],
)
def test_two_currencies_never_meet(operation):
    with pytest.raises(CurrencyMismatch, match="EUR and SEK"):
        operation(euro("1"), Money(Decimal(1), "SEK"))


def test_amounts_of_one_currency_are_reckoned_exactly():
    assert euro("0.1") + euro("0.2") == euro("0.3")
    assert euro("0.3") - euro("0.1") == euro("0.2")
    assert euro("0.25") * 20 == euro("5")
    assert euro("0.25") * Decimal("20.45") == euro("5.1125")
    assert -euro("1") < abs(-euro("1"))
    assert euro("1") <= euro("1.0")
    assert euro("1") >= euro("1.00")
    assert euro("2") > euro("1")


@pytest.mark.parametrize("number", ["NaN", "sNaN", "Infinity", "-Infinity", "1e12", "-1e12", "1e999999"])
def test_what_is_no_amount_is_refused(number):
    with pytest.raises(UnusableNumber):
        euro(number)


def test_a_binary_number_is_refused():
    with pytest.raises(UnusableNumber):
        Money(0.1, "EUR")


def test_a_price_tells_what_is_best_known():
    assert Price.of("EUR", Decimal(1), Decimal("1.2")).best_known == euro("1.2")
    assert Price.of("EUR", Decimal(1)).best_known == euro("1")
    assert Price.of("EUR", None).best_known is None


def test_zero_on_one_side_of_a_price_does_not_hide_another_currency():
    with pytest.raises(CurrencyMismatch):
        Price(euro("0"), Money(Decimal(0), "SEK"))


def test_currencies_have_their_iso_4217_digits():
    assert [minor_digits(code) for code in ("EUR", "ISK", "BHD", "UYW")] == [2, 0, 3, 4]
