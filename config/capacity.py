"""How many interviews may go on at once, and the manners of the queue before them. Read by config/settings.py.

The default comes from measured cost (`make bench`: frame_cost, session_cost): one core of a web server serves about 200
live interviews and keeps half of itself to spare. A site of several web servers knows its own sum: it sets
INTERVIEW_LIMIT (docs/operations/capacity.md).
"""

import os

from config.env import Environment

SESSIONS_A_CORE = 200


def read_capacity(env: Environment) -> tuple[int, int, int, int, int]:
    """INTERVIEW_LIMIT, QUEUE_HOLD_SECONDS, QUEUE_TOLD_SECONDS, SLOT_MINUTES and SLOT_PLACES."""
    limit = env.integer("INTERVIEW_LIMIT", SESSIONS_A_CORE * (os.cpu_count() or 1), minimum=1, maximum=1_000_000)
    return (
        limit,
        env.integer("QUEUE_HOLD_SECONDS", 120, minimum=10, maximum=3600),
        60 * env.integer("QUEUE_TOLD_MINUTES", 10, minimum=1, maximum=240),
        env.integer("SLOT_MINUTES", 15, minimum=5, maximum=240),
        env.integer("SLOT_PLACES", 0, minimum=0, maximum=limit),
    )
