"""How many interviews may go on at once, and the manners of the queue before them. Read by config/settings.py.

The default comes from measured cost (`make bench`: frame_cost, session_cost): one web process, which uses one core
however many there are, serves about 200 live interviews and keeps half of the core to spare. A site of several web
servers knows its own sum: it sets INTERVIEW_LIMIT (docs/operations/capacity.md); `manage.py check --deploy` reminds it.
"""

from config.env import Environment

SESSIONS_A_PROCESS = 200


def read_capacity(env: Environment) -> tuple[bool, int, int, int, int, int]:
    """Whether INTERVIEW_LIMIT is set; then it, QUEUE_HOLD_SECONDS, QUEUE_TOLD_SECONDS, SLOT_MINUTES and SLOT_PLACES."""
    processes = env.integer("WEB_CONCURRENCY", 1, minimum=1, maximum=1000)
    limit = env.integer("INTERVIEW_LIMIT", SESSIONS_A_PROCESS * processes, minimum=1, maximum=1_000_000)
    return (
        bool(env.text("INTERVIEW_LIMIT")),
        limit,
        env.integer("QUEUE_HOLD_SECONDS", 120, minimum=10, maximum=3600),
        60 * env.integer("QUEUE_TOLD_MINUTES", 10, minimum=1, maximum=240),
        env.integer("SLOT_MINUTES", 15, minimum=5, maximum=240),
        env.integer("SLOT_PLACES", 0, minimum=0, maximum=limit),
    )
