"""The background work of accounts, by the names that stand on the broker."""

from datetime import datetime

from authentication.services import token_families
from config.work.sweeper import sweep_task


@sweep_task
def delete_ended_token_families(now: datetime) -> int:
    """Sign-ins to the API that ran out."""
    return token_families.remove_old_families(now=now)
