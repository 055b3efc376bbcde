"""What tokens cost, as the operator wrote it down in LLM_PRICES. No price is ever guessed."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

MILLION = Decimal(1_000_000)
SMALLEST = Decimal("0.000001")


@dataclass(frozen=True)
class Price:
    """US dollars for a million tokens that the model reads, and for a million that it writes."""

    read: Decimal
    written: Decimal

    def find_cost(self, prompt_tokens: int, completion_tokens: int) -> Decimal:
        """In US dollars, to a millionth."""
        return ((self.read * prompt_tokens + self.written * completion_tokens) / MILLION).quantize(SMALLEST)


def find_price(prices: Mapping[str, tuple[Decimal, Decimal]], model: str) -> Price | None:
    """By the model's name as it is configured; None where nobody set one."""
    found = prices.get(model)
    return None if found is None else Price(*found)
