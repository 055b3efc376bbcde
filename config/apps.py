"""Registers the plumbing's system checks, and every app's tasks: whoever enqueues, sweeps or works must know them."""

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class ConfigConfig(AppConfig):
    name = "config"
    label = "config"

    def ready(self) -> None:
        from config import checks  # noqa: F401 - registers

        autodiscover_modules("tasks")
