"""What tokens cost: exactly, or not known."""

from decimal import Decimal

from questionbank.domain.model_prices import Price, find_price

PRICES = {"large": (Decimal(3), Decimal(15)), "own": (Decimal(0), Decimal(0))}


def test_a_cost_is_exact() -> None:
    assert Price(Decimal(3), Decimal(15)).find_cost(1_000_000, 200_000) == Decimal("6.000000")
    assert Price(Decimal("0.1"), Decimal("0.2")).find_cost(1, 1) == Decimal("0.000000")
    assert Price(Decimal("0.1"), Decimal("0.2")).find_cost(10, 1) == Decimal("0.000001")


def test_what_nobody_priced_has_no_price() -> None:
    assert find_price(PRICES, "small") is None
    assert find_price(PRICES, "large") == Price(Decimal(3), Decimal(15))


def test_a_price_of_nothing_is_a_price() -> None:
    found = find_price(PRICES, "own")
    assert found is not None
    assert found.find_cost(500, 500) == 0
