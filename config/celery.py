"""The Celery application of the full stack. `celery -A config worker` and `celery -A config beat` find it here."""

import os

from celery import Celery
from celery.signals import setup_logging
from kombu import Exchange, Queue

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")  # noqa: TID251 - before settings exist

from django.conf import settings

QUEUES = (
    *("realtime", "transcription", "scoring", "reports", "outbound", "webhooks", "generation", "conversation"),
    "speech",
)

app = Celery("config")
app.conf.update(
    broker_url=settings.CELERY_BROKER_URL,
    result_backend=settings.CELERY_RESULT_BACKEND,
    broker_connection_retry_on_startup=True,
    broker_connection_max_retries=None,  # a worker waits for its broker as long as it takes
    # Of the workers and beat. Requests publish through a connection of their own (config/work/transports.py), whose
    # budget is one second; here a slow broker must not look like a broken one.
    broker_transport_options={
        "visibility_timeout": 3600,
        "socket_timeout": 10.0,
        "socket_connect_timeout": 5.0,
        "socket_keepalive": True,
    },
    task_publish_retry=False,
    task_acks_late=True,
    task_reject_on_worker_lost=True,
    task_ignore_result=True,
    task_time_limit=900,
    task_soft_time_limit=840,
    worker_prefetch_multiplier=1,
    # An exchange for each: queues made by name alone would all be bound to the default one under one key.
    task_queues=[Queue(name, Exchange(name), routing_key=name) for name in QUEUES],
    task_default_queue="realtime",
    worker_hijack_root_logger=False,
    timezone="UTC",
    beat_schedule_filename=str(settings.VAR_DIR / "celerybeat-schedule"),
)


@setup_logging.connect  # type: ignore[untyped-decorator]
def keep_django_logging(**_: object) -> None:
    """Celery would install its own handlers; ours scrub tokens."""
