"""How much is done at once on one page. Used by every list's actions and by the services behind them."""

MOST_AT_ONCE = 500


def refuse_too_many(count: int) -> str:
    """Words for who has chosen more; empty where it can be done."""
    if count <= MOST_AT_ONCE:
        return ""
    return f"{count} are chosen, and {MOST_AT_ONCE} at most are done at once: narrow the list first."
